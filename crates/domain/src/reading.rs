//! What a device said in one poll. Everything is optional: absent is absent, never zero.

use crate::ids::ModeId;
use crate::text::{Label, Message};
use crate::units::{CentiCelsius, CentiPercent, Dbm, Difficulty, Frequency, Hashrate, Millivolts, Power, Rpm};
use crate::wish::PoolTarget;
use serde::{Deserialize, Serialize};

/// Where a number of watts comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PowerSource {
    /// The device's own meter.
    Measured,
    /// A smart plug's meter.
    Plug,
    /// Typed by a person.
    Estimated,
}

/// The pool a device says it works for.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PoolInUse {
    pub host: Label,
    pub port: Option<u16>,
    pub user: Option<Label>,
    /// The device fell back to its second pool.
    pub fallback: Option<bool>,
}

/// The pool that is set first on a device, whether it works for it now or has fallen back.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PoolSet {
    pub host: Label,
    pub port: Option<u16>,
    /// Whole: it may have to be written back.
    pub user: Option<Message>,
    pub tls: Option<bool>,
}

/// One of the places of a device's own list of pools, in its order.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct PoolSlot {
    pub slot: u8,
    pub host: Label,
    pub port: Option<u16>,
    pub user: Option<Label>,
    /// It works for this one now.
    pub active: Option<bool>,
    /// It can reach this one.
    pub alive: Option<bool>,
}

/// Why shares were refused, in the pool's words.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RejectReason {
    pub message: Label,
    pub count: u64,
}

/// One reply, translated. Time and miner are stamped by the engine.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Reading {
    /// What it works on now, where a device of its family may work on several things. Hashrates of different algorithms
    /// are never summed.
    pub algorithm: Option<Label>,
    pub hashrate: Option<Hashrate>,
    pub hashrate_1m: Option<Hashrate>,
    pub hashrate_10m: Option<Hashrate>,
    pub hashrate_1h: Option<Hashrate>,
    pub expected_hashrate: Option<Hashrate>,
    pub power: Option<Power>,
    pub power_source: Option<PowerSource>,
    /// What the device aims at, which is no measurement.
    pub power_target: Option<Power>,
    pub temperature: Option<CentiCelsius>,
    pub vr_temperature: Option<CentiCelsius>,
    pub board_temperature: Option<CentiCelsius>,
    pub intake_temperature: Option<CentiCelsius>,
    pub fan_pct: Option<CentiPercent>,
    pub fan: Option<Rpm>,
    pub fan2: Option<Rpm>,
    /// What is set.
    pub frequency: Option<Frequency>,
    /// What runs, where the device tells the two apart.
    pub actual_frequency: Option<Frequency>,
    /// What is set.
    pub core_voltage: Option<Millivolts>,
    pub actual_core_voltage: Option<Millivolts>,
    pub shares_accepted: Option<u64>,
    pub shares_rejected: Option<u64>,
    pub shares_stale: Option<u64>,
    pub reject_reasons: Vec<RejectReason>,
    pub best_difficulty: Option<Difficulty>,
    pub best_session_difficulty: Option<Difficulty>,
    pub pool: Option<PoolInUse>,
    pub pool_set: Option<PoolSet>,
    /// The device's own list, where it has one. Empty where it has none.
    pub pool_slots: Vec<PoolSlot>,
    pub pool_difficulty: Option<Difficulty>,
    /// Round trip to the pool.
    pub response_ms: Option<u32>,
    pub uptime_s: Option<u64>,
    pub rssi: Option<Dbm>,
    pub firmware: Option<Label>,
    /// What the device itself calls its mode; where it has none, the profile derives it from frequency and voltage.
    pub mode: Option<ModeId>,
    /// It rests: paused, in standby, shut down.
    pub paused: Option<bool>,
    /// It measures its chips after a change of mode, and takes no other meanwhile.
    pub calibrating: Option<bool>,
    /// The firmware tripped its own heat protection.
    pub overheated: Option<bool>,
    /// A fault the device reports of itself, in its words.
    pub fault: Option<Message>,
    /// Share of hashes the chip got wrong.
    pub error_pct: Option<CentiPercent>,
    pub hash_errors: Option<u64>,
    pub free_heap_bytes: Option<u64>,
}

impl Reading {
    /// Whether the device is set to this pool: by what is set, else by what it works for; `None` when it shows neither.
    pub fn pool_is(&self, target: &PoolTarget) -> Option<bool> {
        let set = self.pool_set.as_ref().map(|set| target.set_as(set));
        set.or_else(|| self.pool.as_ref().map(|now| target.shown_by(now)))
    }

    /// Hashes are being made, as far as this reading can tell.
    pub fn hashing(&self) -> Option<bool> {
        if self.paused == Some(true) {
            return Some(false);
        }
        self.hashrate.map(|h| h.get() > 0)
    }
}
