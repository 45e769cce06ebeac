//! The same for many miners, when a person asks for it. Safe to run twice: a miner that was begun with is only followed.

use super::Tools;
use hmm_domain::JobId;

pub(super) use hmm_engine::bulk::BULK as KIND;

pub(super) async fn run(tools: &Tools, id: JobId) -> Result<(), String> {
    tools.engine.bulk_run(id).await
}
