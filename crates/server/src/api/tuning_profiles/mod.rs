//! Settings with a name, for one miner or many.

pub mod add;
pub mod apply;
pub mod change;
pub mod get;
pub mod list;
pub mod remove;
pub mod wire;

use super::miners::bulk::{Taken, start};
use super::route::{Route, route};
use crate::auth::Need;
use crate::front::House;
use crate::problem::Problem;
use hmm_domain::{Actor, MinerId, ProfileId, TuningProfile};
use hmm_engine::bulk::BulkTask;
use utoipa_axum::routes;

pub fn routes() -> Vec<Route> {
    vec![
        route(Need::Operator, routes!(list::list_profiles)),
        route(Need::Admin, routes!(add::add_profile)),
        route(Need::Operator, routes!(get::get_profile)),
        route(Need::Admin, routes!(change::change_profile)),
        route(Need::Admin, routes!(remove::remove_profile)),
        route(Need::Operator, routes!(apply::apply_profile)),
    ]
}

pub(super) async fn find(house: &House, id: i64) -> Result<Option<TuningProfile>, Problem> {
    Ok(house.store.profile_find(ProfileId::new(id)).await?)
}

async fn known(house: &House, id: i64) -> Result<TuningProfile, Problem> {
    find(house, id).await?.ok_or_else(|| Problem::not_found("tuning profile"))
}

/// A profile for another kind of miner is refused as a whole, before anything is sent.
pub(super) async fn apply(house: &House, profile: &TuningProfile, ids: &[i64], actor: &Actor) -> Taken {
    let miners = ids.iter().filter_map(|id| house.engine.miner(MinerId::new(*id)));
    let strangers: Vec<String> = miners
        .filter_map(|live| profile.not_for(&live.miner).map(|why| format!("{}: {why}", live.miner.name)))
        .collect();
    if let Some(first) = strangers.first() {
        return Err(Problem::field("/ids", format!("not for {} of these miners; {first}", strangers.len())));
    }
    let task = BulkTask::Profile { name: profile.name.clone(), tuning: profile.tuning.clone() };
    start(house, ids, task, actor).await
}
