//! Removes sessions, tokens and kept answers that have expired. Safe to run twice.

use super::{HOUR, Tools, words};
use serde_json::{Value, json};
use std::time::Duration;

pub(super) const KIND: &str = "access_clean";
pub(super) const EVERY: Duration = HOUR;
pub(super) const OFFSET: Duration = Duration::from_mins(11);

pub(super) async fn run(tools: &Tools) -> Result<Value, String> {
    let removed = tools.store.access_clean(tools.clock.now()).await.map_err(words)?;
    Ok(json!({ "removed": removed }))
}
