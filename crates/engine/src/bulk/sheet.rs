//! What a bulk job keeps: what it does, for whom, and how far it has come with each miner.

use hmm_domain::command::Tuning;
use hmm_domain::text::{Label, Message};
use hmm_domain::wish::Until;
use hmm_domain::{Actor, CommandId, CommandState, MinerId, ModeId, Timestamp};
use serde::{Deserialize, Serialize};

/// What is asked of each miner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum BulkTask {
    Enable,
    Disable,
    Restart,
    Mode {
        mode: ModeId,
        until: Until,
    },
    /// Tags to give and to take.
    Tags {
        add: Vec<Label>,
        remove: Vec<Label>,
    },
    /// A tuning profile, watched for a while and taken back where it does harm.
    Profile {
        name: Label,
        tuning: Tuning,
    },
}

/// How it went with one miner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Nothing had to be sent for it.
    Done,
    /// A later reading shows it.
    Confirmed,
    /// Accepted or waiting, and not seen to act.
    Unconfirmed,
    Failed,
    Refused,
    /// It did harm, and what was set before is set again.
    RolledBack,
    /// Not begun when the job was cancelled.
    Cancelled,
}

impl From<CommandState> for Outcome {
    fn from(state: CommandState) -> Self {
        match state {
            CommandState::Confirmed => Self::Confirmed,
            CommandState::Refused => Self::Refused,
            CommandState::Failed | CommandState::Superseded => Self::Failed,
            CommandState::Planned | CommandState::Sent | CommandState::Unconfirmed => Self::Unconfirmed,
        }
    }
}

/// One miner's line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BulkItem {
    pub miner_id: MinerId,
    pub name: Label,
    /// Written before the first step, so that a restart knows.
    pub begun: bool,
    pub command_id: Option<CommandId>,
    /// What was set before a profile.
    pub before: Option<Before>,
    pub outcome: Option<Outcome>,
    pub reason: Option<Message>,
}

/// What a profile took the place of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Before {
    pub tuning: Tuning,
    pub hashrate_hs: Option<u64>,
    /// Since when it is watched.
    pub since: Option<Timestamp>,
}

impl BulkItem {
    pub(super) fn new(miner_id: MinerId, name: Label) -> Self {
        Self { miner_id, name, begun: false, command_id: None, before: None, outcome: None, reason: None }
    }
}

/// Kept with the job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Sheet {
    pub(super) task: BulkTask,
    pub(super) actor: Actor,
    pub(super) items: Vec<BulkItem>,
}

impl Sheet {
    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }

    pub(super) fn done(&self) -> u32 {
        u32::try_from(self.items.iter().filter(|item| item.outcome.is_some()).count()).unwrap_or(u32::MAX)
    }
}
