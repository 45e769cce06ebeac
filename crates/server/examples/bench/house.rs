//! The real program in a folder of its own: started, set up, filled with miners, ended.
//!
//! **Invariant:** a running program ends when its value is dropped: asked first, so that PostgreSQL ends in order, and
//! killed when it does not listen. The folder goes after it.

use crate::Bench;
use crate::http::Client;
use crate::process;
use anyhow::{Context, Result, bail, ensure};
use parking_lot::Mutex;
use rustix::process::{Pid, Signal, kill_process};
use serde_json::{Value, json};
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};
use std::net::SocketAddr;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tempfile::TempDir;

const READY_WITHIN: Duration = Duration::from_mins(1);
const STOP_WITHIN: Duration = Duration::from_secs(20);
const PASSWORD: &str = "correct horse battery staple";

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Database {
    Sqlite,
    Postgresql,
}

impl Database {
    pub(crate) const BOTH: [Self; 2] = [Self::Sqlite, Self::Postgresql];

    const fn name(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgresql => "postgresql",
        }
    }
}

/// A config folder. PostgreSQL's user must be able to walk into it.
pub(crate) fn folder(bench: &Bench, database: Database, telemetry: &[&str]) -> Result<TempDir> {
    let open = std::fs::Permissions::from_mode(0o755);
    let dir = tempfile::Builder::new().prefix("hmm-bench-").permissions(open).tempdir_in(&bench.scratch);
    let dir = dir.context("making a folder for the measured program")?;
    let mut text = format!(
        "app:\n  host: 127.0.0.1\ndatabase:\n  type: {}\nnetwork:\n  device_ranges: [127.77.0.0/16]\n",
        database.name()
    );
    if !telemetry.is_empty() {
        text.push_str("telemetry:\n");
        for line in telemetry {
            text.push_str("  ");
            text.push_str(line);
            text.push('\n');
        }
    }
    std::fs::write(dir.path().join("config.yaml"), text)?;
    Ok(dir)
}

/// Who runs PostgreSQL when this is root: initdb wants a user that has a name.
pub(crate) fn database_user() -> Result<(u32, u32)> {
    let users = std::fs::read_to_string("/etc/passwd").unwrap_or_default();
    let ids = |line: &str| {
        let mut fields = line.split(':').skip(2);
        Some((fields.next()?.parse::<u32>().ok()?, fields.next()?.parse::<u32>().ok()?))
    };
    let mut all: Vec<_> = users.lines().filter_map(ids).filter(|(uid, gid)| *uid != 0 && *gid != 0).collect();
    // The program's own choice first, then people, then the system's own users.
    all.sort_by_key(|(uid, _)| (*uid != 1_000, *uid < 1_000, *uid));
    all.first().copied().context("there is no user but root to run PostgreSQL")
}

/// A running `hmm serve`.
pub(crate) struct Running {
    child: Child,
    pub(crate) address: SocketAddr,
    began: Instant,
    last_words: Arc<Mutex<VecDeque<String>>>,
}

impl Running {
    pub(crate) fn start(bench: &Bench, dir: &Path) -> Result<Self> {
        let port = process::free_port()?;
        let mut command = Command::new(&bench.program);
        command.args(["serve", "--config-dir"]).arg(dir).env("WEB_PORT", port.to_string());
        if let Ok((uid, gid)) = database_user() {
            command.env("PUID", uid.to_string()).env("PGID", gid.to_string());
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let began = Instant::now();
        let mut child = command.spawn().context("starting the program")?;
        let last_words = Arc::<Mutex<VecDeque<String>>>::default();
        // Through pipes: what it logs must not count as written to the disk.
        let (out, err) = child.stdout.take().zip(child.stderr.take()).context("the program has no pipes")?;
        keep(out, &last_words);
        keep(err, &last_words);
        Ok(Self { child, address: ([127, 0, 0, 1], port).into(), began, last_words })
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits for the first 200; returns how long it took from the start of the process.
    pub(crate) async fn ready(&mut self) -> Result<Duration> {
        loop {
            let mut client = Client::new(self.address, None);
            if client.get("/api/health/ready").await.is_ok_and(|reply| reply.status == 200) {
                return Ok(self.began.elapsed());
            }
            if let Some(status) = self.child.try_wait()? {
                bail!("the program ended with {status}: {}", self.words());
            }
            ensure!(self.began.elapsed() < READY_WITHIN, "not ready after {READY_WITHIN:?}: {}", self.words());
            tokio::time::sleep(Duration::from_millis(1)).await;
        }
    }

    /// Asks it to end and waits.
    pub(crate) async fn stop(mut self) -> Result<()> {
        self.ask_to_end();
        let end = Instant::now() + STOP_WITHIN;
        while self.child.try_wait()?.is_none() {
            ensure!(Instant::now() < end, "the program did not end within {STOP_WITHIN:?}: {}", self.words());
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        Ok(())
    }

    fn ask_to_end(&self) {
        if let Some(pid) = i32::try_from(self.child.id()).ok().and_then(Pid::from_raw) {
            // Not there any more is what was wanted.
            let _ = kill_process(pid, Signal::TERM);
        }
    }

    fn words(&self) -> String {
        let words = self.last_words.lock();
        if words.is_empty() {
            "it said nothing".to_owned()
        } else {
            words.iter().cloned().collect::<Vec<_>>().join(" · ")
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(Some(_))) {
            return;
        }
        self.ask_to_end();
        let end = Instant::now() + STOP_WITHIN;
        while Instant::now() < end {
            if matches!(self.child.try_wait(), Ok(Some(_)) | Err(_)) {
                return;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Reads a pipe to its end, so that the program never waits for us, and keeps the last lines.
fn keep(pipe: impl Read + Send + 'static, words: &Arc<Mutex<VecDeque<String>>>) {
    let words = Arc::clone(words);
    std::thread::spawn(move || {
        for line in BufReader::new(pipe).lines().map_while(Result::ok) {
            let mut words = words.lock();
            if words.len() == 5 {
                words.pop_front();
            }
            words.push_back(line);
        }
    });
}

/// A set-up house with a token for it.
pub(crate) struct House {
    pub(crate) running: Running,
    pub(crate) token: String,
    pub(crate) dir: TempDir,
}

impl House {
    /// Starts in an empty folder and makes the first administrator, as a person would.
    pub(crate) async fn found(bench: &Bench, database: Database, telemetry: &[&str]) -> Result<Self> {
        let dir = folder(bench, database, telemetry)?;
        let mut running = Running::start(bench, dir.path())?;
        running.ready().await?;
        let code = std::fs::read_to_string(dir.path().join("setup-code")).context("reading the set-up code")?;
        let body = json!({"code": code.trim(), "name": "bench", "password": PASSWORD});
        Client::new(running.address, None).json("POST", "/api/auth/setup", Some(&body)).await?;
        let token = token(&bench.program, dir.path()).await?;
        Ok(Self { running, token, dir })
    }

    /// Ends the program, keeps the folder, and starts it again after `between`.
    pub(crate) async fn restart_after(
        self,
        bench: &Bench,
        between: impl AsyncFnOnce(&Path) -> Result<()>,
    ) -> Result<Self> {
        let Self { running, token, dir } = self;
        running.stop().await?;
        between(dir.path()).await?;
        let mut running = Running::start(bench, dir.path())?;
        running.ready().await?;
        Ok(Self { running, token, dir })
    }

    pub(crate) fn client(&self) -> Client {
        Client::new(self.running.address, Some(&self.token))
    }

    /// Adds miners; with `verify` each is asked before.
    pub(crate) async fn add(&self, miners: &[SocketAddr], verify: bool) -> Result<Vec<i64>> {
        let mut client = self.client();
        let mut ids = Vec::with_capacity(miners.len());
        for (n, miner) in miners.iter().enumerate() {
            let (ip, port) = (miner.ip().to_string(), miner.port());
            let name = format!("bench {n:04}");
            let body = json!({"name": name, "address": ip, "port": port, "family": "axeos", "verify": verify});
            let miner = client.json("POST", "/api/miners", Some(&body)).await?;
            ids.push(miner["id"].as_i64().context("a new miner without id")?);
        }
        Ok(ids)
    }

    /// Waits until every miner has been read.
    pub(crate) async fn all_read(&self) -> Result<()> {
        let mut client = self.client();
        let end = Instant::now() + Duration::from_mins(1);
        loop {
            let page = client.json("GET", "/api/miners?limit=1000", None).await?;
            let items = page["items"].as_array().context("no list of miners")?;
            let missing = items.iter().filter(|miner| miner["latest"].is_null()).count();
            if missing == 0 && !items.is_empty() {
                return Ok(());
            }
            let why = items.iter().find_map(|miner| miner["last_error"].as_str()).unwrap_or("no error is known");
            ensure!(Instant::now() < end, "{missing} of {} miners were not read: {why}", items.len());
            tokio::time::sleep(Duration::from_millis(500)).await;
        }
    }

    pub(crate) async fn end(self) -> Result<()> {
        self.running.stop().await
    }
}

async fn token(program: &PathBuf, dir: &Path) -> Result<String> {
    let mut command = tokio::process::Command::new(program);
    command.args(["token", "create", "--role", "admin", "--name", "bench", "--config-dir"]).arg(dir);
    let output = command.kill_on_drop(true).output().await.context("making a token")?;
    ensure!(output.status.success(), "making a token: {}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(String::from_utf8(output.stdout)?.trim().to_owned())
}

/// The miners of a list as JSON: how many there are.
pub(crate) fn items(page: &Value) -> usize {
    page["items"].as_array().map_or(0, Vec::len)
}
