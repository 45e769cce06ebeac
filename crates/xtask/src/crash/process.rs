//! Starting the program, hearing what it says, and ending it: without a word, or in order.

use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener};
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};

use super::postgres;

/// A running program. Dropping it kills it, so that a failed round leaves nothing behind.
pub(super) struct Process {
    child: Child,
    lines: Receiver<String>,
}

impl Process {
    /// Starts the program; what it says goes to `log`, and can be waited for.
    pub(super) fn start(program: &Path, args: &[&str], port: u16, log: &Path) -> Result<Self> {
        let open = || File::options().create(true).append(true).open(log);
        let (errors, mut words) =
            open().and_then(|file| Ok((file, open()?))).with_context(|| format!("opening {}", log.display()))?;
        let mut command = Command::new(program);
        command.args(args).env("WEB_PORT", port.to_string());
        if let Some((uid, gid)) = postgres::user_for_root() {
            command.env("PUID", uid.to_string()).env("PGID", gid.to_string());
        }
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(errors);
        let mut child = command.spawn().with_context(|| format!("starting {}", program.display()))?;
        let stdout = child.stdout.take().context("the program has no output")?;
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                // Neither a full disk nor a listener that has gone may block the program on a full pipe.
                drop(writeln!(words, "{line}"));
                drop(sender.send(line));
            }
        });
        Ok(Self { child, lines })
    }

    /// Waits for a line such as `listening on http://127.0.0.1:8080` and returns the address in it.
    pub(super) fn wait_for(&self, words: &str, most: Duration) -> Result<SocketAddr> {
        let end = Instant::now() + most;
        loop {
            let left = end.saturating_duration_since(Instant::now());
            let Ok(line) = self.lines.recv_timeout(left) else {
                bail!("`{words} http://…` was not printed in {most:?}")
            };
            if let Some((_, url)) = line.split_once(words) {
                let address = url.trim().trim_start_matches("http://").trim_end_matches('/');
                return address.parse().with_context(|| format!("`{line}` names no address"));
            }
        }
    }

    /// SIGKILL: the process gets no chance to say or save anything.
    pub(super) fn kill(&mut self) {
        // An error here means that it is dead already, which is what was wanted.
        drop(self.child.kill());
        drop(self.child.wait());
    }

    /// Whether a line with this word was printed before the end. For a process that has been killed.
    pub(super) fn had_said(&self, word: &str) -> bool {
        self.lines.iter().any(|line| line.split_whitespace().any(|one| one == word))
    }

    pub(super) fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }

    /// SIGTERM, and its end.
    pub(super) fn stop(&mut self, most: Duration) -> Result<ExitStatus> {
        let pid = self.child.id().to_string();
        let asked = Command::new("kill").args(["-s", "TERM", &pid]).status().context("calling kill")?;
        ensure!(asked.success(), "the program was not there to be stopped");
        let end = Instant::now() + most;
        loop {
            if let Some(status) = self.child.try_wait()? {
                return Ok(status);
            }
            ensure!(Instant::now() < end, "still running {most:?} after SIGTERM");
            thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// A port that is free now. Fixed for a house, because a session belongs to one origin.
pub(crate) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .context("finding a free port")?
        .port())
}
