//! The listening socket and what stands behind it.
//!
//! **Invariant:** bound before anything else; what cannot be answered yet is answered with 503, never with silence. Nobody
//! holds a connection for nothing, and nobody holds all of them.

use crate::api;
use crate::auth::throttle::network;
use crate::front::Front;
use crate::wiring::visit::Visits;
use axum::extract::ConnectInfo;
use axum::response::Redirect;
use axum::routing::get;
use axum::{Extension, Router};
use hmm_domain::port::Clock as _;
use hmm_engine::{SystemClock, Tasks};
use hyper_util::rt::{TokioIo, TokioTimer};
use hyper_util::service::TowerToHyperService;
use ipnet::IpNet;
use parking_lot::Mutex;
use rustix::process::{Resource, getrlimit, setrlimit};
use std::collections::BTreeMap;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::pin::{Pin, pin};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio_util::sync::CancellationToken;
use tower::Layer as _;

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 1_024;
/// After a failed accept: what is short then (files, memory) is not there at once.
const ACCEPT_AGAIN: Duration = Duration::from_secs(1);

/// Why nobody can reach us.
#[derive(Debug, thiserror::Error)]
#[error("cannot listen on {address}: {why}{hint}")]
pub struct ListenError {
    address: SocketAddr,
    why: io::Error,
    hint: &'static str,
}

pub fn bind(address: SocketAddr) -> Result<TcpListener, ListenError> {
    let open = || {
        let socket = if address.is_ipv4() { TcpSocket::new_v4() } else { TcpSocket::new_v6() }?;
        // A restart need not wait for connections that are still closing.
        socket.set_reuseaddr(true)?;
        socket.bind(address)?;
        socket.listen(BACKLOG)
    };
    open().map_err(|why| {
        let hint = match why.kind() {
            io::ErrorKind::AddrInUse => "; another program has that port: stop it, or choose another with WEB_PORT",
            io::ErrorKind::PermissionDenied => "; ports below 1024 need root: choose another with WEB_PORT",
            io::ErrorKind::AddrNotAvailable => "; no network card has that address: see app.host in config.yaml",
            _ => "",
        };
        ListenError { address, why, hint }
    })
}

/// A connection is an open file, and some systems allow only 1,024 of them unless asked for more.
pub fn raise_file_limit() {
    let mut limit = getrlimit(Resource::Nofile);
    limit.current = limit.maximum;
    if let Err(error) = setrlimit(Resource::Nofile, limit) {
        tracing::warn!(%error, "the limit of open files could not be raised");
    }
}

/// Serves until `stop`; then finishes what was begun.
pub fn serve(front: &Arc<Front>, visits: &Arc<Visits>, listener: TcpListener, tasks: &Tasks, stop: CancellationToken) {
    let proxies = front.config.security.trusted_proxies.clone();
    Doors { router: router(front, visits), limits: Limits::default(), proxies }.open(listener, tasks, stop);
}

/// What callers may take of this program before they have said who they are.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Connections at once.
    pub total: usize,
    /// Connections of one network address. Not of this machine and of our proxies, who speak for many.
    pub of_one: usize,
    /// For the head of a request, and for the pause before the next one.
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
}

impl Doors {
    /// Accepts until `stop`.
    pub fn open(self, listener: TcpListener, tasks: &Tasks, stop: CancellationToken) {
        let (seats, inner) = (Seats::default(), tasks.clone());
        tasks.spawn("http", async move {
            loop {
                let accepted = tokio::select! {
                    () = stop.cancelled() => return,
                    accepted = listener.accept() => accepted,
                };
                match accepted {
                    Ok((stream, peer)) => {
                        // Whoever finds no seat is cut off at once, and costs nothing.
                        let Some(seat) = seats.take(&self, peer.ip()) else { continue };
                        self.attend(Seated { stream, _seat: seat }, peer, &inner, stop.clone());
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

    /// One connection, from its first request to its last, or to its becoming a WebSocket.
    fn attend(&self, stream: Seated, peer: SocketAddr, tasks: &Tasks, stop: CancellationToken) {
        let service = TowerToHyperService::new(Extension(ConnectInfo(peer)).layer(self.router.clone()));
        let mut http = hyper::server::conn::http1::Builder::new();
        http.timer(TokioTimer::new()).header_read_timeout(self.limits.head_within);
        let connection = http.serve_connection(TokioIo::new(stream), service).with_upgrades();
        tasks.spawn("connection", async move {
            let mut connection = pin!(connection);
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
        });
    }

    fn speaks_for_many(&self, address: IpAddr) -> bool {
        let address = address.to_canonical();
        address.is_loopback() || self.proxies.iter().any(|net| net.contains(&address))
    }
}

/// It is that caller's trouble, not ours.
fn of_one_caller(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionRefused | ConnectionAborted | ConnectionReset)
}

/// Who is connected, WebSockets too.
#[derive(Clone, Default)]
struct Seats(Arc<Mutex<Taken>>);

#[derive(Default)]
struct Taken {
    total: usize,
    of_one: BTreeMap<String, usize>,
}

struct Seat {
    seats: Seats,
    network: String,
}

impl Seats {
    fn take(&self, doors: &Doors, address: IpAddr) -> Option<Seat> {
        let network = network(address);
        let mut taken = self.0.lock();
        let of_one = taken.of_one.get(&network).copied().unwrap_or(0);
        let many = !doors.speaks_for_many(address) && of_one >= doors.limits.of_one;
        if many || taken.total >= doors.limits.total {
            return None;
        }
        taken.total += 1;
        taken.of_one.insert(network.clone(), of_one + 1);
        Some(Seat { seats: self.clone(), network })
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        let mut taken = self.seats.0.lock();
        taken.total -= 1;
        if let Some(of_one) = taken.of_one.get_mut(&self.network) {
            *of_one -= 1;
            if *of_one == 0 {
                taken.of_one.remove(&self.network);
            }
        }
    }
}

/// A connection with its seat: whoever holds it last, be it a WebSocket, gives the seat back.
struct Seated {
    stream: TcpStream,
    _seat: Seat,
}

impl AsyncRead for Seated {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl AsyncWrite for Seated {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

/// Everything that has an address, below the base path where one is set.
pub fn router(front: &Arc<Front>, visits: &Arc<Visits>) -> Router {
    let all = visits.before(api::router(Arc::clone(front)));
    match front.config.app.base_path.as_str() {
        "" => all,
        base => {
            // Whoever types the address without the path is led to it.
            let home = Redirect::temporary(&format!("{base}/"));
            Router::new().nest_service(base, all).route("/", get(async move || home))
        }
    }
}

/// Where a person opens the page: an address that means something to a browser.
pub fn address(local: SocketAddr, base_path: &str) -> String {
    let ip = local.ip();
    if ip.is_unspecified() {
        return format!("http://{}:{}{base_path}", if ip.is_ipv4() { "127.0.0.1" } else { "[::1]" }, local.port());
    }
    format!("http://{local}{base_path}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};

    fn open(limits: Limits) -> (SocketAddr, Tasks) {
        let tasks = Tasks::new(Arc::new(SystemClock::new()));
        let listener = bind(SocketAddr::from(([127, 0, 0, 1], 0))).unwrap();
        let address = listener.local_addr().unwrap();
        let router = Router::new().route("/", get(async |peer: ConnectInfo<SocketAddr>| peer.0.ip().to_string()));
        Doors { router, limits, proxies: vec![] }.open(listener, &tasks, tasks.stopping());
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

    #[test]
    fn d2_one_address_has_its_share_and_proxies_speak_for_many() {
        let doors = Doors {
            router: Router::new(),
            limits: Limits { total: 5, of_one: 2, ..Limits::default() },
            proxies: vec!["10.0.0.9/32".parse().unwrap()],
        };
        let seats = Seats::default();
        let take = |from: &str| seats.take(&doors, from.parse().unwrap());
        let ones = [take("fd00::1"), take("fd00::2")];
        assert!(ones.iter().all(Option::is_some) && take("fd00::3").is_none());
        let many = [take("10.0.0.9"), take("10.0.0.9"), take("::ffff:10.0.0.9")];
        assert!(many.iter().all(Option::is_some) && take("127.0.0.1").is_none(), "the total is for all");
        drop((ones, many));
        assert!(seats.0.lock().of_one.is_empty() && seats.0.lock().total == 0);
    }
}
