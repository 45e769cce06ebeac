//! What the adapter tests share: how a reading is written down, and where the recorded replies are.
//!
//! **Invariant:** recorded replies are read where they are, and only numbers of them appear in this repository.
#![expect(dead_code, reason = "each test binary uses its own part")]

use hmm_domain::Reading;
use hmm_domain::port::Inspection;
use serde_json::Value;
use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::PathBuf;

/// The recorded replies, beside the checkout. A fresh clone does not have them and stays green.
#[expect(clippy::print_stdout, reason = "what was skipped is said")]
pub(crate) fn fixtures_dir() -> Option<PathBuf> {
    let dir = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../../shared/fixtures");
    if !dir.is_dir() {
        println!("skipped: the recorded replies are not at {}", dir.display());
        return None;
    }
    Some(dir)
}

/// What a reading knows, a line each; what it does not know is left out.
pub(crate) fn known(reading: &Reading) -> String {
    fields(reading).iter().filter(|(_, value)| !empty(value)).fold(String::new(), |mut out, (key, value)| {
        writeln!(out, "{key:24} {value}").unwrap();
        out
    })
}

/// The same in one line, without texts.
pub(crate) fn numbers(reading: &Reading) -> String {
    let mut words: Vec<String> = fields(reading)
        .iter()
        .filter(|(_, value)| value.is_number() || value.is_boolean())
        .map(|(key, value)| format!("{key}={value}"))
        .collect();
    if let Some(pool) = &reading.pool {
        words.push(format!("pool_port={:?} fallback={:?}", pool.port, pool.fallback));
    }
    if !reading.reject_reasons.is_empty() {
        let counts: Vec<u64> = reading.reject_reasons.iter().map(|reason| reason.count).collect();
        words.push(format!("reject_counts={counts:?}"));
    }
    words.chunks(6).fold(String::new(), |mut out, line| {
        writeln!(out, "  {}", line.join(" ")).unwrap();
        out
    })
}

/// What was learnt about a device.
pub(crate) fn learnt(inspection: &Inspection) -> String {
    let (profile, can) = (&inspection.profile, &inspection.profile.capabilities);
    let mut out = String::new();
    let identity = format!("{:?}", inspection.identity);
    let kind = identity.split('(').next().unwrap_or_default();
    writeln!(out, "model {:?}, identity {}", profile.model.as_ref().map(hmm_domain::Label::as_str), kind).unwrap();
    let modes: Vec<String> = profile
        .modes
        .iter()
        .map(|m| match (m.frequency, m.core_voltage) {
            (Some(mhz), Some(mv)) => format!("{} {}/{}", m.id, mhz.as_mhz(), mv.get()),
            _ => format!("{} ({})", m.id, m.label),
        })
        .collect();
    writeln!(out, "modes {}", modes.join(", ")).unwrap();
    writeln!(
        out,
        "power_off {:?}, measures_power {}, pool {} in {}, identify {}, target {}, limit {:?} W",
        can.power_off,
        can.measures_power,
        can.set_pool,
        can.pool_slots,
        can.identify,
        can.target_temperature.is_some(),
        profile.power_limit.map(hmm_domain::units::Power::as_watts),
    )
    .unwrap();
    out
}

/// A JSON text with its keys in order, whatever order the parser keeps.
pub(crate) fn sorted(text: &str) -> String {
    let Ok(value) = serde_json::from_str::<Value>(text) else { return text.to_owned() };
    in_order(&value).to_string()
}

fn in_order(value: &Value) -> Value {
    match value {
        Value::Object(map) => {
            let ordered: BTreeMap<&String, Value> = map.iter().map(|(key, value)| (key, in_order(value))).collect();
            ordered.into_iter().map(|(key, value)| (key.clone(), value)).collect()
        }
        Value::Array(items) => items.iter().map(in_order).collect(),
        other => other.clone(),
    }
}

/// The fields of a reading, by name.
fn fields(reading: &Reading) -> BTreeMap<String, Value> {
    let Value::Object(fields) = in_order(&serde_json::to_value(reading).unwrap()) else { unreachable!() };
    fields.into_iter().collect()
}

fn empty(value: &Value) -> bool {
    value.is_null() || value.as_array().is_some_and(Vec::is_empty)
}
