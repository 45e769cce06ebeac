//! What the house does without being asked: looks round on a schedule, and adds what is new (S9).

use crate::harness::{Street, TestHouse};
use hmm_domain::job::JobState;
use hmm_domain::miner::MinerState;
use hmm_engine::EngineError;
use hmm_engine::discovery::AUTO_ADD_MAX;
use hmm_sim::{Generation, MinerSpec, Model};
use std::net::Ipv4Addr;
use std::sync::Arc;

fn gamma(street: u8, place: u8) -> MinerSpec {
    let ip = Ipv4Addr::new(127, 84, street, place);
    MinerSpec::new(&format!("m{place}"), Model::Gamma, Generation::V2_12, ip)
}

async fn on_a_street(street: u8, miners: Vec<MinerSpec>) -> (TestHouse, Arc<Street>) {
    let (house, seen) = (TestHouse::new(miners).await, Street::new(street));
    house.engine.stand_in(Arc::clone(&seen) as _);
    (house, seen)
}

/// How the looks round ended so far.
async fn looks(house: &TestHouse) -> Vec<JobState> {
    house.store.job_list(None, 100).await.unwrap().iter().map(|job| job.state).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_house_looks_round_by_itself_only_when_somebody_has_said_how_often() {
    let (mut house, seen) = on_a_street(40, vec![gamma(40, 1)]).await;
    house.minutes(24 * 60).await;
    assert!(looks(&house).await.is_empty());
    for wrong in [0, 169] {
        let refused = house.engine.set_discovery_settings(Some(wrong), false, &house.ana).await;
        assert!(matches!(refused, Err(EngineError::Invalid { .. })), "{refused:?}");
    }
    house.minutes(20).await;
    house.engine.set_discovery_settings(Some(2), false, &house.ana).await.unwrap();
    house.minutes(119).await;
    assert!(looks(&house).await.is_empty(), "counted from when it was said");
    // A busy disk may refuse the first try: the next is half a minute later.
    house.minutes(2).await;
    assert_eq!(looks(&house).await, [JobState::Done]);
    assert_eq!(house.engine.discovery_found().len(), 1);

    // A restart neither repeats a round nor loses one.
    house.restart().await;
    house.engine.stand_in(Arc::clone(&seen) as _);
    house.minutes(60).await;
    assert_eq!(looks(&house).await.len(), 1);
    house.minutes(60).await;
    assert_eq!(looks(&house).await.len(), 2);
    house.engine.set_discovery_settings(None, false, &house.ana).await.unwrap();
    house.minutes(24 * 60).await;
    assert_eq!(looks(&house).await.len(), 2);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_round_with_nowhere_to_look_says_so() {
    let house = TestHouse::new(vec![]).await;
    house.engine.set_discovery_settings(Some(1), false, &house.ana).await.unwrap();
    house.minutes(61).await;
    let jobs = house.store.job_list(None, 10).await.unwrap();
    let why = jobs[0].error.as_ref().unwrap().as_str();
    assert!(jobs[0].state == JobState::Failed && why.contains("enter a range"), "{why}");
}

#[tokio::test(flavor = "multi_thread")]
async fn s9_what_is_new_is_added_disabled_and_no_more_than_ten_a_day() {
    let mut miners: Vec<_> = (1..=12).map(|place| gamma(41, place)).collect();
    // Two that say the same MAC, and one that says none.
    miners.extend([20, 21].map(|place| MinerSpec { mac: "02:84:00:00:00:41".into(), ..gamma(41, place) }));
    miners.push(MinerSpec { mac: "00:00:00:00:00:00".into(), ..gamma(41, 30) });
    let (mut house, seen) = on_a_street(41, miners).await;
    house.look_round().await;
    assert_eq!(house.engine.miners().len(), 0, "off unless somebody said so");

    house.engine.set_discovery_settings(None, true, &house.ana).await.unwrap();
    house.look_round().await;
    let added = house.engine.miners();
    assert_eq!(added.len(), AUTO_ADD_MAX);
    for live in &added {
        assert!(!live.miner.enabled && live.state == MinerState::Disabled, "{}", live.miner.name);
        assert!(house.store.secret_get(&format!("miner:{}:credentials", live.miner.id)).await.unwrap().is_none());
    }
    assert!(house.told().await.contains(&"auto_add_full".to_owned()));

    house.restart().await;
    house.engine.stand_in(Arc::clone(&seen) as _);
    house.minutes(23 * 60).await;
    house.look_round().await;
    assert_eq!(house.engine.miners().len(), AUTO_ADD_MAX, "the day is not over");
    house.minutes(61).await;
    house.look_round().await;
    let added = house.engine.miners();
    assert_eq!(added.len(), 12, "who is disputed, or does not say who it is, waits for a person");
    let places: Vec<u8> =
        added.iter().map(|live| live.miner.address.rsplit('.').next().unwrap().parse().unwrap()).collect();
    assert!(places.iter().all(|place| *place <= 12), "{places:?}");
    for one in house.sim.snapshots() {
        assert_eq!(one.writes.len(), 0, "{}", one.truth.name);
    }

    let found = house.engine.discovery_found();
    let disputed = found.iter().find(|one| one.claimants.len() == 2).unwrap();
    let refused = house.engine.discovery_add(disputed.id, None, vec![], &house.ana).await;
    assert!(matches!(refused, Err(EngineError::Refused(_))), "{refused:?}");
}
