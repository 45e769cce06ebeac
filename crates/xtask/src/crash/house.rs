//! One installation under test: a folder, a program over it, a signed-in person, and what was promised to them.

use std::path::{Path, PathBuf};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

use super::http::{Client, Reply};
use super::process::{self, Process};
use super::random::Random;
use super::relay::Relay;
use super::{Database, Kill};

/// Ready again by itself within this time, or the round has failed.
const READY_WITHIN: Duration = Duration::from_secs(30);
const PASSWORD: &str = "correct horse battery staple";

/// What the program has confirmed, and what it was asked last without having answered.
#[derive(Default)]
struct Promises {
    /// The last tag that was acknowledged, and every later one that may or may not have been stored.
    tags: Vec<String>,
    /// The same for the wish about the miner's mode.
    modes: Vec<String>,
    /// Commands whose number was given out.
    commands: Vec<i64>,
}

pub(super) struct House {
    program: PathBuf,
    dir: PathBuf,
    port: u16,
    process: Process,
    client: Client,
    miner: i64,
    promises: Promises,
    writes: u64,
}

impl House {
    /// Sets up an empty house: the first person, LIVE, one miner behind the relay.
    pub(super) fn found(program: &Path, dir: PathBuf, database: Database, relay: &Relay) -> Result<Self> {
        write_config(&dir, database)?;
        let port = process::free_port()?;
        let process = start(program, &dir, port)?;
        let mut house = Self {
            program: program.to_path_buf(),
            client: Client { address: ([127, 0, 0, 1], port).into(), cookie: None },
            dir,
            port,
            process,
            miner: 0,
            promises: Promises::default(),
            writes: 0,
        };
        house.wait_until_ready()?;
        house.move_in(relay)?;
        Ok(house)
    }

    /// Kills a house while it is being founded, then lets it found itself again.
    pub(super) fn found_under_fire(program: &Path, dir: &Path, database: Database, random: &mut Random) -> Result<()> {
        write_config(dir, database)?;
        let port = process::free_port()?;
        let mut process = start(program, dir, port)?;
        thread::sleep(random.within(Duration::from_secs(2)));
        process.kill();
        if random.below(2) == 0 {
            process::kill_postgres(dir)?;
        }
        let mut process = start(program, dir, port)?;
        let client = Client { address: ([127, 0, 0, 1], port).into(), cookie: None };
        ready(&client, &mut process)?;
        set_up(&client, dir)
    }

    fn move_in(&mut self, relay: &Relay) -> Result<()> {
        set_up(&self.client, &self.dir)?;
        let login = json!({"name": "crash", "password": PASSWORD});
        let reply = expect(self.client.call("POST", "/api/auth/login", Some(&login))?, "sign-in")?;
        self.client.cookie = Some(reply.cookie.context("signing in set no cookie")?);
        expect(self.client.call("PUT", "/api/system/mode", Some(&json!({"mode": "live"})))?, "LIVE")?;
        let (ip, port) = (relay.address.ip().to_string(), relay.address.port());
        let miner = json!({"name": "crash test", "address": ip, "port": port, "tags": ["t0"], "verify": true});
        let reply = expect(self.client.call("POST", "/api/miners", Some(&miner))?, "adding the miner")?;
        self.miner = reply.body["id"].as_i64().context("the new miner has no id")?;
        self.promises.tags = vec!["t0".to_owned()];
        Ok(())
    }

    /// One round: writes until the blow falls, then checks that everything promised is there.
    pub(super) fn round(&mut self, kill: Kill, random: &mut Random, relay: &Relay) -> Result<()> {
        let restarts_before = relay.restarts();
        let mut restarts_asked = 0;
        let blow = Instant::now() + random.within(Duration::from_millis(1500));
        let restart_at = random.below(8);
        let dir = self.dir.clone();
        thread::scope(|scope| -> Result<()> {
            let process = &mut self.process;
            let killer = scope.spawn(move || strike(process, &dir, kill, blow));
            let mut driver = Driver { client: &self.client, miner: self.miner, promises: &mut self.promises };
            let mut turn = 0;
            while !killer.is_finished() {
                self.writes += 1;
                driver.write(self.writes, random);
                if turn == restart_at {
                    restarts_asked += 1;
                    driver.restart();
                }
                turn += 1;
            }
            killer.join().map_err(|_| anyhow::anyhow!("the killing thread panicked"))?
        })?;
        if kill != Kill::Database {
            self.process = start(&self.program, &self.dir, self.port)?;
            // Sometimes once more, in the middle of getting up.
            if random.below(4) == 0 {
                thread::sleep(random.within(Duration::from_millis(800)));
                self.process.kill();
                self.process = start(&self.program, &self.dir, self.port)?;
            }
        }
        self.wait_until_ready()?;
        self.check(restarts_before, restarts_asked, relay)
    }

    fn wait_until_ready(&mut self) -> Result<()> {
        ready(&self.client, &mut self.process)
    }

    fn check(&mut self, restarts_before: u64, restarts_asked: u64, relay: &Relay) -> Result<()> {
        let miner = expect(self.client.get(&format!("/api/miners/{}", self.miner))?, "reading the miner back")?;
        let tag = miner.body["tags"][0].as_str().unwrap_or_default().to_owned();
        ensure!(
            self.promises.tags.contains(&tag),
            "the tag is `{tag}`; acknowledged or asked: {:?}",
            self.promises.tags
        );
        self.promises.tags = vec![tag];
        if !self.promises.modes.is_empty() {
            let mode = miner.body["desired"]["mode"]["value"].as_str().unwrap_or("none").to_owned();
            ensure!(
                self.promises.modes.contains(&mode),
                "the wished mode is `{mode}`; acknowledged or asked: {:?}",
                self.promises.modes
            );
            self.promises.modes = vec![mode];
        }
        // Each is looked up once, after the blow that it had to survive; asking for all of them every time would take over.
        for command in self.promises.commands.drain(..) {
            let reply = self.client.get(&format!("/api/commands/{command}"))?;
            ensure!(reply.status == 200, "command {command} was acknowledged and is gone ({})", reply.status);
        }
        let audit = expect(self.client.get("/api/audit/verify")?, "verifying the audit log")?;
        ensure!(audit.body["verdict"] == json!("whole"), "the audit chain is broken: {}", audit.body);
        // A step that was planned but not sent before the blow may go out now; give it the time to do so wrongly, too.
        thread::sleep(Duration::from_millis(500));
        let restarts = relay.restarts() - restarts_before;
        ensure!(restarts <= restarts_asked, "{restarts_asked} restarts were asked for and {restarts} were sent");
        Ok(())
    }
}

/// What the person does until the blow falls. Errors are expected; only acknowledged writes are promises.
struct Driver<'a> {
    client: &'a Client,
    miner: i64,
    promises: &'a mut Promises,
}

impl Driver<'_> {
    fn write(&mut self, number: u64, random: &mut Random) {
        let tag = format!("t{number}");
        self.promises.tags.push(tag.clone());
        let body = json!({"tags": [&tag]});
        if let Some(reply) = self.send("PATCH", "", &body) {
            settle(&mut self.promises.tags, &reply, tag);
        }
        if random.below(3) > 0 {
            return;
        }
        let mode = random.pick(&["eco", "standard"]).to_owned();
        if self.promises.modes.is_empty() {
            self.promises.modes.push("none".to_owned());
        }
        self.promises.modes.push(mode.clone());
        if let Some(reply) = self.send("POST", "/mode", &json!({"mode": &mode})) {
            self.promises.commands.extend(reply.body["command_id"].as_i64());
            settle(&mut self.promises.modes, &reply, mode);
        }
    }

    fn restart(&mut self) {
        if let Some(reply) = self.send("POST", "/restart", &json!({})) {
            self.promises.commands.extend(reply.body["command_id"].as_i64());
        }
    }

    fn send(&self, method: &str, path: &str, body: &Value) -> Option<Reply> {
        let reply = self.client.call(method, &format!("/api/miners/{}{path}", self.miner), Some(body)).ok();
        if reply.as_ref().is_none_or(|reply| !(200..300).contains(&reply.status)) {
            // Down, starting or asked too often: no use in hammering.
            thread::sleep(Duration::from_millis(50));
        }
        reply
    }
}

/// Keeps what a value may be from now on: certain if acknowledged, unchanged if clearly refused, open otherwise.
fn settle(open: &mut Vec<String>, reply: &Reply, asked: String) {
    match reply.status {
        200..300 => *open = vec![asked],
        400..500 => drop(open.pop()),
        _ => {}
    }
}

fn strike(process: &mut Process, dir: &Path, kill: Kill, moment: Instant) -> Result<()> {
    thread::sleep(moment.saturating_duration_since(Instant::now()));
    if kill != Kill::Server {
        ensure!(process::kill_postgres(dir)?, "there is no PostgreSQL to kill below {}", dir.display());
    }
    if kill != Kill::Database {
        process.kill();
    }
    Ok(())
}

fn start(program: &Path, dir: &Path, port: u16) -> Result<Process> {
    let folder = dir.to_string_lossy();
    Process::start(program, &["serve", "--config-dir", &folder], port, &dir.with_extension("log"))
}

fn ready(client: &Client, process: &mut Process) -> Result<()> {
    let end = Instant::now() + READY_WITHIN;
    while Instant::now() < end {
        if client.get("/api/health/ready").is_ok_and(|reply| reply.status == 200) {
            return Ok(());
        }
        ensure!(process.is_running(), "the program has ended by itself");
        thread::sleep(Duration::from_millis(50));
    }
    bail!("not ready again after {READY_WITHIN:?}");
}

fn set_up(client: &Client, dir: &Path) -> Result<()> {
    let code = std::fs::read_to_string(dir.join("setup-code")).context("reading the set-up code")?;
    let body = json!({"code": code.trim(), "name": "crash", "password": PASSWORD});
    expect(client.call("POST", "/api/auth/setup", Some(&body))?, "set-up").map(drop)
}

fn expect(reply: Reply, what: &str) -> Result<Reply> {
    ensure!((200..300).contains(&reply.status), "{what}: {} {}", reply.status, reply.body);
    Ok(reply)
}

fn write_config(dir: &Path, database: Database) -> Result<()> {
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
