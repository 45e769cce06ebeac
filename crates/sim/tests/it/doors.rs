//! Doors: reboots, plugs, one connection at a time, and time that waits for an exchange.

use crate::{START, Street, kitchen};
use hmm_domain::port::Clock;
use hmm_sim::{Generation, MinerSpec, Model, PowerState, SimError, bench_fleet, demo_fleet};
use std::io::ErrorKind;
use std::net::Ipv4Addr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const INFO: &str = "GET /api/system/info HTTP/1.1\r\nHost: miner\r\n\r\n";

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restart_is_answered_then_the_door_closes_and_opens_again() {
    let street = Street::with(Generation::V2_12).await;
    let miner = street.kitchen();
    street.advance(60).await;
    assert_eq!(miner.post("/api/system/restart").await.line(), "200 System will restart shortly.");
    assert_eq!(miner.get("/api/system/info").await.status, 200, "still there for a second");
    street.advance(1).await;
    assert_eq!(miner.connect().await.expect_err("closed").kind(), ErrorKind::ConnectionRefused);
    street.advance(19).await;
    assert_eq!(miner.connect().await.expect_err("closed").kind(), ErrorKind::ConnectionRefused);
    street.advance(1).await;
    let info = miner.info().await;
    assert_eq!((info["uptimeSeconds"].as_i64(), info["hashRate"].as_f64()), (Some(20), Some(0.0)));
}

#[tokio::test]
async fn an_open_connection_dies_with_the_device() {
    let street = Street::with(Generation::V2_12).await;
    let mut held = street.kitchen().connect().await.expect("open");
    street.sim.plug("kitchen", false).await.expect("a plug");
    let mut byte = [0];
    let outcome = held.read(&mut byte).await;
    assert!(matches!(outcome, Ok(0) | Err(_)), "{outcome:?}");
    assert_eq!(street.sim.snapshot("kitchen").expect("known").truth.power, PowerState::Off);
    street.sim.plug("kitchen", true).await.expect("a plug");
    assert!(street.kitchen().connect().await.is_err(), "booting");
    street.advance(20).await;
    assert_eq!(street.kitchen().get("/api/system/info").await.status, 200);
}

#[tokio::test]
async fn a_connection_can_be_kept_and_used_again() {
    let street = Street::with(Generation::V2_15).await;
    let mut stream = street.kitchen().connect().await.expect("open");
    for _ in 0..3 {
        stream.write_all(INFO.as_bytes()).await.expect("sent");
        assert_eq!(crate::client::read_reply(&mut stream).await.expect("a reply").status, 200);
    }
    let traffic = street.sim.snapshot("kitchen").expect("known").traffic;
    assert_eq!((traffic.requests, traffic.connections, traffic.connections_at_once_max), (3, 1, 1));
}

#[tokio::test]
async fn callers_one_after_the_other_are_never_counted_together() {
    let street = Street::with(Generation::V2_12).await;
    for _ in 0..50 {
        street.kitchen().get("/api/system/info").await;
        // Kept open by the device, closed by the caller.
        let mut stream = street.kitchen().connect().await.expect("open");
        stream.write_all(INFO.as_bytes()).await.expect("sent");
        assert!(stream.read(&mut [0; 64]).await.expect("read") > 0);
    }
    let traffic = street.sim.snapshot("kitchen").expect("known").traffic;
    assert_eq!((traffic.connections, traffic.connections_at_once_max, traffic.requests_at_once_max), (100, 1, 1));
}

#[tokio::test]
async fn two_callers_at_once_are_noticed() {
    let street = Street::with(Generation::V2_12).await;
    let first = street.kitchen().connect().await.expect("open");
    street.kitchen().get("/api/system/info").await;
    street.kitchen().get("/api/system/info").await;
    drop(first);
    assert_eq!(street.sim.snapshot("kitchen").expect("known").traffic.connections_at_once_max, 2);
}

#[tokio::test]
async fn time_waits_while_a_request_is_being_answered() {
    let mut spec = kitchen(Generation::V2_12);
    spec.latency = Duration::from_millis(30);
    let street = Street::of(vec![spec]).await;
    let mut stream = street.kitchen().connect().await.expect("open");
    stream.write_all(INFO.as_bytes()).await.expect("sent");
    // Begun as soon as the device counts it; from then on the clock cannot pass it.
    while street.sim.snapshot("kitchen").expect("known").traffic.requests == 0 {
        tokio::task::yield_now().await;
    }
    street.advance(3600).await;
    let mut reply = vec![0; 64];
    assert!(stream.try_read(&mut reply).expect("answered before the hour passed") > 0);
    assert_eq!(street.clock.now(), START + Duration::from_hours(1));
}

#[tokio::test]
async fn the_meter_and_the_writes_can_be_read_beside_the_protocol() {
    let street = Street::with(Generation::V2_12).await;
    street.advance(3600).await;
    let snapshot = street.sim.snapshot("kitchen").expect("known");
    assert!((64_000_000..66_000_000).contains(&snapshot.truth.energy_mj), "{}", snapshot.truth.energy_mj);
    assert!(snapshot.writes.is_empty() && snapshot.traffic.requests == 0);
    assert!(matches!(street.sim.snapshot("moon"), Err(SimError::NoSuchMiner(name)) if name == "moon"));
}

#[tokio::test]
async fn every_model_of_the_demo_runs_cool_enough_and_answers() {
    let street = Street::of(demo_fleet()).await;
    street.advance(1800).await;
    for (name, address) in street.sim.names().into_iter().zip(street.sim.addresses()) {
        let info = crate::Client::at(address).info().await;
        assert_eq!(info["overheat_mode"], 0, "{name}");
        let (rate, temp) = (info["hashRate"].as_f64(), info["temp"].as_f64());
        assert!(rate.is_some_and(|rate| rate > 300.0), "{name} {rate:?}");
        assert!(temp.is_some_and(|temp| (35.0..66.0).contains(&temp)), "{name} {temp:?}");
    }
}

#[tokio::test]
async fn a_stopped_neighbourhood_leaves_its_addresses() {
    let street = Street::with(Generation::V2_12).await;
    let address = street.sim.address("kitchen").expect("known");
    street.sim.stop().await;
    assert!(street.kitchen().connect().await.is_err());
    street.sim.plug("kitchen", false).await.expect("does not wait for a door that is gone");
    let again = MinerSpec::new("kitchen", Model::Gt, Generation::V2_15, Ipv4Addr::new(127, 77, 200, 1));
    let street = Street::of(vec![again.on_port(address.port())]).await;
    assert_eq!(street.kitchen().info().await["boardVersion"], "801");
}

#[tokio::test]
async fn a_thousand_miners_live_on_addresses_of_their_own() {
    let street = Street::of(bench_fleet(1000, Duration::ZERO)).await;
    let addresses = street.sim.addresses();
    assert_eq!(
        (addresses[0].ip().to_string(), addresses[999].ip().to_string()),
        ("127.77.1.1".into(), "127.77.4.250".into())
    );
    for address in [addresses[0], addresses[999]] {
        assert_eq!(crate::Client::at(address).get("/api/system/info").await.status, 200);
    }
}

#[tokio::test]
async fn those_who_leave_their_port_open_share_one_as_at_home() {
    let fleet = demo_fleet();
    let homes = fleet.len();
    let street = Street::of(fleet).await;
    let port = street.sim.ports()["axeos"];
    assert_eq!(street.sim.addresses().iter().filter(|address| address.port() == port).count(), homes);

    let gamma =
        |name: &str, place| MinerSpec::new(name, Model::Gamma, Generation::V2_12, Ipv4Addr::new(127, 77, 201, place));
    let own = street.sim.ports()["axeos"];
    let odd = Street::of(vec![gamma("a", 1), gamma("b", 2), gamma("flat", 1), gamma("own", 3).on_port(own)]).await;
    let ports: Vec<_> = odd.sim.addresses().iter().map(std::net::SocketAddr::port).collect();
    assert_eq!((ports[0] == ports[1], ports[0] == ports[2], ports[3]), (true, false, own));
    assert!(odd.sim.ports().is_empty(), "they differ");
    assert!(Street::of(vec![]).await.sim.ports().is_empty());
}

#[tokio::test]
async fn two_miners_of_one_name_are_refused() {
    let clock = hmm_sim::ManualClock::new(START);
    let miners = vec![kitchen(Generation::V2_4), kitchen(Generation::V2_15)];
    let config = hmm_sim::NeighbourhoodConfig { seed: 1, miners, clock: std::sync::Arc::new(clock) };
    assert!(matches!(hmm_sim::Neighbourhood::start(config).await, Err(SimError::SameName(_))));
}
