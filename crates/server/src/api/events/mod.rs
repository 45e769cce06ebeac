//! What was worth telling a person.

pub mod list;
pub mod wire;

use super::route::{Route, route};
use crate::auth::Need;
use utoipa_axum::routes;

pub fn routes() -> Vec<Route> {
    vec![route(Need::Operator, routes!(list::list_events))]
}
