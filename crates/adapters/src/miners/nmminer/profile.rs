//! What a device of this family can do, by the way it speaks. Pure.
//!
//! **Invariant:** no modes and no rest: these firmwares have neither, and what is not measured is not claimed.

use super::status::{Status, Way};
use crate::miners::shared::pools::PoolSetting;
use hmm_domain::miner::{AsFound, Capabilities, Identity, PowerOff, Profile};
use hmm_domain::port::Inspection;
use hmm_domain::units::CentiCelsius;
use std::time::Duration;

/// An ESP32 is made for 105 °C and throttles its radio long before.
const ESP_LIMIT: CentiCelsius = CentiCelsius::degrees(90);
const AXE_LIMIT: CentiCelsius = CentiCelsius::degrees(70);
const POLL_GAP_MIN: Duration = Duration::from_secs(10);
const BOOT_DEADLINE: Duration = Duration::from_mins(1);

pub(super) fn inspect(status: Status, secrets: &[String]) -> Inspection {
    let profile = profile(&status);
    let as_found = as_found(&status);
    Inspection {
        identity: Identity::None,
        profile,
        as_found,
        host_name: status.host_name.clone(),
        answer: status.into_answer(secrets),
    }
}

fn profile(status: &Status) -> Profile {
    let (http, axe) = (status.way == Way::Http, status.way == Way::Axe);
    let by_datagram = matches!(status.way, Way::Datagram | Way::Page);
    Profile {
        model: status.model.clone(),
        firmware: status.reading.firmware.clone(),
        capabilities: Capabilities {
            set_mode: false,
            power_off: PowerOff::None,
            measures_power: status.reading.power.is_some(),
            set_pool: http || by_datagram,
            pool_slots: 2,
            pool_needs_restart: false,
            pools_shown_are_used: false,
            wake_needs_restart: false,
            restart: http || axe || status.way == Way::Probe,
            identify: http || status.way == Way::Probe,
            frequency: None,
            core_voltage: None,
            fan_pct: None,
            target_temperature: None,
        },
        modes: Vec::new(),
        temperature_limit: if status.reading.power.is_some() { AXE_LIMIT } else { ESP_LIMIT },
        power_limit: None,
        poll_gap_min: POLL_GAP_MIN,
        boot_deadline: BOOT_DEADLINE,
    }
}

/// The pool as set where it says so, else the one in use.
fn as_found(status: &Status) -> AsFound {
    let set: Option<&PoolSetting> = status.primary.as_ref();
    let used = status.reading.pool.as_ref().filter(|_| set.is_none());
    AsFound {
        frequency: status.reading.frequency,
        core_voltage: status.reading.core_voltage,
        pool_host: set.map(|pool| pool.host.as_str().into()).or_else(|| used.map(|pool| pool.host.clone())),
        pool_port: set.and_then(|pool| pool.port).or_else(|| used.and_then(|pool| pool.port)),
        pool_user: set
            .and_then(|pool| pool.user.clone())
            .map(Into::into)
            .or_else(|| used.and_then(|pool| pool.user.clone())),
        ..AsFound::default()
    }
}
