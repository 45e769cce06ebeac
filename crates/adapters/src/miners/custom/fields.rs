//! The words that a file makes a reading of, each with its unit in its name and its bounds.
//!
//! **Invariant:** a value that such a device cannot have is unknown, never zero and never passed on; it is said why.

use hmm_domain::ModeId;
use hmm_domain::json::MASK;
use hmm_domain::miner::Identity;
use hmm_domain::reading::{PoolInUse, Reading};
use hmm_domain::text::{Clean, Label};
use hmm_domain::units::{CentiCelsius, CentiPercent, Dbm, Difficulty, Frequency, Hashrate, Millivolts, Power, Rpm};
use serde_json::Value;

/// Takes a value into a reading; none when it is no such value.
pub(super) type Take = fn(&Value, &mut Reading) -> Option<()>;

/// What a file may say under `reading`.
pub(super) const FIELDS: &[(&str, Take)] = &[
    ("hashrate_hs", |value, to| hashrate(value).map(|v| to.hashrate = Some(v))),
    ("hashrate_1m_hs", |value, to| hashrate(value).map(|v| to.hashrate_1m = Some(v))),
    ("hashrate_10m_hs", |value, to| hashrate(value).map(|v| to.hashrate_10m = Some(v))),
    ("hashrate_1h_hs", |value, to| hashrate(value).map(|v| to.hashrate_1h = Some(v))),
    ("expected_hashrate_hs", |value, to| hashrate(value).map(|v| to.expected_hashrate = Some(v))),
    ("power_w", |value, to| power(value).map(|v| to.power = Some(v))),
    ("power_target_w", |value, to| power(value).map(|v| to.power_target = Some(v))),
    ("temperature_c", |value, to| celsius(value).map(|v| to.temperature = Some(v))),
    ("vr_temperature_c", |value, to| celsius(value).map(|v| to.vr_temperature = Some(v))),
    ("board_temperature_c", |value, to| celsius(value).map(|v| to.board_temperature = Some(v))),
    ("intake_temperature_c", |value, to| celsius(value).map(|v| to.intake_temperature = Some(v))),
    ("fan_pct", |value, to| percent(value).map(|v| to.fan_pct = Some(v))),
    ("fan_rpm", |value, to| rpm(value).map(|v| to.fan = Some(v))),
    ("fan2_rpm", |value, to| rpm(value).map(|v| to.fan2 = Some(v))),
    ("frequency_mhz", |value, to| frequency(value).map(|v| to.frequency = Some(v))),
    ("actual_frequency_mhz", |value, to| frequency(value).map(|v| to.actual_frequency = Some(v))),
    ("core_voltage_mv", |value, to| voltage(value).map(|v| to.core_voltage = Some(v))),
    ("actual_core_voltage_mv", |value, to| voltage(value).map(|v| to.actual_core_voltage = Some(v))),
    ("shares_accepted", |value, to| count(value).map(|v| to.shares_accepted = Some(v))),
    ("shares_rejected", |value, to| count(value).map(|v| to.shares_rejected = Some(v))),
    ("shares_stale", |value, to| count(value).map(|v| to.shares_stale = Some(v))),
    ("best_difficulty", |value, to| difficulty(value).map(|v| to.best_difficulty = Some(v))),
    ("best_session_difficulty", |value, to| difficulty(value).map(|v| to.best_session_difficulty = Some(v))),
    ("pool_difficulty", |value, to| difficulty(value).map(|v| to.pool_difficulty = Some(v))),
    ("pool_host", |value, to| label(value).map(|v| pool(to).host = v)),
    ("pool_port", |value, to| port(value).map(|v| pool(to).port = Some(v))),
    ("pool_user", |value, to| label(value).map(|v| pool(to).user = Some(v))),
    ("pool_fallback", |value, to| truth(value).map(|v| pool(to).fallback = Some(v))),
    ("response_ms", |value, to| {
        let ms = within(value, 0.0, 60_000.0)?;
        to.response_ms = Some(whole(ms));
        Some(())
    }),
    ("uptime_s", |value, to| {
        let seconds = count(value).filter(|s| *s <= UPTIME_S_MAX)?;
        to.uptime_s = Some(seconds);
        Some(())
    }),
    ("rssi_dbm", |value, to| number(value).and_then(Dbm::from_dbm).map(|v| to.rssi = Some(v))),
    ("firmware", |value, to| label(value).map(|v| to.firmware = Some(v))),
    ("mode", |value, to| label(value).map(|v| to.mode = Some(ModeId::new(v.as_str())))),
    ("paused", |value, to| truth(value).map(|v| to.paused = Some(v))),
    ("calibrating", |value, to| truth(value).map(|v| to.calibrating = Some(v))),
    ("overheated", |value, to| truth(value).map(|v| to.overheated = Some(v))),
    ("fault", |value, to| text(value).map(|v| to.fault = Some(v))),
    ("error_pct", |value, to| percent(value).map(|v| to.error_pct = Some(v))),
    ("hash_errors", |value, to| count(value).map(|v| to.hash_errors = Some(v))),
    ("free_heap_bytes", |value, to| count(value).map(|v| to.free_heap_bytes = Some(v))),
    // The same in what people read off their devices; one of a kind is enough.
    ("hashrate_khs", |value, to| hashes(value, 1e3).map(|v| to.hashrate = Some(v))),
    ("hashrate_mhs", |value, to| hashes(value, 1e6).map(|v| to.hashrate = Some(v))),
    ("hashrate_ghs", |value, to| hashes(value, 1e9).map(|v| to.hashrate = Some(v))),
    ("hashrate_ths", |value, to| hashes(value, 1e12).map(|v| to.hashrate = Some(v))),
];

/// The names of what a file may say under `reading`.
pub fn reading_names() -> impl Iterator<Item = &'static str> {
    FIELDS.iter().map(|(name, _)| *name)
}

/// What a file may say under `identity`.
pub const IDENTITY: [&str; 4] = ["mac", "serial", "host_name", "model"];

/// All of the world's miners together.
const HS_MAX: f64 = 1e22;
const WATTS_MAX: f64 = 1_000_000.0;
const CELSIUS: (f64, f64) = (-60.0, 200.0);
const MHZ_MAX: f64 = 20_000.0;
const MV_MAX: f64 = 100_000.0;
const UPTIME_S_MAX: u64 = 20 * 365 * 86_400;

/// Who answers: the MAC where it says one, else the serial number.
pub(super) fn identity(mac: Option<&Value>, serial: Option<&Value>) -> Identity {
    let mac = mac.and_then(Value::as_str).and_then(Identity::from_mac);
    let serial = || serial.and_then(label).map(|serial| Identity::Serial(serial.as_str().to_owned()));
    mac.or_else(serial).unwrap_or(Identity::None)
}

/// A name: of a model, of a host.
pub(super) fn label(value: &Value) -> Option<Label> {
    text(value)
}

/// As a person may see it in a list of what was not understood.
pub(super) fn shown(value: &Value) -> String {
    match value {
        // It may be anything, a secret too.
        Value::String(_) => format!("a text that does not fit ({MASK})"),
        Value::Array(_) => "a list".to_owned(),
        Value::Object(_) => "an object".to_owned(),
        other => other.to_string(),
    }
}

fn text<const MAX: usize>(value: &Value) -> Option<Clean<MAX>> {
    let text = match value {
        Value::String(text) => Clean::new(text),
        Value::Number(number) => Clean::new(&number.to_string()),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => return None,
    };
    Some(text).filter(|text| !text.is_empty())
}

/// Printed as a number, or as a text that is one.
fn number(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().parse().ok(),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    };
    number.filter(|number| number.is_finite())
}

fn within(value: &Value, least: f64, most: f64) -> Option<f64> {
    number(value).filter(|number| (least..=most).contains(number))
}

fn truth(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(truth) => Some(*truth),
        Value::Number(number) => match number.as_f64()? {
            0.0 => Some(false),
            1.0 => Some(true),
            _ => None,
        },
        Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
            "true" | "1" | "on" | "yes" => Some(true),
            "false" | "0" | "off" | "no" => Some(false),
            _ => None,
        },
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn hashrate(value: &Value) -> Option<Hashrate> {
    value.as_u64().map(Hashrate::new).or_else(|| hashes(value, 1.0))
}

fn hashes(value: &Value, unit: f64) -> Option<Hashrate> {
    within(value, 0.0, HS_MAX).and_then(|number| Hashrate::from_ghs(number * (unit / 1e9)))
}

fn power(value: &Value) -> Option<Power> {
    within(value, 0.0, WATTS_MAX).and_then(Power::from_watts)
}

fn celsius(value: &Value) -> Option<CentiCelsius> {
    within(value, CELSIUS.0, CELSIUS.1).and_then(CentiCelsius::from_celsius)
}

fn percent(value: &Value) -> Option<CentiPercent> {
    number(value).and_then(CentiPercent::from_percent)
}

fn rpm(value: &Value) -> Option<Rpm> {
    number(value).and_then(Rpm::from_rpm)
}

fn frequency(value: &Value) -> Option<Frequency> {
    within(value, 0.001, MHZ_MAX).and_then(Frequency::from_mhz)
}

fn voltage(value: &Value) -> Option<Millivolts> {
    within(value, 1.0, MV_MAX).and_then(Millivolts::from_mv)
}

/// Small enough to have been counted exactly.
fn count(value: &Value) -> Option<u64> {
    if let Some(exact) = value.as_u64() {
        return Some(exact).filter(|count| *count <= 1 << 53);
    }
    // The same rounding and bounds as a difficulty, which is a count too.
    within(value, 0.0, 9_007_199_254_740_992.0).and_then(Difficulty::from_f64).map(Difficulty::get)
}

fn difficulty(value: &Value) -> Option<Difficulty> {
    number(value).and_then(Difficulty::from_f64)
}

fn port(value: &Value) -> Option<u16> {
    count(value).and_then(|port| u16::try_from(port).ok()).filter(|port| *port > 0)
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded by the caller")]
fn whole(number: f64) -> u32 {
    number.round() as u32
}

fn pool(reading: &mut Reading) -> &mut PoolInUse {
    reading.pool.get_or_insert_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    fn taken(name: &str, value: &Value) -> Option<Reading> {
        let (_, take) = FIELDS.iter().find(|(known, _)| *known == name).unwrap();
        let mut reading = Reading::default();
        take(value, &mut reading).map(|()| reading)
    }

    #[test]
    fn values_are_read_leniently_and_what_cannot_be_is_unknown() {
        assert_eq!(taken("power_w", &json!("17.25")).unwrap().power, Some(Power::new(17_250)));
        assert_eq!(taken("power_w", &json!(0)).unwrap().power, Some(Power::new(0)));
        assert_eq!(
            taken("hashrate_hs", &json!(1_205_000_000_001_u64)).unwrap().hashrate.unwrap().get(),
            1_205_000_000_001
        );
        assert_eq!(taken("hashrate_ghs", &json!(1205.5)).unwrap().hashrate.unwrap().get(), 1_205_500_000_000);
        assert_eq!(taken("hashrate_ths", &json!("1.5")).unwrap().hashrate.unwrap().get(), 1_500_000_000_000);
        assert_eq!(taken("temperature_c", &json!(-3.5)).unwrap().temperature, Some(CentiCelsius::new(-350)));
        assert_eq!(taken("paused", &json!("ON")).unwrap().paused, Some(true));
        assert_eq!(taken("shares_accepted", &json!("12")).unwrap().shares_accepted, Some(12));
        assert_eq!(taken("uptime_s", &json!(12.4)).unwrap().uptime_s, Some(12));
        assert_eq!(taken("firmware", &json!(12)).unwrap().firmware, Some("12".into()));
        for (name, bad) in [
            ("power_w", json!(-1)),
            ("power_w", json!("NaN")),
            ("power_w", json!(true)),
            ("hashrate_hs", json!(-5)),
            ("hashrate_ths", json!(1e300)),
            ("temperature_c", json!(500)),
            ("fan_pct", json!(101)),
            ("core_voltage_mv", json!(0)),
            ("shares_accepted", json!(1e18)),
            ("pool_port", json!(70_000)),
            ("rssi_dbm", json!(3)),
            ("paused", json!("maybe")),
            ("firmware", json!("")),
            ("mode", json!(["eco"])),
        ] {
            assert_eq!(taken(name, &bad), None, "{name} {bad}");
        }
    }

    #[test]
    fn a_mac_is_preferred_and_a_placeholder_is_none() {
        let serial = json!("S1");
        assert_eq!(identity(Some(&json!("02-00-00-00-00-01")), Some(&serial)).to_string(), "02:00:00:00:00:01");
        assert_eq!(identity(Some(&json!("00:00:00:00:00:00")), Some(&serial)), Identity::Serial("S1".into()));
        assert_eq!(identity(None, Some(&json!(null))), Identity::None);
    }

    proptest! {
        #[test]
        fn any_value_for_any_field_returns(number: f64, text: String) {
            for value in [json!(number), json!(text), json!([number]), json!({ "a": text }), json!(null)] {
                for (name, take) in FIELDS {
                    let mut reading = Reading::default();
                    if take(&value, &mut reading).is_none() {
                        prop_assert_eq!(&reading, &Reading::default(), "{}", name);
                    }
                }
            }
        }
    }
}
