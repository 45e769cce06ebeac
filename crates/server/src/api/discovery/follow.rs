//! A person says that a found device is a miner of the house that has moved.

use crate::api::extract::{By, Home, Id};
use crate::api::miners::wire::MinerBody;
use crate::problem::Problem;
use axum::Json;

/// Speaks to the miner at its new address from now on. It is asked again who it is, and where it was must be silent; what
/// it signs in with goes to the new address. Nothing is written to it.
#[utoipa::path(post, path = "/api/discovery/results/{id}/follow", tag = "discovery", params(("id" = i64, Path)),
    responses((status = 200, body = MinerBody)))]
#[tracing::instrument(name = "api.discovery.follow", skip_all, fields(found.id = id))]
pub async fn follow_result(Home(house): Home, By(actor): By, Id(id): Id) -> Result<Json<MinerBody>, Problem> {
    let miner = house.engine.discovery_follow(id, &actor).await?;
    let live = house.engine.miner(miner).ok_or_else(|| Problem::not_found("miner"))?;
    Ok(Json(MinerBody::from(&*live)))
}
