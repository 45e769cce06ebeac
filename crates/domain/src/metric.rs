//! The core metrics of a sample: one integer column each in storage, one name each on the wire.

use crate::reading::Reading;
use crate::sample::Growth;
use serde::{Deserialize, Serialize};

/// A number that is stored over time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Metric {
    Hashrate,
    Power,
    Temperature,
    VrTemperature,
    FanRpm,
    FanPct,
    Frequency,
    CoreVoltage,
    Rssi,
    // What grows: summed over a bucket, never averaged.
    Energy,
    SharesAccepted,
    SharesRejected,
}

impl Metric {
    /// What is true at an instant: averaged, with least and most.
    pub const GAUGES: [Self; 9] = [
        Self::Hashrate,
        Self::Power,
        Self::Temperature,
        Self::VrTemperature,
        Self::FanRpm,
        Self::FanPct,
        Self::Frequency,
        Self::CoreVoltage,
        Self::Rssi,
    ];
    /// What grows between instants: summed.
    pub const GROWTHS: [Self; 3] = [Self::Energy, Self::SharesAccepted, Self::SharesRejected];

    pub fn all() -> impl Iterator<Item = Self> {
        Self::GAUGES.into_iter().chain(Self::GROWTHS)
    }

    /// Column name in storage and value of `metric=` on the wire.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Hashrate => "hashrate",
            Self::Power => "power",
            Self::Temperature => "temperature",
            Self::VrTemperature => "vr_temperature",
            Self::FanRpm => "fan_rpm",
            Self::FanPct => "fan_pct",
            Self::Frequency => "frequency",
            Self::CoreVoltage => "core_voltage",
            Self::Rssi => "rssi",
            Self::Energy => "energy",
            Self::SharesAccepted => "shares_accepted",
            Self::SharesRejected => "shares_rejected",
        }
    }

    pub fn parse(name: &str) -> Option<Self> {
        Self::all().find(|metric| metric.name() == name)
    }

    /// Unit on the wire, and what a stored integer is multiplied with to get there.
    pub const fn unit(self) -> (&'static str, f64) {
        match self {
            Self::Hashrate => ("hs", 1.0),
            Self::Power => ("w", 1e-3),
            Self::Temperature | Self::VrTemperature => ("c", 1e-2),
            Self::FanRpm => ("rpm", 1.0),
            Self::FanPct => ("pct", 1e-2),
            Self::Frequency => ("mhz", 1e-3),
            Self::CoreVoltage => ("mv", 1.0),
            Self::Rssi => ("dbm", 1.0),
            Self::Energy => ("wh", 1.0 / 3.6e6),
            Self::SharesAccepted | Self::SharesRejected => ("shares", 1.0),
        }
    }

    /// Can a fleet's values be added up? Temperatures cannot.
    pub const fn adds_up(self) -> bool {
        matches!(self, Self::Hashrate | Self::Power | Self::Energy | Self::SharesAccepted | Self::SharesRejected)
    }

    /// The stored integer of this metric, in its base unit.
    pub fn of(self, reading: &Reading, growth: &Growth) -> Option<i64> {
        match self {
            Self::Hashrate => reading.hashrate.and_then(|v| i64::try_from(v.get()).ok()),
            Self::Power => reading.power.map(|v| v.get().into()),
            Self::Temperature => reading.temperature.map(|v| v.get().into()),
            Self::VrTemperature => reading.vr_temperature.map(|v| v.get().into()),
            Self::FanRpm => reading.fan.map(|v| v.get().into()),
            Self::FanPct => reading.fan_pct.map(|v| v.get().into()),
            Self::Frequency => reading.frequency.map(|v| v.get().into()),
            Self::CoreVoltage => reading.core_voltage.map(|v| v.get().into()),
            Self::Rssi => reading.rssi.map(|v| v.get().into()),
            Self::Energy => growth.energy.map(crate::units::Energy::get),
            Self::SharesAccepted => growth.accepted.and_then(|v| i64::try_from(v).ok()),
            Self::SharesRejected => growth.rejected.and_then(|v| i64::try_from(v).ok()),
        }
    }
}
