//! The first administrator (S1).

use super::cookie;
use super::wire::{SetupBody, SetupStatus, SignedIn};
use crate::api::audit::note;
use crate::api::extract::{Home, Input, Visitor};
use crate::auth::Client;
use crate::auth::sign_in::Begun;
use crate::front::House;
use crate::problem::{Kind, Problem};
use axum::Json;
use axum::response::{IntoResponse, Response};
use hmm_domain::Actor;
use hmm_domain::actor::ActorKind;
use http::{StatusCode, header};

/// Says whether the first administrator is still to be made; afterwards there is nothing here.
#[utoipa::path(get, path = "/api/auth/setup", tag = "auth",
    responses((status = 200, body = SetupStatus), (status = 404)))]
#[tracing::instrument(name = "api.auth.setup_status", skip_all)]
pub async fn setup_status(Home(house): Home) -> Result<Json<SetupStatus>, Problem> {
    if !house.gatekeeper.setup.needed() {
        return Err(over());
    }
    house.store.ping().await?;
    Ok(Json(SetupStatus { needed: true, restored: house.gatekeeper.setup.restored() }))
}

/// Makes the first administrator, or gives one who was restored without a password a new one, and signs in.
#[utoipa::path(post, path = "/api/auth/setup", tag = "auth", request_body = SetupBody, responses(
    (status = 201, body = SignedIn), (status = 403),
    (status = 404), (status = 429)))]
#[tracing::instrument(name = "api.auth.setup", skip_all)]
pub async fn setup(
    Home(house): Home,
    Visitor(client): Visitor,
    input: Result<Input<SetupBody>, Problem>,
) -> Result<Response, Problem> {
    // Afterwards there is nothing here, whatever is sent.
    if !house.gatekeeper.setup.needed() {
        return Err(over());
    }
    let Input(body) = input?;
    let tasks = house.engine.tasks();
    let begun = house.gatekeeper.set_up(tasks, &body.code, &body.name, &body.password, &client).await?;
    signed_in(&house, begun, &client, "setup", StatusCode::CREATED).await
}

fn over() -> Problem {
    Problem::new(Kind::NotFound, "there is an administrator already: sign in")
}

/// The answer to whoever has just come in, with the cookie.
pub(super) async fn signed_in(
    house: &House,
    begun: Begun,
    client: &Client,
    how: &str,
    status: StatusCode,
) -> Result<Response, Problem> {
    let Begun { user, cookie, expires_at } = begun;
    let actor = Actor { kind: ActorKind::Person(user.id), name: user.name.clone(), address: client.address_text() };
    note(house, &actor, "session.create", format!("user:{}", user.id), None, Some(how.into())).await?;
    let max_age_s = expires_at.since(house.clock.now()).as_secs();
    let body = SignedIn { user: user.into(), expires_at: expires_at.to_chrono() };
    let mut response = (status, Json(body)).into_response();
    if let Some(value) = cookie::set(house.gatekeeper.cookies, &cookie, Some(max_age_s), client, &house.config) {
        response.headers_mut().insert(header::SET_COOKIE, value);
    }
    Ok(response)
}
