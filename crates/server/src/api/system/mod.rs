//! The program itself, and who may move the hardware.

pub mod get;
pub mod mode;
pub mod network;
pub mod tls;
pub mod wire;

use super::route::{Route, route};
use crate::auth::Need;
use utoipa_axum::routes;

pub fn routes() -> Vec<Route> {
    vec![
        route(Need::Viewer, routes!(get::get_system)),
        route(Need::Viewer, routes!(tls::get_tls)),
        route(Need::Viewer, routes!(mode::get_mode)),
        route(Need::Operator, routes!(mode::put_mode)),
        route(Need::Admin, routes!(network::get_network)),
    ]
}
