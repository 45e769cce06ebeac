//! A look round for devices, when a person asks for it. Safe to run twice: it writes nothing to anybody.

use super::Tools;
use hmm_domain::JobId;

pub(super) use hmm_engine::discovery::SCAN as KIND;

pub(super) async fn run(tools: &Tools, id: JobId) -> Result<(), String> {
    tools.engine.discovery_run(id).await
}
