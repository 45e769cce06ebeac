//! The audit log, as the API shows it.

use chrono::{DateTime, Utc};
use hmm_domain::actor::ActorKind;
use hmm_domain::audit::{AuditRow, AuditVerdict};
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

#[derive(Serialize, ToSchema)]
#[schema(as = AuditRow)]
pub struct AuditBody {
    pub id: i64,
    pub at: DateTime<Utc>,
    pub actor: ActorBody,
    /// A stable word: `miner.add`, `command.send`, `session.create`, …
    pub action: String,
    /// `miner:3`, `user:1`, `system`.
    pub entity: String,
    #[schema(value_type = Option<Object>)]
    pub before: Option<serde_json::Value>,
    #[schema(value_type = Option<Object>)]
    pub after: Option<serde_json::Value>,
    /// The intent that this line settles.
    pub settles: Option<i64>,
    pub outcome: Option<String>,
    /// Over this line and the one before it.
    pub hash: String,
}

/// Who did something.
#[derive(Serialize, ToSchema)]
#[schema(as = Actor)]
pub struct ActorBody {
    pub kind: ActorKindName,
    /// Of the person or token.
    pub id: Option<i64>,
    pub name: String,
    pub address: Option<String>,
}

#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = ActorKind)]
pub enum ActorKindName {
    Person,
    Token,
    Console,
    Safety,
    System,
}

impl From<hmm_domain::Actor> for ActorBody {
    fn from(actor: hmm_domain::Actor) -> Self {
        let (kind, id) = match actor.kind {
            ActorKind::Person(id) => (ActorKindName::Person, Some(id.get())),
            ActorKind::Token(id) => (ActorKindName::Token, Some(id.get())),
            ActorKind::Console => (ActorKindName::Console, None),
            ActorKind::Safety => (ActorKindName::Safety, None),
            ActorKind::System => (ActorKindName::System, None),
        };
        Self { kind, id, name: actor.name.to_string(), address: actor.address }
    }
}

impl From<AuditRow> for AuditBody {
    fn from(row: AuditRow) -> Self {
        let AuditRow { id, entry, hash } = row;
        Self {
            id: id.get(),
            at: entry.at.to_chrono(),
            actor: entry.actor.into(),
            action: entry.action,
            entity: entry.entity,
            before: entry.before,
            after: entry.after,
            settles: entry.settles.map(hmm_domain::AuditId::get),
            outcome: entry.outcome.map(|outcome| outcome.to_string()),
            hash,
        }
    }
}

#[derive(Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct AuditQuery {
    /// Name of a person or token.
    pub actor: Option<String>,
    /// Such as `miner:3`.
    pub entity: Option<String>,
    /// Such as `command.send`.
    pub action: Option<String>,
    pub from: Option<DateTime<Utc>>,
    pub to: Option<DateTime<Utc>>,
    #[param(minimum = 1, maximum = 1000, default = 100)]
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// What a walk over the whole chain found.
#[derive(Serialize, ToSchema)]
#[schema(as = AuditVerdict)]
pub struct VerdictBody {
    pub verdict: VerdictName,
    /// Lines in the chain.
    pub count: Option<u64>,
    /// Hash of its last line.
    pub hash: Option<String>,
    /// The line at fault.
    pub at: Option<i64>,
    pub why: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Verdict)]
pub enum VerdictName {
    Whole,
    Broken,
    TailMissing,
}

impl From<AuditVerdict> for VerdictBody {
    fn from(verdict: AuditVerdict) -> Self {
        match verdict {
            AuditVerdict::Whole(head) => Self {
                verdict: VerdictName::Whole,
                count: Some(head.count),
                hash: Some(head.hash),
                at: None,
                why: None,
            },
            AuditVerdict::Broken { at, why } => {
                Self { verdict: VerdictName::Broken, count: None, hash: None, at: Some(at.get()), why: Some(why) }
            }
            AuditVerdict::TailMissing { expected, found } => Self {
                verdict: VerdictName::TailMissing,
                count: Some(found.count),
                hash: Some(found.hash),
                at: None,
                why: Some(format!("{} lines were written, {} are there", expected.count, found.count)),
            },
        }
    }
}
