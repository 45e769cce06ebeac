//! Larger machines with the firmware of others: what they are called and what they are made of.
//!
//! **Invariant:** data about devices that are only ever read.

use super::model::Hardware;
use serde::{Deserialize, Serialize};

/// Whose firmware runs on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Stock {
    Antminer,
    Vnish,
    BraiinsOs,
    LuxOs,
    /// Plain cgminer.
    Cgminer,
    /// A Whatsminer of the second API.
    Whatsminer,
    /// A Whatsminer of the third API, at a port of its own.
    Whatsminer3,
}

impl Stock {
    pub const ALL: [Self; 7] =
        [Self::Antminer, Self::Vnish, Self::BraiinsOs, Self::LuxOs, Self::Cgminer, Self::Whatsminer, Self::Whatsminer3];

    /// What it prints as its version.
    pub const fn version(self) -> &'static str {
        match self {
            Self::Antminer => "49.0.1.3",
            Self::Vnish => "1.2.6",
            Self::BraiinsOs => "boser-openwrt 0.1.0-2f1a90c7",
            Self::LuxOs => "2025.4.9.151234-51ae04d2",
            Self::Cgminer => "4.13.1",
            Self::Whatsminer => "20220919.15.REL",
            Self::Whatsminer3 => "20251209.16.Rel2",
        }
    }

    /// The family under which the house reads it.
    pub const fn family(self) -> &'static str {
        match self {
            Self::Whatsminer3 => "whatsminer",
            _ => "cgminer",
        }
    }
}

/// Three boards of 114 chips.
pub(super) static S19: Hardware = Hardware {
    family: "S19 Pro",
    asic: "BM1398",
    board: "",
    colour: "",
    asics: 342,
    small_cores: 612.7,
    supply_volts: 13,
    max_power_w: 3_600,
    default_mhz: 525,
    default_mv: 400,
    mhz_options: &[],
    mv_options: &[],
    watts_per_mhz_v2: 0.1114,
    idle_w: 25.0,
    trip_c: 105.0,
    sink: 0.0069,
    current_at_core: false,
};
