//! Operating points from option lists of frequencies and voltages.
//!
//! How the four modes come about:
//! - `eco`: the device's own frugal point where it names one, else the lowest frequency with the lowest voltage.
//! - `standard`: the factory's default.
//! - `turbo`: the next frequency above the default, at the default voltage. One notch holds at the factory's voltage,
//!   and nothing that runs by itself raises a voltage for it.
//! - `oc`: the highest frequency with the highest voltage of the lists. Only this one raises the voltage, and only
//!   miners marked *may be overclocked* ever see it (H6).
//!
//! **Invariant:** no mode holds a value that is not in the lists, the device's own frugal point, or the factory's default
//! between their ends.

use super::loose::{Number, Numbers};
use hmm_domain::ModeId;
use hmm_domain::miner::Mode;
use hmm_domain::units::{Frequency, Millivolts};

/// What may be set. Lists ascend and are never empty; the default lies between their ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Choice {
    frequencies: Vec<u32>,
    voltages: Vec<u32>,
    default: (u32, u32),
    /// Not above the default in either.
    eco: Option<(u32, u32)>,
}

/// What a device says of itself.
pub(crate) struct Offer<'a> {
    pub(crate) frequencies: &'a Numbers,
    pub(crate) voltages: &'a Numbers,
    pub(crate) default: (Number, Number),
}

/// No chip on these boards runs outside these. A list with an entry beyond them is not believed at all: who offers
/// 65,535 MHz may be wrong about the rest too.
const MHZ: (u32, u32) = (50, 1_500);
const MV: (u32, u32) = (500, 1_600);
const ENTRIES_MAX: usize = 64;

impl Choice {
    pub(crate) fn from_device(offer: &Offer<'_>) -> Option<Self> {
        let frequencies = list(offer.frequencies, MHZ)?;
        let voltages = list(offer.voltages, MV)?;
        let frequency = default(offer.default.0, &frequencies)?;
        let voltage = default(offer.default.1, &voltages)?;
        Some(Self { frequencies, voltages, default: (frequency, voltage), eco: None })
    }

    /// `frequencies` and `voltages` ascend.
    pub(crate) fn from_table(frequencies: &[u32], voltages: &[u32], default: (u32, u32)) -> Self {
        Self { frequencies: frequencies.to_vec(), voltages: voltages.to_vec(), default, eco: None }
    }

    /// With the device's own frugal point. One that is no such thing is left out.
    #[must_use]
    pub(crate) fn with_eco(mut self, mhz: Number, mv: Number) -> Self {
        let near =
            |number: Number, (least, most): (u32, u32)| number.whole().filter(|value| (least..=most).contains(value));
        let point = near(mhz, MHZ).zip(near(mv, MV));
        self.eco = point.filter(|(mhz, mv)| *mhz <= self.default.0 && *mv <= self.default.1);
        self
    }

    /// Without what lies above the device's own ceiling, which it stores and does not apply. Zero is its word for none.
    pub(crate) fn under(mut self, mhz: Number, mv: Number) -> Option<Self> {
        let (mhz, mv) = (mhz.whole().unwrap_or(u32::MAX), mv.whole().unwrap_or(u32::MAX));
        self.frequencies.retain(|value| *value <= mhz);
        self.voltages.retain(|value| *value <= mv);
        let (top_mhz, top_mv) = pair(self.frequencies.last(), self.voltages.last())?;
        self.default = (self.default.0.min(top_mhz), self.default.1.min(top_mv));
        self.eco = self.eco.filter(|eco| eco.0 <= self.default.0 && eco.1 <= self.default.1);
        Some(self)
    }

    pub(crate) fn frequency_range(&self) -> Option<(Frequency, Frequency)> {
        let least = self.frequencies.iter().copied().chain(self.eco.map(|eco| eco.0)).min()?;
        Some((Frequency::mhz(least), Frequency::mhz(*self.frequencies.last()?)))
    }

    pub(crate) fn voltage_range(&self) -> Option<(Millivolts, Millivolts)> {
        let least = self.voltages.iter().copied().chain(self.eco.map(|eco| eco.1)).min()?;
        Some((Millivolts::new(least), Millivolts::new(*self.voltages.last()?)))
    }

    /// From the most frugal to the fastest. Where two would be the same point, the factory's name stays.
    pub(crate) fn modes(&self) -> Vec<Mode> {
        let lowest = pair(self.frequencies.first(), self.voltages.first());
        let (Some(low), Some(high)) = (self.eco.or(lowest), pair(self.frequencies.last(), self.voltages.last())) else {
            return Vec::new();
        };
        let mut modes = Vec::with_capacity(4);
        if low != self.default {
            modes.push(mode("eco", "Eco", low));
        }
        modes.push(mode("standard", "Standard", self.default));
        let next = self.frequencies.iter().find(|mhz| **mhz > self.default.0);
        if let Some(next) = next {
            modes.push(mode("turbo", "Turbo", (*next, self.default.1)));
            if high.0 > *next {
                modes.push(mode("oc", "Overclock", high));
            }
        }
        modes
    }
}

fn pair(mhz: Option<&u32>, mv: Option<&u32>) -> Option<(u32, u32)> {
    Some((*mhz?, *mv?))
}

fn mode(id: &str, label: &str, (mhz, mv): (u32, u32)) -> Mode {
    Mode {
        id: ModeId::new(id),
        label: label.into(),
        frequency: Some(Frequency::mhz(mhz)),
        core_voltage: Some(Millivolts::new(mv)),
        level: None,
    }
}

fn list(numbers: &Numbers, (least, most): (u32, u32)) -> Option<Vec<u32>> {
    let numbers = numbers.0.as_ref().filter(|numbers| (1..=ENTRIES_MAX).contains(&numbers.len()))?;
    let plausible = |number: &Number| number.whole().filter(|value| (least..=most).contains(value));
    let mut values = numbers.iter().map(plausible).collect::<Option<Vec<u32>>>()?;
    values.sort_unstable();
    values.dedup();
    Some(values)
}

/// The factory may sit between two options, never beyond them.
fn default(number: Number, options: &[u32]) -> Option<u32> {
    let value = number.whole()?;
    (*options.first()?..=*options.last()?).contains(&value).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fmt::Write;

    fn number(value: u32) -> Number {
        Number(Some(value.into()))
    }

    fn modes(choice: &Choice) -> String {
        choice.modes().iter().fold(String::new(), |mut out, mode| {
            let (mhz, mv) = (mode.frequency.unwrap().as_mhz(), mode.core_voltage.unwrap().get());
            write!(out, "{} {mhz}/{mv} ", mode.id).unwrap();
            out
        })
    }

    #[test]
    fn the_devices_own_frugal_point_wins_unless_it_is_none() {
        let of = |eco: (u32, u32)| {
            Choice::from_table(&[500, 600, 700], &[1100, 1200], (600, 1200)).with_eco(number(eco.0), number(eco.1))
        };
        assert_eq!(modes(&of((0, 0))), "eco 500/1100 standard 600/1200 turbo 700/1200 ");
        assert_eq!(modes(&of((450, 1050))), "eco 450/1050 standard 600/1200 turbo 700/1200 ");
        assert_eq!(of((450, 1050)).frequency_range(), Some((Frequency::mhz(450), Frequency::mhz(700))));
        assert_eq!(of((450, 1050)).voltage_range(), Some((Millivolts::new(1_050), Millivolts::new(1_200))));
        for nonsense in [(650, 1100), (500, 1201), (450, 0), (10, 1100)] {
            assert_eq!(of(nonsense), of((0, 0)), "{nonsense:?}");
        }
    }

    #[test]
    fn nothing_above_the_devices_own_ceiling_is_offered() {
        let choice = Choice::from_table(&[495, 600, 777, 900], &[1085, 1150, 1200], (777, 1200));
        assert_eq!(choice.clone().under(number(0), Number(None)), Some(choice.clone()));
        let cut = choice.clone().with_eco(number(495), number(1085)).under(number(600), number(1150)).unwrap();
        assert_eq!(modes(&cut), "eco 495/1085 standard 600/1150 ");
        assert_eq!(choice.under(number(400), number(1150)), None);
    }
}
