//! The database server below a config folder: who it runs as, killing it, and making sure that it is gone.

use std::os::unix::fs::{MetadataExt, PermissionsExt};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};

/// After an orderly end, or after the death of its first process, the others are gone within this time.
const GONE_WITHIN: Duration = Duration::from_secs(10);

/// Who runs PostgreSQL when this is root, who may not: a user that has a name, because initdb wants one.
pub(super) fn user_for_root() -> Option<(u32, u32)> {
    if std::fs::metadata("/proc/self").ok()?.uid() != 0 {
        return None;
    }
    choose(&std::fs::read_to_string("/etc/passwd").ok()?)
}

/// The packages' own user, else any that is not root.
fn choose(passwd: &str) -> Option<(u32, u32)> {
    let users = passwd.lines().filter_map(|line| {
        let fields: Vec<&str> = line.split(':').collect();
        let (uid, gid): (u32, u32) = (fields.get(2)?.parse().ok()?, fields.get(3)?.parse().ok()?);
        (uid != 0 && gid != 0).then_some((fields[0] != "postgres", uid, gid))
    });
    users.min().map(|(_, uid, gid)| (uid, gid))
}

/// Whether another user can walk into a folder.
pub(super) fn open_to_others(dir: &Path) -> bool {
    dir.ancestors().all(|dir| std::fs::metadata(dir).is_ok_and(|facts| facts.permissions().mode() & 0o001 != 0))
}

/// Kills the first process of the database server that keeps its files below `dir`. Says whether there was one.
pub(super) fn kill(dir: &Path) -> Result<bool> {
    let Some(pid) = postmaster(dir) else { return Ok(false) };
    let status = Command::new("kill").args(["-9", &pid]).stderr(Stdio::null()).status().context("calling kill")?;
    Ok(status.success())
}

/// PostgreSQL writes the number of its first process into its data folder. After a kill the number stays there and may
/// have become anybody's: it must still be a server on this very folder.
pub(super) fn postmaster(dir: &Path) -> Option<String> {
    let text = std::fs::read_to_string(dir.join("postgres/postmaster.pid")).ok()?;
    let pid: u32 = text.lines().next()?.trim().parse().ok()?;
    of_folder(Path::new(&format!("/proc/{pid}")), dir).then(|| pid.to_string())
}

/// Waits until no process of the data folder below `dir` is left.
pub(super) fn gone(dir: &Path) -> Result<()> {
    let end = Instant::now() + GONE_WITHIN;
    loop {
        let left = processes(dir);
        if left.is_empty() {
            return Ok(());
        }
        ensure!(Instant::now() < end, "PostgreSQL still runs on {}: {left:?}", dir.display());
        thread::sleep(Duration::from_millis(20));
    }
}

/// Every process that works in this data folder: PostgreSQL's processes live in it.
fn processes(dir: &Path) -> Vec<PathBuf> {
    let all = std::fs::read_dir("/proc").into_iter().flatten().flatten().map(|entry| entry.path());
    all.filter(|process| of_folder(process, dir)).collect()
}

fn of_folder(process: &Path, dir: &Path) -> bool {
    let data = dir.join("postgres");
    // The program itself may be between fork and exec: not yet in the folder, but named in its arguments.
    let inside = std::fs::read_link(process.join("cwd")).is_ok_and(|cwd| cwd == data);
    let named = || {
        let line = std::fs::read(process.join("cmdline")).unwrap_or_default();
        let mut words = line.split(|byte| *byte == 0);
        words.any(|word| word == b"-D") && words.next() == Some(data.as_os_str().as_encoded_bytes())
    };
    inside || named()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_packages_own_user_comes_first_and_root_never() {
        let all = "root:x:0:0::/root:/bin/sh\nann:x:1000:1000::/:/bin/sh\npostgres:x:101:104:,,,:/:/bin/sh\n";
        assert_eq!(choose(all), Some((101, 104)));
        assert_eq!(choose("root:x:0:0::/:/bin/sh\nann:x:1000:1000::/:/bin/sh"), Some((1_000, 1_000)));
        assert_eq!(choose("root:x:0:0::/:/bin/sh\nodd"), None);
    }
}
