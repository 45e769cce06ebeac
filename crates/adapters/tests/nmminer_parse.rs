//! One small reply per way of speaking, written for this test, and what is read from it; then every way to spoil one.
//!
//! **Invariant:** no sample here is a recording.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod common;

use common::known;
use expect_test::expect_file;
use hmm_adapters::miners::nmminer::{accepts, answer, called, paged, probed};
use hmm_domain::port::{Answer, DriverError};
use hmm_domain::units::Difficulty;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::fmt::Write;
use std::net::IpAddr;

fn from() -> IpAddr {
    "192.0.2.30".parse().unwrap()
}

/// A way of reading.
type Read = fn(&Value) -> Result<Answer, DriverError>;

fn by_info(value: &Value) -> Result<Answer, DriverError> {
    answer(value.to_string().as_bytes())
}

fn by_probe(value: &Value) -> Result<Answer, DriverError> {
    probed(value.to_string().as_bytes())
}

fn by_page(value: &Value) -> Result<Answer, DriverError> {
    paged(value.to_string().as_bytes())
}

fn by_call(value: &Value) -> Result<Answer, DriverError> {
    called(from(), value.to_string().as_bytes())
}

fn http() -> Value {
    json!({
        "identity": { "hwModel": "NMMiner", "hostName": "nm-s3", "fwVersion": "v2.0.04", "rssi": -57 },
        "miner": {
            "hashRate": 0.001_012_5, "sAccepted": 64, "sRejected": 1, "uptimeSeconds": 9000, "uptimeEver": 90_000,
            "networkDiff": "132.8T", "poolDiff": "0.0020 ", "lastDiff": "0.0031", "bestDiffSession": "12.75",
            "bestDiffEver": "4.5K", "blkhits": 0, "freeHeap": 120_000,
        },
        "stratum": { "url": "pool.test:3333", "user": "me.nm" },
        "temps": { "vcore": 54.5, "asic": null },
    })
}

fn axe() -> Value {
    json!({
        "ASICModel": "BM1366", "hashRate": 478.5, "power": 11.25, "temp": 58, "vrTemp": 61, "mcuTemp": 47,
        "bestDiff": "88.1M", "bestSessionDiff": "1.2M", "frequency": 485, "coreVoltage": 1200, "coreVoltageActual": 1193,
        "hostname": "nmaxe", "ssid": "secret-net", "sharesAccepted": 70, "sharesRejected": 2, "uptimeSeconds": 600,
        "stratumURLUSED": "stratum+tcp://spare.test:4444", "stratumUserUSED": "me.axe", "stratumPassword1": "worker-secret",
        "stratumURL1": "stratum+ssl://pool.test:3333", "stratumUser1": "me.axe", "version": "v2.5.11",
        "boardVersion": "NMAxe", "fanspeed": 60, "fanrpm": 4100, "freeHeap": 170_000, "overheat_mode": 0,
    })
}

fn page() -> Value {
    json!({
        "timeMining": "01d 02:03:04", "boardtype": "cyd 2.8", "hashRate": "1.0066MH/s", "pool": "pool.test:3343",
        "shares": "69/5308 (98.7%)", "netDiff": "117.0T", "poolDiff": "2.5", "lastDiff": "0.0077", "bestDiff": "88.221",
        "valid": "0", "rssi": "-63dBm", "freeHeap": "63.211KB",
    })
}

/// As documented: address in capitals, one value where later ones tell two.
fn first_call() -> Value {
    json!({
        "IP": "192.0.2.30", "BoardType": "NMLotto", "HashRate": "113.13K", "Share": "1/138", "NetDiff": "89.47T",
        "PoolDiff": "0.001", "BestDiff": "4.021M", "Valid": 0, "Progress": 0.167, "Temp": 0, "RSSI": -62,
        "FreeHeap": 8203.9, "Uptime": "00d 01:23:46", "Version": "v0.3.01", "PoolInUse": "pool.test:21496",
    })
}

fn axe_call() -> Value {
    json!({
        "ip": "192.0.2.30", "BoardType": "NMAxe", "HashRate": "478.12GH/s", "Share": "2/98/98.0%", "PoolDiff": "1.5K",
        "BestDiff": "1.2M\r88.1M", "Temp": 58, "RSSI": -50, "FreeHeap": 160.5, "Power": "11.3W", "Lastseen": 2000,
        "Uptime": "000d 00:22:57\r028d 18:25:01", "Version": "v2.5.11", "PoolInUse": "pool.test:3333",
    })
}

/// What it is called, the reply, and how it is read.
type Sample = (&'static str, fn() -> Value, Read);

const ALL: [Sample; 5] = [
    ("http", http, by_info),
    ("axe", axe, by_info),
    ("page", page, by_page),
    ("first call", first_call, by_call),
    ("axe's call", axe_call, by_call),
];

#[test]
fn every_way_of_speaking() {
    let mut text = String::new();
    for (name, sample, read) in ALL {
        write!(text, "{name}\n{}", known(&read(&sample()).unwrap().reading)).unwrap();
    }
    let probe = json!({ "model": "NMMiner", "hostname": "nm", "ver": "v2.0.04", "hr": 956_432, "sbd": 0.0421, "ebd": 1783.3, "ut": 4321 });
    write!(text, "probe\n{}", known(&by_probe(&probe).unwrap().reading)).unwrap();
    expect_file!["expected/nmminer_ways.txt"].assert_eq(&text);
}

#[test]
fn s9_a_datagram_that_claims_another_address_is_nobodys() {
    let claims = |key: &str, claim: Value| {
        let mut call = first_call();
        call.as_object_mut().unwrap().remove("IP");
        call[key] = claim;
        accepts(from(), call.to_string().as_bytes())
    };
    assert!(claims("IP", json!("192.0.2.30")) && claims("ip", json!("192.0.2.30")) && claims("Mac", json!("x")));
    for (key, claim) in [("IP", "192.0.2.31"), ("ip", "0.0.0.0"), ("ip", "everybody"), ("IP", "192.0.2.30 ")] {
        assert_eq!(claims(key, json!(claim)), claim.trim() == "192.0.2.30", "{claim:?}");
    }
    let mut both = first_call();
    both["ip"] = json!("192.0.2.31");
    assert!(!accepts(from(), both.to_string().as_bytes()));
}

#[test]
fn a_line_break_that_stands_raw_in_a_text_is_read() {
    let body = axe_call().to_string().replace("\\r", "\r");
    let reading = called(from(), body.as_bytes()).unwrap().reading;
    assert_eq!(
        (reading.uptime_s, reading.best_session_difficulty.map(Difficulty::get)),
        (Some(1_377), Some(1_200_000))
    );
}

#[test]
fn what_is_not_ours_is_not_recognised() {
    for body in [
        "",
        "[1]",
        "<html>",
        r#"{"identity":{"hwModel":7},"miner":{}}"#,
        r#"{"identity":{"hwModel":"NMMiner"},"miner":[]}"#,
        r#"{"ASICModel":"BM1370","hashRate":1,"boardVersion":"601"}"#,
        r#"{"deviceModel":"NerdQAxe++","ASICModel":"BM1370","hashRate":1}"#,
        r#"{"model":"Router"}"#,
        r#"{"hashRate":"1MH/s"}"#,
        r#"{"IP":"192.0.2.30","WiFiSSID":"x","PrimaryPool":"y"}"#,
    ] {
        let body = body.as_bytes();
        for answer in [answer(body), probed(body), paged(body), called(from(), body)] {
            assert!(matches!(answer, Err(DriverError::NotRecognised(_))), "{}", String::from_utf8_lossy(body));
        }
    }
}

#[test]
fn d9_secrets_are_masked_and_d1_no_text_keeps_its_control_characters() {
    let raw = by_info(&axe()).unwrap().raw.to_string();
    assert!(!raw.contains("secret-net") && !raw.contains("worker-secret"), "{raw}");
    let nasty = "a\u{1b}[2J\u{202e}b\nc".repeat(300);
    let mut info = http();
    for (place, key) in [("identity", "hwModel"), ("identity", "fwVersion"), ("stratum", "url"), ("stratum", "user")] {
        info[place][key] = json!(nasty);
    }
    let mut call = axe_call();
    for key in ["BoardType", "Version", "PoolInUse"] {
        call[key] = json!(nasty);
    }
    for reading in [by_info(&info).unwrap().reading, by_call(&call).unwrap().reading] {
        let text = format!("{reading:?}");
        assert!(!text.contains("\\u{1b}") && !text.contains("\\u{202e}") && !text.contains("\\n"), "{text}");
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        Just(json!("1e300")),
        Just(json!("99999999d 99:99:99\r")),
        Just(json!("4294967296/1 (1%")),
        ".{0,12}".prop_map(Value::from),
        "[0-9.]{0,6}[kKMGT]?[Hh/s%\\r]{0,4}".prop_map(Value::from),
    ];
    leaf.prop_recursive(2, 8, 3, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..3).prop_map(Value::from),
            proptest::collection::vec(("[a-zA-Z]{1,8}", inner), 0..3).prop_map(|pairs| pairs.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes: Vec<u8>, which in 0usize..5, cut in 0usize..1_500) {
        let good = (ALL[which].1)().to_string().into_bytes();
        let mut spoiled = good.clone();
        for (i, byte) in bytes.iter().enumerate() {
            let at = (cut * 31 + i * 97) % spoiled.len();
            spoiled[at] = *byte;
        }
        for body in [&bytes[..], &good[..cut.min(good.len())], &spoiled[..]] {
            let _ = (answer(body), probed(body), paged(body), called(from(), body));
        }
    }

    #[test]
    fn one_spoiled_field_is_no_panic_and_no_absurd_number(which in 0usize..5, pick: prop::sample::Index, value in any_json()) {
        let (_, sample, read) = ALL[which];
        let mut spoiled = sample();
        // Half of the time a level deeper.
        let keys: Vec<String> = spoiled.as_object().unwrap().keys().cloned().collect();
        let key = pick.get(&keys);
        match spoiled[key.as_str()].as_object_mut() {
            Some(inner) if !inner.is_empty() && pick.index(2) == 0 => {
                let inner_key = pick.get(&inner.keys().cloned().collect::<Vec<_>>()).clone();
                inner.insert(inner_key, value);
            }
            _ => spoiled[key.as_str()] = value,
        }
        let Ok(answer) = read(&spoiled) else { return Ok(()) };
        let reading = answer.reading;
        prop_assert!(reading.hashrate.is_none_or(|rate| rate.get() <= 100_000_000_000_000));
        prop_assert!(reading.power.is_none_or(|power| power.get() <= 1_000_000));
        prop_assert!(reading.temperature.is_none_or(|t| (0..=15_000).contains(&t.get())));
        prop_assert!(reading.uptime_s.is_none_or(|s| s <= 20 * 365 * 86_400));
    }
}
