//! What only an Avalon has: its modes and levels, its three slots for pools, its login, and an average that stands
//! still while it rests.
//!
//! **Invariant:** facts about the devices and what their firmware keeps; how it is spelled is the face's business.

use super::model::{Hardware, Model};
use super::settings::{PoolEntry, Settings};
use super::spec::PoolSpec;
use serde::{Deserialize, Serialize};

/// Which Avalon.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Avalon {
    Nano3,
    Nano3s,
    Mini3,
    Q,
    A15,
}

/// One operating point: the number the firmware has for it, MHz and mV of a chip, and the watts it aims at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Point {
    pub(crate) number: i8,
    mhz: u16,
    mv: u16,
    pub(crate) target_w: u16,
}

const fn point(number: i8, mhz: u16, mv: u16, target_w: u16) -> Point {
    Point { number, mhz, mv, target_w }
}

const NANO3_POINTS: &[Point] = &[point(0, 313, 306, 60), point(1, 467, 314, 90), point(2, 594, 334, 125)];
const NANO3S_POINTS: &[Point] = &[point(0, 260, 295, 72), point(1, 330, 300, 94), point(2, 451, 306, 133)];
const MINI3_POINTS: &[Point] = &[point(-1, 290, 290, 500), point(0, 400, 310, 800)];
const Q_POINTS: &[Point] = &[point(0, 283, 276, 800), point(1, 400, 286, 1_200), point(2, 470, 296, 1_520)];
const A15_POINTS: &[Point] = &[point(1, 346, 286, 3_750)];

impl Avalon {
    pub const ALL: [Self; 5] = [Self::Nano3, Self::Nano3s, Self::Mini3, Self::Q, Self::A15];

    /// What it prints as its version.
    pub const fn version(self) -> &'static str {
        match self {
            Self::Nano3 => "24071801_42c628d",
            Self::Nano3s => "25061101_97a2c0e",
            Self::Mini3 => "25021301_c9d3310",
            Self::Q => "25052801_14a19a2",
            Self::A15 => "24102401_25462b2_9ddf522",
        }
    }

    pub const fn model(self) -> Model {
        match self {
            Self::Nano3 => Model::Nano3,
            Self::Nano3s => Model::Nano3s,
            Self::Mini3 => Model::Mini3,
            Self::Q => Model::AvalonQ,
            Self::A15 => Model::A15,
        }
    }

    /// The login of its web pages as it comes from the factory.
    pub const fn login(self) -> (&'static str, &'static str) {
        match self {
            Self::Nano3 | Self::A15 => ("root", "root"),
            Self::Nano3s | Self::Mini3 | Self::Q => ("admin", "admin"),
        }
    }

    /// From the most frugal to the fastest. By mode, or by level where it has those.
    pub(crate) const fn points(self) -> &'static [Point] {
        match self {
            Self::Nano3 => NANO3_POINTS,
            Self::Nano3s => NANO3S_POINTS,
            Self::Mini3 => MINI3_POINTS,
            Self::Q => Q_POINTS,
            Self::A15 => A15_POINTS,
        }
    }

    /// It has levels where others have modes.
    pub(crate) const fn by_level(self) -> bool {
        matches!(self, Self::Nano3 | Self::Mini3)
    }

    const fn factory(self) -> i8 {
        match self {
            Self::Nano3 | Self::A15 => 1,
            Self::Nano3s => 2,
            Self::Mini3 | Self::Q => 0,
        }
    }

    /// What its fan regulates to.
    pub(crate) const fn target_c(self) -> u16 {
        match self {
            Self::Nano3 | Self::Mini3 => 85,
            Self::Nano3s => 90,
            Self::Q => 65,
            Self::A15 => 75,
        }
    }
}

/// What the firmware of one Avalon keeps and knows.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct AvalonState {
    pub(crate) which: Avalon,
    /// The number of the present mode or level.
    pub(crate) number: i8,
    pub(crate) lamp: bool,
    /// The pools as they were read when it started: what was written since waits in the settings.
    pub(crate) running: Vec<PoolSpec>,
    /// Their numbers, the preferred one first.
    pub(crate) order: Vec<usize>,
    work_gh: f64,
    seconds: f64,
}

impl AvalonState {
    pub(super) fn new(which: Avalon) -> Self {
        let number = which.factory();
        Self { which, number, lamp: false, running: Vec::new(), order: Vec::new(), work_gh: 0.0, seconds: 0.0 }
    }

    /// Makes the settings those of this device, as it comes from the factory.
    pub(super) fn furnish(&mut self, settings: &mut Settings, spare: &PoolSpec) {
        settings.temp_target_c = self.which.target_c();
        settings.min_fan_pct = 15;
        settings.pools.entries.push(PoolEntry::stored(2, spare.clone()));
        for entry in &mut settings.pools.entries {
            entry.suggested_difficulty = 8_192;
        }
        self.set(settings, self.number);
        self.booted(settings);
    }

    /// Goes to the mode or level with this number; returns whether there is one.
    pub(crate) fn set(&mut self, settings: &mut Settings, number: i8) -> bool {
        let Some(point) = self.which.points().iter().find(|point| point.number == number) else { return false };
        self.number = number;
        settings.frequency_mhz = f64::from(point.mhz);
        settings.core_voltage_mv = point.mv;
        true
    }

    pub(crate) fn point(&self) -> Point {
        let points = self.which.points();
        *points.iter().find(|point| point.number == self.number).unwrap_or(&points[0])
    }

    /// Reads its slots anew and forgets the average.
    pub(super) fn booted(&mut self, settings: &Settings) {
        self.running = settings.pools.entries.iter().map(|entry| entry.at.clone()).collect();
        self.order = (0..self.running.len()).collect();
        (self.work_gh, self.seconds) = (0.0, 0.0);
    }

    /// As after `seconds` of work.
    pub(super) fn worked(&mut self, ghs: f64, seconds: u32) {
        self.work_gh += ghs * f64::from(seconds);
        self.seconds += f64::from(seconds);
    }

    /// GH/s since it started to work. Rest is not counted: the average of a device in standby stays where it was.
    pub(crate) fn average_ghs(&self) -> f64 {
        if self.seconds > 0.0 { self.work_gh / self.seconds } else { 0.0 }
    }
}

const fn hardware(
    family: &'static str,
    asic: &'static str,
    asics: u16,
    small_cores: f64,
    max_power_w: u16,
    (default_mhz, default_mv): (u16, u16),
    (watts_per_mhz_v2, sink, trip_c): (f64, f64, f64),
) -> Hardware {
    Hardware {
        family,
        asic,
        board: "",
        colour: "",
        asics,
        small_cores,
        supply_volts: 28,
        max_power_w,
        default_mhz,
        default_mv,
        mhz_options: &[],
        mv_options: &[],
        watts_per_mhz_v2,
        idle_w: 3.0,
        trip_c,
        sink,
        current_at_core: false,
    }
}

pub(super) static NANO3: Hardware =
    hardware("Avalon Nano 3", "A3198S", 10, 724.0, 140, (467, 314), (0.188, 0.26, 115.0));
pub(super) static NANO3S: Hardware =
    hardware("Avalon Nano 3S", "A3197S", 12, 1216.0, 140, (451, 306), (0.2526, 0.197, 118.0));
pub(super) static MINI3: Hardware =
    hardware("Avalon Mini 3", "A3197S", 66, 1420.0, 850, (400, 310), (0.3075, 0.031, 115.0));
pub(super) static Q: Hardware = hardware("Avalon Q", "A3197S", 160, 1216.0, 1_700, (283, 276), (0.229, 0.021, 110.0));
pub(super) static A15: Hardware =
    hardware("AvalonMiner 15", "A3197S", 480, 1216.0, 4_000, (346, 286), (0.2734, 0.00637, 110.0));
