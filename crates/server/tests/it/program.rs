//! The built program in a folder of its own, for tests.
//!
//! **Invariant:** each run has its own folder and a free port; whatever a test leaves running is killed.

use serde_json::Value;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::Path;
use std::process::{Child, Command, Output, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

const PATIENCE: Duration = Duration::from_secs(30);

/// `hmm` with `args`, in `dir`, with nothing of our environment that it would listen to.
pub(crate) fn hmm(dir: &Path, args: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_hmm"));
    command.args(args).arg("--config-dir").arg(dir).env("WEB_PORT", "0").stdin(Stdio::null());
    for name in ["TZ", "PUID", "PGID"] {
        command.env_remove(name);
    }
    command
}

pub(crate) fn run(dir: &Path, args: &[&str]) -> Output {
    hmm(dir, args).output().unwrap()
}

pub(crate) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// What the program answered.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    head: String,
    body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|_| panic!("no JSON: {self:?}"))
    }

    /// `name=value` of the first cookie it sets.
    pub(crate) fn cookie(&self) -> String {
        let line = self.head.lines().find_map(|line| line.strip_prefix("set-cookie: "));
        line.and_then(|line| line.split(';').next()).unwrap_or_else(|| panic!("no cookie: {self:?}")).to_owned()
    }
}

/// A running `hmm`.
pub(crate) struct Running {
    child: Child,
    lines: Receiver<String>,
    heard: Vec<String>,
    pub(crate) address: SocketAddr,
}

impl Running {
    /// Starts it and waits until it listens.
    pub(crate) fn start(dir: &Path, args: &[&str]) -> Self {
        Self::of(&mut hmm(dir, args))
    }

    pub(crate) fn of(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let (sender, lines) = channel();
        let stdout = child.stdout.take().unwrap();
        std::thread::Builder::new()
            .spawn(move || BufReader::new(stdout).lines().map_while(Result::ok).try_for_each(|line| sender.send(line)))
            .unwrap();
        let nowhere = SocketAddr::from(([127, 0, 0, 1], 0));
        let mut running = Self { child, lines, heard: Vec::new(), address: nowhere };
        let line = running.line("listening on http");
        let (_, address) = line.split_once("://").unwrap();
        running.address = address.split('/').next().unwrap().parse().unwrap();
        running
    }

    /// The first line on stdout that begins so.
    pub(crate) fn line(&mut self, beginning: &str) -> String {
        self.line_where(beginning, |line| line.starts_with(beginning))
    }

    /// The first line on stdout with `text` in it.
    pub(crate) fn line_with(&mut self, text: &str) -> String {
        self.line_where(text, |line| line.contains(text))
    }

    fn line_where(&mut self, wanted: &str, fits: impl Fn(&str) -> bool) -> String {
        if let Some(line) = self.heard.iter().find(|line| fits(line)) {
            return line.clone();
        }
        loop {
            let Ok(line) = self.lines.recv_timeout(PATIENCE) else {
                panic!("no line {wanted:?} in {:#?}", self.heard);
            };
            self.heard.push(line.clone());
            if fits(&line) {
                return line;
            }
        }
    }

    pub(crate) fn get(&self, path: &str, headers: &str) -> String {
        get(self.address, path, headers).unwrap()
    }

    pub(crate) fn ask(&self, path: &str, headers: &str) -> Answer {
        self.send("GET", path, headers, "", b"")
    }

    pub(crate) fn post(&self, path: &str, headers: &str, body: &Value) -> Answer {
        self.send("POST", path, headers, "application/json", body.to_string().as_bytes())
    }

    pub(crate) fn put(&self, path: &str, headers: &str, body: &Value) -> Answer {
        self.send("PUT", path, headers, "application/json", body.to_string().as_bytes())
    }

    pub(crate) fn send(&self, method: &str, path: &str, headers: &str, kind: &str, body: &[u8]) -> Answer {
        send(self.address, method, path, headers, kind, body).unwrap()
    }

    pub(crate) fn wait_ready(&self) {
        self.wait_for("/api/health/ready", "", "\"state\":\"ready\"");
    }

    /// Waits until something that this program does is done.
    pub(crate) fn wait_until(&self, done: impl Fn() -> bool) {
        let until = now() + PATIENCE;
        while !done() {
            assert!(now() < until, "process {} has not done it in time", self.child.id());
            std::thread::sleep(Duration::from_millis(10));
        }
    }

    /// Asks again and again until the answer holds `text`.
    pub(crate) fn wait_for(&self, path: &str, headers: &str, text: &str) -> String {
        let until = now() + PATIENCE;
        let mut last = String::new();
        while now() < until {
            last = get(self.address, path, headers).unwrap_or_else(|error| error.to_string());
            if last.contains(text) {
                return last;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        panic!("no {text} in time; the last answer was {last}");
    }

    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    /// Asks it to stop and waits; returns its exit code and everything it said.
    pub(crate) fn stop(mut self) -> (Option<i32>, String) {
        self.signal("TERM");
        let code = self.exit();
        (code, self.said())
    }

    /// Everything it said until it ended.
    pub(crate) fn said(&mut self) -> String {
        self.heard.extend(self.lines.iter());
        std::mem::take(&mut self.heard).join("\n")
    }

    pub(crate) fn exit(&mut self) -> Option<i32> {
        let until = now() + PATIENCE;
        loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                return status.code();
            }
            assert!(now() < until, "it does not stop");
            std::thread::sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[expect(clippy::disallowed_methods, reason = "a test waits for another process in real time")]
fn now() -> Instant {
    Instant::now()
}

fn get(address: SocketAddr, path: &str, headers: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect(address)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\n{headers}Connection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    Ok(text(&answer))
}

fn send(at: SocketAddr, method: &str, path: &str, headers: &str, kind: &str, body: &[u8]) -> std::io::Result<Answer> {
    let mut stream = TcpStream::connect(at)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    let kind = if kind.is_empty() { String::new() } else { format!("Content-Type: {kind}\r\n") };
    let length = body.len();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {at}\r\n{headers}{kind}Content-Length: {length}\r\nConnection: close\r\n\r\n"
    )?;
    stream.write_all(body)?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer)?;
    let answer = text(&answer);
    let (head, body) = answer.split_once("\r\n\r\n").unwrap_or((&answer, ""));
    let status = head.split_whitespace().nth(1).and_then(|status| status.parse().ok()).unwrap_or(0);
    Ok(Answer { status, head: head.to_owned(), body: body.to_owned() })
}
