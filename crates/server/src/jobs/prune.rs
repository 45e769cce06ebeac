//! Lets go of what has been kept long enough: raw samples, ended jobs, the queue's leftovers. Safe to run twice.

use super::queue::Queue;
use super::{DAY, Tools, words};
use serde_json::{Value, json};
use std::time::Duration;

pub(super) const KIND: &str = "prune";
pub(super) const EVERY: Duration = DAY;
pub(super) const OFFSET: Duration = Duration::from_mins(2 * 60 + 40);
/// So long the outcome of a job can be looked up.
const JOBS_KEPT: Duration = Duration::from_hours(30 * 24);

pub(super) async fn run(tools: &Tools, queue: &Queue) -> Result<Value, String> {
    let now = tools.clock.now();
    let samples = tools.store.prune(now, tools.raw_retention).await.map_err(words)?;
    let jobs = tools.store.job_prune(now - JOBS_KEPT).await.map_err(words)?;
    queue.sweep().await.map_err(words)?;
    Ok(json!({ "samples": samples, "jobs": jobs }))
}
