//! Going in.

use super::wire::{DemoBody, DemoEntered};
use crate::api::audit::note;
use crate::api::auth::cookie;
use crate::api::extract::{Home, Input, MaybeCaller, Visitor};
use crate::api::route::App;
use crate::auth::recognise::VISIT;
use crate::problem::Problem;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use hmm_domain::Actor;
use http::{StatusCode, header};

/// Opens a demo house with simulated miners beside the real one, or joins those who are in it. The real house goes on.
#[utoipa::path(post, path = "/api/demo", tag = "system", request_body = DemoBody, responses(
    (status = 201, body = DemoEntered), (status = 403), (status = 429)))]
#[tracing::instrument(name = "api.demo.enter", skip_all)]
pub async fn enter_demo(
    State(front): State<App>,
    Home(house): Home,
    Visitor(client): Visitor,
    MaybeCaller(caller): MaybeCaller,
    Input(body): Input<DemoBody>,
) -> Result<Response, Problem> {
    let mut response = (StatusCode::CREATED, Json(DemoEntered {})).into_response();
    if house.visit {
        // In already, with this very cookie.
        return Ok(response);
    }
    let actor = if let Some(caller) = caller {
        caller.actor(client.address_text())
    } else {
        let code = body.code.ok_or_else(|| Problem::field("/code", "the set-up code is needed"))?;
        house.gatekeeper.show_code(&code, &client).await?;
        Actor { address: client.address_text(), ..Actor::system() }
    };
    note(&house, &actor, "demo.enter", "system".to_owned(), None, None).await?;
    let value = front.visits.enter(&client).await?;
    // Goes with the browser: nothing of a visit is to be kept.
    if let Some(value) = cookie::set(VISIT, &value, None, &client, &house.config) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(response)
}
