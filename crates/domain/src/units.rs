//! Quantities as newtypes over integers, one base unit each. Floats enter through `from_*` (rounded once, refused when
//! they are not a number) and leave through `as_*` for statistics and for the screen.

#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "every float is checked against its range before it becomes an integer"
)]

use serde::{Deserialize, Serialize};

/// Turns a float from a device into an integer of the base unit.
///
/// `None` for NaN, infinities, negative values and values that do not fit: a device that says such a thing has said
/// nothing.
fn scaled(value: f64, factor: f64, max: f64) -> Option<f64> {
    let exact = (value * factor).round();
    (exact.is_finite() && exact >= 0.0 && exact <= max).then_some(exact)
}

macro_rules! quantity {
    ($(#[$doc:meta])* $name:ident($inner:ty)) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name($inner);

        impl $name {
            /// From the base unit.
            pub const fn new(value: $inner) -> Self {
                Self(value)
            }

            /// In the base unit.
            pub const fn get(self) -> $inner {
                self.0
            }
        }
    };
}

quantity! {
    /// Hashes per second. Up to 18 EH/s.
    Hashrate(u64)
}
quantity! {
    /// Electrical power in milliwatts. Up to 4.2 MW.
    Power(u32)
}
quantity! {
    /// Energy in millijoules. One kilowatt-hour is 3.6 billion.
    Energy(i64)
}
quantity! {
    /// Temperature in hundredths of a degree Celsius.
    CentiCelsius(i32)
}
quantity! {
    /// Clock frequency in kilohertz.
    Frequency(u32)
}
quantity! {
    /// Electric potential in millivolts.
    Millivolts(u32)
}
quantity! {
    /// Share of a whole in hundredths of a percent.
    CentiPercent(u16)
}
quantity! {
    /// Revolutions per minute.
    Rpm(u32)
}
quantity! {
    /// Share difficulty.
    Difficulty(u64)
}
quantity! {
    /// Radio signal strength in dBm, negative.
    Dbm(i16)
}

impl Hashrate {
    /// From hashes per second, as programs on PCs report.
    pub fn from_hs(value: f64) -> Option<Self> {
        scaled(value, 1.0, 1.8e19).map(|v| Self(v as u64))
    }

    /// From gigahashes per second, as AxeOS reports.
    pub fn from_ghs(value: f64) -> Option<Self> {
        scaled(value, 1e9, 1.8e19).map(|v| Self(v as u64))
    }
}

impl Power {
    pub fn from_watts(value: f64) -> Option<Self> {
        scaled(value, 1e3, f64::from(u32::MAX)).map(|v| Self(v as u32))
    }

    pub fn as_watts(self) -> f64 {
        f64::from(self.0) / 1e3
    }

    /// Energy of this power over `span`. Exact: milliwatts times milliseconds are microjoules.
    pub fn over(self, span: std::time::Duration) -> Energy {
        let micro = u128::from(self.0) * span.as_millis();
        Energy(i64::try_from(micro / 1_000).unwrap_or(i64::MAX))
    }
}

impl std::ops::Add for Energy {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }
}

impl CentiCelsius {
    /// Below the boiling point of nitrogen or above any solder: not a temperature.
    pub fn from_celsius(value: f64) -> Option<Self> {
        let exact = (value * 1e2).round();
        (exact.is_finite() && (-10_000.0..=30_000.0).contains(&exact)).then_some(Self(exact as i32))
    }

    pub const fn degrees(value: i32) -> Self {
        Self(value * 100)
    }

    pub fn as_celsius(self) -> f64 {
        f64::from(self.0) / 1e2
    }
}

impl Frequency {
    pub fn from_mhz(value: f64) -> Option<Self> {
        scaled(value, 1e3, f64::from(u32::MAX)).map(|v| Self(v as u32))
    }

    pub const fn mhz(value: u32) -> Self {
        Self(value * 1_000)
    }

    pub fn as_mhz(self) -> f64 {
        f64::from(self.0) / 1e3
    }
}

impl Millivolts {
    pub fn from_mv(value: f64) -> Option<Self> {
        scaled(value, 1.0, f64::from(u32::MAX)).map(|v| Self(v as u32))
    }
}

impl CentiPercent {
    pub fn from_percent(value: f64) -> Option<Self> {
        scaled(value, 1e2, 10_000.0).map(|v| Self(v as u16))
    }

    pub fn as_percent(self) -> f64 {
        f64::from(self.0) / 1e2
    }
}

impl Rpm {
    pub fn from_rpm(value: f64) -> Option<Self> {
        scaled(value, 1.0, 100_000.0).map(|v| Self(v as u32))
    }
}

impl Difficulty {
    pub fn from_f64(value: f64) -> Option<Self> {
        scaled(value, 1.0, 1.8e19).map(|v| Self(v as u64))
    }
}

impl Dbm {
    pub fn from_dbm(value: f64) -> Option<Self> {
        let exact = value.round();
        (exact.is_finite() && (-150.0..0.0).contains(&exact)).then_some(Self(exact as i16))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_is_not_a_number_is_not_a_quantity() {
        for bad in [f64::NAN, f64::INFINITY, f64::NEG_INFINITY, -1.0, 1e300] {
            assert_eq!(Hashrate::from_ghs(bad), None, "{bad}");
            assert_eq!(Power::from_watts(bad), None, "{bad}");
            assert_eq!(Frequency::from_mhz(bad), None, "{bad}");
        }
        assert_eq!(Hashrate::from_ghs(1_072.240_722_7), Some(Hashrate::new(1_072_240_722_700)));
        assert_eq!(CentiCelsius::from_celsius(-1.0), Some(CentiCelsius::new(-100)));
        assert_eq!(CentiPercent::from_percent(100.5), None);
    }

    proptest! {
        #[test]
        fn energy_never_shrinks_with_time(mw in 0u32..2_000_000, a in 0u64..100_000_000, b in 0u64..100_000_000) {
            let at = |ms| Power::new(mw).over(std::time::Duration::from_millis(ms));
            prop_assert!(at(a) <= at(a + b));
        }
    }
}
