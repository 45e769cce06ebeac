//! Tuning profiles.
//!
//! **Invariant:** one of a name.

use crate::convert::{at, from_json, json};
use crate::entity::tuning_profile::{ActiveModel, Column, Entity, Model};
use crate::error::{Result, said};
use crate::store::SqlStore;
use async_trait::async_trait;
use hmm_domain::port::TuningProfiles;
use hmm_domain::{FamilyId, Label, ProfileId, TuningProfile};
use sea_orm::{
    ActiveValue::{NotSet, Set},
    ColumnTrait, EntityTrait, QueryFilter, QueryOrder,
};

fn row(profile: &TuningProfile) -> Result<ActiveModel> {
    Ok(ActiveModel {
        id: NotSet,
        name: Set(profile.name.as_str().to_owned()),
        family: Set(profile.family.as_str().to_owned()),
        model: Set(profile.model.as_ref().map(|model| model.as_str().to_owned())),
        tuning: Set(json(&profile.tuning)?),
        made_by: Set(profile.made_by.as_str().to_owned()),
        made_at: Set(profile.made_at.millis()),
    })
}

fn profile(row: &Model) -> Result<TuningProfile> {
    Ok(TuningProfile {
        id: ProfileId::new(row.id),
        name: Label::new(&row.name),
        family: FamilyId::new(&row.family),
        model: row.model.as_deref().map(Label::new),
        tuning: from_json("tuning profile", &row.tuning)?,
        made_by: Label::new(&row.made_by),
        made_at: at(row.made_at),
    })
}

#[async_trait]
impl TuningProfiles for SqlStore {
    async fn profile_list(&self) -> Result<Vec<TuningProfile>> {
        let rows = Entity::find().order_by_asc(Column::Name).all(self.db.read()).await.map_err(said)?;
        rows.iter().map(profile).collect()
    }

    async fn profile_find(&self, id: ProfileId) -> Result<Option<TuningProfile>> {
        Entity::find_by_id(id.get()).one(self.db.read()).await.map_err(said)?.as_ref().map(profile).transpose()
    }

    async fn profile_add(&self, profile: &TuningProfile) -> Result<ProfileId> {
        let done = Entity::insert(row(profile)?).exec(self.db.write()?).await.map_err(said)?;
        Ok(ProfileId::new(done.last_insert_id))
    }

    async fn profile_save(&self, profile: &TuningProfile) -> Result<bool> {
        let save = Entity::update_many().set(row(profile)?).filter(Column::Id.eq(profile.id.get()));
        Ok(save.exec(self.db.write()?).await.map_err(said)?.rows_affected > 0)
    }

    async fn profile_remove(&self, id: ProfileId) -> Result<bool> {
        Ok(Entity::delete_by_id(id.get()).exec(self.db.write()?).await.map_err(said)?.rows_affected > 0)
    }
}
