//! Signing in.

use super::setup::signed_in;
use super::wire::{LoginBody, SignedIn};
use crate::api::extract::{Home, Input, Visitor};
use crate::auth::sign_in::Credentials;
use crate::problem::Problem;
use axum::response::Response;
use http::StatusCode;

/// Signs in: a new session in a cookie, whatever the browser had before.
#[utoipa::path(post, path = "/api/auth/login", tag = "auth", request_body = LoginBody, responses(
    (status = 200, body = SignedIn), (status = 401),
    (status = 429)))]
#[tracing::instrument(name = "api.auth.login", skip_all)]
pub async fn login(
    Home(house): Home,
    Visitor(client): Visitor,
    Input(body): Input<LoginBody>,
) -> Result<Response, Problem> {
    let credentials = Credentials { name: &body.name, password: &body.password, totp: body.totp.as_deref() };
    let begun = house.gatekeeper.sign_in(house.engine.tasks(), &credentials, &client).await?;
    signed_in(&house, begun, &client, "login", StatusCode::OK).await
}
