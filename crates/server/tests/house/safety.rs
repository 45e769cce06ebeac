//! The rules of the hardware, each with its number, seen from the device: what arrived there and what did not.

use crate::harness::{TestHouse, mode, one};
use hmm_domain::miner::{LeaveAs, MinerState, PowerState};
use hmm_domain::wish::{Until, Want};
use hmm_domain::{Command, CommandState};
use hmm_engine::{EngineError, MinerPatch, OperationMode};
use hmm_sim::{Fault, Generation};

#[tokio::test(flavor = "multi_thread")]
async fn a_new_installation_starts_in_dry_run() {
    let house = TestHouse::new(vec![]).await;
    assert_eq!(house.engine.operation_mode(), OperationMode::DryRun);
}

#[tokio::test(flavor = "multi_thread")]
async fn h5_a_day_of_polling_writes_nothing_to_a_device_that_nobody_wants_anything_of() {
    let house = TestHouse::new(vec![one("blue", Generation::V2_12)]).await;
    house.add("blue").await;
    house.live().await;
    house.minutes(24 * 60).await;
    let seen = house.sim.snapshot("blue").unwrap();
    assert!(seen.writes.is_empty(), "{:?}", seen.writes);
    assert!(seen.traffic.requests > 2_500, "{:?}", seen.traffic);
    assert_eq!(seen.traffic.connections_at_once_max, 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn h5_a_removed_miner_is_left_as_the_person_says() {
    for (leave, frequency) in [(LeaveAs::Leave, 400.0), (LeaveAs::Standard, 525.0), (LeaveAs::AsFound, 525.0)] {
        let house = TestHouse::new(vec![one("blue", Generation::V2_12)]).await;
        let blue = house.add("blue").await;
        house.wants(blue, mode("eco"), Until::Told).await;
        house.minutes(3).await;
        house.engine.miner_remove(blue, leave, false, &house.ana).await.unwrap();
        house.minutes(10).await;
        let truth = house.sim.snapshot("blue").unwrap().truth;
        assert!((truth.frequency_mhz - frequency).abs() < 1.0, "{leave:?}: {} MHz", truth.frequency_mhz);
        assert!(house.engine.miner(blue).is_none());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn h5_a_device_that_cannot_be_put_back_is_not_removed_behind_a_persons_back() {
    let house = TestHouse::new(vec![one("blue", Generation::V2_12)]).await;
    let blue = house.add("blue").await;
    house.sim.fault("blue", Fault::Offline).await.unwrap();
    let outcome = house.engine.miner_remove(blue, LeaveAs::Standard, false, &house.ana).await;
    assert!(matches!(outcome, Err(EngineError::Driver(_))), "{outcome:?}");
    assert!(house.engine.miner(blue).is_some());
}

#[tokio::test(flavor = "multi_thread")]
async fn h5_a_disabled_miner_is_not_even_asked() {
    let house = TestHouse::new(vec![one("blue", Generation::V2_14)]).await;
    let blue = house.add("blue").await;
    let off = MinerPatch { enabled: Some(false), ..MinerPatch::default() };
    house.engine.miner_change(blue, off, &house.ana).await.unwrap();
    house.minutes(2).await;
    let before = house.sim.snapshot("blue").unwrap().traffic.requests;
    house.sim.fault("blue", Fault::Overheat).await.unwrap();
    let refused = house.asks(blue, Command::Restart).await;
    house.minutes(60).await;
    assert_eq!(house.sim.snapshot("blue").unwrap().traffic.requests, before);
    assert_eq!(house.state_of(refused).await.0, CommandState::Refused);
    assert_eq!(house.engine.miner(blue).unwrap().state, MinerState::Disabled);
    let on = MinerPatch { enabled: Some(true), ..MinerPatch::default() };
    house.engine.miner_change(blue, on, &house.ana).await.unwrap();
    house.minutes(2).await;
    assert!(house.sim.snapshot("blue").unwrap().traffic.requests > before);
}

#[tokio::test(flavor = "multi_thread")]
async fn h1_heat_protection_acts_with_hands_off_and_goes_back_when_it_is_cool() {
    let house = TestHouse::new(vec![one("blue", Generation::V2_12)]).await;
    let blue = house.add("blue").await;
    house.minutes(5).await;
    house.engine.set_operation_mode(OperationMode::Paused, &house.ana).await.unwrap();
    house.sim.fault("blue", Fault::Overheat).await.unwrap();
    house.minutes(3).await;
    let hot = house.sim.snapshot("blue").unwrap();
    assert!((hot.truth.frequency_mhz - 400.0).abs() < 1.0, "lowest mode, not {} MHz", hot.truth.frequency_mhz);
    // The way back is not safety's: it waits for hands on.
    house.sim.clear_faults("blue").await.unwrap();
    house.minutes(20).await;
    assert!(house.sim.snapshot("blue").unwrap().truth.overheat_mode);
    house.engine.set_operation_mode(OperationMode::DryRun, &house.ana).await.unwrap();
    house.minutes(5).await;
    let cool = house.sim.snapshot("blue").unwrap().truth;
    assert!(!cool.overheat_mode);
    assert!((cool.frequency_mhz - 525.0).abs() < 1.0, "{} MHz", cool.frequency_mhz);
    assert_eq!(house.engine.miner(blue).unwrap().heat.trips.len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn h1_what_heat_switched_off_is_switched_on_again_and_what_a_person_paused_is_not() {
    let house = TestHouse::new(vec![one("blue", Generation::V2_14), one("calm", Generation::V2_14)]).await;
    let (blue, calm) = (house.add("blue").await, house.add("calm").await);
    house.wants(calm, Want::Power(PowerState::Off), Until::Told).await;
    house.minutes(3).await;
    house.sim.heat("blue", 50.0).unwrap();
    house.minutes(10).await;
    assert!(house.sim.snapshot("blue").unwrap().truth.paused);
    house.sim.heat("blue", 20.0).unwrap();
    house.minutes(20).await;
    let blue = house.engine.miner(blue).unwrap();
    assert_eq!((blue.state, blue.observed.mode.as_ref().unwrap().as_str()), (MinerState::Mining, "standard"));
    assert_eq!(house.engine.miner(calm).unwrap().state, MinerState::Paused);
}

#[tokio::test(flavor = "multi_thread")]
async fn h1_a_person_opens_the_latch_after_three_trips() {
    let house = TestHouse::new(vec![one("blue", Generation::V2_14)]).await;
    let blue = house.add("blue").await;
    for _ in 0..3 {
        house.sim.heat("blue", 52.0).unwrap();
        house.minutes(20).await;
        house.sim.heat("blue", 15.0).unwrap();
        house.minutes(40).await;
    }
    let live = house.engine.miner(blue).unwrap();
    assert!(live.heat.latched, "{}", live.sentence);
    assert_eq!(live.state, MinerState::Paused);
    house.minutes(600).await;
    assert!(house.sim.snapshot("blue").unwrap().truth.paused);
    house.wants(blue, Want::Power(PowerState::On), Until::Told).await;
    house.minutes(5).await;
    assert!(!house.sim.snapshot("blue").unwrap().truth.paused);
}

#[tokio::test(flavor = "multi_thread")]
async fn h6_turbo_is_only_for_miners_that_may_be_overclocked() {
    let house = TestHouse::new(vec![one("blue", Generation::V2_12)]).await;
    let blue = house.add("blue").await;
    let refused = house.engine.wish(blue, mode("turbo"), Until::Told, &house.ana).await;
    assert!(matches!(refused, Err(EngineError::Refused(_))), "{refused:?}");
    let may = MinerPatch { may_overclock: Some(true), ..MinerPatch::default() };
    house.engine.miner_change(blue, may, &house.ana).await.unwrap();
    let wish = house.wants(blue, mode("turbo"), Until::Told).await;
    house.minutes(3).await;
    assert_eq!(house.state_of(wish).await.0, CommandState::Confirmed);
}

#[tokio::test(flavor = "multi_thread")]
async fn h8_all_off_reaches_everybody_and_hands_off_nobody() {
    let miners = vec![one("blue", Generation::V2_14), one("old", Generation::V2_4), one("dead", Generation::V2_12)];
    let house = TestHouse::new(miners).await;
    let mut ids = vec![];
    for name in ["blue", "old", "dead"] {
        ids.push(house.add(name).await);
    }
    house.sim.fault("dead", Fault::Offline).await.unwrap();
    let answers = house.engine.all_off(&house.ana).await;
    assert_eq!(answers.len(), 3);
    house.minutes(5).await;
    assert!(house.sim.snapshot("blue").unwrap().truth.paused);
    // It cannot be switched off: the lowest mode, and it is said.
    let old = house.engine.miner(ids[1]).unwrap();
    assert!(old.sentence.as_str().contains("cannot be switched off"), "{}", old.sentence);
    assert_eq!(old.observed.mode.as_ref().unwrap().as_str(), "eco");
    house.engine.set_operation_mode(OperationMode::Paused, &house.ana).await.unwrap();
    let wish = house.wants(ids[0], Want::Power(PowerState::On), Until::Told).await;
    house.minutes(5).await;
    let (state, reason) = house.state_of(wish).await;
    assert_eq!(state, CommandState::Refused, "{reason}");
    assert!(house.sim.snapshot("blue").unwrap().truth.paused);
}

#[tokio::test(flavor = "multi_thread")]
async fn s8_another_device_at_the_address_gets_no_command_and_gives_no_samples() {
    let house = TestHouse::new(vec![one("blue", Generation::V2_12)]).await;
    let blue = house.add("blue").await;
    house.minutes(2).await;
    let before = house.engine.miner(blue).unwrap().latest.clone().unwrap().at;
    house.sim.fault("blue", Fault::OtherDevice).await.unwrap();
    let wish = house.wants(blue, mode("eco"), Until::Told).await;
    house.minutes(30).await;
    let live = house.engine.miner(blue).unwrap();
    assert_eq!(live.state, MinerState::Unknown, "{}", live.sentence);
    assert_eq!(live.latest.as_ref().unwrap().at, before);
    assert!(house.sim.snapshot("blue").unwrap().writes.is_empty());
    house.sim.clear_faults("blue").await.unwrap();
    house.minutes(90).await;
    // The first try is answered; the wish stands, and is carried out once the right device is back.
    let (state, reason) = house.state_of(wish).await;
    assert_eq!(state, CommandState::Failed);
    assert!(reason.contains("nothing was written"), "{reason}");
    assert_eq!(house.engine.miner(blue).unwrap().observed.mode.as_ref().unwrap().as_str(), "eco");
}

#[tokio::test(flavor = "multi_thread")]
async fn s8_the_same_device_is_not_added_twice() {
    let house = TestHouse::new(vec![one("blue", Generation::V2_12)]).await;
    let blue = house.add("blue").await;
    let address = house.sim.address("blue").unwrap();
    let again = hmm_engine::AddMiner {
        name: "green".into(),
        address: address.ip().to_string(),
        port: Some(address.port()),
        family: None,
        credentials: hmm_domain::port::Credentials::default(),
        tags: vec![],
        verify: true,
    };
    let outcome = house.engine.miner_add(again, &house.ana).await;
    assert!(matches!(outcome, Err(EngineError::IdentityKnown(id)) if id == blue), "{outcome:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn s8_a_miner_added_unseen_does_not_become_one_that_is_in_the_house_already() {
    let house = TestHouse::new(vec![one("blue", Generation::V2_14)]).await;
    house.add("blue").await;
    let address = house.sim.address("blue").unwrap();
    let unseen = hmm_engine::AddMiner {
        name: "green".into(),
        address: address.ip().to_string(),
        port: Some(address.port()),
        family: Some(hmm_domain::FamilyId::new("axeos")),
        credentials: hmm_domain::port::Credentials::default(),
        tags: vec![],
        verify: false,
    };
    let green = house.engine.miner_add(unseen, &house.ana).await.unwrap();
    house.minutes(5).await;
    let live = house.engine.miner(green).unwrap();
    assert_eq!(live.miner.identity, hmm_domain::miner::Identity::None);
    assert_eq!((live.state, &live.latest), (MinerState::Unknown, &None));
}

#[tokio::test(flavor = "multi_thread")]
async fn h5_a_paused_device_is_woken_before_it_leaves_the_house() {
    let house = TestHouse::new(vec![one("blue", Generation::V2_14)]).await;
    let blue = house.add("blue").await;
    let off = house.wants(blue, Want::Power(PowerState::Off), Until::Told).await;
    let eco = house.wants(blue, mode("eco"), Until::Told).await;
    house.minutes(3).await;
    house.engine.miner_remove(blue, LeaveAs::AsFound, false, &house.ana).await.unwrap();
    house.minutes(3).await;
    let truth = house.sim.snapshot("blue").unwrap().truth;
    assert!(!truth.paused);
    assert!((truth.frequency_mhz - 525.0).abs() < 1.0, "{}", truth.frequency_mhz);
    assert_eq!(house.state_of(off).await.0, CommandState::Confirmed);
    assert_eq!(house.state_of(eco).await.0, CommandState::Superseded);
}
