//! What people want of a miner until further notice.
//!
//! **Invariant:** one wish per miner and field; a new one takes the place of the old one in a single statement.

use crate::convert::{at, from_json, from_word, json};
use crate::entity::wish;
use crate::error::{Result, said};
use crate::store::SqlStore;
use async_trait::async_trait;
use hmm_domain::port::Wishes;
use hmm_domain::wish::{Field, Override};
use hmm_domain::{CommandId, Label, MinerId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{ActiveValue::Set, ColumnTrait, EntityTrait, QueryFilter, QueryOrder};
use wish::Column;

fn wish(row: wish::Model) -> Result<Override> {
    let field: Field = from_word("field of a wish", &row.field)?;
    let want: hmm_domain::wish::Want = from_json("wish", &row.want)?;
    if want.field() != field {
        return Err(hmm_domain::port::StoreError::Corrupt(format!(
            "a wish for {} stands under {}",
            want.field().as_str(),
            row.field
        )));
    }
    Ok(Override {
        miner: MinerId::new(row.miner_id),
        want,
        replaced: row.replaced.map(|text| from_json("replaced value", &text)).transpose()?,
        until: from_json("end of a wish", &row.until)?,
        by: Label::new(&row.by_whom),
        since: at(row.since),
        command: CommandId::new(row.command_id),
        ended: row.ended,
    })
}

#[async_trait]
impl Wishes for SqlStore {
    async fn override_list(&self) -> Result<Vec<Override>> {
        let find = wish::Entity::find().order_by_asc(Column::MinerId).order_by_asc(Column::Field);
        find.all(self.db.read()).await.map_err(said)?.into_iter().map(wish).collect()
    }

    async fn override_put(&self, wish: &Override) -> Result<()> {
        let row = wish::ActiveModel {
            miner_id: Set(wish.miner.get()),
            field: Set(wish.want.field().as_str().to_owned()),
            want: Set(json(&wish.want)?),
            replaced: Set(wish.replaced.as_ref().map(json).transpose()?),
            until: Set(json(&wish.until)?),
            by_whom: Set(wish.by.as_str().to_owned()),
            since: Set(wish.since.millis()),
            command_id: Set(wish.command.get()),
            ended: Set(wish.ended),
        };
        let replace = OnConflict::columns([Column::MinerId, Column::Field])
            .update_columns([
                Column::Want,
                Column::Replaced,
                Column::Until,
                Column::ByWhom,
                Column::Since,
                Column::CommandId,
                Column::Ended,
            ])
            .to_owned();
        wish::Entity::insert(row).on_conflict(replace).exec_without_returning(self.db.write()?).await.map_err(said)?;
        Ok(())
    }

    async fn override_remove(&self, miner: MinerId, field: Field) -> Result<()> {
        wish::Entity::delete_many()
            .filter(Column::MinerId.eq(miner.get()))
            .filter(Column::Field.eq(field.as_str()))
            .exec(self.db.write()?)
            .await
            .map_err(said)?;
        Ok(())
    }
}
