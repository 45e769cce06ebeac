//! Every recorded reply of the larger machines, and what is read from it.
//!
//! **Invariant:** the table holds numbers only; names and texts of other people's devices stay where they are.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod common;

use common::{fixtures_dir, numbers};
use expect_test::expect;
use hmm_adapters::miners::{cgminer, whatsminer};
use hmm_domain::port::{DriverError, Inspection};
use std::fmt::Write;
use std::path::PathBuf;

fn miners() -> Option<PathBuf> {
    Some(fixtures_dir()?.join("miners"))
}

fn shown(learnt: &Inspection) -> String {
    let model = learnt.profile.model.as_ref().map(|model| model.as_str().to_owned());
    let identity = format!("{:?}", learnt.identity);
    let kind = identity.split('(').next().unwrap_or_default();
    format!("{model:?}, identity {kind}\n{}", numbers(&learnt.answer.reading).trim_end())
}

#[test]
fn every_recorded_machine_reads_as_it_should() {
    let Some(dir) = miners() else { return };
    let mut table = String::new();
    for (name, files) in [
        (
            "Antminer",
            &[
                ("summary", "antminer/v2020__summary.json"),
                ("stats", "antminer/v2020__stats.json"),
                ("pools", "antminer/v2020__pools.json"),
            ][..],
        ),
        ("Whatsminer", &[("summary", "whatsminer/v1__summary.json"), ("pools", "whatsminer/v1__pools.json")][..]),
        (
            "Hiveon",
            &[
                ("version", "cgminer-generic/hiveon-s19jpro__version.json"),
                ("devdetails", "cgminer-generic/hiveon-s19jpro__devdetails-denied.json"),
            ][..],
        ),
        ("Braiins OS", &[("version", "braiins-os/v21_09__version.json")][..]),
    ] {
        let bytes: Vec<(&'static str, Vec<u8>)> =
            files.iter().map(|(command, file)| (*command, std::fs::read(dir.join(file)).unwrap())).collect();
        let replies: Vec<(&'static str, &[u8])> =
            bytes.iter().map(|(command, bytes)| (*command, bytes.as_slice())).collect();
        writeln!(table, "{name}: {}", shown(&cgminer::inspection(&replies).unwrap())).unwrap();
    }
    let read = |file: &str| std::fs::read(dir.join("whatsminer").join(file)).unwrap();
    let (device, summary, pools) = (
        read("v3__get_device_info.json"),
        read("v3__get_miner_status_summary.json"),
        read("v3__get_miner_status_pools.json"),
    );
    let third = whatsminer::inspection(&[("device", &device), ("summary", &summary), ("pools", &pools)]).unwrap();
    assert!(!third.answer.raw.to_string().contains("uhCiDyVj"), "the salt is a secret");
    writeln!(table, "Whatsminer 3: {}", shown(&third)).unwrap();
    expect![[r#"
        Antminer: Some("Antminer S19 Pro"), identity Serial
          best_session_difficulty=12904207043 board_temperature=7300 error_pct=0 expected_hashrate=110000000000000 fan=6000 fan2=5880
          frequency=525000 hash_errors=562 hashrate=110566890000000 pool_difficulty=524000 shares_accepted=4057 shares_rejected=11
          shares_stale=1 temperature=7800 uptime_s=50474 pool_port=Some(700) fallback=Some(false)
        Whatsminer: Some("Whatsminer"), identity Mac
          best_session_difficulty=41127493 board_temperature=7150 error_pct=1 expected_hashrate=65362500000000 fan=6450 fan2=6480
          frequency=648000 hash_errors=69 hashrate=70668114520000 hashrate_1m=67439352490000 pool_difficulty=65536 power=3417000
          power_target=3500000 shares_accepted=2338 shares_rejected=0 shares_stale=0 temperature=9250 uptime_s=10154
          pool_port=Some(3333) fallback=Some(false)
        Hiveon: Some("Antminer S19JPRO Hiveon"), identity None

        Braiins OS: Some("Braiins OS"), identity None

        Whatsminer 3: Some("Whatsminer M60S_VK40"), identity Mac
          board_temperature=4150 fan=5400 fan2=5280 frequency=625000 hashrate=171259000000000 hashrate_1m=171200000000000
          intake_temperature=2850 paused=false power=3156000 power_target=3600000 temperature=8200 uptime_s=50000
          pool_port=Some(3333) fallback=Some(false)
    "#]].assert_eq(&table);
}

#[test]
fn an_avalon_and_strangers_are_not_taken_for_one_of_these() {
    let Some(dir) = miners() else { return };
    for (command, file) in [
        ("version", "avalon-nano3/24071801__version.json"),
        ("version", "avalon-nano3s/25021401__version.json"),
        ("version", "avalon-q/25052801__version.json"),
        ("version", "avalon-mini3/25011701__version-text.txt"),
        ("stats", "avalon-nano3/24071801__stats.json"),
        ("stats", "avalon-q/25052801__stats.json"),
        ("stats", "avalon-a-series/a1246__stats.json"),
        ("version+summary", "avalon-nano3s/25021401__summary+version.json"),
        ("version", "cgminer-generic/hiveon-s19jpro__devdetails-denied.json"),
        ("version", "bitaxe/gamma601-v2.12.2__system-info.json"),
        ("summary", "whatsminer/v3__get_miner_status_summary.json"),
    ] {
        let body = std::fs::read(dir.join(file)).unwrap();
        let error = cgminer::answer(&[(command, &body)]).unwrap_err();
        assert!(matches!(error, DriverError::NotRecognised(_) | DriverError::Credentials(_)), "{file}: {error}");
    }
    for file in
        ["whatsminer/v1__summary.json", "antminer/v2020__summary.json", "whatsminer/v3__get_miner_status_pools.json"]
    {
        let body = std::fs::read(dir.join(file)).unwrap();
        let error = whatsminer::answer(&[("device", &body)]).unwrap_err();
        assert!(matches!(error, DriverError::NotRecognised(_)), "{file}: {error}");
    }
}
