//! Slow and durable work. The schedule and the state are ours; the queue that carries it is not seen from here.

use crate::ids::JobId;
use crate::text::Message;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum JobState {
    Queued,
    Running,
    Done,
    Failed,
    Cancelled,
}

impl JobState {
    pub const fn settled(self) -> bool {
        matches!(self, Self::Done | Self::Failed | Self::Cancelled)
    }
}

#[derive(Debug, Clone, PartialEq)]
pub struct Job {
    pub id: JobId,
    pub kind: String,
    /// Unique together with `kind`.
    pub due: Timestamp,
    pub state: JobState,
    pub done: u32,
    pub total: u32,
    pub results: serde_json::Value,
    pub error: Option<Message>,
    pub started_at: Option<Timestamp>,
    pub finished_at: Option<Timestamp>,
}
