//! Drivers from files: shown, and never written from here (D3).

pub mod list;
pub mod wire;

use super::route::{Route, route};
use crate::auth::Need;
use utoipa_axum::routes;

pub fn routes() -> Vec<Route> {
    vec![route(Need::Admin, routes!(list::list_plugins))]
}
