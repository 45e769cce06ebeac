//! Raw rows into 5-minute buckets, those into hours, those into days; beside them the fleet.
//!
//! A fold takes whole half-hours that are at least two minutes old, at most a few hours per transaction, from the
//! watermark on. Hours and days follow when they are complete. Everything is computed anew from the finer level and put
//! in place of what is there, so that doing it twice changes nothing.
//!
//! **Invariant:** a bucket whose raw rows may be deleted is never overwritten from raw rows.

use super::columns::{fold_fleet, fold_fleet_up, fold_miner, fold_raw};
use super::state::{self, FoldState};
use super::{BLOCK, DAY, HOUR, MINUTE, floor};
use crate::convert::at;
use crate::db::{Db, column};
use crate::error::{Result, said};
use hmm_domain::Timestamp;
use hmm_domain::series::Folded;
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend};

/// A sample may be on its way this long: polled, buffered, not flushed.
const SETTLE: i64 = 2 * MINUTE;
/// Per transaction: other writers wait for it.
const CHUNK: i64 = 8 * BLOCK;

pub(super) async fn fold(db: &Db, now: Timestamp) -> Result<Folded> {
    let end = floor(now.millis() - SETTLE, BLOCK);
    let mut folded = Folded::default();
    loop {
        let tx = db.begin_bulk().await?;
        let Some(state) = state::hold(db, &tx).await? else { return Ok(folded) };
        folded.up_to = at(state.folded_5m);
        if state.folded_5m >= end {
            return Ok(folded);
        }
        steer(db, &tx).await?;
        let chunk_end = (state.folded_5m + CHUNK).min(end);
        let written = raw(db, &tx, state, chunk_end).await?;
        let reached = if written == 0 { next(db, &tx, chunk_end, end).await? } else { chunk_end };
        let after = upper(db, &tx, FoldState { folded_5m: reached, ..state }).await?;
        after.save(db, &tx).await?;
        tx.commit().await.map_err(said)?;
        folded.buckets += written;
        folded.up_to = at(after.folded_5m);
    }
}

/// PostgreSQL has no statistics of rows that came a minute ago and would read whole tables.
async fn steer(db: &Db, tx: &DatabaseTransaction) -> Result<()> {
    if db.backend() == DbBackend::Postgres {
        tx.execute_unprepared("SELECT brin_summarize_new_values('sample_at'); SET LOCAL enable_seqscan = off")
            .await
            .map_err(said)?;
    }
    Ok(())
}

/// 5-minute buckets of `[state.folded_5m, end)`, on both sides of where raw rows were deleted.
async fn raw(db: &Db, tx: &DatabaseTransaction, state: FoldState, end: i64) -> Result<u64> {
    let cut = state.pruned.clamp(state.folded_5m, end);
    let mut written = 0;
    for (from, to, overwrite) in [(state.folded_5m, cut, false), (cut, end, true)] {
        if from < to {
            written += run(db, tx, &fold_raw(overwrite), from, to).await?;
        }
    }
    if state.folded_5m < end {
        run(db, tx, &fold_fleet(), state.folded_5m, end).await?;
    }
    Ok(written)
}

/// Where the next raw row is, so that a clock that once stood in 1970 costs one step and not years of them.
async fn next(db: &Db, tx: &DatabaseTransaction, from: i64, end: i64) -> Result<i64> {
    let sql = "SELECT MIN(at) AS at FROM sample WHERE at >= $1 AND at < $2";
    let row = tx.query_one_raw(db.statement(sql, [from.into(), end.into()])).await.map_err(said)?;
    let found: Option<i64> = row.map(|row| column(&row, "at")).transpose()?.flatten();
    Ok(found.map_or(end, |at| floor(at, BLOCK).max(from)))
}

/// Hours and days that have become complete, of miners and of the fleet.
async fn upper(db: &Db, tx: &DatabaseTransaction, mut state: FoldState) -> Result<FoldState> {
    let hours = floor(state.folded_5m, HOUR);
    if state.folded_1h < hours {
        run(db, tx, &fold_miner("rollup_5m", "rollup_1h", HOUR), state.folded_1h, hours).await?;
        run(db, tx, &fold_fleet_up("fleet_5m", "fleet_1h", HOUR), state.folded_1h, hours).await?;
        state.folded_1h = hours;
    }
    let days = floor(state.folded_1h, DAY);
    if state.folded_1d < days {
        run(db, tx, &fold_miner("rollup_1h", "rollup_1d", DAY), state.folded_1d, days).await?;
        run(db, tx, &fold_fleet_up("fleet_1h", "fleet_1d", DAY), state.folded_1d, days).await?;
        state.folded_1d = days;
    }
    Ok(state)
}

async fn run(db: &Db, tx: &DatabaseTransaction, sql: &str, from: i64, to: i64) -> Result<u64> {
    let done = tx.execute_raw(db.statement(sql, [from.into(), to.into()])).await.map_err(said)?;
    Ok(done.rows_affected())
}
