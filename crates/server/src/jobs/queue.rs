//! apalis at arm's length: it carries the ids of jobs from the moment they are due to the moment they run.
//!
//! **Invariant:** our `job` table is the truth. What apalis holds is emptied at every start and filled again from there,
//! so nothing that it forgets or repeats matters: a job that is no longer queued is not started. It is looked at only
//! when something was pushed, never on a timer, so a quiet house writes nothing for it.

use apalis::prelude::{BackendExt, Data, PollSnapshot, PollStrategy, TaskBuilder, TaskSink, WorkerBuilder};
use apalis_postgres::PostgresStorage;
use apalis_sqlite::SqliteStorage;
use futures_util::future::BoxFuture;
use hmm_domain::JobId;
use serde::{Deserialize, Serialize};
use sqlx::{AssertSqlSafe, PgPool, SqlitePool};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::task::{Context, Poll};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::sync::futures::OwnedNotified;

/// The name of the queue in apalis's tables.
const QUEUE: &str = "hmm";
/// Sign of life of the worker: one small row. Nobody else is there who could miss it.
const HEARTBEAT: Duration = Duration::from_hours(6);

/// The database as apalis wants it.
#[derive(Clone)]
pub enum Pool {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// Why the queue does not work for now. Try again: the job stays in our table.
#[derive(Debug, thiserror::Error)]
#[error("the job queue: {0}")]
pub struct QueueError(String);

impl QueueError {
    fn of(error: impl std::fmt::Display) -> Self {
        Self(error.to_string())
    }
}

/// Runs a job to its end; its outcome is kept elsewhere.
#[derive(Clone)]
pub struct Run(Arc<dyn Fn(JobId) -> BoxFuture<'static, ()> + Send + Sync>);

impl Run {
    pub fn new(run: impl Fn(JobId) -> BoxFuture<'static, ()> + Send + Sync + 'static) -> Self {
        Self(Arc::new(run))
    }

    fn start(&self, id: JobId) -> BoxFuture<'static, ()> {
        (self.0)(id)
    }
}

/// All that apalis ever sees of a job.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Ticket(i64);

/// The queue. Cheap to clone.
#[derive(Clone)]
pub struct Queue {
    pool: Pool,
    bell: Arc<Notify>,
    workers: Arc<AtomicU64>,
}

impl Queue {
    /// Brings apalis's tables up to date, with our own settings of the database (its `setup()` would switch off syncing).
    pub async fn open(pool: Pool) -> Result<Self, QueueError> {
        match &pool {
            Pool::Sqlite(pool) => SqliteStorage::<()>::migrations().run(pool).await.map_err(QueueError::of)?,
            Pool::Postgres(pool) => PostgresStorage::<()>::migrations().run(pool).await.map_err(QueueError::of)?,
        }
        Ok(Self { pool, bell: Arc::default(), workers: Arc::default() })
    }

    /// Forgets everything: what is to be done is pushed again from our table.
    pub async fn clear(&self) -> Result<(), QueueError> {
        match &self.pool {
            Pool::Sqlite(pool) => {
                for sql in ["DELETE FROM Jobs", "DELETE FROM Workers"] {
                    sqlx::query(sql).execute(pool).await.map_err(QueueError::of)?;
                }
            }
            Pool::Postgres(pool) => {
                for sql in ["DELETE FROM apalis.jobs", "DELETE FROM apalis.workers"] {
                    sqlx::query(sql).execute(pool).await.map_err(QueueError::of)?;
                }
            }
        }
        Ok(())
    }

    /// Takes out what is done.
    pub async fn sweep(&self) -> Result<(), QueueError> {
        const ENDED: &str = "('Done', 'Failed', 'Killed')";
        match &self.pool {
            Pool::Sqlite(pool) => {
                let sql = AssertSqlSafe(format!("DELETE FROM Jobs WHERE status IN {ENDED}"));
                sqlx::query(sql).execute(pool).await.map_err(QueueError::of)?;
            }
            Pool::Postgres(pool) => {
                let sql = AssertSqlSafe(format!("DELETE FROM apalis.jobs WHERE status IN {ENDED}"));
                sqlx::query(sql).execute(pool).await.map_err(QueueError::of)?;
            }
        }
        Ok(())
    }

    /// Hands a job over, to be run now.
    pub async fn push(&self, id: JobId) -> Result<(), QueueError> {
        // Due since 1970: a jump of the clock neither holds it back nor hurries it.
        let task = TaskBuilder::new(Ticket(id.get())).run_at_timestamp(0).max_attempts(1).build();
        match &self.pool {
            Pool::Sqlite(pool) => Self::sqlite(pool).push_task(task).await.map_err(QueueError::of)?,
            Pool::Postgres(pool) => Self::postgres(pool).push_task(task).await.map_err(QueueError::of)?,
        }
        self.bell.notify_one();
        Ok(())
    }

    /// Hands jobs to `run` until the database goes away.
    pub async fn work(&self, run: Run) -> Result<(), QueueError> {
        // A new name each time: apalis refuses one that was alive a moment ago.
        let name = format!("hmm-{}", self.workers.fetch_add(1, Ordering::Relaxed));
        let builder = WorkerBuilder::new(name.as_str());
        let nudge = Nudge::new(&self.bell);
        let ended = match &self.pool {
            Pool::Sqlite(pool) => {
                let backend = Self::sqlite(pool).poll_with_strategy(nudge);
                builder.backend(backend).data(run).build(ticket).run().await
            }
            Pool::Postgres(pool) => {
                let backend = Self::postgres(pool).poll_with_strategy(nudge);
                builder.backend(backend).data(run).build(ticket).run().await
            }
        };
        ended.map_err(QueueError::of)
    }

    fn sqlite(pool: &SqlitePool) -> SqliteStorage<Ticket> {
        let config = apalis_sqlite::Config::default().queue(QUEUE).heartbeat_interval(HEARTBEAT).lock_tasks(false);
        SqliteStorage::new(pool).with_config(config)
    }

    fn postgres(pool: &PgPool) -> PostgresStorage<Ticket> {
        let config = apalis_postgres::Config::default().queue(QUEUE).heartbeat_interval(HEARTBEAT).lock_tasks(false);
        PostgresStorage::new(pool).with_config(config)
    }
}

async fn ticket(ticket: Ticket, run: Data<Run>) {
    run.start(JobId::new(ticket.0)).await;
}

/// Wakes the worker when something was pushed, and only then.
struct Nudge {
    bell: Arc<Notify>,
    rung: Pin<Box<OwnedNotified>>,
}

impl Nudge {
    fn new(bell: &Arc<Notify>) -> Self {
        Self { bell: Arc::clone(bell), rung: Box::pin(Arc::clone(bell).notified_owned()) }
    }
}

impl PollStrategy for Nudge {
    fn poll_drive(&mut self, cx: &mut Context<'_>, _: &PollSnapshot) -> Poll<Option<()>> {
        // Until it has not rung again: only then is our waker left behind.
        while self.rung.as_mut().poll(cx).is_ready() {
            self.rung = Box::pin(Arc::clone(&self.bell).notified_owned());
        }
        Poll::Pending
    }
}
