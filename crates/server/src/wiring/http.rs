//! The listening socket and what stands behind it.
//!
//! **Invariant:** bound before anything else; what cannot be answered yet is answered with 503, never with silence.

use crate::api;
use crate::front::Front;
use axum::Router;
use axum::response::Redirect;
use axum::routing::get;
use hmm_engine::Tasks;
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

/// Serves until `stop`; then finishes what was begun.
pub fn serve(front: &Arc<Front>, listener: TcpListener, tasks: &Tasks, stop: CancellationToken) {
    let service = router(front).into_make_service_with_connect_info::<SocketAddr>();
    tasks.spawn("http", async move {
        let served = axum::serve(listener, service).with_graceful_shutdown(async move { stop.cancelled().await }).await;
        if let Err(error) = served {
            tracing::error!(%error, "the web server ended");
        }
    });
}

/// Everything that has an address, below the base path where one is set.
pub fn router(front: &Arc<Front>) -> Router {
    let all = api::router(Arc::clone(front));
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
