//! What the firmware keeps in flash: tuning, fan, screen, pools.
//!
//! **Invariant:** values only; what may be written and how it is spelled is the face's business.

use super::model::Hardware;
use super::spec::{MinerSpec, PoolSpec};
use serde::Serialize;

/// The stored settings of one miner.
#[derive(Debug, Clone, PartialEq)]
#[expect(clippy::struct_excessive_bools, reason = "the firmware stores that many switches")]
pub(crate) struct Settings {
    pub(crate) frequency_mhz: f64,
    pub(crate) core_voltage_mv: u16,
    pub(crate) overclock: bool,
    pub(crate) auto_fan: bool,
    pub(crate) manual_fan_pct: u16,
    pub(crate) min_fan_pct: u16,
    pub(crate) temp_target_c: u16,
    /// Set by the trip, cleared by a write.
    pub(crate) overheat_mode: bool,
    pub(crate) use_fallback: bool,
    pub(crate) rotation: u16,
    pub(crate) invert_screen: bool,
    pub(crate) flip_screen: bool,
    pub(crate) invert_fan: bool,
    pub(crate) display_timeout: i64,
    pub(crate) stats_frequency: u16,
    pub(crate) hostname: String,
    pub(crate) ssid: String,
    pub(crate) pools: Pools,
}

impl Settings {
    pub(crate) fn factory(spec: &MinerSpec, hardware: &Hardware) -> Self {
        let suggested_difficulty = spec.firmware.usual_difficulty();
        let entry = |id, at: &PoolSpec| PoolEntry { suggested_difficulty, ..PoolEntry::stored(id, at.clone()) };
        Self {
            frequency_mhz: f64::from(hardware.default_mhz),
            core_voltage_mv: hardware.default_mv,
            overclock: false,
            auto_fan: true,
            manual_fan_pct: 100,
            min_fan_pct: 25,
            temp_target_c: 60,
            overheat_mode: false,
            use_fallback: false,
            rotation: 0,
            invert_screen: false,
            flip_screen: true,
            invert_fan: true,
            display_timeout: -1,
            stats_frequency: 0,
            hostname: spec.hostname.clone(),
            ssid: "Home".to_owned(),
            pools: Pools { entries: vec![entry(0, &spec.primary), entry(1, &spec.fallback)], primary: 0, secondary: 1 },
        }
    }

    /// The firmware's own way down after an overheat.
    pub(crate) fn lower_for_overheat(&mut self) {
        self.frequency_mhz = 50.0;
        self.core_voltage_mv = 1000;
        self.auto_fan = false;
        self.manual_fan_pct = 100;
        self.overheat_mode = true;
    }
}

/// The list of pools, with which of them are in use. Older firmware knows entries 0 and 1 under flat names.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pools {
    pub(crate) entries: Vec<PoolEntry>,
    pub(crate) primary: u8,
    pub(crate) secondary: u8,
}

#[derive(Debug, Clone, PartialEq)]
pub(crate) struct PoolEntry {
    pub(crate) id: u8,
    pub(crate) at: PoolSpec,
    pub(crate) suggested_difficulty: u32,
    pub(crate) extranonce: bool,
    pub(crate) tls: u16,
    pub(crate) decode_coinbase: bool,
}

impl PoolEntry {
    /// An entry with the firmware's defaults for everything that is optional.
    pub(crate) fn stored(id: u8, at: PoolSpec) -> Self {
        Self { id, at, suggested_difficulty: 1000, extranonce: false, tls: 0, decode_coinbase: true }
    }
}

impl Pools {
    pub(crate) fn find(&self, id: u8) -> Option<&PoolEntry> {
        self.entries.iter().find(|entry| entry.id == id)
    }

    pub(crate) fn primary(&self) -> Option<&PoolEntry> {
        self.find(self.primary)
    }

    pub(crate) fn secondary(&self) -> Option<&PoolEntry> {
        self.find(self.secondary)
    }

    pub(crate) fn entry(&mut self, id: u8) -> &mut PoolEntry {
        let place = self.entries.partition_point(|entry| entry.id < id);
        if self.entries.get(place).is_none_or(|entry| entry.id != id) {
            self.entries.insert(place, PoolEntry::stored(id, PoolSpec::new("", 0, "")));
        }
        &mut self.entries[place]
    }

    pub(crate) fn remove(&mut self, id: u8) {
        self.entries.retain(|entry| entry.id != id);
    }

    /// What the firmware connects to when it starts.
    pub(crate) fn connect(&self, use_fallback: bool) -> Connection {
        let (primary, secondary) = (self.primary(), self.secondary());
        let place =
            |entry: Option<&PoolEntry>| entry.map_or_else(|| PoolSpec::new("", 0, ""), |entry| entry.at.clone());
        let difficulty = primary.map_or(1000, |entry| entry.suggested_difficulty.max(1));
        Connection { primary: place(primary), fallback: place(secondary), on_fallback: use_fallback, difficulty }
    }
}

/// The pools of the running connection. A write to flash does not touch it; a restart does.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Connection {
    pub(crate) primary: PoolSpec,
    pub(crate) fallback: PoolSpec,
    pub(crate) on_fallback: bool,
    pub(crate) difficulty: u32,
}

impl Connection {
    pub(crate) fn pool(&self) -> RunningPool {
        let at = if self.on_fallback { &self.fallback } else { &self.primary };
        RunningPool { url: at.url.clone(), port: at.port, user: at.user.clone(), fallback: self.on_fallback }
    }
}

/// The pool that really gets the work.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RunningPool {
    pub url: String,
    pub port: u16,
    pub user: String,
    pub fallback: bool,
}
