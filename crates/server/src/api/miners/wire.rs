//! Miners, as the API shows them.
//!
//! **Invariant:** floats appear here and not before; units are in the names; what is not known is `null`.

use super::desired::{DesiredBody, ObservedBody};
use super::reading::LatestBody;
use chrono::{DateTime, Utc};
use hmm_domain::miner::{Capabilities, Identity, LeaveAs, MinerState, Mode, PowerOff};
use hmm_domain::port::Credentials;
use hmm_domain::units::Power;
use hmm_engine::{Inspected, LiveMiner};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// One miner with everything that is known of it right now.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Miner)]
pub struct MinerBody {
    pub id: i64,
    pub name: String,
    /// How it is spoken to: `axeos`, …
    pub family: String,
    pub model: Option<String>,
    pub firmware: Option<String>,
    pub address: String,
    pub port: u16,
    pub mac: Option<String>,
    pub enabled: bool,
    /// `turbo` and `oc` are allowed.
    pub may_overclock: bool,
    /// What a person typed for a device without a meter, while it mines.
    pub typed_power_w: Option<f64>,
    pub tags: Vec<String>,
    /// What is mined: hashrates of different algorithms are never summed.
    pub algorithm: String,
    pub state: StateName,
    pub state_since: DateTime<Utc>,
    /// The last reading is old.
    pub stale: bool,
    /// State, who wants it, until when and what comes next, in one sentence.
    pub sentence: String,
    /// Why the last poll failed.
    pub last_error: Option<String>,
    pub capabilities: CapabilitiesBody,
    /// Heat protection acts above this.
    pub temperature_limit_c: f64,
    pub identity: IdentityBody,
    /// Whether the pool still sees its shares.
    pub pool_sees_it: Option<bool>,
    pub desired: DesiredBody,
    pub observed: ObservedBody,
    pub latest: Option<LatestBody>,
    pub added_at: DateTime<Utc>,
}

impl From<&LiveMiner> for MinerBody {
    fn from(live: &LiveMiner) -> Self {
        let miner = &live.miner;
        let mac = mac_of(&miner.identity);
        Self {
            id: miner.id.get(),
            name: miner.name.to_string(),
            family: miner.family.to_string(),
            model: miner.profile.model.as_ref().map(ToString::to_string),
            firmware: miner.profile.firmware.as_ref().map(ToString::to_string),
            address: miner.address.clone(),
            port: miner.port,
            mac,
            enabled: miner.enabled,
            may_overclock: miner.may_overclock,
            typed_power_w: miner.typed_power.map(Power::as_watts),
            tags: miner.tags.iter().map(ToString::to_string).collect(),
            algorithm: live.algorithm.to_string(),
            state: live.state.into(),
            state_since: live.state_since.to_chrono(),
            stale: live.stale,
            sentence: live.sentence.to_string(),
            last_error: live.last_error.as_ref().map(ToString::to_string),
            capabilities: (&miner.profile.capabilities).into(),
            temperature_limit_c: miner.profile.temperature_limit.as_celsius(),
            identity: (&miner.identity).into(),
            pool_sees_it: None,
            desired: (&live.desired).into(),
            observed: (&live.observed).into(),
            latest: live.latest.as_ref().map(Into::into),
            added_at: miner.added_at.to_chrono(),
        }
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MinerState)]
pub enum StateName {
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

impl StateName {
    pub const ALL: [(Self, &'static str); 9] = [
        (Self::Mining, "mining"),
        (Self::Idle, "idle"),
        (Self::Paused, "paused"),
        (Self::Booting, "booting"),
        (Self::Off, "off"),
        (Self::Offline, "offline"),
        (Self::Stuck, "stuck"),
        (Self::Unknown, "unknown"),
        (Self::Disabled, "disabled"),
    ];
}

impl From<MinerState> for StateName {
    fn from(state: MinerState) -> Self {
        match state {
            MinerState::Mining => Self::Mining,
            MinerState::Idle => Self::Idle,
            MinerState::Paused => Self::Paused,
            MinerState::Booting => Self::Booting,
            MinerState::Off => Self::Off,
            MinerState::Offline => Self::Offline,
            MinerState::Stuck => Self::Stuck,
            MinerState::Unknown => Self::Unknown,
            MinerState::Disabled => Self::Disabled,
        }
    }
}

/// How it is told from every other device. `none` is weak: a changed address is asked, not followed.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Identity)]
pub struct IdentityBody {
    pub kind: IdentityKind,
    pub value: Option<String>,
}

#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum IdentityKind {
    Mac,
    Serial,
    Worker,
    None,
}

impl From<&Identity> for IdentityBody {
    fn from(identity: &Identity) -> Self {
        let (kind, value) = match identity {
            Identity::Mac(mac) => (IdentityKind::Mac, Some(mac.clone())),
            Identity::Serial(serial) => (IdentityKind::Serial, Some(serial.clone())),
            Identity::Worker(worker) => (IdentityKind::Worker, Some(worker.clone())),
            Identity::None => (IdentityKind::None, None),
        };
        Self { kind, value }
    }
}

#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PowerOff)]
pub enum PowerOffName {
    Plug,
    Standby,
    Pause,
    None,
}

/// Inclusive.
#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
pub struct Range {
    pub min: f64,
    pub max: f64,
}

/// What this device can do, as data. Ranges are `null` where a value cannot be set.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Capabilities)]
#[expect(clippy::struct_excessive_bools, reason = "each is a fact of its own")]
pub struct CapabilitiesBody {
    pub set_mode: bool,
    /// How it rests; `none`: it cannot be switched off.
    pub power_off: PowerOffName,
    pub measures_power: bool,
    pub set_pool: bool,
    pub pool_slots: u8,
    /// Works for another pool only after a restart.
    pub pool_needs_restart: bool,
    pub restart: bool,
    pub identify: bool,
    pub frequency_mhz: Option<Range>,
    pub core_voltage_mv: Option<Range>,
    pub fan_pct: Option<Range>,
    pub target_temperature_c: Option<Range>,
}

impl From<&Capabilities> for CapabilitiesBody {
    fn from(can: &Capabilities) -> Self {
        let power_off = match can.power_off {
            PowerOff::Plug => PowerOffName::Plug,
            PowerOff::Standby => PowerOffName::Standby,
            PowerOff::Pause => PowerOffName::Pause,
            PowerOff::None => PowerOffName::None,
        };
        let range = |min: f64, max: f64| Range { min, max };
        Self {
            set_mode: can.set_mode,
            power_off,
            measures_power: can.measures_power,
            set_pool: can.set_pool,
            pool_slots: can.pool_slots,
            pool_needs_restart: can.pool_needs_restart,
            restart: can.restart,
            identify: can.identify,
            frequency_mhz: can.frequency.map(|(a, b)| range(a.as_mhz(), b.as_mhz())),
            core_voltage_mv: can.core_voltage.map(|(a, b)| range(a.get().into(), b.get().into())),
            fan_pct: can.fan_pct.map(|(a, b)| range(a.into(), b.into())),
            target_temperature_c: can.target_temperature.map(|(a, b)| range(a.as_celsius(), b.as_celsius())),
        }
    }
}

/// A named operating point.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Mode)]
pub struct ModeBody {
    pub id: String,
    pub label: String,
    pub frequency_mhz: Option<f64>,
    pub core_voltage_mv: Option<u32>,
    pub level: Option<u8>,
}

impl From<&Mode> for ModeBody {
    fn from(mode: &Mode) -> Self {
        Self {
            id: mode.id.to_string(),
            label: mode.label.to_string(),
            frequency_mhz: mode.frequency.map(hmm_domain::units::Frequency::as_mhz),
            core_voltage_mv: mode.core_voltage.map(hmm_domain::units::Millivolts::get),
            level: mode.level,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Modes {
    /// From the most frugal to the fastest.
    pub items: Vec<ModeBody>,
    /// What runs; `custom` is none of them.
    pub current: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MinerAdd {
    pub name: String,
    /// Host name or IP literal, without scheme and port.
    pub address: String,
    /// The family's usual one, when absent.
    pub port: Option<u16>,
    /// Found out by asking, when absent.
    pub family: Option<String>,
    /// For devices that want to be signed in to.
    pub credentials: Option<DeviceCredentials>,
    #[serde(default)]
    pub tags: Vec<String>,
    /// Ask the device first. Nothing is written to it.
    #[serde(default = "yes")]
    #[schema(default = true)]
    pub verify: bool,
}

/// Whom to ask.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MinerInspect {
    /// Host name or IP literal, without scheme and port.
    pub address: String,
    /// The family's usual one, when absent.
    pub port: Option<u16>,
    /// For devices that want to be signed in to. They are sent to every family that may live there, and not kept.
    pub credentials: Option<DeviceCredentials>,
}

/// What answered. It is not in the house by that.
#[derive(Serialize, ToSchema)]
pub struct InspectedMiner {
    pub address: String,
    pub port: u16,
    pub family: String,
    pub model: Option<String>,
    pub firmware: Option<String>,
    pub mac: Option<String>,
    pub identity: IdentityBody,
    /// A name that no miner has; that of the miner, if it is one.
    pub name_suggestion: String,
    /// The miner of the house that it is.
    pub known_miner_id: Option<i64>,
}

impl InspectedMiner {
    pub(super) fn new(address: String, found: &Inspected) -> Self {
        let profile = &found.said.profile;
        Self {
            address,
            port: found.port,
            family: found.family.to_string(),
            model: profile.model.as_ref().map(ToString::to_string),
            firmware: profile.firmware.as_ref().map(ToString::to_string),
            mac: mac_of(&found.said.identity),
            identity: (&found.said.identity).into(),
            name_suggestion: found.name.to_string(),
            known_miner_id: found.known.map(hmm_domain::MinerId::get),
        }
    }
}

fn mac_of(identity: &Identity) -> Option<String> {
    match identity {
        Identity::Mac(mac) => Some(mac.clone()),
        Identity::Serial(_) | Identity::Worker(_) | Identity::None => None,
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DeviceCredentials {
    pub user: Option<String>,
    pub password: Option<String>,
    /// An access token.
    pub token: Option<String>,
}

impl From<DeviceCredentials> for Credentials {
    fn from(body: DeviceCredentials) -> Self {
        Self { user: body.user, password: body.password, token: body.token }
    }
}

/// A code from the app that the device knows.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OneTimeCode {
    pub code: String,
}

fn yes() -> bool {
    true
}

/// What changes; what is absent stays. An operator may change `enabled`; the rest is an administrator's.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct MinerChange {
    pub name: Option<String>,
    pub address: Option<String>,
    pub port: Option<u16>,
    pub tags: Option<Vec<String>>,
    /// A disabled miner is left alone.
    pub enabled: Option<bool>,
    pub may_overclock: Option<bool>,
    /// For a device without a meter: what it draws while it mines. 0 takes it away.
    pub typed_power_w: Option<f64>,
}

#[derive(Debug, Clone, Copy, Default, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum LeaveName {
    /// As it runs now.
    #[default]
    Leave,
    /// In standard mode.
    Standard,
    /// With the settings it came with.
    AsFound,
}

impl From<LeaveName> for LeaveAs {
    fn from(name: LeaveName) -> Self {
        match name {
            LeaveName::Leave => Self::Leave,
            LeaveName::Standard => Self::Standard,
            LeaveName::AsFound => Self::AsFound,
        }
    }
}
