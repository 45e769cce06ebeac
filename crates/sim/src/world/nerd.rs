//! NerdOS devices: their boards, the releases of their firmware, and what only they keep.
//!
//! **Invariant:** what is stored and what is in force are two things here: the firmware stores any number, applies none
//! above the board's ceiling, and cuts at the next start.

use super::model::Hardware;
use super::settings::Settings;
use hmm_domain::Timestamp;
use std::collections::VecDeque;
use std::time::Duration;

/// A release of NerdOS. Later compares as greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum NerdRelease {
    /// 2025: flat keys, difficulties as text, no `/api/system/asic`.
    V1_0_28,
    /// With `/api/system/asic` and `shutdown`.
    V1_0_32,
    /// With one-time codes, also for a restart.
    V1_0_34,
    /// With a nested `stratum`; a restart is free again.
    V1_0_36,
    /// With the second API and two fans.
    V1_1,
    /// Lists both pools, and says which is worked for.
    V1_2,
}

impl NerdRelease {
    pub const ALL: [Self; 6] = [Self::V1_0_28, Self::V1_0_32, Self::V1_0_34, Self::V1_0_36, Self::V1_1, Self::V1_2];

    pub const fn version(self) -> &'static str {
        match self {
            Self::V1_0_28 => "v1.0.28",
            Self::V1_0_32 => "v1.0.32",
            Self::V1_0_34 => "v1.0.34",
            Self::V1_0_36 => "v1.0.36",
            Self::V1_1 => "v1.1.0",
            Self::V1_2 => "v1.2.0",
        }
    }
}

/// The firmware with what its owner has switched on.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Nerd {
    pub release: NerdRelease,
    /// What its authenticator shows; here it stays the same.
    pub code: Option<&'static str>,
    /// Works for both pools at once.
    pub both_pools: bool,
}

impl Nerd {
    pub const fn new(release: NerdRelease) -> Self {
        Self { release, code: None, both_pools: false }
    }

    #[must_use]
    pub const fn guarded_by(self, code: &'static str) -> Self {
        Self { code: Some(code), ..self }
    }

    #[must_use]
    pub const fn for_both_pools(self) -> Self {
        Self { both_pools: true, ..self }
    }
}

impl From<NerdRelease> for Nerd {
    fn from(release: NerdRelease) -> Self {
        Self::new(release)
    }
}

const BM1370_MHZ: &[u16] = &[500, 515, 525, 550, 575, 590, 600];
const BM1370_MV: &[u16] = &[1120, 1130, 1140, 1150, 1160, 1170, 1180, 1190, 1200];

pub(super) static QAXE_PLUS_PLUS: Hardware = Hardware {
    family: "NerdQAxe++",
    asic: "BM1370",
    board: "",
    colour: "#e700d8",
    asics: 4,
    small_cores: 2040.0,
    supply_volts: 12,
    max_power_w: 100,
    default_mhz: 600,
    default_mv: 1150,
    mhz_options: BM1370_MHZ,
    mv_options: BM1370_MV,
    watts_per_mhz_v2: 0.0239,
    idle_w: 3.5,
    trip_c: 70.0,
    sink: 0.22,
    current_at_core: false,
};

pub(super) static QAXE_PLUS: Hardware = Hardware {
    family: "NerdQAxe+",
    asic: "BM1368",
    board: "",
    colour: "#0081e7",
    asics: 4,
    small_cores: 1276.0,
    supply_volts: 12,
    max_power_w: 70,
    default_mhz: 490,
    default_mv: 1250,
    mhz_options: &[400, 425, 450, 475, 490, 500, 525, 550, 575],
    mv_options: &[1100, 1150, 1200, 1250, 1300, 1350],
    watts_per_mhz_v2: 0.0186,
    idle_w: 3.5,
    trip_c: 70.0,
    sink: 0.29,
    current_at_core: false,
};

pub(super) static OCTAXE_GAMMA: Hardware = Hardware {
    family: "NerdOCTAXE-γ",
    asic: "BM1370",
    board: "",
    colour: "#11d51e",
    asics: 8,
    small_cores: 2040.0,
    supply_volts: 12,
    max_power_w: 250,
    default_mhz: 600,
    default_mv: 1150,
    mhz_options: BM1370_MHZ,
    mv_options: BM1370_MV,
    watts_per_mhz_v2: 0.0239,
    idle_w: 5.0,
    trip_c: 70.0,
    sink: 0.11,
    current_at_core: false,
};

pub(super) static OCTAXE_GAMMA_REV3: Hardware = Hardware {
    family: "NerdOCTAXE-γ",
    asic: "BM1370",
    board: "",
    colour: "#11d51e",
    asics: 8,
    small_cores: 2040.0,
    supply_volts: 12,
    max_power_w: 300,
    default_mhz: 700,
    default_mv: 1210,
    mhz_options: &[525, 550, 575, 600, 625, 650, 675, 700, 725, 750, 775, 800],
    mv_options: &[1120, 1130, 1140, 1150, 1160, 1170, 1180, 1190, 1200, 1210, 1220, 1230, 1240, 1250, 1260],
    watts_per_mhz_v2: 0.0239,
    idle_w: 5.0,
    trip_c: 70.0,
    sink: 0.085,
    current_at_core: false,
};

pub(super) static HAXE_GAMMA: Hardware = Hardware {
    family: "NerdHaxe-γ",
    asic: "BM1370",
    board: "",
    colour: "#e7a200",
    asics: 6,
    small_cores: 2040.0,
    supply_volts: 12,
    max_power_w: 250,
    default_mhz: 600,
    default_mv: 1150,
    mhz_options: BM1370_MHZ,
    mv_options: BM1370_MV,
    watts_per_mhz_v2: 0.0239,
    idle_w: 4.0,
    trip_c: 70.0,
    sink: 0.15,
    current_at_core: false,
};

pub(super) static AXE: Hardware = Hardware {
    family: "NerdAxe",
    asic: "BM1366",
    board: "",
    colour: "#e74c3c",
    asics: 1,
    small_cores: 894.0,
    supply_volts: 5,
    max_power_w: 15,
    default_mhz: 485,
    default_mv: 1200,
    mhz_options: &[400, 425, 450, 475, 485, 500, 525, 550, 575],
    mv_options: &[1100, 1150, 1200, 1250, 1300],
    watts_per_mhz_v2: 0.0132,
    idle_w: 2.2,
    trip_c: 70.0,
    sink: 1.3,
    current_at_core: false,
};

pub(super) static AXE_GAMMA: Hardware = Hardware {
    family: "NerdAxeGamma",
    asic: "BM1370",
    board: "",
    colour: "#e7cf00",
    asics: 1,
    small_cores: 2040.0,
    supply_volts: 5,
    max_power_w: 25,
    default_mhz: 515,
    default_mv: 1150,
    mhz_options: &[500, 515, 525, 550, 575],
    mv_options: BM1370_MV,
    watts_per_mhz_v2: 0.0223,
    idle_w: 2.2,
    trip_c: 70.0,
    sink: 1.0,
    current_at_core: false,
};

/// MHz and mV above which nothing is applied; zeros are no limit.
pub(crate) fn ceiling(hardware: &Hardware) -> (u16, u16) {
    match (hardware.family, hardware.default_mhz) {
        ("NerdAxe" | "NerdAxeGamma", _) => (0, 0),
        ("NerdOCTAXE-γ", 700) => (850, 1400),
        _ => (800, 1400),
    }
}

/// The end of the band of power below which its page warns.
pub(crate) fn min_power_w(hardware: &Hardware) -> u16 {
    match (hardware.family, hardware.default_mhz) {
        ("NerdAxe" | "NerdAxeGamma", _) => 5,
        ("NerdQAxe+", _) | ("NerdOCTAXE-γ", 700) => 30,
        ("NerdHaxe-γ", _) => 75,
        ("NerdOCTAXE-γ", _) => 50,
        _ => 52,
    }
}

const WRONG_MAX: usize = 5;
const WINDOW: Duration = Duration::from_mins(1);
const LOCKED_FOR: Duration = Duration::from_mins(5);
pub(crate) const SESSION_TTL: Duration = Duration::from_hours(24);

/// What a NerdOS device keeps besides the common settings.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct NerdState {
    pub(crate) nerd: Nerd,
    pub(crate) stored_mhz: u16,
    pub(crate) stored_mv: u16,
    /// 0 fixed, 1 by a curve, 2 by a regulator.
    pub(crate) fan_mode: u16,
    pub(crate) overheat_c: u16,
    /// 1 for both pools at once; a change waits for the next start.
    pub(crate) pool_mode: u16,
    pub(crate) active_pool_mode: u16,
    /// The first pool's part, percent.
    pub(crate) balance: u16,
    ceiling: (u16, u16),
    wrong: VecDeque<Timestamp>,
    locked_until: Option<Timestamp>,
    sessions: Vec<(String, Timestamp)>,
}

impl NerdState {
    pub(super) fn new(nerd: Nerd, settings: &Settings, hardware: &Hardware) -> Self {
        let mode = u16::from(nerd.both_pools);
        Self {
            nerd,
            stored_mhz: hardware.default_mhz,
            stored_mv: hardware.default_mv,
            fan_mode: if settings.auto_fan { 2 } else { 0 },
            overheat_c: 70,
            pool_mode: mode,
            active_pool_mode: mode,
            balance: 50,
            ceiling: ceiling(hardware),
            wrong: VecDeque::new(),
            locked_until: None,
            sessions: Vec::new(),
        }
    }

    /// What the chips run with, after a write.
    pub(crate) fn apply(&self, settings: &mut Settings) {
        let (mhz, mv) = self.ceiling;
        if mhz == 0 || self.stored_mhz <= mhz {
            settings.frequency_mhz = f64::from(self.stored_mhz);
        }
        if mv == 0 || self.stored_mv <= mv {
            settings.core_voltage_mv = self.stored_mv;
        }
    }

    pub(super) fn booted(&mut self, settings: &mut Settings) {
        let cut = |value: u16, most: u16| if most == 0 { value } else { value.min(most) };
        settings.frequency_mhz = f64::from(cut(self.stored_mhz, self.ceiling.0));
        settings.core_voltage_mv = cut(self.stored_mv, self.ceiling.1);
        self.active_pool_mode = self.pool_mode;
    }

    pub(crate) fn is_locked(&self, now: Timestamp) -> bool {
        self.locked_until.is_some_and(|until| now < until)
    }

    /// Counts a request that showed nothing valid.
    pub(crate) fn turned_away(&mut self, now: Timestamp) {
        self.wrong.push_back(now);
        if self.wrong.len() > WRONG_MAX {
            self.wrong.pop_front();
        }
        let full = self.wrong.len() == WRONG_MAX;
        if full && self.wrong.front().is_some_and(|first| now.since(*first) < WINDOW) {
            self.locked_until = Some(now + LOCKED_FOR);
            self.wrong.clear();
        }
    }

    pub(crate) fn open_session(&mut self, now: Timestamp) -> String {
        let token = format!("SIMULATED{:011}.{:052}", self.sessions.len() + 1, now.millis());
        self.sessions.push((token.clone(), now + SESSION_TTL));
        token
    }

    pub(crate) fn knows(&self, token: &str, now: Timestamp) -> bool {
        self.sessions.iter().any(|(known, until)| known == token && now < *until)
    }
}
