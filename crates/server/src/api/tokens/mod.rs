//! Keys for programs.

pub mod add;
pub mod list;
pub mod remove;
pub mod wire;

use super::route::{Route, route};
use crate::auth::Need;
use utoipa_axum::routes;

pub fn routes() -> Vec<Route> {
    vec![
        route(Need::Admin, routes!(list::list_tokens)),
        route(Need::AdminInPerson, routes!(add::add_token)).secret(),
        route(Need::Admin, routes!(remove::remove_token)),
    ]
}
