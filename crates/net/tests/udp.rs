//! Datagrams over real sockets: who is heard, what is too long, and that nobody is answered.
#![expect(clippy::disallowed_methods, reason = "the listener is a task of the test, and waiting for silence is real")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

use async_trait::async_trait;
use hmm_domain::Timestamp;
use hmm_domain::port::{Awake, Clock, Endpoint};
use hmm_net::surroundings::fixed;
use hmm_net::{Guard, NetError, Outbound, Surroundings};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::UdpSocket;

/// A clock that stands: what was heard stays new.
struct Still;

#[async_trait]
impl Clock for Still {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(0)
    }

    async fn sleep_until(&self, _at: Timestamp) -> Awake {
        std::future::pending().await
    }

    fn awake(&self) -> Awake {
        Awake::default()
    }

    fn ticks(&self) -> u64 {
        0
    }
}

fn outbound(range: &str) -> Outbound {
    let guard = Guard::device(vec![range.parse().unwrap()], fixed(Surroundings::default()));
    Outbound::device(guard).unwrap()
}

fn in_words(_from: IpAddr, body: &[u8]) -> bool {
    body.starts_with(b"hello")
}

async fn caller(ip: &str) -> UdpSocket {
    UdpSocket::bind(SocketAddr::new(ip.parse().unwrap(), 0)).await.unwrap()
}

/// Datagrams on loopback arrive in order, so once the last one is there, the others were looked at.
async fn heard(outbound: &Outbound, ip: &str) -> Vec<u8> {
    loop {
        if let Some(body) = outbound.hearsay().newest(ip.parse().unwrap(), Duration::ZERO) {
            return body.to_vec();
        }
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn s9_only_what_is_allowed_short_and_in_words_is_heard_and_nothing_is_answered() {
    let outbound = outbound("127.81.30.0/24");
    let ear = outbound.ear("127.81.30.9:0".parse().unwrap(), Arc::new(Still), in_words).unwrap();
    let door = ear.address().unwrap();
    let second = outbound.ear(door, Arc::new(Still), in_words);
    assert!(second.is_ok(), "others may listen at the same port");
    drop(second);
    let listening = tokio::spawn(async move { ear.listen().await });
    let long: Vec<u8> = b"hello".iter().copied().chain(std::iter::repeat_n(b'x', 2_044)).collect();
    let callers = [
        (caller("127.81.31.1").await, b"hello from outside".to_vec()),
        (caller("127.81.30.2").await, long),
        (caller("127.81.30.3").await, b"something else".to_vec()),
        (caller("127.81.30.4").await, b"hello".to_vec()),
    ];
    for (socket, body) in &callers {
        socket.send_to(body, door).await.unwrap();
    }
    callers[3].0.send_to(b"hello again, too soon", door).await.unwrap();
    let last = caller("127.81.30.5").await;
    last.send_to(b"hello, last", door).await.unwrap();
    assert_eq!(heard(&outbound, "127.81.30.5").await, b"hello, last");
    assert_eq!(heard(&outbound, "127.81.30.4").await, b"hello");
    let strangers = outbound.hearsay().strangers(Duration::ZERO);
    assert_eq!(strangers, ["127.81.30.4", "127.81.30.5"].map(|ip| ip.parse::<IpAddr>().unwrap()));
    for (socket, _) in &callers {
        let answer = tokio::time::timeout(Duration::from_millis(20), socket.recv(&mut [0; 16])).await;
        assert!(answer.is_err(), "never answered");
    }
    listening.abort();
}

#[tokio::test]
async fn a_datagram_goes_to_the_device_of_the_line_and_to_no_other() {
    let device = caller("127.81.30.20").await;
    let port = device.local_addr().unwrap().port();
    let way = outbound("127.81.30.0/24");
    let mut line = way.line(&Endpoint { host: "127.81.30.20".into(), port: 80 }).await.unwrap();
    line.tell(port, b"be good").await.unwrap();
    let mut body = [0; 16];
    let (length, _) = device.recv_from(&mut body).await.unwrap();
    assert_eq!(&body[..length], b"be good");
    for all in ["255.255.255.255", "224.0.0.1", "127.81.31.1"] {
        let outside = way.line(&Endpoint { host: all.into(), port: 12_347 }).await;
        assert!(matches!(outside, Err(NetError::NotAllowed { .. })), "{all}");
    }
}
