//! A house from a backup (D7).
//!
//! **Invariant:** nothing is closed, let alone changed, before the file was read whole and found to be ours.

pub mod begin;
mod upload;

pub mod wire;

pub use upload::FOLDER;

use super::route::{Route, route};
use crate::auth::Need;
use utoipa_axum::routes;

pub fn routes() -> Vec<Route> {
    vec![route(Need::AdminOrCode, routes!(begin::restore)).upload()]
}
