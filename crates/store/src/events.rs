//! Notices: what is worth telling a person, kept.
//!
//! **Invariant:** ids grow with every notice, so "newest first" and paging by id agree.

use crate::convert::at;
use crate::entity::event;
use crate::error::{Result, said};
use crate::store::SqlStore;
use async_trait::async_trait;
use event::Column;
use hmm_domain::event::{Level, Notice};
use hmm_domain::port::{Events, StoreError};
use hmm_domain::{EventId, Message, MinerId, Timestamp};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

/// Stored as a number, so that "warnings and worse" is one comparison.
fn rank(level: Level) -> i64 {
    match level {
        Level::Info => 0,
        Level::Warning => 1,
        Level::Error => 2,
    }
}

fn notice(row: event::Model) -> Result<Notice> {
    let level = match row.level {
        0 => Level::Info,
        1 => Level::Warning,
        2 => Level::Error,
        other => return Err(StoreError::Corrupt(format!("level {other} of an event"))),
    };
    Ok(Notice {
        id: EventId::new(row.id),
        at: at(row.at),
        level,
        kind: row.kind,
        miner: row.miner_id.map(MinerId::new),
        text: Message::new(&row.text),
    })
}

#[async_trait]
impl Events for SqlStore {
    async fn event_add(
        &self,
        at: Timestamp,
        level: Level,
        kind: &str,
        miner: Option<MinerId>,
        text: &Message,
    ) -> Result<EventId> {
        let row = event::ActiveModel {
            id: NotSet,
            at: Set(at.millis()),
            level: Set(rank(level)),
            kind: Set(kind.to_owned()),
            miner_id: Set(miner.map(MinerId::get)),
            text: Set(text.as_str().to_owned()),
        };
        let done = event::Entity::insert(row).exec(self.db.write()?).await.map_err(said)?;
        Ok(EventId::new(done.last_insert_id))
    }

    async fn event_list(
        &self,
        level: Option<Level>,
        from: Option<Timestamp>,
        before: Option<EventId>,
        limit: u32,
    ) -> Result<Vec<Notice>> {
        let mut find = event::Entity::find().order_by_desc(Column::Id).limit(u64::from(limit));
        if let Some(level) = level {
            find = find.filter(Column::Level.gte(rank(level)));
        }
        if let Some(from) = from {
            find = find.filter(Column::At.gte(from.millis()));
        }
        if let Some(before) = before {
            find = find.filter(Column::Id.lt(before.get()));
        }
        find.all(self.db.read()).await.map_err(said)?.into_iter().map(notice).collect()
    }
}
