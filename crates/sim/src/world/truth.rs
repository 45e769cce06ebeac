//! What is really the case, beyond what any protocol tells.
//!
//! **Invariant:** taken at whole ticks, never rounded to please; tests compare the program's belief with it.

use super::model::Model;
use super::rig::{Phase, Rig};
use super::settings::RunningPool;
use serde::Serialize;

/// The truth about one miner.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[expect(clippy::struct_excessive_bools, reason = "independent facts about a device")]
pub struct Truth {
    pub name: String,
    pub mac: String,
    pub model: Model,
    pub family: &'static str,
    pub firmware: &'static str,
    pub power: PowerState,
    pub hashing: bool,
    pub paused: bool,
    /// The stored flag, as the firmware prints it.
    pub overheat_mode: bool,
    /// The chips are held off since a trip.
    pub tripped: bool,
    pub ambient_c: f64,
    pub chip_c: f64,
    pub vr_c: f64,
    pub fan_pct: f64,
    /// As stored.
    pub frequency_mhz: f64,
    /// As stored.
    pub core_voltage_mv: u16,
    /// As running.
    pub actual_mhz: f64,
    pub hashrate_ghs: f64,
    pub power_w: f64,
    pub energy_mj: u64,
    pub uptime_s: u64,
    pub shares_accepted: u64,
    pub shares_rejected: u64,
    /// Where the work really goes.
    pub pool: RunningPool,
    pub flash_writes: u32,
    pub restarts: u32,
    pub identifies: u32,
}

/// Whether the electronics run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum PowerState {
    Off,
    Booting,
    Running,
}

impl Rig {
    /// The truth as of the last step.
    pub fn truth(&self) -> Truth {
        Truth {
            name: self.spec.name.clone(),
            mac: self.spec.mac.clone(),
            model: self.spec.model,
            family: self.spec.firmware.family(),
            firmware: self.spec.firmware.version(),
            power: match self.phase {
                Phase::Off => PowerState::Off,
                Phase::Booting { .. } => PowerState::Booting,
                Phase::Running { .. } => PowerState::Running,
            },
            hashing: self.is_hashing(),
            paused: self.paused,
            overheat_mode: self.settings.overheat_mode,
            tripped: self.tripped,
            ambient_c: self.heat.ambient_c,
            chip_c: self.heat.chip_c,
            vr_c: self.heat.vr_c,
            fan_pct: self.heat.fan_pct,
            frequency_mhz: self.settings.frequency_mhz,
            core_voltage_mv: self.settings.core_voltage_mv,
            actual_mhz: self.hashing.mhz,
            hashrate_ghs: self.hashing.momentary,
            power_w: self.power_w(),
            energy_mj: self.energy_mj,
            uptime_s: self.uptime().as_secs(),
            shares_accepted: self.shares.accepted,
            shares_rejected: self.shares.rejected(),
            pool: self.connection().pool(),
            flash_writes: self.flash_writes,
            restarts: self.restarts,
            identifies: self.identifies,
        }
    }
}
