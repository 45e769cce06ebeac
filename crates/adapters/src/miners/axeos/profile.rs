//! What a Bitaxe of this board and firmware can do. Pure.
//!
//! **Invariant:** a capability follows from a field that the device printed, not from a version number.

use super::ASIC;
use super::models::{Board, board_of, chip_of, family_of};
use super::modes;
use super::parse::Status;
use super::pools;
use super::wire::{Asic, Info};
use crate::miners::shared::choice::Choice;
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

/// Warm chips live at 60 to 65 °C; the firmware itself trips later than this.
const TEMPERATURE_LIMIT: CentiCelsius = CentiCelsius::degrees(70);
const TARGET: (CentiCelsius, CentiCelsius) = (CentiCelsius::degrees(35), CentiCelsius::degrees(66));
/// The device's own page polls twice as often, and devices have stopped answering under polling.
const POLL_GAP_MIN: Duration = Duration::from_secs(10);
const BOOT_DEADLINE: Duration = Duration::from_secs(90);

/// Everything there is to learn from the two replies; without `asic` (firmware before 2.7) the model table stands in.
pub fn inspection(info: &[u8], asic: Option<&[u8]>) -> Result<Inspection, DriverError> {
    let status = Status::parse(info)?;
    let asic = asic.map(|body| object(ASIC, body)).transpose()?;
    Ok(inspect(status, asic.as_ref()))
}

pub(super) fn inspect(status: Status, asic: Option<&Value>) -> Inspection {
    let asic: Option<Asic> = asic.and_then(|value| Asic::deserialize(value).ok());
    let reading = status.reading();
    let profile = profile(&status, &reading, asic.as_ref());
    let host_name = status.info.hostname.some().map(Label::new).filter(|name| !name.is_empty());
    Inspection {
        identity: status.identity(),
        as_found: as_found(&status.info, &reading, &profile),
        profile,
        host_name,
        answer: status.into_answer(),
    }
}

fn profile(status: &Status, reading: &Reading, asic: Option<&Asic>) -> Profile {
    let info = &status.info;
    let board = info.board_version.some().and_then(board_of);
    let name = board.map_or_else(|| info.asic_model.as_str().trim(), |board| board.asic);
    let choice = modes::choice(asic, chip_of(name));
    let own_limit = info.max_power.within(1.0, 10_000.0).and_then(Power::from_watts);
    let modes = choice.as_ref().map(Choice::modes).unwrap_or_default();
    Profile {
        model: model(info, board, asic),
        firmware: reading.firmware.clone(),
        capabilities: capabilities(status, reading, choice.as_ref(), !modes.is_empty()),
        modes,
        temperature_limit: TEMPERATURE_LIMIT,
        power_limit: own_limit.or_else(|| board.map(|board| Power::new(board.max_power_w * 1_000))),
        poll_gap_min: POLL_GAP_MIN,
        boot_deadline: BOOT_DEADLINE,
    }
}

/// By the board's number, else by the family that `/asic` names, else by the chips; else unknown.
fn model(info: &Info, board: Option<&Board>, asic: Option<&Asic>) -> Option<Label> {
    let number = info.board_version.some();
    if let (Some(board), Some(number)) = (board, number) {
        return Some(format!("Bitaxe {} {number}", board.family).into());
    }
    if let Some(family) = asic.and_then(|asic| asic.device_model.some()) {
        return Some(format!("Bitaxe {family}").into());
    }
    let count = |number: Number| number.whole();
    let chips = asic.and_then(|asic| count(asic.chips)).or_else(|| count(info.asic_count))?;
    let chip = asic.and_then(|asic| asic.chip.some()).or(info.asic_model.some())?;
    Some(format!("Bitaxe {}", family_of(chip, chips)?).into())
}

fn capabilities(status: &Status, reading: &Reading, choice: Option<&Choice>, set_mode: bool) -> Capabilities {
    let has = |key: &str| status.raw.get(key).is_some();
    let pausable = status.info.mining_paused.0.is_some();
    let readable_list = status.raw.get("pools").is_none_or(Value::is_array);
    Capabilities {
        set_mode,
        // Earlier firmware has no standby at all.
        power_off: if pausable { PowerOff::Pause } else { PowerOff::None },
        // A clone whose meter reads empty has none.
        measures_power: reading.power.is_some(),
        set_pool: readable_list && (has("stratumURL") || has("pools")),
        pool_slots: if has("fallbackStratumURL") || has("pools") { 2 } else { 1 },
        pool_needs_restart: true,
        pools_shown_are_used: false,
        wake_needs_restart: false,
        restart: true,
        // The three came with or after `identify` (2.12) and have stayed.
        identify: has("hashRate_1m") || has("resetReason") || pausable,
        frequency: choice.and_then(Choice::frequency_range),
        core_voltage: choice.and_then(Choice::voltage_range),
        fan_pct: (has("manualFanSpeed") || has("fanspeed")).then_some((0, 100)),
        target_temperature: has("temptarget").then_some(TARGET),
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
