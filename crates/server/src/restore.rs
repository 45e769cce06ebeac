//! A house from a backup, as the API asks for it: the words between the handler and the life of the program.
//!
//! **Invariant:** a file is read from its first byte to its last before anybody closes anything for it.

use crate::front::Front;
use hmm_domain::{Actor, AuditId, Timestamp};
use std::path::{Path, PathBuf};
use tokio::sync::OwnedSemaphorePermit;

/// What a whole backup says of itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    pub made_at: Timestamp,
    /// The version of the program that made it.
    pub program: String,
    pub rows: u64,
    pub miners: u64,
    /// It holds the passwords' hashes: people sign in as before.
    pub passwords: bool,
}

/// Close the house and open it again from this.
#[derive(Debug)]
pub struct Order {
    pub file: PathBuf,
    /// The file was made for this alone and goes afterwards.
    pub throw_away: bool,
    pub facts: Facts,
    pub actor: Actor,
    /// The line of the old house's log that says what was about to happen.
    pub intent: AuditId,
}

/// Why there is no restore.
#[derive(Debug, thiserror::Error)]
pub enum RestoreError {
    /// Broken, cut, or never a backup of ours.
    #[error("{0}")]
    Unusable(String),
    #[error("it was made by a newer program: {0}")]
    Newer(String),
    #[error("another restore is under way")]
    Busy,
    #[error("the program is stopping")]
    Stopping,
}

/// The rooms behind. `wiring` knows them.
pub trait Restores: Send + Sync {
    /// One restore at a time: until this is dropped nobody else begins one.
    fn turn(&self) -> Result<OwnedSemaphorePermit, RestoreError>;
    /// Reads all of it. Blocks as long as that takes.
    fn inspect(&self, file: &Path) -> Result<Facts, RestoreError>;
    /// Closes the house to everybody; the life of the program does the rest.
    fn begin(&self, front: &Front, order: Order) -> Result<(), RestoreError>;
}

/// The setting in which a restored house remembers it, until somebody switches it on.
pub const RESTORED: &str = "restored";
/// What the front door says meanwhile.
pub const STATE: &str = "restoring";
