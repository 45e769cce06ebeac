//! From settings to a working store: which database, is it ours, is it of our age, is a backup due.
//!
//! **Invariant:** `auto` decides once. What was decided stands in `database.choice` (and in what lies in the folder), and
//! a later failure is an error to be retried, never an empty house. Nothing is migrated before its backup is verified.

use crate::audit::Chain;
use crate::backup;
use crate::db::{Db, sqlite_options};
use crate::embedded::{self, Cluster, Supervisor};
use crate::error::OpenError;
use crate::keys::{SecretBox, SecretKey};
use crate::lease::Lease;
use crate::schema;
use crate::series::Buffer;
use crate::settings::{Choice, DatabaseKind, Spawner, StoreSettings};
use crate::store::SqlStore;
use hmm_domain::port::{Clock, Store};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, SqlitePool};
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

type Result<T> = std::result::Result<T, OpenError>;

/// Pools of their own for the job queue, so that its polling does not stand in the way of requests. Its tables are its
/// own affair: run its migrations on these, never its `setup()`, which would undo our pragmas.
#[derive(Debug, Clone)]
pub enum Pools {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// A store that works.
pub struct Opened {
    pub store: Arc<SqlStore>,
    pub jobs: Pools,
    /// For sub-keys of others: sessions, plug-ins.
    pub key: SecretKey,
    /// For the log and the System page: which database and why.
    pub description: String,
    /// Why `auto` took SQLite on this first start; to be shown.
    pub fallback: Option<String>,
    /// The backup that was made before migrating.
    pub backup: Option<PathBuf>,
    pub running: Running,
}

impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Opened({})", self.description)
    }
}

impl Opened {
    /// The store as the ports see it.
    pub fn port(&self) -> Arc<dyn Store> {
        self.store.clone()
    }
}

/// What has to be stopped.
pub struct Running {
    store: Option<Arc<SqlStore>>,
    db: Db,
    jobs: Pools,
    supervisor: Option<Supervisor>,
    stop: CancellationToken,
}

impl Running {
    /// Process id of the embedded PostgreSQL, when there is one and it runs.
    pub fn postmaster(&self) -> Option<u32> {
        self.supervisor.as_ref().and_then(Supervisor::pid)
    }

    /// Writes what is still in the buffer, closes the connections and stops the embedded PostgreSQL.
    pub async fn stop(self) {
        if let Some(store) = &self.store
            && let Err(e) = store.flush(true).await
        {
            tracing::error!(error = %e, "the last samples could not be written");
        }
        self.stop.cancel();
        match &self.jobs {
            Pools::Sqlite(pool) => pool.close().await,
            Pools::Postgres(pool) => pool.close().await,
        }
        self.db.close().await;
        if let Some(supervisor) = self.supervisor {
            supervisor.stop().await;
        }
    }
}

/// Opens, and migrates what is older than this program.
pub async fn open(settings: &StoreSettings, clock: Arc<dyn Clock>, spawner: Spawner) -> Result<Opened> {
    assemble(settings, clock, spawner, None).await.map(|(opened, _)| opened)
}

/// Opens a database and fills it from a backup, of this engine or the other. Whatever fails, what was there stays.
pub async fn restore(
    settings: &StoreSettings,
    clock: Arc<dyn Clock>,
    spawner: Spawner,
    restore: &backup::Restore,
) -> Result<(Opened, backup::Report)> {
    let (opened, report) = assemble(settings, clock, spawner, Some(restore)).await?;
    Ok((opened, report.unwrap_or_default()))
}

/// A connected database with what keeps it alive.
struct Connected {
    db: Db,
    jobs: Pools,
    supervisor: Option<Supervisor>,
    description: String,
    fallback: Option<String>,
    /// To be written once everything has worked.
    decided: Option<Choice>,
}

async fn assemble(
    settings: &StoreSettings,
    clock: Arc<dyn Clock>,
    spawner: Spawner,
    from: Option<&backup::Restore>,
) -> Result<(Opened, Option<backup::Report>)> {
    let dir = &settings.config_dir;
    std::fs::create_dir_all(dir).map_err(|e| OpenError::files("make", dir, &e))?;
    let key = SecretKey::load_or_create(dir)?;
    let stop = CancellationToken::new();
    let connected = connect(settings, &clock, &spawner, &stop).await?;
    let chain = Chain::new(&key, dir);
    let done = prepare(settings, &clock, &connected.db, &chain, from).await;
    let (backup, report) = match done {
        Ok(done) => done,
        Err(e) => {
            let Connected { db, jobs, supervisor, .. } = connected;
            Running { store: None, db, jobs, supervisor, stop }.stop().await;
            return Err(e);
        }
    };
    if let Some(choice) = connected.decided {
        write_choice(dir, choice)?;
    }
    let store = Arc::new(SqlStore {
        db: connected.db.clone(),
        sealer: SecretBox::new(&key),
        chain,
        series: Buffer::new(settings.buffer),
        embedded: connected.supervisor.is_some() || matches!(connected.jobs, Pools::Sqlite(_)),
    });
    let opened = Opened {
        store: store.clone(),
        jobs: connected.jobs.clone(),
        key,
        description: connected.description,
        fallback: connected.fallback,
        backup,
        running: Running {
            store: Some(store),
            db: connected.db,
            jobs: connected.jobs,
            supervisor: connected.supervisor,
            stop,
        },
    };
    Ok((opened, report))
}

/// Refuse what is newer, back up what is older, migrate, or fill from a backup.
async fn prepare(
    settings: &StoreSettings,
    clock: &Arc<dyn Clock>,
    db: &Db,
    chain: &Chain,
    from: Option<&backup::Restore>,
) -> Result<(Option<PathBuf>, Option<backup::Report>)> {
    let (applied, missing) = schema::pending(db).await?;
    let mut made = None;
    if let Some(restore) = from {
        if !applied.is_empty() && !restore.replace {
            return Err(OpenError::NotEmpty);
        }
        let report = backup::inspect(&restore.file)?;
        if !applied.is_empty() && backup::worth_it(db).await? {
            made = Some(backup::before("restore", db, chain, settings, clock.now()).await?);
        }
        let report = backup::load(db, chain, restore, report).await?;
        return Ok((made, Some(report)));
    }
    if missing > 0 && !applied.is_empty() && backup::worth_it(db).await? {
        made = Some(backup::before(&settings.program_version, db, chain, settings, clock.now()).await?);
    }
    if missing > 0 {
        schema::migrate(db.raw_write(), None).await?;
    }
    // Of a restore that was cut off after its last step.
    chain.settle(db).await?;
    Ok((made, None))
}

async fn connect(
    settings: &StoreSettings,
    clock: &Arc<dyn Clock>,
    spawner: &Spawner,
    stop: &CancellationToken,
) -> Result<Connected> {
    match &settings.kind {
        DatabaseKind::Sqlite => sqlite(settings).await,
        DatabaseKind::Postgresql => postgres(settings, clock, spawner, stop).await,
        DatabaseKind::External(url) => external(url, clock, spawner, stop).await,
        DatabaseKind::Auto => auto(settings, clock, spawner, stop).await,
    }
}

/// Decided before, or decided now; only the first start may fall back.
async fn auto(
    settings: &StoreSettings,
    clock: &Arc<dyn Clock>,
    spawner: &Spawner,
    stop: &CancellationToken,
) -> Result<Connected> {
    match decided(&settings.config_dir)? {
        Some(Choice::Sqlite) => return sqlite(settings).await,
        Some(Choice::Postgresql) => return postgres(settings, clock, spawner, stop).await,
        None => {}
    }
    match postgres(settings, clock, spawner, stop).await {
        Ok(connected) => Ok(Connected { decided: Some(Choice::Postgresql), ..connected }),
        Err(e @ (OpenError::CannotWrite(_) | OpenError::InUse(_))) => Err(e),
        Err(why) => {
            // There was no such folder a moment ago, or it would have decided.
            Cluster::discard(&settings.config_dir);
            let why = format!("SQLite is used, because PostgreSQL is not: {why}");
            let connected = sqlite(settings).await?;
            Ok(Connected { decided: Some(Choice::Sqlite), fallback: Some(why), ..connected })
        }
    }
}

/// What an earlier start decided: by its word, or by what it left in the folder.
fn decided(dir: &Path) -> Result<Option<Choice>> {
    let path = dir.join("database.choice");
    match std::fs::read_to_string(&path) {
        Ok(text) => match text.trim() {
            "postgresql" => Ok(Some(Choice::Postgresql)),
            "sqlite" => Ok(Some(Choice::Sqlite)),
            other => Err(OpenError::Unusable(format!(
                "{} says {other:?}; it must be `postgresql` or `sqlite`, whichever holds your data",
                path.display()
            ))),
        },
        Err(e) if e.kind() == std::io::ErrorKind::NotFound => Ok(if dir.join("postgres").exists() {
            Some(Choice::Postgresql)
        } else if dir.join("data.db").exists() {
            Some(Choice::Sqlite)
        } else {
            None
        }),
        Err(e) => Err(OpenError::files("read", &path, &e)),
    }
}

fn write_choice(dir: &Path, choice: Choice) -> Result<()> {
    let path = dir.join("database.choice");
    let text = match choice {
        Choice::Postgresql => "postgresql\n",
        Choice::Sqlite => "sqlite\n",
    };
    std::fs::write(&path, text).map_err(|e| OpenError::files("write", &path, &e))
}

async fn sqlite(settings: &StoreSettings) -> Result<Connected> {
    let file = settings.config_dir.join("data.db");
    let db = Db::sqlite(&file, settings.turn).await?;
    let options = sqlite_options(&file, settings.turn).synchronous(SqliteSynchronous::Normal);
    let jobs = SqlitePoolOptions::new().max_connections(2).connect_lazy_with(options);
    Ok(Connected {
        db,
        jobs: Pools::Sqlite(jobs),
        supervisor: None,
        description: format!("SQLite in {}", file.display()),
        fallback: None,
        decided: None,
    })
}

async fn postgres(
    settings: &StoreSettings,
    clock: &Arc<dyn Clock>,
    spawner: &Spawner,
    stop: &CancellationToken,
) -> Result<Connected> {
    let (supervisor, options, description) = embedded::start(settings, clock, spawner, stop).await?;
    let db = match Db::postgres(options.clone(), Lease::none()).await {
        Ok(db) => db,
        Err(e) => {
            supervisor.stop().await;
            return Err(e.into());
        }
    };
    Ok(Connected {
        db,
        jobs: Pools::Postgres(jobs_pool(options)),
        supervisor: Some(supervisor),
        description,
        fallback: None,
        decided: None,
    })
}

async fn external(url: &str, clock: &Arc<dyn Clock>, spawner: &Spawner, stop: &CancellationToken) -> Result<Connected> {
    let options = PgConnectOptions::from_str(url)
        .map_err(|e| OpenError::Unusable(format!("database.url is not understood: {e}")))?
        .application_name("hmm");
    let lease = Lease::take(options.clone(), clock.clone(), spawner, stop).await?;
    let db = Db::postgres(options.clone(), lease).await?;
    let description = format!("PostgreSQL at {}", options.get_host());
    Ok(Connected {
        db,
        jobs: Pools::Postgres(jobs_pool(options)),
        supervisor: None,
        description,
        fallback: None,
        decided: None,
    })
}

fn jobs_pool(options: PgConnectOptions) -> PgPool {
    PgPoolOptions::new()
        .max_connections(5)
        .acquire_timeout(Duration::from_secs(3))
        .idle_timeout(Duration::from_mins(2))
        .connect_lazy_with(options.application_name("hmm jobs"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_choice_that_is_no_database_is_refused_and_a_lost_one_is_found_again() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(decided(dir.path()).unwrap(), None);
        std::fs::write(dir.path().join("data.db"), "").unwrap();
        assert_eq!(decided(dir.path()).unwrap(), Some(Choice::Sqlite));
        std::fs::create_dir(dir.path().join("postgres")).unwrap();
        std::fs::write(dir.path().join("postgres/PG_VERSION"), "15\n").unwrap();
        assert_eq!(decided(dir.path()).unwrap(), Some(Choice::Postgresql));
        std::fs::write(dir.path().join("database.choice"), "mysql").unwrap();
        assert!(matches!(decided(dir.path()), Err(OpenError::Unusable(_))));
        write_choice(dir.path(), Choice::Sqlite).unwrap();
        assert_eq!(decided(dir.path()).unwrap(), Some(Choice::Sqlite));
    }
}
