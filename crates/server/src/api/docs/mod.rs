//! The document, and a page to try it out.

pub mod openapi;
pub mod swagger;

use super::route::{Route, route};
use crate::auth::Need;
use utoipa_axum::routes;

pub fn routes() -> Vec<Route> {
    vec![
        route(Need::Viewer, routes!(openapi::openapi)),
        route(Need::Viewer, routes!(swagger::index)).hidden(),
        route(Need::Viewer, routes!(swagger::file)).hidden(),
    ]
}
