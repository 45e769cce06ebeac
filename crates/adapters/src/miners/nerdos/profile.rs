//! What a NerdOS device of this board and firmware can do. Pure.
//!
//! **Invariant:** a capability follows from a field that the device printed, not from a version number.

use super::ASIC;
use super::models::{Board, board_of};
use super::parse::Status;
use super::pools;
use super::wire::{Asic, Info};
use crate::miners::shared::choice::{Choice, Offer};
use crate::miners::shared::loose::Number;
use crate::miners::shared::object;
use hmm_domain::Label;
use hmm_domain::miner::{AsFound, Capabilities, PowerOff, Profile};
use hmm_domain::port::{DriverError, Inspection};
use hmm_domain::reading::Reading;
use hmm_domain::units::{CentiCelsius, Power};
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;

/// Warm chips live at 60 to 65 °C.
const TEMPERATURE_LIMIT: CentiCelsius = CentiCelsius::degrees(70);
/// How far below its own trip we want to be awake: there it shuts down until it is restarted.
const BEFORE_ITS_TRIP: CentiCelsius = CentiCelsius::degrees(2);
const TARGET: (CentiCelsius, CentiCelsius) = (CentiCelsius::degrees(40), CentiCelsius::degrees(66));
/// Its web server has been seen to die of two days of quick polling.
const POLL_GAP_MIN: Duration = Duration::from_secs(10);
const BOOT_DEADLINE: Duration = Duration::from_secs(90);

/// Everything there is to learn from the two replies; without `asic` (firmware before 1.0.32) the model table stands in.
pub fn inspection(info: &[u8], asic: Option<&[u8]>) -> Result<Inspection, DriverError> {
    let status = Status::parse(info)?;
    let asic = asic.map(|body| object(ASIC, body)).transpose()?;
    Ok(inspect(status, asic.as_ref(), &[]))
}

pub(super) fn inspect(status: Status, asic: Option<&Value>, secrets: &[String]) -> Inspection {
    let asic: Option<Asic> = asic.and_then(|value| Asic::deserialize(value).ok());
    let reading = status.reading();
    let profile = profile(&status, &reading, asic.as_ref());
    let host_name = status.info.hostname.some().map(Label::new).filter(|name| !name.is_empty());
    Inspection {
        identity: status.identity(),
        as_found: as_found(&status.info, &reading, &profile),
        profile,
        host_name,
        answer: status.into_answer(secrets),
    }
}

fn profile(status: &Status, reading: &Reading, asic: Option<&Asic>) -> Profile {
    let info = &status.info;
    let board = info.device_model.some().and_then(board_of);
    let choice = choice(asic, board);
    let own_limit = info.max_power.within(1.0, 10_000.0).and_then(Power::from_watts);
    let modes = choice.as_ref().map(Choice::modes).unwrap_or_default();
    Profile {
        model: info.device_model.some().map(Label::new).filter(|model| !model.is_empty()),
        firmware: reading.firmware.clone(),
        capabilities: capabilities(status, reading, choice.as_ref(), !modes.is_empty()),
        modes,
        temperature_limit: temperature_limit(info),
        power_limit: own_limit.or_else(|| board.map(|board| Power::new(board.max_power_w * 1_000))),
        poll_gap_min: POLL_GAP_MIN,
        boot_deadline: BOOT_DEADLINE,
    }
}

/// One name has stood for boards with different limits, so the device's own lists come first; and nothing is offered
/// above the ceiling that it names, since it stores that and does not apply it.
fn choice(asic: Option<&Asic>, board: Option<&Board>) -> Option<Choice> {
    let own = asic.and_then(|asic| {
        let offer = Offer {
            frequencies: &asic.frequency_options,
            voltages: &asic.voltage_options,
            default: (asic.default_frequency, asic.default_voltage),
        };
        Some(Choice::from_device(&offer)?.with_eco(asic.eco_frequency, asic.eco_voltage))
    });
    let table = |board: &Board| {
        let number = |value: u32| Number(Some(value.into()));
        let (mhz, mv) = board.eco.unwrap_or_default();
        Choice::from_table(board.frequencies, board.voltages, board.default).with_eco(number(mhz), number(mv))
    };
    let choice = own.or_else(|| board.map(table))?;
    asic.map_or(Some(choice.clone()), |asic| choice.under(asic.abs_max_frequency, asic.abs_max_voltage))
}

fn temperature_limit(info: &Info) -> CentiCelsius {
    let trip = info.overheat_temp.within(50.0, 110.0).and_then(CentiCelsius::from_celsius);
    let below = trip.map(|trip| CentiCelsius::new(trip.get() - BEFORE_ITS_TRIP.get()));
    below.map_or(TEMPERATURE_LIMIT, |below| below.min(TEMPERATURE_LIMIT))
}

fn capabilities(status: &Status, reading: &Reading, choice: Option<&Choice>, set_mode: bool) -> Capabilities {
    let has = |key: &str| status.raw.get(key).is_some();
    // Whoever does not say that it was shut down cannot be seen to have been.
    let stoppable = status.info.shutdown.0.is_some();
    let regulated = status.info.pid_target_temp.count().is_some_and(|target| target > 0);
    Capabilities {
        set_mode,
        power_off: if stoppable { PowerOff::Standby } else { PowerOff::None },
        measures_power: reading.power.is_some(),
        set_pool: has("stratumURL"),
        pool_slots: if has("fallbackStratumURL") { 2 } else { 1 },
        pool_needs_restart: false,
        pools_shown_are_used: false,
        wake_needs_restart: true,
        restart: true,
        identify: false,
        frequency: choice.and_then(Choice::frequency_range),
        core_voltage: choice.and_then(Choice::voltage_range),
        fan_pct: (has("manualFanSpeed") || has("fanspeed")).then_some((0, 100)),
        target_temperature: regulated.then_some(TARGET),
    }
}

/// The pool as set, not the one in use: a device that was found on its fallback is not to be left on it (H5).
fn as_found(info: &Info, reading: &Reading, profile: &Profile) -> AsFound {
    let pool = pools::primary(info);
    AsFound {
        frequency: reading.frequency,
        core_voltage: reading.core_voltage,
        mode: profile.mode_of(reading),
        paused: reading.paused,
        pool_host: pool.as_ref().map(|pool| pool.host.as_str().into()),
        pool_port: pool.as_ref().and_then(|pool| pool.port),
        pool_user: pool.and_then(|pool| pool.user).map(Into::into),
    }
}
