//! Migrations at the start: what is there, what is missing, whether the database is newer than the program.
//!
//! **Invariant:** a database with a step that this program does not know is not touched, not even to look for more.

use crate::db::Db;
use crate::error::{OpenError, Result, said};
use hmm_migrations::{IntoSchemaManagerConnection, Migrator, MigratorTrait};

/// The newest step this program knows.
pub(crate) fn version() -> &'static str {
    hmm_migrations::names().last().copied().unwrap_or_default()
}

/// What has been applied, oldest first. Reads only.
pub(crate) async fn applied(db: &Db) -> Result<Vec<String>> {
    let table = "seaql_migrations";
    let there = hmm_migrations_table(db, table).await?;
    if !there {
        return Ok(Vec::new());
    }
    let rows = db.rows(format!("SELECT version FROM {table} ORDER BY version"), Vec::new()).await?;
    rows.iter().map(|row| crate::db::column(row, "version")).collect()
}

async fn hmm_migrations_table(db: &Db, table: &str) -> Result<bool> {
    let sql = match db.native {
        crate::db::Native::Sqlite { .. } => "SELECT 1 AS one FROM sqlite_master WHERE type = 'table' AND name = $1",
        crate::db::Native::Postgres(_) => {
            "SELECT 1 AS one FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = $1"
        }
    };
    Ok(!db.rows(sql, vec![table.into()]).await?.is_empty())
}

/// Refuses a database of a newer program; says how many steps are missing.
pub(crate) async fn pending(db: &Db) -> std::result::Result<(Vec<String>, usize), OpenError> {
    let applied = applied(db).await?;
    let known = hmm_migrations::names();
    if let Some(newer) = applied.iter().find(|name| !known.contains(&name.as_str())) {
        return Err(OpenError::Newer(newer.clone()));
    }
    let missing = known.len() - applied.len();
    Ok((applied, missing))
}

/// Applies `steps` steps, or all. Inside a transaction they are part of it.
pub(crate) async fn migrate<'c>(on: impl IntoSchemaManagerConnection<'c>, steps: Option<u32>) -> Result<()> {
    Migrator::up(on, steps).await.map_err(said)
}
