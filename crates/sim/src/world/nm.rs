//! NMMiner boards and the NMAxe: what they are made of, and the releases of their firmware.
//!
//! **Invariant:** plain data; nothing of them is kept besides the common settings.

use super::model::Hardware;

/// A release of the NMMiner firmware, or that of an NMAxe.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NmRelease {
    /// Nothing but datagrams.
    V0_3,
    /// Datagrams and a page of texts.
    V1_6,
    /// HTTP with JSON.
    V2_0,
    /// An NMAxe: HTTP of another make, and datagrams.
    Axe,
}

impl NmRelease {
    pub const ALL: [Self; 4] = [Self::V0_3, Self::V1_6, Self::V2_0, Self::Axe];

    pub const fn version(self) -> &'static str {
        match self {
            Self::V0_3 => "v0.3.01",
            Self::V1_6 => "v1.6.02",
            Self::V2_0 => "v2.0.04",
            Self::Axe => "v2.5.11",
        }
    }

    /// Takes its settings by datagram.
    pub(crate) const fn hears_datagrams(self) -> bool {
        matches!(self, Self::V0_3 | Self::V1_6)
    }
}

pub(super) static MINER: Hardware = Hardware {
    family: "NMMiner",
    asic: "ESP32",
    board: "cyd 2.8",
    colour: "",
    asics: 1,
    small_cores: 0.0042,
    supply_volts: 5,
    max_power_w: 5,
    default_mhz: 240,
    default_mv: 3300,
    mhz_options: &[240],
    mv_options: &[3300],
    watts_per_mhz_v2: 0.0004,
    idle_w: 0.6,
    trip_c: 150.0,
    sink: 15.0,
    current_at_core: false,
};

pub(super) static AXE: Hardware = Hardware {
    family: "NMAxe",
    asic: "BM1366",
    board: "NMAxe",
    colour: "",
    asics: 1,
    small_cores: 894.0,
    supply_volts: 5,
    max_power_w: 25,
    default_mhz: 485,
    default_mv: 1200,
    mhz_options: &[485],
    mv_options: &[1200],
    watts_per_mhz_v2: 0.0132,
    idle_w: 2.2,
    trip_c: 80.0,
    sink: 1.3,
    current_at_core: false,
};
