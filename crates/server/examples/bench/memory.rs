//! What a small house needs when nobody looks.

use crate::Bench;
use crate::house::{Database, House};
use crate::neighbours::Neighbours;
use crate::process::resident;
use crate::report::{self, Report};
use crate::statistics::megabytes;
use anyhow::Result;
use std::time::Duration;

const MOST: u64 = 30_000_000;

pub(crate) async fn measure(bench: &Bench, report: &mut Report) -> Result<()> {
    let next_door = Neighbours::start(10, Duration::from_millis(50)).await?;
    let house = House::found(bench, Database::Sqlite, &[]).await?;
    house.add(&next_door.addresses, true).await?;
    house.all_read().await?;
    tokio::time::sleep(Duration::from_secs(bench.size(60, 3))).await;
    let rss = resident(house.running.pid())?;
    report.measured(
        report::MEMORY,
        rss.all <= MOST,
        format!(
            "{:.1} MB: {:.1} MB its own (RssAnon), {:.1} MB mapped files (RssFile); at most {:.1} MB since the start",
            megabytes(rss.all),
            megabytes(rss.own),
            megabytes(rss.file),
            megabytes(rss.most)
        ),
        "",
    );
    house.end().await
}
