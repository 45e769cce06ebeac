//! Errors, named by what the caller can do about them.
//!
//! **Invariant:** an error of the driver is judged here and nowhere else. Whatever is not known to be a full disk, a
//! duplicate or an absent database counts as a defect.

use hmm_domain::port::StoreError;
use sea_orm::{DbErr, RuntimeErr};
use std::path::Path;

/// Why the memory of the house could not be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// Try again: it is not there yet, or not any more. Never an empty house instead.
    #[error("the database cannot be reached: {0}")]
    Away(String),
    /// Another manager works on this database.
    #[error(
        "another Home Miner Manager uses this database ({0}). Stop it first; two of them must not command the same miners."
    )]
    InUse(String),
    #[error(
        "{folder} was written by PostgreSQL {found}, and this machine has {available}. Nothing was touched. Either install \
         PostgreSQL {found} again (Debian: apt-get install postgresql-{found}), or go back to the image you came from, \
         make a backup there with `hmm backup FILE`, move {folder} away, start this version once and load it with \
         `hmm restore FILE`."
    )]
    OtherMajor { folder: String, found: u32, available: String },
    #[error(
        "the database was written by a newer program (it has the step {0}, which this program does not know). Nothing was \
         touched. Start the newer program, or restore a backup from before the update."
    )]
    Newer(String),
    #[error("the database is not empty: a backup is restored into an empty one only")]
    NotEmpty,
    /// The disk is full or read-only.
    #[error("cannot write: {0}")]
    CannotWrite(String),
    /// A person has to look at it: a broken file, a wrong setting.
    #[error("{0}")]
    Unusable(String),
}

impl OpenError {
    pub(crate) fn files(what: &str, path: &Path, error: &std::io::Error) -> Self {
        let text = format!("could not {what} {}: {error}", path.display());
        match error.kind() {
            std::io::ErrorKind::StorageFull
            | std::io::ErrorKind::ReadOnlyFilesystem
            | std::io::ErrorKind::QuotaExceeded
            | std::io::ErrorKind::PermissionDenied => Self::CannotWrite(text),
            _ => Self::Unusable(text),
        }
    }
}

impl From<StoreError> for OpenError {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Away(text) => Self::Away(text),
            StoreError::CannotWrite(text) => Self::CannotWrite(text),
            StoreError::Conflict(what) => Self::Unusable(format!("{what} is there already")),
            StoreError::Corrupt(text) => Self::Unusable(text),
        }
    }
}

pub(crate) type Result<T> = std::result::Result<T, StoreError>;

/// Turns the driver's word into ours.
pub(crate) fn said(error: DbErr) -> StoreError {
    match error {
        DbErr::Conn(RuntimeErr::SqlxError(e))
        | DbErr::Exec(RuntimeErr::SqlxError(e))
        | DbErr::Query(RuntimeErr::SqlxError(e)) => judge(&e),
        DbErr::ConnectionAcquire(e) => StoreError::Away(e.to_string()),
        DbErr::Conn(e) => StoreError::Away(e.to_string()),
        other => StoreError::Corrupt(other.to_string()),
    }
}

pub(crate) fn judge(error: &sqlx::Error) -> StoreError {
    use sqlx::Error as E;
    match error {
        E::Database(e) => match e.code().as_deref() {
            Some(code) if code.len() == 5 => postgres(code, e.message()),
            Some(code) => sqlite(code, e.message()),
            None => StoreError::Corrupt(e.message().to_owned()),
        },
        E::Io(e) if e.kind() == std::io::ErrorKind::StorageFull => StoreError::CannotWrite(e.to_string()),
        E::Io(_) | E::Tls(_) | E::Protocol(_) | E::PoolTimedOut | E::PoolClosed | E::WorkerCrashed => {
            StoreError::Away(error.to_string())
        }
        other => StoreError::Corrupt(other.to_string()),
    }
}

/// SQLite's result codes; the low byte is the kind.
fn sqlite(code: &str, message: &str) -> StoreError {
    let text = message.to_owned();
    match code.parse::<u32>().unwrap_or(0) {
        1555 | 2067 => StoreError::Conflict(unique(message)),
        number => match number & 0xff {
            8 | 10 | 13 => StoreError::CannotWrite(text),
            5 | 6 | 9 | 14 => StoreError::Away(text),
            _ => StoreError::Corrupt(text),
        },
    }
}

fn postgres(code: &str, message: &str) -> StoreError {
    let text = message.to_owned();
    match code {
        "23505" => StoreError::Conflict(unique(message)),
        "53100" | "25006" | "58030" => StoreError::CannotWrite(text),
        // Serialisation failures and deadlocks are gone when tried again.
        "40001" | "40P01" | "55P03" | "57014" | "25P03" => StoreError::Away(text),
        _ if ["08", "53", "57"].contains(&&code[..2]) => StoreError::Away(text),
        _ => StoreError::Corrupt(text),
    }
}

/// Which unique thing it was, from the name of the index (PostgreSQL) or of the column (SQLite).
fn unique(message: &str) -> &'static str {
    const KNOWN: [(&[&str], &str); 7] = [
        (&["miner_name_unique", "miner.name"], "a miner of this name"),
        (&["miner_identity_unique", "miner.identity"], "this device"),
        (&["house_user_name_unique", "house_user.name"], "a user of this name"),
        (&["session_hash_unique", "session.hash"], "this session"),
        (&["token_hash_unique", "token.hash"], "this token"),
        (&["tuning_profile_name_unique", "tuning_profile.name"], "a tuning profile of this name"),
        (&["job_kind_due_unique", "job.kind"], "this job"),
    ];
    KNOWN.iter().find(|(marks, _)| marks.iter().any(|mark| message.contains(mark))).map_or("this", |(_, name)| name)
}
