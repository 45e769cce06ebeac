//! One token less.

use crate::api::audit::note;
use crate::api::extract::{By, Home, Id};
use crate::problem::Problem;
use hmm_domain::TokenId;
use http::StatusCode;

/// Ends a token and its live sockets at once.
#[utoipa::path(delete, path = "/api/tokens/{id}", tag = "tokens", params(("id" = i64, Path)),
    responses((status = 204)))]
#[tracing::instrument(name = "api.tokens.remove", skip_all, fields(token.id = id))]
pub async fn remove_token(Home(house): Home, By(actor): By, Id(id): Id) -> Result<StatusCode, Problem> {
    if !house.gatekeeper.token_end(TokenId::new(id)).await? {
        return Err(Problem::not_found("token"));
    }
    note(&house, &actor, "token.remove", format!("token:{id}"), None, None).await?;
    Ok(StatusCode::NO_CONTENT)
}
