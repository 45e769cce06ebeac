//! What an XMRig of this version and with these permissions can do. Pure.
//!
//! **Invariant:** a capability follows from what the program printed, not from a version number; one that is restricted
//! can do nothing.

use super::SUMMARY;
use super::parse::Status;
use super::pools::Config;
use hmm_domain::Label;
use hmm_domain::miner::{AsFound, Capabilities, PowerOff, Profile};
use hmm_domain::port::{DriverError, Inspection};
use hmm_domain::units::CentiCelsius;
use std::time::Duration;

/// It shows no temperature; this is where a processor slows itself down.
const TEMPERATURE_LIMIT: CentiCelsius = CentiCelsius::degrees(95);
const POLL_GAP_MIN: Duration = Duration::from_secs(10);
/// A PC that was switched on, and the memory that RandomX fills before it starts.
const BOOT_DEADLINE: Duration = Duration::from_mins(3);

/// Everything there is to learn from a summary and, where it is shown, the configuration.
pub fn inspection(summary: &[u8], config: Option<&[u8]>) -> Result<Inspection, DriverError> {
    let status = Status::parse(SUMMARY, summary)?;
    Ok(inspect(status, config.and_then(Config::parse).as_ref(), &[]))
}

pub(super) fn inspect(status: Status, config: Option<&Config>, secrets: &[String]) -> Inspection {
    let summary = &status.summary;
    let reading = status.reading(config);
    let brand = summary.cpu.0.as_ref().and_then(|cpu| cpu.brand.some());
    let first = config.and_then(Config::primary);
    let host_name = summary.worker_id.some().map(Label::new).filter(|name| !name.is_empty());
    Inspection {
        identity: status.identity(),
        profile: Profile {
            model: brand.map(Label::new).filter(|brand| !brand.is_empty()),
            firmware: reading.firmware.clone(),
            capabilities: capabilities(&status, config),
            modes: Vec::new(),
            temperature_limit: TEMPERATURE_LIMIT,
            power_limit: None,
            poll_gap_min: POLL_GAP_MIN,
            boot_deadline: BOOT_DEADLINE,
        },
        as_found: AsFound {
            paused: reading.paused,
            pool_host: first.as_ref().map(|pool| pool.host.clone()),
            pool_port: first.as_ref().and_then(|pool| pool.port),
            pool_user: first.and_then(|pool| pool.user).map(|user| Label::new(user.as_str())),
            ..AsFound::default()
        },
        host_name,
        answer: status.into_answer(config, secrets),
    }
}

fn capabilities(status: &Status, config: Option<&Config>) -> Capabilities {
    let free = status.summary.restricted.0 == Some(false);
    Capabilities {
        set_mode: false,
        power_off: if free && status.summary.paused.0.is_some() { PowerOff::Pause } else { PowerOff::None },
        measures_power: false,
        // It shows its configuration to those who may change it.
        set_pool: config.is_some(),
        pool_slots: config.map_or(1, Config::count),
        pool_needs_restart: false,
        pools_shown_are_used: false,
        wake_needs_restart: false,
        restart: false,
        identify: false,
        frequency: None,
        core_voltage: None,
        fan_pct: None,
        target_temperature: None,
    }
}
