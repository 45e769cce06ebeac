//! Role, password, second factor of somebody.

use super::wire::{UserBody, UserPatch};
use crate::api::extract::{By, Home, Id, Input};
use crate::auth::password;
use crate::problem::{Kind, Problem};
use axum::Json;
use hmm_domain::UserId;
use hmm_domain::actor::ActorKind;
use hmm_domain::audit::AuditEntry;

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
    let (gatekeeper, tasks) = (&house.gatekeeper, house.engine.tasks());
    let intent = |action| AuditEntry::new(house.clock.now(), &actor, action, format!("user:{id}"));
    if let Some(role) = body.role {
        let (was, is) = (serde_json::json!(before.role), serde_json::json!(role));
        let work = gatekeeper.role_change(before.clone(), role.into());
        gatekeeper.noted(intent("user.role").before(was).after(is), work).await?;
    }
    if let Some(password) = &body.password {
        let work = gatekeeper.password_change(tasks, find().await?, password);
        gatekeeper.noted(intent("user.password"), work).await?;
    }
    if body.totp_enabled == Some(false) && before.totp_enabled {
        gatekeeper.noted(intent("user.totp_off"), gatekeeper.totp_end(find().await?)).await?;
    }
    Ok(Json(find().await?.into()))
}
