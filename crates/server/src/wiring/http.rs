//! The listening socket and what stands behind it.
//!
//! **Invariant:** bound before anything else; what cannot be answered yet is answered with 503, never with silence.

mod doors;
mod seats;

pub use doors::{Doors, Limits, Secured};

use crate::api;
use crate::front::Front;
use crate::tls::TlsError;
use crate::wiring::visit::Visits;
use axum::Router;
use axum::response::Redirect;
use axum::routing::get;
use hmm_engine::Tasks;
use rustix::process::{Resource, getrlimit, setrlimit};
use std::io;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpSocket};
use tokio_util::sync::CancellationToken;

/// Connections that may wait to be accepted.
const BACKLOG: u32 = 1_024;

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
pub fn serve(
    front: &Arc<Front>,
    visits: &Arc<Visits>,
    listener: TcpListener,
    tasks: &Tasks,
    stop: CancellationToken,
) -> Result<(), TlsError> {
    let proxies = front.config.security.trusted_proxies.clone();
    let secured = |acceptor| Secured { acceptor, plain: plain_router(front) };
    let tls = front.tls.acceptor()?.map(secured);
    Doors { router: router(front, visits), limits: Limits::default(), proxies, tls }.open(listener, tasks, stop);
    Ok(())
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

/// What those get who come without TLS to where it is: how to trust the certificate, and nothing of the house.
pub fn plain_router(front: &Arc<Front>) -> Router {
    let pages = api::plain::router(Arc::clone(front));
    match front.config.app.base_path.as_str() {
        "" => pages,
        // Nobody who types the address knows the path yet.
        base => Router::new().nest_service(base, pages.clone()).fallback_service(pages),
    }
}

/// Where a person opens the page: an address that means something to a browser.
pub fn address(scheme: &str, local: SocketAddr, base_path: &str) -> String {
    let ip = local.ip();
    if ip.is_unspecified() {
        return format!("{scheme}://{}:{}{base_path}", if ip.is_ipv4() { "127.0.0.1" } else { "[::1]" }, local.port());
    }
    format!("{scheme}://{local}{base_path}")
}
