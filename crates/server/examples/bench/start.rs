//! From the start of the process to the first 200.

use crate::Bench;
use crate::house::{self, Database, Running};
use crate::report::{self, Report};
use crate::statistics::{median, show, times};
use anyhow::{Context, Result, ensure};
use std::process::Stdio;
use std::time::{Duration, Instant};

pub(crate) async fn measure(bench: &Bench, report: &mut Report) -> Result<()> {
    let nothing = nothing(bench).await?;
    let against = |took: Duration| format!("{:.0} × `hmm --version` ({})", times(took, nothing), show(nothing));
    for database in Database::BOTH {
        let (first_row, later_row, most) = match database {
            Database::Sqlite => (report::START_SQLITE, None, Duration::from_millis(300)),
            Database::Postgresql => (report::START_PG_FIRST, Some(report::START_PG_LATER), Duration::from_secs(3)),
        };
        match starts(bench, database).await {
            Ok((first, later)) => {
                let text = match later_row {
                    None => format!("{}, later {}", show(first), show(later)),
                    Some(_) => show(first),
                };
                report.measured(first_row, first <= most, text, against(first));
                if let Some(row) = later_row {
                    report.measured(row, later <= Duration::from_secs(1), show(later), against(later));
                }
            }
            Err(error) => {
                let why = format!("{error:#}");
                report.failed(first_row, &why);
                if let Some(row) = later_row {
                    report.failed(row, &why);
                }
            }
        }
    }
    Ok(())
}

/// Medians of the first and the later start.
async fn starts(bench: &Bench, database: Database) -> Result<(Duration, Duration)> {
    let (mut first, mut later) = (Vec::new(), Vec::new());
    for _ in 0..bench.size(5, 2) {
        let dir = house::folder(bench, database, &[])?;
        for took in [&mut first, &mut later] {
            let mut running = Running::start(bench, dir.path())?;
            took.push(running.ready().await?);
            running.stop().await?;
        }
    }
    Ok((median(&mut first), median(&mut later)))
}

/// What the machine needs to start the program for nothing.
async fn nothing(bench: &Bench) -> Result<Duration> {
    let mut all = Vec::new();
    for _ in 0..5 {
        let mut command = tokio::process::Command::new(&bench.program);
        command.arg("--version").stdout(Stdio::null()).kill_on_drop(true);
        let began = Instant::now();
        let status = command.status().await.context("starting the program")?;
        ensure!(status.success(), "`hmm --version` ended with {status}");
        all.push(began.elapsed());
    }
    Ok(median(&mut all))
}
