//! Every recorded NerdOS reply, and what is read from it.
//!
//! **Invariant:** the table holds numbers only; names and texts of other people's devices stay where they are.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod common;

use common::{fixtures_dir, numbers};
use expect_test::expect;
use hmm_adapters::miners::{axeos, nerdos};
use hmm_domain::port::DriverError;
use std::fmt::Write;

const INFO: &str = "nerdqaxe++-v1.1.0-beta1__system-info.json";
const ASIC: &str = "nerdqaxe++-v1.1.0-beta1__system-asic.json";

#[test]
fn the_recorded_device_is_read_and_learnt_as_it_should() {
    let Some(dir) = fixtures_dir() else { return };
    let read = |name: &str| std::fs::read(dir.join("miners/nerdqaxe").join(name)).unwrap();
    let mut table = String::new();
    for (name, asic) in [("with its lists", Some(read(ASIC))), ("without", None)] {
        let learnt = nerdos::inspection(&read(INFO), asic.as_deref()).unwrap();
        let raw = learnt.answer.raw.to_string();
        assert!(!raw.contains("fake-wifi"), "{name} shows a secret");
        let found = learnt.as_found.mode.as_ref().map(|mode| mode.as_str().to_owned());
        writeln!(table, "{name}\n{}found in {found:?}", common::learnt(&learnt)).unwrap();
        table.push_str(&numbers(&learnt.answer.reading));
        let slots = learnt.answer.reading.pool_slots.iter();
        let slots: Vec<String> =
            slots.map(|slot| format!("{} {:?} {:?} {:?}", slot.slot, slot.port, slot.active, slot.alive)).collect();
        writeln!(table, "  slots {slots:?}").unwrap();
    }
    expect![[r#"
        with its lists
        model Some("NerdQAxe++"), identity Mac
        modes eco 500/1120, standard 600/1150
        power_off Standby, measures_power true, pool true in 2, identify false, target true, limit Some(100.0) W
        found in Some("custom")
          actual_core_voltage=1150 best_difficulty=13790464144 best_session_difficulty=14137811 core_voltage=1150 fan=1796 fan2=1557
          fan_pct=5400 free_heap_bytes=6890556 frequency=680000 hashrate=5455551000000 hashrate_10m=5512898000000 hashrate_1h=5509091000000
          hashrate_1m=5511287000000 paused=false pool_difficulty=16384 power=103000 response_ms=1 rssi=-63
          shares_accepted=3492 shares_rejected=3 temperature=5988 uptime_s=43173 vr_temperature=5594 pool_port=Some(2018) fallback=Some(false)
          slots ["0 Some(2018) Some(true) Some(true)", "1 Some(3333) Some(false) None"]
        without
        model Some("NerdQAxe++"), identity Mac
        modes eco 500/1120, standard 600/1150
        power_off Standby, measures_power true, pool true in 2, identify false, target true, limit Some(100.0) W
        found in Some("custom")
          actual_core_voltage=1150 best_difficulty=13790464144 best_session_difficulty=14137811 core_voltage=1150 fan=1796 fan2=1557
          fan_pct=5400 free_heap_bytes=6890556 frequency=680000 hashrate=5455551000000 hashrate_10m=5512898000000 hashrate_1h=5509091000000
          hashrate_1m=5511287000000 paused=false pool_difficulty=16384 power=103000 response_ms=1 rssi=-63
          shares_accepted=3492 shares_rejected=3 temperature=5988 uptime_s=43173 vr_temperature=5594 pool_port=Some(2018) fallback=Some(false)
          slots ["0 Some(2018) Some(true) Some(true)", "1 Some(3333) Some(false) None"]
    "#]].assert_eq(&table);
}

#[test]
fn what_is_no_such_device_is_not_taken_for_one_and_the_other_way_round() {
    let Some(dir) = fixtures_dir() else { return };
    let dir = dir.join("miners");
    let mut strangers: Vec<_> = std::fs::read_dir(dir.join("bitaxe")).unwrap().map(|e| e.unwrap().path()).collect();
    strangers.extend(["nmminer/v2.0.04__system-info.json", "nmminer/v2.0.04__probe.json"].map(|name| dir.join(name)));
    strangers.extend(["v2-docs__identify.json", "v2-docs__dashboard.json", ASIC].map(|n| dir.join("nerdqaxe").join(n)));
    for path in strangers {
        let body = std::fs::read(&path).unwrap();
        assert!(matches!(nerdos::answer(&body), Err(DriverError::NotRecognised(_))), "{}", path.display());
    }
    let ours = std::fs::read(dir.join("nerdqaxe").join(INFO)).unwrap();
    assert!(matches!(axeos::answer(&ours), Err(DriverError::NotRecognised(_))));
}
