//! Which PostgreSQL this machine has.
//!
//! **Invariant:** a data folder is only ever opened with the major version that made it; a new one is made with the
//! newest that is here.

use crate::settings::Binaries;
use std::path::{Path, PathBuf};

/// Older ones are not supported.
const OLDEST: u32 = 15;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Programs {
    pub(super) major: u32,
    pub(super) initdb: PathBuf,
    pub(super) postgres: PathBuf,
}

/// All usable ones, newest first.
pub(super) fn find(binaries: &Binaries) -> Vec<Programs> {
    let folders = match binaries {
        Binaries::Only(folders) => folders.clone(),
        Binaries::Installed => installed(),
    };
    let mut found: Vec<Programs> = folders.iter().filter_map(|folder| programs(folder)).collect();
    found.sort_by_key(|p| std::cmp::Reverse(p.major));
    found.dedup_by_key(|p| p.major);
    found
}

fn installed() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> = std::fs::read_dir("/usr/lib/postgresql")
        .into_iter()
        .flatten()
        .flatten()
        .map(|entry| entry.path().join("bin"))
        .collect();
    folders.extend(["/usr/local/pgsql/bin", "/usr/local/bin", "/usr/bin"].map(PathBuf::from));
    folders
}

fn programs(folder: &Path) -> Option<Programs> {
    let (initdb, postgres) = (folder.join("initdb"), folder.join("postgres"));
    if !initdb.is_file() || !postgres.is_file() {
        return None;
    }
    let output = std::process::Command::new(&postgres).arg("--version").output().ok()?;
    let major = major(&String::from_utf8_lossy(&output.stdout))?;
    (major >= OLDEST).then_some(Programs { major, initdb, postgres })
}

/// From `postgres (PostgreSQL) 15.14 (Debian …)` or `17beta1`.
fn major(version: &str) -> Option<u32> {
    let word = version.split_whitespace().find(|word| word.starts_with(|c: char| c.is_ascii_digit()))?;
    word.split(|c: char| !c.is_ascii_digit()).next()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_major_version_is_read_from_what_postgres_says_of_itself() {
        assert_eq!(major("postgres (PostgreSQL) 15.14 (Debian 15.14-0+deb12u1)"), Some(15));
        assert_eq!(major("postgres (PostgreSQL) 18beta2"), Some(18));
        assert_eq!(major("nothing of the kind"), None);
    }

    #[test]
    fn a_folder_without_programs_has_none() {
        assert_eq!(find(&Binaries::Only(vec!["/nonexistent".into()])), Vec::new());
    }
}
