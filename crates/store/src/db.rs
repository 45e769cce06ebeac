//! Connections: who reads, who writes durably, who writes samples.
//!
//! SQLite has one writer at a time. Nouns go through one connection with `synchronous=FULL` (an acknowledged change
//! survives a power cut), samples and roll-ups through another with `NORMAL` (one flush may be lost), reads through a
//! few read-only ones. PostgreSQL has one pool; samples switch `synchronous_commit` off for their transaction.
//!
//! **Invariant:** a write transaction on SQLite begins as one (`BEGIN IMMEDIATE`), so that it waits for its turn instead
//! of failing in the middle.

use crate::error::{Result, judge, said};
use crate::lease::Lease;
use hmm_domain::port::StoreError;
use sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, QueryResult, SqliteTransactionMode, Statement,
    TransactionOptions, TransactionTrait, Value,
};
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous};
use sqlx::{PgPool, SqlitePool};
use std::path::Path;
use std::time::Duration;

/// How long a request waits for a connection before it says that the database is away.
const ACQUIRE: Duration = Duration::from_secs(3);

#[derive(Debug, Clone)]
pub(crate) enum Native {
    Sqlite {
        /// For samples and roll-ups.
        bulk: SqlitePool,
        read: SqlitePool,
    },
    Postgres(PgPool),
}

#[derive(Clone)]
pub(crate) struct Db {
    pub(crate) native: Native,
    read: DatabaseConnection,
    write: DatabaseConnection,
    bulk: DatabaseConnection,
    lease: Lease,
}

impl Db {
    pub(crate) async fn sqlite(file: &Path, turn: Duration) -> Result<Self> {
        let options = sqlite_options(file, turn);
        let writer = |sync| {
            SqlitePoolOptions::new()
                .max_connections(1)
                .acquire_timeout(turn + ACQUIRE)
                .idle_timeout(None)
                .max_lifetime(None)
                .connect_with(options.clone().create_if_missing(true).synchronous(sync))
        };
        let write = writer(SqliteSynchronous::Full).await.map_err(|e| judge(&e))?;
        let bulk = writer(SqliteSynchronous::Normal).await.map_err(|e| judge(&e))?;
        let read = SqlitePoolOptions::new()
            .max_connections(4)
            .acquire_timeout(ACQUIRE)
            .idle_timeout(Duration::from_mins(2))
            .connect_with(options.clone().read_only(true))
            .await
            .map_err(|e| judge(&e))?;
        Ok(Self {
            read: read.clone().into(),
            write: write.into(),
            bulk: bulk.clone().into(),
            native: Native::Sqlite { bulk, read },
            lease: Lease::none(),
        })
    }

    pub(crate) async fn postgres(options: PgConnectOptions, lease: Lease) -> Result<Self> {
        let pool = PgPoolOptions::new()
            .max_connections(8)
            .min_connections(1)
            .acquire_timeout(ACQUIRE)
            .idle_timeout(Duration::from_mins(2))
            .connect_with(options)
            .await
            .map_err(|e| judge(&e))?;
        let shared: DatabaseConnection = pool.clone().into();
        Ok(Self { read: shared.clone(), write: shared.clone(), bulk: shared, native: Native::Postgres(pool), lease })
    }

    pub(crate) fn backend(&self) -> DbBackend {
        match self.native {
            Native::Sqlite { .. } => DbBackend::Sqlite,
            Native::Postgres(_) => DbBackend::Postgres,
        }
    }

    pub(crate) fn read(&self) -> &DatabaseConnection {
        &self.read
    }

    /// For one durable statement. Away when the lock of an external database was lost.
    pub(crate) fn write(&self) -> Result<&DatabaseConnection> {
        self.lease.check()?;
        Ok(&self.write)
    }

    /// A durable transaction.
    pub(crate) async fn begin(&self) -> Result<DatabaseTransaction> {
        begin(self.write()?).await
    }

    /// A transaction for samples and roll-ups: fast, and the last of them may be lost.
    pub(crate) async fn begin_bulk(&self) -> Result<DatabaseTransaction> {
        self.lease.check()?;
        let tx = begin(&self.bulk).await?;
        if self.backend() == DbBackend::Postgres {
            tx.execute_unprepared("SET LOCAL synchronous_commit = off").await.map_err(said)?;
        }
        Ok(tx)
    }

    /// Outside of any transaction of ours: migrations.
    pub(crate) fn raw_write(&self) -> &DatabaseConnection {
        &self.write
    }

    pub(crate) fn raw_bulk(&self) -> &DatabaseConnection {
        &self.bulk
    }

    pub(crate) fn statement(&self, sql: impl Into<String>, values: impl IntoIterator<Item = Value>) -> Statement {
        Statement::from_sql_and_values(self.backend(), sql, values)
    }

    pub(crate) async fn rows(&self, sql: impl Into<String>, values: Vec<Value>) -> Result<Vec<QueryResult>> {
        self.read.query_all_raw(self.statement(sql, values)).await.map_err(said)
    }

    pub(crate) async fn close(&self) {
        self.lease.release().await;
        match &self.native {
            Native::Sqlite { bulk, read } => {
                read.close().await;
                bulk.close().await;
                if let Err(e) = self.write.clone().close().await {
                    tracing::debug!(error = %e, "closing the writer");
                }
            }
            Native::Postgres(pool) => pool.close().await,
        }
    }
}

/// Reads a column of a raw row.
pub(crate) fn column<T: sea_orm::TryGetable>(row: &QueryResult, name: &str) -> Result<T> {
    row.try_get("", name).map_err(|e| StoreError::Corrupt(format!("column {name}: {e}")))
}

async fn begin(connection: &DatabaseConnection) -> Result<DatabaseTransaction> {
    let options = TransactionOptions {
        sqlite_transaction_mode: (connection.get_database_backend() == DbBackend::Sqlite)
            .then_some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    connection.begin_with_options(options).await.map_err(said)
}

/// Pragmas for a small machine with an SD card: a small cache, and a log that is written back rarely, so that a page
/// that many flushes touched is written once.
pub(crate) fn sqlite_options(file: &Path, turn: Duration) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .journal_mode(SqliteJournalMode::Wal)
        .synchronous(SqliteSynchronous::Full)
        .foreign_keys(true)
        .busy_timeout(turn)
        .pragma("cache_size", "-2000")
        .pragma("journal_size_limit", "16777216")
        .pragma("wal_autocheckpoint", "2000")
        .pragma("temp_store", "MEMORY")
        .statement_cache_capacity(64)
}
