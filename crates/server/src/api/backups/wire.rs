//! Backups, as the API shows them, and as they lie in their folder.
//!
//! **Invariant:** a caller names a backup by number; no text of a caller becomes part of a path.

use crate::front::House;
use chrono::{DateTime, Utc};
use serde::Serialize;
use std::path::PathBuf;
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Backup)]
pub struct BackupBody {
    /// When it was made, in milliseconds since 1970.
    pub id: i64,
    pub name: String,
    pub created_at: DateTime<Utc>,
    pub size_bytes: u64,
}

/// A backup with the place where it lies.
pub struct Found {
    pub body: BackupBody,
    pub path: PathBuf,
}

/// What lies in the folder, newest first.
pub async fn all(house: &House) -> Vec<Found> {
    let folder = house.config.dir.join("backups");
    house.engine.tasks().spawn_blocking("backups", move || look(&folder)).await
}

fn look(folder: &std::path::Path) -> Vec<Found> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let mut found: Vec<Found> = entries.filter_map(|entry| found(&entry.ok()?)).collect();
    found.sort_by_key(|backup| std::cmp::Reverse(backup.body.id));
    found
}

fn found(entry: &std::fs::DirEntry) -> Option<Found> {
    let name = entry.file_name().into_string().ok()?;
    // What is being written has another name until it is whole. What was kept before a migration holds password hashes
    // and sealed secrets: it never leaves the folder through the API (D7).
    let whole = name.ends_with(".hmmbak") && !name.starts_with("before-");
    let meta = entry.metadata().ok().filter(|meta| meta.is_file() && whole)?;
    let created_at = DateTime::<Utc>::from(meta.modified().ok()?);
    let body = BackupBody { id: created_at.timestamp_millis(), name, created_at, size_bytes: meta.len() };
    Some(Found { body, path: entry.path() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d7_what_was_kept_before_a_migration_is_not_offered_for_download() {
        let folder = tempfile::tempdir().unwrap();
        for name in ["before-0.2.0-20261120.hmmbak", "nightly.hmmbak", "nightly.hmmbak.part", "notes.txt"] {
            std::fs::write(folder.path().join(name), "x").unwrap();
        }
        let names: Vec<String> = look(folder.path()).into_iter().map(|found| found.body.name).collect();
        assert_eq!(names, ["nightly.hmmbak"]);
    }
}
