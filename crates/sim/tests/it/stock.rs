//! The larger machines from the outside: who hears which words, and that nobody may change anything.

use crate::{Client, Street};
use hmm_sim::{Fault, MinerSpec, Model, Stock};
use serde_json::Value;
use std::net::Ipv4Addr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

async fn street(which: Stock) -> (Street, Client) {
    let street = Street::of(vec![MinerSpec::new("kitchen", Model::S19, which, Ipv4Addr::new(127, 80, 3, 1))]).await;
    let client = street.kitchen();
    (street, client)
}

async fn json(client: Client, request: &str) -> Value {
    let mut bytes = client.raw(request).await.expect("an answer");
    assert_eq!(bytes.pop(), Some(0), "a reply ends with a NUL");
    serde_json::from_slice(&bytes).expect("JSON")
}

/// The third API: the text with its length in front, both ways.
async fn framed(client: Client, request: &str) -> Vec<u8> {
    let mut stream = client.connect().await.expect("open");
    let length = u32::try_from(request.len()).expect("short").to_le_bytes();
    // In pieces: a length says where a request ends, not a segment.
    stream.write_all(&length).await.expect("sent");
    stream.write_all(request.as_bytes()).await.expect("sent");
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).await.expect("an answer");
    reply
}

#[tokio::test]
async fn each_maker_hears_its_own_words() {
    let code = |reply: &Value| match &reply["STATUS"] {
        Value::Array(status) => status[0]["Code"].clone(),
        _ => reply["Code"].clone(),
    };
    let (_street, antminer) = street(Stock::Antminer).await;
    let all = json(antminer, r#"{"command":"version+summary"}"#).await;
    assert_eq!(all["version"][0]["VERSION"][0]["Type"], "Antminer S19 Pro");
    assert!(all["summary"][0]["SUMMARY"][0]["GHS 5s"].is_string(), "a number in quotes");
    assert_eq!(code(&json(antminer, r#"{"cmd":"summary"}"#).await), 24);
    let (_street, braiins) = street(Stock::BraiinsOs).await;
    assert_eq!(code(&json(braiins, r#"{"command":"version+summary"}"#).await), 14, "it knows no joins");
    assert!(json(braiins, r#"{"command":"tunerstatus"}"#).await["TUNERSTATUS"][0]["PowerLimit"].is_number());
    let (_street, whatsminer) = street(Stock::Whatsminer).await;
    assert_eq!(code(&json(whatsminer, r#"{"command":"summary"}"#).await), 14);
    assert!(json(whatsminer, r#"{"cmd":"summary"}"#).await["SUMMARY"][0]["Power"].is_number());
}

#[tokio::test]
async fn the_third_api_has_lengths_in_front_and_signs_what_changes_something() {
    let (street, client) = street(Stock::Whatsminer3).await;
    let reply = framed(client, r#"{"cmd":"get.device.info"}"#).await;
    let (length, text) = reply.split_first_chunk().expect("a length");
    assert_eq!(u32::from_le_bytes(*length) as usize, text.len());
    let device: Value = serde_json::from_slice(text).expect("JSON");
    assert_eq!((&device["code"], &device["msg"]["miner"]["type"]), (&0.into(), &"M60S_VK40".into()));
    let denied = framed(client, r#"{"cmd":"set.system.reboot"}"#).await;
    assert_eq!(serde_json::from_slice::<Value>(&denied[4..]).expect("JSON")["code"], -4);
    let snapshot = street.sim.snapshot("kitchen").expect("known");
    assert_eq!((snapshot.writes.len(), snapshot.writes[0].acted, snapshot.truth.restarts), (1, false, 0));
    street.sim.fault("kitchen", Fault::CutOff).await.expect("known");
    let cut = framed(client, r#"{"cmd":"get.device.info"}"#).await;
    let (length, text) = cut.split_first_chunk().expect("a length");
    assert!((u32::from_le_bytes(*length) as usize) > text.len(), "more is announced than comes");
}

#[tokio::test]
async fn nobody_may_change_anything() {
    for which in [Stock::Antminer, Stock::Vnish, Stock::BraiinsOs, Stock::LuxOs, Stock::Cgminer] {
        let (street, client) = street(which).await;
        let denied = json(client, r#"{"command":"switchpool","parameter":"1"}"#).await;
        assert_eq!(denied["STATUS"][0]["Code"], 45, "{which:?}");
        let snapshot = street.sim.snapshot("kitchen").expect("known");
        assert_eq!((snapshot.writes.len(), snapshot.writes[0].acted), (1, false));
        assert_eq!(snapshot.truth.pool.url, "pool.example.org");
    }
}
