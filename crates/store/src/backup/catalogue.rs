//! What tables and columns there are, asked of the database itself.
//!
//! **Invariant:** parents come before children (tables are listed in the order in which they were made), so rows can be
//! loaded in this order with foreign keys on.

use crate::db::{Db, column};
use crate::error::Result;
use hmm_domain::port::StoreError;
use sea_orm::{DbBackend, Value};
use serde::{Deserialize, Serialize};

/// What a column holds, of the few kinds that we use.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(super) enum Kind {
    Whole,
    Real,
    Text,
    Flag,
    Bytes,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Table {
    pub(super) name: String,
    pub(super) columns: Vec<(String, Kind)>,
}

/// The queue's, or the database's own.
fn not_ours(table: &str) -> bool {
    table.starts_with("sqlite_") || table.starts_with('_') || table.chars().any(|c| c.is_ascii_uppercase())
}

/// The migrations' own, and what is left out on purpose.
fn left_out(table: &str) -> bool {
    matches!(table, "seaql_migrations" | "sample")
}

/// Everything that this program has made, in the order in which it was made.
pub(super) async fn names(db: &Db) -> Result<Vec<String>> {
    let sql = match db.backend() {
        DbBackend::Sqlite => "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid",
        _ => {
            "SELECT relname::TEXT AS name FROM pg_class WHERE relkind = 'r' \
             AND relnamespace = current_schema()::regnamespace ORDER BY oid"
        }
    };
    let rows = db.rows(sql, Vec::new()).await?;
    let names = rows.iter().map(|row| column(row, "name")).collect::<Result<Vec<String>>>()?;
    Ok(names.into_iter().filter(|name| !not_ours(name)).collect())
}

/// What goes into a backup.
pub(super) async fn tables(db: &Db) -> Result<Vec<Table>> {
    let mut tables = Vec::new();
    for name in names(db).await?.into_iter().filter(|name| !left_out(name)) {
        tables.push(Table { columns: columns(db, &name).await?, name });
    }
    Ok(tables)
}

async fn columns(db: &Db, table: &str) -> Result<Vec<(String, Kind)>> {
    let sql = match db.backend() {
        DbBackend::Sqlite => "SELECT name, type FROM pragma_table_info($1) ORDER BY cid",
        _ => {
            "SELECT column_name::TEXT AS name, data_type::TEXT AS type FROM information_schema.columns \
             WHERE table_schema = current_schema() AND table_name = $1 ORDER BY ordinal_position"
        }
    };
    let rows = db.rows(sql, vec![Value::from(table)]).await?;
    rows.iter()
        .map(|row| {
            let (name, declared): (String, String) = (column(row, "name")?, column(row, "type")?);
            Ok((name, kind(table, &declared)?))
        })
        .collect()
}

fn kind(table: &str, declared: &str) -> Result<Kind> {
    match declared.to_ascii_uppercase().as_str() {
        "BIGINT" | "INTEGER" => Ok(Kind::Whole),
        "DOUBLE PRECISION" => Ok(Kind::Real),
        "TEXT" => Ok(Kind::Text),
        "BOOLEAN" => Ok(Kind::Flag),
        "BLOB" | "BYTEA" => Ok(Kind::Bytes),
        other => Err(StoreError::Corrupt(format!("table {table} has a column of type {other}"))),
    }
}
