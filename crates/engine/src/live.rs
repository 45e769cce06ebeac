//! What is known of a miner right now, as one value that is replaced whole and shared without locks.

use hmm_domain::miner::{Miner, MinerState};
use hmm_domain::reading::PowerSource;
use hmm_domain::text::Message;
use hmm_domain::wish::Desired;
use hmm_domain::{Label, Reading, Timestamp};
use hmm_strategy::{Decision, Heat, Observed};
use std::sync::Arc;

/// The last reading and when it came.
#[derive(Debug, Clone, PartialEq)]
pub struct Latest {
    pub at: Timestamp,
    pub reading: Arc<Reading>,
    pub power_source: Option<PowerSource>,
}

/// One miner, live.
#[derive(Debug, Clone, PartialEq)]
pub struct LiveMiner {
    pub miner: Arc<Miner>,
    /// What it works on: what it said last, else what its family works on.
    pub algorithm: Label,
    pub state: MinerState,
    pub state_since: Timestamp,
    /// The last reading is older than three intervals.
    pub stale: bool,
    pub desired: Desired,
    pub observed: Observed,
    pub decision: Decision,
    pub heat: Heat,
    pub latest: Option<Latest>,
    /// State, who wants it, until when, what comes next.
    pub sentence: Message,
    pub last_error: Option<Message>,
}
