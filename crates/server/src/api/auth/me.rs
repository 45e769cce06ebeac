//! Who is asking.

use super::wire::MeBody;
use crate::api::extract::{Caller, Home};
use crate::auth::Who;
use crate::problem::Problem;
use axum::Json;

/// The person or token behind this request.
#[utoipa::path(get, path = "/api/auth/me", tag = "auth", responses((status = 200, body = MeBody)))]
#[tracing::instrument(name = "api.auth.me", skip_all)]
pub async fn me(Home(house): Home, Caller(caller): Caller) -> Result<Json<MeBody>, Problem> {
    let totp = match caller.who {
        Who::Person { user, .. } => house.store.user_find(user).await?.map(|user| user.totp_enabled),
        Who::Token { .. } => None,
    };
    Ok(Json(MeBody::new(&caller, totp, house.demo)))
}
