//! What each `type` of a problem means: the pages of `docs/problems/`, from inside the program.

pub mod page;

use super::route::{Route, route};
use crate::auth::Need;
use utoipa_axum::routes;

pub fn routes() -> Vec<Route> {
    // Static text that is public anyway, and most needed by somebody who cannot get in.
    vec![route(Need::Open, routes!(page::problem_page)).hidden()]
}
