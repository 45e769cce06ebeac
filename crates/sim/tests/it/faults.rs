//! Every fault as the socket shows it.

use crate::client::Answer;
use crate::{Client, Street};
use expect_test::expect;
use hmm_sim::{Fault, Generation};
use serde_json::Value;
use std::fmt::Write as _;
use std::io::ErrorKind;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

const INFO: &str = "GET /api/system/info HTTP/1.1\r\nHost: miner\r\nConnection: close\r\n\r\n";

async fn street_with(fault: Fault) -> (Street, Client) {
    let street = Street::with(Generation::V2_12).await;
    street.sim.fault("kitchen", fault).await.expect("known");
    let client = street.kitchen();
    (street, client)
}

async fn info(client: Client) -> Answer {
    client.get("/api/system/info").await
}

#[tokio::test]
async fn offline_refuses_connections_and_the_device_goes_on_working() {
    let (street, client) = street_with(Fault::Offline).await;
    assert_eq!(client.connect().await.expect_err("closed").kind(), ErrorKind::ConnectionRefused);
    street.advance(600).await;
    assert!(street.sim.snapshot("kitchen").expect("known").truth.energy_mj > 10_000_000);
    street.sim.clear_faults("kitchen").await.expect("known");
    assert_eq!(info(client).await.status, 200);
}

#[tokio::test]
async fn silent_takes_the_request_and_never_answers_and_time_goes_on() {
    let (street, client) = street_with(Fault::Silent).await;
    let mut stream = client.connect().await.expect("open");
    stream.write_all(INFO.as_bytes()).await.expect("sent");
    while street.sim.snapshot("kitchen").expect("known").traffic.requests == 0 {
        tokio::task::yield_now().await;
    }
    street.advance(3600).await;
    let nothing = stream.try_read(&mut [0; 16]).expect_err("nothing there");
    assert_eq!(nothing.kind(), ErrorKind::WouldBlock);
}

#[tokio::test]
async fn reset_ends_the_connection_hard_and_does_not_act() {
    let (street, client) = street_with(Fault::Reset).await;
    let error = client.send("PATCH", "/api/system", r#"{"frequency":400}"#).await.expect_err("reset");
    assert_eq!(error.kind(), ErrorKind::ConnectionReset);
    let snapshot = street.sim.snapshot("kitchen").expect("known");
    assert_eq!((snapshot.truth.flash_writes, snapshot.writes.len()), (0, 0));
}

#[tokio::test]
async fn slow_comes_in_drips() {
    let (_street, client) = street_with(Fault::Slow { first_byte_ms: 20, drip_ms: 1 }).await;
    let mut stream = client.connect().await.expect("open");
    stream.write_all(INFO.as_bytes()).await.expect("sent");
    let mut first = [0; 4096];
    assert!(stream.read(&mut first).await.expect("read") < 400, "not at once");
    let mut rest = Vec::new();
    stream.read_to_end(&mut rest).await.expect("read");
    assert!(rest.ends_with(b"}"));
}

#[tokio::test]
async fn latency_delays_a_whole_reply() {
    let (_street, client) = street_with(Fault::Latency { ms: 5 }).await;
    assert_eq!(info(client).await.status, 200);
}

#[tokio::test]
async fn truncated_is_well_formed_http_with_half_a_json() {
    let (_street, client) = street_with(Fault::Truncated).await;
    let reply = info(client).await;
    assert!(reply.head.contains(&format!("Content-Length: {}\r\n", reply.body.len())));
    assert!(serde_json::from_str::<Value>(&reply.body).is_err());
}

#[tokio::test]
async fn cut_off_announces_more_than_it_sends() {
    let (_street, client) = street_with(Fault::CutOff).await;
    let reply = info(client).await;
    let announced = reply.head.split("Content-Length: ").nth(1).and_then(|rest| rest.split("\r\n").next());
    let announced: usize = announced.and_then(|length| length.parse().ok()).expect("a length");
    assert!(reply.body.len() < announced);
}

#[tokio::test]
async fn a_redirect_or_a_refusal_stands_where_info_was() {
    let (street, client) = street_with(Fault::Redirect302).await;
    assert_eq!(info(client).await.line(), "302 Redirect to the captive portal");
    assert_eq!(client.get("/api/system/asic").await.status, 200);
    street.sim.clear_faults("kitchen").await.expect("known");
    street.sim.fault("kitchen", Fault::Unauthorized401).await.expect("known");
    assert_eq!(info(client).await.line(), "401 Unauthorized");
    assert_eq!(client.patch(r#"{"frequency":400}"#).await.status, 401);
    assert_eq!(street.sim.snapshot("kitchen").expect("known").truth.flash_writes, 0);
}

#[tokio::test]
async fn wrong_types_keep_the_identity_and_nothing_else() {
    let (_street, client) = street_with(Fault::WrongTypes).await;
    let info = info(client).await.json();
    assert!(info["macAddr"].is_string() && info["ASICModel"].is_string());
    assert!(info["hashRate"].is_string() && info["uptimeSeconds"].is_string() && info["stratumURL"].is_number());
    assert!(info["sharesRejectedReasons"].is_object());
}

#[tokio::test]
async fn absurd_numbers_are_told_with_a_straight_face() {
    let (_street, client) = street_with(Fault::Absurd).await;
    let body = info(client).await.body;
    for absurd in
        [r#""hashRate":1e300"#, r#""uptimeSeconds":-1"#, r#""responseTime":15702638.526"#, r#""bestDiff":"nan""#]
    {
        assert!(body.contains(absurd), "{absurd} in {body}");
    }
}

#[tokio::test]
async fn a_huge_body_is_ten_megabytes_of_valid_json() {
    let (_street, client) = street_with(Fault::HugeBody).await;
    let reply = info(client).await;
    assert!(reply.body.len() > 10_000_000 && reply.json()["macAddr"].is_string());
}

#[tokio::test]
async fn an_endless_body_goes_on_until_the_caller_hangs_up() {
    let (street, client) = street_with(Fault::EndlessBody).await;
    let mut stream = client.connect().await.expect("open");
    stream.write_all(INFO.as_bytes()).await.expect("sent");
    let mut read = 0;
    let mut part = vec![0; 65_536];
    while read < 3_000_000 {
        read += stream.read(&mut part).await.expect("more");
    }
    drop(stream);
    street.sim.clear_faults("kitchen").await.expect("known");
    assert_eq!(info(client).await.status, 200);
}

#[tokio::test]
async fn random_bytes_are_no_http() {
    let (_street, client) = street_with(Fault::RandomBytes).await;
    let bytes = client.raw(INFO).await.expect("bytes");
    assert!(bytes.len() == 512 && !bytes.starts_with(b"HTTP"));
}

#[tokio::test]
async fn another_device_at_the_address_has_another_mac() {
    let (street, client) = street_with(Fault::OtherDevice).await;
    let mac = info(client).await.json()["macAddr"].clone();
    assert_ne!(mac, street.sim.snapshot("kitchen").expect("known").truth.mac.as_str());
}

#[tokio::test]
async fn writes_can_be_ignored_refused_or_left_unanswered() {
    let mut lines = String::new();
    for fault in [Fault::IgnoreWrites, Fault::RefuseWrites, Fault::DropAfterWrite] {
        let (street, client) = street_with(fault).await;
        let outcome = match client.send("PATCH", "/api/system", r#"{"frequency":400}"#).await {
            Ok(reply) => reply.line(),
            Err(error) => format!("{:?}", error.kind()),
        };
        let snapshot = street.sim.snapshot("kitchen").expect("known");
        let write = &snapshot.writes[0];
        let _ = writeln!(
            lines,
            "{fault:?}: {outcome:?}, stored {} MHz, recorded {} acted {}",
            snapshot.truth.frequency_mhz, write.status, write.acted
        );
    }
    expect![[r#"
        IgnoreWrites: "200 ", stored 525 MHz, recorded 200 acted false
        RefuseWrites: "400 Wrong API input", stored 525 MHz, recorded 400 acted false
        DropAfterWrite: "UnexpectedEof", stored 400 MHz, recorded 200 acted true
    "#]]
    .assert_eq(&lines);
}

#[tokio::test]
async fn overheat_trips_at_once_and_needs_clearing_on_the_device() {
    let (street, client) = street_with(Fault::Overheat).await;
    street.sim.clear_faults("kitchen").await.expect("known");
    street.advance(5).await;
    let tripped = info(client).await.json();
    assert_eq!(
        (&tripped["overheat_mode"], &tripped["frequency"], &tripped["temp"]),
        (&1.into(), &50.into(), &(-1).into())
    );
    client.patch(r#"{"overheat_mode":0,"frequency":525,"coreVoltage":1150,"autofanspeed":1}"#).await;
    client.post("/api/system/restart").await;
    street.advance(60).await;
    assert!(street.sim.snapshot("kitchen").expect("known").truth.hashing);
}

#[tokio::test]
async fn stuck_shares_answer_with_the_same_counters() {
    let (street, client) = street_with(Fault::StuckShares).await;
    let first = info(client).await.json();
    street.advance(600).await;
    let later = info(client).await.json();
    for still in ["sharesAccepted", "hashRate", "bestSessionDiff"] {
        assert_eq!(first[still], later[still], "{still}");
    }
    assert_ne!(first["uptimeSeconds"], later["uptimeSeconds"]);
}

#[tokio::test]
async fn rejected_shares_come_with_their_reasons() {
    let (street, client) = street_with(Fault::RejectShares).await;
    street.advance(3600).await;
    let info = info(client).await.json();
    let reasons = info["sharesRejectedReasons"].as_array().expect("a list");
    let counted: i64 = reasons.iter().map(|reason| reason["count"].as_i64().expect("a count")).sum();
    assert_eq!(info["sharesRejected"].as_i64(), Some(counted));
    assert!(reasons.iter().any(|reason| reason["message"] == "Stale") && counted > 200);
}

#[tokio::test]
async fn a_dead_primary_pool_shows_the_fallback() {
    let (street, client) = street_with(Fault::PoolDown).await;
    assert_eq!(info(client).await.json()["isUsingFallbackStratum"], 1);
    assert_eq!(street.sim.snapshot("kitchen").expect("known").truth.pool.url, "backup.example.org");
}
