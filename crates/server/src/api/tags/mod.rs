//! Tags. They are set by changing a miner.

pub mod list;

use super::route::{Route, route};
use crate::auth::Need;
use utoipa_axum::routes;

pub fn routes() -> Vec<Route> {
    vec![route(Need::Fleet, routes!(list::list_tags))]
}
