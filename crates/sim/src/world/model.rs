//! What the simulated miners are made of: chips, boards, option lists and how much they draw.
//!
//! **Invariant:** plain data about hardware; no state and no protocol.

use super::{avalon, nerd, nm, stock};
use serde::{Deserialize, Serialize};

/// A miner's model.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Model {
    Ultra,
    Supra,
    Gamma,
    Gt,
    NerdQaxePlus,
    NerdQaxePlusPlus,
    /// With the regulator of the first boards.
    NerdOctaxeGamma,
    /// With that of the third revision.
    NerdOctaxeGammaRev3,
    NerdHaxeGamma,
    NerdAxe,
    NerdAxeGamma,
    NmMiner,
    NmAxe,
    /// A desktop computer that mines on its processor.
    Pc,
    Nano3,
    Nano3s,
    Mini3,
    AvalonQ,
    A15,
    S19,
}

/// The facts about a model.
#[derive(Debug)]
pub struct Hardware {
    /// The family name that `/api/system/asic` prints.
    pub family: &'static str,
    pub asic: &'static str,
    pub board: &'static str,
    pub colour: &'static str,
    pub asics: u16,
    /// Small cores of one chip, or whatever stands for them: GH/s = MHz × small cores × chips / 1000.
    pub small_cores: f64,
    pub supply_volts: u16,
    pub max_power_w: u16,
    pub default_mhz: u16,
    pub default_mv: u16,
    pub mhz_options: &'static [u16],
    pub mv_options: &'static [u16],
    /// Watts of one chip per MHz and V².
    pub(crate) watts_per_mhz_v2: f64,
    /// What the electronics draw besides chips and fan.
    pub(crate) idle_w: f64,
    /// Where the firmware trips on its own.
    pub trip_c: f64,
    /// How much warmer than on a single-chip heat sink: below 1 is a larger sink.
    pub(crate) sink: f64,
    /// Whether `current` is measured behind the regulator (at core voltage) or at the input.
    pub(crate) current_at_core: bool,
}

const BM1366_MHZ: &[u16] = &[400, 425, 450, 475, 485, 500, 525, 550, 575];
const BM1366_MV: &[u16] = &[1100, 1150, 1200, 1250, 1300];
const BM1368_MHZ: &[u16] = &[400, 425, 450, 475, 485, 490, 500, 525, 550, 575];
const BM1368_MV: &[u16] = &[1100, 1150, 1166, 1200, 1250, 1300];
const BM1370_MHZ: &[u16] = &[400, 490, 525, 550, 600, 625];
const BM1370_MV: &[u16] = &[1000, 1060, 1100, 1150, 1200, 1250];

static ULTRA: Hardware = Hardware {
    family: "Ultra",
    asic: "BM1366",
    board: "204",
    colour: "purple",
    asics: 1,
    small_cores: 894.0,
    supply_volts: 5,
    max_power_w: 25,
    default_mhz: 485,
    default_mv: 1200,
    mhz_options: BM1366_MHZ,
    mv_options: BM1366_MV,
    watts_per_mhz_v2: 0.0132,
    idle_w: 2.2,
    trip_c: 70.0,
    sink: 1.3,
    current_at_core: false,
};

static SUPRA: Hardware = Hardware {
    family: "Supra",
    asic: "BM1368",
    board: "401",
    colour: "blue",
    asics: 1,
    small_cores: 1276.0,
    supply_volts: 5,
    max_power_w: 40,
    default_mhz: 490,
    default_mv: 1166,
    mhz_options: BM1368_MHZ,
    mv_options: BM1368_MV,
    watts_per_mhz_v2: 0.0203,
    idle_w: 2.2,
    trip_c: 70.0,
    sink: 1.0,
    current_at_core: false,
};

static GAMMA: Hardware = Hardware {
    family: "Gamma",
    asic: "BM1370",
    board: "601",
    colour: "green",
    asics: 1,
    small_cores: 2040.0,
    supply_volts: 5,
    max_power_w: 40,
    default_mhz: 525,
    default_mv: 1150,
    mhz_options: BM1370_MHZ,
    mv_options: BM1370_MV,
    watts_per_mhz_v2: 0.0223,
    idle_w: 2.2,
    trip_c: 70.0,
    sink: 1.0,
    current_at_core: true,
};

static GT: Hardware = Hardware {
    family: "GammaTurbo",
    asic: "BM1370",
    board: "801",
    colour: "red",
    asics: 2,
    small_cores: 2040.0,
    supply_volts: 12,
    max_power_w: 60,
    default_mhz: 525,
    default_mv: 1150,
    mhz_options: BM1370_MHZ,
    mv_options: BM1370_MV,
    watts_per_mhz_v2: 0.0245,
    idle_w: 2.2,
    trip_c: 70.0,
    sink: 0.52,
    current_at_core: true,
};

impl Model {
    pub fn hardware(self) -> &'static Hardware {
        match self {
            Self::Ultra => &ULTRA,
            Self::Supra => &SUPRA,
            Self::Gamma => &GAMMA,
            Self::Gt => &GT,
            Self::NerdQaxePlus => &nerd::QAXE_PLUS,
            Self::NerdQaxePlusPlus => &nerd::QAXE_PLUS_PLUS,
            Self::NerdOctaxeGamma => &nerd::OCTAXE_GAMMA,
            Self::NerdOctaxeGammaRev3 => &nerd::OCTAXE_GAMMA_REV3,
            Self::NerdHaxeGamma => &nerd::HAXE_GAMMA,
            Self::NerdAxe => &nerd::AXE,
            Self::NerdAxeGamma => &nerd::AXE_GAMMA,
            Self::NmMiner => &nm::MINER,
            Self::NmAxe => &nm::AXE,
            Self::Pc => &super::xmrig::PC,
            Self::Nano3 => &avalon::NANO3,
            Self::Nano3s => &avalon::NANO3S,
            Self::Mini3 => &avalon::MINI3,
            Self::AvalonQ => &avalon::Q,
            Self::A15 => &avalon::A15,
            Self::S19 => &stock::S19,
        }
    }
}

impl Hardware {
    /// What the chips would do at `mhz`, in GH/s.
    pub fn expected_ghs(&self, mhz: f64) -> f64 {
        mhz * self.small_cores * f64::from(self.asics) / 1000.0
    }
}
