//! Dead devices, liars, and a database that is away.

use crate::harness::{TestHouse, mode, one};
use hmm_domain::miner::MinerState;
use hmm_domain::port::Clock;
use hmm_domain::wish::Until;
use hmm_domain::{CommandState, MinerId};
use hmm_sim::{Fault, Generation};

async fn kinds(house: &TestHouse, miner: MinerId) -> Vec<String> {
    let notices = house.store.event_list(None, None, None, 1_000).await.unwrap();
    notices.into_iter().rev().filter(|n| n.miner == Some(miner)).map(|n| n.kind).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_silent_device_is_offline_once_and_back_once_and_its_last_reading_stays() {
    let house = TestHouse::new(vec![one("blue", Generation::V2_12)]).await;
    let blue = house.add("blue").await;
    house.minutes(5).await;
    house.sim.fault("blue", Fault::Offline).await.unwrap();
    house.minutes(60).await;
    let live = house.engine.miner(blue).unwrap();
    assert_eq!((live.state, live.stale), (MinerState::Offline, true));
    assert!(live.latest.as_ref().unwrap().reading.hashrate.unwrap().get() > 0, "a failed poll writes no zero");
    // Backed off to one try in five minutes.
    house.sim.clear_faults("blue").await.unwrap();
    house.minutes(6).await;
    assert_eq!(house.engine.miner(blue).unwrap().state, MinerState::Mining);
    assert_eq!(kinds(&house, blue).await, ["miner_offline", "miner_online"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_device_that_takes_a_command_and_does_nothing_is_unconfirmed_and_not_hammered() {
    let house = TestHouse::new(vec![one("blue", Generation::V2_12)]).await;
    let blue = house.add("blue").await;
    house.sim.fault("blue", Fault::IgnoreWrites).await.unwrap();
    let wish = house.wants(blue, mode("eco"), Until::Told).await;
    house.minutes(3).await;
    let (state, reason) = house.state_of(wish).await;
    assert_eq!(state, CommandState::Unconfirmed, "{reason}");
    house.minutes(12 * 60).await;
    let patches = house.sim.snapshot("blue").unwrap().writes.len();
    assert_eq!(patches, 5, "five tries, then it is left alone");
    assert!(house.engine.miner(blue).unwrap().sentence.as_str().contains("left alone"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_told_in_the_devices_words_and_a_dropped_reply_is_judged_by_the_next_reading() {
    let house = TestHouse::new(vec![one("no", Generation::V2_12), one("drop", Generation::V2_12)]).await;
    let (no, drop) = (house.add("no").await, house.add("drop").await);
    house.sim.fault("no", Fault::RefuseWrites).await.unwrap();
    house.sim.fault("drop", Fault::DropAfterWrite).await.unwrap();
    let (refused, dropped) =
        (house.wants(no, mode("eco"), Until::Told).await, house.wants(drop, mode("eco"), Until::Told).await);
    house.minutes(3).await;
    let (state, reason) = house.state_of(refused).await;
    assert_eq!(state, CommandState::Failed);
    assert!(reason.contains("Wrong API input"), "{reason}");
    assert_eq!(house.state_of(dropped).await.0, CommandState::Confirmed);
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_a_device_answers_the_house_lives_and_the_others_are_polled() {
    let faults = [
        Fault::Reset,
        Fault::Truncated,
        Fault::Redirect302,
        Fault::Unauthorized401,
        Fault::WrongTypes,
        Fault::Absurd,
        Fault::HugeBody,
        Fault::RandomBytes,
    ];
    let mut miners: Vec<_> =
        faults.iter().enumerate().map(|(n, _)| one(&format!("bad{n}"), Generation::V2_14)).collect();
    miners.push(one("good", Generation::V2_12));
    let house = TestHouse::new(miners).await;
    let good = house.add("good").await;
    for (n, fault) in faults.into_iter().enumerate() {
        let name = format!("bad{n}");
        house.add(&name).await;
        house.sim.fault(&name, fault).await.unwrap();
    }
    house.minutes(30).await;
    let live = house.engine.miner(good).unwrap();
    assert_eq!((live.state, live.stale), (MinerState::Mining, false));
    for live in house.engine.miners() {
        let told = live.latest.as_ref().and_then(|latest| latest.reading.hashrate);
        assert!(told.is_none_or(|h| h.get() < 20_000_000_000_000), "{}: {told:?}", live.miner.name);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn stuck_shares_are_seen() {
    let house = TestHouse::new(vec![one("blue", Generation::V2_12)]).await;
    let blue = house.add("blue").await;
    house.minutes(5).await;
    house.sim.fault("blue", Fault::StuckShares).await.unwrap();
    house.minutes(20).await;
    assert_eq!(house.engine.miner(blue).unwrap().state, MinerState::Stuck);
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_database_nothing_is_sent_but_heat_and_everything_heals() {
    let house = TestHouse::new(vec![one("blue", Generation::V2_12), one("hot", Generation::V2_12)]).await;
    let (blue, hot) = (house.add("blue").await, house.add("hot").await);
    house.minutes(2).await;
    let end = hmm_domain::port::Clock::now(&house.clock) + std::time::Duration::from_mins(4);
    house.wants(blue, mode("eco"), Until::At(end)).await;
    house.minutes(2).await;
    let held = house.hold_database().await;
    house.sim.fault("hot", Fault::Overheat).await.unwrap();
    house.minutes(3).await;
    let truth = |name: &str| house.sim.snapshot(name).unwrap().truth;
    assert!((truth("hot").frequency_mhz - 400.0).abs() < 1.0, "heat protection does not wait");
    assert!((truth("blue").frequency_mhz - 400.0).abs() < 1.0, "the way back waits for its intent");
    assert!(house.engine.miner(hot).unwrap().latest.is_some());
    assert!(!house.engine.problems().is_empty());
    drop(held);
    house.minutes(10).await;
    assert!((truth("blue").frequency_mhz - 525.0).abs() < 1.0, "{}", truth("blue").frequency_mhz);
    assert!(house.engine.problems().is_empty(), "{:?}", house.engine.problems());
    let journal =
        hmm_domain::audit::AuditFilter { action: Some("command.journal".into()), limit: 10, ..Default::default() };
    assert_eq!(house.store.audit_list(&journal).await.unwrap().len(), 1);
    let verdict = house.store.audit_verify().await.unwrap();
    assert!(matches!(verdict, hmm_domain::audit::AuditVerdict::Whole(_)), "{verdict:?}");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_clock_that_jumps_a_day_either_way_is_said_and_stops_nothing() {
    for days in [1, -1] {
        let house = TestHouse::new(vec![one("blue", Generation::V2_12)]).await;
        let blue = house.add("blue").await;
        house.minutes(10).await;
        house.wall.set_by(days * 86_400_000);
        house.minutes(3).await;
        let live = house.engine.miner(blue).unwrap();
        assert_eq!((live.state, live.stale), (MinerState::Mining, false), "{days}: {}", live.sentence);
        let age = house.wall.now().since(live.latest.as_ref().unwrap().at);
        assert!(age <= std::time::Duration::from_secs(35), "{days}: polled {age:?} ago");
        let said = house.store.event_list(None, None, None, 100).await.unwrap();
        assert!(said.iter().any(|notice| notice.kind == "clock_jumped"), "{days}: {said:?}");
        let wish = house.wants(blue, mode("eco"), Until::Told).await;
        house.minutes(3).await;
        assert_eq!(house.state_of(wish).await.0, CommandState::Confirmed, "{days}");
        house.store.fold(house.wall.now()).await.unwrap();
    }
}
