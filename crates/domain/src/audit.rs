//! The log of every change: who, what, when, before and after, and how it ended.

use crate::actor::Actor;
use crate::ids::AuditId;
use crate::text::Message;
use crate::time::Timestamp;
use serde_json::Value;

/// A line to be written. Intent and outcome are two lines; the outcome names its intent.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditEntry {
    pub at: Timestamp,
    pub actor: Actor,
    /// A stable word: `miner.add`, `command.send`, `session.create`, …
    pub action: String,
    /// What it was done to: `miner:3`, `user:1`, `system`.
    pub entity: String,
    pub before: Option<Value>,
    pub after: Option<Value>,
    /// The intent this line settles.
    pub settles: Option<AuditId>,
    /// How it ended, for an outcome: `confirmed`, `failed: …`.
    pub outcome: Option<Message>,
}

impl AuditEntry {
    pub fn new(at: Timestamp, actor: &Actor, action: &str, entity: impl Into<String>) -> Self {
        Self {
            at,
            actor: actor.clone(),
            action: action.to_owned(),
            entity: entity.into(),
            before: None,
            after: None,
            settles: None,
            outcome: None,
        }
    }

    #[must_use]
    pub fn before(mut self, value: impl Into<Value>) -> Self {
        self.before = Some(value.into());
        self
    }

    #[must_use]
    pub fn after(mut self, value: impl Into<Value>) -> Self {
        self.after = Some(value.into());
        self
    }

    #[must_use]
    pub fn outcome(mut self, settles: Option<AuditId>, text: &str) -> Self {
        self.settles = settles;
        self.outcome = Some(Message::new(text));
        self
    }
}

/// A line as stored, with its place in the chain.
#[derive(Debug, Clone, PartialEq)]
pub struct AuditRow {
    pub id: AuditId,
    pub entry: AuditEntry,
    /// Hex of the keyed hash over the line before and this one.
    pub hash: String,
}

#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditFilter {
    pub actor: Option<String>,
    pub entity: Option<String>,
    pub action: Option<String>,
    pub from: Option<Timestamp>,
    pub to: Option<Timestamp>,
    pub after_id: Option<AuditId>,
    pub limit: u32,
}

/// The last line of the chain: also written to the log and into backups, so that a cut tail shows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct AuditHead {
    pub count: u64,
    pub hash: String,
}

/// What a walk over the whole chain found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuditVerdict {
    Whole(AuditHead),
    /// This line, or the one before it, is not what was written.
    Broken {
        at: AuditId,
        why: String,
    },
    /// The chain ends before its head.
    TailMissing {
        expected: AuditHead,
        found: AuditHead,
    },
}
