//! Miners that come back under another address, and devices that say they are one of them (S8).

use crate::harness::{Street, TestHouse};
use hmm_domain::audit::AuditFilter;
use hmm_domain::miner::Identity;
use hmm_domain::port::{Credentials, Neighbour};
use hmm_domain::{Command, CommandState, MinerId};
use hmm_engine::{EngineError, MinerPatch};
use hmm_sim::{Fault, Generation, MinerSpec, Model};
use std::net::Ipv4Addr;
use std::sync::Arc;

const MAC: &str = "02:84:00:00:00:01";

fn at(name: &str, street: u8, place: u8, mac: &str) -> MinerSpec {
    let ip = Ipv4Addr::new(127, 84, street, place);
    MinerSpec { mac: mac.into(), ..MinerSpec::new(name, Model::Gamma, Generation::V2_12, ip) }
}

/// One miner that can answer at two addresses, `here` (…1) and `there` (…2). It is a miner of the house at the first.
async fn nomad(street: u8, mac: &str) -> (TestHouse, Arc<Street>, MinerId) {
    let house = TestHouse::new(vec![at("here", street, 1, mac), at("there", street, 2, mac)]).await;
    let seen = Street::new(street);
    house.engine.stand_in(Arc::clone(&seen) as _);
    house.sim.fault("there", Fault::Offline).await.unwrap();
    let id = house.add("here").await;
    (house, seen, id)
}

/// It gets another address from the router, and the house has noticed its silence.
async fn moves(house: &TestHouse) {
    house.sim.fault("here", Fault::Offline).await.unwrap();
    house.sim.clear_faults("there").await.unwrap();
    house.minutes(10).await;
}

fn address(house: &TestHouse, id: MinerId) -> String {
    let live = house.engine.miner(id).unwrap();
    live.miner.address.rsplit('.').next().unwrap().to_owned()
}

async fn followed_by(house: &TestHouse) -> Vec<String> {
    let filter = AuditFilter { action: Some("miner.follow".into()), limit: 10, ..AuditFilter::default() };
    let rows = house.store.audit_list(&filter).await.unwrap();
    rows.into_iter().map(|row| row.entry.actor.name.to_string()).collect()
}

fn refusal<T: std::fmt::Debug>(outcome: Result<T, EngineError>) -> String {
    match outcome {
        Err(EngineError::Refused(why)) => why.to_string(),
        other => panic!("{other:?}"),
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s8_a_miner_that_moved_is_followed_when_its_old_address_is_silent_and_the_hardware_agrees() {
    let (mut house, seen, id) = nomad(20, MAC).await;
    let hardware = Neighbour::Here(Identity::from_mac(MAC).unwrap());
    seen.neighbours.lock().unwrap().insert("127.84.20.2".parse().unwrap(), hardware);
    moves(&house).await;
    let found = house.look_round().await;
    assert_eq!((found.len(), address(&house, id).as_str()), (1, "2"));
    assert_eq!(house.engine.discovery_moved(&found[0]), None, "it is where it is");
    assert_eq!(followed_by(&house).await, ["hmm"]);
    assert_eq!(house.told().await, ["miner_moved"]);
    house.minutes(2).await;
    assert!(!house.engine.miner(id).unwrap().stale, "it is polled there");
    let identify = house.asks(id, Command::Identify).await;
    house.minutes(1).await;
    assert_eq!(house.state_of(identify).await.0, CommandState::Confirmed);
    house.restart().await;
    assert_eq!(address(&house, id), "2", "and it is remembered");
}

#[tokio::test(flavor = "multi_thread")]
async fn s8_while_the_old_address_answers_nobody_is_followed_and_nothing_is_sent_to_either() {
    let (mut house, seen, id) = nomad(21, MAC).await;
    house.sim.clear_faults("there").await.unwrap();
    house.minutes(1).await;
    let found = house.look_round().await;
    let claimants: Vec<_> = found[0].claimants.iter().map(ToString::to_string).collect();
    assert_eq!((found.len(), claimants), (1, vec!["127.84.21.1".to_owned(), "127.84.21.2".to_owned()]));
    assert_eq!(address(&house, id), "1");
    let problem = |house: &TestHouse| house.engine.problems().first().map(|problem| problem.kind);
    assert_eq!(problem(&house), Some("two_claimants"));
    assert!(refusal(house.engine.discovery_follow(found[0].id, &house.ana).await).contains("2 devices say"));
    let command = house.asks(id, Command::Identify).await;
    let (state, why) = house.state_of(command).await;
    assert_eq!((state, why.as_str()), (CommandState::Refused, hmm_engine::DISPUTED));
    house.restart().await;
    house.engine.stand_in(Arc::clone(&seen) as _);
    house.minutes(1).await;
    assert_eq!(problem(&house), Some("two_claimants"), "a restart settles no dispute");
    let command = house.asks(id, Command::Restart).await;
    assert_eq!(house.state_of(command).await.0, CommandState::Refused);
    for name in ["here", "there"] {
        assert_eq!(house.sim.snapshot(name).unwrap().writes.len(), 0, "{name}");
    }
    assert_eq!(house.told().await, ["two_claimants"], "said once");

    // The other one goes. Only a look at where it was ends the dispute.
    house.sim.fault("there", Fault::Offline).await.unwrap();
    house.minutes(5).await;
    assert_eq!(problem(&house), Some("two_claimants"));
    let elsewhere = ["127.84.21.128/25".parse().unwrap()];
    let (news, store) = (house.engine.subscribe(), Arc::clone(&house.store));
    let job = house.engine.discovery_start(&elsewhere, &house.ana).await.unwrap();
    crate::harness::settled(&*store, news, job).await;
    assert_eq!(problem(&house), Some("two_claimants"), "nobody has looked there");
    house.look_round().await;
    assert_eq!(problem(&house), None);
    let command = house.asks(id, Command::Identify).await;
    house.minutes(1).await;
    assert_eq!(house.state_of(command).await.0, CommandState::Confirmed);
}

#[tokio::test(flavor = "multi_thread")]
async fn s8_an_old_address_outside_the_look_round_is_asked_before_anybody_is_followed() {
    let (house, _, id) = nomad(22, MAC).await;
    moves(&house).await;
    // It answers at its old address again, and the house has not noticed yet: the next poll is minutes away.
    house.sim.clear_faults("here").await.unwrap();
    let before = house.sim.snapshot("here").unwrap().traffic.requests;
    let only_there = ["127.84.22.2/32".parse().unwrap()];
    let (news, store) = (house.engine.subscribe(), Arc::clone(&house.store));
    let job = house.engine.discovery_start(&only_there, &house.ana).await.unwrap();
    crate::harness::settled(&*store, news, job).await;
    assert_eq!(house.sim.snapshot("here").unwrap().traffic.requests - before, 2, "asked once who it is");
    assert_eq!((address(&house, id).as_str(), house.engine.problems()[0].kind), ("1", "two_claimants"));
}

#[tokio::test(flavor = "multi_thread")]
async fn s8_what_lets_us_in_goes_to_a_new_address_only_with_a_persons_word() {
    let (house, _, id) = nomad(23, MAC).await;
    let secret = Credentials { password: Some("hunter2".into()), ..Credentials::default() };
    house.engine.miner_credentials(id, secret, &house.ana).await.unwrap();
    moves(&house).await;
    let found = house.look_round().await;
    assert_eq!(address(&house, id), "1");
    assert_eq!(house.told().await, ["miner_move_asked"]);
    let moved = house.engine.discovery_moved(&found[0]).unwrap();
    assert_eq!((moved.miner, moved.from.to_string().as_str(), moved.sure), (id, "127.84.23.1", true));
    // Where it was, a device that says the same has turned up meanwhile.
    house.sim.clear_faults("here").await.unwrap();
    assert!(refusal(house.engine.discovery_follow(found[0].id, &house.ana).await).contains("127.84.23.1"));
    house.sim.fault("here", Fault::Offline).await.unwrap();
    // Where it is, it is another by now.
    house.sim.fault("there", Fault::OtherDevice).await.unwrap();
    let other = house.engine.discovery_follow(found[0].id, &house.ana).await;
    assert!(matches!(other, Err(EngineError::Driver(_))), "{other:?}");
    house.sim.clear_faults("there").await.unwrap();
    assert_eq!(address(&house, id), "1");

    assert_eq!(house.engine.discovery_follow(found[0].id, &house.ana).await.unwrap(), id);
    assert_eq!((address(&house, id).as_str(), followed_by(&house).await), ("2", vec!["ana".to_owned()]));
    let kept = house.store.secret_get(&format!("miner:{id}:credentials")).await.unwrap();
    assert!(kept.is_some_and(|kept| kept.contains("hunter2")), "it goes with the miner");
}

#[tokio::test(flavor = "multi_thread")]
async fn s8_other_hardware_at_the_new_address_is_asked_about_not_followed() {
    let (house, seen, id) = nomad(24, MAC).await;
    let hardware = Neighbour::Here(Identity::from_mac("02:66:66:66:66:66").unwrap());
    seen.neighbours.lock().unwrap().insert("127.84.24.2".parse().unwrap(), hardware);
    moves(&house).await;
    let found = house.look_round().await;
    assert_eq!((address(&house, id).as_str(), house.told().await), ("1", vec!["miner_move_asked".to_owned()]));
    house.engine.discovery_follow(found[0].id, &house.ana).await.unwrap();
    assert_eq!(address(&house, id), "2", "a person knows of the repeater between them");
}

#[tokio::test(flavor = "multi_thread")]
async fn s8_a_disabled_miner_is_left_alone_also_when_it_moves() {
    let (house, _, id) = nomad(25, MAC).await;
    let off = MinerPatch { enabled: Some(false), ..MinerPatch::default() };
    house.engine.miner_change(id, off, &house.ana).await.unwrap();
    let before = house.sim.snapshot("here").unwrap().traffic.requests;
    moves(&house).await;
    house.look_round().await;
    assert_eq!((address(&house, id).as_str(), house.told().await), ("1", vec!["miner_move_asked".to_owned()]));
    assert_eq!(house.sim.snapshot("here").unwrap().traffic.requests, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn s8_a_miner_that_does_not_say_who_it_is_is_asked_about_and_never_followed() {
    let (house, _, id) = nomad(26, "00:00:00:00:00:00").await;
    assert_eq!(house.engine.miner(id).unwrap().miner.identity, Identity::None);
    moves(&house).await;
    let found = house.look_round().await;
    assert_eq!((found.len(), house.engine.discovery_known(&found[0])), (1, None));
    let moved = house.engine.discovery_moved(&found[0]).unwrap();
    assert_eq!((moved.miner, moved.sure, address(&house, id).as_str()), (id, false, "1"));
    house.engine.discovery_follow(found[0].id, &house.ana).await.unwrap();
    assert_eq!(address(&house, id), "2", "a person has said so");
}
