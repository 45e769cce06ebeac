//! What the program needs and how fast it is, measured as people run it. `cargo xtask bench` builds and starts this.
//!
//! ```text
//! main ─► parts (sweep, memory, start, list, charts, viewers, disk) ─► report (one table)
//!              └─► house: the real `hmm serve` in a folder of its own      neighbours: simulated miners in a child
//! ```
//! **Invariant:** what could not be measured is said to be so, never guessed; every child ends with this program, also
//! when a part fails, takes too long or is interrupted.
#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    reason = "measures real processes in real time and prints a table; nothing simulates it"
)]
#![expect(clippy::cast_precision_loss, reason = "statistics; every number here is far below 2^52")]

mod charts;
mod disk;
mod house;
mod http;
mod list;
mod memory;
mod neighbours;
mod process;
mod report;
mod seed;
mod start;
mod statistics;
mod sweep;
mod viewers;

use anyhow::{Context, Result, bail};
use clap::{Parser, ValueEnum};
use report::Report;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

/// Measures the program and prints a Markdown table.
#[derive(Parser)]
struct Args {
    /// The `hmm` to measure.
    #[arg(long)]
    program: Option<PathBuf>,
    /// Only these parts.
    #[arg(long, value_enum, value_delimiter = ',')]
    only: Vec<Part>,
    /// Where folders of measured houses are made. In memory (tmpfs) no writing can be counted.
    #[arg(long)]
    scratch: Option<PathBuf>,
    /// How long written bytes are counted; every half hour holds exactly one roll-up, the first one the founding too.
    #[arg(long, default_value_t = 90)]
    disk_minutes: u64,
    /// Tiny sizes and short times, to try the measuring itself. The numbers mean nothing.
    #[arg(long)]
    small: bool,
    /// For itself: be the neighbourhood, with so many miners.
    #[arg(long, hide = true)]
    neighbours: Option<u16>,
    #[arg(long, hide = true, default_value_t = 0)]
    latency_ms: u64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    Sweep,
    Memory,
    Start,
    List,
    Charts,
    Viewers,
    Disk,
}

impl Part {
    const ALL: [Self; 7] =
        [Self::Sweep, Self::Memory, Self::Start, Self::List, Self::Charts, Self::Viewers, Self::Disk];

    /// A part that takes longer is given up.
    fn patience(self, bench: &Bench) -> Duration {
        let minutes = match self {
            Self::Sweep | Self::Start | Self::Viewers => 10,
            Self::Memory | Self::List => 5,
            Self::Charts => 60,
            Self::Disk => bench.disk_minutes + 10,
        };
        Duration::from_mins(minutes)
    }

    async fn measure(self, bench: &Bench, report: &mut Report) -> Result<()> {
        match self {
            Self::Sweep => sweep::measure(bench, report).await,
            Self::Memory => memory::measure(bench, report).await,
            Self::Start => start::measure(bench, report).await,
            Self::List => list::measure(bench, report).await,
            Self::Charts => charts::measure(bench, report).await,
            Self::Viewers => viewers::measure(bench, report).await,
            Self::Disk => disk::measure(bench, report).await,
        }
    }
}

/// What all parts need to know.
struct Bench {
    program: PathBuf,
    scratch: PathBuf,
    disk_minutes: u64,
    small: bool,
}

impl Bench {
    /// The real size, or the one for trying.
    fn size<T>(&self, real: T, small: T) -> T {
        if self.small { small } else { real }
    }
}

fn main() -> ExitCode {
    match run(Args::parse()) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: Args) -> Result<ExitCode> {
    // The house's own client speaks TLS through ring, as `hmm` arranges it in its main.
    let _ = rustls::crypto::ring::default_provider().install_default();
    process::lift_file_limit();
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build().context("no threads")?;
    if let Some(miners) = args.neighbours {
        runtime.block_on(neighbours::be(miners, Duration::from_millis(args.latency_ms)))?;
        return Ok(ExitCode::SUCCESS);
    }
    let Some(program) = args.program else { bail!("say which program to measure: --program PATH") };
    let program = std::path::absolute(program)?;
    if !program.is_file() {
        bail!("{} is not there: build it first", program.display());
    }
    let bench = Bench {
        program,
        scratch: std::path::absolute(args.scratch.unwrap_or_else(std::env::temp_dir))?,
        disk_minutes: args.disk_minutes.max(1),
        small: args.small,
    };
    process::warn_when_busy();
    let parts = if args.only.is_empty() { Part::ALL.to_vec() } else { args.only };
    let report = runtime.block_on(all(&bench, &parts))?;
    report.print(bench.small);
    Ok(if report.all_met() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// One part after the other: they would disturb each other's numbers.
async fn all(bench: &Bench, parts: &[Part]) -> Result<Report> {
    let mut report = Report::of(parts);
    let mut interrupted = std::pin::pin!(process::interrupted());
    for part in Part::ALL.into_iter().filter(|part| parts.contains(part)) {
        eprintln!("measuring: {}", part.to_possible_value().map_or_else(String::new, |v| v.get_name().to_owned()));
        let patience = part.patience(bench);
        let measured = tokio::select! {
            measured = tokio::time::timeout(patience, part.measure(bench, &mut report)) => measured,
            () = &mut interrupted => bail!("interrupted"),
        };
        let why = match measured {
            Ok(Ok(())) => "the part ended without a number".to_owned(),
            Ok(Err(error)) => format!("{error:#}"),
            Err(_) => format!("given up after {} minutes", patience.as_secs() / 60),
        };
        report.close(part, &why);
    }
    Ok(report)
}
