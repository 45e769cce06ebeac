//! Commands: what was wanted, sent and seen. The command itself is kept as JSON.
//!
//! **Invariant:** a command that is settled stays as it was settled: a late "sent" cannot open it again.

use crate::convert::{at, from_json, from_word, json, word};
use crate::entity::command;
use crate::error::{Result, said};
use crate::store::SqlStore;
use async_trait::async_trait;
use command::Column;
use hmm_domain::command::{CommandRecord, CommandState};
use hmm_domain::port::{Commands, StoreError};
use hmm_domain::{CommandId, Message, MinerId, Timestamp};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder, QuerySelect,
};

fn record(row: &command::Model) -> Result<CommandRecord> {
    Ok(CommandRecord {
        id: CommandId::new(row.id),
        miner: MinerId::new(row.miner_id),
        command: from_json("command", &row.command)?,
        owner: from_word("owner of a command", &row.owner)?,
        actor: from_json("author of a command", &row.actor)?,
        state: from_word("state of a command", &row.state)?,
        reason: Message::new(&row.reason),
        reply: row.reply.as_deref().map(Message::new),
        planned_at: at(row.planned_at),
        sent_at: row.sent_at.map(at),
        settled_at: row.settled_at.map(at),
    })
}

fn gone(id: CommandId) -> StoreError {
    StoreError::Corrupt(format!("command {id} is not there"))
}

#[async_trait]
impl Commands for SqlStore {
    async fn command_add(&self, c: &CommandRecord) -> Result<CommandId> {
        let row = command::ActiveModel {
            id: NotSet,
            miner_id: Set(c.miner.get()),
            command: Set(json(&c.command)?),
            owner: Set(word(&c.owner)?),
            actor: Set(json(&c.actor)?),
            state: Set(word(&c.state)?),
            reason: Set(c.reason.as_str().to_owned()),
            reply: Set(c.reply.as_ref().map(|r| r.as_str().to_owned())),
            planned_at: Set(c.planned_at.millis()),
            sent_at: Set(c.sent_at.map(Timestamp::millis)),
            settled_at: Set(c.settled_at.map(Timestamp::millis)),
        };
        let done = command::Entity::insert(row).exec(self.db.write()?).await.map_err(said)?;
        Ok(CommandId::new(done.last_insert_id))
    }

    async fn command_find(&self, id: CommandId) -> Result<Option<CommandRecord>> {
        command::Entity::find_by_id(id.get()).one(self.db.read()).await.map_err(said)?.as_ref().map(record).transpose()
    }

    async fn command_list(
        &self,
        miner: Option<MinerId>,
        before: Option<CommandId>,
        limit: u32,
    ) -> Result<Vec<CommandRecord>> {
        let mut find = command::Entity::find().order_by_desc(Column::Id).limit(u64::from(limit));
        if let Some(miner) = miner {
            find = find.filter(Column::MinerId.eq(miner.get()));
        }
        if let Some(before) = before {
            find = find.filter(Column::Id.lt(before.get()));
        }
        find.all(self.db.read()).await.map_err(said)?.iter().map(record).collect()
    }

    async fn command_unsettled(&self) -> Result<Vec<CommandRecord>> {
        let find = command::Entity::find().filter(Column::SettledAt.is_null()).order_by_asc(Column::Id);
        find.all(self.db.read()).await.map_err(said)?.iter().map(record).collect()
    }

    async fn command_sent(&self, id: CommandId, at: Timestamp) -> Result<()> {
        let row = command::ActiveModel {
            state: Set(word(&CommandState::Sent)?),
            sent_at: Set(Some(at.millis())),
            ..Default::default()
        };
        let done = command::Entity::update_many()
            .set(row)
            .filter(Column::Id.eq(id.get()))
            .filter(Column::SettledAt.is_null())
            .exec(self.db.write()?)
            .await
            .map_err(said)?;
        if done.rows_affected == 0 { Err(gone(id)) } else { Ok(()) }
    }

    async fn command_settle(
        &self,
        id: CommandId,
        state: CommandState,
        reason: &Message,
        reply: Option<&Message>,
        at: Timestamp,
    ) -> Result<()> {
        let row = command::ActiveModel {
            state: Set(word(&state)?),
            reason: Set(reason.as_str().to_owned()),
            reply: Set(reply.map(|r| r.as_str().to_owned())),
            settled_at: Set(Some(at.millis())),
            ..Default::default()
        };
        let done = command::Entity::update_many()
            .set(row)
            .filter(Column::Id.eq(id.get()))
            .exec(self.db.write()?)
            .await
            .map_err(said)?;
        if done.rows_affected == 0 { Err(gone(id)) } else { Ok(()) }
    }
}
