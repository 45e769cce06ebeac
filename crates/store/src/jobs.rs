//! Jobs: id, kind, due, progress, results. What carries them to a worker is not seen from here.
//!
//! **Invariant:** (kind, due) exists once; a job leaves `queued` for one worker only; a settled job stays settled.

use crate::convert::{at, from_json, from_word, unsigned, word};
use crate::entity::job;
use crate::error::{Result, said};
use crate::store::SqlStore;
use async_trait::async_trait;
use hmm_domain::job::{Job, JobState};
use hmm_domain::port::Jobs;
use hmm_domain::{JobId, Message, Timestamp};
use job::Column;
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};
use serde_json::Value;

fn job(row: job::Model) -> Result<Job> {
    Ok(Job {
        id: JobId::new(row.id),
        kind: row.kind,
        due: at(row.due),
        state: from_word("state of a job", &row.state)?,
        done: unsigned("progress of a job", row.done)?,
        total: unsigned("size of a job", row.total)?,
        results: from_json("results of a job", &row.results)?,
        error: row.error.as_deref().map(Message::new),
        started_at: row.started_at.map(at),
        finished_at: row.finished_at.map(at),
    })
}

impl SqlStore {
    /// Changes a job that is in one of `states`; false when it was not.
    async fn job_move(&self, id: JobId, states: &[JobState], row: job::ActiveModel) -> Result<bool> {
        let words = states.iter().map(word).collect::<Result<Vec<_>>>()?;
        let done = job::Entity::update_many()
            .set(row)
            .filter(Column::Id.eq(id.get()))
            .filter(Column::State.is_in(words))
            .exec(self.db.write()?)
            .await
            .map_err(said)?;
        Ok(done.rows_affected > 0)
    }
}

const OPEN: [JobState; 2] = [JobState::Queued, JobState::Running];

#[async_trait]
impl Jobs for SqlStore {
    async fn job_add(&self, kind: &str, due: Timestamp, total: u32, plan: &Value) -> Result<Option<JobId>> {
        let row = job::ActiveModel {
            id: NotSet,
            kind: Set(kind.to_owned()),
            due: Set(due.millis()),
            state: Set(word(&JobState::Queued)?),
            done: Set(0),
            total: Set(total.into()),
            results: Set(plan.to_string()),
            error: Set(None),
            started_at: Set(None),
            finished_at: Set(None),
        };
        let added = job::Entity::insert(row)
            .on_conflict(OnConflict::columns([Column::Kind, Column::Due]).do_nothing().to_owned())
            .exec_without_returning(self.db.write()?)
            .await
            .map_err(said)?;
        if added == 0 {
            return Ok(None);
        }
        let row = job::Entity::find()
            .filter(Column::Kind.eq(kind))
            .filter(Column::Due.eq(due.millis()))
            .one(self.db.write()?)
            .await
            .map_err(said)?;
        Ok(row.map(|row| JobId::new(row.id)))
    }

    async fn job_find(&self, id: JobId) -> Result<Option<Job>> {
        job::Entity::find_by_id(id.get()).one(self.db.read()).await.map_err(said)?.map(job).transpose()
    }

    async fn job_list(&self, before: Option<JobId>, limit: u32) -> Result<Vec<Job>> {
        let mut find = job::Entity::find().order_by_desc(Column::Id).limit(u64::from(limit));
        if let Some(before) = before {
            find = find.filter(Column::Id.lt(before.get()));
        }
        find.all(self.db.read()).await.map_err(said)?.into_iter().map(job).collect()
    }

    async fn job_start(&self, id: JobId, at: Timestamp) -> Result<bool> {
        let row = job::ActiveModel {
            state: Set(word(&JobState::Running)?),
            started_at: Set(Some(at.millis())),
            ..Default::default()
        };
        self.job_move(id, &[JobState::Queued], row).await
    }

    async fn job_progress(&self, id: JobId, done: u32, total: u32, results: &Value) -> Result<()> {
        let row = job::ActiveModel {
            done: Set(done.into()),
            total: Set(total.into()),
            results: Set(results.to_string()),
            ..Default::default()
        };
        self.job_move(id, &OPEN, row).await.map(drop)
    }

    async fn job_finish(
        &self,
        id: JobId,
        state: JobState,
        results: &Value,
        error: Option<&Message>,
        at: Timestamp,
    ) -> Result<()> {
        let row = job::ActiveModel {
            state: Set(word(&state)?),
            results: Set(results.to_string()),
            error: Set(error.map(|e| e.as_str().to_owned())),
            finished_at: Set(Some(at.millis())),
            ..Default::default()
        };
        self.job_move(id, &OPEN, row).await.map(drop)
    }

    async fn job_recover(&self) -> Result<Vec<Job>> {
        let (queued, running) = (word(&JobState::Queued)?, word(&JobState::Running)?);
        let write = self.db.write()?;
        let back = job::ActiveModel { state: Set(queued.clone()), started_at: Set(None), ..Default::default() };
        job::Entity::update_many().set(back).filter(Column::State.eq(running)).exec(write).await.map_err(said)?;
        let find = job::Entity::find().filter(Column::State.eq(queued)).order_by_asc(Column::Id);
        find.all(write).await.map_err(said)?.into_iter().map(job).collect()
    }

    async fn job_prune(&self, before: Timestamp) -> Result<u64> {
        let sql = "DELETE FROM job WHERE finished_at < $1";
        let done =
            self.db.write()?.execute_raw(self.db.statement(sql, [before.millis().into()])).await.map_err(said)?;
        Ok(done.rows_affected())
    }
}
