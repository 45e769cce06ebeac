//! From an accepted connection to answered requests, with TLS and without.
//!
//! **Invariant:** nobody holds a connection for nothing, and nobody holds all of them. Where there is TLS, what is not
//! encrypted never reaches the router of the house.

use super::seats::{Seated, Seats};
use crate::auth::origin::Encrypted;
use axum::extract::ConnectInfo;
use axum::{Extension, Router};
use hmm_domain::port::Clock as _;
use hmm_engine::{SystemClock, Tasks};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use ipnet::IpNet;
use std::future::Future;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpListener;
use tokio_rustls::TlsAcceptor;
use tokio_rustls::server::TlsStream;
use tokio_util::sync::CancellationToken;
use tower::Layer as _;

/// After a failed accept: what is short then (files, memory) is not there at once.
const ACCEPT_AGAIN: Duration = Duration::from_secs(1);
/// How every TLS connection begins. No request does.
const HANDSHAKE: u8 = 0x16;

/// What callers may take of this program before they have said who they are.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at once.
    pub total: usize,
    /// Connections of one network address. Not of this machine and of our proxies, who speak for many.
    pub of_one: usize,
    /// For the TLS handshake, for the head of a request, and for the pause before the next one.
    pub head_within: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { total: 4_096, of_one: 256, head_within: Duration::from_secs(10) }
    }
}

/// How the router is served.
pub struct Doors {
    pub router: Router,
    pub limits: Limits,
    pub proxies: Vec<IpNet>,
    /// With TLS the router is behind it.
    pub tls: Option<Secured>,
}

/// TLS, and what those get who come without it.
#[derive(Clone)]
pub struct Secured {
    pub acceptor: TlsAcceptor,
    pub plain: Router,
}

impl Doors {
    /// Accepts until `stop`.
    pub fn open(self, listener: TcpListener, tasks: &Tasks, stop: CancellationToken) {
        let (doors, seats, inner) = (Arc::new(self), Seats::default(), tasks.clone());
        tasks.spawn("http", async move {
            loop {
                let accepted = tokio::select! {
                    () = stop.cancelled() => return,
                    accepted = listener.accept() => accepted,
                };
                match accepted {
                    Ok((stream, peer)) => {
                        // Whoever finds no seat is cut off at once, and costs nothing.
                        let Some(seat) = seats.take(&doors, peer.ip()) else { continue };
                        let (doors, seated, stop) = (Arc::clone(&doors), Seated::new(stream, seat), stop.clone());
                        inner.spawn("connection", async move { doors.attend(seated, peer, stop).await });
                    }
                    Err(error) if of_one_caller(&error) => {}
                    Err(error) => {
                        tracing::error!(%error, "a connection could not be accepted; listening again in a moment");
                        let real = SystemClock::new();
                        tokio::select! {
                            () = stop.cancelled() => return,
                            _ = real.sleep_until(real.now() + ACCEPT_AGAIN) => {}
                        }
                    }
                }
            }
        });
    }

    async fn attend(&self, stream: Seated, peer: SocketAddr, stop: CancellationToken) {
        let Some(secured) = &self.tls else {
            return self.talk(stream, peer, Encrypted(false), &self.router, stop).await;
        };
        let opened = tokio::select! {
            opened = within(self.limits.head_within, unlock(stream, &secured.acceptor)) => opened,
            () = stop.cancelled() => return,
        };
        match opened {
            Some(Ok(Opened::Tls(stream))) => self.talk(*stream, peer, Encrypted(true), &self.router, stop).await,
            Some(Ok(Opened::Plain(stream))) => self.talk(stream, peer, Encrypted(false), &secured.plain, stop).await,
            Some(Ok(Opened::Left)) => {}
            Some(Err(error)) => tracing::debug!(%peer, %error, "a TLS handshake failed"),
            None => tracing::debug!(%peer, "a TLS handshake took too long"),
        }
    }

    /// One connection, from its first request to its last, or to its becoming a WebSocket.
    async fn talk<S>(&self, stream: S, peer: SocketAddr, encrypted: Encrypted, router: &Router, stop: CancellationToken)
    where
        S: AsyncRead + AsyncWrite + Unpin + Send + 'static,
    {
        let told = Extension(encrypted).layer(router.clone());
        let service = TowerToHyperService::new(Extension(ConnectInfo(peer)).layer(told));
        let mut http = hyper::server::conn::http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(self.limits.head_within);
        let mut connection = pin!(http.serve_connection(TokioIo::new(stream), service).with_upgrades());
        let ended = tokio::select! {
            ended = connection.as_mut() => ended,
            () = stop.cancelled() => {
                connection.as_mut().graceful_shutdown();
                connection.await
            }
        };
        if let Err(error) = ended {
            tracing::debug!(%peer, %error, "a connection ended");
        }
    }

    pub(super) fn speaks_for_many(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_loopback() || self.proxies.iter().any(|net| net.contains(&address))
    }
}

enum Opened {
    Tls(Box<TlsStream<Seated>>),
    Plain(Seated),
    /// They left without a word.
    Left,
}

/// The handshake, with those who begin one.
async fn unlock(stream: Seated, acceptor: &TlsAcceptor) -> io::Result<Opened> {
    match stream.first_byte().await? {
        None => Ok(Opened::Left),
        Some(HANDSHAKE) => Ok(Opened::Tls(Box::new(acceptor.accept(stream).await?))),
        Some(_) => Ok(Opened::Plain(stream)),
    }
}

/// `None` when it takes longer. A caller's network lives in real time.
async fn within<T>(patience: Duration, work: impl Future<Output = T>) -> Option<T> {
    let real = SystemClock::new();
    tokio::select! {
        done = work => Some(done),
        _ = real.sleep_until(real.now() + patience) => None,
    }
}

/// It is that caller's trouble, not ours.
fn of_one_caller(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionRefused | ConnectionAborted | ConnectionReset)
}

#[cfg(test)]
mod tests {
    use super::super::bind;
    use super::*;
    use axum::routing::get;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;

    fn open(limits: Limits) -> (SocketAddr, Tasks) {
        let tasks = Tasks::new(Arc::new(SystemClock::new()));
        let listener = bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/", get(async |peer: ConnectInfo<SocketAddr>| peer.0.ip().to_string()));
        Doors { router, limits, proxies: vec![], tls: None }.open(listener, &tasks, tasks.stopping());
        (address, tasks)
    }

    const ASK: &[u8] = b"GET / HTTP/1.1\r\nhost: x\r\n\r\n";

    async fn asked(caller: &mut TcpStream) -> String {
        // A caller who is turned away may notice while writing.
        let _ = caller.write_all(ASK).await;
        let mut heard = vec![0; 1_000];
        let length = caller.read(&mut heard).await.unwrap_or(0);
        String::from_utf8_lossy(&heard[..length]).into_owned()
    }

    #[tokio::test]
    async fn d2_half_a_head_does_not_hold_a_connection() {
        let (address, tasks) = open(Limits { head_within: Duration::from_millis(50), ..Limits::default() });
        for half in ["", "GET / HTTP/1.1\r\nhost:"] {
            let mut caller = TcpStream::connect(address).await.unwrap();
            caller.write_all(half.as_bytes()).await.unwrap();
            let mut heard = Vec::new();
            let _ = caller.read_to_end(&mut heard).await;
            assert!(!String::from_utf8_lossy(&heard).contains("200 OK"));
        }
        tasks.stop().await;
    }

    #[tokio::test]
    async fn d2_there_are_so_many_connections_and_an_ended_one_makes_room() {
        let (address, tasks) = open(Limits { total: 2, of_one: 1, ..Limits::default() });
        let mut callers = Vec::new();
        for _ in 0..2 {
            let mut caller = TcpStream::connect(address).await.unwrap();
            let heard = asked(&mut caller).await;
            assert!(heard.contains("200 OK") && heard.ends_with("127.0.0.1"), "{heard}");
            callers.push(caller);
        }
        assert_eq!(asked(&mut TcpStream::connect(address).await.unwrap()).await, "");
        callers.pop();
        while asked(&mut TcpStream::connect(address).await.unwrap()).await.is_empty() {
            tokio::task::yield_now().await;
        }
        // An idle connection does not hold up the stop.
        tasks.stop().await;
    }
}
