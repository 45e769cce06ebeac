//! One installation under test: a folder, a program over it, a signed-in person, and what was promised to them.

use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::json;

use super::http::{Client, Reply};
use super::person::Person;
use super::plan::{Blow, Kill, Moment};
use super::process::{self, Process};
use super::promises::Promises;
use super::random::Random;
use super::relay::Relay;
use super::{Database, PASSWORD, postgres};

/// Ready again by itself within this time, or the round has failed.
const READY_WITHIN: Duration = Duration::from_secs(30);
/// An orderly stop takes at most fifteen seconds.
const STOP_WITHIN: Duration = Duration::from_secs(20);

pub(super) struct House {
    program: PathBuf,
    dir: PathBuf,
    database: Database,
    process: Process,
    client: Client,
    miners: Vec<Miner>,
    /// Whose tags and modes people change.
    main: i64,
    promises: Promises,
    writes: u64,
    rounds: usize,
}

/// One miner of the house, behind the relay of the same place in the row.
struct Miner {
    id: i64,
    /// Restarts that were asked for in this house, and how many its relay had seen before it.
    asked: u64,
    before: u64,
}

impl House {
    /// Founds a house from an empty folder and kills it twice on the way; then somebody moves in.
    pub(super) fn found(
        program: &Path,
        dir: PathBuf,
        database: Database,
        kill: Kill,
        random: &mut Random,
        relays: &[Relay],
    ) -> Result<(Self, String)> {
        write_config(&dir, database)?;
        let port = process::free_port()?;
        let mut house = Self {
            process: start(program, &dir, port)?,
            program: program.to_path_buf(),
            client: Client { address: ([127, 0, 0, 1], port).into(), cookie: None },
            dir,
            database,
            miners: Vec::new(),
            main: 0,
            promises: Promises::default(),
            writes: 0,
            rounds: 0,
        };
        // What takes PostgreSQL a second is done by SQLite in a few dozen milliseconds.
        let (empty, filling) = match database {
            Database::Sqlite => (Duration::from_millis(60), Duration::from_millis(20)),
            Database::Postgres => (Duration::from_millis(600), Duration::from_millis(300)),
        };
        let first = random.within(empty);
        thread::sleep(first);
        house.strike(kill)?;
        let mut early = u8::from(!house.process.had_said("ready"));
        house.process = start(&house.program, &house.dir, port)?;
        // The second when the database is just there and being filled with its tables.
        house.wait_for_database()?;
        let second = random.within(filling);
        thread::sleep(second);
        house.strike(kill)?;
        early += u8::from(!house.process.had_said("ready"));
        house.process = start(&house.program, &house.dir, port)?;
        let ready = house.wait_until_ready()?;
        house.move_in(relays)?;
        house.promises.check(&house.client, house.main, true)?;
        let said = format!(
            "after {first:?}, and {second:?} after the database was there ({early} of 2 before it was ready); \
             ready in {ready:?}"
        );
        Ok((house, said))
    }

    /// Waits for the first sign of the database.
    fn wait_for_database(&mut self) -> Result<()> {
        let end = Instant::now() + READY_WITHIN;
        loop {
            let there = match self.database {
                Database::Sqlite => self.dir.join("data.db").exists(),
                Database::Postgres => postgres::postmaster(&self.dir).is_some(),
            };
            if there {
                return Ok(());
            }
            ensure!(self.process.is_running(), "the program has ended by itself");
            ensure!(Instant::now() < end, "no database after {READY_WITHIN:?}");
            thread::sleep(Duration::from_millis(2));
        }
    }

    fn move_in(&mut self, relays: &[Relay]) -> Result<()> {
        let code = std::fs::read_to_string(self.dir.join("setup-code")).context("reading the set-up code")?;
        let body = json!({"code": code.trim(), "name": "crash", "password": PASSWORD});
        expect(self.client.call("POST", "/api/auth/setup", Some(&body))?, "set-up")?;
        let login = json!({"name": "crash", "password": PASSWORD});
        let reply = expect(self.client.call("POST", "/api/auth/login", Some(&login))?, "sign-in")?;
        self.client.cookie = Some(reply.cookie.context("signing in set no cookie")?);
        expect(self.client.call("PUT", "/api/system/mode", Some(&json!({"mode": "live"})))?, "LIVE")?;
        for (number, relay) in relays.iter().enumerate() {
            let (ip, port) = (relay.address.ip().to_string(), relay.address.port());
            let mut miner = json!({"name": format!("miner {number}"), "address": ip, "port": port,
                "family": "axeos", "tags": ["t0"], "verify": true});
            let mut reply = self.client.call("POST", "/api/miners", Some(&miner))?;
            let answered = reply.is_success();
            if !answered {
                // It is still booting after a restart of the house before.
                miner["verify"] = json!(false);
                reply = self.client.call("POST", "/api/miners", Some(&miner))?;
            }
            let id = expect(reply, "adding a miner")?.body["id"].as_i64().context("the new miner has no id")?;
            if answered && self.main == 0 {
                self.main = id;
            }
            self.miners.push(Miner { id, asked: 0, before: relay.restarts() });
        }
        ensure!(self.main != 0, "no simulated miner answers");
        self.promises.tag.begin("t0");
        self.promises.people.push("crash".to_owned());
        Ok(())
    }

    /// One round: writes until the blow falls, then checks that everything promised is there.
    pub(super) fn round(&mut self, blow: Blow, random: &mut Random, relays: &[Relay]) -> Result<String> {
        let server = postgres::postmaster(&self.dir);
        let (acknowledged, struck) = self.write_until_struck(blow, random)?;
        let mut again = String::new();
        if blow.kill.ends_server() {
            self.process = start(&self.program, &self.dir, self.client.address.port())?;
            if blow.moment == Moment::Rising {
                let after = random.within(Duration::from_millis(800));
                thread::sleep(after);
                self.strike(blow.kill)?;
                self.process = start(&self.program, &self.dir, self.client.address.port())?;
                again = format!(", again {after:?} later");
            }
        }
        let up = self.wait_until_ready()?;
        // What got up during the last request was away for that time, too.
        let ready = if blow.kill.ends_server() { up } else { milliseconds(struck.elapsed()) };
        let unchanged = server.is_some() && server == postgres::postmaster(&self.dir);
        ensure!(!(blow.kill.ends_database() && unchanged), "PostgreSQL is the same as before the blow: {server:?}");
        self.promises.check(&self.client, self.main, blow.kill.ends_server())?;
        // A step that was planned but not sent before the blow may go out now; give it the time to do so wrongly, too.
        thread::sleep(Duration::from_millis(500));
        for (number, (miner, relay)) in self.miners.iter().zip(relays).enumerate() {
            let sent = relay.restarts() - miner.before;
            ensure!(
                sent <= miner.asked,
                "miner {number}: {} restarts were asked for and {sent} were sent",
                miner.asked
            );
        }
        Ok(format!("after {acknowledged} acknowledged writes{again}; ready in {ready:?}"))
    }

    /// Writes until the blow has fallen; returns how much was acknowledged, and when it fell.
    fn write_until_struck(&mut self, blow: Blow, random: &mut Random) -> Result<(u64, Instant)> {
        let mut wait = random.within(Duration::from_millis(1_500));
        let restart_at = random.below(12);
        if blow.moment == Moment::Command {
            wait /= 10;
        }
        // Each in its turn: a restart takes a miner half a minute.
        let turns = self.miners.len();
        self.rounds += 1;
        let restarted = self.miners.get_mut(self.rounds % turns).context("there is no miner")?;
        let (signal, signalled) = channel();
        let mut person =
            Person { client: &self.client, miner: self.main, promises: &mut self.promises, acknowledged: 0 };
        let (process, dir) = (&mut self.process, &self.dir);
        thread::scope(|scope| {
            let killer = scope.spawn(move || {
                if blow.moment == Moment::Command {
                    asked(&signalled)?;
                }
                thread::sleep(wait);
                strike(process, dir, blow.kill)?;
                Ok(Instant::now())
            });
            let mut turn = 0;
            while !killer.is_finished() {
                self.writes += 1;
                if turn == restart_at {
                    restarted.asked += 1;
                    // Nobody listens for it in other rounds.
                    let _ = signal.send(());
                    person.restart(restarted.id);
                } else {
                    person.write(self.writes, random);
                }
                turn += 1;
            }
            let struck: Result<Instant> = killer.join().map_err(|_| anyhow::anyhow!("the killing thread panicked"))?;
            Ok((person.acknowledged, struck?))
        })
    }

    fn strike(&mut self, kill: Kill) -> Result<()> {
        // While it is getting up there may be no PostgreSQL yet.
        if kill.ends_database() {
            postgres::kill(&self.dir)?;
        }
        if kill.ends_server() {
            self.process.kill();
        }
        Ok(())
    }

    /// Restarts of miners that were asked for.
    pub(super) fn restarts(&self) -> u64 {
        self.miners.iter().map(|miner| miner.asked).sum()
    }

    /// Returns how long it took.
    fn wait_until_ready(&mut self) -> Result<Duration> {
        let began = Instant::now();
        while began.elapsed() < READY_WITHIN {
            if self.client.get("/api/health/ready").is_ok_and(|reply| reply.status == 200) {
                return Ok(milliseconds(began.elapsed()));
            }
            ensure!(self.process.is_running(), "the program has ended by itself");
            thread::sleep(Duration::from_millis(20));
        }
        bail!("not ready again after {READY_WITHIN:?}");
    }

    /// SIGTERM: it ends well and in time, and PostgreSQL with it; what was promised is there at the next start, too.
    pub(super) fn close(mut self) -> Result<()> {
        for last in [false, true] {
            let status = self.process.stop(STOP_WITHIN)?;
            ensure!(status.success(), "after SIGTERM it ended with {status}");
            postgres::gone(&self.dir)?;
            if !last {
                self.process = start(&self.program, &self.dir, self.client.address.port())?;
                self.wait_until_ready()?;
                self.promises.check(&self.client, self.main, true)?;
            }
        }
        Ok(())
    }
}

impl Drop for House {
    /// A house that was not closed has failed; nothing of it may stay.
    fn drop(&mut self) {
        self.process.kill();
        if postgres::gone(&self.dir).is_err() {
            drop(postgres::kill(&self.dir));
        }
    }
}

/// As people read it.
fn milliseconds(span: Duration) -> Duration {
    Duration::from_millis(u64::try_from(span.as_millis()).unwrap_or(u64::MAX))
}

fn asked(signal: &Receiver<()>) -> Result<()> {
    match signal.recv_timeout(READY_WITHIN) {
        Ok(()) => Ok(()),
        Err(RecvTimeoutError::Timeout) => bail!("no command was asked for in {READY_WITHIN:?}"),
        Err(RecvTimeoutError::Disconnected) => bail!("the writing ended before a command was asked for"),
    }
}

/// In the middle of a ready house: there is something to kill.
fn strike(process: &mut Process, dir: &Path, kill: Kill) -> Result<()> {
    if kill.ends_database() {
        ensure!(postgres::kill(dir)?, "there is no PostgreSQL to kill below {}", dir.display());
    }
    if kill.ends_server() {
        ensure!(process.is_running(), "the program had ended by itself before it was killed");
        process.kill();
    }
    Ok(())
}

fn start(program: &Path, dir: &Path, port: u16) -> Result<Process> {
    let folder = dir.to_string_lossy();
    Process::start(program, &["serve", "--config-dir", &folder], port, &dir.with_extension("log"))
}

fn expect(reply: Reply, what: &str) -> Result<Reply> {
    ensure!(reply.is_success(), "{what}: {} {}", reply.status, reply.body);
    Ok(reply)
}

pub(super) fn write_config(dir: &Path, database: Database) -> Result<()> {
    std::fs::create_dir_all(dir).with_context(|| format!("creating {}", dir.display()))?;
    // The shortest intervals there are: more happens in each round. Simulated miners live on loopback.
    let lines = [
        "app:",
        "  host: 127.0.0.1",
        "database:",
        &format!("  type: {}", database.name()),
        "telemetry:",
        "  interval: 10s",
        "  flush: 5s",
        "network:",
        "  device_ranges: [127.77.0.0/16]",
    ];
    let text = lines.map(|line| format!("{line}\n")).concat();
    std::fs::write(dir.join("config.yaml"), text).context("writing config.yaml")
}
