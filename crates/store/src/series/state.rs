//! The watermarks: up to where each level of roll-ups is complete, and up to where raw rows were deleted.
//!
//! **Invariant:** whoever changes a watermark holds its row (PostgreSQL: `FOR UPDATE`; SQLite: the only write
//! transaction), so that a fold cannot raise what a late sample is lowering.

use super::{BLOCK, DAY, HOUR, floor};
use crate::db::{Db, column};
use crate::error::{Result, said};
use sea_orm::{ConnectionTrait, DatabaseTransaction, DbBackend, QueryResult};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct FoldState {
    pub(super) folded_5m: i64,
    pub(super) folded_1h: i64,
    pub(super) folded_1d: i64,
    pub(super) pruned: i64,
}

const SELECT: &str = "SELECT folded_5m, folded_1h, folded_1d, pruned FROM fold_state WHERE id = 1";

fn state(row: &QueryResult) -> Result<FoldState> {
    Ok(FoldState {
        folded_5m: column(row, "folded_5m")?,
        folded_1h: column(row, "folded_1h")?,
        folded_1d: column(row, "folded_1d")?,
        pruned: column(row, "pruned")?,
    })
}

/// Before the first sample there is none.
pub(super) async fn look(db: &Db) -> Result<Option<FoldState>> {
    db.rows(SELECT, Vec::new()).await?.first().map(state).transpose()
}

/// Reads it to change it.
pub(super) async fn hold(db: &Db, tx: &DatabaseTransaction) -> Result<Option<FoldState>> {
    let sql = if db.backend() == DbBackend::Postgres { format!("{SELECT} FOR UPDATE") } else { SELECT.to_owned() };
    tx.query_one_raw(db.statement(sql, [])).await.map_err(said)?.as_ref().map(state).transpose()
}

impl FoldState {
    /// For the first sample ever: everything is still to be folded.
    pub(super) fn starting_at(at: i64) -> Self {
        Self { folded_5m: floor(at, BLOCK), folded_1h: floor(at, HOUR), folded_1d: floor(at, DAY), pruned: 0 }
    }

    /// A sample of this time came late (the clock was put back, or the database was away): everything from its bucket on
    /// is to be folded again.
    pub(super) fn lowered_to(self, at: i64) -> Self {
        let fresh = Self::starting_at(at);
        Self {
            folded_5m: self.folded_5m.min(fresh.folded_5m),
            folded_1h: self.folded_1h.min(fresh.folded_1h),
            folded_1d: self.folded_1d.min(fresh.folded_1d),
            pruned: self.pruned,
        }
    }

    pub(super) async fn save(self, db: &Db, tx: &DatabaseTransaction) -> Result<()> {
        let sql = "INSERT INTO fold_state (id, folded_5m, folded_1h, folded_1d, pruned) VALUES (1, $1, $2, $3, $4) \
                   ON CONFLICT (id) DO UPDATE SET folded_5m = excluded.folded_5m, folded_1h = excluded.folded_1h, \
                   folded_1d = excluded.folded_1d, pruned = excluded.pruned";
        let values = [self.folded_5m, self.folded_1h, self.folded_1d, self.pruned].map(Into::into);
        tx.execute_raw(db.statement(sql, values)).await.map_err(said).map(drop)
    }
}

/// After a restore the raw rows are gone: what was folded must not be folded again from nothing.
pub(crate) async fn forget_raw(on: &impl ConnectionTrait) -> Result<()> {
    on.execute_unprepared("UPDATE fold_state SET pruned = folded_5m").await.map_err(said).map(drop)
}
