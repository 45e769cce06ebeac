//! One small reply per generation, written for this test, and what is read from it; then every way to spoil one.
//!
//! **Invariant:** no sample here is a recording.

#![recursion_limit = "256"]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod common;

use common::{known, learnt};
use expect_test::{Expect, expect};
use hmm_adapters::miners::axeos::{answer, inspection};
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

/// Before 2.1.4: both fan words in one reply, no MAC, no fallback.
fn v2_1() -> Value {
    json!({
        "ASICModel": "BM1366", "hashRate": 0, "power": 2.5, "voltage": 5100, "current": 510, "temp": 41.5,
        "fanSpeed": 4980, "fanspeed": 88, "frequency": 485, "coreVoltage": 1200, "coreVoltageActual": 1212,
        "bestDiff": "12.5M", "sharesAccepted": 1, "sharesRejected": 0, "uptimeSeconds": 9, "boardVersion": "0.11",
        "version": "v2.1.2", "stratumURL": "pool.test", "stratumPort": 3333, "stratumUser": "me.rig", "autofanspeed": 1,
    })
}

fn v2_4() -> Value {
    json!({
        "ASICModel": "BM1368", "asicCount": 1, "hashRate": 612.25, "power": 13.5, "temp": 58.25, "vrTemp": 66,
        "fanrpm": 3600, "fanspeed": 40, "frequency": 490, "coreVoltage": 1166, "coreVoltageActual": 1158,
        "bestDiff": "702k", "bestSessionDiff": "0", "stratumDiff": 512, "sharesAccepted": 40, "sharesRejected": 2,
        "uptimeSeconds": 3600, "macAddr": "02:00:5E:00:00:24", "boardVersion": "401", "version": "v2.4.5-1-gabcdef0-dirty",
        "stratumURL": "pool.test", "stratumPort": 3333, "stratumUser": "me.rig", "fallbackStratumURL": "spare.test",
        "fallbackStratumPort": 3334, "fallbackStratumUser": "me.rig", "isUsingFallbackStratum": 0, "overheat_mode": 0,
        "hostname": "bitaxe", "freeHeap": 8_100_000, "autofanspeed": 1,
    })
}

fn v2_10() -> Value {
    json!({
        "ASICModel": "BM1366", "hashRate": 455.5, "power": 12.25, "temp": 60.5, "temp2": -1, "vrTemp": 52,
        "expectedHashrate": 434, "fanrpm": 4100, "fanspeed": 55, "minFanSpeed": 25, "temptarget": 60, "autofanspeed": 1,
        "frequency": 485, "coreVoltage": 1200, "coreVoltageActual": 1190, "bestDiff": "2.03 G", "bestSessionDiff": "1.1 M",
        "poolDifficulty": 1000, "responseTime": 31.4, "sharesAccepted": 300, "sharesRejected": 5,
        "sharesRejectedReasons": [{ "message": "Stale", "count": 3 }, { "message": "Above target", "count": 2 }],
        "maxPower": 25, "nominalVoltage": 5, "wifiRSSI": -61, "uptimeSeconds": 86400, "macAddr": "02-00-5e-00-02-10",
        "boardVersion": "204", "version": "v2.10.1", "stratumURL": "stratum+tcp://pool.test:3333", "stratumUser": "me.rig",
        "fallbackStratumURL": "spare.test", "fallbackStratumPort": 3334, "fallbackStratumUser": "me.rig",
        "isUsingFallbackStratum": 1, "overheat_mode": 1, "freeHeap": 200_000,
    })
}

fn v2_12() -> Value {
    json!({
        "ASICModel": "BM1370", "hashRate": 1101.125, "hashRate_1m": 1090.5, "hashRate_10m": 1080, "hashRate_1h": 0,
        "expectedHashrate": 1071, "errorPercentage": 0.35, "power": 17.875, "temp": 59.125, "temp2": 0, "vrTemp": -1,
        "fanrpm": 3900, "fan2rpm": 0, "fanspeed": 47.335, "manualFanSpeed": 100, "minFanSpeed": 25, "temptarget": 60,
        "autofanspeed": 1, "frequency": 525, "coreVoltage": 1150, "coreVoltageActual": 1141, "bestDiff": 6_702_259_710_u64,
        "bestSessionDiff": 2_038_368, "poolDifficulty": 2048, "responseTime": 15_702_638.5, "sharesAccepted": 4000,
        "sharesRejected": 0, "sharesRejectedReasons": [], "maxPower": 40, "wifiRSSI": -44, "uptimeSeconds": 18000,
        "macAddr": "02:00:5e:00:02:12", "boardVersion": 601, "version": "v2.12.2", "stratumURL": "pool.test",
        "stratumPort": 3333, "stratumUser": "me.rig", "fallbackStratumURL": "", "isUsingFallbackStratum": 0,
        "overheat_mode": 0, "resetReason": "Power on reset", "ssid": "secret-net",
        "hashrateMonitor": { "asics": [{ "total": 1100, "errorCount": 10 }, { "errorCount": 5 }, 7] },
    })
}

fn v2_14() -> Value {
    let mut info = v2_12();
    info["version"] = json!("v2.14.0");
    info["actualFrequency"] = json!(525.5);
    info["miningPaused"] = json!(true);
    info["isUsingFallbackStratum"] = json!(false);
    info["hashRate"] = json!(0);
    info["hardware_fault"] = json!("fan not \u{1b}[31mturning");
    info["power_fault"] = json!("low input");
    info
}

fn v2_15() -> Value {
    let mut info = v2_14();
    let pool = |id: u32, url: &str| {
        json!({
            "id": id, "stratumURL": url, "stratumPort": 4000 + id, "stratumUser": "me.rig", "stratumPassword": "*****",
            "stratumTLS": 0,
        })
    };
    info["pools"] = json!([pool(0, "zero.test"), pool(1, "one.test"), pool(2, "two.test")]);
    info["primaryPoolIndex"] = json!(1);
    info["secondaryPoolIndex"] = json!(2);
    info["isUsingFallbackStratum"] = json!(true);
    info["boardVersion"] = json!("801");
    info["temp2"] = json!(63.5);
    info["miningPaused"] = json!(false);
    info
}

#[test]
fn generation_2_1_has_two_words_for_fan_and_no_identity() {
    check(
        &v2_1(),
        &expect![[r#"
        actual_core_voltage      1212
        best_difficulty          12500000
        core_voltage             1200
        fan                      4980
        fan_pct                  8800
        firmware                 "v2.1.2"
        frequency                485000
        hashrate                 0
        pool                     {"fallback":null,"host":"pool.test","port":3333,"user":"me.rig"}
        pool_set                 {"host":"pool.test","port":3333,"tls":null,"user":"me.rig"}
        power                    2500
        power_source             "measured"
        shares_accepted          1
        shares_rejected          0
        temperature              4150
        uptime_s                 9
    "#]],
        &expect![[r#"
        model Some("Bitaxe Ultra 0.11"), identity None
        modes eco 400/1100, standard 485/1200, turbo 500/1200, oc 575/1300
        power_off None, measures_power true, pool true in 1, identify false, target false, limit Some(25.0) W
    "#]],
    );
}

#[test]
fn generation_2_4() {
    check(
        &v2_4(),
        &expect![[r#"
        actual_core_voltage      1158
        best_difficulty          702000
        best_session_difficulty  0
        core_voltage             1166
        fan                      3600
        fan_pct                  4000
        firmware                 "v2.4.5-1-gabcdef0-dirty"
        free_heap_bytes          8100000
        frequency                490000
        hashrate                 612250000000
        overheated               false
        pool                     {"fallback":false,"host":"pool.test","port":3333,"user":"me.rig"}
        pool_difficulty          512
        pool_set                 {"host":"pool.test","port":3333,"tls":null,"user":"me.rig"}
        power                    13500
        power_source             "measured"
        shares_accepted          40
        shares_rejected          2
        temperature              5825
        uptime_s                 3600
        vr_temperature           6600
    "#]],
        &expect![[r#"
            model Some("Bitaxe Supra 401"), identity Mac
            modes eco 400/1100, standard 490/1166, turbo 500/1166, oc 575/1300
            power_off None, measures_power true, pool true in 2, identify false, target false, limit Some(40.0) W
        "#]],
    );
}

#[test]
fn generation_2_10_on_its_fallback_pool_and_overheated() {
    check(
        &v2_10(),
        &expect![[r#"
        actual_core_voltage      1190
        best_difficulty          2030000000
        best_session_difficulty  1100000
        core_voltage             1200
        expected_hashrate        434000000000
        fan                      4100
        fan_pct                  5500
        firmware                 "v2.10.1"
        free_heap_bytes          200000
        frequency                485000
        hashrate                 455500000000
        overheated               true
        pool                     {"fallback":true,"host":"spare.test","port":3334,"user":"me.rig"}
        pool_difficulty          1000
        pool_set                 {"host":"pool.test","port":3333,"tls":null,"user":"me.rig"}
        power                    12250
        power_source             "measured"
        reject_reasons           [{"count":3,"message":"Stale"},{"count":2,"message":"Above target"}]
        response_ms              31
        rssi                     -61
        shares_accepted          300
        shares_rejected          5
        shares_stale             3
        temperature              6050
        uptime_s                 86400
        vr_temperature           5200
    "#]],
        &expect![[r#"
            model Some("Bitaxe Ultra 204"), identity Mac
            modes eco 400/1100, standard 485/1200, turbo 500/1200, oc 575/1300
            power_off None, measures_power true, pool true in 2, identify false, target true, limit Some(25.0) W
        "#]],
    );
}

#[test]
fn generation_2_12() {
    check(
        &v2_12(),
        &expect![[r#"
        actual_core_voltage      1141
        best_difficulty          6702259710
        best_session_difficulty  2038368
        core_voltage             1150
        error_pct                35
        expected_hashrate        1071000000000
        fan                      3900
        fan_pct                  4734
        firmware                 "v2.12.2"
        frequency                525000
        hash_errors              15
        hashrate                 1101125000000
        hashrate_10m             1080000000000
        hashrate_1m              1090500000000
        overheated               false
        pool                     {"fallback":false,"host":"pool.test","port":3333,"user":"me.rig"}
        pool_difficulty          2048
        pool_set                 {"host":"pool.test","port":3333,"tls":null,"user":"me.rig"}
        power                    17875
        power_source             "measured"
        rssi                     -44
        shares_accepted          4000
        shares_rejected          0
        shares_stale             0
        temperature              5913
        uptime_s                 18000
    "#]],
        &expect![[r#"
            model Some("Bitaxe Gamma 601"), identity Mac
            modes eco 400/1000, standard 525/1150, turbo 550/1150, oc 625/1250
            power_off None, measures_power true, pool true in 2, identify true, target true, limit Some(40.0) W
        "#]],
    );
}

#[test]
fn generation_2_14_paused_with_faults() {
    check(
        &v2_14(),
        &expect![[r#"
        actual_core_voltage      1141
        actual_frequency         525500
        best_difficulty          6702259710
        best_session_difficulty  2038368
        core_voltage             1150
        error_pct                35
        expected_hashrate        1071000000000
        fan                      3900
        fan_pct                  4734
        fault                    "low input; fan not turning"
        firmware                 "v2.14.0"
        frequency                525000
        hash_errors              15
        hashrate                 0
        hashrate_10m             1080000000000
        hashrate_1m              1090500000000
        overheated               false
        paused                   true
        pool                     {"fallback":false,"host":"pool.test","port":3333,"user":"me.rig"}
        pool_difficulty          2048
        pool_set                 {"host":"pool.test","port":3333,"tls":null,"user":"me.rig"}
        power                    17875
        power_source             "measured"
        rssi                     -44
        shares_accepted          4000
        shares_rejected          0
        shares_stale             0
        temperature              5913
        uptime_s                 18000
    "#]],
        &expect![[r#"
            model Some("Bitaxe Gamma 601"), identity Mac
            modes eco 400/1000, standard 525/1150, turbo 550/1150, oc 625/1250
            power_off Pause, measures_power true, pool true in 2, identify true, target true, limit Some(40.0) W
        "#]],
    );
}

#[test]
fn generation_2_15_with_a_list_of_pools() {
    check(
        &v2_15(),
        &expect![[r#"
        actual_core_voltage      1141
        actual_frequency         525500
        best_difficulty          6702259710
        best_session_difficulty  2038368
        core_voltage             1150
        error_pct                35
        expected_hashrate        1071000000000
        fan                      3900
        fan_pct                  4734
        fault                    "low input; fan not turning"
        firmware                 "v2.14.0"
        frequency                525000
        hash_errors              15
        hashrate                 0
        hashrate_10m             1080000000000
        hashrate_1m              1090500000000
        overheated               false
        paused                   false
        pool                     {"fallback":true,"host":"two.test","port":4002,"user":"me.rig"}
        pool_difficulty          2048
        pool_set                 {"host":"one.test","port":4001,"tls":false,"user":"me.rig"}
        power                    17875
        power_source             "measured"
        rssi                     -44
        shares_accepted          4000
        shares_rejected          0
        shares_stale             0
        temperature              6350
        uptime_s                 18000
    "#]],
        &expect![[r#"
            model Some("Bitaxe GT 801"), identity Mac
            modes eco 400/1000, standard 525/1150, turbo 550/1150, oc 625/1250
            power_off Pause, measures_power true, pool true in 2, identify true, target true, limit Some(40.0) W
        "#]],
    );
}

#[test]
fn a_fork_that_prints_almost_nothing_is_still_read() {
    check(
        &json!({ "ASICModel": "BM9999", "hashRate": "1000.5", "version": "2.7.0-TCH-All-In-One" }),
        &expect![[r#"
            firmware                 "2.7.0-TCH-All-In-One"
            hashrate                 1000500000000
        "#]],
        &expect![[r#"
            model None, identity None
            modes 
            power_off None, measures_power false, pool false in 1, identify false, target false, limit None W
        "#]],
    );
}

#[test]
fn absurd_numbers_are_unknown() {
    let mut info = v2_12();
    for (key, value) in [
        ("hashRate", json!(1e300)),
        ("hashRate_1m", json!(-5)),
        ("power", json!(-1)),
        ("temp", json!(900)),
        ("fanrpm", json!(1e9)),
        ("fanspeed", json!(300)),
        ("frequency", json!(65535)),
        ("coreVoltage", json!(0)),
        ("sharesAccepted", json!(-1)),
        ("sharesRejected", json!(1e20)),
        ("bestDiff", json!(-4)),
        ("poolDifficulty", json!(0)),
        ("uptimeSeconds", json!(-100)),
        ("wifiRSSI", json!(40)),
        ("errorPercentage", json!(101)),
        ("hashrateMonitor", json!({ "asics": [{ "errorCount": -1 }] })),
    ] {
        info[key] = value;
    }
    expect![[r#"
        actual_core_voltage      1141
        best_session_difficulty  2038368
        expected_hashrate        1071000000000
        firmware                 "v2.12.2"
        hashrate_10m             1080000000000
        overheated               false
        pool                     {"fallback":false,"host":"pool.test","port":3333,"user":"me.rig"}
        pool_set                 {"host":"pool.test","port":3333,"tls":null,"user":"me.rig"}
        shares_stale             0
    "#]]
    .assert_eq(&known(&read(&info)));
}

#[test]
fn the_model_is_found_by_board_then_by_family_then_by_chips() {
    let model = |info: Value, asic: Option<Value>| {
        let asic = asic.map(|asic| asic.to_string());
        let learnt = inspection(info.to_string().as_bytes(), asic.as_deref().map(str::as_bytes)).unwrap();
        learnt.profile.model.map(|model| model.as_str().to_owned())
    };
    let info = |board: &str, chip: &str| json!({ "ASICModel": chip, "hashRate": 1, "boardVersion": board });
    assert_eq!(model(info("650", "BM1370"), None).as_deref(), Some("Bitaxe GammaDuo 650"));
    assert_eq!(model(info("999", "BM1370"), Some(json!({ "deviceModel": "Gamma" }))).as_deref(), Some("Bitaxe Gamma"));
    let two = json!({ "ASICModel": "BM1370", "asicCount": 2 });
    assert_eq!(model(info("999", "BM1370"), Some(two)).as_deref(), Some("Bitaxe GT"));
    assert_eq!(model(info("800", "BM1370"), None), None);
}

#[test]
fn d9_secrets_of_the_reply_are_masked() {
    let mut info = v2_15();
    info["wifiPass"] = json!("hunter2");
    info["pools"][0]["stratumPassword"] = json!("pool-secret");
    let raw = answer(info.to_string().as_bytes()).unwrap().raw.to_string();
    for secret in ["secret-net", "hunter2", "pool-secret"] {
        assert!(!raw.contains(secret), "{secret}");
    }
    assert!(raw.contains("zero.test"));
}

#[test]
fn d1_no_text_of_a_device_keeps_its_control_characters() {
    let mut info = v2_4();
    for key in ["version", "stratumURL", "stratumUser", "hostname", "power_fault"] {
        info[key] = json!("a\u{1b}[2J\u{202e}b\nc".repeat(300));
    }
    let learnt = inspection(info.to_string().as_bytes(), None).unwrap();
    let text = format!("{:?}", (&learnt.answer.reading, &learnt.profile, &learnt.as_found, &learnt.host_name));
    assert!(!text.contains("\\u{1b}") && !text.contains("\\u{202e}") && !text.contains("\\n"), "{text}");
}

/// Which fields of a reading a field of the reply may change.
fn touched(key: &str) -> &'static [&'static str] {
    match key {
        "hashRate" => &["hashrate"],
        "hashRate_1m" => &["hashrate_1m"],
        "hashRate_10m" => &["hashrate_10m"],
        "hashRate_1h" => &["hashrate_1h"],
        "expectedHashrate" => &["expected_hashrate"],
        "errorPercentage" => &["error_pct"],
        "hashrateMonitor" => &["hash_errors"],
        "power" => &["power", "power_source"],
        "temp" | "temp2" => &["temperature"],
        "vrTemp" => &["vr_temperature"],
        "fanspeed" => &["fan_pct"],
        "fanrpm" | "fanSpeed" => &["fan"],
        "fan2rpm" => &["fan2"],
        "frequency" => &["frequency"],
        "actualFrequency" => &["actual_frequency"],
        "coreVoltage" => &["core_voltage"],
        "coreVoltageActual" => &["actual_core_voltage"],
        "sharesAccepted" => &["shares_accepted"],
        "sharesRejected" => &["shares_rejected"],
        "sharesRejectedReasons" => &["reject_reasons", "shares_stale"],
        "bestDiff" => &["best_difficulty"],
        "bestSessionDiff" => &["best_session_difficulty"],
        "poolDifficulty" | "stratumDiff" => &["pool_difficulty"],
        "responseTime" => &["response_ms"],
        "uptimeSeconds" => &["uptime_s"],
        "wifiRSSI" => &["rssi"],
        "freeHeap" => &["free_heap_bytes"],
        "version" => &["firmware"],
        "miningPaused" => &["paused"],
        "overheat_mode" => &["overheated"],
        "power_fault" | "hardware_fault" => &["fault"],
        "isUsingFallbackStratum" => &["pool"],
        key if key.to_ascii_lowercase().contains("stratum") || key.contains("ool") => &["pool", "pool_set"],
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
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Value::from),
            proptest::collection::vec(("[a-zA-Z]{1,8}", inner), 0..4).prop_map(|pairs| pairs.into_iter().collect()),
        ]
    })
}

proptest! {
    #[test]
    fn random_bytes_never_panic(bytes: Vec<u8>, cut in 0usize..2_000) {
        let _ = answer(&bytes);
        let _ = inspection(&bytes, Some(&bytes));
        let good = v2_15().to_string();
        let _ = answer(&good.as_bytes()[..cut.min(good.len())]);
        let mut spoiled = good.into_bytes();
        for (i, byte) in bytes.iter().enumerate() {
            let at = (cut * 31 + i * 97) % spoiled.len();
            spoiled[at] = *byte;
        }
        let _ = inspection(&spoiled, Some(&spoiled));
    }

    #[test]
    fn one_spoiled_field_changes_nothing_else(pick: prop::sample::Index, which in 0usize..6, value in any_json()) {
        let good = [v2_1, v2_4, v2_10, v2_12, v2_14, v2_15][which]();
        let key = pick.get(&good.as_object().unwrap().keys().cloned().collect::<Vec<_>>()).clone();
        let mut spoiled = good.clone();
        spoiled[key.as_str()] = value;
        let text = spoiled.to_string();
        let _ = inspection(text.as_bytes(), Some(text.as_bytes()));
        let after = match answer(text.as_bytes()) {
            Ok(answer) => answer.reading,
            Err(error) => {
                let expected = key == "ASICModel" && matches!(error, DriverError::NotRecognised(_));
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
    fn any_asic_reply_leaves_modes_within_reach(asic in any_json()) {
        let learnt = inspection(v2_12().to_string().as_bytes(), Some(json!({ "frequencyOptions": asic }).to_string().as_bytes()));
        prop_assert!(learnt.unwrap().profile.modes.len() == 4);
    }
}
