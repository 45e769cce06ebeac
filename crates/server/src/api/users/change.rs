//! Role, password, second factor of somebody.

use super::wire::{UserBody, UserPatch};
use crate::api::audit::note;
use crate::api::extract::{By, Home, Id, Input};
use crate::auth::password;
use crate::problem::{Kind, Problem};
use axum::Json;
use hmm_domain::UserId;
use hmm_domain::actor::ActorKind;

/// Changes a person's role or password, or switches a lost second factor off. Ends what they have open.
#[utoipa::path(patch, path = "/api/users/{id}", tag = "users", params(("id" = i64, Path)), request_body = UserPatch,
    responses((status = 200, body = UserBody)))]
#[tracing::instrument(name = "api.users.change", skip_all, fields(user.id = id))]
pub async fn change_user(
    Home(house): Home,
    By(actor): By,
    Id(id): Id,
    Input(body): Input<UserPatch>,
) -> Result<Json<UserBody>, Problem> {
    let id = UserId::new(id);
    let find = async || house.store.user_find(id).await?.ok_or_else(|| Problem::not_found("person"));
    let before = find().await?;
    if body.totp_enabled == Some(true) {
        return Err(Problem::field("/totp_enabled", "everybody switches on their own; this only switches off"));
    }
    // A session left open is not enough for what one does to oneself: there the present password is asked again.
    if actor.kind == ActorKind::Person(id) && (body.password.is_some() || body.totp_enabled.is_some()) {
        return Err(Problem::new(Kind::Forbidden, "your own: use /api/auth/password and /api/auth/totp"));
    }
    if let Some(why) = body.password.as_deref().and_then(|fresh| password::fault(fresh, before.name.as_str())) {
        return Err(Problem::field("/password", why));
    }
    let entity = format!("user:{id}");
    if let Some(role) = body.role {
        house.gatekeeper.role_change(before.clone(), role.into()).await?;
        let (was, is) = (serde_json::json!(before.role), serde_json::json!(role));
        note(&house, &actor, "user.role", entity.clone(), Some(was), Some(is)).await?;
    }
    if let Some(password) = &body.password {
        house.gatekeeper.password_change(house.engine.tasks(), find().await?, password).await?;
        note(&house, &actor, "user.password", entity.clone(), None, None).await?;
    }
    if body.totp_enabled == Some(false) && before.totp_enabled {
        house.gatekeeper.totp_end(find().await?).await?;
        note(&house, &actor, "user.totp_off", entity, None, None).await?;
    }
    Ok(Json(find().await?.into()))
}
