//! Devices that are not in the house yet: looked for, shown, added.

pub mod add;
pub mod add_many;
pub mod follow;
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
        route(Need::Admin, routes!(add_many::add_results)),
        route(Need::Admin, routes!(follow::follow_result)),
    ]
}
