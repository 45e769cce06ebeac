//! Alive, and ready.

use crate::api::route::App;
use crate::front::Front;
use axum::Json;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
pub struct Health {
    /// `live`, `ready`, `starting`, `migrating`, `waiting_for_database`, `restoring`, `degraded`, `failed`.
    pub state: String,
    /// Codes; the System page says more.
    pub problems: Vec<String>,
}

/// The program runs.
#[utoipa::path(get, path = "/api/health/live", tag = "health", responses((status = 200, body = Health)))]
pub async fn live() -> Json<Health> {
    Json(Health { state: "live".to_owned(), problems: Vec::new() })
}

/// The program can be used.
#[utoipa::path(get, path = "/api/health/ready", tag = "health",
    responses((status = 200, body = Health), (status = 503, body = Health)))]
pub async fn ready(State(front): State<App>) -> Response {
    let health = look(&front).await;
    let status = if health.state == "ready" { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    (status, Json(health)).into_response()
}

async fn look(front: &Front) -> Health {
    let Some(house) = front.house() else {
        let starting = front.starting();
        let problems = starting.problems.iter().map(|(code, _)| (*code).to_owned()).collect();
        return Health { state: starting.state.to_owned(), problems };
    };
    let mut problems: Vec<String> = house.engine.problems().iter().map(|problem| problem.kind.to_owned()).collect();
    let away = house.store.ping().await.is_err();
    if away && !problems.iter().any(|code| code.starts_with("database")) {
        problems.push("database_away".to_owned());
    }
    // A miner that is silent is no fault of the program; a database that is away is.
    Health { state: if away { "degraded" } else { "ready" }.to_owned(), problems }
}
