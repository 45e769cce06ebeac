//! One more token.

use super::wire::{TokenAdd, TokenMade};
use crate::api::extract::{By, Caller, Checks, Home, Input};
use crate::auth::worth;
use crate::problem::Problem;
use axum::Json;
use hmm_domain::audit::AuditEntry;
use hmm_domain::{Label, Role, Scope, Timestamp};
use http::StatusCode;

/// Makes a token. It is shown this once.
#[utoipa::path(post, path = "/api/tokens", tag = "tokens", request_body = TokenAdd,
    responses((status = 201, body = TokenMade)))]
#[tracing::instrument(name = "api.tokens.add", skip_all)]
pub async fn add_token(
    Home(house): Home,
    Caller(caller): Caller,
    By(actor): By,
    Input(body): Input<TokenAdd>,
) -> Result<(StatusCode, Json<TokenMade>), Problem> {
    let mine = caller.role.unwrap_or(Role::Viewer);
    let role = body.role.map_or(mine, Role::from);
    let scopes: Vec<Scope> = body.scopes.iter().map(|scope| Scope::from(*scope)).collect();
    let expires_at = body.expires_at.map(Timestamp::from_chrono);
    let above = scopes.iter().filter_map(|scope| worth(*scope)).any(|worth| worth > role);
    Checks::default()
        .that(Label::exact(&body.name).is_some(), "/name", "use 1 to 64 visible characters, no spaces around")
        .that(!scopes.is_empty(), "/scopes", "name at least one")
        .that(role <= mine, "/role", "a token is never above its maker")
        .that(!above, "/scopes", "a scope is never above the token's role")
        .that(expires_at.is_none_or(|at| at > house.clock.now()), "/expires_at", "this is in the past")
        .done()?;
    let name = Label::new(&body.name);
    let after = serde_json::json!({ "name": name, "role": role, "scopes": scopes });
    let intent = AuditEntry::new(house.clock.now(), &actor, "token.create", "token").after(after);
    let work = house.gatekeeper.token_make(name.clone(), role, scopes, caller.user(), expires_at);
    let (id, token) = house.gatekeeper.noted_new(intent, work, |(id, _)| format!("token:{id}")).await?;
    let made = TokenMade {
        id: id.get(),
        token,
        name: name.to_string(),
        scopes: body.scopes,
        role: role.into(),
        expires_at: body.expires_at,
    };
    Ok((StatusCode::CREATED, Json(made)))
}
