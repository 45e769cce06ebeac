//! One device: who it is, what it can do, what state it is in.

use crate::ids::{FamilyId, MinerId, ModeId};
use crate::reading::Reading;
use crate::text::Label;
use crate::time::Timestamp;
use crate::units::{CentiCelsius, Frequency, Millivolts, Power};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// How a device is told from every other. Not its address.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", content = "value", rename_all = "snake_case")]
pub enum Identity {
    /// Lower case, colons.
    Mac(String),
    Serial(String),
    Worker(String),
    /// Nothing to hold on to: shown as weak, and a changed address is asked, not followed.
    None,
}

impl Identity {
    /// From any spelling of a hardware address. `None` for what is no address: too short, all zero, letters, `XX`.
    pub fn from_mac(text: &str) -> Option<Self> {
        let digits: String = text.chars().filter(|c| !matches!(c, ':' | '-' | '.')).collect();
        let plain = digits.len() == 12 && digits.chars().all(|c| c.is_ascii_hexdigit());
        if !plain || digits.chars().all(|c| c == '0') || digits.chars().all(|c| matches!(c, 'f' | 'F')) {
            return None;
        }
        let pairs: Vec<String> =
            digits.to_ascii_lowercase().as_bytes().chunks(2).map(|p| String::from_utf8_lossy(p).into_owned()).collect();
        Some(Self::Mac(pairs.join(":")))
    }

    /// Made with the device and said by it: the same one at another address can be told by it. A worker's name is what
    /// somebody typed, and two may have the same (S8).
    pub const fn is_strong(&self) -> bool {
        matches!(self, Self::Mac(_) | Self::Serial(_))
    }

    /// Whether a device that says `other` may be taken for this one. A device that says nothing is not known to differ.
    pub fn agrees_with(&self, other: &Self) -> bool {
        matches!(self, Self::None) || matches!(other, Self::None) || self == other
    }
}

impl std::fmt::Display for Identity {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Mac(value) | Self::Serial(value) | Self::Worker(value) => f.write_str(value),
            Self::None => f.write_str("one that does not say who it is"),
        }
    }
}

/// How a device can be made to rest, best first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PowerOff {
    Plug,
    Standby,
    Pause,
    /// It cannot be switched off: the lowest mode is all there is.
    None,
}

/// What a device of this firmware can do. Data: nobody asks "is it a Bitaxe?".
#[expect(clippy::struct_excessive_bools, reason = "each is a separate thing a device can do")]
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Capabilities {
    pub set_mode: bool,
    pub power_off: PowerOff,
    pub measures_power: bool,
    pub set_pool: bool,
    pub pool_slots: u8,
    /// Works for another pool only after a restart.
    #[serde(default = "yes")]
    pub pool_needs_restart: bool,
    /// What it shows as its pools is what it works with: one that was written is not shown before the restart that takes
    /// it up, and one that was there already needs none.
    #[serde(default)]
    pub pools_shown_are_used: bool,
    /// Leaves its rest only through a restart.
    #[serde(default)]
    pub wake_needs_restart: bool,
    pub restart: bool,
    pub identify: bool,
    /// Inclusive ranges; `None` where it cannot be set.
    pub frequency: Option<(Frequency, Frequency)>,
    pub core_voltage: Option<(Millivolts, Millivolts)>,
    pub fan_pct: Option<(u8, u8)>,
    pub target_temperature: Option<(CentiCelsius, CentiCelsius)>,
}

/// Profiles stored before there was any other kind of device.
const fn yes() -> bool {
    true
}

/// A named operating point of this device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mode {
    pub id: ModeId,
    pub label: Label,
    pub frequency: Option<Frequency>,
    pub core_voltage: Option<Millivolts>,
    pub level: Option<u8>,
}

/// What was learnt about a device when it was asked: kept with it, refreshed when its firmware changes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Profile {
    pub model: Option<Label>,
    pub firmware: Option<Label>,
    pub capabilities: Capabilities,
    /// From the most frugal to the fastest.
    pub modes: Vec<Mode>,
    /// Above this the chip is hot (H1).
    pub temperature_limit: CentiCelsius,
    /// The board's own ceiling, where it is known.
    pub power_limit: Option<Power>,
    pub poll_gap_min: Duration,
    /// After a restart the first reading may take this long.
    pub boot_deadline: Duration,
}

impl Profile {
    pub fn mode(&self, id: &ModeId) -> Option<&Mode> {
        self.modes.iter().find(|mode| mode.id == *id)
    }

    /// The most frugal mode.
    pub fn lowest(&self) -> Option<&Mode> {
        self.modes.first()
    }

    /// The mode a reading shows: the device's own word, else the one whose settings match, else `custom`; `None`
    /// when the reading does not tell.
    pub fn mode_of(&self, reading: &Reading) -> Option<ModeId> {
        if let Some(mode) = &reading.mode {
            return Some(mode.clone());
        }
        let (frequency, voltage) = (reading.frequency?, reading.core_voltage?);
        let same = |mode: &&Mode| mode.frequency == Some(frequency) && mode.core_voltage == Some(voltage);
        Some(self.modes.iter().find(same).map_or_else(|| ModeId::new("custom"), |mode| mode.id.clone()))
    }
}

/// Settings found on a device before we ever wrote to it (H5).
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct AsFound {
    pub frequency: Option<Frequency>,
    pub core_voltage: Option<Millivolts>,
    pub mode: Option<ModeId>,
    pub paused: Option<bool>,
    pub pool_host: Option<Label>,
    pub pool_port: Option<u16>,
    pub pool_user: Option<Label>,
}

/// A miner of the fleet, as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Miner {
    pub id: MinerId,
    pub name: Label,
    /// Host name or IP literal, without scheme or port.
    pub address: String,
    pub port: u16,
    pub family: FamilyId,
    pub identity: Identity,
    pub profile: Profile,
    pub as_found: AsFound,
    pub enabled: bool,
    pub may_overclock: bool,
    pub tags: Vec<Label>,
    pub added_at: Timestamp,
    /// What a person says that it draws while it mines, for a device without a meter (estimated).
    pub typed_power: Option<Power>,
}

/// A miner that is about to be stored: everything but its id.
pub type NewMiner = Miner;

/// What a miner is doing, judged from its last fresh reading and what we know about its plug.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MinerState {
    Mining,
    Idle,
    Paused,
    Booting,
    Off,
    Offline,
    Stuck,
    Unknown,
    Disabled,
}

/// Power as observed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PowerState {
    On,
    Off,
}

/// What to do with a device that leaves the house (H5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LeaveAs {
    /// As it runs now.
    #[default]
    Leave,
    /// In standard mode.
    Standard,
    /// With the settings it had when it came.
    AsFound,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_hardware_address_is_read_in_any_spelling_and_a_placeholder_is_none() {
        let mac = Identity::from_mac("02-00-00-AB-cd-EF");
        assert_eq!(mac, Some(Identity::Mac("02:00:00:ab:cd:ef".into())));
        for bad in ["", "XX:XX:XX:XX:XX:XX", "00:00:00:00:00:00", "ff:ff:ff:ff:ff:ff", "02:00", "0200000000001"] {
            assert_eq!(Identity::from_mac(bad), None, "{bad}");
        }
    }
}
