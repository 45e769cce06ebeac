//! The words of the live feed.

use crate::api::commands::wire::CommandBody;
use crate::api::events::wire::EventBody;
use crate::api::jobs::wire::JobBody;
use crate::api::miners::desired::{DesiredBody, ObservedBody};
use crate::api::miners::reading::LatestBody;
use crate::api::miners::wire::{MinerBody, StateName};
use crate::api::system::wire::ModeName;
use crate::front::House;
use chrono::{DateTime, Utc};
use hmm_engine::LiveMiner;
use serde::Serialize;
use utoipa::ToSchema;

/// One message of `/ws/updates`. `seq` counts up by one per connection; a gap means that something was missed.
#[derive(Serialize, ToSchema)]
pub struct LiveFrame {
    pub seq: u64,
    #[serde(flatten)]
    pub message: LiveMessage,
}

/// What is told.
#[derive(Serialize, ToSchema)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum LiveMessage {
    /// First, and again after a gap: forget what you knew.
    Snapshot(Snapshot),
    /// Fresh readings.
    Reading(Readings),
    /// Miners that are new or changed, whole, and those that are gone.
    Miner(MinersChanged),
    Command(CommandChanged),
    Event(EventHappened),
    Job(JobChanged),
    System(SystemChanged),
    /// Every 20 seconds.
    Ping(Ping),
}

/// Everything, to begin with. The fleet may go on in `miner` messages that follow at once.
#[derive(Serialize, ToSchema)]
pub struct Snapshot {
    /// Changes with every start of the program.
    pub epoch: u64,
    pub at: DateTime<Utc>,
    pub system: SystemNow,
    /// How many miners there are in all.
    pub miners_total: u64,
    pub miners: Vec<MinerBody>,
}

#[derive(Serialize, ToSchema)]
pub struct SystemNow {
    pub mode: ModeName,
    pub demo: bool,
    /// This is the demo house beside the real one: `DELETE /api/demo` leaves it.
    pub demo_visit: bool,
    /// Codes of what is not as it should be.
    pub problems: Vec<String>,
}

impl SystemNow {
    pub fn of(house: &House) -> Self {
        Self {
            mode: house.engine.operation_mode().into(),
            demo: house.demo,
            demo_visit: house.visit,
            problems: house.engine.problems().iter().map(|problem| problem.kind.to_owned()).collect(),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct Readings {
    pub items: Vec<ReadingNow>,
}

/// What a fresh reading changes about a miner.
#[derive(Serialize, ToSchema)]
pub struct ReadingNow {
    pub miner_id: i64,
    pub state: StateName,
    pub state_since: DateTime<Utc>,
    pub stale: bool,
    pub sentence: String,
    pub last_error: Option<String>,
    pub desired: DesiredBody,
    pub observed: ObservedBody,
    pub latest: Option<LatestBody>,
}

impl From<&LiveMiner> for ReadingNow {
    fn from(live: &LiveMiner) -> Self {
        Self {
            miner_id: live.miner.id.get(),
            state: live.state.into(),
            state_since: live.state_since.to_chrono(),
            stale: live.stale,
            sentence: live.sentence.to_string(),
            last_error: live.last_error.as_ref().map(ToString::to_string),
            desired: (&live.desired).into(),
            observed: (&live.observed).into(),
            latest: live.latest.as_ref().map(Into::into),
        }
    }
}

#[derive(Serialize, ToSchema)]
pub struct MinersChanged {
    pub items: Vec<MinerBody>,
    /// Ids of miners that left the house.
    pub gone: Vec<i64>,
}

#[derive(Serialize, ToSchema)]
pub struct CommandChanged {
    pub command: CommandBody,
}

#[derive(Serialize, ToSchema)]
pub struct EventHappened {
    pub event: EventBody,
}

#[derive(Serialize, ToSchema)]
pub struct JobChanged {
    pub job: JobBody,
}

#[derive(Serialize, ToSchema)]
pub struct SystemChanged {
    pub system: SystemNow,
}

#[derive(Serialize, ToSchema)]
pub struct Ping {
    pub at: DateTime<Utc>,
}
