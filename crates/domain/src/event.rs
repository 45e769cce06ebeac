//! What happened. [`HouseEvent`] is the bus inside the program; [`Notice`] is what is kept and shown to people.

use crate::ids::{CommandId, EventId, JobId, MinerId};
use crate::text::Message;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    Info,
    Warning,
    Error,
}

/// Something worth telling a person, kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notice {
    pub id: EventId,
    pub at: Timestamp,
    pub level: Level,
    /// A stable word for filters: `miner_offline`, `overheated`, `database_away`, …
    pub kind: String,
    pub miner: Option<MinerId>,
    pub text: Message,
}

/// What the bus carries. Small: who wants more asks for the state, which is in memory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HouseEvent {
    /// A fresh reading of this miner is in the live state.
    Reading(MinerId),
    /// Something else about this miner changed: its settings, its wishes, its state.
    Miner(MinerId),
    MinerGone(MinerId),
    Command(CommandId),
    Job(JobId),
    Notice(Notice),
    /// Operation mode, problems or loops changed.
    System,
    /// Rights changed: sessions and tokens are to be looked at again. `None` means everybody.
    Access(Option<crate::ids::UserId>),
}
