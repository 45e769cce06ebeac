//! One token less.

use crate::api::extract::{By, Home, Id};
use crate::problem::Problem;
use hmm_domain::TokenId;
use hmm_domain::audit::AuditEntry;
use http::StatusCode;

/// Ends a token and its live sockets at once.
#[utoipa::path(delete, path = "/api/tokens/{id}", tag = "tokens", params(("id" = i64, Path)),
    responses((status = 204)))]
#[tracing::instrument(name = "api.tokens.remove", skip_all, fields(token.id = id))]
pub async fn remove_token(Home(house): Home, By(actor): By, Id(id): Id) -> Result<StatusCode, Problem> {
    let missing = || Problem::not_found("token");
    let tokens = house.store.token_list().await?;
    let token = tokens.into_iter().find(|token| token.id == TokenId::new(id)).ok_or_else(missing)?;
    let before = serde_json::json!({ "name": token.name, "role": token.role, "scopes": token.scopes });
    let intent = AuditEntry::new(house.clock.now(), &actor, "token.remove", format!("token:{id}")).before(before);
    // Somebody else may have been quicker.
    if !house.gatekeeper.noted(intent, house.gatekeeper.token_end(token.id)).await? {
        return Err(missing());
    }
    Ok(StatusCode::NO_CONTENT)
}
