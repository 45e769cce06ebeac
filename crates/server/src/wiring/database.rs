//! The database under the house: which one, how it is opened, and what to do while it is away.
//!
//! **Invariant:** an empty house is never put in the place of one that cannot be reached: it is tried again, and said.

use crate::config::{Config, DatabaseKind};
use crate::front::{Front, Starting};
use crate::jobs::queue::Pool;
use hmm_domain::port::{Clock, Store};
use hmm_engine::{SystemClock, Tasks};
use hmm_store::backup::Restore;
use hmm_store::{OpenError, Opened, Pools, Running, Spawner, SqlStore, StoreSettings};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

const RETRY_MIN: Duration = Duration::from_secs(1);
const RETRY_MAX: Duration = Duration::from_secs(30);

/// The open database with what keeps it running. Close it, or the embedded server has to recover.
pub struct Foundation {
    pub store: Arc<dyn Store>,
    pub pool: Pool,
    /// The same store, for what only it can do: backups.
    pub sql: Arc<SqlStore>,
    /// The copy of what was there before a migration or a restore.
    pub kept: Option<PathBuf>,
    /// Why `auto` took SQLite on this first start.
    pub fallback: Option<String>,
    running: Running,
    tasks: Tasks,
}

impl Foundation {
    /// Opens it once. The folder's lock must be held.
    pub async fn open(config: &Config) -> Result<Self, OpenError> {
        let (settings, tasks) = (settings(config)?, tasks());
        let opened = hmm_store::open(&settings, real_clock(), spawner(&tasks)).await?;
        Ok(Self::of(opened, tasks))
    }

    /// Opens it with what a backup holds. Whatever fails, what was there stays.
    pub async fn restore(config: &Config, restore: &Restore) -> Result<Self, OpenError> {
        let (settings, tasks) = (settings(config)?, tasks());
        let (opened, report) = hmm_store::restore(&settings, real_clock(), spawner(&tasks), restore).await?;
        tracing::info!(?report, "restored");
        Ok(Self::of(opened, tasks))
    }

    fn of(opened: Opened, tasks: Tasks) -> Self {
        tracing::info!(database = opened.description, "open");
        if let Some(backup) = &opened.backup {
            tracing::info!(file = %backup.display(), "what was there is backed up");
        }
        if let Some(why) = &opened.fallback {
            tracing::warn!(why, "SQLite instead of PostgreSQL, from now on");
        }
        let pool = match &opened.jobs {
            Pools::Sqlite(pool) => Pool::Sqlite(pool.clone()),
            Pools::Postgres(pool) => Pool::Postgres(pool.clone()),
        };
        let (store, sql) = (opened.port(), Arc::clone(&opened.store));
        Self { store, pool, sql, kept: opened.backup, fallback: opened.fallback, running: opened.running, tasks }
    }

    pub async fn close(self) {
        self.running.stop().await;
        self.tasks.stop().await;
    }
}

/// The database lives in real time, whatever clock the house goes by.
fn real_clock() -> Arc<dyn Clock> {
    Arc::new(SystemClock::new())
}

/// Tasks that end after all others: what is stopped last still needs the database.
fn tasks() -> Tasks {
    Tasks::new(real_clock())
}

fn spawner(tasks: &Tasks) -> Spawner {
    let tasks = tasks.clone();
    Arc::new(move |name, task| tasks.spawn(name, task))
}

fn settings(config: &Config) -> Result<StoreSettings, OpenError> {
    let kind = match (config.database.kind, &config.database.url) {
        (DatabaseKind::External, Some(url)) => hmm_store::DatabaseKind::External(url.reveal().to_owned()),
        (DatabaseKind::External, None) => return Err(OpenError::Unusable("database.url is missing".to_owned())),
        (DatabaseKind::Auto, _) => hmm_store::DatabaseKind::Auto,
        (DatabaseKind::Postgresql, _) => hmm_store::DatabaseKind::Postgresql,
        (DatabaseKind::Sqlite, _) => hmm_store::DatabaseKind::Sqlite,
    };
    let program = std::env::current_exe()
        .map_err(|error| OpenError::Unusable(format!("cannot find this program's own file: {error}")))?;
    let mut settings = StoreSettings::new(config.dir.clone(), kind, program);
    settings.owner = Some(hmm_store::Owner { uid: config.environment.puid, gid: config.environment.pgid });
    Ok(settings)
}

/// Opens it however long that takes; what keeps it from opening is shown at the front door. An error is one that time
/// does not mend.
pub(super) async fn open_patiently(config: &Config, front: &Front) -> Result<Foundation, OpenError> {
    let real = SystemClock::new();
    let mut wait = RETRY_MIN;
    loop {
        let error = match Foundation::open(config).await {
            Ok(foundation) => return Ok(foundation),
            Err(error @ (OpenError::Away(_) | OpenError::CannotWrite(_))) => error,
            Err(error) => {
                say(front, "failed", "database_unusable", &error);
                return Err(error);
            }
        };
        let kind = if matches!(error, OpenError::Away(_)) { "database_away" } else { "database_cannot_write" };
        say(front, "waiting_for_database", kind, &error);
        tracing::error!(%error, next_try_s = wait.as_secs(), "the database is not there; trying again");
        drop(real.sleep_until(real.now() + wait).await);
        wait = (wait * 2).min(RETRY_MAX);
    }
}

fn say(front: &Front, state: &'static str, kind: &'static str, error: &OpenError) {
    front.say(Starting { state, problems: vec![(kind, error.to_string())] });
}
