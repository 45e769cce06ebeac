//! A backup every night, the last seven kept. Safe to run twice.
//!
//! **Invariant:** only files that this job has written are ever removed, and only after a new one was verified.

use super::{DAY, Tools, words};
use serde_json::{Value, json};
use std::path::Path;
use std::time::Duration;

pub(super) const KIND: &str = "backup";
pub(super) const EVERY: Duration = DAY;
/// After the pruning, so that it holds less.
pub(super) const OFFSET: Duration = Duration::from_mins(3 * 60 + 10);
const KEPT: usize = 7;
const BEGINNING: &str = "hmm-";
const ENDING: &str = ".hmmbak";

pub(super) async fn run(tools: &Tools) -> Result<Value, String> {
    let time = tools.clock.now().to_chrono().format("%Y%m%dT%H%M%SZ");
    let name = format!("{BEGINNING}{time}{ENDING}");
    tokio::fs::create_dir_all(&tools.backups).await.map_err(words)?;
    let said = (tools.make_backup)(tools.backups.join(&name)).await?;
    let removed = tidy(&tools.backups).await.map_err(words)?;
    Ok(json!({ "file": name, "said": said, "removed": removed }))
}

/// Removes all but the newest: names sort by time.
async fn tidy(folder: &Path) -> std::io::Result<usize> {
    let mut ours = Vec::new();
    let mut files = tokio::fs::read_dir(folder).await?;
    while let Some(file) = files.next_entry().await? {
        let name = file.file_name().to_string_lossy().into_owned();
        if name.starts_with(BEGINNING) && name.ends_with(ENDING) {
            ours.push(name);
        }
    }
    ours.sort();
    let old = ours.len().saturating_sub(KEPT);
    for name in &ours[..old] {
        tokio::fs::remove_file(folder.join(name)).await?;
    }
    Ok(old)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test]
    async fn the_last_seven_are_kept_and_what_is_not_ours_stays() {
        let folder = tempfile::tempdir().unwrap();
        let write = |name: &str| std::fs::write(folder.path().join(name), "").unwrap();
        (1..=9).for_each(|day| write(&format!("hmm-2026110{day}T031000Z.hmmbak")));
        ["before-0.1.0-20260101T000000Z.hmmbak", "mine.hmmbak", "hmm-20261101T031000Z.new"].into_iter().for_each(write);
        assert_eq!(tidy(folder.path()).await.unwrap(), 2);
        let mut left: Vec<_> =
            std::fs::read_dir(folder.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
        left.sort();
        assert_eq!(left.len(), 10);
        assert!(!left.contains(&"hmm-20261102T031000Z.hmmbak".into()));
        assert!(left.contains(&"hmm-20261103T031000Z.hmmbak".into()));
        assert_eq!(tidy(folder.path()).await.unwrap(), 0);
    }
}
