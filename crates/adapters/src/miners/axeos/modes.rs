//! Operating points from option lists: the device's own, else the table's, else none.
//!
//! How the four modes come about:
//! - `eco`: the lowest frequency with the lowest voltage of the lists.
//! - `standard`: the factory's default.
//! - `turbo`: the next frequency above the default, at the default voltage. One notch holds at the factory's voltage,
//!   and nothing that runs by itself raises a voltage for it.
//! - `oc`: the highest frequency with the highest voltage of the lists. Only this one raises the voltage, and only
//!   miners marked *may be overclocked* ever see it (H6).
//!
//! **Invariant:** no mode holds a value that is not in the lists or the factory's default between their ends.

use super::loose::Number;
use super::models::Chip;
use super::wire::{Asic, Numbers};
use hmm_domain::ModeId;
use hmm_domain::miner::Mode;
use hmm_domain::units::{Frequency, Millivolts};

/// What may be set. Lists ascend and are never empty; the default lies between their ends.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Choice {
    frequencies: Vec<u32>,
    voltages: Vec<u32>,
    default: (u32, u32),
}

/// No chip on these boards runs outside these. A list with an entry beyond them is not believed at all: who offers
/// 65,535 MHz may be wrong about the rest too.
const MHZ: (u32, u32) = (50, 1_500);
const MV: (u32, u32) = (500, 1_600);
const ENTRIES_MAX: usize = 64;

impl Choice {
    pub(super) fn new(asic: Option<&Asic>, chip: Option<&Chip>) -> Option<Self> {
        asic.and_then(Self::from_device).or_else(|| chip.map(Self::from_table))
    }

    fn from_device(asic: &Asic) -> Option<Self> {
        let frequencies = list(&asic.frequency_options, MHZ)?;
        let voltages = list(&asic.voltage_options, MV)?;
        let frequency = default(asic.default_frequency, &frequencies)?;
        let voltage = default(asic.default_voltage, &voltages)?;
        Some(Self { frequencies, voltages, default: (frequency, voltage) })
    }

    fn from_table(chip: &Chip) -> Self {
        Self { frequencies: chip.frequencies.to_vec(), voltages: chip.voltages.to_vec(), default: chip.default }
    }

    pub(super) fn frequency_range(&self) -> Option<(Frequency, Frequency)> {
        Some((Frequency::mhz(*self.frequencies.first()?), Frequency::mhz(*self.frequencies.last()?)))
    }

    pub(super) fn voltage_range(&self) -> Option<(Millivolts, Millivolts)> {
        Some((Millivolts::new(*self.voltages.first()?), Millivolts::new(*self.voltages.last()?)))
    }

    /// From the most frugal to the fastest. Where two would be the same point, the factory's name stays.
    pub(super) fn modes(&self) -> Vec<Mode> {
        let (Some(low), Some(high)) = (pair(self.frequencies.first(), self.voltages.first()), self.highest()) else {
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

    fn highest(&self) -> Option<(u32, u32)> {
        pair(self.frequencies.last(), self.voltages.last())
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
    use crate::miners::axeos::models::chip_of;
    use expect_test::expect;
    use serde_json::{Value, json};
    use std::fmt::Write;

    fn table(modes: &[Mode]) -> String {
        modes.iter().fold(String::new(), |mut out, mode| {
            let (mhz, mv) = (mode.frequency.unwrap().as_mhz(), mode.core_voltage.unwrap().get());
            writeln!(out, "{:8} {mhz} MHz {mv} mV", mode.id.as_str()).unwrap();
            out
        })
    }

    fn asic(value: Value) -> Asic {
        serde_json::from_value(value).unwrap()
    }

    #[test]
    fn modes_of_every_chip_in_the_table() {
        let mut text = String::new();
        for name in ["BM1397", "BM1366", "BM1368", "BM1370", "BM1370XP"] {
            let modes = Choice::new(None, chip_of(name)).unwrap().modes();
            write!(text, "{name}\n{}", table(&modes)).unwrap();
        }
        expect![[r#"
            BM1397
            eco      400 MHz 1100 mV
            standard 425 MHz 1400 mV
            turbo    450 MHz 1400 mV
            oc       600 MHz 1500 mV
            BM1366
            eco      400 MHz 1100 mV
            standard 485 MHz 1200 mV
            turbo    500 MHz 1200 mV
            oc       575 MHz 1300 mV
            BM1368
            eco      400 MHz 1100 mV
            standard 490 MHz 1166 mV
            turbo    500 MHz 1166 mV
            oc       575 MHz 1300 mV
            BM1370
            eco      400 MHz 1000 mV
            standard 525 MHz 1150 mV
            turbo    550 MHz 1150 mV
            oc       625 MHz 1250 mV
            BM1370XP
            eco      350 MHz 1000 mV
            standard 400 MHz 1150 mV
            turbo    410 MHz 1150 mV
        "#]]
        .assert_eq(&text);
    }

    #[test]
    fn the_devices_own_list_wins_and_is_sorted() {
        let own = asic(json!({
            "defaultFrequency": 500, "frequencyOptions": [550, "450", 500, 550, 600.0],
            "defaultVoltage": 1100, "voltageOptions": [1200, 1000, 1100],
        }));
        let choice = Choice::new(Some(&own), chip_of("BM1370")).unwrap();
        expect![[r#"
            eco      450 MHz 1000 mV
            standard 500 MHz 1100 mV
            turbo    550 MHz 1100 mV
            oc       600 MHz 1200 mV
        "#]]
        .assert_eq(&table(&choice.modes()));
        assert_eq!(choice.frequency_range(), Some((Frequency::mhz(450), Frequency::mhz(600))));
    }

    #[test]
    fn nothing_above_the_default_means_no_turbo_and_no_oc() {
        let top = asic(json!({
            "defaultFrequency": 500, "frequencyOptions": [400, 500], "defaultVoltage": 1100, "voltageOptions": [1100],
        }));
        expect![[r#"
            eco      400 MHz 1100 mV
            standard 500 MHz 1100 mV
        "#]]
        .assert_eq(&table(&Choice::new(Some(&top), None).unwrap().modes()));
        let only = asic(json!({
            "defaultFrequency": 500, "frequencyOptions": [500], "defaultVoltage": 1100, "voltageOptions": [1100],
        }));
        assert_eq!(table(&Choice::new(Some(&only), None).unwrap().modes()), "standard 500 MHz 1100 mV\n");
    }

    #[test]
    fn a_nonsense_list_is_not_believed_and_the_table_stands_in() {
        let good = json!({
            "defaultFrequency": 500, "frequencyOptions": [400, 500], "defaultVoltage": 1100, "voltageOptions": [1100],
        });
        let bad = [
            ("frequencyOptions", json!([])),
            ("frequencyOptions", json!([0, 500])),
            ("frequencyOptions", json!([400, 65535])),
            ("frequencyOptions", json!([400, null, 500])),
            ("frequencyOptions", json!([499.5, 500])),
            ("frequencyOptions", json!("400,500")),
            ("frequencyOptions", json!(vec![500; 65])),
            ("voltageOptions", json!([1100, 5000])),
            ("voltageOptions", json!(null)),
            ("defaultFrequency", json!(65535)),
            ("defaultVoltage", json!("high")),
        ];
        for (key, value) in bad {
            let mut spoiled = good.clone();
            spoiled[key] = value;
            let spoiled = asic(spoiled);
            assert_eq!(Choice::new(Some(&spoiled), None), None, "{spoiled:?}");
            assert_eq!(Choice::new(Some(&spoiled), chip_of("BM1366")), Choice::new(None, chip_of("BM1366")));
        }
    }

    proptest::proptest! {
        #[test]
        fn no_mode_leaves_the_lists(
            mhz in proptest::collection::vec(50u32..1_500, 1..12),
            mv in proptest::collection::vec(500u32..1_600, 1..12),
            pick: (proptest::sample::Index, proptest::sample::Index),
        ) {
            let (default_mhz, default_mv) = (*pick.0.get(&mhz), *pick.1.get(&mv));
            let own = asic(json!({
                "defaultFrequency": default_mhz, "frequencyOptions": &mhz,
                "defaultVoltage": default_mv, "voltageOptions": &mv,
            }));
            let modes = Choice::new(Some(&own), None).unwrap().modes();
            for mode in &modes {
                proptest::prop_assert!(mhz.contains(&(mode.frequency.unwrap().get() / 1_000)));
                proptest::prop_assert!(mv.contains(&mode.core_voltage.unwrap().get()));
                // Only `oc` may go above the factory's voltage.
                let raised = mode.core_voltage.unwrap().get() > default_mv;
                proptest::prop_assert!(!raised || mode.id.as_str() == "oc");
            }
            proptest::prop_assert!(modes.windows(2).all(|pair| pair[0].frequency <= pair[1].frequency));
            proptest::prop_assert!(modes.iter().any(|mode| mode.id.as_str() == "standard"));
        }
    }
}
