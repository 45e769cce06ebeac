//! The Avalons from the outside: framing, both forms, joins, and what the firmware is known to get wrong.

use crate::{Client, Street};
use hmm_sim::{Avalon, Fault, MinerSpec};
use serde_json::Value;
use std::net::Ipv4Addr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};

async fn street(which: Avalon) -> (Street, Client) {
    let street = Street::of(vec![MinerSpec::avalon("kitchen", which, Ipv4Addr::new(127, 80, 1, 1))]).await;
    let client = street.kitchen();
    (street, client)
}

/// One command, one connection: everything until the device hangs up.
async fn say(client: Client, request: &str) -> Vec<u8> {
    client.raw(request).await.expect("an answer")
}

async fn text(client: Client, request: &str) -> String {
    let mut bytes = say(client, request).await;
    assert_eq!(bytes.pop(), Some(0), "a reply ends with a NUL");
    String::from_utf8(bytes).expect("text")
}

async fn json(client: Client, request: &str) -> Value {
    serde_json::from_str(&text(client, request).await).expect("JSON")
}

#[tokio::test]
async fn the_form_of_the_reply_follows_the_request() {
    let (_street, client) = street(Avalon::Nano3s).await;
    let plain = text(client, "version").await;
    assert!(plain.starts_with("STATUS=S,When=1795132800,Code=22,") && plain.contains("PROD=Avalon Nano3s"), "{plain}");
    let version = json(client, "{\"command\":\"version\"}\n").await;
    assert_eq!((&version["STATUS"][0]["Code"], &version["VERSION"][0]["MODEL"]), (&22.into(), &"Nano3s".into()));
    // A line end behind a plain command makes it another one.
    assert!(text(client, "version\n").await.contains("Code=14"));
    assert!(text(client, "ascset|0,workmode,set,1\n").await.contains("Code=120"), "not a number, with a line end");
}

#[tokio::test]
async fn reading_commands_can_be_joined_and_writing_ones_cannot() {
    let (street, client) = street(Avalon::Q).await;
    let all = json(client, r#"{"command":"version+summary+stats+pools+nonsense+switchpool"}"#).await;
    assert_eq!(all["summary"][0]["STATUS"][0]["Code"], 11);
    assert_eq!(all["pools"][0]["POOLS"].as_array().map(Vec::len), Some(3));
    assert!(all["stats"][0]["STATS"][0]["MM ID0:Summary"].as_str().is_some_and(|words| words.contains("GHSspd[")));
    assert_eq!(
        (&all["nonsense"][0]["STATUS"][0]["Code"], &all["switchpool"][0]["STATUS"][0]["Code"]),
        (&14.into(), &14.into())
    );
    assert!(street.sim.snapshot("kitchen").expect("known").writes.is_empty());
}

#[tokio::test]
async fn a_request_in_two_pieces_is_what_the_first_piece_says() {
    let (_street, client) = street(Avalon::Nano3).await;
    let mut stream = client.connect().await.expect("open");
    stream.write_all(b"vers").await.expect("sent");
    let mut reply = Vec::new();
    stream.read_to_end(&mut reply).await.expect("an answer");
    assert!(String::from_utf8_lossy(&reply).contains("Code=14"));
}

#[tokio::test]
async fn who_connects_and_keeps_silent_is_served_first_and_blocks_the_others() {
    let (street, client) = street(Avalon::Nano3).await;
    let silent = client.connect().await.expect("open");
    while street.sim.snapshot("kitchen").expect("known").traffic.connections == 0 {
        tokio::task::yield_now().await;
    }
    let mut second = client.connect().await.expect("open");
    second.write_all(b"version").await.expect("sent");
    while street.sim.snapshot("kitchen").expect("known").traffic.connections < 2 {
        tokio::task::yield_now().await;
    }
    assert_eq!(street.sim.snapshot("kitchen").expect("known").traffic.requests, 0, "nobody has been heard");
    drop(silent);
    let mut reply = Vec::new();
    second.read_to_end(&mut reply).await.expect("an answer");
    assert!(String::from_utf8_lossy(&reply).contains("PROD=Avalonnano"));
}

#[tokio::test]
async fn modes_levels_and_their_refusals() {
    let (street, client) = street(Avalon::Nano3s).await;
    let code = async |request: &str| json(client, request).await["STATUS"][0]["Code"].clone();
    let set = |words: &str| format!(r#"{{"command":"ascset","parameter":"0,{words}"}}"#);
    assert_eq!(code(&set("workmode,set,0")).await, 119);
    assert_eq!(code(&set("worklevel,set,0")).await, 120, "an option of other models");
    assert_eq!(code(&set("softoff,1:1795132805")).await, 120, "the Nano 3S has no standby");
    assert_eq!(code(&set("help")).await, 118);
    street.sim.fault("kitchen", Fault::Calibrating).await.expect("known");
    let refused = json(client, &set("workmode,set,2")).await;
    assert!(refused["STATUS"][0]["Msg"].as_str().is_some_and(|words| words.contains("caling")));
    street.advance(120).await;
    let truth = street.sim.snapshot("kitchen").expect("known").truth;
    assert!((60.0..85.0).contains(&truth.power_w), "{}", truth.power_w);
}

#[tokio::test]
async fn a_pool_is_stored_with_the_login_said_with_raw_line_breaks_and_used_after_a_restart() {
    let (street, client) = street(Avalon::Nano3).await;
    let store = |login: &str| format!("setpool|{login},0,stratum+tcp://new.example.org:4444,bc1q.rig,x");
    assert!(text(client, &store("admin,root")).await.contains("username err"));
    assert!(text(client, &store("root,root")).await.contains("userpass err"), "the Nano 3 wants it hashed");
    let stored = text(client, &store("root,ff0000ff4813494d137e1631bba301d5")).await;
    assert!(stored.contains("Code=133") && stored.contains('\n'), "{stored}");
    let pool = || street.sim.snapshot("kitchen").expect("known").truth.pool.url;
    assert_eq!(pool(), "pool.example.org");
    assert!(text(client, "ascset|0,reboot,0").await.contains("Code=120"), "the Nano 3 wants `all`");
    assert!(text(client, "ascset|0,reboot,all").await.contains("Code=119"));
    street.advance(70).await;
    assert!(client.connect().await.is_err(), "it takes more than a minute");
    street.advance(20).await;
    assert_eq!(pool(), "new.example.org");
}

#[tokio::test]
async fn in_standby_the_average_stays_and_the_rate_does_not() {
    let (street, client) = street(Avalon::Q).await;
    let off = text(client, "ascset|0,softoff,1:1795132805").await;
    assert!(off.starts_with("STATUS=I,") && off.contains("success softoff:1795132805"), "{off}");
    street.advance(600).await;
    let stats = json(client, r#"{"command":"estats"}"#).await;
    let words = stats["STATS"][0]["MM ID0:Summary"].as_str().expect("words").to_owned();
    assert!(words.contains("GHSspd[0.00]") && words.contains("TMax[0]") && words.contains("STATE[2]"), "{words}");
    let average = words.split("GHSavg[").nth(1).and_then(|rest| rest.split('.').next()).expect("an average");
    assert!(average.parse::<u32>().is_ok_and(|ghs| ghs > 40_000), "{average}");
    // Waking, it forgets to answer.
    assert!(say(client, "ascset|0,softon,1:1795133405").await.is_empty());
    street.advance(60).await;
    assert!(street.sim.snapshot("kitchen").expect("known").truth.hashing);
}

#[tokio::test]
async fn faults_bend_the_reply_as_they_bend_others() {
    let (street, client) = street(Avalon::Nano3s).await;
    let request = r#"{"command":"summary"}"#;
    let whole = say(client, request).await.len();
    for (fault, cut, nul) in [(Fault::Truncated, true, true), (Fault::CutOff, true, false)] {
        street.sim.clear_faults("kitchen").await.expect("known");
        street.sim.fault("kitchen", fault).await.expect("known");
        let bytes = say(client, request).await;
        assert_eq!((bytes.len() < whole, bytes.ends_with(&[0])), (cut, nul), "{fault:?}");
    }
    street.sim.clear_faults("kitchen").await.expect("known");
    street.sim.fault("kitchen", Fault::Unauthorized401).await.expect("known");
    assert_eq!(json(client, request).await["STATUS"][0]["Code"], 45);
}
