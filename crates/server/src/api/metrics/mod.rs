//! Numbers for Prometheus.
//!
//! **Invariant:** a recorder lives for one scrape; nothing global is counted.

pub mod scrape;

use super::route::{Route, route};
use crate::auth::Need;
use utoipa_axum::routes;

pub fn routes() -> Vec<Route> {
    vec![route(Need::Metrics, routes!(scrape::scrape))]
}
