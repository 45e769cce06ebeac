//! Bytes that reach the disk for each sample, by the kernel's count over the program and its PostgreSQL.
//!
//! Real `hmm serve` in real time, both databases side by side with ten miners each. Half an hour holds everything that
//! comes round: flushes, one roll-up, a checkpoint. The first half hour of a new house also holds its founding, which
//! happens once; the figure is the mean of all the others (a checkpoint may fall into any of them), each is told.

use crate::Bench;
use crate::house::{Database, House};
use crate::neighbours::Neighbours;
use crate::process::written;
use crate::report::{self, Report};
use anyhow::Result;
use std::ops::Range;
use std::time::Duration;

const MINERS: usize = 10;
const MOST: f64 = 2_000.0;
const HALF_HOUR: u64 = 30;

/// What is being counted.
struct Count {
    row: &'static str,
    house: House,
    miners: Range<usize>,
    /// What had been written and polled at the end of each half hour, and at the beginning of the first.
    marks: Vec<Mark>,
}

#[derive(Clone, Copy)]
struct Mark {
    bytes: u64,
    polls: u64,
}

impl Count {
    async fn mark(&mut self, next_door: &mut Neighbours) -> Result<()> {
        let bytes = written(self.house.running.pid())?;
        let polls = next_door.requests(self.miners.clone()).await?;
        self.marks.push(Mark { bytes, polls });
        Ok(())
    }

    /// Bytes a sample and samples between each mark and the next.
    fn windows(&self) -> Vec<(f64, u64)> {
        let each = |pair: &[Mark]| {
            let polls = pair[1].polls.saturating_sub(pair[0].polls);
            (pair[1].bytes.saturating_sub(pair[0].bytes) as f64 / polls.max(1) as f64, polls)
        };
        self.marks.windows(2).map(each).collect()
    }
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
            Ok(house) => counts.push(Count { row, house, miners, marks: Vec::new() }),
            Err(error) => report.failed(row, &format!("{error:#}")),
        }
    }
    // The first flushes carry what is written only once.
    let (lead, minutes) = bench.size((130, bench.disk_minutes), (5, 1));
    tokio::time::sleep(Duration::from_secs(lead)).await;
    for count in &mut counts {
        count.mark(&mut next_door).await?;
    }
    let half_hours = minutes.div_ceil(HALF_HOUR);
    for _ in 0..half_hours {
        tokio::time::sleep(Duration::from_mins(minutes / half_hours)).await;
        for count in &mut counts {
            count.mark(&mut next_door).await?;
        }
    }
    for count in counts {
        tell(report, &count, minutes);
        count.house.end().await?;
    }
    Ok(())
}

fn tell(report: &mut Report, count: &Count, minutes: u64) {
    let windows = count.windows();
    let later = windows.get(1..).filter(|later| !later.is_empty()).unwrap_or(&windows);
    let polls: u64 = later.iter().map(|(_, polls)| polls).sum();
    let mean = later.iter().map(|(each, polls)| each * *polls as f64).sum::<f64>() / polls.max(1) as f64;
    if mean == 0.0 {
        let why = "the kernel counted nothing; is the folder in memory? Give another with --scratch";
        return report.failed(count.row, why);
    }
    let length = minutes / windows.len().max(1) as u64;
    let each: Vec<String> = windows.iter().map(|(each, _)| format!("{:.2}", each / 1e3)).collect();
    report.measured(
        count.row,
        mean <= MOST,
        format!(
            "{:.2} KB after the first {length} min of `hmm serve` ({polls} samples; each {length} min from the founding on: {} KB)",
            mean / 1e3,
            each.join(", ")
        ),
        "the same everywhere with pages of 4 KiB",
    );
}

async fn settle(bench: &Bench, database: Database, next_door: &Neighbours, miners: Range<usize>) -> Result<House> {
    let house = House::found(bench, database, &["interval: 30s"]).await?;
    house.add(&next_door.addresses[miners], true).await?;
    house.all_read().await?;
    Ok(house)
}
