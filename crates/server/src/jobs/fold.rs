//! Folds raw samples into roll-ups. Safe to run twice: it goes on where it stopped.

use super::{Tools, words};
use serde_json::{Value, json};
use std::time::Duration;

pub(super) const KIND: &str = "fold";
pub(super) const EVERY: Duration = Duration::from_mins(30);
/// After the last flush of the half hour.
pub(super) const OFFSET: Duration = Duration::from_mins(2);

pub(super) async fn run(tools: &Tools) -> Result<Value, String> {
    let folded = tools.store.fold(tools.clock.now()).await.map_err(words)?;
    Ok(json!({ "buckets": folded.buckets, "up_to": folded.up_to.to_string() }))
}
