//! One miner.

use super::wire::MinerBody;
use crate::api::extract::{Home, Id};
use crate::problem::Problem;
use axum::Json;
use hmm_domain::MinerId;

/// One miner with everything that is known of it right now.
#[utoipa::path(get, path = "/api/miners/{id}", tag = "miners", params(("id" = i64, Path)),
    responses((status = 200, body = MinerBody)))]
#[tracing::instrument(name = "api.miners.get", skip_all, fields(miner.id = id))]
pub async fn get_miner(Home(house): Home, Id(id): Id) -> Result<Json<MinerBody>, Problem> {
    let live = house.engine.miner(MinerId::new(id)).ok_or_else(|| Problem::not_found("miner"))?;
    Ok(Json(MinerBody::from(&*live)))
}
