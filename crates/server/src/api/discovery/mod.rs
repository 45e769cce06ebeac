//! Devices that are not in the house yet: looked for, shown, added.

pub mod add;
pub mod results;
pub mod scan;
pub mod wire;

use super::route::{Route, route};
use crate::auth::Need;
use utoipa_axum::routes;

pub fn routes() -> Vec<Route> {
    vec![
        route(Need::Admin, routes!(scan::scan)),
        route(Need::Admin, routes!(results::list_results)),
        route(Need::Admin, routes!(add::add_result)),
    ]
}
