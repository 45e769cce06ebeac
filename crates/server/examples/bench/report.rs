//! The table: what was to be measured, what was aimed at, what came out.
//!
//! **Invariant:** every figure of a part that was asked for has a row, measured or not.

use crate::Part;
use std::fmt::Write as _;

/// A figure: the part that measures it, what it is, what it should be.
struct Figure {
    part: Part,
    what: &'static str,
    aim: &'static str,
}

pub(crate) const SWEEP: &str = "Sweep of 1,000 miners, 50 ms latency";
pub(crate) const POLL_CPU: &str = "CPU of a poll, all in";
pub(crate) const LIVING: &str = "p99 of the living, 10 dead among 1,000";
pub(crate) const MEMORY: &str = "Idle memory, SQLite, 10 miners, after a minute";
pub(crate) const START_SQLITE: &str = "First 200, SQLite, empty folder";
pub(crate) const START_PG_FIRST: &str = "First 200, embedded PostgreSQL, empty folder";
pub(crate) const START_PG_LATER: &str = "First 200, embedded PostgreSQL, later";
pub(crate) const LIST: &str = "List of 300 miners, 16 clients, p50";
pub(crate) const WEEK_SQLITE: &str = "7-day chart of a miner over HTTP, 10 M samples, SQLite";
pub(crate) const YEAR_SQLITE: &str = "One-year fleet chart over HTTP, 10 M samples, SQLite";
pub(crate) const WEEK_PG: &str = "7-day chart of a miner over HTTP, 10 M samples, PostgreSQL";
pub(crate) const YEAR_PG: &str = "One-year fleet chart over HTTP, 10 M samples, PostgreSQL";
pub(crate) const LIVE_DELAY: &str = "1,000 live viewers, 10 messages/s: p99 from reading to socket";
pub(crate) const LIVE_MEMORY: &str = "Memory of 1,000 live viewers";
pub(crate) const DISK_SQLITE: &str = "Written per sample, 10 miners at 30 s, SQLite";
pub(crate) const DISK_PG: &str = "Written per sample, 10 miners at 30 s, PostgreSQL";

const FIGURES: [Figure; 16] = [
    Figure { part: Part::Sweep, what: SWEEP, aim: "≤ 1 s" },
    Figure { part: Part::Sweep, what: POLL_CPU, aim: "≤ 1 ms" },
    Figure { part: Part::Sweep, what: LIVING, aim: "unchanged (≤ 1.1 ×)" },
    Figure { part: Part::Memory, what: MEMORY, aim: "≤ 30 MB" },
    Figure { part: Part::Start, what: START_SQLITE, aim: "≤ 0.3 s" },
    Figure { part: Part::Start, what: START_PG_FIRST, aim: "≤ 3 s" },
    Figure { part: Part::Start, what: START_PG_LATER, aim: "≤ 1 s" },
    Figure { part: Part::List, what: LIST, aim: "≤ 5 ms" },
    Figure { part: Part::Charts, what: WEEK_SQLITE, aim: "≤ 5 ms" },
    Figure { part: Part::Charts, what: YEAR_SQLITE, aim: "≤ 50 ms" },
    Figure { part: Part::Charts, what: WEEK_PG, aim: "≤ 5 ms" },
    Figure { part: Part::Charts, what: YEAR_PG, aim: "≤ 50 ms" },
    Figure { part: Part::Viewers, what: LIVE_DELAY, aim: "≤ 250 ms" },
    Figure { part: Part::Viewers, what: LIVE_MEMORY, aim: "≤ 60 MB more" },
    Figure { part: Part::Disk, what: DISK_SQLITE, aim: "≤ 2 KB" },
    Figure { part: Part::Disk, what: DISK_PG, aim: "≤ 2 KB" },
];

enum Outcome {
    Open,
    Measured { text: String, met: bool, ratio: String },
    Failed(String),
}

pub(crate) struct Report(Vec<(Figure, Outcome)>);

impl Report {
    pub(crate) fn of(parts: &[Part]) -> Self {
        let wanted = FIGURES.into_iter().filter(|figure| parts.contains(&figure.part));
        Self(wanted.map(|figure| (figure, Outcome::Open)).collect())
    }

    /// `ratio` is what would come out much the same on another machine; empty where there is no such thing.
    pub(crate) fn measured(&mut self, what: &str, met: bool, text: impl Into<String>, ratio: impl Into<String>) {
        self.set(what, Outcome::Measured { text: text.into(), met, ratio: ratio.into() });
    }

    pub(crate) fn failed(&mut self, what: &str, why: &str) {
        self.set(what, Outcome::Failed(why.to_owned()));
    }

    fn set(&mut self, what: &str, outcome: Outcome) {
        for (figure, kept) in &mut self.0 {
            if figure.what == what {
                eprintln!("  {what}: {}", shown(&outcome));
                *kept = outcome;
                return;
            }
        }
    }

    /// Whatever has no number by now gets none.
    pub(crate) fn close(&mut self, part: Part, why: &str) {
        let open = self.0.iter().filter(|(figure, kept)| figure.part == part && matches!(kept, Outcome::Open));
        for what in open.map(|(figure, _)| figure.what).collect::<Vec<_>>() {
            self.failed(what, why);
        }
    }

    pub(crate) fn all_met(&self) -> bool {
        self.0.iter().all(|(_, kept)| matches!(kept, Outcome::Measured { met: true, .. }))
    }

    pub(crate) fn print(&self, small: bool) {
        println!("Machine: {}", machine());
        println!("Program: {}", if cfg!(debug_assertions) { "a debug build" } else { "an optimised build" });
        if small {
            println!("Small sizes (--small): the numbers mean nothing.");
        }
        println!("\n| what | aim | measured | machine-independent |\n|---|---|---|---|");
        for (figure, outcome) in &self.0 {
            let ratio = match outcome {
                Outcome::Measured { ratio, .. } if !ratio.is_empty() => ratio,
                Outcome::Measured { .. } | Outcome::Open | Outcome::Failed(_) => "–",
            };
            println!("| {} | {} | {} | {} |", figure.what, figure.aim, cell(&shown(outcome)), cell(ratio));
        }
    }
}

fn shown(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Measured { text, met: true, .. } => text.clone(),
        Outcome::Measured { text, met: false, .. } => format!("**missed:** {text}"),
        Outcome::Failed(why) => format!("**not measured:** {why}"),
        Outcome::Open => "**not measured**".to_owned(),
    }
}

/// One line without a column's border, and nothing of where this machine keeps its files.
fn cell(text: &str) -> String {
    let words = text.split_whitespace().map(|word| if word.starts_with('/') { "(path)" } else { word });
    let line = words.collect::<Vec<_>>().join(" ").replace('|', "/");
    line.chars().take(400).collect()
}

/// Cores, memory, system and kernel; nothing that names this very machine.
fn machine() -> String {
    let read = |path: &str| std::fs::read_to_string(path).unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(0, std::num::NonZero::get);
    let memory = read("/proc/meminfo");
    let memory = memory.lines().find_map(|line| line.strip_prefix("MemTotal:")?.trim().strip_suffix(" kB"));
    let memory = memory.and_then(|kib| kib.trim().parse::<f64>().ok()).unwrap_or_default() / 1_048_576.0;
    let release = read("/etc/os-release");
    let system = release.lines().find_map(|line| line.strip_prefix("PRETTY_NAME="));
    let system = system.map_or("an unknown system", |name| name.trim_matches('"'));
    let kernel = read("/proc/sys/kernel/osrelease");
    let kernel: String = kernel.chars().take_while(|c| c.is_ascii_digit() || *c == '.').collect();
    let mut text = format!("{cores} cores, {memory:.1} GiB of memory, {system}");
    if !kernel.is_empty() {
        let _ = write!(text, ", Linux {kernel}");
    }
    text
}
