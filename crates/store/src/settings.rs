//! What the wiring tells this room: where to keep things, which database, who runs PostgreSQL, who spawns.
//!
//! **Invariant:** nothing here is read from the environment; tests and the server say the same things in the same way.

use futures_util::future::BoxFuture;
use std::ffi::OsString;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// Runs a named background task for as long as the house lives.
pub type Spawner = Arc<dyn Fn(&'static str, BoxFuture<'static, ()>) + Send + Sync>;

/// `database.type` of config.yaml.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum DatabaseKind {
    /// Decided at the first start and written to `database.choice`.
    Auto,
    Postgresql,
    Sqlite,
    /// Somebody else's server, as a URL.
    External(String),
}

/// What runs below `/config`, once decided.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Choice {
    Postgresql,
    Sqlite,
}

/// Where PostgreSQL's programs are looked for.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Binaries {
    /// `/usr/lib/postgresql/*/bin`, `/usr/local/pgsql/bin`, `/usr/local/bin`, `/usr/bin`.
    #[default]
    Installed,
    /// Only these folders.
    Only(Vec<PathBuf>),
}

/// Who owns the files of PostgreSQL when this program runs as root (PUID and PGID).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Owner {
    pub uid: u32,
    pub gid: u32,
}

/// How our own program is started again as the parent of PostgreSQL: it must call [`crate::pg_child`] with the
/// arguments that follow `leading`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Launcher {
    pub program: PathBuf,
    /// For `hmm` that is `["__pg"]`.
    pub leading: Vec<OsString>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreSettings {
    pub config_dir: PathBuf,
    pub kind: DatabaseKind,
    /// For the names of backups.
    pub program_version: String,
    /// Ignored when this program is not root.
    pub owner: Option<Owner>,
    pub launcher: Launcher,
    pub binaries: Binaries,
    /// How many samples are kept in memory while the database is away. 50,000 are about 20 MB, or four hours of a hundred miners.
    pub buffer: usize,
    /// How long SQLite waits for its turn to write before it says that it cannot.
    pub turn: Duration,
}

impl StoreSettings {
    /// The usual settings below `config_dir`, restarting `program` as `program __pg …`.
    pub fn new(config_dir: impl Into<PathBuf>, kind: DatabaseKind, program: impl Into<PathBuf>) -> Self {
        Self {
            config_dir: config_dir.into(),
            kind,
            program_version: env!("CARGO_PKG_VERSION").to_owned(),
            owner: None,
            launcher: Launcher { program: program.into(), leading: vec!["__pg".into()] },
            binaries: Binaries::Installed,
            buffer: 50_000,
            // A fold of a long gap may take a while.
            turn: Duration::from_secs(8),
        }
    }
}
