//! What runs on a simulated device, and at which kind of door it answers.
//!
//! **Invariant:** the words of a family are in its face; here stand only its name and its door.

use super::avalon::Avalon;
use super::nerd::Nerd;
use super::nm::NmRelease;
use super::spec::Generation;
use super::stock::Stock;
use super::xmrig::XmRig;
use std::time::Duration;

/// The firmware of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Firmware {
    AxeOs(Generation),
    NerdOs(Nerd),
    NmMiner(NmRelease),
    XmRig(XmRig),
    Avalon(Avalon),
    Stock(Stock),
}

/// At home each family answers at the port that is usual for it; the miners of a neighbourhood that leave their port to
/// the system share one for each of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Door {
    /// Port 80 at home.
    Web,
    /// The web server of a program on a PC: the person who runs it chooses the port.
    Http,
    /// Port 4028 at home.
    Cgminer,
    /// Port 4433 at home.
    Whatsminer,
}

impl Firmware {
    /// The name under which the house knows the family.
    pub const fn family(self) -> &'static str {
        match self {
            Self::AxeOs(_) => "axeos",
            Self::NerdOs(_) => "nerdos",
            Self::NmMiner(_) => "nmminer",
            Self::XmRig(_) => "xmrig",
            Self::Avalon(_) => "avalon",
            Self::Stock(which) => which.family(),
        }
    }

    /// What it prints as its version.
    pub const fn version(self) -> &'static str {
        match self {
            Self::AxeOs(generation) => generation.version(),
            Self::NerdOs(nerd) => nerd.release.version(),
            Self::NmMiner(release) => release.version(),
            Self::XmRig(program) => program.release.version(),
            Self::Avalon(which) => which.version(),
            Self::Stock(which) => which.version(),
        }
    }

    pub(crate) const fn door(self) -> Door {
        match self {
            Self::AxeOs(_) | Self::NerdOs(_) | Self::NmMiner(_) => Door::Web,
            Self::XmRig(_) => Door::Http,
            Self::Stock(Stock::Whatsminer3) => Door::Whatsminer,
            Self::Avalon(_) | Self::Stock(_) => Door::Cgminer,
        }
    }

    /// From power, or from the end of the old process, to the first answer.
    pub const fn boot_time(self) -> Duration {
        match self {
            Self::AxeOs(_) | Self::NerdOs(_) | Self::NmMiner(_) | Self::XmRig(_) => super::BOOT_TIME,
            Self::Avalon(_) | Self::Stock(_) => Duration::from_secs(80),
        }
    }

    /// Its heat protection changes what is stored, and stays until somebody clears it.
    pub(crate) const fn stores_its_trip(self) -> bool {
        match self {
            Self::AxeOs(_) => true,
            Self::NerdOs(_) | Self::NmMiner(_) | Self::XmRig(_) | Self::Avalon(_) | Self::Stock(_) => false,
        }
    }

    /// How many hashes a share of difficulty one takes on average.
    pub(crate) const fn hashes_per_difficulty(self) -> f64 {
        match self {
            Self::AxeOs(_) | Self::NerdOs(_) | Self::NmMiner(_) | Self::Avalon(_) | Self::Stock(_) => 4_294_967_296.0,
            Self::XmRig(_) => 1.0,
        }
    }

    /// The difficulty that a pool gives such a device.
    pub(crate) const fn usual_difficulty(self) -> u32 {
        match self {
            Self::AxeOs(_) | Self::NerdOs(_) | Self::NmMiner(NmRelease::Axe) => 1_000,
            Self::NmMiner(_) => 1,
            Self::Avalon(_) | Self::Stock(_) => 8_192,
            Self::XmRig(_) => 120_000,
        }
    }
}

impl Door {
    /// Who answers there.
    pub(crate) const fn families(self) -> &'static [&'static str] {
        match self {
            Self::Web => &["axeos", "nerdos", "nmminer"],
            Self::Http => &["xmrig"],
            Self::Cgminer => &["avalon", "cgminer"],
            Self::Whatsminer => &["whatsminer"],
        }
    }
}

impl From<Nerd> for Firmware {
    fn from(nerd: Nerd) -> Self {
        Self::NerdOs(nerd)
    }
}

impl From<XmRig> for Firmware {
    fn from(program: XmRig) -> Self {
        Self::XmRig(program)
    }
}

impl From<Stock> for Firmware {
    fn from(which: Stock) -> Self {
        Self::Stock(which)
    }
}

impl From<Avalon> for Firmware {
    fn from(which: Avalon) -> Self {
        Self::Avalon(which)
    }
}

impl From<NmRelease> for Firmware {
    fn from(release: NmRelease) -> Self {
        Self::NmMiner(release)
    }
}

impl From<Generation> for Firmware {
    fn from(generation: Generation) -> Self {
        Self::AxeOs(generation)
    }
}
