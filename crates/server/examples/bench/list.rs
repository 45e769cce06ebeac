//! The list of a large house, asked for by many at once.

use crate::Bench;
use crate::house::{Database, House, items};
use crate::http::Client;
use crate::neighbours::Neighbours;
use crate::report::{self, Report};
use crate::statistics::{quantile, show, times};
use anyhow::{Result, ensure};
use std::time::{Duration, Instant};
use tokio::task::JoinSet;

const CLIENTS: usize = 16;
const WARM_UP: Duration = Duration::from_secs(1);

pub(crate) async fn measure(bench: &Bench, report: &mut Report) -> Result<()> {
    let miners = bench.size(300, 30);
    let next_door = Neighbours::start(miners, Duration::from_millis(50)).await?;
    let house = House::found(bench, Database::Sqlite, &[]).await?;
    house.add(&next_door.addresses, false).await?;
    house.all_read().await?;
    let span = Duration::from_secs(bench.size(5, 1));

    let path = format!("/api/miners?limit={miners}");
    let page = house.client().json("GET", &path, None).await?;
    ensure!(items(&page) == usize::from(miners), "the list has {} miners", items(&page));
    let list = storm(&house, &path, span).await?;
    let nothing = storm(&house, "/api/health/live", span).await?;
    report.measured(
        report::LIST,
        list.p50 <= Duration::from_millis(5),
        format!(
            "{}, p99 {}; {:.0} requests/s of {:.0} KB",
            show(list.p50),
            show(list.p99),
            list.per_second,
            list.bytes as f64 / 1e3
        ),
        format!(
            "{:.1} × an empty answer ({}, {:.0}/s)",
            times(list.p50, nothing.p50),
            show(nothing.p50),
            nothing.per_second
        ),
    );
    house.end().await
}

struct Storm {
    p50: Duration,
    p99: Duration,
    per_second: f64,
    /// Of one answer.
    bytes: usize,
}

/// Every client asks again as soon as it was answered.
async fn storm(house: &House, path: &str, span: Duration) -> Result<Storm> {
    let begin = Instant::now() + WARM_UP;
    let end = begin + span;
    let mut clients = JoinSet::new();
    for _ in 0..CLIENTS {
        let (client, path) = (house.client(), path.to_owned());
        clients.spawn(ask(client, path, begin, end));
    }
    let (mut all, mut bytes) = (Vec::new(), 0);
    while let Some(done) = clients.join_next().await {
        let (mut times, size) = done??;
        all.append(&mut times);
        bytes = bytes.max(size);
    }
    let per_second = all.len() as f64 / span.as_secs_f64();
    Ok(Storm { p50: quantile(&mut all, 0.5), p99: quantile(&mut all, 0.99), per_second, bytes })
}

async fn ask(mut client: Client, path: String, begin: Instant, end: Instant) -> Result<(Vec<Duration>, usize)> {
    let (mut times, mut bytes) = (Vec::new(), 0);
    loop {
        let asked = Instant::now();
        if asked >= end {
            return Ok((times, bytes));
        }
        let reply = client.get(&path).await?;
        ensure!(reply.status == 200, "{path} answered {}", reply.status);
        bytes = bytes.max(reply.body.len());
        if asked >= begin {
            times.push(asked.elapsed());
        }
    }
}
