//! The log of every change.

pub mod list;
pub mod verify;
pub mod wire;

use super::route::{Route, route};
use crate::auth::Need;
use crate::front::House;
use crate::problem::Problem;
use hmm_domain::Actor;
use hmm_domain::audit::AuditEntry;
use serde_json::Value;
use utoipa_axum::routes;

pub fn routes() -> Vec<Route> {
    vec![route(Need::Admin, routes!(list::list_audit)), route(Need::Admin, routes!(verify::verify_audit))]
}

/// Writes down what somebody changed here. Changes of miners and of the mode are written down by the engine.
pub(super) async fn note(
    house: &House,
    actor: &Actor,
    action: &str,
    entity: String,
    before: Option<Value>,
    after: Option<Value>,
) -> Result<(), Problem> {
    let mut entry = AuditEntry::new(house.clock.now(), actor, action, entity);
    (entry.before, entry.after) = (before, after);
    house.store.audit_append(&entry).await?;
    Ok(())
}
