//! Miners and what heat protection remembers of them.
//!
//! **Invariant:** a miner's number is never given to another one: its history outlives it.

use crate::convert::{at, from_json, json, unsigned};
use crate::entity::{miner, miner_guard};
use crate::error::{Result, said};
use crate::store::SqlStore;
use async_trait::async_trait;
use hmm_domain::miner::{Identity, Miner, NewMiner};
use hmm_domain::port::{Miners, StoreError};
use hmm_domain::units::Power;
use hmm_domain::{FamilyId, Label, MinerId};
use sea_orm::sea_query::OnConflict;
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, ConnectionTrait, EntityTrait, QueryFilter, QueryOrder,
};
use serde_json::Value;

/// The unique spelling of an identity; `None` for a miner that has none.
fn identity_key(identity: &Identity) -> Option<String> {
    match identity {
        Identity::Mac(mac) => Some(format!("mac:{mac}")),
        Identity::Serial(serial) => Some(format!("serial:{serial}")),
        Identity::Worker(worker) => Some(format!("worker:{worker}")),
        Identity::None => None,
    }
}

fn identity_of(key: Option<&str>) -> Result<Identity> {
    let Some(key) = key else { return Ok(Identity::None) };
    match key.split_once(':') {
        Some(("mac", mac)) => Ok(Identity::Mac(mac.to_owned())),
        Some(("serial", serial)) => Ok(Identity::Serial(serial.to_owned())),
        Some(("worker", worker)) => Ok(Identity::Worker(worker.to_owned())),
        _ => Err(StoreError::Corrupt(format!("identity of a miner: {key}"))),
    }
}

fn row(miner: &Miner) -> Result<miner::ActiveModel> {
    Ok(miner::ActiveModel {
        id: NotSet,
        name: Set(miner.name.as_str().to_owned()),
        address: Set(miner.address.clone()),
        port: Set(miner.port.into()),
        family: Set(miner.family.as_str().to_owned()),
        identity: Set(identity_key(&miner.identity)),
        profile: Set(json(&miner.profile)?),
        as_found: Set(json(&miner.as_found)?),
        enabled: Set(miner.enabled),
        may_overclock: Set(miner.may_overclock),
        tags: Set(json(&miner.tags)?),
        added_at: Set(miner.added_at.millis()),
        typed_power_mw: Set(miner.typed_power.map(|power| power.get().into())),
    })
}

fn miner(row: miner::Model) -> Result<Miner> {
    Ok(Miner {
        id: MinerId::new(row.id),
        name: Label::new(&row.name),
        address: row.address,
        port: unsigned("port of a miner", row.port)?,
        family: FamilyId::new(&row.family),
        identity: identity_of(row.identity.as_deref())?,
        profile: from_json("profile of a miner", &row.profile)?,
        as_found: from_json("settings as found", &row.as_found)?,
        enabled: row.enabled,
        may_overclock: row.may_overclock,
        tags: from_json("tags of a miner", &row.tags)?,
        added_at: at(row.added_at),
        typed_power: row.typed_power_mw.map(|mw| unsigned("typed power of a miner", mw).map(Power::new)).transpose()?,
    })
}

#[async_trait]
impl Miners for SqlStore {
    async fn miner_add(&self, miner: &NewMiner) -> Result<MinerId> {
        let done = miner::Entity::insert(row(miner)?).exec(self.db.write()?).await.map_err(said)?;
        Ok(MinerId::new(done.last_insert_id))
    }

    async fn miner_list(&self) -> Result<Vec<Miner>> {
        let rows = miner::Entity::find().order_by_asc(miner::Column::Id).all(self.db.read()).await.map_err(said)?;
        rows.into_iter().map(self::miner).collect()
    }

    async fn miner_save(&self, miner: &Miner) -> Result<()> {
        let done = miner::Entity::update_many()
            .set(row(miner)?)
            .filter(miner::Column::Id.eq(miner.id.get()))
            .exec(self.db.write()?)
            .await
            .map_err(said)?;
        if done.rows_affected == 0 {
            return Err(StoreError::Corrupt(format!("miner {} is not there", miner.id)));
        }
        Ok(())
    }

    async fn miner_remove(&self, id: MinerId, history: bool) -> Result<()> {
        self.series.forget(id, history);
        let tx = self.db.begin().await?;
        miner::Entity::delete_by_id(id.get()).exec(&tx).await.map_err(said)?;
        let mut tables = vec!["last_reply", "last_mark"];
        if history {
            tables.extend(["sample", "rollup_5m", "rollup_1h", "rollup_1d"]);
        }
        for table in tables {
            let sql = format!("DELETE FROM {table} WHERE miner_id = $1");
            tx.execute_raw(self.db.statement(sql, [id.get().into()])).await.map_err(said)?;
        }
        tx.commit().await.map_err(said)
    }

    async fn guard_load(&self) -> Result<Vec<(MinerId, Value)>> {
        let rows = miner_guard::Entity::find().all(self.db.read()).await.map_err(said)?;
        rows.into_iter()
            .map(|row| Ok((MinerId::new(row.miner_id), from_json("guard of a miner", &row.guard)?)))
            .collect()
    }

    async fn guard_save(&self, id: MinerId, guard: &Value) -> Result<()> {
        let row = miner_guard::ActiveModel { miner_id: Set(id.get()), guard: Set(guard.to_string()) };
        miner_guard::Entity::insert(row)
            .on_conflict(
                OnConflict::column(miner_guard::Column::MinerId).update_column(miner_guard::Column::Guard).to_owned(),
            )
            .exec_without_returning(self.db.write()?)
            .await
            .map_err(said)?;
        Ok(())
    }
}
