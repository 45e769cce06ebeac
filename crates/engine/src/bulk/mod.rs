//! One thing asked of many miners: a job with a result for each of them.
//!
//! **Invariant:** what is sent goes the way of a single wish or command, with its limits, refusals and audit lines; a
//! restart of the program in the middle repeats no command.

mod profile;
mod run;
mod sheet;

pub use sheet::{BulkItem, BulkTask, Outcome};

use crate::error::EngineError;
use crate::house::Engine;
use hmm_domain::audit::AuditEntry;
use hmm_domain::text::Message;
use hmm_domain::{Actor, JobId, MinerId};
use sheet::Sheet;
use std::collections::BTreeSet;

/// The kind of the job.
pub const BULK: &str = "bulk";

impl Engine {
    /// Asks for the same of all these miners.
    pub async fn bulk_start(&self, ids: &[MinerId], task: BulkTask, actor: &Actor) -> Result<JobId, EngineError> {
        let wanted: BTreeSet<MinerId> = ids.iter().copied().collect();
        if wanted.is_empty() {
            return Err(EngineError::Invalid { pointer: "/ids", why: Message::new("name at least one miner") });
        }
        let mut items = Vec::with_capacity(wanted.len());
        for id in wanted {
            let live = self.miner(id).ok_or(EngineError::UnknownMiner(id))?;
            items.push(BulkItem::new(id, live.miner.name.clone()));
        }
        let names: Vec<_> = items.iter().map(|item| item.name.clone()).collect();
        let entry = AuditEntry::new(self.clock.now(), actor, "bulk.start", "system")
            .after(serde_json::json!({ "task": task, "miners": names }));
        self.store.audit_append(&entry).await?;
        let total = u32::try_from(items.len()).unwrap_or(u32::MAX);
        let sheet = Sheet { task, actor: actor.clone(), items };
        let id = self.job_ask(BULK, total, &sheet.json()).await?;
        self.bus.say(hmm_domain::event::HouseEvent::Job(id));
        Ok(id)
    }
}
