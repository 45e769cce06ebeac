//! For probes. Codes only: whoever asks need not have signed in (S4).

pub mod probe;

use super::route::{Route, route};
use crate::auth::Need;
use utoipa_axum::routes;

pub fn routes() -> Vec<Route> {
    vec![route(Need::Open, routes!(probe::live)), route(Need::Open, routes!(probe::ready))]
}
