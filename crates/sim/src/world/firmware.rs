//! What runs on a simulated device, and at which kind of door it answers.
//!
//! **Invariant:** the words of a family are in its face; here stand only its name and its door.

use super::spec::Generation;

/// The firmware of a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Firmware {
    AxeOs(Generation),
}

/// At home each family answers at the port that is usual for it; the miners of a neighbourhood that leave their port to
/// the system share one for each of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Door {
    /// Port 80 at home.
    Web,
}

impl Firmware {
    /// The name under which the house knows the family.
    pub const fn family(self) -> &'static str {
        match self {
            Self::AxeOs(_) => "axeos",
        }
    }

    /// What it prints as its version.
    pub const fn version(self) -> &'static str {
        match self {
            Self::AxeOs(generation) => generation.version(),
        }
    }

    pub(crate) const fn door(self) -> Door {
        match self {
            Self::AxeOs(_) => Door::Web,
        }
    }
}

impl Door {
    /// Who answers there.
    pub(crate) const fn families(self) -> &'static [&'static str] {
        match self {
            Self::Web => &["axeos"],
        }
    }
}

impl From<Generation> for Firmware {
    fn from(generation: Generation) -> Self {
        Self::AxeOs(generation)
    }
}
