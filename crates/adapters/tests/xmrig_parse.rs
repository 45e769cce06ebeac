//! XMRig's summaries and configurations, and what is read from them: made ones here, recorded ones where they are.
//!
//! **Invariant:** the tables of recorded replies hold numbers only.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod common;

use common::{fixtures_dir, known, numbers};
use expect_test::expect;
use hmm_adapters::miners::xmrig::{answer, inspection};
use hmm_domain::Reading;
use hmm_domain::port::{DriverError, Inspection};
use hmm_domain::units::Hashrate;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::fmt::Write;

fn current() -> Value {
    json!({
        "id": "00112233445566aa", "worker_id": "den", "uptime": 86_512, "restricted": false,
        "results": {
            "diff_current": 120_001, "shares_good": 640, "shares_total": 643, "avg_time": 134,
            "best": [90_000_000, 7_000_000, 0],
        },
        "algo": "rx/0",
        "connection": {
            "pool": "stratum.example:10128", "ip": "192.0.2.9", "uptime": 86_000, "ping": 41, "failures": 2, "diff": 120_001,
        },
        "version": "6.24.0", "kind": "miner", "ua": "XMRig/6.24.0 (Windows NT 10.0; Win64; x64)",
        "cpu": { "brand": "AMD Ryzen 9 5950X 16-Core Processor", "threads": 32 }, "paused": false,
        "hashrate": { "total": [17_012.4, 16_950.0, 16_801.99], "highest": 17_400.1 }, "hugepages": [1_168, 1_168],
    })
}

/// Version 1 of the API, as version 2.6 printed it.
fn oldest() -> Value {
    json!({
        "id": "00112233445566bb", "worker_id": "attic", "version": "2.6.0", "kind": "cpu",
        "ua": "XMRig/2.6.0 (Linux x86_64) libuv/1.8.0 gcc/5.4.0", "cpu": { "brand": "Intel(R) Core(TM) i5-4590", "sockets": 1 },
        "algo": "cryptonight", "hugepages": true,
        "hashrate": { "total": [201.5, 200.6, 199.1], "highest": 203.0, "threads": [[100.0, 100.3, 99.5]] },
        "results": { "diff_current": 9_000, "shares_good": 12, "shares_total": 12, "best": [30_000, 12_000], "error_log": [] },
        "connection": { "pool": "old.example:3333", "uptime": 400, "ping": 0, "failures": 0, "error_log": [] },
    })
}

fn config() -> Value {
    json!({
        "http": { "access-token": "not-to-be-seen", "restricted": false },
        "pools": [
            { "url": "first.example:443", "user": "48first.den", "pass": "not-to-be-seen", "tls": true },
            { "url": "stratum.example:10128", "user": "48second.den", "enabled": true },
        ],
    })
}

fn learnt(summary: &Value, config: Option<&Value>) -> Inspection {
    let config = config.map(ToString::to_string);
    inspection(summary.to_string().as_bytes(), config.as_deref().map(str::as_bytes)).unwrap()
}

fn read(summary: &Value) -> Reading {
    answer(summary.to_string().as_bytes()).unwrap().reading
}

#[test]
fn a_current_summary() {
    expect![[r#"
        algorithm                "randomx"
        best_session_difficulty  90000000
        firmware                 "6.24.0"
        hashrate                 17012
        hashrate_1m              16950
        paused                   false
        pool                     {"fallback":null,"host":"stratum.example","port":10128,"user":null}
        pool_difficulty          120001
        response_ms              41
        shares_accepted          640
        shares_rejected          3
        uptime_s                 86512
    "#]]
    .assert_eq(&known(&read(&current())));
}

#[test]
fn the_oldest_summary() {
    expect![[r#"
        algorithm                "cryptonight"
        best_session_difficulty  30000
        firmware                 "2.6.0"
        hashrate                 202
        hashrate_1m              201
        pool                     {"fallback":null,"host":"old.example","port":3333,"user":null}
        pool_difficulty          9000
        shares_accepted          12
        shares_rejected          0
    "#]]
    .assert_eq(&known(&read(&oldest())));
}

#[test]
fn with_its_configuration_more_is_known() {
    let inspection = learnt(&current(), Some(&config()));
    expect![[r#"
        algorithm                "randomx"
        best_session_difficulty  90000000
        firmware                 "6.24.0"
        hashrate                 17012
        hashrate_1m              16950
        paused                   false
        pool                     {"fallback":true,"host":"stratum.example","port":10128,"user":"48second.den"}
        pool_difficulty          120001
        pool_set                 {"host":"first.example","port":443,"tls":true,"user":"48first.den"}
        pool_slots               [{"active":false,"alive":null,"host":"first.example","port":443,"slot":0,"user":"48first.den"},{"active":true,"alive":null,"host":"stratum.example","port":10128,"slot":1,"user":"48second.den"}]
        response_ms              41
        shares_accepted          640
        shares_rejected          3
        uptime_s                 86512
    "#]].assert_eq(&known(&inspection.answer.reading));
    let raw = format!("{} {:?}", inspection.answer.raw, inspection);
    assert!(!raw.contains("not-to-be-seen"), "{raw}");
}

#[test]
fn what_it_can_do_follows_from_what_it_lets_us_see() {
    let with = |restricted: Value| {
        let mut summary = current();
        summary["restricted"] = restricted;
        summary
    };
    let mut no_pause = current();
    no_pause.as_object_mut().unwrap().remove("paused");
    let mut table = String::new();
    for (name, summary, config) in [
        ("free, with its configuration", current(), Some(config())),
        ("free, no configuration", current(), None),
        ("restricted", with(json!(true)), None),
        ("unreadable", with(json!("perhaps")), None),
        ("cannot be paused", no_pause, Some(config())),
        ("oldest", oldest(), None),
    ] {
        write!(table, "{name}\n{}", common::learnt(&learnt(&summary, config.as_ref()))).unwrap();
    }
    expect![[r#"
        free, with its configuration
        model Some("AMD Ryzen 9 5950X 16-Core Processor"), identity Worker
        modes 
        power_off Pause, measures_power false, pool true in 2, identify false, target false, limit None W
        free, no configuration
        model Some("AMD Ryzen 9 5950X 16-Core Processor"), identity Worker
        modes 
        power_off Pause, measures_power false, pool false in 1, identify false, target false, limit None W
        restricted
        model Some("AMD Ryzen 9 5950X 16-Core Processor"), identity Worker
        modes 
        power_off None, measures_power false, pool false in 1, identify false, target false, limit None W
        unreadable
        model Some("AMD Ryzen 9 5950X 16-Core Processor"), identity Worker
        modes 
        power_off None, measures_power false, pool false in 1, identify false, target false, limit None W
        cannot be paused
        model Some("AMD Ryzen 9 5950X 16-Core Processor"), identity Worker
        modes 
        power_off None, measures_power false, pool true in 2, identify false, target false, limit None W
        oldest
        model Some("Intel(R) Core(TM) i5-4590"), identity Worker
        modes 
        power_off None, measures_power false, pool false in 1, identify false, target false, limit None W
    "#]]
    .assert_eq(&table);
}

#[test]
fn rates_that_are_not_there_yet_are_unknown_and_no_zeros() {
    let read = |total: Value| {
        let mut summary = current();
        summary["hashrate"]["total"] = total;
        let reading = read(&summary);
        (reading.hashrate.map(Hashrate::get), reading.hashrate_1m.map(Hashrate::get))
    };
    assert_eq!(read(json!([null, null, null])), (None, None));
    assert_eq!(read(json!([22.82, null, null])), (Some(23), None));
    assert_eq!(read(json!([0.0, 0, null])), (Some(0), Some(0)));
    assert_eq!(read(json!(["22.4", "NaN", 1])), (Some(22), None));
    assert_eq!(read(json!([-1, 1e300])), (None, None));
    assert_eq!(read(json!([])), (None, None));
    assert_eq!(read(json!({ "0": 7 })), (None, None));
}

#[test]
fn more_taken_than_sent_is_no_count_of_refusals() {
    let rejected = |good: Value, total: Value| {
        let mut summary = current();
        summary["results"] = json!({ "shares_good": good, "shares_total": total });
        read(&summary).shares_rejected
    };
    assert_eq!(rejected(json!(5), json!(7)), Some(2));
    assert_eq!(rejected(json!(7), json!(7)), Some(0));
    assert_eq!(rejected(json!(8), json!(7)), None);
    assert_eq!(rejected(json!(null), json!(7)), None);
    assert_eq!(rejected(json!(-1), json!(7)), None);
}

#[test]
fn d9_secrets_in_a_summary_are_masked_wherever_a_fork_prints_them() {
    let mut summary = current();
    summary["http"] = json!({ "access-token": "t0ken" });
    let raw = answer(summary.to_string().as_bytes()).unwrap().raw.to_string();
    assert!(!raw.contains("t0ken"), "{raw}");
}

#[test]
fn every_recorded_summary_reads_as_it_should() {
    let Some(dir) = fixtures_dir() else { return };
    let dir = dir.join("miners/xmrig");
    let mut names: Vec<String> = std::fs::read_dir(&dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("summary"))
        .collect();
    names.sort();
    let mut table = String::new();
    for name in &names {
        let body = std::fs::read(dir.join(name)).unwrap();
        let inspection = inspection(&body, None).unwrap();
        write!(table, "{name}\n{}", numbers(&inspection.answer.reading)).unwrap();
        let can = &inspection.profile.capabilities;
        writeln!(table, "  power_off {:?}, set_pool {}", can.power_off, can.set_pool).unwrap();
    }
    expect![[r#"
        6.12.0-mo1__2-summary.json
          hashrate=23 hashrate_1m=23 paused=false pool_difficulty=10979 shares_accepted=0 shares_rejected=0
          uptime_s=317 pool_port=Some(10032) fallback=None
          power_off None, set_pool false
        v2.6-docs__1-summary.json
          best_session_difficulty=278199 hashrate=296 hashrate_1m=296 pool_difficulty=9990 response_ms=35 shares_accepted=30
          shares_rejected=0 pool_port=Some(3333) fallback=None
          power_off None, set_pool false
    "#]].assert_eq(&table);
}

#[test]
fn what_is_no_summary_is_not_taken_for_one() {
    let Some(dir) = fixtures_dir() else { return };
    for name in [
        "xmrig/v2.6-docs__1-threads.json",
        "nmminer/v2.0.04__system-info.json",
        "bitaxe/gamma601-v2.12.2__system-info.json",
        "nerdqaxe/nerdqaxe++-v1.1.0-beta1__system-info.json",
    ] {
        let body = std::fs::read(dir.join("miners").join(name)).unwrap();
        assert!(matches!(answer(&body), Err(DriverError::NotRecognised(_))), "{name}");
    }
}

/// The fields of a reading that may change with a field of the summary.
fn touched(key: &str) -> &'static [&'static str] {
    match key {
        "uptime" => &["uptime_s"],
        "results" => &["shares_accepted", "shares_rejected", "best_session_difficulty", "pool_difficulty"],
        "algo" => &["algorithm"],
        "connection" => &["pool", "pool_difficulty", "response_ms"],
        "version" => &["firmware"],
        "paused" => &["paused"],
        "hashrate" => &["hashrate", "hashrate_1m"],
        _ => &[],
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        Just(json!("NaN")),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec(("[a-z_]{1,8}", inner), 0..4).prop_map(|pairs| pairs.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes: Vec<u8>, cut in 0usize..2_000) {
        let _ = answer(&bytes);
        let _ = inspection(&bytes, Some(&bytes));
        let good = current().to_string();
        let _ = answer(&good.as_bytes()[..cut.min(good.len())]);
        let mut spoiled = good.into_bytes();
        for (i, byte) in bytes.iter().enumerate() {
            let at = (cut * 31 + i * 97) % spoiled.len();
            spoiled[at] = *byte;
        }
        let _ = inspection(&spoiled, Some(&spoiled));
    }

    #[test]
    fn one_spoiled_field_changes_nothing_else(pick: prop::sample::Index, old: bool, value in any_json()) {
        let good = if old { oldest() } else { current() };
        let key = pick.get(&good.as_object().unwrap().keys().cloned().collect::<Vec<_>>()).clone();
        let mut spoiled = good.clone();
        spoiled[key.as_str()] = value;
        let answer = answer(spoiled.to_string().as_bytes());
        let after = match answer {
            Ok(answer) => answer.reading,
            Err(error) => {
                prop_assert!(key == "ua" && matches!(error, DriverError::NotRecognised(_)), "{key}: {error}");
                return Ok(());
            }
        };
        let (before, after) = (serde_json::to_value(read(&good)).unwrap(), serde_json::to_value(after).unwrap());
        for (field, was) in before.as_object().unwrap() {
            prop_assert!(after[field] == *was || touched(&key).contains(&field.as_str()), "{key} changed {field}");
        }
    }

    #[test]
    fn any_configuration_leaves_the_summary_as_it_was(key in "http|pools|cpu", value in any_json()) {
        let mut config = config();
        config[key.as_str()] = value;
        let with = learnt(&current(), Some(&config)).answer.reading;
        let without = read(&current());
        prop_assert_eq!((with.hashrate, with.uptime_s, with.shares_rejected), (without.hashrate, without.uptime_s, without.shares_rejected));
    }
}
