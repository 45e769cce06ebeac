//! Numbers over time.

pub mod series;
pub mod wire;

use super::route::{Route, route};
use crate::auth::Need;
use utoipa_axum::routes;

pub fn routes() -> Vec<Route> {
    vec![route(Need::Fleet, routes!(series::miner_series)), route(Need::Fleet, routes!(series::series))]
}
