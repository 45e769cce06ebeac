//! `cargo xtask crash`: kills the program and its database at chosen moments, and checks that nothing promised is lost.
//!
//! Two programs run: a demo whose simulated miners live through everything, and the installation under test, which
//! reaches these miners through relays that count restarts.

mod house;
pub(crate) mod http;
mod person;
mod plan;
mod postgres;
pub(crate) mod process;
mod promises;
mod random;
mod relay;

use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use crate::build::{self, Profile};
use crate::shell;
use crate::tally::Count;
use house::House;
use http::Client;
use plan::{Blow, Deck, Moment};
use process::Process;
use random::Random;
use relay::Relay;

/// A fixed seed makes CI's rounds the same every time; other moments are tried by hand.
pub(crate) const DEFAULT_SEED: u64 = 7;
const PASSWORD: &str = "correct horse battery staple";

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Database {
    Sqlite,
    Postgres,
}

impl Database {
    pub(crate) const BOTH: [Self; 2] = [Self::Sqlite, Self::Postgres];

    const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgresql",
        }
    }
}

struct Options {
    rounds: u32,
    databases: Vec<Database>,
    seed: u64,
    /// A program that is there already, instead of a fresh quick build.
    program: Option<PathBuf>,
}

pub(crate) fn main(args: &[String]) -> Result<ExitCode> {
    let options = parse(args)?;
    let program = match options.program {
        Some(program) => std::path::absolute(program)?,
        None => build::build(Profile::Quick)?,
    };
    let began = Instant::now();
    let count = run(&program, options.rounds, &options.databases, options.seed)?;
    println!("seed {}, {} s", options.seed, began.elapsed().as_secs());
    Ok(count.last_line())
}

fn parse(args: &[String]) -> Result<Options> {
    let mut options = Options { rounds: 50, databases: Database::BOTH.to_vec(), seed: DEFAULT_SEED, program: None };
    let mut args = args.iter();
    while let Some(flag) = args.next() {
        let value = args.next().with_context(|| format!("{flag} needs a value"))?;
        match (flag.as_str(), value.as_str()) {
            ("--rounds", number) => options.rounds = number.parse().context("--rounds takes a number")?,
            ("--seed", number) => options.seed = number.parse().context("--seed takes a number")?,
            ("--db", "sqlite") => options.databases = vec![Database::Sqlite],
            ("--db", "postgres") => options.databases = vec![Database::Postgres],
            ("--db", "both") => options.databases = Database::BOTH.to_vec(),
            ("--program", path) => options.program = Some(path.into()),
            _ => bail!(
                "`crash` knows --rounds N, --db sqlite|postgres|both, --seed N and --program FILE, not `{flag} {value}`"
            ),
        }
    }
    Ok(options)
}

/// Runs the rounds on the quick build, which must be there.
pub(crate) fn rounds(rounds: u32, databases: &[Database], seed: u64) -> Result<Count> {
    run(&shell::target_dir().join("quick/hmm"), rounds, databases, seed)
}

fn run(program: &Path, rounds: u32, databases: &[Database], seed: u64) -> Result<Count> {
    let scratch = scratch()?;
    let (_neighbourhood, devices) = neighbourhood(program, &scratch, seed)?;
    let relays = devices.into_iter().map(Relay::start).collect::<Result<Vec<_>>>()?;
    let sent = || relays.iter().map(Relay::restarts).sum::<u64>();
    let mut count = Count::default();
    for database in databases {
        let mut site = Site {
            program,
            scratch: &scratch,
            database: *database,
            random: Random::new(seed),
            relays: &relays,
            house: None,
            asked: 0,
            count: Count::default(),
            kinds: BTreeMap::new(),
        };
        let restarts = sent();
        site.all(rounds);
        count.passed += site.count.passed;
        count.failed += site.count.failed;
        let kinds: Vec<String> = site.kinds.iter().map(|(kind, times)| format!("{times} × {kind}")).collect();
        println!(
            "{}: {}; {} restarts of miners asked for, {} sent",
            database.name(),
            kinds.join(", "),
            site.asked,
            sent() - restarts
        );
    }
    Ok(count)
}

/// One database's rounds.
struct Site<'a> {
    program: &'a Path,
    scratch: &'a Path,
    database: Database,
    random: Random,
    relays: &'a [Relay],
    house: Option<House>,
    asked: u64,
    count: Count,
    kinds: BTreeMap<String, u32>,
}

impl Site<'_> {
    fn all(&mut self, rounds: u32) {
        let mut deck = Deck::new(self.database);
        for round in 1..=rounds {
            let dealt = deck.deal(&mut self.random);
            let blow = if self.house.is_some() { dealt } else { dealt.at_founding() };
            let name = format!("{}-{round}", self.database.name());
            let outcome = self.one(blow, &name);
            let kind = format!("{} {}", blow.kill.name(), blow.moment.name());
            self.book(&name, outcome.map(|said| format!("{kind} killed {said}")));
            *self.kinds.entry(kind).or_default() += 1;
        }
        if let Some(house) = self.house.take() {
            let outcome = self.close(house);
            self.book(
                self.database.name(),
                outcome.map(|()| "stopped in order, and all there at the next start".to_owned()),
            );
        }
    }

    /// Empty folders per round of founding: with SQLite it is over so quickly that a blow hits little of it.
    const fn foundings(&self) -> u8 {
        match self.database {
            Database::Sqlite => 3,
            Database::Postgres => 1,
        }
    }

    fn book(&mut self, name: &str, outcome: Result<String>) {
        match outcome {
            Ok(said) => {
                self.count.passed += 1;
                println!("{name}: {said}: nothing lost");
            }
            Err(error) => {
                self.count.failed += 1;
                println!("{name}: FAILED: {error:#} (the folders and logs are kept in {})", self.scratch.display());
            }
        }
    }

    fn one(&mut self, blow: Blow, name: &str) -> Result<String> {
        if blow.moment == Moment::Founding {
            // The house before has done its part.
            if let Some(before) = self.house.take() {
                self.close(before)?;
            }
            let mut said = String::new();
            for attempt in 1..=self.foundings() {
                let dir = self.scratch.join(format!("{name}-{attempt}"));
                let random = &mut self.random;
                let (house, how) = House::found(self.program, dir, self.database, blow.kill, random, self.relays)?;
                said.push_str(if attempt > 1 { "; then " } else { "" });
                said.push_str(&how);
                if let Some(before) = self.house.replace(house) {
                    self.close(before)?;
                }
            }
            return Ok(said);
        }
        // What comes after a broken promise says nothing: only a house that passed is lived in further.
        let Some(mut house) = self.house.take() else { bail!("there is no house") };
        let said = house.round(blow, &mut self.random, self.relays)?;
        self.house = Some(house);
        Ok(said)
    }

    fn close(&mut self, house: House) -> Result<()> {
        self.asked += house.restarts();
        house.close().context("stopping the house")
    }
}

/// A folder of its own, emptied. PostgreSQL's user must be able to walk into it.
fn scratch() -> Result<PathBuf> {
    let usual = shell::scratch("crash")?;
    let walkable = postgres::user_for_root().is_none() || postgres::open_to_others(&usual);
    let dir = if walkable { usual } else { std::env::temp_dir().join("hmm-crash") };
    if dir.exists() {
        std::fs::remove_dir_all(&dir).context("emptying the folder for crash rounds")?;
    }
    std::fs::create_dir_all(&dir).with_context(|| format!("creating {}", dir.display()))?;
    Ok(dir)
}

/// Starts the simulated miners and returns their addresses.
fn neighbourhood(program: &Path, scratch: &Path, seed: u64) -> Result<(Process, Vec<SocketAddr>)> {
    let dir = scratch.join("neighbourhood");
    house::write_config(&dir, Database::Sqlite)?;
    let (seed, folder) = (seed.to_string(), dir.to_string_lossy());
    let args = ["demo", "--port", "0", "--seed", &seed, "--config-dir", &folder];
    let process = Process::start(program, &args, 0, &dir.with_extension("log"))?;
    let control = process.wait_for("control on", Duration::from_secs(30))?;
    let world =
        Client { address: control, cookie: None }.get("/world").context("asking the simulator for its miners")?;
    let miners = world.body["miners"].as_array().into_iter().flatten();
    let devices: Vec<SocketAddr> = miners.filter_map(|miner| miner["address"].as_str()?.parse().ok()).collect();
    ensure!(!devices.is_empty(), "the simulator named no miner: {}", world.body);
    Ok((process, devices))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_understood_or_refused() {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let options = parse(&words("--rounds 3 --db postgres --seed 9")).unwrap();
        assert_eq!((options.rounds, options.databases, options.seed), (3, vec![Database::Postgres], 9));
        assert_eq!(parse(&words("--program /bin/hmm")).unwrap().program, Some("/bin/hmm".into()));
        assert!(parse(&words("--db oracle")).is_err());
        assert!(parse(&words("--rounds")).is_err());
    }
}
