//! S8: a device that is not the expected one receives nothing, whatever is asked of it.

use crate::bench::{Bench, NOTHING};
use crate::commands::offered;
use crate::list::ENTRIES;
use hmm_domain::miner::Identity;
use hmm_domain::port::{DriverError, Inspection};
use hmm_sim::Fault;

#[tokio::test]
async fn s8_another_device_at_the_address_receives_nothing() {
    for entry in ENTRIES {
        let bench = Bench::of(entry).await;
        let learnt = bench.inspect().await;
        // Nothing to hold on to: the house shows it as weak, and asks a person where others are told apart here.
        if learnt.identity == Identity::None {
            continue;
        }
        bench.fault(Fault::OtherDevice).await;
        assert_ne!(bench.inspect().await.identity, learnt.identity, "{}", entry.name);
        for command in offered(&learnt) {
            let error = bench.send(&learnt, &command).await.unwrap_err();
            assert!(matches!(error, DriverError::WrongDevice { .. }), "{} {command:?}: {error}", entry.name);
        }
        assert_eq!(bench.writes(), NOTHING, "{}", entry.name);
    }
}

#[tokio::test]
async fn s8_a_known_device_is_not_replaced_by_one_that_is_known_otherwise() {
    for entry in ENTRIES {
        let bench = Bench::of(entry).await;
        let learnt = bench.inspect().await;
        let other = Inspection { identity: Identity::Serial("another".into()), ..learnt };
        for command in offered(&other) {
            let error = bench.send(&other, &command).await.unwrap_err();
            assert!(matches!(error, DriverError::WrongDevice { .. }), "{} {command:?}: {error}", entry.name);
        }
        assert_eq!(bench.writes(), NOTHING, "{}", entry.name);
    }
}
