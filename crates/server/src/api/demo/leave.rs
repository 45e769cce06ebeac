//! Going home.

use crate::api::auth::cookie;
use crate::api::extract::{Home, Visitor};
use crate::api::route::App;
use crate::auth::origin::wrong_origin;
use crate::auth::recognise::VISIT;
use crate::problem::Problem;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::{HeaderMap, StatusCode, header};

/// Leaves the demo house; the last one who leaves closes it. Whoever is not in it has left already.
#[utoipa::path(delete, path = "/api/demo", tag = "system", responses((status = 204)))]
#[tracing::instrument(name = "api.demo.leave", skip_all)]
pub async fn leave_demo(
    State(front): State<App>,
    Home(house): Home,
    Visitor(client): Visitor,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    if house.visit
        && let Some(value) = VISIT.value(&headers, client.secure())
    {
        if !client.same_origin(&headers) {
            return Err(wrong_origin());
        }
        front.visits.leave(value).await?;
    }
    let mut response = StatusCode::NO_CONTENT.into_response();
    for value in cookie::unset(VISIT, &house.config) {
        response.headers_mut().append(header::SET_COOKIE, value);
    }
    Ok(response)
}
