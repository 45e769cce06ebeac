//! One caller at a time, deadlines that hold, and no secret on the way out.

use crate::bench::{Bench, HASTY, NOTHING};
use crate::list::ENTRIES;
use hmm_domain::command::Command;
use hmm_domain::json::MASK;
use hmm_domain::port::DriverError;
use hmm_sim::Fault;
use serde_json::Value;

#[tokio::test]
async fn a_device_never_has_more_than_one_caller() {
    for entry in ENTRIES {
        let bench = Bench::of(entry).await;
        let learnt = bench.inspect().await;
        let (a, b, c, d) = tokio::join!(
            bench.driver.read(),
            bench.driver.inspect(),
            bench.send(&learnt, &Command::Identify),
            bench.driver.read()
        );
        assert!(a.is_ok() && b.is_ok() && d.is_ok(), "{}", entry.name);
        drop(c);
        let traffic = bench.seen().traffic;
        assert_eq!((traffic.connections_at_once_max, traffic.requests_at_once_max), (1, 1), "{}", entry.name);
    }
}

#[tokio::test]
async fn d9_no_secret_is_in_what_is_shown() {
    for entry in ENTRIES {
        let bench = Bench::of(entry).await;
        let learnt = bench.inspect().await;
        let read = bench.driver.read().await.unwrap();
        for raw in [&learnt.answer.raw, &read.raw] {
            let text = raw.to_string();
            for secret in bench.credentials().secrets() {
                assert!(!text.contains(&secret), "{}: {text}", entry.name);
            }
            assert_eq!(unmasked(raw), NOTHING, "{}", entry.name);
        }
        let shown = format!("{learnt:?} {read:?}");
        assert!(bench.credentials().secrets().iter().all(|secret| !shown.contains(secret)), "{}", entry.name);
    }
}

/// Keys that speak of secrets and whose values are there to be read.
fn unmasked(raw: &Value) -> Vec<String> {
    match raw {
        Value::Object(members) => members
            .iter()
            .flat_map(|(key, value)| {
                let secret =
                    ["pass", "pwd", "token", "ssid"].iter().any(|word| key.to_ascii_lowercase().contains(word));
                let hidden = matches!(value, Value::Null | Value::Bool(_)) || value == MASK;
                if secret && !hidden { vec![key.clone()] } else { unmasked(value) }
            })
            .collect(),
        Value::Array(items) => items.iter().flat_map(unmasked).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => Vec::new(),
    }
}

#[tokio::test]
async fn a_command_whose_answer_never_comes_is_perhaps_or_not_sent_and_never_done() {
    for entry in ENTRIES {
        let patient = Bench::of(entry).await;
        let learnt = patient.inspect().await;
        drop(patient);
        for fault in [Fault::Silent, Fault::Offline, Fault::Reset, Fault::EndlessBody, Fault::RandomBytes] {
            let bench = Bench::within(entry, HASTY).await;
            bench.fault(fault).await;
            for command in crate::commands::offered(&learnt).into_iter().take(2) {
                let outcome = bench.send(&learnt, &command).await;
                assert!(!matches!(&outcome, Ok(receipt) if receipt.certain), "{} {fault:?}: {outcome:?}", entry.name);
                assert!(!matches!(outcome, Err(DriverError::Unsupported(_))), "{} {fault:?}: {outcome:?}", entry.name);
            }
        }
    }
}
