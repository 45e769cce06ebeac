//! A thousand people watch: how late they see a reading, and what they cost.
//!
//! **Invariant:** the delay is from the reading's own `at` to the moment its message was read from the socket, by the
//! same machine's clock. A viewer who is lost or misses readings makes the figure a miss.

use crate::Bench;
use crate::house::{Database, House};
use crate::http::connect;
use crate::neighbours::Neighbours;
use crate::process::{Resident, resident};
use crate::report::{self, Report};
use crate::statistics::{megabytes, quantile, show, times};
use anyhow::{Context, Result, ensure};
use chrono::{DateTime, Utc};
use futures_util::StreamExt;
use http::HeaderValue;
use http::header::{AUTHORIZATION, ORIGIN};
use std::fmt::Write as _;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio_tungstenite::client_async_with_config;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;

const INTERVAL: Duration = Duration::from_secs(30);
/// So many knock at the same time.
const AT_THE_DOOR: usize = 32;

/// What all viewers are told.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Phase {
    Settling,
    Measuring,
    Over,
}

/// Counted over all viewers.
#[derive(Default)]
struct Counts {
    watching: AtomicU64,
    lost: AtomicU64,
    messages: AtomicU64,
    snapshots: AtomicU64,
}

pub(crate) async fn measure(bench: &Bench, report: &mut Report) -> Result<()> {
    let miners = bench.size(300, 30);
    let viewers = bench.size(1_000, 20);
    let span = Duration::from_secs(bench.size(60, 31));
    let next_door = Neighbours::start(miners, Duration::from_millis(50)).await?;
    let house = House::found(bench, Database::Sqlite, &["interval: 30s"]).await?;
    house.add(&next_door.addresses, false).await?;
    house.all_read().await?;
    // Until everybody has been asked once more, it is busier and larger than usual.
    tokio::time::sleep(if bench.small { Duration::from_secs(2) } else { INTERVAL }).await;
    let before = resident(house.running.pid())?;

    let mut during = before;
    let counts = Arc::new(Counts::default());
    let (phase, told) = watch::channel(Phase::Settling);
    let door = Arc::new(Semaphore::new(AT_THE_DOOR));
    let mut crowd = JoinSet::new();
    for _ in 0..viewers {
        let viewer = Viewer { address: house.running.address, token: house.token.clone(), counts: Arc::clone(&counts) };
        crowd.spawn(viewer.watch(Arc::clone(&door), told.clone()));
    }
    let end = Instant::now() + Duration::from_mins(1);
    while counts.watching.load(Ordering::Relaxed) < viewers {
        if let Some(done) = crowd.try_join_next() {
            done??;
        }
        ensure!(Instant::now() < end, "only {} of {viewers} got in", counts.watching.load(Ordering::Relaxed));
        tokio::time::sleep(Duration::from_millis(100)).await;
        during = larger(during, resident(house.running.pid())?);
    }
    tokio::time::sleep(Duration::from_secs(5)).await;

    phase.send_replace(Phase::Measuring);
    let snapshots_before = counts.snapshots.load(Ordering::Relaxed);
    let end = Instant::now() + span;
    while Instant::now() < end {
        tokio::time::sleep(Duration::from_secs(1)).await;
        during = larger(during, resident(house.running.pid())?);
    }
    phase.send_replace(Phase::Over);
    let mut delays = Vec::new();
    while let Some(done) = crowd.join_next().await {
        delays.append(&mut done??);
    }
    let again = counts.snapshots.load(Ordering::Relaxed) - snapshots_before;
    let expected = f64::from(miners) * span.as_secs_f64() / INTERVAL.as_secs_f64() * viewers as f64;
    tell_delay(report, &mut delays, &counts, again, expected, span);
    let more = during.all.saturating_sub(before.all);
    report.measured(
        report::LIVE_MEMORY,
        more <= 60_000_000,
        format!(
            "{:.1} MB more: {:.1} MB instead of {:.1} MB (RssAnon {:.1} MB instead of {:.1} MB)",
            megabytes(more),
            megabytes(during.all),
            megabytes(before.all),
            megabytes(during.own),
            megabytes(before.own)
        ),
        format!("{:.0} KB a viewer", more as f64 / 1e3 / viewers as f64),
    );
    house.end().await
}

/// Everybody's arrival counts too, with the whole fleet sent to each.
fn larger(a: Resident, b: Resident) -> Resident {
    if b.all > a.all { b } else { a }
}

fn tell_delay(
    report: &mut Report,
    delays: &mut [Duration],
    counts: &Counts,
    snapshots: u64,
    expected: f64,
    span: Duration,
) {
    let (p50, p99) = (quantile(delays, 0.5), quantile(delays, 0.99));
    let lost = counts.lost.load(Ordering::Relaxed);
    let arrived = delays.len() as f64 / expected.max(1.0);
    let per_second = counts.messages.load(Ordering::Relaxed) as f64 / span.as_secs_f64();
    let mut text = format!(
        "{} (p50 {}, worst {}); {per_second:.0} messages/s in all, {:.0} % of the readings arrived",
        show(p99),
        show(p50),
        show(quantile(delays, 1.0)),
        arrived * 100.0
    );
    if lost + snapshots > 0 {
        let _ = write!(text, "; {lost} viewers lost, {snapshots} snapshots sent again");
    }
    // Polls are spread a little anew in every interval: a few fall out of the window and others into it.
    let met = p99 <= Duration::from_millis(250) && lost == 0 && arrived > 0.9;
    let window = Duration::from_millis(100);
    report.measured(
        report::LIVE_DELAY,
        met,
        text,
        format!("{:.1} × the 100 ms that readings are gathered", times(p99, window)),
    );
}

struct Viewer {
    address: SocketAddr,
    token: String,
    counts: Arc<Counts>,
}

impl Viewer {
    /// Watches until it is over; returns the delay of every reading that came while measuring.
    async fn watch(self, door: Arc<Semaphore>, mut told: watch::Receiver<Phase>) -> Result<Vec<Duration>> {
        let permit = door.acquire().await?;
        let mut request = format!("ws://{}/ws/updates", self.address).into_client_request()?;
        let headers = request.headers_mut();
        headers.insert(AUTHORIZATION, HeaderValue::from_str(&format!("Bearer {}", self.token))?);
        headers.insert(ORIGIN, HeaderValue::from_str(&format!("http://{}", self.address))?);
        let small = WebSocketConfig::default().read_buffer_size(4_096).write_buffer_size(0);
        let stream = connect(self.address).await?;
        let (mut socket, _) =
            client_async_with_config(request, stream, Some(small)).await.context("opening the live feed")?;
        let mut delays = Vec::new();
        let mut permit = Some(permit);
        loop {
            let message = tokio::select! {
                message = socket.next() => message,
                _ = told.changed() => None,
            };
            let phase = *told.borrow_and_update();
            if phase == Phase::Over {
                return Ok(delays);
            }
            let text = match message {
                Some(Ok(Message::Text(text))) => text,
                Some(Ok(Message::Close(_)) | Err(_)) => {
                    self.counts.lost.fetch_add(1, Ordering::Relaxed);
                    return Ok(delays);
                }
                // A ping, which is answered by itself, or the next phase.
                Some(Ok(_)) | None => continue,
            };
            let now = Utc::now();
            if kind(&text) == Some("snapshot") {
                self.counts.snapshots.fetch_add(1, Ordering::Relaxed);
                if permit.take().is_some() {
                    self.counts.watching.fetch_add(1, Ordering::Relaxed);
                }
            } else if phase == Phase::Measuring {
                self.counts.messages.fetch_add(1, Ordering::Relaxed);
                if kind(&text) == Some("reading") {
                    delays.extend(readings(&text).map(|at| (now - at).to_std().unwrap_or_default()));
                }
            }
        }
    }
}

fn kind(text: &str) -> Option<&str> {
    text.split_once(r#""type":""#)?.1.split('"').next()
}

/// When the readings of a message were taken.
fn readings(text: &str) -> impl Iterator<Item = DateTime<Utc>> {
    let times = text.split(r#""at":""#).skip(1).filter_map(|rest| rest.split('"').next());
    times.filter_map(|at| DateTime::parse_from_rfc3339(at).ok()).map(|at| at.to_utc())
}
