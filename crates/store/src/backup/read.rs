//! Reading a backup: once to see that it is whole, once more to load it.
//!
//! **Invariant:** loading is one transaction: what was there goes, the schema that the file was written with is made, the
//! rows come, the later steps are applied, and what must hold at once is written. Sessions, tokens and kept answers end
//! with a restore. Sizes are bounded (D7): a file that unpacks without end is refused before anything is touched.

use super::catalogue::Kind;
use super::{FORMAT, Footer, Header, LINE_MAX, Report, Restore, TableLine, catalogue, steps_to};
use crate::audit::Chain;
use crate::db::{Db, column};
use crate::error::{OpenError, said};
use crate::store::put_setting;
use crate::{schema, series};
use flate2::read::GzDecoder;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, Statement, Value};
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};
use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

type Result<T> = std::result::Result<T, OpenError>;

const ROWS_A_STATEMENT: usize = 100;
/// What a file may unpack to: a hundred miners for twenty years are a tenth of it.
const BYTES_MAX: u64 = 32 * 1_024 * 1_024 * 1_024;
/// Neither has any house of ours.
const TABLES_MAX: usize = 256;
const COLUMNS_MAX: usize = 256;

/// What a line of the file is.
enum Line {
    Table(TableLine),
    Row(Vec<serde_json::Value>),
    End(Footer),
}

struct Lines {
    file: String,
    input: BufReader<GzDecoder<File>>,
    buffer: Vec<u8>,
    digest: Sha256,
    /// Checksum of everything before the line that was read last.
    before: Sha256,
    bytes: u64,
}

impl Lines {
    fn open(path: &Path) -> Result<Self> {
        let file = File::open(path).map_err(|e| OpenError::files("open", path, &e))?;
        Ok(Self {
            file: path.display().to_string(),
            input: BufReader::new(GzDecoder::new(file)),
            buffer: Vec::new(),
            digest: Sha256::new(),
            before: Sha256::new(),
            bytes: 0,
        })
    }

    fn bad(&self, why: &str) -> OpenError {
        OpenError::Unusable(format!("{} is not a whole backup: {why}", self.file))
    }

    fn advance(&mut self) -> Result<()> {
        self.buffer.clear();
        let read = (&mut self.input).take(LINE_MAX).read_until(b'\n', &mut self.buffer);
        let read = read.map_err(|e| self.bad(&e.to_string()))?;
        if read == 0 || self.buffer.last() != Some(&b'\n') {
            return Err(self.bad("it ends too early"));
        }
        self.before = self.digest.clone();
        self.digest.update(&self.buffer);
        self.bytes += read as u64;
        if self.bytes > BYTES_MAX {
            return Err(self.bad("it is larger than any house"));
        }
        Ok(())
    }

    fn parse<T: DeserializeOwned>(&self) -> Result<T> {
        serde_json::from_slice(&self.buffer).map_err(|e| self.bad(&e.to_string()))
    }

    fn header(&mut self) -> Result<Header> {
        self.advance()?;
        let header: Header = self.parse()?;
        if header.format != FORMAT {
            return Err(self.bad(&format!("format {} is not known here", header.format)));
        }
        Ok(header)
    }

    fn next(&mut self) -> Result<Line> {
        self.advance()?;
        if self.buffer.first() == Some(&b'[') {
            return Ok(Line::Row(self.parse()?));
        }
        if self.buffer.starts_with(b"{\"table\"") {
            return Ok(Line::Table(self.parse()?));
        }
        let footer: Footer = self.parse()?;
        if footer.sha256 != hex::encode(self.before.clone().finalize()) {
            return Err(self.bad("its checksum does not match"));
        }
        let mut more = [0];
        match self.input.read(&mut more) {
            Ok(0) => {}
            Ok(_) => return Err(self.bad("it goes on after its end")),
            Err(e) => return Err(self.bad(&e.to_string())),
        }
        Ok(Line::End(footer))
    }
}

/// Reads all of it: checksum, shape of every row, counts against the header.
pub fn verify(path: &Path) -> Result<Report> {
    let mut lines = Lines::open(path)?;
    let header = lines.header()?;
    let mut counts: BTreeMap<String, u64> = BTreeMap::new();
    let mut current: Option<TableLine> = None;
    let mut rows = 0;
    loop {
        match lines.next()? {
            Line::Table(table) => {
                if counts.len() >= TABLES_MAX || table.columns.len() > COLUMNS_MAX {
                    return Err(lines.bad("it has more tables or columns than any house"));
                }
                if counts.contains_key(&table.table) || !header.tables.contains_key(&table.table) {
                    return Err(lines.bad("it has another table than it says"));
                }
                if table.columns.iter().map(|(name, _)| name).chain([&table.table]).any(|name| !plain(name)) {
                    return Err(lines.bad("a name in it is no name of ours"));
                }
                counts.insert(table.table.clone(), 0);
                current = Some(table);
            }
            Line::Row(cells) => {
                let table = current.as_ref().ok_or_else(|| lines.bad("a row without a table"))?;
                if cells.len() != table.columns.len() {
                    return Err(lines.bad(&format!("a row of {} has {} columns", table.table, cells.len())));
                }
                for (cell, (_, kind)) in cells.iter().zip(&table.columns) {
                    bound(cell, *kind)
                        .ok_or_else(|| lines.bad(&format!("a row of {} is not understood", table.table)))?;
                }
                *counts.entry(table.table.clone()).or_default() += 1;
                rows += 1;
            }
            Line::End(footer) => {
                if footer.rows != rows || counts != header.tables {
                    return Err(lines.bad("rows are missing"));
                }
                return Ok(Report { header: Some(header), rows, bytes: lines.bytes, other_key: false });
            }
        }
    }
}

/// Names go into SQL as they are.
fn plain(name: &str) -> bool {
    !name.is_empty()
        && name.len() <= 63
        && name.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
}

/// A cell as the database takes it; `None` when it is not what the column holds.
fn bound(cell: &serde_json::Value, kind: Kind) -> Option<Value> {
    use serde_json::Value as J;
    Some(match (kind, cell) {
        (Kind::Whole, J::Null) => Value::BigInt(None),
        (Kind::Whole, J::Number(n)) => n.as_i64()?.into(),
        (Kind::Real, J::Null) => Value::Double(None),
        (Kind::Real, J::String(text)) => text.parse::<f64>().ok()?.into(),
        (Kind::Text, J::Null) => Value::String(None),
        (Kind::Text, J::String(text)) => text.as_str().into(),
        (Kind::Flag, J::Null) => Value::Bool(None),
        (Kind::Flag, J::Bool(flag)) => (*flag).into(),
        (Kind::Bytes, J::Null) => Value::Bytes(None),
        (Kind::Bytes, J::String(text)) => hex::decode(text).ok()?.into(),
        _ => return None,
    })
}

/// What must not live on after a restore (S2, D7).
fn ends(table: &str) -> bool {
    matches!(table, "session" | "token" | "kept_answer")
}

/// As [`verify`], and whether this program knows its schema. Takes as long as reading all of it takes.
pub fn inspect(path: &Path) -> Result<Report> {
    let report = verify(path)?;
    steps_of(&report)?;
    Ok(report)
}

fn steps_of(report: &Report) -> Result<u32> {
    let version = report.header.as_ref().map(|header| header.schema_version.clone()).unwrap_or_default();
    steps_to(&version).ok_or(OpenError::Newer(version))
}

/// Loads what [`inspect`] has found whole.
pub(crate) async fn load(db: &Db, chain: &Chain, restore: &Restore, mut report: Report) -> Result<Report> {
    let steps = steps_of(&report)?;
    let mut lines = Lines::open(&restore.file)?;
    let header = lines.header()?;
    report.other_key = header.key_id != chain.id();
    let there = catalogue::names(db).await?;
    let tx = db.begin().await?;
    // Children first: they were made last.
    for table in there.iter().rev() {
        tx.execute_unprepared(&format!("DROP TABLE {table}")).await.map_err(said)?;
    }
    schema::migrate(&tx, Some(steps)).await?;
    rows(db, &tx, &mut lines).await?;
    numbering(db, &tx).await?;
    series::forget_raw(&tx).await?;
    schema::migrate(&tx, None).await?;
    for (key, value) in &restore.settings {
        put_setting(&tx, key, value).await?;
    }
    if report.other_key {
        chain.rebase(&tx).await?;
    }
    chain.append(&tx, &restore.entry).await?;
    chain.note_restored(&tx).await?;
    tx.commit().await.map_err(said)?;
    chain.settle(db).await?;
    Ok(report)
}

async fn rows(db: &Db, tx: &DatabaseTransaction, lines: &mut Lines) -> Result<()> {
    let mut batch = Batch::default();
    loop {
        match lines.next()? {
            Line::Table(table) => {
                batch.flush(db, tx).await?;
                batch.table = Some(table);
            }
            Line::Row(cells) => {
                batch.take(&cells);
                if batch.rows >= ROWS_A_STATEMENT {
                    batch.flush(db, tx).await?;
                }
            }
            Line::End(_) => break,
        }
    }
    batch.flush(db, tx).await
}

#[derive(Default)]
struct Batch {
    table: Option<TableLine>,
    values: Vec<Value>,
    rows: usize,
}

impl Batch {
    fn take(&mut self, cells: &[serde_json::Value]) {
        let Some(table) = self.table.as_ref().filter(|t| !ends(&t.table)) else { return };
        self.values.extend(cells.iter().zip(&table.columns).filter_map(|(cell, (_, kind))| bound(cell, *kind)));
        self.rows += 1;
    }

    async fn flush(&mut self, db: &Db, tx: &DatabaseTransaction) -> Result<()> {
        let rows = std::mem::take(&mut self.rows);
        let values = std::mem::take(&mut self.values);
        let Some(table) = self.table.as_ref().filter(|_| rows > 0) else { return Ok(()) };
        let names: Vec<&str> = table.columns.iter().map(|(name, _)| name.as_str()).collect();
        let mut next = 0;
        let mut tuple = || {
            let params: Vec<String> = names
                .iter()
                .map(|_| {
                    next += 1;
                    format!("${next}")
                })
                .collect();
            format!("({})", params.join(", "))
        };
        let tuples: Vec<String> = (0..rows).map(|_| tuple()).collect();
        let sql = format!("INSERT INTO {} ({}) VALUES {}", table.table, names.join(", "), tuples.join(", "));
        tx.execute_raw(Statement::from_sql_and_values(db.backend(), sql, values)).await.map_err(said)?;
        Ok(())
    }
}

/// Numbers that PostgreSQL gives out go on after the largest that came.
async fn numbering(db: &Db, tx: &DatabaseTransaction) -> Result<()> {
    if db.backend() != DbBackend::Postgres {
        return Ok(());
    }
    let sql = "SELECT table_name::TEXT AS name FROM information_schema.columns \
               WHERE table_schema = current_schema() AND column_name = 'id' AND is_identity = 'YES'";
    for row in tx.query_all_raw(db.statement(sql, [])).await.map_err(said)? {
        let table: String = column(&row, "name")?;
        let sql = format!(
            "SELECT setval(pg_get_serial_sequence('{table}', 'id'), COALESCE((SELECT MAX(id) FROM {table}), 1), \
             EXISTS (SELECT 1 FROM {table}))"
        );
        tx.query_one_raw(db.statement(sql, [])).await.map_err(said)?;
    }
    Ok(())
}
