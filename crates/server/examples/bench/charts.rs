//! Charts over HTTP from a database with ten million samples: a week of one miner, a year of the fleet.

use crate::Bench;
use crate::house::{Database, House};
use crate::report::{self, Report};
use crate::seed::{self, Year};
use crate::statistics::{quantile, show, times};
use anyhow::{Context, Result, ensure};
use hmm_domain::Timestamp;
use std::time::{Duration, Instant};

const DAY: Duration = Duration::from_hours(24);
/// Nothing of what was measured into the house is pruned away.
const TELEMETRY: [&str; 1] = ["raw_retention: 90d"];
/// How wide charts are: a phone's and a desktop's.
const WIDTHS: [u32; 2] = [300, 1_000];

pub(crate) async fn measure(bench: &Bench, report: &mut Report) -> Result<()> {
    for database in Database::BOTH {
        let (week, year) = match database {
            Database::Sqlite => (report::WEEK_SQLITE, report::YEAR_SQLITE),
            Database::Postgresql => (report::WEEK_PG, report::YEAR_PG),
        };
        if let Err(error) = one(bench, report, database, week, year).await {
            let why = format!("{error:#}");
            report.failed(week, &why);
            report.failed(year, &why);
        }
    }
    Ok(())
}

async fn one(bench: &Bench, report: &mut Report, database: Database, week: &str, year: &str) -> Result<()> {
    let plan = Year::new(bench.size(10_000_000, 60_000));
    let house = House::found(bench, database, &TELEMETRY).await?;
    let ids = seed::miners(&house, plan.miners).await?;
    let miner = *ids.get(ids.len() / 2).context("no miners")?;
    let mut end = Timestamp::EPOCH;
    let began = Instant::now();
    let house = house
        .restart_after(bench, async |dir| {
            end = seed::fill(bench, dir, database, &ids, &plan).await?;
            Ok(())
        })
        .await?;
    eprintln!("  {} samples in {:.0} s", plan.samples(), began.elapsed().as_secs_f64());
    // The jobs that are due at a start have had their turn.
    tokio::time::sleep(Duration::from_secs(bench.size(20, 1))).await;

    let nothing = timed(&house, &["/api/health/live".to_owned()]).await?;
    let span = |days: u32| format!("from={}&to={end}", end - DAY * days);
    let of_miner =
        |points| format!("/api/miners/{miner}/telemetry/series?metric=temperature&{}&points={points}", span(7));
    let of_fleet = |points| {
        format!("/api/telemetry/series?scope=fleet&algorithm=sha256d&metric=hashrate&{}&points={points}", span(365))
    };
    let charts = [
        (week, Duration::from_millis(5), WIDTHS.map(of_miner)),
        (year, Duration::from_millis(50), WIDTHS.map(of_fleet)),
    ];
    for (row, most, paths) in charts {
        let chart = timed(&house, &paths).await?;
        report.measured(
            row,
            chart.p50 <= most,
            format!(
                "{}, p99 {}, first {}; {} points",
                show(chart.p50),
                show(chart.p99),
                show(chart.first),
                chart.points
            ),
            format!("{:.1} × an empty answer ({})", times(chart.p50, nothing.p50), show(nothing.p50)),
        );
    }
    house.end().await
}

#[derive(Default)]
struct Timed {
    first: Duration,
    p50: Duration,
    p99: Duration,
    points: usize,
}

/// The slowest of the paths, each asked for often by one client.
async fn timed(house: &House, paths: &[String]) -> Result<Timed> {
    let mut client = house.client();
    // The connection is not part of it.
    client.json("GET", "/api/health/live", None).await?;
    let mut worst = Timed::default();
    for path in paths {
        let mut took = Vec::with_capacity(200);
        let mut points = 0;
        for n in 0..200 {
            let asked = Instant::now();
            let reply = client.get(path).await?;
            took.push(asked.elapsed());
            ensure!(reply.status == 200, "{path}: {} {}", reply.status, String::from_utf8_lossy(reply.body));
            if n == 0 {
                let chart: serde_json::Value = serde_json::from_slice(reply.body)?;
                points = chart["points"].as_array().map_or(0, Vec::len);
            }
        }
        ensure!(points > 0 || !path.contains("points="), "{path} has no points");
        let first = took[0];
        let one = Timed { first, p50: quantile(&mut took, 0.5), p99: quantile(&mut took, 0.99), points };
        if one.p50 >= worst.p50 {
            worst = one;
        }
    }
    Ok(worst)
}
