//! What was sent to devices, and how it ended.

pub mod get;
pub mod list;
pub mod wire;

use super::route::{Route, route};
use crate::auth::Need;
use utoipa_axum::routes;

pub fn routes() -> Vec<Route> {
    vec![route(Need::Operator, routes!(list::list_commands)), route(Need::Operator, routes!(get::get_command))]
}
