//! Bytes that reach the disk for each sample, by the kernel's count over the program and its PostgreSQL.
//!
//! Real `hmm serve` in real time, both databases side by side with ten miners each. Half an hour holds everything that
//! comes round: flushes, one roll-up, write-backs.

use crate::Bench;
use crate::house::{Database, House};
use crate::neighbours::Neighbours;
use crate::process::written;
use crate::report::{self, Report};
use anyhow::{Result, ensure};
use std::ops::Range;
use std::time::Duration;

const MINERS: usize = 10;
const MOST: f64 = 2_000.0;

/// What is being counted.
struct Count {
    row: &'static str,
    house: House,
    miners: Range<usize>,
    bytes: u64,
    polls: u64,
}

pub(crate) async fn measure(bench: &Bench, report: &mut Report) -> Result<()> {
    let mut next_door = Neighbours::start(20, Duration::from_millis(50)).await?;
    let mut counts = Vec::new();
    for (n, database) in Database::BOTH.into_iter().enumerate() {
        let miners = n * MINERS..(n + 1) * MINERS;
        let row = match database {
            Database::Sqlite => report::DISK_SQLITE,
            Database::Postgresql => report::DISK_PG,
        };
        match settle(bench, database, &next_door, miners.clone()).await {
            Ok(house) => counts.push(Count { row, house, miners, bytes: 0, polls: 0 }),
            Err(error) => report.failed(row, &format!("{error:#}")),
        }
    }
    // The first flushes carry what is written only once.
    let (lead, minutes) = bench.size((130, bench.disk_minutes), (5, 1));
    tokio::time::sleep(Duration::from_secs(lead)).await;
    for count in &mut counts {
        count.bytes = written(count.house.running.pid())?;
        count.polls = next_door.requests(count.miners.clone()).await?;
    }
    tokio::time::sleep(Duration::from_mins(minutes)).await;
    for Count { row, house, miners, bytes, polls } in counts {
        let bytes = written(house.running.pid())?.saturating_sub(bytes);
        let polls = next_door.requests(miners).await?.saturating_sub(polls);
        if bytes == 0 {
            report.failed(row, "the kernel counted nothing; is the folder in memory? Give another with --scratch");
        } else {
            ensure!(polls > 0, "nobody was polled");
            let each = bytes as f64 / polls as f64;
            let roll_up = if minutes >= 30 { "with a roll-up" } else { "too short to hold a roll-up for certain" };
            report.measured(
                row,
                each <= MOST,
                format!("{:.2} KB ({polls} samples in {minutes} min of `hmm serve`, {roll_up})", each / 1e3),
                "the same everywhere with pages of 4 KiB",
            );
        }
        house.end().await?;
    }
    Ok(())
}

async fn settle(bench: &Bench, database: Database, next_door: &Neighbours, miners: Range<usize>) -> Result<House> {
    let house = House::found(bench, database, &["interval: 30s"]).await?;
    house.add(&next_door.addresses[miners], true).await?;
    house.all_read().await?;
    Ok(house)
}
