//! Whatever goes wrong: an error or a part of the truth, in time, and never a number that is not so.

use crate::bench::{Bench, HASTY, NOTHING, PATIENT};
use crate::list::ENTRIES;
use hmm_domain::Reading;
use hmm_domain::units::{CentiCelsius, Power};
use hmm_sim::{Fault, Truth};
use std::time::Duration;

/// Each fault, and whether the device can be read through it, where that is the same for everybody.
const FAULTS: &[(Fault, Option<bool>)] = &[
    (Fault::Silent, Some(false)),
    (Fault::Offline, Some(false)),
    (Fault::Slow { first_byte_ms: 20, drip_ms: 100 }, Some(false)),
    (Fault::Reset, Some(false)),
    (Fault::Truncated, Some(false)),
    (Fault::CutOff, Some(false)),
    // Words of the web: who speaks otherwise has no such trouble.
    (Fault::Unauthorized401, None),
    (Fault::Redirect302, None),
    (Fault::WrongTypes, Some(true)),
    (Fault::Absurd, Some(true)),
    (Fault::HugeBody, Some(false)),
    (Fault::EndlessBody, Some(false)),
    (Fault::RandomBytes, Some(false)),
    (Fault::OtherDevice, Some(true)),
    (Fault::Overheat, Some(true)),
    (Fault::StuckShares, Some(true)),
    (Fault::StuckUntilRestart, Some(true)),
    (Fault::RejectShares, Some(true)),
    (Fault::PoolDown, Some(true)),
    (Fault::Latency { ms: 15 }, Some(true)),
    (Fault::IgnoreWrites, Some(true)),
    (Fault::RefuseWrites, Some(true)),
    (Fault::DropAfterWrite, Some(true)),
    (Fault::Calibrating, Some(true)),
];

/// What is said differs from what is so by no more than a meter may.
fn near(said: f64, so: f64, part: f64, least: f64) -> bool {
    (said - so).abs() <= (so.abs() * part).max(least)
}

#[expect(clippy::cast_precision_loss, reason = "the largest is far below 2^53")]
fn untruths(reading: &Reading, truth: &Truth) -> Vec<String> {
    let mut found = Vec::new();
    let mut check = |what: &str, said: Option<f64>, so: f64, part: f64, least: f64| {
        if let Some(said) = said.filter(|said| !near(*said, so, part, least)) {
            found.push(format!("{what} {said} is {so}"));
        }
    };
    let hashes = truth.hashrate_ghs * 1e9;
    // The present one is an average of some seconds; rounding counts for a PC.
    check("hashrate", reading.hashrate.map(|rate| rate.get() as f64), hashes, 0.1, 1.0);
    check("power", reading.power.map(Power::as_watts), truth.power_w, 0.08, 1.5);
    check("temperature", reading.temperature.map(CentiCelsius::as_celsius), truth.chip_c, 0.0, 3.0);
    check("accepted", reading.shares_accepted.map(|n| n as f64), truth.shares_accepted as f64, 0.0, 0.0);
    // Some count what came too late among the refused, some beside them.
    let so = truth.shares_rejected;
    let (refused, late) = (reading.shares_rejected, reading.shares_stale.unwrap_or(0));
    let refused = refused.map(|refused| if refused == so { refused } else { refused + late });
    check("rejected", refused.map(|n| n as f64), so as f64, 0.0, 0.0);
    check("uptime", reading.uptime_s.map(|n| n as f64), truth.uptime_s as f64, 0.0, 1.0);
    if reading.paused == Some(true) && truth.hashing {
        found.push("it is paused, and hashes".to_owned());
    }
    if let Some(pool) = reading.pool.as_ref().filter(|pool| pool.host.as_str() != truth.pool.url) {
        found.push(format!("pool {} is {}", pool.host, truth.pool.url));
    }
    found
}

#[tokio::test]
async fn a_healthy_device_is_read_whole_and_as_it_is() {
    for entry in ENTRIES {
        let bench = Bench::of(entry).await;
        bench.clock.advance(Duration::from_mins(2)).await;
        let (reading, seen) = (bench.read().await, bench.seen());
        assert_eq!(untruths(&reading, &seen.truth), NOTHING, "{}", entry.name);
        assert!(reading.hashrate.is_some() && reading.pool.is_some(), "{}: {reading:?}", entry.name);
        assert_eq!(reading.power.is_some(), reading.power_source.is_some(), "{}", entry.name);
    }
}

#[tokio::test]
#[expect(clippy::disallowed_methods, reason = "that a driver ends in time can only be seen on a real clock")]
async fn under_every_fault_there_is_an_error_or_a_part_of_the_truth_and_never_anything_else() {
    for entry in ENTRIES {
        for (fault, readable) in FAULTS {
            let whole = if *readable == Some(false) { HASTY } else { PATIENT };
            let bench = Bench::within(entry, whole).await;
            bench.fault(*fault).await;
            bench.clock.advance(Duration::from_mins(3)).await;
            // A driver may ask two or three things, each with its own deadline.
            let read = tokio::time::timeout(4 * whole + Duration::from_secs(5), bench.driver.read()).await;
            let read = read.unwrap_or_else(|_| panic!("{} {fault:?}: no end", entry.name));
            match read {
                Ok(answer) => {
                    let untrue = untruths(&answer.reading, &bench.seen().truth);
                    assert_eq!(untrue, NOTHING, "{} {fault:?}", entry.name);
                    assert_ne!(*readable, Some(false), "{} {fault:?}: read {:?}", entry.name, answer.reading);
                }
                Err(error) => assert_ne!(*readable, Some(true), "{} {fault:?}: {error}", entry.name),
            }
            assert_eq!(bench.writes(), NOTHING, "{} {fault:?}", entry.name);
        }
    }
}

#[tokio::test]
async fn what_a_fault_spoils_comes_back_when_it_is_over() {
    for entry in ENTRIES {
        let bench = Bench::of(entry).await;
        let before = bench.read().await;
        for fault in [Fault::WrongTypes, Fault::Absurd] {
            bench.fault(fault).await;
            let spoilt = bench.read().await;
            bench.heal().await;
            assert_eq!(bench.read().await, before, "{} {fault:?}", entry.name);
            assert!(fault != Fault::Absurd || spoilt != before, "{}: nothing was spoilt", entry.name);
        }
    }
}
