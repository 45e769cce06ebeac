//! All tokens, without what they open with.

use super::wire::TokenBody;
use crate::api::extract::Home;
use crate::api::page::Page;
use crate::problem::Problem;
use axum::Json;

/// All tokens, with their last use.
#[utoipa::path(get, path = "/api/tokens", tag = "tokens", responses((status = 200, body = Page<TokenBody>)))]
#[tracing::instrument(name = "api.tokens.list", skip_all)]
pub async fn list_tokens(Home(house): Home) -> Result<Json<Page<TokenBody>>, Problem> {
    let tokens = house.store.token_list().await?;
    let shown = tokens.into_iter().map(|token| {
        let counted = house.gatekeeper.uses_of(token.id);
        let mut body = TokenBody::from(token);
        if let Some((uses, last)) = counted.filter(|(uses, _)| *uses > body.uses) {
            (body.uses, body.last_used_at) = (uses, Some(last.to_chrono()));
        }
        body
    });
    Ok(Json(Page::whole(shown.collect())))
}
