//! Who is who: each family knows its own faces and nobody else's, and finding out changes nothing.

use crate::bench::{Bench, HASTY, NOTHING};
use crate::list::{ENTRIES, Key};
use hmm_adapters::miners::families;
use hmm_domain::port::{Credentials, DriverError};
use hmm_domain::reading::PowerSource;
use hmm_net::{Guard, Outbound, Surroundings};

fn names() -> Vec<String> {
    let around = hmm_net::surroundings::fixed(Surroundings::default());
    let outbound = Outbound::device(Guard::device(Vec::new(), around)).unwrap();
    families(&outbound).iter().map(|family| family.id.as_str().to_owned()).collect()
}

#[tokio::test]
async fn each_family_recognises_its_own_faces_and_no_others() {
    for entry in ENTRIES {
        let bench = Bench::of(entry).await;
        // Who speaks otherwise may wait in vain for an answer.
        let hasty = Bench::within(entry, HASTY).await;
        for name in names() {
            let own = name == entry.family;
            let (bench, given) =
                if own { (&bench, bench.credentials().clone()) } else { (&hasty, Credentials::default()) };
            let found = (bench.family(&name).connect)(bench.at.clone(), given).inspect().await;
            match found {
                Ok(found) => assert!(own, "{name} takes {} for {:?}", entry.name, found.profile.model),
                Err(error) => {
                    assert!(!own, "{name} does not know its own {}: {error}", entry.name);
                    // What it makes no sense of is no claim either; a wish for credentials would be one.
                    let no_claim = matches!(
                        error,
                        DriverError::NotRecognised(_) | DriverError::Unreachable { .. } | DriverError::Malformed { .. }
                    );
                    assert!(no_claim, "{name} makes a claim on {}: {error:?}", entry.name);
                }
            }
        }
        for bench in [bench, hasty] {
            assert_eq!(bench.writes(), NOTHING, "{}: recognising writes nothing", entry.name);
        }
    }
}

#[tokio::test]
async fn a_scan_finds_what_a_person_would_find_and_brings_no_secret() {
    for entry in ENTRIES {
        let bench = Bench::of(entry).await;
        let knocked = (bench.family(entry.family).knock)(bench.at.clone()).inspect().await;
        match (entry.key, knocked) {
            (_, Ok(found)) => assert_eq!(found.identity, bench.inspect().await.identity, "{}", entry.name),
            // It says that it is there and wants to be asked properly.
            (Key::Token(_), Err(DriverError::Credentials(_))) => {}
            (_, Err(error)) => panic!("{}: {error}", entry.name),
        }
        assert_eq!(bench.writes(), NOTHING, "{}", entry.name);
    }
}

#[tokio::test]
async fn what_is_learnt_holds_together() {
    for entry in ENTRIES {
        let learnt = Bench::of(entry).await.inspect().await;
        let (name, profile) = (entry.name, &learnt.profile);
        let can = &profile.capabilities;
        assert!(profile.model.is_some() || profile.firmware.is_some(), "{name}: {profile:?}");
        assert_eq!(can.set_mode, !profile.modes.is_empty(), "{name}");
        assert!(can.pool_slots >= 1, "{name}");
        assert!(profile.poll_gap_min.as_secs() >= 10, "{name}: small devices are not to be hurried");
        assert!(profile.boot_deadline.as_secs() >= 30, "{name}");
        let ids: Vec<&str> = profile.modes.iter().map(|mode| mode.id.as_str()).collect();
        let order = ["eco", "low", "standard", "medium", "turbo", "high", "oc"];
        let places: Vec<_> = ids.iter().map(|id| order.iter().position(|known| known == id)).collect();
        assert!(places.iter().all(Option::is_some) && places.is_sorted(), "{name}: modes {ids:?}");
        if let Some((least, most)) = can.frequency {
            let within = |mode: &hmm_domain::miner::Mode| mode.frequency.is_none_or(|f| (least..=most).contains(&f));
            assert!(profile.modes.iter().all(within), "{name}: {:?}", profile.modes);
        }
        if let Some((least, most)) = can.core_voltage {
            let within = |mode: &hmm_domain::miner::Mode| mode.core_voltage.is_none_or(|v| (least..=most).contains(&v));
            assert!(profile.modes.iter().all(within), "{name}: {:?}", profile.modes);
        }
        let measured = learnt.answer.reading.power_source == Some(PowerSource::Measured);
        assert_eq!(can.measures_power, measured, "{name}");
    }
}
