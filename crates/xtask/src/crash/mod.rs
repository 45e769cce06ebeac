//! `cargo xtask crash`: kills the program and its database at chosen moments, and checks that nothing promised is lost.
//!
//! Two programs run: a demo whose simulated miners live through everything, and the installation under test, which
//! reaches one of these miners through a relay that counts restarts.

mod house;
mod http;
mod process;
mod random;
mod relay;

use std::net::SocketAddr;
use std::path::Path;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::build::{self, Profile};
use crate::shell;
use crate::tally::Count;
use house::House;
use http::Client;
use process::Process;
use random::Random;
use relay::Relay;

/// A fixed seed makes CI's rounds the same every time; other moments are tried by hand.
pub(crate) const DEFAULT_SEED: u64 = 7;

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

    const fn kills(self) -> &'static [Kill] {
        match self {
            Self::Sqlite => &[Kill::Server],
            Self::Postgres => &[Kill::Server, Kill::Database, Kill::Both],
        }
    }
}

/// What is killed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kill {
    Server,
    Database,
    Both,
}

struct Options {
    rounds: u32,
    databases: Vec<Database>,
    seed: u64,
}

pub(crate) fn main(args: &[String]) -> Result<ExitCode> {
    let options = parse(args)?;
    build::build(Profile::Quick)?;
    let count = rounds(options.rounds, &options.databases, options.seed)?;
    println!("seed {}", options.seed);
    Ok(count.last_line())
}

fn parse(args: &[String]) -> Result<Options> {
    let mut options = Options { rounds: 50, databases: Database::BOTH.to_vec(), seed: DEFAULT_SEED };
    let mut args = args.iter();
    while let Some(flag) = args.next() {
        let value = args.next().with_context(|| format!("{flag} needs a value"))?;
        match (flag.as_str(), value.as_str()) {
            ("--rounds", number) => options.rounds = number.parse().context("--rounds takes a number")?,
            ("--seed", number) => options.seed = number.parse().context("--seed takes a number")?,
            ("--db", "sqlite") => options.databases = vec![Database::Sqlite],
            ("--db", "postgres") => options.databases = vec![Database::Postgres],
            ("--db", "both") => options.databases = Database::BOTH.to_vec(),
            _ => bail!("`crash` knows --rounds N, --db sqlite|postgres|both and --seed N, not `{flag} {value}`"),
        }
    }
    Ok(options)
}

/// Runs the rounds on the quick build, which must be there.
pub(crate) fn rounds(rounds: u32, databases: &[Database], seed: u64) -> Result<Count> {
    let program = shell::target_dir().join("quick/hmm");
    let scratch = shell::scratch("crash")?;
    std::fs::remove_dir_all(&scratch).context("emptying the folder for crash rounds")?;
    let scratch = shell::scratch("crash")?;
    let (_neighbourhood, device) = neighbourhood(&program, &scratch, seed)?;
    let relay = Relay::start(device)?;
    let mut count = Count::default();
    for database in databases {
        let mut random = Random::new(seed);
        let mut house = None;
        for round in 1..=rounds {
            let name = format!("{}-{round}", database.name());
            let outcome = one(&mut house, &program, &scratch.join(&name), *database, &mut random, &relay);
            match outcome {
                Ok(what) => {
                    count.passed += 1;
                    println!("{name}: {what}: nothing lost");
                }
                Err(error) => {
                    count.failed += 1;
                    println!("{name}: FAILED: {error:#} (the folder is kept in {})", shell::relative(&scratch));
                    // What comes after a broken promise says nothing; the next round starts in an empty house.
                    house = None;
                }
            }
        }
    }
    Ok(count)
}

fn one(
    house: &mut Option<House>,
    program: &Path,
    dir: &Path,
    database: Database,
    random: &mut Random,
    relay: &Relay,
) -> Result<String> {
    if random.below(5) == 0 {
        House::found_under_fire(program, dir, database, random)?;
        return Ok("killed while being founded".to_owned());
    }
    let house = match house {
        Some(house) => house,
        None => house.insert(House::found(program, dir.to_path_buf(), database, relay)?),
    };
    let kill = random.pick(database.kills());
    house.round(kill, random, relay)?;
    Ok(format!("{kill:?} killed"))
}

/// Starts the simulated miners and returns the address of the first one.
fn neighbourhood(program: &Path, scratch: &Path, seed: u64) -> Result<(Process, SocketAddr)> {
    let dir = scratch.join("neighbourhood");
    let (seed, folder) = (seed.to_string(), dir.to_string_lossy());
    let args = ["demo", "--port", "0", "--seed", &seed, "--config-dir", &folder];
    let process = Process::start(program, &args, 0, &dir.with_extension("log"))?;
    let control = process.wait_for("control on", Duration::from_secs(30))?;
    let world =
        Client { address: control, cookie: None }.get("/world").context("asking the simulator for its miners")?;
    let first = world.body["miners"][0]["address"].as_str().unwrap_or_default();
    let device = first.parse().with_context(|| format!("the simulator named no miner: {}", world.body))?;
    Ok((process, device))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_understood_or_refused() {
        let words = |text: &str| text.split_whitespace().map(str::to_owned).collect::<Vec<_>>();
        let options = parse(&words("--rounds 3 --db postgres --seed 9")).unwrap();
        assert_eq!((options.rounds, options.databases, options.seed), (3, vec![Database::Postgres], 9));
        assert!(parse(&words("--db oracle")).is_err());
        assert!(parse(&words("--rounds")).is_err());
    }
}
