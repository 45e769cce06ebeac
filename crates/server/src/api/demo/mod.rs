//! A look around in a demo house beside the real one.
//!
//! **Invariant:** who may go there is decided by the real house; who is there by the demo house, which knows nobody else.

pub mod enter;
pub mod leave;
pub mod wire;

use super::route::{Route, route};
use crate::auth::Need;
use utoipa_axum::routes;

pub fn routes() -> Vec<Route> {
    vec![route(Need::AdminOrCode, routes!(enter::enter_demo)).secret(), route(Need::Open, routes!(leave::leave_demo))]
}
