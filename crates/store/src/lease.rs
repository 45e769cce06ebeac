//! The advisory lock that says "this house is managed here": held on a connection of its own, only for a database that
//! others can reach.
//!
//! **Invariant:** without the lock nothing is written, so no command can be sent: two managers on one external database
//! cannot both move hardware. The lock is taken back as soon as that is possible.

use crate::error::{OpenError, Result, judge};
use crate::settings::Spawner;
use hmm_domain::port::{Clock, StoreError};
use sqlx::postgres::PgConnectOptions;
use sqlx::{ConnectOptions, Connection, PgConnection};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;
use tokio_util::sync::CancellationToken;

/// Any number will do, as long as it stays the same ("HMM lock" in ASCII).
const LOCK: i64 = 0x0048_4d4d_6c6f_636b;
const LOOK: Duration = Duration::from_secs(5);

/// A manager that is just going away may still hold it for a moment: its restart must not be refused.
const PATIENCE: Duration = Duration::from_secs(2);

#[derive(Debug, Clone)]
pub(crate) struct Lease(Option<Held>);

#[derive(Debug, Clone)]
struct Held {
    now: Arc<AtomicBool>,
    stop: CancellationToken,
    released: CancellationToken,
}

impl Lease {
    /// Nobody else can get at this database.
    pub(crate) fn none() -> Self {
        Self(None)
    }

    pub(crate) fn check(&self) -> Result<()> {
        match &self.0 {
            Some(held) if !held.now.load(Ordering::Acquire) => Err(StoreError::Away(
                "the lock that keeps a second manager out was lost with its connection; taking it again".to_owned(),
            )),
            _ => Ok(()),
        }
    }

    /// Gives the lock back; it is free for the next one when this returns.
    pub(crate) async fn release(&self) {
        if let Some(held) = &self.0 {
            held.stop.cancel();
            held.released.cancelled().await;
        }
    }

    /// Takes the lock and keeps looking after it until `stop`.
    pub(crate) async fn take(
        options: PgConnectOptions,
        clock: Arc<dyn Clock>,
        spawner: &Spawner,
        stop: &CancellationToken,
    ) -> std::result::Result<Self, OpenError> {
        let deadline = clock.now() + PATIENCE;
        let connection = loop {
            match lock(&options).await? {
                Some(connection) => break connection,
                None if clock.now() >= deadline => return Err(OpenError::InUse(options.get_host().to_owned())),
                None => drop(clock.sleep_until(clock.now() + Duration::from_millis(100)).await),
            }
        };
        let held =
            Held { now: Arc::new(AtomicBool::new(true)), stop: stop.child_token(), released: CancellationToken::new() };
        let task = held.clone();
        spawner(
            "database-lock",
            Box::pin(async move {
                // Said even when the task is cut off.
                let _released = task.released.drop_guard();
                let mut connection = Some(connection);
                tokio::select! {
                    () = task.stop.cancelled() => {}
                    () = keep(&mut connection, options, clock, &task.now) => {}
                }
                if let Some(connection) = connection {
                    let _ = connection.close().await;
                }
            }),
        );
        Ok(Self(Some(held)))
    }
}

async fn lock(options: &PgConnectOptions) -> Result<Option<PgConnection>> {
    let mut connection = options.connect().await.map_err(|e| judge(&e))?;
    let got: bool = sqlx::query_scalar("SELECT pg_try_advisory_lock($1)")
        .bind(LOCK)
        .fetch_one(&mut connection)
        .await
        .map_err(|e| judge(&e))?;
    Ok(got.then_some(connection))
}

async fn keep(
    connection: &mut Option<PgConnection>,
    options: PgConnectOptions,
    clock: Arc<dyn Clock>,
    held: &AtomicBool,
) {
    loop {
        drop(clock.sleep_until(clock.now() + LOOK).await);
        let alive = match connection {
            Some(c) => sqlx::query("SELECT 1").execute(c).await.is_ok(),
            None => false,
        };
        if alive {
            continue;
        }
        if held.swap(false, Ordering::AcqRel) {
            tracing::error!(
                "the lock on the external database was lost with its connection; nothing is written until it is back"
            );
        }
        *connection = lock(&options).await.ok().flatten();
        if connection.is_some() {
            held.store(true, Ordering::Release);
            tracing::info!("the lock on the external database is held again");
        }
    }
}
