//! What the kernel knows about processes: time, memory, bytes written.

use anyhow::{Context, Result};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::collections::BTreeMap;
use std::net::TcpListener;
use std::time::Duration;
use tokio::signal::unix::{SignalKind, signal};

/// The kernel counts processor time for user space in hundredths of a second, on every architecture.
const TICK: Duration = Duration::from_millis(10);

/// A thousand sockets need as many file descriptors, here and in the children.
pub(crate) fn lift_file_limit() {
    let limit = getrlimit(Resource::Nofile);
    let lifted = setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum });
    if let Err(error) = lifted {
        eprintln!("the limit of open files stays as it is: {error}");
    }
}

/// What else runs on this machine spoils the numbers.
pub(crate) fn warn_when_busy() {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().and_then(|number| number.parse::<f64>().ok()).unwrap_or_default();
    let cores = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
    if load > cores as f64 / 2.0 {
        eprintln!("warning: the load of this machine is {load} on {cores} cores; wait until it is quiet");
    }
}

/// Ends when somebody wants this program to end.
pub(crate) async fn interrupted() {
    let (Ok(mut int), Ok(mut term)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate())) else {
        return std::future::pending().await;
    };
    tokio::select! {
        _ = int.recv() => {}
        _ = term.recv() => {}
    }
}

pub(crate) fn free_port() -> Result<u16> {
    let listener = TcpListener::bind("127.0.0.1:0").context("finding a free port")?;
    Ok(listener.local_addr()?.port())
}

/// Fields of `/proc/<pid>/stat` from the third on: the second may hold spaces and brackets.
fn stat(pid: &str) -> Result<Vec<String>> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/stat")).context("reading /proc")?;
    let rest = text.rsplit_once(')').context("a strange line in /proc")?.1;
    Ok(rest.split_whitespace().map(str::to_owned).collect())
}

/// Processor time of this process and all its threads so far.
pub(crate) fn own_cpu() -> Result<Duration> {
    let fields = stat("self")?;
    let ticks = |index: usize| fields.get(index).and_then(|field| field.parse::<u32>().ok());
    // utime and stime are fields 14 and 15.
    let (user, system) = ticks(11).zip(ticks(12)).context("no times in /proc")?;
    Ok(TICK * (user + system))
}

/// Resident bytes.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Resident {
    pub(crate) all: u64,
    pub(crate) own: u64,
    pub(crate) file: u64,
    pub(crate) most: u64,
}

pub(crate) fn resident(pid: u32) -> Result<Resident> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/status")).context("the program is gone")?;
    let bytes = |name: &str| {
        let line = text.lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(':'))?;
        line.trim().strip_suffix(" kB")?.parse::<u64>().ok().map(|kib| kib * 1_024)
    };
    Ok(Resident {
        all: bytes("VmRSS").context("no VmRSS in /proc")?,
        own: bytes("RssAnon").unwrap_or_default(),
        file: bytes("RssFile").unwrap_or_default(),
        most: bytes("VmHWM").unwrap_or_default(),
    })
}

/// Bytes that a process and its children have sent to the disk. The kernel adds those of a child that has ended to its
/// parent, so the difference of two readings is everything in between.
pub(crate) fn written(root: u32) -> Result<u64> {
    let mut parents = BTreeMap::new();
    for entry in std::fs::read_dir("/proc").context("reading /proc")?.flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        let Ok(pid) = name.parse::<u32>() else { continue };
        // A process that ends while we look has left its count to its parent.
        let parent = stat(&name).ok().and_then(|fields| fields.get(1)?.parse::<u32>().ok());
        parents.extend(parent.map(|parent| (pid, parent)));
    }
    let belongs = |mut pid: u32| {
        while pid != root {
            match parents.get(&pid) {
                Some(parent) => pid = *parent,
                None => return false,
            }
        }
        true
    };
    let mut sum = written_by(root)?;
    for pid in parents.keys().copied().filter(|pid| *pid != root && belongs(*pid)) {
        sum += written_by(pid).unwrap_or_default();
    }
    Ok(sum)
}

fn written_by(pid: u32) -> Result<u64> {
    let text = std::fs::read_to_string(format!("/proc/{pid}/io")).context("the kernel does not count written bytes")?;
    let bytes = text.lines().find_map(|line| line.strip_prefix("write_bytes:")?.trim().parse().ok());
    bytes.context("no write_bytes in /proc")
}
