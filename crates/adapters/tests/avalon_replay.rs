//! Every recorded Avalon reply, and what is read from it.
//!
//! **Invariant:** the table holds numbers only; names and texts of other people's devices stay where they are.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod common;

use common::{fixtures_dir, learnt, numbers};
use expect_test::expect;
use hmm_adapters::miners::avalon::{answer, inspection};
use hmm_domain::port::DriverError;
use hmm_domain::units::Power;
use std::fmt::Write;
use std::path::Path;

/// What there is of one device, by command.
const DEVICES: [(&str, &[(&str, &str)]); 8] = [
    (
        "Nano 3",
        &[
            ("version", "avalon-nano3/24071801__version.json"),
            ("summary", "avalon-nano3/24071801__summary.json"),
            ("stats", "avalon-nano3/24071801__stats.json"),
            ("pools", "avalon-nano3/24071801__pools.json"),
        ],
    ),
    (
        "Nano 3S",
        &[
            ("version", "avalon-nano3s/25021401__version.json"),
            ("summary", "avalon-nano3s/25021401__summary.json"),
            ("stats", "avalon-nano3s/25021401__stats.json"),
            ("pools", "avalon-nano3s/25021401__pools.json"),
        ],
    ),
    (
        "Nano 3S, joined and short",
        &[
            ("version+summary", "avalon-nano3s/25021401__summary+version.json"),
            ("litestats", "avalon-nano3s/25021401__litestats.json"),
        ],
    ),
    ("Mini 3, in text", &[("version", "avalon-mini3/25011701__version-text.txt")]),
    (
        "Q at rest",
        &[
            ("version", "avalon-q/25052801__version.json"),
            ("summary", "avalon-q/25052801__summary.json"),
            ("stats", "avalon-q/25052801__stats.json"),
            ("pools", "avalon-q/25052801__pools.json"),
        ],
    ),
    ("Q, statistics alone", &[("stats", "avalon-q/25052801__stats.json")]),
    ("A1246", &[("stats", "avalon-a-series/a1246__stats.json")]),
    ("A1566", &[("stats", "avalon-a-series/a1566-24102401__stats.json")]),
];

fn read(dir: &Path, files: &[(&'static str, &str)]) -> Vec<(&'static str, Vec<u8>)> {
    files.iter().map(|(command, file)| (*command, std::fs::read(dir.join(file)).unwrap())).collect()
}

fn borrowed<'a>(replies: &'a [(&'static str, Vec<u8>)]) -> Vec<(&'static str, &'a [u8])> {
    replies.iter().map(|(command, bytes)| (*command, bytes.as_slice())).collect()
}

#[test]
fn every_recorded_avalon_reads_as_it_should() {
    let Some(dir) = fixtures_dir() else { return };
    let dir = dir.join("miners");
    let mut table = String::new();
    for (name, files) in DEVICES {
        let replies = read(&dir, files);
        let answer = answer(&borrowed(&replies)).unwrap();
        assert!(!answer.raw.to_string().contains("fake-wifi"), "{name} shows a secret");
        let mode = answer.reading.mode.as_ref().map(|mode| mode.as_str().to_owned());
        writeln!(table, "{name}: mode {mode:?}\n{}", numbers(&answer.reading).trim_end()).unwrap();
    }
    expect![[r#"
        Nano 3: mode Some("medium")
          best_session_difficulty=138508908 calibrating=false error_pct=147 expected_hashrate=3381960000000 fan=3360 fan_pct=4300
          hash_errors=148 hashrate=3332400000000 hashrate_1m=3784619240000 intake_temperature=5200 paused=false pool_difficulty=16384
          power=92000 power_target=90000 response_ms=166 shares_accepted=21853 shares_rejected=15 shares_stale=0
          temperature=8700 uptime_s=101614 pool_port=Some(700) fallback=Some(false)
        Nano 3S: mode Some("high")
          best_session_difficulty=111181383 calibrating=false error_pct=213 expected_hashrate=6580200000000 fan=1720 fan_pct=3600
          frequency=450950 hash_errors=0 hashrate=6423030000000 hashrate_1m=6837807880000 paused=false pool_difficulty=8192
          power=132000 power_target=133000 response_ms=71 shares_accepted=2567 shares_rejected=1 shares_stale=27
          temperature=9600 uptime_s=12961 pool_port=Some(3333) fallback=Some(false)
        Nano 3S, joined and short: mode Some("high")
          best_session_difficulty=111181383 fan_pct=3600 hash_errors=0 hashrate=6423026000000 hashrate_1m=5190253590000 paused=false
          rssi=-55 shares_accepted=4535 shares_rejected=2 shares_stale=27 uptime_s=23634
        Mini 3, in text: mode None

        Q at rest: mode Some("low")
          best_session_difficulty=354914572 board_temperature=2700 calibrating=false error_pct=245 fan=0 fan2=0
          fan_pct=0 frequency=282860 hash_errors=0 hashrate=0 hashrate_1m=0 intake_temperature=2600
          paused=true pool_difficulty=524288 power=146000 power_target=800000 response_ms=17 shares_accepted=890
          shares_rejected=2 shares_stale=0 uptime_s=37714 pool_port=Some(4444) fallback=Some(false)
        Q, statistics alone: mode Some("low")
          board_temperature=2700 calibrating=false error_pct=245 fan=0 fan2=0 fan_pct=0
          frequency=282860 hashrate=0 intake_temperature=2600 paused=true power=146000 power_target=800000
          response_ms=17 uptime_s=37819
        A1246: mode None
          calibrating=false error_pct=273 expected_hashrate=83923040000000 fan=5344 fan2=5392 fan_pct=7200
          frequency=502410 hashrate=81072680000000 intake_temperature=3000 paused=false power=3504000 power_target=3200000
          response_ms=443 temperature=7700 uptime_s=24684
        A1566: mode None
          calibrating=false error_pct=130 expected_hashrate=201920420000000 fan=4275 fan2=4282 fan_pct=4900
          frequency=345940 hashrate=199241070000000 intake_temperature=3100 paused=false power=3731000 power_target=3515000
          response_ms=131 temperature=7800 uptime_s=975
    "#]].assert_eq(&table);
}

#[test]
fn every_recorded_avalon_is_learnt_as_it_should() {
    let Some(dir) = fixtures_dir() else { return };
    let dir = dir.join("miners");
    let help = std::fs::read(dir.join("avalon-q/25052801__ascset_help.json")).unwrap();
    let mut table = String::new();
    for (name, files) in DEVICES {
        let replies = read(&dir, files);
        let help = name.starts_with('Q').then_some(help.as_slice());
        let learnt_now = inspection(&borrowed(&replies), help).unwrap();
        let can = &learnt_now.profile.capabilities;
        let more = format!("restart {}, fan {:?}", can.restart, can.fan_pct);
        writeln!(table, "{name}\n{}{more}", learnt(&learnt_now)).unwrap();
    }
    expect![[r#"
        Nano 3
        model Some("Avalon Nano 3"), identity Serial
        modes low (Low), medium (Medium), high (High)
        power_off None, measures_power true, pool true in 3, identify false, target false, limit None W
        restart true, fan None
        Nano 3S
        model Some("Avalon Nano 3S"), identity Mac
        modes low (Low), medium (Medium), high (High)
        power_off None, measures_power true, pool true in 3, identify false, target false, limit None W
        restart true, fan Some((15, 100))
        Nano 3S, joined and short
        model Some("Avalon Nano 3S"), identity Mac
        modes low (Low), medium (Medium), high (High)
        power_off None, measures_power false, pool true in 3, identify false, target false, limit None W
        restart true, fan Some((15, 100))
        Mini 3, in text
        model Some("Avalon Mini 3"), identity Mac
        modes 
        power_off None, measures_power false, pool true in 3, identify false, target false, limit None W
        restart true, fan None
        Q at rest
        model Some("Avalon Q"), identity Mac
        modes low (Low), medium (Medium), high (High)
        power_off Standby, measures_power true, pool true in 3, identify false, target false, limit None W
        restart true, fan Some((15, 100))
        Q, statistics alone
        model Some("Avalon Q"), identity None
        modes low (Low), medium (Medium), high (High)
        power_off Standby, measures_power true, pool true in 3, identify false, target false, limit None W
        restart true, fan Some((15, 100))
        A1246
        model Some("AvalonMiner 1246-83"), identity Serial
        modes 
        power_off Standby, measures_power true, pool true in 3, identify true, target false, limit None W
        restart true, fan Some((15, 100))
        A1566
        model Some("AvalonMiner 15-194"), identity Serial
        modes 
        power_off Standby, measures_power true, pool true in 3, identify true, target false, limit None W
        restart true, fan Some((15, 100))
    "#]]
    .assert_eq(&table);
}

/// Each observed array in the words of a Nano 3S, and the watts that belong to it.
#[test]
fn every_observed_supply_gives_its_watts() {
    let Some(dir) = fixtures_dir() else { return };
    let samples = std::fs::read_to_string(dir.join("miners/avalon-nano3s/various__ps-samples.txt")).unwrap();
    let mut seen = 0;
    for line in samples.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
        let [_, _, _, supply, watts] = line.split('|').collect::<Vec<_>>()[..] else { panic!("{line}") };
        let stats =
            format!(r#"{{"STATS":[{{"ID":"AVALON0","MM ID0":"Ver[Nano3s-1] GHSspd[6400] PS[{supply}] MPO[133]"}}]}}"#);
        let reading = answer(&[("stats", stats.as_bytes())]).unwrap().reading;
        assert_eq!(reading.power, Power::from_watts(watts.trim().parse().unwrap()), "{line}");
        seen += 1;
    }
    assert!(seen >= 4, "{seen} samples");
}

#[test]
fn the_quirks_of_the_wire_are_known() {
    let Some(dir) = fixtures_dir() else { return };
    let quirk = |name: &str| std::fs::read(dir.join("miners/protocol-quirks").join(name)).unwrap();
    let cut = quirk("made__truncated-no-nul.raw.txt");
    assert!(matches!(answer(&[("stats", &cut)]), Err(DriverError::Malformed { .. })), "half a reply is none");
    // A success whose words hold line breaks is read, although it is no JSON; and it is not the reply to a poll.
    let raw = quirk("made__setpool-multiline-msg.raw.txt");
    assert!(matches!(answer(&[("version", &raw)]), Err(DriverError::NotRecognised(_))));
}

#[test]
fn what_is_no_avalon_is_not_taken_for_one() {
    let Some(dir) = fixtures_dir() else { return };
    for (command, file) in [
        ("version", "cgminer-generic/hiveon-s19jpro__version.json"),
        ("version", "braiins-os/v21_09__version.json"),
        ("stats", "antminer/v2020__stats.json"),
        ("summary", "antminer/v2020__summary.json"),
        ("summary", "whatsminer/v1__summary.json"),
        ("version", "whatsminer/v1__get_version.json"),
        ("version", "cgminer-generic/hiveon-s19jpro__devdetails-denied.json"),
        ("summary", "whatsminer/v3__get_device_info.json"),
        ("version", "bitaxe/gamma601-v2.12.2__system-info.json"),
    ] {
        let body = std::fs::read(dir.join("miners").join(file)).unwrap();
        let error = answer(&[(command, &body)]).unwrap_err();
        assert!(matches!(error, DriverError::NotRecognised(_) | DriverError::Credentials(_)), "{file}: {error}");
    }
}
