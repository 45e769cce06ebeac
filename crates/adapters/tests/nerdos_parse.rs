//! One small reply per generation, written for this test, and what is read from it; then every way to spoil one.
//!
//! **Invariant:** no sample here is a recording.

#![recursion_limit = "256"]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod common;

use common::{known, learnt};
use expect_test::{Expect, expect};
use hmm_adapters::miners::nerdos::{answer, inspection};
use hmm_domain::port::DriverError;
use proptest::prelude::*;
use serde_json::{Value, json};

fn read(info: &Value) -> hmm_domain::Reading {
    answer(info.to_string().as_bytes()).unwrap().reading
}

fn check(info: &Value, reading: &Expect, profile: &Expect) {
    reading.assert_eq(&known(&read(info)));
    profile.assert_eq(&learnt(&inspection(info.to_string().as_bytes(), None).unwrap()));
}

/// 2025: flat keys, text for difficulties, no `shutdown`, no minute.
fn flat() -> Value {
    json!({
        "ASICModel": "BM1368", "asicCount": 4, "deviceModel": "NerdQAxe+", "hostip": "192.0.2.9", "power": 54.5,
        "maxPower": 70, "minPower": 30, "voltage": 12_100, "maxVoltage": 13, "minVoltage": 11, "current": 4510,
        "temp": 57.25, "vrTemp": 49.5, "boardtemp1": 41, "boardtemp2": 43.5, "hashRate": 2502.75, "hashRate_10m": 2490.5,
        "hashRate_1h": 0, "hashRate_1d": 2400, "coreVoltage": 1250, "defaultCoreVoltage": 1250, "coreVoltageActual": 1246,
        "fanspeed": 62, "fanrpm": 3120, "autofanspeed": 1, "frequency": 490, "defaultFrequency": 490, "bestDiff": "812.5M",
        "bestSessionDiff": "4.2k", "sharesAccepted": 900, "sharesRejected": 4, "stratumURL": "pool.test",
        "stratumPort": 3333, "stratumUser": "me.rig", "fallbackStratumURL": "spare.test", "fallbackStratumPort": 3334,
        "fallbackStratumUser": "me.rig", "isUsingFallbackStratum": true, "isStratumConnected": true,
        "uptimeSeconds": 7200, "macAddr": "02:00:5E:00:01:28", "hostname": "nerdqaxe", "version": "v1.0.28",
        "overheat_temp": 70, "freeHeap": 6_000_000, "ssid": "secret-net", "pidTargetTemp": -1, "flipscreen": 1,
    })
}

/// 2026: nested `stratum` with one entry, two fans, one-time codes.
fn nested() -> Value {
    json!({
        "ASICModel": "BM1370", "asicCount": 8, "deviceModel": "NerdOCTAXE-γ", "hostip": "192.0.2.9", "wifiRSSI": -58,
        "power": 153.25, "maxPower": 250, "minPower": 50, "temp": 61.5, "vrTemp": 0, "vrTempInt": 66.5,
        "asicTemps": [59.5, 61.5, 0, "x"], "hashRate": 9800.5, "hashRate_1m": 9790, "hashRate_10m": 9780.25,
        "hashRate_1h": 9770, "coreVoltage": 1150, "coreVoltageActual": 1149, "fanspeed": 71, "manualFanSpeed": 100,
        "fanrpm": 2100, "fanrpm2": 0, "fanCount": 2, "lastpingrtt": 23.6, "recentpingloss": 0, "shutdown": false,
        "stratum": {
            "poolMode": 0, "activePoolMode": 0, "poolBalance": 50, "totalBestDiff": 13_000_000_000_u64,
            "usingFallback": false,
            "pools": [{
                "connected": true, "verifyBlocked": "", "poolDifficulty": 16_384, "accepted": 4100, "rejected": 9,
                "pingRtt": 23.6, "bestDiff": 5_000_000,
            }],
        },
        "poolDifficulty": 16_384, "sharesAccepted": 4100, "sharesRejected": 9, "bestDiff": 13_000_000_000_u64,
        "bestSessionDiff": 5_000_000, "stratumURL": "stratum+tcp://pool.test:3333", "stratumUser": "me.rig",
        "stratumTLS": false, "fallbackStratumURL": "spare.test", "fallbackStratumPort": 3334,
        "fallbackStratumUser": "me.spare", "fallbackStratumTLS": true, "frequency": 600, "overheat_temp": 75,
        "autofanspeed": 2, "pidTargetTemp": 60, "otp": true, "uptimeSeconds": 18_000, "macAddr": "02-00-5e-00-01-36",
        "hostname": "octo", "version": "v1.0.36", "freeHeap": 6_890_556, "ssid": "secret-net",
    })
}

/// Both pools at once, each with its own counters; and the figure at the top is one pool's.
fn dual() -> Value {
    let mut info = nested();
    info["sharesAccepted"] = json!(300);
    info["sharesRejected"] = json!(1);
    info["stratum"] = json!({
        "poolMode": 1, "activePoolMode": 1, "poolBalance": 60, "totalBestDiff": 13_000_000_000_u64,
        "pools": [
            { "active": true, "connected": true, "poolDifficulty": 8192, "accepted": 300, "rejected": 1, "bestDiff": 7000 },
            { "active": true, "connected": true, "poolDifficulty": 1024, "accepted": 200, "rejected": 2, "bestDiff": 9000 },
        ],
    });
    info["bestSessionDiff"] = json!([7000, 9000]);
    info["poolDifficulty"] = json!(1);
    info
}

/// The newest order of the list: both pools, one of them marked, and it has fallen back.
fn marked() -> Value {
    let mut info = nested();
    for key in ["sharesAccepted", "sharesRejected", "poolDifficulty", "bestDiff", "bestSessionDiff", "lastpingrtt"] {
        info[key] = Value::Null;
    }
    info["stratum"] = json!({
        "poolMode": 0, "activePoolMode": 0, "totalBestDiff": 13_000_000_000_u64,
        "pools": [
            { "active": false, "connected": false, "verifyBlocked": "fee_exceeded", "pingRtt": 0 },
            { "active": true, "connected": true, "poolDifficulty": 512, "accepted": 77, "rejected": 3, "bestDiff": 4242,
              "pingRtt": 12.2 },
        ],
    });
    info["shutdown"] = json!(true);
    info["hashRate"] = json!(0);
    info["coreVoltageActual"] = json!(0);
    info
}

#[test]
fn the_flat_generation() {
    check(
        &flat(),
        &expect![[r#"
        actual_core_voltage      1246
        best_difficulty          812500000
        best_session_difficulty  4200
        board_temperature        4350
        core_voltage             1250
        fan                      3120
        fan_pct                  6200
        firmware                 "v1.0.28"
        free_heap_bytes          6000000
        frequency                490000
        hashrate                 2502750000000
        hashrate_10m             2490500000000
        pool                     {"fallback":true,"host":"spare.test","port":3334,"user":"me.rig"}
        pool_set                 {"host":"pool.test","port":3333,"tls":null,"user":"me.rig"}
        pool_slots               [{"active":false,"alive":null,"host":"pool.test","port":3333,"slot":0,"user":"me.rig"},{"active":true,"alive":true,"host":"spare.test","port":3334,"slot":1,"user":"me.rig"}]
        power                    54500
        power_source             "measured"
        shares_accepted          900
        shares_rejected          4
        temperature              5725
        uptime_s                 7200
        vr_temperature           4950
    "#]],
        &expect![[r#"
        model Some("NerdQAxe+"), identity Mac
        modes eco 400/1100, standard 490/1250, turbo 500/1250, oc 575/1350
        power_off None, measures_power true, pool true in 2, identify false, target false, limit Some(70.0) W
    "#]],
    );
}

#[test]
fn the_nested_generation() {
    check(
        &nested(),
        &expect![[r#"
        actual_core_voltage      1149
        best_difficulty          13000000000
        best_session_difficulty  5000000
        core_voltage             1150
        fan                      2100
        fan2                     0
        fan_pct                  7100
        firmware                 "v1.0.36"
        free_heap_bytes          6890556
        frequency                600000
        hashrate                 9800500000000
        hashrate_10m             9780250000000
        hashrate_1h              9770000000000
        hashrate_1m              9790000000000
        paused                   false
        pool                     {"fallback":false,"host":"pool.test","port":3333,"user":"me.rig"}
        pool_difficulty          16384
        pool_set                 {"host":"pool.test","port":3333,"tls":false,"user":"me.rig"}
        pool_slots               [{"active":true,"alive":true,"host":"pool.test","port":3333,"slot":0,"user":"me.rig"},{"active":false,"alive":null,"host":"spare.test","port":3334,"slot":1,"user":"me.spare"}]
        power                    153250
        power_source             "measured"
        response_ms              24
        rssi                     -58
        shares_accepted          4100
        shares_rejected          9
        temperature              6150
        uptime_s                 18000
        vr_temperature           6650
    "#]],
        &expect![[r#"
        model Some("NerdOCTAXE-γ"), identity Mac
        modes eco 500/1120, standard 600/1150
        power_off Standby, measures_power true, pool true in 2, identify false, target true, limit Some(250.0) W
    "#]],
    );
}

#[test]
fn two_pools_at_once_are_summed() {
    check(
        &dual(),
        &expect![[r#"
        actual_core_voltage      1149
        best_difficulty          13000000000
        best_session_difficulty  9000
        core_voltage             1150
        fan                      2100
        fan2                     0
        fan_pct                  7100
        firmware                 "v1.0.36"
        free_heap_bytes          6890556
        frequency                600000
        hashrate                 9800500000000
        hashrate_10m             9780250000000
        hashrate_1h              9770000000000
        hashrate_1m              9790000000000
        paused                   false
        pool                     {"fallback":false,"host":"pool.test","port":3333,"user":"me.rig"}
        pool_difficulty          8192
        pool_set                 {"host":"pool.test","port":3333,"tls":false,"user":"me.rig"}
        pool_slots               [{"active":true,"alive":true,"host":"pool.test","port":3333,"slot":0,"user":"me.rig"},{"active":true,"alive":true,"host":"spare.test","port":3334,"slot":1,"user":"me.spare"}]
        power                    153250
        power_source             "measured"
        response_ms              24
        rssi                     -58
        shares_accepted          500
        shares_rejected          3
        temperature              6150
        uptime_s                 18000
        vr_temperature           6650
    "#]],
        &expect![[r#"
        model Some("NerdOCTAXE-γ"), identity Mac
        modes eco 500/1120, standard 600/1150
        power_off Standby, measures_power true, pool true in 2, identify false, target true, limit Some(250.0) W
    "#]],
    );
}

#[test]
fn both_pools_listed_and_one_marked() {
    check(
        &marked(),
        &expect![[r#"
        best_difficulty          13000000000
        best_session_difficulty  4242
        core_voltage             1150
        fan                      2100
        fan2                     0
        fan_pct                  7100
        fault                    "it does not work for a pool of its list: fee_exceeded"
        firmware                 "v1.0.36"
        free_heap_bytes          6890556
        frequency                600000
        hashrate                 0
        hashrate_10m             9780250000000
        hashrate_1h              9770000000000
        hashrate_1m              9790000000000
        paused                   true
        pool                     {"fallback":true,"host":"spare.test","port":3334,"user":"me.spare"}
        pool_difficulty          512
        pool_set                 {"host":"pool.test","port":3333,"tls":false,"user":"me.rig"}
        pool_slots               [{"active":false,"alive":false,"host":"pool.test","port":3333,"slot":0,"user":"me.rig"},{"active":true,"alive":true,"host":"spare.test","port":3334,"slot":1,"user":"me.spare"}]
        power                    153250
        power_source             "measured"
        response_ms              12
        rssi                     -58
        shares_accepted          77
        shares_rejected          3
        temperature              6150
        uptime_s                 18000
        vr_temperature           6650
    "#]],
        &expect![[r#"
        model Some("NerdOCTAXE-γ"), identity Mac
        modes eco 500/1120, standard 600/1150
        power_off Standby, measures_power true, pool true in 2, identify false, target true, limit Some(250.0) W
    "#]],
    );
}

#[test]
fn a_fork_that_prints_almost_nothing_is_still_read() {
    check(
        &json!({ "deviceModel": "nerdsomething", "hashRate": "1000.5", "temp": null, "asicTemps": [41.5, 0] }),
        &expect![[r#"
            hashrate                 1000500000000
            temperature              4150
        "#]],
        &expect![[r#"
            model Some("nerdsomething"), identity None
            modes 
            power_off None, measures_power false, pool false in 1, identify false, target false, limit None W
        "#]],
    );
}

#[test]
fn absurd_numbers_are_unknown() {
    let mut info = nested();
    for (key, value) in [
        ("hashRate", json!(1e300)),
        ("hashRate_1m", json!(-5)),
        ("power", json!(-1)),
        ("temp", json!(900)),
        ("asicTemps", json!([-1, 900])),
        ("vrTempInt", json!(-40)),
        ("fanrpm", json!(1e9)),
        ("fanspeed", json!(300)),
        ("frequency", json!(65_535)),
        ("coreVoltage", json!(0)),
        // In volts.
        ("coreVoltageActual", json!(1.149)),
        ("sharesAccepted", json!(-1)),
        ("sharesRejected", json!(1e20)),
        ("bestDiff", json!("best")),
        ("poolDifficulty", json!(0)),
        ("uptimeSeconds", json!(-100)),
        ("wifiRSSI", json!(40)),
        ("lastpingrtt", json!(1e9)),
        (
            "stratum",
            json!({ "pools": [{ "accepted": -4, "poolDifficulty": -1, "connected": 7 }], "totalBestDiff": -1 }),
        ),
    ] {
        info[key] = value;
    }
    expect![[r#"
        best_session_difficulty  5000000
        fan2                     0
        firmware                 "v1.0.36"
        free_heap_bytes          6890556
        hashrate_10m             9780250000000
        hashrate_1h              9770000000000
        paused                   false
        pool                     {"fallback":null,"host":"pool.test","port":3333,"user":"me.rig"}
        pool_set                 {"host":"pool.test","port":3333,"tls":false,"user":"me.rig"}
        pool_slots               [{"active":null,"alive":null,"host":"pool.test","port":3333,"slot":0,"user":"me.rig"},{"active":null,"alive":null,"host":"spare.test","port":3334,"slot":1,"user":"me.spare"}]
    "#]].assert_eq(&known(&read(&info)));
}

#[test]
fn d9_secrets_of_the_reply_are_masked() {
    let mut info = nested();
    info["wifiPass"] = json!("hunter2");
    info["stratumPassword"] = json!("pool-secret");
    let raw = answer(info.to_string().as_bytes()).unwrap().raw.to_string();
    for secret in ["secret-net", "hunter2", "pool-secret"] {
        assert!(!raw.contains(secret), "{secret}");
    }
    assert!(raw.contains("spare.test"));
}

#[test]
fn d1_no_text_of_a_device_keeps_its_control_characters() {
    let mut info = nested();
    for key in ["version", "stratumURL", "stratumUser", "fallbackStratumURL", "hostname"] {
        info[key] = json!("a\u{1b}[2J\u{202e}b\nc".repeat(300));
    }
    info["deviceModel"] = json!("Nerd\u{1b}[2J\u{202e}b\nc".repeat(300));
    info["stratum"]["pools"][0]["verifyBlocked"] = json!("\u{1b}[2J\n".repeat(300));
    let learnt = inspection(info.to_string().as_bytes(), None).unwrap();
    let text = format!("{:?}", (&learnt.answer.reading, &learnt.profile, &learnt.as_found, &learnt.host_name));
    assert!(!text.contains("\\u{1b}") && !text.contains("\\u{202e}") && !text.contains("\\n"), "{text}");
}

#[test]
fn modes_come_from_the_devices_lists_its_frugal_point_and_under_its_ceiling() {
    let asic = json!({
        "defaultFrequency": 777, "frequencyOptions": [495, 600, 777, 900, 1000], "defaultVoltage": 1200,
        "voltageOptions": [1085, 1150, 1200, 1270], "ecoFrequency": 495, "ecoVoltage": 1085,
        "absMaxFrequency": 950, "absMaxVoltage": 1250,
    });
    let modes = |change: Value| {
        let mut asic = asic.clone();
        for (key, value) in change.as_object().unwrap() {
            asic[key] = value.clone();
        }
        let info = json!({ "deviceModel": "NerdQX", "hashRate": 1 });
        let learnt = inspection(info.to_string().as_bytes(), Some(asic.to_string().as_bytes())).unwrap();
        common::learnt(&learnt).lines().nth(1).unwrap().to_owned()
    };
    let lines = [
        json!({}),
        json!({ "ecoFrequency": 0, "ecoVoltage": 0 }),
        json!({ "absMaxFrequency": 0, "absMaxVoltage": 0 }),
        // A board of this name without its sensors is held below its own default.
        json!({ "absMaxFrequency": 495, "absMaxVoltage": 1150 }),
        json!({ "frequencyOptions": "none" }),
        json!({ "frequencyOptions": "none", "absMaxFrequency": 600 }),
        json!({ "absMaxFrequency": 100 }),
    ]
    .map(modes);
    expect![[r#"
        modes eco 495/1085, standard 777/1200, turbo 900/1200
        modes eco 495/1085, standard 777/1200, turbo 900/1200
        modes eco 495/1085, standard 777/1200, turbo 900/1200, oc 1000/1270
        modes eco 495/1085, standard 495/1150
        modes eco 495/1085, standard 777/1200, turbo 800/1200, oc 950/1250
        modes eco 495/1085, standard 600/1200
        modes "#]]
    .assert_eq(&lines.join("\n"));
}

/// Which fields of a reading a field of the reply may change.
fn touched(key: &str) -> &'static [&'static str] {
    match key {
        "hashRate" => &["hashrate"],
        "hashRate_1m" => &["hashrate_1m"],
        "hashRate_10m" => &["hashrate_10m"],
        "hashRate_1h" => &["hashrate_1h"],
        "power" => &["power", "power_source"],
        "temp" | "asicTemps" => &["temperature"],
        "vrTemp" | "vrTempInt" => &["vr_temperature"],
        "boardtemp1" | "boardtemp2" => &["board_temperature"],
        "fanspeed" => &["fan_pct"],
        "fanrpm" => &["fan"],
        "fanrpm2" | "fanCount" => &["fan2"],
        "fans" => &["fan_pct", "fan", "fan2"],
        "frequency" => &["frequency"],
        "coreVoltage" => &["core_voltage"],
        "coreVoltageActual" => &["actual_core_voltage"],
        "sharesAccepted" => &["shares_accepted"],
        "sharesRejected" => &["shares_rejected"],
        "bestDiff" => &["best_difficulty"],
        "bestSessionDiff" => &["best_session_difficulty"],
        "poolDifficulty" => &["pool_difficulty"],
        "lastpingrtt" => &["response_ms"],
        "uptimeSeconds" => &["uptime_s"],
        "wifiRSSI" => &["rssi"],
        "freeHeap" => &["free_heap_bytes"],
        "version" => &["firmware"],
        "shutdown" => &["paused"],
        "isUsingFallbackStratum" | "isStratumConnected" => &["pool", "pool_slots"],
        "stratum" => &[
            "pool",
            "pool_slots",
            "pool_difficulty",
            "shares_accepted",
            "shares_rejected",
            "best_difficulty",
            "best_session_difficulty",
            "response_ms",
            "fault",
        ],
        key if key.to_ascii_lowercase().contains("stratum") => &["pool", "pool_set", "pool_slots"],
        _ => &[],
    }
}

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        Just(json!(1e300)),
        Just(json!("NaN")),
        ".{0,12}".prop_map(Value::from),
    ];
    leaf.prop_recursive(3, 16, 4, |inner| {
        let key = prop_oneof![
            "[a-zA-Z]{1,8}",
            Just("pools".to_owned()),
            Just("accepted".to_owned()),
            Just("activePoolMode".to_owned()),
            Just("connected".to_owned()),
        ];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec((key, inner), 0..4).prop_map(|pairs| pairs.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes: Vec<u8>, cut in 0usize..3_000) {
        let _ = answer(&bytes);
        let _ = inspection(&bytes, Some(&bytes));
        let good = dual().to_string();
        let _ = answer(&good.as_bytes()[..cut.min(good.len())]);
        let mut spoiled = good.into_bytes();
        for (i, byte) in bytes.iter().enumerate() {
            let at = (cut * 31 + i * 97) % spoiled.len();
            spoiled[at] = *byte;
        }
        let _ = inspection(&spoiled, Some(&spoiled));
    }

    #[test]
    fn one_spoiled_field_changes_nothing_else(pick: prop::sample::Index, which in 0usize..4, value in any_json()) {
        let good = [flat, nested, dual, marked][which]();
        let key = pick.get(&good.as_object().unwrap().keys().cloned().collect::<Vec<_>>()).clone();
        let mut spoiled = good.clone();
        spoiled[key.as_str()] = value;
        let text = spoiled.to_string();
        let _ = inspection(text.as_bytes(), Some(text.as_bytes()));
        let after = match answer(text.as_bytes()) {
            Ok(answer) => answer.reading,
            Err(error) => {
                let expected = key == "deviceModel" && matches!(error, DriverError::NotRecognised(_));
                prop_assert!(expected, "{key}: {error}");
                return Ok(());
            }
        };
        let (before, after) = (serde_json::to_value(read(&good)).unwrap(), serde_json::to_value(after).unwrap());
        for (field, was) in before.as_object().unwrap() {
            prop_assert!(after[field] == *was || touched(&key).contains(&field.as_str()), "{key} changed {field}");
        }
    }

    #[test]
    fn any_asic_reply_leaves_modes_within_reach(list in any_json(), ceiling in any_json()) {
        let asic = json!({
            "frequencyOptions": list, "voltageOptions": [1100, 1200], "defaultFrequency": 500, "defaultVoltage": 1100,
            "absMaxFrequency": ceiling,
        });
        let learnt = inspection(nested().to_string().as_bytes(), Some(asic.to_string().as_bytes())).unwrap();
        let can = learnt.profile.capabilities;
        for mode in learnt.profile.modes {
            let ((slow, fast), mhz) = (can.frequency.unwrap(), mode.frequency.unwrap());
            prop_assert!((slow..=fast).contains(&mhz));
        }
    }
}
