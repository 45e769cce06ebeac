//! The operating points of a miner.

use super::wire::{ModeBody, Modes};
use crate::api::extract::{Home, Id};
use crate::problem::Problem;
use axum::Json;
use hmm_domain::MinerId;

/// The modes of this miner, and the one it runs in.
#[utoipa::path(get, path = "/api/miners/{id}/modes", tag = "miners", params(("id" = i64, Path)),
    responses((status = 200, body = Modes)))]
#[tracing::instrument(name = "api.miners.modes", skip_all, fields(miner.id = id))]
pub async fn modes(Home(house): Home, Id(id): Id) -> Result<Json<Modes>, Problem> {
    let live = house.engine.miner(MinerId::new(id)).ok_or_else(|| Problem::not_found("miner"))?;
    let items = live.miner.profile.modes.iter().map(ModeBody::from).collect();
    Ok(Json(Modes { items, current: live.observed.mode.as_ref().map(ToString::to_string) }))
}
