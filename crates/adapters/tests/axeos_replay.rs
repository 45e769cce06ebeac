//! Every recorded Bitaxe reply, and what is read from it.
//!
//! **Invariant:** the table holds numbers only; names and texts of other people's devices stay where they are.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod common;

use common::{fixtures_dir, numbers};
use expect_test::expect;
use hmm_adapters::miners::axeos::{answer, inspection};
use std::fmt::Write;

#[test]
fn every_recorded_info_reads_as_it_should() {
    let Some(dir) = fixtures_dir() else { return };
    let dir = dir.join("miners/bitaxe");
    let mut names: Vec<String> = std::fs::read_dir(&dir)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| name.contains("info"))
        .collect();
    names.sort();
    let mut table = String::new();
    for name in &names {
        let answer = answer(&std::fs::read(dir.join(name)).unwrap()).unwrap();
        let raw = answer.raw.to_string();
        assert!(!raw.contains("fake-wifi") && !raw.contains("fake-password"), "{name} shows a secret");
        writeln!(table, "{name}\n{}", numbers(&answer.reading).trim_end()).unwrap();
    }
    expect![[r#"
        gamma601-v2.12.2__system-info.json
          actual_core_voltage=1144 best_difficulty=49224525 best_session_difficulty=2038368 core_voltage=1150 error_pct=0 expected_hashrate=1071000000000
          fan=3915 fan_pct=4842 free_heap_bytes=8212708 frequency=525000 hash_errors=1415 hashrate=1072240722700
          hashrate_10m=1072327148400 hashrate_1h=1071873657200 hashrate_1m=1088935424800 overheated=false pool_difficulty=1000 power=18752
          response_ms=188 rssi=-44 shares_accepted=4768 shares_rejected=13 shares_stale=13 temperature=6013
          uptime_s=18574 vr_temperature=6200 pool_port=Some(3333) fallback=Some(true) reject_counts=[13]
        gamma601-v2.7.0__system-info.json
          actual_core_voltage=1201 best_difficulty=5560000000 best_session_difficulty=89600000 core_voltage=1220 fan=1264 fan_pct=2900
          free_heap_bytes=8395120 frequency=850000 hashrate=1670698049040 overheated=false pool_difficulty=2330 power=28348
          rssi=-69 shares_accepted=12136 shares_rejected=191 shares_stale=0 temperature=5988 uptime_s=79342
          vr_temperature=6300 reject_counts=[191]
        gamma601-v2.9.0__system-info.json
          actual_core_voltage=1159 best_difficulty=3000000000 best_session_difficulty=142800000 core_voltage=1190 expected_hashrate=1632000000000 fan=7267
          fan_pct=10000 free_heap_bytes=8358524 frequency=800000 hashrate=1625064431626 overheated=true pool_difficulty=7818
          power=24969 rssi=-32 shares_accepted=3328 shares_rejected=7 shares_stale=0 temperature=6425
          uptime_s=46915 vr_temperature=5400 pool_port=Some(5001) fallback=Some(false) reject_counts=[7]
        supra401-v2.4.5__system-info.json
          actual_core_voltage=1172 best_difficulty=483000 best_session_difficulty=0 core_voltage=1166 fan=3517 fan_pct=3500
          free_heap_bytes=8443612 frequency=490000 hashrate=1000000000000 overheated=false power=2650 shares_accepted=0
          shares_rejected=0 temperature=5988 uptime_s=4 vr_temperature=7800 pool_port=Some(3333) fallback=Some(false)
        ultra0.11-v2.1.3__system-info.json
          actual_core_voltage=1306 best_difficulty=13000000 core_voltage=1250 fan=5320 fan_pct=10000 free_heap_bytes=182012
          frequency=575000 hashrate=0 power=2790 shares_accepted=2 shares_rejected=0 temperature=4800
          uptime_s=13 pool_port=Some(3333) fallback=None
        v2.10.0-uimock__system-info.json
          actual_core_voltage=1200 best_difficulty=0 best_session_difficulty=0 board_temperature=4000 core_voltage=1200 expected_hashrate=420000000000
          fan=0 fan_pct=10000 free_heap_bytes=200504 frequency=485000 hashrate=475000000000 overheated=false
          pool_difficulty=1000 power=11670 response_ms=10 rssi=-32 shares_accepted=1 shares_rejected=0
          shares_stale=0 temperature=6000 uptime_s=38 vr_temperature=4500 pool_port=Some(21497) fallback=Some(true)
        v2.11.0-uimock__system-info.json
          actual_core_voltage=1200 best_difficulty=238214491 best_session_difficulty=21212121 board_temperature=4000 core_voltage=1200 error_pct=20
          expected_hashrate=420000000000 fan=3583 fan2=4146 fan_pct=5000 free_heap_bytes=200504 frequency=485000
          hash_errors=4 hashrate=475000000000 overheated=false pool_difficulty=1000 power=11670 response_ms=10
          rssi=-32 shares_accepted=1 shares_rejected=0 shares_stale=0 temperature=6000 uptime_s=38
          vr_temperature=4500 pool_port=Some(21496) fallback=Some(false)
        v2.14-synthetic__system_info_malformed_synthetic.json

        v2.14-synthetic__system_info_partial_synthetic.json
          hashrate=1000500000000
        v2.15.0-uimock__system-info.json
          actual_core_voltage=1200 actual_frequency=485000 best_difficulty=238214491 best_session_difficulty=21212121 board_temperature=4000 core_voltage=1200
          error_pct=20 expected_hashrate=420000000000 fan=3583 fan2=4146 fan_pct=5000 free_heap_bytes=200504
          frequency=485000 hash_errors=4 hashrate=475000000000 hashrate_10m=477000000000 hashrate_1h=478000000000 hashrate_1m=476000000000
          overheated=false paused=false pool_difficulty=1000 power=11670 response_ms=10 rssi=-32
          shares_accepted=1 shares_rejected=10 shares_stale=0 temperature=6000 uptime_s=38 vr_temperature=4500
          pool_port=Some(21496) fallback=Some(false) reject_counts=[8, 2]
    "#]]
    .assert_eq(&table);
}

#[test]
fn every_recorded_device_is_learnt_as_it_should() {
    let Some(dir) = fixtures_dir() else { return };
    let dir = dir.join("miners/bitaxe");
    let read = |name: &str| std::fs::read(dir.join(name)).unwrap();
    let mut table = String::new();
    for (info, asic) in [
        ("ultra0.11-v2.1.3__system-info.json", None),
        ("supra401-v2.4.5__system-info.json", None),
        ("gamma601-v2.7.0__system-info.json", None),
        ("gamma601-v2.9.0__system-info.json", None),
        ("gamma601-v2.12.2__system-info.json", Some("gamma601-v2.12.2__system-asic.json")),
        ("v2.10.0-uimock__system-info.json", None),
        ("v2.15.0-uimock__system-info.json", None),
        ("v2.14-synthetic__system_info_malformed_synthetic.json", None),
        ("v2.14-synthetic__system_info_partial_synthetic.json", None),
    ] {
        let learnt = inspection(&read(info), asic.map(read).as_deref()).unwrap();
        let found = learnt.as_found.mode.as_ref().map(|mode| mode.as_str().to_owned());
        writeln!(table, "{info}\n{}found in {found:?}", common::learnt(&learnt)).unwrap();
    }
    expect![[r#"
        ultra0.11-v2.1.3__system-info.json
        model Some("Bitaxe Ultra 0.11"), identity None
        modes eco 400/1100, standard 485/1200, turbo 500/1200, oc 575/1300
        power_off None, measures_power true, pool true in 1, identify false, target false, limit Some(25.0) W
        found in Some("custom")
        supra401-v2.4.5__system-info.json
        model Some("Bitaxe Supra 401"), identity Mac
        modes eco 400/1100, standard 490/1166, turbo 500/1166, oc 575/1300
        power_off None, measures_power true, pool true in 2, identify false, target false, limit Some(40.0) W
        found in Some("standard")
        gamma601-v2.7.0__system-info.json
        model Some("Bitaxe Gamma 601"), identity None
        modes eco 400/1000, standard 525/1150, turbo 550/1150, oc 625/1250
        power_off None, measures_power true, pool true in 2, identify false, target true, limit Some(40.0) W
        found in Some("custom")
        gamma601-v2.9.0__system-info.json
        model Some("Bitaxe Gamma 601"), identity None
        modes eco 400/1000, standard 525/1150, turbo 550/1150, oc 625/1250
        power_off None, measures_power true, pool true in 2, identify false, target true, limit Some(40.0) W
        found in Some("custom")
        gamma601-v2.12.2__system-info.json
        model Some("Bitaxe Gamma 601"), identity Mac
        modes eco 400/1100, standard 490/1200, turbo 500/1200, oc 575/1300
        power_off None, measures_power true, pool true in 2, identify true, target true, limit Some(40.0) W
        found in Some("custom")
        v2.10.0-uimock__system-info.json
        model Some("Bitaxe Ultra 204"), identity Mac
        modes eco 400/1100, standard 485/1200, turbo 500/1200, oc 575/1300
        power_off None, measures_power true, pool true in 2, identify false, target true, limit Some(25.0) W
        found in Some("standard")
        v2.15.0-uimock__system-info.json
        model Some("Bitaxe Gamma 602"), identity Mac
        modes eco 400/1000, standard 525/1150, turbo 550/1150, oc 625/1250
        power_off Pause, measures_power true, pool true in 2, identify true, target true, limit Some(25.0) W
        found in Some("custom")
        v2.14-synthetic__system_info_malformed_synthetic.json
        model None, identity Mac
        modes eco 400/1100, standard 490/1166, turbo 500/1166, oc 575/1300
        power_off None, measures_power false, pool false in 1, identify false, target false, limit None W
        found in None
        v2.14-synthetic__system_info_partial_synthetic.json
        model None, identity Mac
        modes eco 400/1000, standard 525/1150, turbo 550/1150, oc 625/1250
        power_off None, measures_power false, pool false in 1, identify false, target false, limit None W
        found in None
    "#]]
    .assert_eq(&table);
}

#[test]
fn what_is_no_info_is_not_taken_for_one() {
    let Some(dir) = fixtures_dir() else { return };
    let strangers = [
        "bitaxe/v2.12.2__system-statistics.json",
        "bitaxe/v2.12.2__wifi-scan.json",
        "bitaxe/v2.9.0__restart.txt",
        "bitaxe/gamma601-v2.12.2__system-asic.json",
        "nmminer/v2.0.04__system-info.json",
        "nerdqaxe/nerdqaxe++-v1.1.0-beta1__system-info.json",
    ];
    for name in strangers {
        let body = std::fs::read(dir.join("miners").join(name)).unwrap();
        assert!(matches!(answer(&body), Err(hmm_domain::port::DriverError::NotRecognised(_))), "{name}");
    }
}
