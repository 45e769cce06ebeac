//! Datagrams: what devices call out by themselves, and the one that is sent to a single device.
//!
//! **Invariant:** a datagram is never answered (S9). It counts only when its source passes the guard; each source is
//! heard so often and no oftener, and of sources that nobody asked for only so many are remembered. What is sent goes to
//! one address that passed the guard in the same call, never to all.

use crate::error::NetError;
use crate::guard::Guard;
use bytes::Bytes;
use hmm_domain::Timestamp;
use hmm_domain::port::Clock;
use parking_lot::Mutex;
use rustix::net::{AddressFamily, SocketFlags, SocketType, bind, socket_with, sockopt};
use std::collections::{HashMap, HashSet};
use std::convert::Infallible;
use std::io::Error;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::UdpSocket;

/// No such device has more to say.
const LONGEST: usize = 2 * 1024;
/// Devices call every two to five seconds. Who calls oftener than this is heard only so often.
const SPACING: Duration = Duration::from_millis(500);
/// Sources that nobody asked for.
const STRANGERS_MAX: usize = 200;
/// Sources that somebody asked for; more addresses than any house has.
const FOLLOWED_MAX: usize = 10_000;

/// Whether a datagram says what such a datagram says, and of whom it came.
pub type Accepts = fn(IpAddr, &[u8]) -> bool;

/// The newest words of each source. Clones share everything.
#[derive(Clone, Default)]
pub struct Hearsay(Arc<Mutex<Heard>>);

#[derive(Default)]
struct Heard {
    /// There is none until somebody listens.
    clock: Option<Arc<dyn Clock>>,
    words: HashMap<IpAddr, Words>,
    followed: HashSet<IpAddr>,
}

struct Words {
    at: Timestamp,
    body: Bytes,
}

impl Hearsay {
    /// What this device called last, if that is not longer ago than `within`.
    pub fn newest(&self, from: IpAddr, within: Duration) -> Option<Bytes> {
        let heard = self.0.lock();
        let now = heard.clock.as_ref()?.now();
        heard.words.get(&from).filter(|words| now.since(words.at) <= within).map(|words| words.body.clone())
    }

    /// From now on this source is not forgotten for others.
    pub fn follow(&self, source: IpAddr) {
        let mut heard = self.0.lock();
        if heard.followed.len() < FOLLOWED_MAX {
            heard.followed.insert(source);
        }
    }

    /// Sources that nobody follows and that called within this time.
    pub fn strangers(&self, within: Duration) -> Vec<IpAddr> {
        let heard = self.0.lock();
        let Some(now) = heard.clock.as_ref().map(|clock| clock.now()) else { return Vec::new() };
        let fresh = heard.words.iter().filter(|(_, words)| now.since(words.at) <= within);
        let mut strangers: Vec<_> = fresh.map(|(ip, _)| *ip).filter(|ip| !heard.followed.contains(ip)).collect();
        strangers.sort_unstable();
        strangers
    }

    fn too_soon(&self, from: IpAddr, now: Timestamp) -> bool {
        self.0.lock().words.get(&from).is_some_and(|words| now.since(words.at) < SPACING)
    }

    fn put(&self, from: IpAddr, body: Bytes, now: Timestamp) {
        let mut heard = self.0.lock();
        let Heard { words, followed, .. } = &mut *heard;
        if !words.contains_key(&from) && !followed.contains(&from) {
            let strangers = words.iter().filter(|(ip, _)| !followed.contains(ip));
            let oldest = strangers.clone().min_by_key(|(_, words)| words.at).map(|(ip, _)| *ip);
            if strangers.count() >= STRANGERS_MAX
                && let Some(oldest) = oldest
            {
                words.remove(&oldest);
            }
        }
        words.insert(from, Words { at: now, body });
    }
}

/// A socket that hears what devices call out.
pub struct Ear {
    socket: UdpSocket,
    guard: Guard,
    hearsay: Hearsay,
    clock: Arc<dyn Clock>,
    accepts: Accepts,
}

impl Ear {
    pub(crate) fn open(
        at: SocketAddr,
        guard: Guard,
        hearsay: Hearsay,
        clock: Arc<dyn Clock>,
        accepts: Accepts,
    ) -> Result<Self, NetError> {
        let taken = |error: Error| NetError::Unreachable { address: at.to_string(), why: error.to_string() };
        let socket = shared(at).map_err(taken)?;
        hearsay.0.lock().clock = Some(Arc::clone(&clock));
        Ok(Self { socket, guard, hearsay, clock, accepts })
    }

    pub fn address(&self) -> Result<SocketAddr, NetError> {
        self.socket.local_addr().map_err(|error| NetError::Ourselves(error.to_string()))
    }

    /// Hears until the socket breaks.
    pub async fn listen(&self) -> Result<Infallible, NetError> {
        // One more than is taken, so that what is too long shows.
        let mut buffer = vec![0; LONGEST + 1];
        loop {
            let (length, from) = match self.socket.recv_from(&mut buffer).await {
                Ok(datagram) => datagram,
                // Somebody's answer to something that we never sent.
                Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => continue,
                Err(error) => return Err(NetError::Ourselves(error.to_string())),
            };
            let _awake = self.clock.awake();
            self.take(from, &buffer[..length]);
        }
    }

    fn take(&self, from: SocketAddr, body: &[u8]) {
        let now = self.clock.now();
        let source = from.ip().to_canonical();
        if body.len() > LONGEST || self.hearsay.too_soon(source, now) {
            return;
        }
        let Ok(allowed) = self.guard.check(SocketAddr::new(source, from.port())) else { return };
        if (self.accepts)(allowed.ip(), body) {
            self.hearsay.put(allowed.ip(), Bytes::copy_from_slice(body), now);
        }
    }
}

/// Bound so that others on this machine can hear the same.
fn shared(at: SocketAddr) -> Result<UdpSocket, Error> {
    let family = if at.is_ipv4() { AddressFamily::INET } else { AddressFamily::INET6 };
    let socket = socket_with(family, SocketType::DGRAM, SocketFlags::CLOEXEC | SocketFlags::NONBLOCK, None)?;
    sockopt::set_socket_reuseaddr(&socket, true)?;
    bind(&socket, &at)?;
    UdpSocket::from_std(std::net::UdpSocket::from(socket))
}

/// Sends one datagram. The system refuses to send it to all, since that was never asked for.
pub(crate) async fn send(to: SocketAddr, body: &[u8]) -> Result<(), NetError> {
    let failed = |error: Error| NetError::Unreachable { address: to.to_string(), why: error.to_string() };
    let ours: IpAddr = if to.is_ipv4() { Ipv4Addr::UNSPECIFIED.into() } else { Ipv6Addr::UNSPECIFIED.into() };
    let socket = UdpSocket::bind(SocketAddr::new(ours, 0)).await.map_err(failed)?;
    let sent = socket.send_to(body, to).await.map_err(failed)?;
    if sent == body.len() { Ok(()) } else { Err(NetError::Ourselves("the datagram is too long".to_owned())) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_trait::async_trait;
    use hmm_domain::port::Awake;
    use std::sync::atomic::{AtomicI64, Ordering};

    #[derive(Default)]
    struct Hands(AtomicI64);

    #[async_trait]
    impl Clock for Hands {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(self.0.load(Ordering::Relaxed))
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

    fn hearsay() -> (Hearsay, Arc<Hands>) {
        let (hearsay, hands) = (Hearsay::default(), Arc::new(Hands::default()));
        hearsay.0.lock().clock = Some(Arc::clone(&hands) as Arc<dyn Clock>);
        (hearsay, hands)
    }

    fn source(number: u32) -> IpAddr {
        Ipv4Addr::from(0x0A00_0000 + number).into()
    }

    #[test]
    fn words_grow_old_and_nobody_hears_anything_without_a_clock() {
        let (hearsay, hands) = hearsay();
        hearsay.put(source(1), Bytes::from_static(b"x"), hands.now());
        hands.0.store(30_000, Ordering::Relaxed);
        assert!(hearsay.newest(source(1), Duration::from_secs(30)).is_some());
        assert_eq!(hearsay.newest(source(2), Duration::from_secs(30)), None);
        hands.0.store(30_001, Ordering::Relaxed);
        assert_eq!(hearsay.newest(source(1), Duration::from_secs(30)), None);
        assert_eq!(Hearsay::default().newest(source(1), Duration::MAX), None);
    }

    #[test]
    fn s9_two_hundred_strangers_are_remembered_and_those_who_are_followed_stay() {
        let (hearsay, hands) = hearsay();
        hearsay.follow(source(0));
        for number in 0..1_000 {
            hands.0.store(number.into(), Ordering::Relaxed);
            hearsay.put(source(number), Bytes::from_static(b"x"), hands.now());
        }
        let strangers = hearsay.strangers(Duration::from_mins(1));
        assert_eq!((strangers.len(), strangers[0], strangers[199]), (200, source(800), source(999)));
        assert!(hearsay.newest(source(0), Duration::from_mins(1)).is_some());
    }

    #[test]
    fn s9_a_source_that_calls_too_often_is_heard_so_often() {
        let (hearsay, hands) = hearsay();
        hearsay.put(source(1), Bytes::from_static(b"x"), hands.now());
        let at = |ms: i64| Timestamp::from_millis(ms);
        assert!(hearsay.too_soon(source(1), at(499)) && !hearsay.too_soon(source(1), at(500)));
        assert!(!hearsay.too_soon(source(2), at(0)));
    }
}
