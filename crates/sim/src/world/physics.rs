//! Heat, air, power and hashing, one second at a time.
//!
//! **Invariant:** pure arithmetic on values that are passed in; every call is one tick of one second.

use super::model::Hardware;
use super::rng::Rng;
use super::settings::Settings;

const FAN_W: f64 = 1.2;
const RAMP_MHZ_PER_S: f64 = 25.0;

/// Temperatures and the fan.
#[derive(Debug, Clone)]
pub(crate) struct Heat {
    pub(crate) ambient_c: f64,
    pub(crate) chip_c: f64,
    pub(crate) vr_c: f64,
    pub(crate) fan_pct: f64,
    pub(crate) chips_w: f64,
}

impl Heat {
    pub(crate) fn cold(ambient_c: f64) -> Self {
        Self { ambient_c, chip_c: ambient_c, vr_c: ambient_c, fan_pct: 30.0, chips_w: 0.0 }
    }

    /// One second with the chips drawing `chips_w`; without power the fan stands still.
    pub(crate) fn tick(&mut self, hardware: &Hardware, settings: &Settings, chips_w: f64, powered: bool) {
        self.chips_w = chips_w;
        self.fan_pct = if powered { self.fan_next(settings) } else { 0.0 };
        let still_air = 1.0 - self.fan_pct / 100.0;
        let chip_goal = self.ambient_c + chips_w * hardware.sink * (1.2 + 2.4 * still_air);
        let vr_goal = self.ambient_c + chips_w * hardware.sink * (0.9 + 2.3 * still_air);
        self.chip_c += (chip_goal - self.chip_c) / 25.0;
        self.vr_c += (vr_goal - self.vr_c) / 40.0;
    }

    fn fan_next(&self, settings: &Settings) -> f64 {
        if !settings.auto_fan {
            return f64::from(settings.manual_fan_pct);
        }
        let error_c = self.chip_c - f64::from(settings.temp_target_c);
        let wanted = self.fan_pct + (error_c * 0.1).clamp(-2.0, 2.0);
        wanted.clamp(f64::from(settings.min_fan_pct).min(100.0), 100.0)
    }

    /// At the wall.
    pub(crate) fn power_w(&self, hardware: &Hardware, powered: bool) -> f64 {
        let fan = self.fan_pct / 100.0;
        if powered { hardware.idle_w + FAN_W * fan * fan + self.chips_w } else { 0.0 }
    }
}

/// The chips' work as the firmware sees it.
#[derive(Debug, Clone, Default)]
pub(crate) struct Hashing {
    /// The frequency of this moment, which follows the setting by a ramp.
    pub(crate) mhz: f64,
    /// GH/s of the last second.
    pub(crate) momentary: f64,
    pub(crate) now: f64,
    pub(crate) minute: f64,
    pub(crate) ten_minutes: f64,
    pub(crate) hour: f64,
    pub(crate) error_pct: f64,
    /// Seconds since hashing began.
    pub(crate) seconds: u32,
}

impl Hashing {
    /// One second of hashing; returns the watts that the chips draw.
    pub(crate) fn tick(&mut self, hardware: &Hardware, settings: &Settings, rng: &mut Rng) -> f64 {
        let goal = settings.frequency_mhz;
        self.mhz += (goal - self.mhz).clamp(-RAMP_MHZ_PER_S, RAMP_MHZ_PER_S);
        let volts = f64::from(settings.core_voltage_mv) / 1000.0;
        let starved = starved(hardware, self.mhz, volts);
        self.error_pct = 0.2 + 100.0 * starved;
        self.momentary = hardware.expected_ghs(self.mhz) * (1.0 - starved) * (1.0 + 0.02 * rng.bell());
        self.seconds = self.seconds.saturating_add(1);
        for (average, window) in
            [(&mut self.now, 15.0), (&mut self.minute, 60.0), (&mut self.ten_minutes, 600.0), (&mut self.hour, 3600.0)]
        {
            *average += (self.momentary - *average) / f64::from(self.seconds).min(window);
        }
        chips_w(hardware, self.mhz, volts)
    }

    /// The average of a window, which the firmware prints as 0 until the window is full.
    pub(crate) fn filled(&self, average: f64, window_s: u32) -> f64 {
        if self.seconds >= window_s { average } else { 0.0 }
    }

    /// As after hours at `mhz`.
    pub(crate) fn settled(hardware: &Hardware, settings: &Settings, seconds: u32) -> Self {
        let rate = hardware.expected_ghs(settings.frequency_mhz);
        Self {
            mhz: settings.frequency_mhz,
            momentary: rate,
            now: rate,
            minute: rate,
            ten_minutes: rate,
            hour: rate,
            error_pct: 0.2,
            seconds,
        }
    }
}

pub(crate) fn chips_w(hardware: &Hardware, mhz: f64, volts: f64) -> f64 {
    hardware.watts_per_mhz_v2 * f64::from(hardware.asics) * mhz * volts * volts
}

/// The part of the work that is lost because the voltage is too low for the frequency, 0 to 1.
fn starved(hardware: &Hardware, mhz: f64, volts: f64) -> f64 {
    let share = mhz / f64::from(hardware.default_mhz);
    let needed = f64::from(hardware.default_mv) / 1000.0 * (0.6 + 0.4 * share) - 0.06;
    (4.0 * (needed - volts) / needed).clamp(0.0, 1.0)
}

/// Radio and the way to the pool.
#[derive(Debug, Clone)]
pub(crate) struct Air {
    home_dbm: f64,
    pub(crate) rssi_dbm: f64,
    pub(crate) response_ms: f64,
}

impl Air {
    pub(crate) fn around(rng: &mut Rng) -> Self {
        let home_dbm = -70.0 + 35.0 * rng.unit();
        Self { home_dbm, rssi_dbm: home_dbm, response_ms: 60.0 }
    }

    pub(crate) fn tick(&mut self, rng: &mut Rng) {
        self.rssi_dbm += (self.home_dbm - self.rssi_dbm) / 60.0 + 0.5 * rng.bell();
        self.rssi_dbm = self.rssi_dbm.clamp(-92.0, -25.0);
        self.response_ms += (60.0 - self.response_ms) / 20.0 + 6.0 * rng.bell();
        self.response_ms = self.response_ms.clamp(8.0, 400.0);
    }
}
