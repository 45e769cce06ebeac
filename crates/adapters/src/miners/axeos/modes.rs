//! Operating points of a Bitaxe: from the device's own lists, else the table's, else none.
//!
//! **Invariant:** a list that cannot be believed is as good as none.

use super::models::Chip;
use super::wire::Asic;
use crate::miners::shared::choice::{Choice, Offer};

pub(super) fn choice(asic: Option<&Asic>, chip: Option<&Chip>) -> Option<Choice> {
    let from_table = |chip: &Chip| Choice::from_table(chip.frequencies, chip.voltages, chip.default);
    asic.and_then(from_device).or_else(|| chip.map(from_table))
}

fn from_device(asic: &Asic) -> Option<Choice> {
    Choice::from_device(&Offer {
        frequencies: &asic.frequency_options,
        voltages: &asic.voltage_options,
        default: (asic.default_frequency, asic.default_voltage),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::miners::axeos::models::chip_of;
    use expect_test::expect;
    use hmm_domain::miner::Mode;
    use hmm_domain::units::Frequency;
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
            let modes = choice(None, chip_of(name)).unwrap().modes();
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
        let choice = choice(Some(&own), chip_of("BM1370")).unwrap();
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
        .assert_eq(&table(&choice(Some(&top), None).unwrap().modes()));
        let only = asic(json!({
            "defaultFrequency": 500, "frequencyOptions": [500], "defaultVoltage": 1100, "voltageOptions": [1100],
        }));
        assert_eq!(table(&choice(Some(&only), None).unwrap().modes()), "standard 500 MHz 1100 mV\n");
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
            assert_eq!(choice(Some(&spoiled), None), None, "{spoiled:?}");
            assert_eq!(choice(Some(&spoiled), chip_of("BM1366")), choice(None, chip_of("BM1366")));
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
            let modes = choice(Some(&own), None).unwrap().modes();
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
