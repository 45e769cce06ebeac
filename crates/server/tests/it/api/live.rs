//! The live feed on a real socket.

use super::desk::{Desk, gamma, problem};
use futures_util::StreamExt;
use hmm_domain::event::HouseEvent;
use hmm_domain::{MinerId, Role};
use hmm_server::wiring::http::Limits;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async};

type Socket = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub(super) async fn open(at: SocketAddr, key: (&'static str, String), origin: Option<&str>) -> Result<Socket, u16> {
    let mut request = format!("ws://{at}/ws/updates").into_client_request().unwrap();
    request.headers_mut().insert(key.0, key.1.parse().unwrap());
    if let Some(origin) = origin {
        request.headers_mut().insert("origin", origin.parse().unwrap());
    }
    match connect_async(request).await {
        Ok((socket, _)) => Ok(socket),
        Err(Error::Http(response)) => Err(response.status().as_u16()),
        Err(other) => panic!("{other}"),
    }
}

async fn viewer(at: SocketAddr, token: &str) -> Socket {
    open(at, ("authorization", format!("Bearer {token}")), Some(&format!("http://{at}"))).await.unwrap()
}

/// The next message; what the network layer says to itself is skipped.
pub(super) async fn next<S: AsyncRead + AsyncWrite + Unpin>(socket: &mut WebSocketStream<S>) -> Option<Value> {
    loop {
        match socket.next().await? {
            Ok(Message::Text(text)) => return Some(serde_json::from_str(text.as_str()).unwrap()),
            Ok(Message::Close(_)) | Err(_) => return None,
            Ok(_) => {}
        }
    }
}

async fn until<S: AsyncRead + AsyncWrite + Unpin>(socket: &mut WebSocketStream<S>, kind: &str) -> Value {
    loop {
        let message = next(socket).await.unwrap_or_else(|| panic!("the feed ended before {kind}"));
        if message["type"] == kind {
            return message;
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_gets_a_snapshot_and_then_numbered_messages_without_a_gap() {
    let desk = Desk::with(vec![gamma("blue")], |_| {}).await;
    let id = desk.add("blue").await;
    desk.seconds(60).await;
    let at = desk.listen().await;
    let mut socket = viewer(at, &desk.operator).await;
    let first = next(&mut socket).await.unwrap();
    assert_eq!((&first["type"], &first["epoch"], &first["seq"]), (&json!("snapshot"), &json!(42), &json!(0)));
    assert_eq!((&first["miners"][0]["id"], &first["miners_total"]), (&json!(id), &json!(1)));
    assert_eq!(first["system"]["mode"], "dry_run");
    let shown = desk.get(&format!("/api/miners/{id}")).token(&desk.viewer).send().await.json();
    assert_eq!(first["miners"][0], shown, "the same miner in the feed and in the list");
    let taken = desk.post(&format!("/api/miners/{id}/mode")).token(&desk.operator).json(&json!({ "mode": "eco" }));
    let command = taken.send().await.json()["command_id"].clone();
    desk.ask("PUT", "/api/system/mode").token(&desk.operator).json(&json!({ "mode": "live" })).send().await;
    let (mut seq, mut kinds) = (0, BTreeSet::new());
    let reading = async {
        while kinds.len() < 6 {
            let message = next(&mut socket).await.unwrap();
            seq += 1;
            assert_eq!(message["seq"], seq, "{message}");
            match message["type"].as_str().unwrap() {
                "reading" => assert_eq!(message["items"][0]["miner_id"], id),
                "command" => assert_eq!(message["command"]["id"], command),
                "event" => assert_eq!(message["event"]["kind"], "operation_mode"),
                "system" => assert_eq!(message["system"]["mode"], "live"),
                "miner" | "ping" => {}
                other => panic!("{other}"),
            }
            kinds.insert(message["type"].as_str().unwrap().to_owned());
        }
    };
    tokio::join!(reading, desk.seconds(60));
}

#[tokio::test(flavor = "multi_thread")]
async fn s5_the_feed_needs_our_own_origin_and_a_key() {
    let desk = Desk::new().await;
    let ada = desk.person("ada", Role::Viewer).await;
    let at = desk.listen().await;
    let own = format!("http://{at}");
    let key = || ("cookie", ada.clone());
    assert!(open(at, key(), Some(&own)).await.is_ok());
    for origin in
        [None, Some("null"), Some("http://evil.example"), Some("http://127.0.0.1:1"), Some("https://127.0.0.1")]
    {
        assert_eq!(open(at, key(), origin).await.err(), Some(403), "{origin:?}");
    }
    let token = || ("authorization", format!("Bearer {}", desk.viewer));
    assert_eq!(open(at, token(), None).await.err(), Some(403), "with a token too");
    assert_eq!(open(at, ("x-nothing", "1".into()), Some(&own)).await.err(), Some(401));
    let plain = desk.get("/ws/updates").cookie(&ada).send().await;
    assert_eq!(plain.is(), problem(422, "invalid"), "no upgrade");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_viewer_sees_no_commands_no_events_and_no_jobs() {
    let desk = Desk::with(vec![gamma("blue")], |_| {}).await;
    let id = desk.add("blue").await;
    desk.seconds(60).await;
    let at = desk.listen().await;
    let (mut low, mut high) = (viewer(at, &desk.viewer).await, viewer(at, &desk.operator).await);
    until(&mut low, "snapshot").await;
    until(&mut high, "snapshot").await;
    let path = format!("/api/miners/{id}/mode");
    desk.post(&path).token(&desk.operator).json(&json!({ "mode": "eco" })).send().await;
    let watched = tokio::join!(
        async {
            until(&mut high, "command").await;
        },
        async {
            let mut last = 0;
            loop {
                let message = next(&mut low).await.unwrap();
                assert!(
                    ["reading", "miner", "system", "ping"].contains(&message["type"].as_str().unwrap()),
                    "{message}"
                );
                assert_eq!(message["seq"], last + 1, "what is not theirs leaves no gap");
                last += 1;
                if message["type"] == "ping" {
                    break;
                }
            }
        },
        desk.seconds(60)
    );
    let ((), (), ()) = watched;
}

#[tokio::test(flavor = "multi_thread")]
async fn s2_a_live_socket_ends_the_moment_its_rights_do() {
    let desk = Desk::new().await;
    let ada = desk.person("ada", Role::Admin).await;
    let bob = desk.person("bob", Role::Viewer).await;
    let at = desk.listen().await;
    let own = format!("http://{at}");
    let mut by_session = open(at, ("cookie", bob.clone()), Some(&own)).await.unwrap();
    let made =
        desk.post("/api/tokens").cookie(&ada).json(&json!({ "name": "t", "scopes": ["read"] })).send().await.json();
    let mut by_token = viewer(at, made["token"].as_str().unwrap()).await;
    let mut other = viewer(at, &desk.viewer).await;
    for socket in [&mut by_session, &mut by_token, &mut other] {
        until(socket, "snapshot").await;
    }
    let removed = desk.ask("DELETE", &format!("/api/tokens/{}", made["id"])).cookie(&ada).send().await;
    assert_eq!(removed.status, 204);
    assert_eq!(next(&mut by_token).await, None);
    assert_eq!(desk.post("/api/auth/logout").cookie(&bob).send().await.status, 204);
    assert_eq!(next(&mut by_session).await, None);
    desk.ask("PUT", "/api/system/mode").token(&desk.operator).json(&json!({ "mode": "paused" })).send().await;
    let (news, ()) = tokio::join!(until(&mut other, "system"), desk.seconds(1));
    assert_eq!(news["system"]["mode"], "paused", "others go on");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_slow_viewer_gets_a_new_snapshot_instead_of_a_queue() {
    let desk = Desk::new().await;
    for n in 1..=24 {
        let body = json!({ "name": format!("m{n}"), "address": format!("127.78.240.{n}"), "family": "axeos", "verify": false });
        assert_eq!(desk.post("/api/miners").token(&desk.admin).json(&body).send().await.status, 201);
    }
    // A sender's buffer grows as the kernel likes; this one holds little, so that the queue is what fills.
    let door = TcpSocket::new_v4().unwrap();
    door.set_send_buffer_size(4_096).unwrap();
    door.bind((Ipv4Addr::LOCALHOST, 0).into()).unwrap();
    let at = desk.listen_at(door.listen(8).unwrap(), Limits::default());
    let (mut slow, mut quick) = (narrow(at, &desk.viewer).await, viewer(at, &desk.viewer).await);
    until(&mut slow, "snapshot").await;
    until(&mut quick, "snapshot").await;
    // Nobody reads the slow one's socket while more is told than it and the queue hold. The quick one misses nothing.
    let mut told = 0;
    for _ in 0..300 {
        for id in 1..=24 {
            desk.house.engine.announce(HouseEvent::Miner(MinerId::new(id)));
        }
        desk.clock.advance(Duration::from_millis(100)).await;
        let news = until(&mut quick, "miner").await;
        assert!((1..=2).contains(&(news["seq"].as_u64().unwrap() - told)), "after {told}: {}", news["seq"]);
        told = news["seq"].as_u64().unwrap();
    }
    let again = until(&mut slow, "snapshot").await;
    assert!(
        (1..told).contains(&again["seq"].as_u64().unwrap()),
        "what was missed is not made up for: {}",
        again["seq"]
    );
    assert_eq!(again["miners_total"], 24);
}

/// A viewer whose machine takes little at a time.
async fn narrow(at: SocketAddr, token: &str) -> WebSocketStream<TcpStream> {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(4_096).unwrap();
    let stream = socket.connect(at).await.unwrap();
    let mut request = format!("ws://{at}/ws/updates").into_client_request().unwrap();
    request.headers_mut().insert("authorization", format!("Bearer {token}").parse().unwrap());
    request.headers_mut().insert("origin", format!("http://{at}").parse().unwrap());
    tokio_tungstenite::client_async(request, stream).await.unwrap().0
}

#[tokio::test(flavor = "multi_thread")]
async fn readings_come_ten_times_a_second_at_most() {
    let desk = Desk::with(vec![gamma("blue")], |_| {}).await;
    desk.add("blue").await;
    desk.seconds(60).await;
    let at = desk.listen().await;
    let mut socket = viewer(at, &desk.viewer).await;
    until(&mut socket, "snapshot").await;
    for _ in 0..200 {
        desk.house.engine.announce(HouseEvent::Reading(MinerId::new(1)));
        for _ in 0..20 {
            tokio::task::yield_now().await;
        }
        desk.clock.advance(Duration::from_millis(5)).await;
    }
    desk.seconds(20).await;
    let mut readings = 0;
    loop {
        let message = next(&mut socket).await.unwrap();
        match message["type"].as_str().unwrap() {
            "reading" => readings += 1,
            "ping" => break,
            _ => {}
        }
    }
    assert!((1..=14).contains(&readings), "{readings} in one second and some");
}
