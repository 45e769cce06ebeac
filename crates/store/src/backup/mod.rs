//! The portable backup: one file that restores on either database.
//!
//! gzip over JSON lines. The first line says what follows (format, schema, tables with their rows, head of the audit
//! log); each table begins with its columns and goes on with one array per row; the last line counts the rows and carries
//! the SHA-256 of everything before it. Tables and columns come from the catalogue of the database, so that a table that
//! is added tomorrow is in tomorrow's backup. Raw samples are left out: roll-ups carry the history.
//!
//! **Invariant:** a file under its final name was read back and found whole. A restore reads all of it before it writes
//! the first row, and is one transaction with everything that belongs to it: a kill leaves the old house or the new one. Copies that may leave the house hold no secret, no password hash, no session and no token.

mod catalogue;
mod read;
mod write;

pub(crate) use read::load;
pub use read::{inspect, verify};

use crate::audit::Chain;
use crate::db::Db;
use crate::error::OpenError;
use crate::keys::SecretKey;
use crate::schema;
use crate::settings::StoreSettings;
use crate::store::SqlStore;
use hmm_domain::Timestamp;
use hmm_domain::audit::AuditEntry;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

const FORMAT: u32 = 1;
/// No line of ours is longer: the longest is a kept answer of a megabyte.
const LINE_MAX: u64 = 16 * 1_024 * 1_024;

/// What goes into the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// Everything but raw samples, secrets in their sealed form. For files that stay in the config folder, beside the
    /// key that they are useless without.
    House,
    /// Without secrets, password hashes, recovery codes, sessions and tokens. For files that go elsewhere.
    Portable,
}

/// The first line.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Header {
    pub format: u32,
    pub program: String,
    pub schema_version: String,
    pub created_at: i64,
    pub content: Content,
    pub tables: BTreeMap<String, u64>,
    /// Where the audit log stood: a cut tail shows against it.
    pub audit_count: i64,
    pub audit_hash: String,
    /// Whether this house's key chained it.
    pub key_id: String,
}

/// What a backup holds, or a restore brought.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    pub header: Option<Header>,
    pub rows: u64,
    pub bytes: u64,
    /// The audit log was chained with another key: it is kept, and verified from here on.
    pub other_key: bool,
}

#[derive(Debug, Serialize, Deserialize)]
struct TableLine {
    table: String,
    columns: Vec<(String, catalogue::Kind)>,
}

#[derive(Debug, Serialize, Deserialize)]
struct Footer {
    rows: u64,
    sha256: String,
}

impl SqlStore {
    /// Writes a backup to `file` and reads it back.
    pub async fn backup(
        &self,
        file: &Path,
        content: Content,
        program: &str,
        now: Timestamp,
    ) -> Result<Report, OpenError> {
        write::write(&self.db, self.chain.id(), file, content, program, now).await
    }
}

/// What a restore brings, and what has to hold from its first moment on.
#[derive(Debug, Clone)]
pub struct Restore {
    pub file: PathBuf,
    /// Takes the place of what is there, which is backed up first. Otherwise only an empty database is filled.
    pub replace: bool,
    /// Settings that are not the backup's.
    pub settings: Vec<(&'static str, Value)>,
    /// The line of the audit log that says so.
    pub entry: AuditEntry,
}

/// `<config>/backups/before-<version or what comes>-<time>.hmmbak`.
pub(crate) async fn before(
    what: &str,
    db: &Db,
    chain: &Chain,
    settings: &StoreSettings,
    now: Timestamp,
) -> Result<PathBuf, OpenError> {
    let time = now.to_chrono().format("%Y%m%dT%H%M%SZ");
    let folder = settings.config_dir.join("backups");
    // Two in one second are two: the earlier may be the very file that is being restored.
    let named = |more: &str| folder.join(format!("before-{what}-{time}{more}.hmmbak"));
    let (mut file, mut count) = (named(""), 1);
    while file.exists() {
        count += 1;
        file = named(&format!("-{count}"));
    }
    let report = write::write(db, chain.id(), &file, Content::House, &settings.program_version, now).await?;
    tracing::info!(file = %file.display(), rows = report.rows, "a verified backup was made of what is there");
    Ok(file)
}

/// Whether a backup would hold anything: a first start that was cut off between two steps has left tables without rows.
pub(crate) async fn worth_it(db: &Db) -> Result<bool, OpenError> {
    for table in catalogue::tables(db).await? {
        if !db.rows(format!("SELECT 1 AS one FROM {} LIMIT 1", table.name), Vec::new()).await?.is_empty() {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Tells keys apart without telling them.
pub(crate) fn key_id(key: &SecretKey) -> String {
    hex::encode(&key.derive("key id")[..8])
}

/// The oldest schema is the first; `None` for one that this program does not know.
fn steps_to(version: &str) -> Option<u32> {
    let index = hmm_migrations::names().iter().position(|name| *name == version)?;
    u32::try_from(index + 1).ok()
}

async fn version_of(db: &Db) -> Result<String, OpenError> {
    let applied = schema::applied(db).await?;
    Ok(applied.last().cloned().unwrap_or_default())
}
