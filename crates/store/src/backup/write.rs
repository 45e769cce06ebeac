//! Writing a backup from one snapshot of the database.
//!
//! **Invariant:** all tables are read in one transaction: what belongs together is from the same instant.

use super::catalogue::{self, Kind, Table};
use super::{Content, FORMAT, Footer, Header, Report, TableLine, read, version_of};
use crate::db::{Db, Native};
use crate::error::{OpenError, judge};
use flate2::Compression;
use flate2::write::GzEncoder;
use futures_util::TryStreamExt;
use hmm_domain::Timestamp;
use serde::Serialize;
use serde_json::Value;
use sha2::{Digest, Sha256};
use sqlx::{AssertSqlSafe, Row};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::Path;

type Result<T> = std::result::Result<T, OpenError>;

/// One snapshot of either database.
enum Snapshot {
    Sqlite(sqlx::Transaction<'static, sqlx::Sqlite>),
    Postgres(sqlx::Transaction<'static, sqlx::Postgres>),
}

/// A row as a JSON array. Reals as text: JSON readers round them. Bytes in hex.
macro_rules! cells {
    ($row:expr, $columns:expr) => {{
        let mut cells = Vec::with_capacity($columns.len());
        for (index, (_, kind)) in $columns.iter().enumerate() {
            cells.push(match kind {
                Kind::Whole => $row.try_get::<Option<i64>, _>(index)?.map_or(Value::Null, Value::from),
                Kind::Real => {
                    $row.try_get::<Option<f64>, _>(index)?.map_or(Value::Null, |v| Value::from(format!("{v:?}")))
                }
                Kind::Text => $row.try_get::<Option<String>, _>(index)?.map_or(Value::Null, Value::from),
                Kind::Flag => $row.try_get::<Option<bool>, _>(index)?.map_or(Value::Null, Value::from),
                Kind::Bytes => {
                    $row.try_get::<Option<Vec<u8>>, _>(index)?.map_or(Value::Null, |v| Value::from(hex::encode(v)))
                }
            });
        }
        cells
    }};
}

impl Snapshot {
    async fn take(db: &Db) -> std::result::Result<Self, sqlx::Error> {
        match &db.native {
            Native::Sqlite { read, .. } => Ok(Self::Sqlite(read.begin().await?)),
            Native::Postgres(pool) => {
                let mut tx = pool.begin().await?;
                sqlx::query("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY").execute(&mut *tx).await?;
                Ok(Self::Postgres(tx))
            }
        }
    }

    async fn count(&mut self, table: &str) -> std::result::Result<u64, sqlx::Error> {
        let sql = AssertSqlSafe(format!("SELECT COUNT(*) FROM {table}"));
        let count: i64 = match self {
            Self::Sqlite(tx) => sqlx::query_scalar(sql).fetch_one(&mut **tx).await?,
            Self::Postgres(tx) => sqlx::query_scalar(sql).fetch_one(&mut **tx).await?,
        };
        Ok(count.unsigned_abs())
    }

    async fn head(&mut self) -> std::result::Result<(i64, String), sqlx::Error> {
        let sql = "SELECT count, hash FROM audit_head WHERE id = 1";
        let head: Option<(i64, String)> = match self {
            Self::Sqlite(tx) => sqlx::query_as(sql).fetch_optional(&mut **tx).await?,
            Self::Postgres(tx) => sqlx::query_as(sql).fetch_optional(&mut **tx).await?,
        };
        Ok(head.unwrap_or_default())
    }

    /// Streams the rows of a table into `sink`.
    async fn rows(&mut self, table: &Table, sink: &mut Sink) -> std::result::Result<(), sqlx::Error> {
        let names: Vec<&str> = table.columns.iter().map(|(name, _)| name.as_str()).collect();
        let sql = AssertSqlSafe(format!("SELECT {} FROM {} ORDER BY 1", names.join(", "), table.name));
        match self {
            Self::Sqlite(tx) => {
                let mut rows = sqlx::query(sql).fetch(&mut **tx);
                while let Some(row) = rows.try_next().await? {
                    sink.row(cells!(row, table.columns))?;
                }
            }
            Self::Postgres(tx) => {
                let mut rows = sqlx::query(sql).fetch(&mut **tx);
                while let Some(row) = rows.try_next().await? {
                    sink.row(cells!(row, table.columns))?;
                }
            }
        }
        Ok(())
    }
}

/// The file being written, its checksum and what must not go in.
struct Sink {
    out: GzEncoder<File>,
    digest: Sha256,
    rows: u64,
    /// Cells of the current table that are written as something harmless.
    blanked: Vec<(usize, Value)>,
}

impl Sink {
    fn line(&mut self, value: &impl Serialize) -> std::io::Result<()> {
        let mut bytes = serde_json::to_vec(value)?;
        bytes.push(b'\n');
        self.digest.update(&bytes);
        self.out.write_all(&bytes)
    }

    fn row(&mut self, mut cells: Vec<Value>) -> std::io::Result<()> {
        for (index, value) in &self.blanked {
            cells[*index] = value.clone();
        }
        self.rows += 1;
        self.line(&cells)
    }
}

/// Tables that never leave the house.
fn private(table: &str) -> bool {
    matches!(table, "secret" | "session" | "token" | "recovery_code" | "kept_answer")
}

fn blanked(table: &Table, content: Content) -> Vec<(usize, Value)> {
    if content == Content::House || table.name != "house_user" {
        return Vec::new();
    }
    let at = |name: &str| table.columns.iter().position(|(column, _)| column == name);
    [(at("password_hash"), Value::from("")), (at("totp_enabled"), Value::from(false))]
        .into_iter()
        .filter_map(|(index, value)| Some((index?, value)))
        .collect()
}

pub(super) async fn write(
    db: &Db,
    key_id: &str,
    file: &Path,
    content: Content,
    program: &str,
    now: Timestamp,
) -> Result<Report> {
    if let Some(folder) = file.parent() {
        std::fs::create_dir_all(folder).map_err(|e| OpenError::files("make", folder, &e))?;
    }
    let part = file.with_extension("part");
    let written = fill(db, key_id, &part, content, program, now).await;
    let report = match written.and_then(|()| read::verify(&part)) {
        Ok(report) => report,
        Err(e) => {
            let _ = std::fs::remove_file(&part);
            return Err(e);
        }
    };
    std::fs::rename(&part, file).map_err(|e| OpenError::files("rename the backup to", file, &e))?;
    Ok(report)
}

async fn fill(db: &Db, key_id: &str, part: &Path, content: Content, program: &str, now: Timestamp) -> Result<()> {
    let files = |e: std::io::Error| OpenError::files("write", part, &e);
    let away = |e: sqlx::Error| match e {
        sqlx::Error::Io(e) if e.kind() == std::io::ErrorKind::StorageFull => OpenError::files("write", part, &e),
        e => judge(&e).into(),
    };
    let tables: Vec<Table> = catalogue::tables(db)
        .await?
        .into_iter()
        .filter(|table| content == Content::House || !private(&table.name))
        .collect();
    let schema_version = version_of(db).await?;
    let mut snapshot = Snapshot::take(db).await.map_err(away)?;
    let mut counts = BTreeMap::new();
    for table in &tables {
        counts.insert(table.name.clone(), snapshot.count(&table.name).await.map_err(away)?);
    }
    let (audit_count, audit_hash) = snapshot.head().await.map_err(away)?;
    let header = Header {
        format: FORMAT,
        program: program.to_owned(),
        schema_version,
        created_at: now.millis(),
        content,
        tables: counts,
        audit_count,
        audit_hash,
        key_id: key_id.to_owned(),
    };
    let file =
        std::fs::OpenOptions::new().write(true).create(true).truncate(true).mode(0o600).open(part).map_err(files)?;
    let out = GzEncoder::new(file, Compression::new(6));
    let mut sink = Sink { out, digest: Sha256::new(), rows: 0, blanked: Vec::new() };
    sink.line(&header).map_err(files)?;
    for table in &tables {
        sink.blanked = blanked(table, content);
        let line = TableLine { table: table.name.clone(), columns: table.columns.clone() };
        sink.line(&line).map_err(files)?;
        snapshot.rows(table, &mut sink).await.map_err(away)?;
    }
    let footer = Footer { rows: sink.rows, sha256: hex::encode(sink.digest.clone().finalize()) };
    sink.line(&footer).map_err(files)?;
    sink.out.finish().and_then(|file| file.sync_all()).map_err(files)
}
