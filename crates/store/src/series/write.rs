//! One flush: samples, last replies and, where needed, algorithms and watermarks, in one transaction.
//!
//! **Invariant:** a row that is there already stays as it is: a flush that was committed without our hearing of it can be
//! repeated.

use super::buffer::{Batch, Row};
use super::columns::{METRICS, sample_columns};
use super::state::{self, FoldState};
use super::{LastMark, LastSample};
use crate::db::Db;
use crate::error::{Result, said};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, Statement, Value};

/// SQLite takes 32,766 values a statement; few big statements cost less than many small ones.
const ROWS_A_STATEMENT: usize = 200;

pub(super) async fn flush(db: &Db, batch: &Batch) -> Result<()> {
    let tx = db.begin_bulk().await?;
    if let Some(oldest) = batch.rows.iter().map(|row| row.at).min() {
        watermark(db, &tx, oldest).await?;
    }
    match db.backend() {
        DbBackend::Postgres => unnest(db, &tx, &batch.rows).await?,
        _ => values(db, &tx, &batch.rows).await?,
    }
    for (miner, algorithm) in &batch.algorithms {
        let sql = "INSERT INTO series_miner (miner_id, algorithm) VALUES ($1, $2) \
                   ON CONFLICT (miner_id) DO UPDATE SET algorithm = excluded.algorithm";
        let stmt = db.statement(sql, [(*miner).into(), algorithm.as_ref().into()]);
        tx.execute_raw(stmt).await.map_err(said)?;
    }
    last(db, &tx, batch).await?;
    tx.commit().await.map_err(said)
}

/// What the next samples are measured against, and what is shown at the start.
async fn last(db: &Db, tx: &DatabaseTransaction, batch: &Batch) -> Result<()> {
    for (miner, mark) in &batch.marks {
        let sql = "INSERT INTO last_mark (miner_id, mark) VALUES ($1, $2) \
                   ON CONFLICT (miner_id) DO UPDATE SET mark = excluded.mark";
        let row: [Value; 2] = [miner.get().into(), LastMark::write(mark)?.into()];
        tx.execute_raw(db.statement(sql, row)).await.map_err(said)?;
    }
    for sample in &batch.replies {
        let sql = "INSERT INTO last_reply (miner_id, at, sample) VALUES ($1, $2, $3) \
                   ON CONFLICT (miner_id) DO UPDATE SET at = excluded.at, sample = excluded.sample";
        let row: [Value; 3] = [sample.miner.get().into(), sample.at.millis().into(), LastSample::write(sample)?.into()];
        tx.execute_raw(db.statement(sql, row)).await.map_err(said)?;
    }
    Ok(())
}

async fn watermark(db: &Db, tx: &DatabaseTransaction, oldest: i64) -> Result<()> {
    match state::hold(db, tx).await? {
        None => FoldState::starting_at(oldest).save(db, tx).await,
        Some(state) if oldest < state.folded_5m => state.lowered_to(oldest).save(db, tx).await,
        Some(_) => Ok(()),
    }
}

fn cells(row: &Row) -> [Option<i64>; METRICS + 4] {
    let mut cells = [None; METRICS + 4];
    cells[0] = Some(row.at);
    cells[1] = Some(row.miner);
    cells[2..METRICS + 2].copy_from_slice(&row.values);
    cells[METRICS + 2] = Some(row.covered_ms);
    cells[METRICS + 3] = row.spike.then_some(1);
    cells
}

async fn values(db: &Db, tx: &DatabaseTransaction, rows: &[Row]) -> Result<()> {
    let names = sample_columns().join(", ");
    let tuple = format!("({})", vec!["?"; METRICS + 4].join(", "));
    for chunk in rows.chunks(ROWS_A_STATEMENT) {
        let tuples = vec![tuple.as_str(); chunk.len()].join(", ");
        let sql = format!("INSERT INTO sample ({names}) VALUES {tuples} ON CONFLICT DO NOTHING");
        let bound: Vec<Value> = chunk.iter().flat_map(cells).map(Into::into).collect();
        tx.execute_raw(Statement::from_sql_and_values(db.backend(), sql, bound)).await.map_err(said)?;
    }
    Ok(())
}

/// One array per column, as text: `{1,NULL,3}`. The driver's arrays would need a feature of sea-orm that pulls in more
/// than it gives, and a transaction of sea-orm does not lend its connection.
async fn unnest(db: &Db, tx: &DatabaseTransaction, rows: &[Row]) -> Result<()> {
    let names = sample_columns();
    let params: Vec<String> = (1..=names.len()).map(|n| format!("CAST(${n} AS TEXT)::BIGINT[]")).collect();
    let sql = format!(
        "INSERT INTO sample ({}) SELECT * FROM UNNEST({}) ON CONFLICT DO NOTHING",
        names.join(", "),
        params.join(", ")
    );
    for chunk in rows.chunks(10_000) {
        let mut arrays = vec![String::from("{"); METRICS + 4];
        for (index, row) in chunk.iter().enumerate() {
            for (array, cell) in arrays.iter_mut().zip(cells(row)) {
                if index > 0 {
                    array.push(',');
                }
                match cell {
                    Some(value) => array.push_str(&value.to_string()),
                    None => array.push_str("NULL"),
                }
            }
        }
        let bound = arrays.into_iter().map(|array| Value::from(array + "}"));
        tx.execute_raw(db.statement(sql.clone(), bound)).await.map_err(said)?;
    }
    Ok(())
}
