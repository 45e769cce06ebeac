//! Signing out.

use super::cookie;
use crate::api::audit::note;
use crate::api::extract::{By, Caller, Home};
use crate::auth::Who;
use crate::problem::Problem;
use axum::response::{IntoResponse, Response};
use http::{StatusCode, header};

/// Ends this session and its live sockets.
#[utoipa::path(post, path = "/api/auth/logout", tag = "auth", responses((status = 204)))]
#[tracing::instrument(name = "api.auth.logout", skip_all)]
pub async fn logout(Home(house): Home, Caller(caller): Caller, By(actor): By) -> Result<Response, Problem> {
    if let Who::Person { user, session } = caller.who {
        house.gatekeeper.sign_out(session).await?;
        note(&house, &actor, "session.end", format!("user:{user}"), None, None).await?;
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    for value in cookie::unset(house.gatekeeper.cookies, &house.config) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(response)
}
