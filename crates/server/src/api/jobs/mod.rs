//! Slow and durable work.

pub mod cancel;
pub mod get;
pub mod list;
pub mod wire;

use super::route::{Route, route};
use crate::auth::Need;
use utoipa_axum::routes;

pub fn routes() -> Vec<Route> {
    vec![
        route(Need::Operator, routes!(list::list_jobs)),
        route(Need::Operator, routes!(get::get_job)),
        route(Need::Admin, routes!(cancel::cancel_job)),
    ]
}
