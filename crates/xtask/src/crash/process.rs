//! Starting the program, hearing its address, and killing it and its database without a word.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{self, Receiver};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

/// A running program. Dropping it kills it, so that a failed round leaves nothing behind.
pub(super) struct Process {
    child: Child,
    lines: Receiver<String>,
}

impl Process {
    /// Starts the program; what it logs goes to `log`, what it prints can be waited for.
    pub(super) fn start(program: &Path, args: &[&str], port: u16, log: &Path) -> Result<Self> {
        let log_file = File::options()
            .create(true)
            .append(true)
            .open(log)
            .with_context(|| format!("opening {}", log.display()))?;
        let mut child = Command::new(program)
            .args(args)
            .env("WEB_PORT", port.to_string())
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(log_file)
            .spawn()
            .with_context(|| format!("starting {}", program.display()))?;
        let stdout = child.stdout.take().context("the program has no output")?;
        let (sender, lines) = mpsc::channel();
        thread::spawn(move || {
            for line in BufReader::new(stdout).lines().map_while(Result::ok) {
                if sender.send(line).is_err() {
                    // Nobody listens any more, but the program must not block on a full pipe: keep reading.
                }
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

    pub(super) fn is_running(&mut self) -> bool {
        matches!(self.child.try_wait(), Ok(None))
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
    }
}

/// Kills the database server that keeps its files below `dir`. Says whether there was one.
pub(super) fn kill_postgres(dir: &Path) -> Result<bool> {
    let Some(pid) = postmaster(dir) else { return Ok(false) };
    let status = Command::new("kill").args(["-9", &pid]).stderr(Stdio::null()).status().context("calling kill")?;
    Ok(status.success())
}

/// PostgreSQL writes the number of its first process into its data folder.
fn postmaster(dir: &Path) -> Option<String> {
    let mut open: Vec<PathBuf> = vec![dir.to_path_buf()];
    while let Some(dir) = open.pop() {
        let file = dir.join("postmaster.pid");
        if file.is_file() {
            let text = std::fs::read_to_string(file).ok()?;
            let pid = text.lines().next()?.trim();
            return pid.parse::<u32>().ok().map(|pid| pid.to_string());
        }
        // A folder that vanishes while we look (initdb renames) is simply not the one.
        let Ok(entries) = std::fs::read_dir(&dir) else { continue };
        open.extend(entries.flatten().map(|entry| entry.path()).filter(|path| path.is_dir()));
    }
    None
}

/// A port that is free now. Fixed for a house, because a session belongs to one origin.
pub(super) fn free_port() -> Result<u16> {
    Ok(TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .context("finding a free port")?
        .port())
}
