//! The program stops, or is killed, in the middle: nothing is lost and nothing harmful is done twice.

use crate::harness::{TestHouse, mode, one};
use hmm_domain::port::{Clock, FamilyRegistry};
use hmm_domain::wish::Until;
use hmm_domain::{Command, CommandState};
use hmm_sim::Generation;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_of_the_program_forgets_neither_wish_nor_way_back() {
    let mut house = TestHouse::new(vec![one("blue", Generation::V2_12)]).await;
    let blue = house.add("blue").await;
    let end = house.clock.now() + Duration::from_mins(30);
    let wish = house.wants(blue, mode("eco"), Until::At(end)).await;
    house.minutes(2).await;
    house.restart().await;
    house.minutes(20).await;
    assert_eq!(house.state_of(wish).await.0, CommandState::Confirmed);
    assert_eq!(house.engine.miner(blue).unwrap().desired.mode.as_ref().unwrap().want, mode("eco"));
    house.restart().await;
    house.minutes(20).await;
    let truth = house.sim.snapshot("blue").unwrap().truth;
    assert!((truth.frequency_mhz - 525.0).abs() < 1.0, "{}", truth.frequency_mhz);
    assert_eq!(house.sim.snapshot("blue").unwrap().writes.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restart_command_under_way_when_the_program_stops_is_watched_and_not_sent_again() {
    let mut house = TestHouse::new(vec![one("blue", Generation::V2_12)]).await;
    let blue = house.add("blue").await;
    let restart = house.asks(blue, Command::Restart).await;
    house.seconds(1).await;
    assert_eq!(house.state_of(restart).await.0, CommandState::Sent);
    house.restart().await;
    house.minutes(5).await;
    let (state, reason) = house.state_of(restart).await;
    assert_eq!(state, CommandState::Confirmed, "{reason}");
    assert_eq!(house.sim.snapshot("blue").unwrap().truth.restarts, 1);
    assert!(house.store.audit_open("command.send").await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn heat_protection_survives_a_restart() {
    let mut house = TestHouse::new(vec![one("blue", Generation::V2_14)]).await;
    let blue = house.add("blue").await;
    house.sim.heat("blue", 55.0).unwrap();
    house.minutes(15).await;
    let before = house.engine.miner(blue).unwrap().heat.clone();
    assert!(!before.trips.is_empty());
    house.restart().await;
    assert_eq!(house.engine.miner(blue).unwrap().heat.trips, before.trips);
}

#[tokio::test(flavor = "multi_thread")]
async fn restarting_every_seven_minutes_changes_nothing_that_the_device_sees() {
    let mut calm = TestHouse::new(vec![one("blue", Generation::V2_12)]).await;
    let mut restless = TestHouse::new(vec![one("blue", Generation::V2_12)]).await;
    let mut seen = vec![];
    for house in [&mut calm, &mut restless] {
        let again = !seen.is_empty();
        let blue = house.add("blue").await;
        let end = house.clock.now() + Duration::from_hours(1);
        house.wants(blue, mode("eco"), Until::At(end)).await;
        for _ in 0..12 {
            house.minutes(7).await;
            if again {
                house.restart().await;
            }
        }
        let bodies: Vec<_> =
            house.sim.snapshot("blue").unwrap().writes.iter().map(|w| format!("{:?}", w.body)).collect();
        seen.push(bodies);
    }
    assert_eq!(seen[0], seen[1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_miner_that_dies_in_its_restart_is_reported_and_one_that_comes_back_is_not() {
    let house = TestHouse::new(vec![one("good", Generation::V2_12), one("bad", Generation::V2_12)]).await;
    let (good, bad) = (house.add("good").await, house.add("bad").await);
    house.asks(good, Command::Restart).await;
    house.asks(bad, Command::Restart).await;
    house.seconds(5).await;
    house.sim.fault("bad", hmm_sim::Fault::Offline).await.unwrap();
    house.minutes(30).await;
    let notices = house.store.event_list(None, None, None, 100).await.unwrap();
    let of = |miner| notices.iter().filter(|n| n.miner == Some(miner)).map(|n| n.kind.as_str()).collect::<Vec<_>>();
    assert_eq!(of(good), Vec::<&str>::new());
    assert!(of(bad).contains(&"miner_offline"), "{:?}", of(bad));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_miner_that_nothing_speaks_to_any_more_is_kept_and_asked_again_when_something_does() {
    let mut house = TestHouse::new(vec![one("blue", Generation::V2_12)]).await;
    let blue = house.add("blue").await;
    let end = house.clock.now() + Duration::from_hours(8);
    let wish = house.wants(blue, mode("eco"), Until::At(end)).await;
    house.minutes(5).await;
    assert_eq!(house.state_of(wish).await.0, CommandState::Confirmed);
    let spoken = house.engine.families();
    let troubled = |house: &TestHouse| house.engine.problems().iter().any(|p| p.kind == "family_unknown");
    house.restart_speaking(FamilyRegistry::default()).await;
    let asked = house.sim.snapshot("blue").unwrap().traffic.requests;
    house.minutes(30).await;
    let live = house.engine.miner(blue).unwrap();
    assert!(live.sentence.as_str().contains("Nothing here speaks to the family axeos"), "{}", live.sentence);
    assert!(troubled(&house) && live.latest.is_some() && live.desired.mode.is_some());
    assert_eq!(house.sim.snapshot("blue").unwrap().traffic.requests, asked, "it is left alone");
    let told = house.store.event_list(None, None, None, 100).await.unwrap();
    assert!(told.iter().all(|notice| notice.kind != "miner_offline"), "nobody asked it: that is not silence");
    house.engine.families_change(spoken).await.unwrap();
    house.minutes(3).await;
    let live = house.engine.miner(blue).unwrap();
    assert!(!troubled(&house) && !live.stale, "{}", live.sentence);
    assert_eq!(
        live.miner.as_found.frequency,
        Some(hmm_domain::units::Frequency::mhz(525)),
        "as it was found, not as it is"
    );
}
