//! What a driver's file says, checked and in our words.
//!
//! **Invariant:** a [`Definition`] is whole: whoever makes one has checked names, paths, templates and expressions.

use super::template::{Body, Template};
use hmm_domain::miner::{Capabilities, Mode, PowerOff, Profile};
use hmm_domain::reading::PowerSource;
use hmm_domain::units::{CentiCelsius, Frequency, Millivolts};
use hmm_domain::{FamilyId, Label};
use hmm_net::{HeaderName, Method};
use std::collections::BTreeMap;
use std::time::Duration;

#[derive(Debug, Clone)]
pub struct Definition {
    pub id: FamilyId,
    pub label: Label,
    pub default_port: u16,
    pub algorithm: &'static str,
    pub access: Access,
    pub poll_gap: Duration,
    pub boot_deadline: Duration,
    pub temperature_limit: CentiCelsius,
    /// Whose meter it is; the device's own where the file does not say.
    pub power_source: PowerSource,
    /// In the order of the file; the first is what a stranger is asked.
    pub calls: Vec<Call>,
    /// jq on all replies by the name of their call: `true` when it is one of this family.
    pub probe: String,
    /// By the names of [`super::IDENTITY`].
    pub identity: BTreeMap<&'static str, String>,
    /// By the names of [`super::reading_names`].
    pub reading: BTreeMap<&'static str, String>,
    /// From the most frugal to the fastest.
    pub modes: Vec<Mode>,
    pub ranges: Ranges,
    pub pool_needs_restart: bool,
    pub commands: BTreeMap<OrderKind, Order>,
}

/// How one is let in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Access {
    Open,
    /// Name and password, as HTTP asks for them.
    Login,
    /// A token behind `Bearer`.
    Token,
    /// A token in a header of its own.
    Header(HeaderName),
}

/// One question: a GET that changes nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Call {
    pub name: String,
    pub path: String,
    /// The reply is text, not JSON.
    pub text: bool,
    /// A device without it is one of the family all the same.
    pub optional: bool,
}

/// What can be told to a device.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum OrderKind {
    Mode,
    PowerOff,
    PowerOn,
    Pool,
    Restart,
    Identify,
    Frequency,
    CoreVoltage,
    Fan,
    TargetTemperature,
}

impl OrderKind {
    pub const ALL: [Self; 10] = [
        Self::Mode,
        Self::PowerOff,
        Self::PowerOn,
        Self::Pool,
        Self::Restart,
        Self::Identify,
        Self::Frequency,
        Self::CoreVoltage,
        Self::Fan,
        Self::TargetTemperature,
    ];

    /// Its name in a file.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Mode => "mode",
            Self::PowerOff => "pause",
            Self::PowerOn => "resume",
            Self::Pool => "pool",
            Self::Restart => "restart",
            Self::Identify => "identify",
            Self::Frequency => "frequency",
            Self::CoreVoltage => "core_voltage",
            Self::Fan => "fan",
            Self::TargetTemperature => "target_temperature",
        }
    }

    /// What its templates may insert.
    pub const fn values(self) -> &'static [&'static str] {
        match self {
            Self::Mode => &["mode", "level", "frequency_mhz", "core_voltage_mv"],
            Self::Pool => &["pool_host", "pool_port", "pool_user", "pool_password", "pool_tls"],
            Self::Frequency => &["frequency_mhz"],
            Self::CoreVoltage => &["core_voltage_mv"],
            Self::Fan => &["fan_pct"],
            Self::TargetTemperature => &["target_temperature_c"],
            Self::PowerOff | Self::PowerOn | Self::Restart | Self::Identify => &[],
        }
    }
}

/// A request that changes something.
#[derive(Debug, Clone)]
pub struct Order {
    pub method: Method,
    pub path: Template,
    pub body: Option<Body>,
    /// jq on the reply: `true` when it was taken. Where there is none, the status tells.
    pub taken: Option<String>,
}

/// What a person may set, inclusive.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Ranges {
    pub frequency: Option<(Frequency, Frequency)>,
    pub core_voltage: Option<(Millivolts, Millivolts)>,
    pub fan_pct: Option<(u8, u8)>,
    pub target_temperature: Option<(CentiCelsius, CentiCelsius)>,
}

impl Definition {
    fn can(&self, kind: OrderKind) -> bool {
        self.commands.contains_key(&kind)
    }

    pub(super) fn profile(&self, model: Option<Label>, firmware: Option<Label>) -> Profile {
        let pausable = self.can(OrderKind::PowerOff) && self.can(OrderKind::PowerOn);
        Profile {
            model,
            firmware,
            capabilities: Capabilities {
                set_mode: self.can(OrderKind::Mode) && !self.modes.is_empty(),
                power_off: if pausable { PowerOff::Pause } else { PowerOff::None },
                measures_power: self.reading.contains_key("power_w"),
                set_pool: self.can(OrderKind::Pool),
                pool_slots: u8::from(self.can(OrderKind::Pool)),
                pool_needs_restart: self.pool_needs_restart,
                wake_needs_restart: false,
                pools_shown_are_used: false,
                restart: self.can(OrderKind::Restart),
                identify: self.can(OrderKind::Identify),
                frequency: self.ranges.frequency.filter(|_| self.can(OrderKind::Frequency)),
                core_voltage: self.ranges.core_voltage.filter(|_| self.can(OrderKind::CoreVoltage)),
                fan_pct: self.ranges.fan_pct.filter(|_| self.can(OrderKind::Fan)),
                target_temperature: self.ranges.target_temperature.filter(|_| self.can(OrderKind::TargetTemperature)),
            },
            modes: self.modes.clone(),
            temperature_limit: self.temperature_limit,
            power_limit: None,
            poll_gap_min: self.poll_gap,
            boot_deadline: self.boot_deadline,
        }
    }
}
