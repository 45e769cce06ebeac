//! Raw rows that are old enough and folded are deleted, a few thousand at a time.
//!
//! **Invariant:** nothing that is not folded is deleted, and the mark that says "raw rows below this are gone" is set
//! before the first of them goes.

use super::state::{self, FoldState};
use super::{BLOCK, floor};
use crate::db::{Db, column};
use crate::error::{Result, said};
use hmm_domain::Timestamp;
use sea_orm::{ConnectionTrait, DbBackend};
use std::time::Duration;

const ROWS_A_STEP: i64 = 20_000;

pub(super) async fn prune(db: &Db, now: Timestamp, keep: Duration) -> Result<u64> {
    let tx = db.begin_bulk().await?;
    let Some(state) = state::hold(db, &tx).await? else { return Ok(0) };
    let cut = floor((now - keep).millis().min(state.folded_5m), BLOCK);
    let pruned = state.pruned.max(cut);
    if pruned != state.pruned {
        FoldState { pruned, ..state }.save(db, &tx).await?;
    }
    tx.commit().await.map_err(said)?;
    let mut gone = 0;
    loop {
        let step = step(db, cut).await?;
        gone += step;
        if step < ROWS_A_STEP.unsigned_abs() {
            return Ok(gone);
        }
    }
}

async fn step(db: &Db, cut: i64) -> Result<u64> {
    let tx = db.begin_bulk().await?;
    let done = if db.backend() == DbBackend::Postgres {
        let sql = "DELETE FROM sample WHERE ctid = ANY (ARRAY (SELECT ctid FROM sample WHERE at < $1 LIMIT $2))";
        tx.execute_raw(db.statement(sql, [cut.into(), ROWS_A_STEP.into()])).await
    } else {
        let sql = "SELECT at FROM sample WHERE at < $1 ORDER BY at LIMIT 1 OFFSET $2";
        let row = tx.query_one_raw(db.statement(sql, [cut.into(), ROWS_A_STEP.into()])).await.map_err(said)?;
        // All rows of one instant go together; the `+ 1` keeps a step from standing still on one.
        let to = row.map(|row| column::<i64>(&row, "at")).transpose()?.map_or(cut, |at| (at + 1).min(cut));
        tx.execute_raw(db.statement("DELETE FROM sample WHERE at < $1", [to.into()])).await
    };
    let gone = done.map_err(said)?.rows_affected();
    tx.commit().await.map_err(said)?;
    Ok(gone)
}
