//! Answers kept so that the same request gets the same answer instead of being done twice.
//!
//! **Invariant:** of many who claim a key at once, one gets it: the primary key decides. A claim whose first run never
//! ended stays a claim until it is a day old: whether that run moved something is not known.

use crate::convert::unsigned;
use crate::entity::kept_answer;
use crate::error::{Result, said};
use crate::store::SqlStore;
use async_trait::async_trait;
use hmm_domain::Timestamp;
use hmm_domain::account::KeptAnswer;
use hmm_domain::port::{Idempotency, StoreError};
use kept_answer::Column;
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter};
use std::time::Duration;

/// How long an answer is kept.
pub(crate) const KEPT: Duration = Duration::from_hours(24);

fn answer(row: kept_answer::Model) -> Result<Option<KeptAnswer>> {
    let (Some(status), Some(content_type), Some(body)) = (row.status, row.content_type, row.body) else {
        return Ok(None);
    };
    Ok(Some(KeptAnswer { status: unsigned("status of a kept answer", status)?, content_type, body }))
}

#[async_trait]
impl Idempotency for SqlStore {
    async fn answer_claim(
        &self,
        key: &str,
        fingerprint: &str,
        now: Timestamp,
    ) -> Result<Option<std::result::Result<KeptAnswer, ()>>> {
        let write = self.db.write()?;
        kept_answer::Entity::delete_many()
            .filter(Column::Key.eq(key))
            .filter(Column::ClaimedAt.lt((now - KEPT).millis()))
            .exec(write)
            .await
            .map_err(said)?;
        let claim = kept_answer::ActiveModel {
            key: Set(key.to_owned()),
            fingerprint: Set(fingerprint.to_owned()),
            claimed_at: Set(now.millis()),
            status: Set(None),
            content_type: Set(None),
            body: Set(None),
        };
        let claimed = kept_answer::Entity::insert(claim)
            .on_conflict(OnConflict::column(Column::Key).do_nothing().to_owned())
            .exec_without_returning(write)
            .await
            .map_err(said)?;
        if claimed > 0 {
            return Ok(None);
        }
        // Read where it was written: a reader's snapshot could be older than the claim.
        let row = kept_answer::Entity::find_by_id(key).one(write).await.map_err(said)?;
        Ok(Some(match row {
            Some(row) if row.fingerprint == fingerprint => answer(row)?.ok_or(()),
            _ => Err(()),
        }))
    }

    async fn answer_keep(&self, key: &str, answer: &KeptAnswer) -> Result<()> {
        let row = kept_answer::ActiveModel {
            status: Set(Some(answer.status.into())),
            content_type: Set(Some(answer.content_type.clone())),
            body: Set(Some(answer.body.clone())),
            ..Default::default()
        };
        let done = kept_answer::Entity::update_many()
            .set(row)
            .filter(Column::Key.eq(key))
            .exec(self.db.write()?)
            .await
            .map_err(said)?;
        if done.rows_affected == 0 {
            return Err(StoreError::Corrupt("an answer to a key that nobody claimed".to_owned()));
        }
        Ok(())
    }

    async fn answer_release(&self, key: &str) -> Result<()> {
        kept_answer::Entity::delete_many()
            .filter(Column::Key.eq(key))
            .filter(Column::Status.is_null())
            .exec(self.db.write()?)
            .await
            .map_err(said)?;
        Ok(())
    }
}
