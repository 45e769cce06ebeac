//! What an Avalon of this model and firmware can do. Pure.
//!
//! **Invariant:** what its own list of options does not name, is not offered; where it has no list, what its model is
//! known to understand.

use super::models::Kind;
use super::parse::Status;
use super::wire::Spoken;
use crate::miners::cgminer_api::{Gathered, Said};
use hmm_domain::Label;
use hmm_domain::miner::{AsFound, Capabilities, Mode, PowerOff, Profile};
use hmm_domain::port::{DriverError, Inspection};
use hmm_domain::reading::{PowerSource, Reading};
use hmm_domain::units::CentiCelsius;
use std::collections::BTreeSet;
use std::time::Duration;

const TARGET: (CentiCelsius, CentiCelsius) = (CentiCelsius::degrees(50), CentiCelsius::degrees(90));
const FAN: (u8, u8) = (15, 100);
const SLOTS: u8 = 3;
/// It serves one client at a time, and its own app is another.
const POLL_GAP_MIN: Duration = Duration::from_secs(10);
const BOOT_DEADLINE: Duration = Duration::from_mins(2);

/// Everything there is to learn from its replies; `help` is what it said to `ascset|0,help`.
pub fn inspection(replies: &[(&'static str, &[u8])], help: Option<&[u8]>) -> Result<Inspection, DriverError> {
    let status = Status::new(Gathered::from_replies(replies)?)?;
    let help = help.map(|body| Said::parse("ascset", body)).transpose()?;
    Ok(inspect(status, help.as_ref(), &[]))
}

pub(super) fn inspect(status: Status, help: Option<&Said>, secrets: &[String]) -> Inspection {
    let reading = status.reading();
    let profile = profile(&status, &reading, help);
    Inspection {
        identity: status.identity(),
        as_found: as_found(&reading),
        profile,
        host_name: None,
        answer: status.into_answer(secrets),
    }
}

/// What it can be told.
enum Options {
    Listed(BTreeSet<String>),
    /// It has no list: what its model is known for.
    Known(Kind),
    /// It takes nothing from us.
    Closed,
}

impl Options {
    fn of(kind: Kind, help: Option<&Said>) -> Self {
        let Some(verdict) = help.and_then(Said::verdict) else { return Self::Known(kind) };
        if verdict.code == Some(45) {
            return Self::Closed;
        }
        let list = verdict.words.as_str().split_once("info:").map_or("", |(_, list)| list);
        let names: BTreeSet<String> = list.split('|').map(|name| name.trim().to_owned()).collect();
        if verdict.yes && names.contains("help") { Self::Listed(names) } else { Self::Known(kind) }
    }

    fn has(&self, option: &str) -> bool {
        match self {
            Self::Listed(names) => names.contains(option),
            Self::Known(kind) => kind.options().contains(&option),
            Self::Closed => false,
        }
    }
}

fn profile(status: &Status, reading: &Reading, help: Option<&Said>) -> Profile {
    let spoken = status.spoken();
    let options = Options::of(spoken.kind, help);
    let knob = spoken.knob().map(|(knob, _)| knob).filter(|knob| options.has(knob.option));
    let steps = knob.map(|knob| knob.steps).unwrap_or_default();
    let modes = (0..).zip(steps).map(|(level, (_, id, label))| Mode {
        id: hmm_domain::ModeId::new(id),
        label: (*label).into(),
        frequency: None,
        core_voltage: None,
        level: Some(level),
    });
    let product = spoken.version.and_then(|row| row.text("PROD"));
    Profile {
        model: spoken.kind.name().or(product).map(Label::new).or_else(|| series(&status.spoken())),
        firmware: reading.firmware.clone(),
        capabilities: capabilities(reading, &options, spoken.kind, knob.is_some()),
        modes: modes.collect(),
        temperature_limit: spoken.kind.temperature_limit(),
        power_limit: None,
        poll_gap_min: POLL_GAP_MIN,
        boot_deadline: BOOT_DEADLINE,
    }
}

/// `Ver[15-194-24102401_…]`: what stands before the date.
fn series(spoken: &Spoken<'_>) -> Option<Label> {
    let version = spoken.words()?.text("Ver").filter(|_| spoken.kind == Kind::Series)?;
    let dated = |part: &&str| part.len() >= 8 && part.starts_with(|c: char| c.is_ascii_digit());
    let parts: Vec<&str> = version.split('-').take_while(|part| !dated(part)).collect();
    (!parts.is_empty()).then(|| format!("AvalonMiner {}", parts.join("-")).into())
}

fn capabilities(reading: &Reading, options: &Options, kind: Kind, set_mode: bool) -> Capabilities {
    let standby = options.has("softoff") && options.has("softon");
    let open = !matches!(options, Options::Closed);
    Capabilities {
        set_mode,
        power_off: if standby { PowerOff::Standby } else { PowerOff::None },
        measures_power: reading.power_source == Some(PowerSource::Measured),
        // With the login of its web pages.
        set_pool: open,
        pool_slots: SLOTS,
        pool_needs_restart: true,
        // Its list is read when it starts, and not before.
        pools_shown_are_used: true,
        wake_needs_restart: false,
        restart: options.has("reboot"),
        // Its lamp; the small ones have displays, and no way to find them by.
        identify: kind == Kind::Series && options.has("led"),
        frequency: None,
        core_voltage: None,
        fan_pct: options.has("fan-spd").then_some(FAN),
        target_temperature: options.has("target-temp").then_some(TARGET),
    }
}

/// The pool that it prefers, not the one in use: a device that was found on its second is not to be left on it (H5).
fn as_found(reading: &Reading) -> AsFound {
    let pool = reading.pool_set.as_ref();
    AsFound {
        frequency: None,
        core_voltage: None,
        mode: reading.mode.clone(),
        paused: reading.paused,
        pool_host: pool.map(|pool| pool.host.clone()),
        pool_port: pool.and_then(|pool| pool.port),
        pool_user: pool.and_then(|pool| pool.user.as_ref()).map(|user| Label::new(user.as_str())),
    }
}
