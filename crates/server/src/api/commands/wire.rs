//! Commands, as the API shows them.

use crate::api::audit::wire::ActorBody;
use crate::api::miners::desired::OwnerName;
use chrono::{DateTime, Utc};
use hmm_domain::command::{Command, CommandRecord, CommandState};
use hmm_domain::miner::PowerState;
use serde::Serialize;
use utoipa::ToSchema;

/// Taken; how it goes is told by `GET /api/commands/{id}` and by the live feed.
#[derive(Serialize, ToSchema)]
pub struct CommandAccepted {
    pub command_id: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = CommandState)]
pub enum CommandStateName {
    /// Waits for its turn.
    Planned,
    /// Not sent, for the reason given.
    Refused,
    /// On its way, or waiting to be seen.
    Sent,
    /// A later reading shows it.
    Confirmed,
    /// The device took it and has not been seen to act.
    Unconfirmed,
    /// The device said no, or could not be reached.
    Failed,
    /// A newer wish took its place.
    Superseded,
}

impl From<CommandState> for CommandStateName {
    fn from(state: CommandState) -> Self {
        match state {
            CommandState::Planned => Self::Planned,
            CommandState::Refused => Self::Refused,
            CommandState::Sent => Self::Sent,
            CommandState::Confirmed => Self::Confirmed,
            CommandState::Unconfirmed => Self::Unconfirmed,
            CommandState::Failed => Self::Failed,
            CommandState::Superseded => Self::Superseded,
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CommandKind {
    SetMode,
    SetPower,
    SetPool,
    Tune,
    Restart,
    Identify,
}

#[derive(Serialize, ToSchema)]
#[schema(as = Command)]
pub struct CommandBody {
    pub id: i64,
    pub miner_id: i64,
    pub kind: CommandKind,
    /// What it sets, in words: `eco`, `off`, `485 MHz, 1200 mV`.
    pub value: Option<String>,
    pub owner: OwnerName,
    pub actor: ActorBody,
    pub state: CommandStateName,
    pub reason: String,
    /// The device's words.
    pub reply: Option<String>,
    pub planned_at: DateTime<Utc>,
    pub sent_at: Option<DateTime<Utc>>,
    pub settled_at: Option<DateTime<Utc>>,
}

impl From<CommandRecord> for CommandBody {
    fn from(record: CommandRecord) -> Self {
        let (kind, value) = words(&record.command);
        Self {
            id: record.id.get(),
            miner_id: record.miner.get(),
            kind,
            value,
            owner: record.owner.into(),
            actor: record.actor.into(),
            state: record.state.into(),
            reason: record.reason.to_string(),
            reply: record.reply.map(|reply| reply.to_string()),
            planned_at: record.planned_at.to_chrono(),
            sent_at: record.sent_at.map(hmm_domain::Timestamp::to_chrono),
            settled_at: record.settled_at.map(hmm_domain::Timestamp::to_chrono),
        }
    }
}

fn words(command: &Command) -> (CommandKind, Option<String>) {
    match command {
        Command::SetMode { mode, .. } => (CommandKind::SetMode, Some(mode.to_string())),
        Command::SetPower { power: PowerState::On } => (CommandKind::SetPower, Some("on".to_owned())),
        Command::SetPower { power: PowerState::Off } => (CommandKind::SetPower, Some("off".to_owned())),
        Command::SetPool { pool } => (CommandKind::SetPool, Some(format!("{}:{}", pool.host, pool.port))),
        Command::Tune { tuning } => {
            let settings = [
                tuning.frequency.map(|f| format!("{} MHz", f.as_mhz())),
                tuning.core_voltage.map(|v| format!("{} mV", v.get())),
                tuning.fan_pct.map(|f| format!("fan {f} %")),
                tuning.target_temperature.map(|t| format!("target {} °C", t.as_celsius())),
            ];
            (CommandKind::Tune, Some(settings.into_iter().flatten().collect::<Vec<_>>().join(", ")))
        }
        Command::Restart => (CommandKind::Restart, None),
        Command::Identify => (CommandKind::Identify, None),
    }
}
