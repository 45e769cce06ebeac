//! Every published NMMiner reply, and what is read from it.
//!
//! **Invariant:** the table holds numbers only; names and texts of other people's devices stay where they are.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod common;

use common::{fixtures_dir, numbers};
use expect_test::expect;
use hmm_adapters::miners::{axeos, nerdos, nmminer};
use hmm_domain::port::DriverError;
use std::fmt::Write;
use std::net::IpAddr;

#[test]
fn every_published_reply_reads_as_it_should() {
    let Some(dir) = fixtures_dir() else { return };
    let read = |name: &str| std::fs::read(dir.join("miners/nmminer").join(name)).unwrap();
    let from: IpAddr = "192.0.2.19".parse().unwrap();
    let mut table = String::new();
    for (name, answer) in [
        ("v2.0.04__system-info.json", nmminer::answer(&read("v2.0.04__system-info.json"))),
        ("v2.0.04__probe.json", nmminer::probed(&read("v2.0.04__probe.json"))),
        ("v0.3.01__udp12345-broadcast.json", nmminer::called(from, &read("v0.3.01__udp12345-broadcast.json"))),
    ] {
        let answer = answer.unwrap();
        writeln!(table, "{name}\n{}", numbers(&answer.reading).trim_end()).unwrap();
    }
    expect![[r#"
        v2.0.04__system-info.json
          free_heap_bytes=118432 hashrate=956432 rssi=-52 shares_accepted=128 shares_rejected=2 temperature=5130
          uptime_s=4321 pool_port=Some(3333) fallback=None
        v2.0.04__probe.json
          hashrate=956432 uptime_s=4321
        v0.3.01__udp12345-broadcast.json
          best_difficulty=4021000 free_heap_bytes=8400794 hashrate=113130 rssi=-62 shares_accepted=138 shares_rejected=1
          temperature=4850 uptime_s=5026 pool_port=Some(21496) fallback=None
    "#]]
    .assert_eq(&table);
}

#[test]
fn what_is_no_nmminer_is_not_taken_for_one_and_the_other_way_round() {
    let Some(dir) = fixtures_dir() else { return };
    let dir = dir.join("miners");
    for family in ["bitaxe", "nerdqaxe"] {
        for entry in std::fs::read_dir(dir.join(family)).unwrap() {
            let path = entry.unwrap().path();
            let body = std::fs::read(&path).unwrap();
            for answer in [nmminer::answer(&body), nmminer::probed(&body), nmminer::paged(&body)] {
                assert!(matches!(answer, Err(DriverError::NotRecognised(_))), "{}", path.display());
            }
        }
    }
    let config = std::fs::read(dir.join("nmminer/v0.4.1-controller__udp12347-config.json")).unwrap();
    assert!(nmminer::called("192.0.2.19".parse().unwrap(), &config).is_err(), "a controller is no miner");
    for name in ["v2.0.04__system-info.json", "v2.0.04__probe.json"] {
        let body = std::fs::read(dir.join("nmminer").join(name)).unwrap();
        assert!(matches!(axeos::answer(&body), Err(DriverError::NotRecognised(_))), "{name}");
        assert!(matches!(nerdos::answer(&body), Err(DriverError::NotRecognised(_))), "{name}");
    }
}
