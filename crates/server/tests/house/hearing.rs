//! What devices call out: heard while the port can be had, a problem of the house while not.

use crate::harness::{MIDNIGHT, TestHouse};
use hmm_adapters::miners::families;
use hmm_domain::FamilyId;
use hmm_domain::port::{Clock, Credentials, DriverError, Endpoint};
use hmm_net::surroundings::{Surroundings, fixed};
use hmm_net::{Guard, Outbound};
use hmm_server::wiring::ear;
use hmm_sim::{MinerSpec, Model, Neighbourhood, NeighbourhoodConfig, NmRelease};
use std::net::{Ipv4Addr, SocketAddr, UdpSocket};
use std::sync::Arc;
use std::time::Duration;

/// Lets the other tasks of this process run until it is so.
async fn until(mut so: impl FnMut() -> bool) {
    while !so() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_taken_port_is_a_problem_that_ends_with_the_port_and_then_boards_are_heard() {
    let house = TestHouse::new(vec![]).await;
    let clock: Arc<dyn Clock> = Arc::new(house.clock.clone());
    let board = MinerSpec::new("board", Model::NmMiner, NmRelease::V0_3, Ipv4Addr::new(127, 81, 60, 1));
    let config = NeighbourhoodConfig { seed: 7, miners: vec![board], clock: Arc::clone(&clock) };
    let street = Neighbourhood::start(config).await.unwrap();
    let guard = Guard::device(vec!["127.81.60.0/24".parse().unwrap()], fixed(Surroundings::default()));
    let outbound = Outbound::device(guard).unwrap();

    let holder = UdpSocket::bind("127.0.0.1:0").unwrap();
    let door = holder.local_addr().unwrap();
    let hearing = ear::hear(outbound.clone(), Arc::clone(&clock), Arc::clone(&house.engine), door.port());
    house.engine.tasks().spawn(ear::NAME, hearing);
    let troubled = || house.engine.problems().iter().any(|problem| problem.kind == "nmminer_port_taken");
    until(troubled).await;
    assert!(clock.now() < MIDNIGHT + Duration::from_mins(1));

    drop(holder);
    house.minutes(6).await;
    until(|| !troubled()).await;
    let at = street.address("board").unwrap();
    let at = Endpoint { host: at.ip().to_string(), port: at.port() };
    let driver =
        (families(&outbound).get(&FamilyId::new("nmminer")).unwrap().connect)(at.clone(), Credentials::default());
    assert!(matches!(driver.read().await, Err(DriverError::NotRecognised(_))), "not heard yet");
    street.call("board", SocketAddr::from((Ipv4Addr::LOCALHOST, door.port()))).await.unwrap();
    let from = at.host.parse().unwrap();
    until(|| outbound.hearsay().newest(from, Duration::ZERO).is_some()).await;
    assert!(driver.read().await.unwrap().reading.hashrate.is_some());
    house.engine.stop().await;
}
