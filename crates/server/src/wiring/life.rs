//! The life of the program, from the first line to the last.
//!
//! **Invariant:** the doors open after everything behind them stands, and close before anything behind them goes.

use super::restore::Restorer;
use super::signals::Signals;
use super::standing::{Ground, Standing};
use super::visit::Visits;
use super::{Purpose, console, http};
use crate::api::ca;
use crate::cli::say;
use crate::config::{Config, TlsMode};
use crate::front::{Front, Starting};
use crate::logging::Hidden;
use crate::restore::Order;
use crate::tls::{self, Tls};
use anyhow::{Context, Result};
use hmm_domain::port::Clock;
use hmm_engine::{SystemClock, Tasks};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::mpsc;
use tokio_util::sync::CancellationToken;

/// An orderly stop takes no longer; what is not done by then is made up for at the next start.
const STOP_MAX: Duration = Duration::from_secs(15);
/// A request that is under way gets this long.
const DRAIN_MAX: Duration = Duration::from_secs(3);

/// Starts, lives until a signal, stops.
pub(super) async fn live(mut config: Config, purpose: Purpose, hidden: &Hidden) -> Result<()> {
    let mut signals = Signals::listen().context("cannot listen for signals")?;
    http::raise_file_limit();
    let listener = http::bind(SocketAddr::new(config.app.host, config.environment.web_port))?;
    let local = listener.local_addr().context("cannot tell the address of the web page")?;
    // With port 0 the system chose one.
    config.environment.web_port = local.port();
    let config = Arc::new(config);
    // Before the database: what a browser is told while that starts is told over TLS too.
    let real: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let tls = Tls::open(&config, real.now())?;
    let visits = Visits::new(Arc::clone(&config), Arc::clone(&tls), Arc::clone(&real));
    let front = Arc::new(Front::new(Arc::clone(&config), Arc::clone(&visits) as _, tls));

    // The outermost layer: the web server and the console live longer than the house and end together.
    let doors = Tasks::new(Arc::clone(&real));
    let closing = CancellationToken::new();
    http::serve(&front, &visits, listener, &doors, closing.clone())?;
    if front.tls.mode() != TlsMode::Off {
        doors.spawn("tls", tls::keep(Arc::clone(&front.tls), Arc::clone(&real), doors.clone()));
    }
    let ready = console::Ready::default();
    console::listen(&front, &ready, &doors, closing.clone());
    tracing::info!(version = env!("CARGO_PKG_VERSION"), folder = %config.dir.display(), "starting");
    introduce(&front, local);

    let (restorer, mut orders) = Restorer::new();
    let first = async {
        let ground = Ground::prepare(&front, &ready, hidden, &purpose, restorer).await?;
        let standing = ground.build().await?;
        anyhow::Ok((ground, standing))
    };
    let lived = tokio::select! {
        signal = signals.next() => {
            tracing::info!(signal, "asked to stop while starting");
            None
        }
        begun = first => Some(begun?),
    };
    let lived = match lived {
        None => None,
        Some((ground, standing)) => Some(inhabit(ground, standing, &mut orders, &mut signals).await?),
    };
    let stop = async {
        // A visitor's house goes while the real one does.
        tokio::join!(stop(&front, lived, &doors, &closing), visits.stop());
    };
    tokio::select! {
        () = stop => tracing::info!("stopped"),
        _ = real.sleep_until(real.now() + STOP_MAX) => {
            tracing::error!(after_s = STOP_MAX.as_secs(), "not everything ended in time; leaving anyway");
        }
        signal = signals.next() => tracing::warn!(signal, "asked twice; leaving at once"),
    }
    Ok(())
}

/// Where the page is, and by what a person knows that it is ours.
fn introduce(front: &Front, local: SocketAddr) {
    let (base_path, report) = (&front.config.app.base_path, front.tls.report());
    let scheme = if report.mode == TlsMode::Off { "http" } else { "https" };
    say(&format!("listening on {}", http::address(scheme, local, base_path)));
    if let Some(fingerprint) = report.ca_fingerprint {
        let page = http::address("http", local, &format!("{base_path}{}", ca::PAGE));
        tracing::info!(fingerprint, page, "browsers trust this page once this certificate authority is installed");
        say(&format!("certificate authority SHA-256 {fingerprint}"));
    }
}

/// Lives until a signal; one house after the other, where backups are restored.
async fn inhabit<'a>(
    ground: Ground<'a>,
    mut standing: Standing,
    orders: &mut mpsc::Receiver<Order>,
    signals: &mut Signals,
) -> Result<(Ground<'a>, Option<Standing>)> {
    loop {
        let order = tokio::select! {
            signal = signals.next() => {
                tracing::info!(signal, "stopping");
                return Ok((ground, Some(standing)));
            }
            Some(order) = orders.recv() => order,
        };
        standing = tokio::select! {
            signal = signals.next() => {
                // One transaction: what is not committed was never there.
                tracing::info!(signal, "asked to stop while restoring");
                return Ok((ground, None));
            }
            next = ground.restore(standing, order) => next?,
        };
    }
}

/// In the opposite order of the start.
async fn stop(
    front: &Front,
    lived: Option<(Ground<'_>, Option<Standing>)>,
    doors: &Tasks,
    closing: &CancellationToken,
) {
    front.say(Starting { state: "stopping", problems: Vec::new() });
    front.close();
    closing.cancel();
    let Some((ground, standing)) = lived else { return drain(doors).await };
    let Some(Standing { house, foundation }) = standing else { return drain(doors).await };
    // Requests that were let in finish while commands do; both need the database.
    tokio::join!(house.engine.stop(), drain(doors));
    ground.leave().await;
    foundation.close().await;
}

/// Waits for requests under way, but not for callers who never finish theirs.
async fn drain(doors: &Tasks) {
    let real = SystemClock::new();
    tokio::select! {
        () = doors.stop() => {}
        _ = real.sleep_until(real.now() + DRAIN_MAX) => tracing::info!("some connections are cut"),
    }
}
