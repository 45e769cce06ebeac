//! Keeps PostgreSQL running: starts it, waits for it, starts it again with growing pauses, stops it in order.
//!
//! **Why a thread of its own:** Linux sends the parent-death signal when the *thread* that spawned the child ends, not the
//! process. Runtime threads come and go (`spawn_blocking` ends after seconds of idleness), and PostgreSQL would be shut
//! down with them. So one std thread, the launcher, spawns and waits; it lives as long as the supervisor. When the
//! supervisor is dropped without a stop, the thread's end shuts PostgreSQL down.
//!
//! **Invariant:** at most one postmaster on the folder: a leftover of a killed manager is stopped before the first start.

use super::cluster::Cluster;
use super::orphans;
use crate::error::OpenError;
use crate::settings::{Launcher, Spawner};
use hmm_domain::port::Clock;
use parking_lot::Mutex;
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;
use tokio::sync::oneshot;
use tokio_util::sync::CancellationToken;

const FIRST_PAUSE: Duration = Duration::from_millis(100);
const LONGEST_PAUSE: Duration = Duration::from_mins(1);
/// Having run this long, the next failure starts with the short pause again.
const SETTLED: Duration = Duration::from_mins(1);
/// Fast shutdown may have to write a lot to a slow card.
const STOP_PATIENCE: Duration = Duration::from_secs(30);
/// This many starts in a row that ended at once are told to whoever waits for the first answer.
const GIVE_UP_AFTER: u32 = 3;

#[derive(Default)]
struct State {
    pid: Option<u32>,
    /// Starts in a row that did not last.
    failures: u32,
    last_words: String,
}

/// A running server and the right to stop it.
pub struct Supervisor {
    state: Arc<Mutex<State>>,
    clock: Arc<dyn Clock>,
    stop: CancellationToken,
    done: CancellationToken,
}

impl std::fmt::Debug for Supervisor {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Supervisor({:?})", self.pid())
    }
}

/// What the launcher thread is asked: spawn this and say how it ended.
struct Launch {
    command: Command,
    started: oneshot::Sender<std::io::Result<u32>>,
    ended: oneshot::Sender<String>,
}

impl Supervisor {
    pub(super) fn start(
        cluster: Cluster,
        launcher: Launcher,
        clock: Arc<dyn Clock>,
        spawner: &Spawner,
        stop: &CancellationToken,
    ) -> Result<Self, OpenError> {
        let (sender, receiver) = mpsc::channel();
        let state: Arc<Mutex<State>> = Arc::default();
        let words = state.clone();
        std::thread::Builder::new()
            .name("hmm-launcher".to_owned())
            .spawn(move || launcher_thread(&receiver, &words))
            .map_err(|e| OpenError::Unusable(format!("no thread for PostgreSQL: {e}")))?;
        let supervisor = Self {
            state: state.clone(),
            clock: clock.clone(),
            stop: stop.child_token(),
            done: CancellationToken::new(),
        };
        let watch = Watch { cluster, launcher, clock, state, launch: sender, stop: supervisor.stop.clone() };
        let done = supervisor.done.clone();
        spawner(
            "postgresql",
            Box::pin(async move {
                // Said even when the task is cut off.
                let _done = done.drop_guard();
                watch.run().await;
                watch.cluster.leave();
            }),
        );
        Ok(supervisor)
    }

    pub fn pid(&self) -> Option<u32> {
        self.state.lock().pid
    }

    /// What PostgreSQL said, when it will not start.
    pub(super) fn failed(&self) -> Option<String> {
        let state = self.state.lock();
        (state.failures >= GIVE_UP_AFTER).then(|| state.last_words.clone())
    }

    /// Fast shutdown; after half a minute the immediate one, from which PostgreSQL recovers at the next start.
    pub async fn stop(self) {
        self.stop.cancel();
        self.done_within(STOP_PATIENCE).await;
        if let Some(pid) = self.pid() {
            // Either it hangs, or the watching task was cut off before it could ask.
            let asked = !self.done.is_cancelled();
            tracing::warn!(pid, asked, "PostgreSQL still runs at the end");
            signal(pid, if asked { Signal::QUIT } else { Signal::INT });
        }
        let last = self.clock.now() + STOP_PATIENCE;
        while let Some(pid) = self.pid() {
            if self.clock.now() >= last {
                tracing::error!(pid, "PostgreSQL cannot be stopped and is left behind");
                return;
            }
            drop(self.clock.sleep_until(self.clock.now() + Duration::from_millis(20)).await);
        }
    }

    async fn done_within(&self, span: Duration) {
        tokio::select! {
            () = self.done.cancelled() => {}
            awake = self.clock.sleep_until(self.clock.now() + span) => drop(awake),
        }
    }
}

/// Spawns and waits, one after the other, until nobody asks any more.
fn launcher_thread(asked: &mpsc::Receiver<Launch>, state: &Mutex<State>) {
    while let Ok(mut launch) = asked.recv() {
        let mut child = match launch.command.spawn() {
            Ok(child) => child,
            Err(e) => {
                let _ = launch.started.send(Err(e));
                continue;
            }
        };
        state.lock().pid = Some(child.id());
        let _ = launch.started.send(Ok(child.id()));
        // PostgreSQL's log is ours: it ends when the postmaster and all its children have closed it.
        for line in
            child.stderr.take().map(BufReader::new).into_iter().flat_map(|reader| reader.lines().map_while(Result::ok))
        {
            heard(&line, state);
        }
        let ended = child.wait().map_or_else(|e| e.to_string(), |status| status.to_string());
        // Whoever they have left to us: see there.
        orphans::bury();
        state.lock().pid = None;
        let _ = launch.ended.send(ended);
    }
}

/// Passes a line of PostgreSQL's log on, at its level.
fn heard(line: &str, state: &Mutex<State>) {
    let text = line.split_once("] ").map_or(line, |(_, text)| text);
    // The answer to our own asking whether it is up: forty times a second, for as long as a recovery takes.
    let knocking = ["is starting up", "is not yet accepting connections"].iter().any(|words| text.ends_with(words));
    let bad = ["FATAL", "PANIC", "ERROR", "HINT"].iter().any(|word| text.starts_with(word));
    if bad && !knocking {
        tracing::warn!(target: "postgresql", "{text}");
        let mut state = state.lock();
        text.clone_into(&mut state.last_words);
    } else {
        tracing::debug!(target: "postgresql", "{text}");
    }
}

fn signal(pid: u32, signal: Signal) {
    if let Some(pid) = i32::try_from(pid).ok().and_then(Pid::from_raw) {
        let _ = kill_process(pid, signal);
    }
}

struct Watch {
    cluster: Cluster,
    launcher: Launcher,
    clock: Arc<dyn Clock>,
    state: Arc<Mutex<State>>,
    launch: mpsc::Sender<Launch>,
    stop: CancellationToken,
}

impl Watch {
    async fn run(&self) {
        let mut pause = FIRST_PAUSE;
        loop {
            self.evict().await;
            if self.stop.is_cancelled() {
                return;
            }
            let began = self.clock.ticks();
            let ended = self.once().await;
            if self.stop.is_cancelled() {
                return;
            }
            let ran = Duration::from_millis(self.clock.ticks().saturating_sub(began));
            pause = if ran >= SETTLED { FIRST_PAUSE } else { pause };
            {
                let mut state = self.state.lock();
                state.failures = if ran >= Duration::from_secs(5) { 0 } else { state.failures + 1 };
                if state.last_words.is_empty() {
                    state.last_words.clone_from(&ended);
                }
            }
            tracing::error!(ended, again_in_ms = pause.as_millis(), "PostgreSQL has ended; it is started again");
            tokio::select! {
                () = self.stop.cancelled() => return,
                awake = self.clock.sleep_until(self.clock.now() + pause) => drop(awake),
            }
            pause = (pause * 2).min(LONGEST_PAUSE);
        }
    }

    /// One life of the server; returns how it ended.
    async fn once(&self) -> String {
        if let Err(e) = self.cluster.enter() {
            return e.to_string();
        }
        let (started, has_started) = oneshot::channel();
        let (ended, mut has_ended) = oneshot::channel();
        if self.launch.send(Launch { command: self.command(), started, ended }).is_err() {
            return "the launcher is gone".to_owned();
        }
        match has_started.await {
            Ok(Ok(pid)) => tracing::info!(pid, major = self.cluster.major(), "PostgreSQL is started"),
            Ok(Err(e)) => return format!("{} cannot be started: {e}", self.launcher.program.display()),
            Err(_) => return "the launcher is gone".to_owned(),
        }
        let gone = |how: Result<String, _>| how.unwrap_or_else(|_| "the launcher is gone".to_owned());
        tokio::select! {
            how = &mut has_ended => return gone(how),
            () = self.stop.cancelled() => {}
        }
        if let Some(pid) = self.state.lock().pid {
            signal(pid, Signal::INT);
        }
        gone(has_ended.await)
    }

    fn command(&self) -> Command {
        let mut command = Command::new(&self.launcher.program);
        command.args(&self.launcher.leading).arg(std::process::id().to_string()).arg("--");
        command.args(self.cluster.command_line());
        command.current_dir("/").env_clear().env("LC_ALL", "C").env("PATH", "/usr/bin:/bin");
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
        if let Some(stranger) = self.recorded().filter(|pid| !self.is_ours(*pid)) {
            // A container starts counting anew, so after a kill the old number is often somebody else's, even a thread of
            // ours, and PostgreSQL would wait for that one for ever. This is how its own tools tell it not to; that
            // nobody is left on the shared memory it checks all the same.
            command.env("PG_GRANDPARENT_PID", stranger.to_string());
        }
        if let Some(owner) = self.cluster.owner() {
            command.uid(owner.uid).gid(owner.gid);
        }
        command
    }

    /// A postmaster that outlived a killed manager is asked to stop, and waited for.
    async fn evict(&self) {
        let mut told = false;
        while let Some(pid) = self.leftover() {
            if self.stop.is_cancelled() {
                return;
            }
            if !told {
                tracing::warn!(pid, "a PostgreSQL of an earlier run still has the data folder; it is stopped first");
                signal(pid, Signal::INT);
                told = true;
            }
            drop(self.clock.sleep_until(self.clock.now() + Duration::from_millis(50)).await);
        }
    }

    /// The process in `postmaster.pid`, if it lives and is ours. After a reboot the number may be anybody's.
    fn leftover(&self) -> Option<u32> {
        let pid = self.recorded()?;
        let alive = i32::try_from(pid).ok().and_then(Pid::from_raw).is_some_and(|p| test_kill_process(p).is_ok());
        (alive && self.is_ours(pid)).then_some(pid)
    }

    fn recorded(&self) -> Option<u32> {
        let text = std::fs::read_to_string(self.cluster.data().join("postmaster.pid")).ok()?;
        text.lines().next()?.trim().parse().ok()
    }

    /// Any other PostgreSQL of this machine is not ours to stop: ours names this data folder.
    fn is_ours(&self, pid: u32) -> bool {
        let words = std::fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        let Ok(data) = std::fs::canonicalize(self.cluster.data()) else { return false };
        words
            .split(|byte| *byte == 0)
            .filter_map(|word| std::str::from_utf8(word).ok())
            .any(|word| word.starts_with('/') && std::fs::canonicalize(word).is_ok_and(|folder| folder == data))
    }
}
