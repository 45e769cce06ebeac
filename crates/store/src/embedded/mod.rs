//! PostgreSQL as a part of this program: found, initialised, started, watched, stopped.
//!
//! ```text
//! start ─► binaries (which programs) ─► cluster (data folder, password, socket) ─► supervisor ─► launcher thread
//!                                                                                      │            │ hmm __pg … (child)
//!                                                                                      └─ back-off ◄┘ exec postgres
//! ```
//! **Invariant:** the server listens on a Unix socket in a private folder and nowhere else; it runs as PUID:PGID and never
//! as root; it dies with us (the parent-death signal follows the *thread* that spawned it, so that thread lives as long as
//! the supervisor does nothing but spawn and wait).

mod binaries;
mod child;
mod cluster;
mod initdb;
mod orphans;
mod supervisor;

pub use child::pg_child;
pub(crate) use cluster::Cluster;
pub use supervisor::Supervisor;

use crate::error::{OpenError, judge};
use crate::settings::{Spawner, StoreSettings};
use hmm_domain::port::Clock;
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection};
use std::sync::Arc;
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// The database in the cluster that is ours.
const DATABASE: &str = "hmm";
/// A first start on a slow card, or a long crash recovery.
const READY: Duration = Duration::from_mins(1);

/// Brings the server up and makes sure that our database is in it.
pub(crate) async fn start(
    settings: &StoreSettings,
    clock: &Arc<dyn Clock>,
    spawner: &Spawner,
    stop: &CancellationToken,
) -> Result<(Supervisor, PgConnectOptions, String), OpenError> {
    let cluster = Cluster::prepare(settings)?;
    let description = format!("PostgreSQL {} in {}", cluster.major(), cluster.data().display());
    let supervisor = Supervisor::start(cluster.clone(), settings.launcher.clone(), clock.clone(), spawner, stop)?;
    match ready(&cluster, &supervisor, clock).await {
        Ok(()) => Ok((supervisor, cluster.options(DATABASE), description)),
        Err(e) => {
            supervisor.stop().await;
            Err(e)
        }
    }
}

async fn ready(cluster: &Cluster, supervisor: &Supervisor, clock: &Arc<dyn Clock>) -> Result<(), OpenError> {
    let deadline = clock.now() + READY;
    loop {
        // Who answers before ours is started is a leftover on its way out.
        let why = match supervisor.pid() {
            Some(_) => ours(cluster).await.err(),
            None => Some(OpenError::Away("it is not started yet".to_owned())),
        };
        let Some(why) = why else { return Ok(()) };
        if let Some(last) = supervisor.failed() {
            return Err(OpenError::Away(format!("PostgreSQL does not start: {last}")));
        }
        if clock.now() >= deadline {
            return Err(OpenError::Away(format!("PostgreSQL was started and does not answer: {why}")));
        }
        drop(clock.sleep_until(clock.now() + Duration::from_millis(20)).await);
    }
}

async fn ours(cluster: &Cluster) -> Result<(), OpenError> {
    let mut connection = cluster.options("postgres").connect().await.map_err(|e| judge(&e))?;
    let there: Option<i32> = sqlx::query_scalar("SELECT 1 FROM pg_database WHERE datname = $1")
        .bind(DATABASE)
        .fetch_optional(&mut connection)
        .await
        .map_err(|e| judge(&e))?;
    if there.is_none() {
        sqlx::query("CREATE DATABASE hmm").execute(&mut connection).await.map_err(|e| judge(&e))?;
        leave_filled_logs(&mut connection).await;
    }
    connection.close().await.map_err(|e| judge(&e))?;
    Ok(())
}

/// `initdb` knows nothing of our settings and leaves log files filled with zeros. Small writes into such a file cost the
/// kernel's whole piece of it (see docs/adr/0020-series-layout.md), so they are passed over. Nothing depends on it.
async fn leave_filled_logs(connection: &mut PgConnection) {
    for _ in 0..8 {
        let sql = "SELECT pg_logical_emit_message(false, 'hmm', 'x'); SELECT pg_switch_wal()";
        if let Err(e) = sqlx::raw_sql(sql).execute(&mut *connection).await {
            tracing::debug!(error = %e, "passing over the first log files");
            return;
        }
    }
}
