//! The HTTP API: a folder a noun, a file a verb, and what stands before all of them.
//!
//! **Invariant:** nothing is served that the table of [`routes`] or the web app does not name, and nothing under a host
//! name that is not ours.

pub mod audit;
pub mod auth;
pub mod backups;
pub mod ca;
pub mod commands;
pub mod demo;
pub mod discovery;
pub mod docs;
pub mod events;
pub mod extract;
pub mod health;
pub mod jobs;
pub mod metrics;
pub mod miners;
pub(crate) mod outside;
pub mod page;
pub mod plain;
pub mod plugins;
pub mod problems;
mod ranges;
pub mod restore;
pub mod route;
pub mod settings;
pub mod system;
pub mod tags;
pub mod telemetry;
pub mod tokens;
pub mod tuning_profiles;
pub mod users;

use crate::auth::Need;
use crate::front::Front;
use crate::problem::{Kind, Problem};
use crate::spa;
use axum::Router;
use axum::extract::Request;
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse, Response};
use route::{App, Route, Stated, route};
use std::sync::Arc;
use tower::{ServiceBuilder, ServiceExt as _};
use tower_http::catch_panic::CatchPanicLayer;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

/// Everything that has an address: API, live feed, metrics, documentation, and the web app for the rest.
pub fn router(front: Arc<Front>) -> Router {
    let pages = spa::router(Arc::clone(&front));
    let (table, _) = routes();
    let (api, _) = table.split_for_parts();
    let inner = api
        .method_not_allowed_fallback(wrong_method)
        .fallback(move |request| lost(pages.clone(), request))
        .layer(from_fn_with_state(Arc::clone(&front), outside::enter))
        .layer(CatchPanicLayer::custom(outside::panicked))
        .with_state(front);
    // Before any routing: both spellings of a path are the same path.
    let service = ServiceBuilder::new().map_request(outside::one_spelling).service(inner);
    Router::new().route_service("/", service.clone()).route_service("/{*outside}", service)
}

/// The table of routes, as router with document, and as inventory.
pub fn routes() -> (OpenApiRouter<App>, Vec<Stated>) {
    let nouns = [
        auth::routes(),
        users::routes(),
        tokens::routes(),
        health::routes(),
        system::routes(),
        miners::routes(),
        commands::routes(),
        discovery::routes(),
        telemetry::routes(),
        tags::routes(),
        tuning_profiles::routes(),
        audit::routes(),
        events::routes(),
        jobs::routes(),
        backups::routes(),
        demo::routes(),
        restore::routes(),
        settings::routes(),
        plugins::routes(),
        metrics::routes(),
        docs::routes(),
        problems::routes(),
        ca::routes(),
        live(),
    ];
    route::build(nouns.into_iter().flatten().collect())
}

fn live() -> Vec<Route> {
    vec![route(Need::Viewer, routes!(crate::live::socket::updates)).live()]
}

/// Who may call what: for the test that every route says so.
pub fn inventory() -> Vec<Stated> {
    routes().1
}

async fn wrong_method() -> Problem {
    Problem::new(Kind::MethodNotAllowed, "the document at /api/openapi.json says which methods there are")
}

/// What no route names: the web app's, unless it looks like ours.
async fn lost(pages: Router, request: Request) -> Response {
    let path = request.uri().path();
    let ours = ["/api", "/ws", "/metrics", "/problems", "/docs", "/ca"];
    if ours.iter().any(|start| path.strip_prefix(start).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))) {
        return Problem::new(Kind::NotFound, "there is nothing at this path").into_response();
    }
    match pages.oneshot(request).await {
        Ok(response) => response.into_response(),
        Err(never) => match never {},
    }
}
