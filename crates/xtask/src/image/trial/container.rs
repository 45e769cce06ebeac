//! One container of the trial, with its volume.
//!
//! **Invariant:** dropping it removes both.

use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::super::engine::Engine;
use crate::crash::http::Client;

const PATIENCE: Duration = Duration::from_mins(1);
/// What docker-compose.yml says.
const HARDENED: [&str; 15] = [
    "--read-only",
    "--tmpfs",
    "/tmp",
    "--tmpfs",
    "/run",
    "--cap-drop",
    "ALL",
    "--cap-add",
    "CHOWN",
    "--cap-add",
    "DAC_OVERRIDE",
    "--cap-add",
    "SETGID",
    "--cap-add",
    "SETUID",
];

/// Where and of what containers are made.
pub(super) struct Place {
    pub(super) engine: Engine,
    pub(super) image: String,
    /// What this machine's containers want beside.
    pub(super) extra: Vec<String>,
}

pub(super) struct Container<'p> {
    place: &'p Place,
    name: String,
    volume: String,
    address: SocketAddr,
    started: Instant,
}

/// A process in the container.
pub(super) struct Process {
    pub(super) pid: String,
    /// `uid:gid`
    pub(super) user: String,
    pub(super) state: char,
    pub(super) name: String,
}

impl Place {
    /// As compose starts it.
    pub(super) fn start(&self, name: &str, args: &[&str]) -> Result<Container<'_>> {
        let no_gain = ["--security-opt", "no-new-privileges"];
        let volume = format!("hmm-trial-{name}-{}", std::process::id());
        self.make(name, volume, &[&HARDENED[..], &no_gain, args].concat())
    }

    /// With nothing but what is given.
    pub(super) fn start_plain(&self, name: &str, args: &[&str]) -> Result<Container<'_>> {
        self.make(name, format!("hmm-trial-{name}-{}", std::process::id()), args)
    }

    fn make(&self, name: &str, volume: String, args: &[&str]) -> Result<Container<'_>> {
        let port = free_port()?;
        let container = Container {
            place: self,
            name: format!("hmm-trial-{name}-{}", std::process::id()),
            volume,
            address: SocketAddr::from(([127, 0, 0, 1], port)),
            started: Instant::now(),
        };
        let mut command = self.engine.containers()?;
        command.args(["run", "--detach", "--network", "host", "--name", &container.name]);
        command.args(["--volume", &format!("{}:/config", container.volume), "--env", &format!("WEB_PORT={port}")]);
        said(command.args(&self.extra).args(args).arg(&self.image))?;
        Ok(container)
    }
}

impl<'p> Container<'p> {
    /// Another container on the same volume; this one goes.
    pub(super) fn moved_to(mut self, args: &[&str]) -> Result<Container<'p>> {
        let volume = std::mem::take(&mut self.volume);
        let place = self.place;
        drop(self);
        let no_gain = ["--security-opt", "no-new-privileges"];
        place.make("moved", volume, &[&HARDENED[..], &no_gain, args].concat())
    }

    /// Waits for it; returns how long it took since the start.
    pub(super) fn ready(&self) -> Result<Duration> {
        let client = Client { address: self.address, cookie: None };
        self.until("it is ready", || {
            let ready = client.get("/api/health/ready").is_ok_and(|reply| reply.status == 200);
            if !ready && !self.is_running()? {
                bail!("it has ended:\n{}", self.logs()?);
            }
            Ok(ready)
        })?;
        Ok(self.started.elapsed())
    }

    /// What the image's own health check does, as the engine would do it.
    pub(super) fn healthy(&self) -> Result<()> {
        let mut command = self.engine()?;
        let wanted = "{{json .Config.Healthcheck.Test}}";
        let check = said(command.args(["inspect", "--format", wanted, &self.name]))?;
        let words: Vec<String> = serde_json::from_str(&check).context("the image has no health check")?;
        let [kind, program @ ..] = &words[..] else { bail!("the health check is empty") };
        ensure!(kind == "CMD", "the health check is {check}");
        self.inside(&program.iter().map(String::as_str).collect::<Vec<_>>()).map(drop)
    }

    pub(super) fn token(&self) -> Result<String> {
        let made = self.inside(&["hmm", "token", "create", "--role", "viewer", "--name", "trial"])?;
        made.lines().last().map(str::to_owned).context("no token was printed")
    }

    pub(super) fn accepts(&self, token: &str) -> Result<()> {
        let client = Client { address: self.address, cookie: None };
        let status = client.with_token(token, "/api/auth/me")?.status;
        ensure!(status == 200, "what was there before is gone: the token is answered with {status}");
        Ok(())
    }

    pub(super) fn all_run_as(&self, user: &str) -> Result<()> {
        let processes = self.processes()?;
        ensure!(processes.iter().any(|p| p.name == "postgres"), "no PostgreSQL runs");
        match processes.iter().find(|process| process.user != user) {
            Some(other) => bail!("{} ({}) runs as {}, not as {user}", other.name, other.pid, other.user),
            None => Ok(()),
        }
    }

    /// All but those that look.
    pub(super) fn processes(&self) -> Result<Vec<Process>> {
        let look = "for p in /proc/[0-9]*; do \
                    echo \"${p#/proc/} $(stat -c %u:%g $p) $(cut -d ' ' -f 3 $p/stat) $(cat $p/comm)\"; done 2>/dev/null";
        let text = self.inside(&["sh", "-c", look])?;
        let process = |line: &str| {
            let mut words = line.split(' ').map(str::to_owned);
            let (pid, user) = (words.next()?, words.next()?);
            let state = words.next()?.chars().next()?;
            Some(Process { pid, user, state, name: words.next()? })
        };
        Ok(text.lines().filter_map(process).filter(|process| process.name != "sh").collect())
    }

    pub(super) fn postmaster(&self) -> Result<String> {
        let note = self.read("/config/postgres/postmaster.pid")?;
        note.lines().next().map(str::to_owned).context("the note of PostgreSQL is empty")
    }

    pub(super) fn read(&self, path: &str) -> Result<String> {
        self.inside(&["cat", path])
    }

    pub(super) fn inside_as(&self, user: &str, words: &[&str]) -> Result<String> {
        said(self.engine()?.args(["exec", "--user", user, &self.name]).args(words))
    }

    pub(super) fn inside(&self, words: &[&str]) -> Result<String> {
        said(self.engine()?.args(["exec", &self.name]).args(words))
    }

    pub(super) fn logs(&self) -> Result<String> {
        let output = self.engine()?.args(["logs", &self.name]).output().context("asking for the log")?;
        // What the engine itself has to say of a machine without systemd stands between.
        let text = [output.stdout, output.stderr].concat();
        let ours = |line: &&str| !line.starts_with("time=\"");
        Ok(String::from_utf8_lossy(&text).lines().filter(ours).collect::<Vec<_>>().join("\n"))
    }

    pub(super) fn is_running(&self) -> Result<bool> {
        Ok(self.state("Running")? == "true")
    }

    pub(super) fn exit_code(&self) -> Result<i32> {
        self.state("ExitCode")?.parse().context("the exit code is no number")
    }

    fn state(&self, field: &str) -> Result<String> {
        let format = format!("{{{{.State.{field}}}}}");
        Ok(said(self.engine()?.args(["inspect", "--format", &format, &self.name]))?.trim().to_owned())
    }

    /// Asks it to stop and waits; returns how long that took.
    pub(super) fn stop(&self) -> Result<Duration> {
        let began = Instant::now();
        said(self.engine()?.args(["stop", "-t", "30", &self.name]))?;
        Ok(began.elapsed())
    }

    pub(super) fn kill(&self) -> Result<()> {
        said(self.engine()?.args(["kill", "--signal", "KILL", &self.name]))?;
        self.until("it is dead", || Ok(!self.is_running()?))
    }

    pub(super) fn start_again(&self) -> Result<Duration> {
        let began = Instant::now();
        self.start_unseen()?;
        self.ready()?;
        Ok(began.elapsed())
    }

    /// Without waiting for anything.
    pub(super) fn start_unseen(&self) -> Result<()> {
        said(self.engine()?.args(["start", &self.name])).map(drop)
    }

    pub(super) fn until(&self, what: &str, mut done: impl FnMut() -> Result<bool>) -> Result<()> {
        let end = Instant::now() + PATIENCE;
        while !done()? {
            ensure!(Instant::now() < end, "never: {what}; {} said:\n{}", self.name, self.logs()?);
            thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    fn engine(&self) -> Result<Command> {
        self.place.engine.containers()
    }
}

impl Drop for Container<'_> {
    fn drop(&mut self) {
        // Nobody is left to be told, and a leftover carries the trial's name.
        let quiet = |args: &[&str]| {
            let command = self.engine().map(|mut command| {
                command.args(args).stdout(Stdio::null()).stderr(Stdio::null());
                command
            });
            drop(command.map(|mut command| command.status()));
        };
        quiet(&["rm", "--force", &self.name]);
        if !self.volume.is_empty() {
            quiet(&["volume", "rm", "--force", &self.volume]);
        }
    }
}

/// Not one that the system hands out by itself: a container that starts again wants the same once more.
fn free_port() -> Result<u16> {
    let first = 20_000 + u16::try_from(std::process::id() % 10_000).unwrap_or_default();
    (first..=first + 1_000)
        .find(|port| TcpListener::bind((Ipv4Addr::UNSPECIFIED, *port)).is_ok())
        .context("a thousand ports are taken")
}

/// What it printed, or what it said of its failure.
fn said(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let words: Vec<String> = command.get_args().map(|arg| arg.to_string_lossy().into_owned()).collect();
    let line = format!("{name} {}", words.join(" "));
    let output = command.stdin(Stdio::null()).output().with_context(|| format!("starting `{line}`"))?;
    ensure!(output.status.success(), "`{line}`: {}", String::from_utf8_lossy(&output.stderr).trim());
    Ok(String::from_utf8_lossy(&output.stdout).trim_end().to_owned())
}
