//! What a person decided for the house.

pub mod discovery;
pub mod house;
pub mod security;

use super::route::{Route, route};
use crate::auth::Need;
use utoipa_axum::routes;

pub fn routes() -> Vec<Route> {
    vec![
        route(Need::Viewer, routes!(house::get_house)),
        route(Need::Admin, routes!(house::put_house)),
        route(Need::Admin, routes!(discovery::get_discovery)),
        route(Need::Admin, routes!(discovery::put_discovery)),
        route(Need::Admin, routes!(security::get_security)),
        route(Need::Admin, routes!(security::put_security)),
    ]
}
