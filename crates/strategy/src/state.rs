//! What a miner is doing, in one word, from what is known at `now`.

use hmm_domain::miner::{Miner, MinerState, PowerState, Profile};
use hmm_domain::reading::PoolInUse;
use hmm_domain::time::Timestamp;
use hmm_domain::{ModeId, Reading};
use std::time::Duration;

/// Silence of this many polls makes a device offline.
pub const FAILURES_OFFLINE: u32 = 3;
/// Without a share for this long, or twenty times what the difficulty makes likely, an answering device is stuck.
pub const STUCK_AFTER: Duration = Duration::from_mins(10);

/// How well the device answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Link {
    pub failures: u32,
    pub answered_at: Option<Timestamp>,
    /// When the share counters last moved, or the first reading that had them.
    pub shares_moved_at: Option<Timestamp>,
    /// A restart was sent; silence until then is booting.
    pub booting_until: Option<Timestamp>,
    /// Another device answers at this address.
    pub wrong_device: bool,
    /// Its silence was told, and so its return will be.
    pub offline_told: bool,
}

/// What the last fresh reading shows of the three fields that can be wished.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Observed {
    pub power: Option<PowerState>,
    pub mode: Option<ModeId>,
    pub pool: Option<PoolInUse>,
}

impl Observed {
    pub fn of(profile: &Profile, reading: &Reading) -> Self {
        let power = match (reading.paused, reading.hashing()) {
            (Some(true), _) => Some(PowerState::Off),
            (_, Some(true)) | (Some(false), _) => Some(PowerState::On),
            _ => None,
        };
        Self { power, mode: profile.mode_of(reading), pool: reading.pool.clone() }
    }
}

/// Judges. `fresh` is the last reading if it is not older than three intervals.
pub fn state_of(miner: &Miner, link: &Link, fresh: Option<&Reading>, now: Timestamp) -> MinerState {
    if !miner.enabled {
        return MinerState::Disabled;
    }
    if link.wrong_device {
        return MinerState::Unknown;
    }
    let booting = link.booting_until.is_some_and(|until| now < until);
    let Some(reading) = fresh.filter(|_| link.failures < FAILURES_OFFLINE) else {
        return match (booting, link.failures) {
            (true, _) => MinerState::Booting,
            // Not asked yet since the program started: that is not silence.
            (false, 0) => MinerState::Unknown,
            _ => MinerState::Offline,
        };
    };
    if booting && link.failures > 0 {
        return MinerState::Booting;
    }
    if reading.paused == Some(true) {
        return MinerState::Paused;
    }
    match reading.hashing() {
        Some(true) if stuck(link, reading, now) => MinerState::Stuck,
        Some(true) => MinerState::Mining,
        Some(false) if reading.uptime_s.is_some_and(|up| Duration::from_secs(up) < miner.profile.boot_deadline) => {
            MinerState::Booting
        }
        Some(false) => MinerState::Idle,
        None => MinerState::Unknown,
    }
}

fn stuck(link: &Link, reading: &Reading, now: Timestamp) -> bool {
    let Some(moved) = link.shares_moved_at else { return false };
    let (Some(hashrate), Some(difficulty)) = (reading.hashrate, reading.pool_difficulty) else {
        return false;
    };
    #[expect(clippy::cast_precision_loss, reason = "a judgement of minutes")]
    // A share of difficulty d takes d × 2^32 hashes on average.
    let expected = difficulty.get() as f64 * 4_294_967_296.0 / hashrate.get().max(1) as f64;
    let patience = Duration::try_from_secs_f64((expected * 20.0).min(1e9)).unwrap_or(STUCK_AFTER);
    now.since(moved) > patience.max(STUCK_AFTER)
}
