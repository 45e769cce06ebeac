//! A miner's last reply as received.

use crate::api::extract::{Home, Id};
use crate::problem::{Kind, Problem};
use axum::Json;
use hmm_domain::MinerId;
use serde_json::Value;

/// The last reply as received, secrets masked (D9).
#[utoipa::path(get, path = "/api/miners/{id}/raw", tag = "telemetry", params(("id" = i64, Path)),
    responses((status = 200, body = Object)))]
#[tracing::instrument(name = "api.miners.raw", skip_all, fields(miner.id = id))]
pub async fn raw(Home(house): Home, Id(id): Id) -> Result<Json<Value>, Problem> {
    let id = MinerId::new(id);
    house.engine.miner(id).ok_or_else(|| Problem::not_found("miner"))?;
    let raw = house.engine.raw(id).ok_or_else(|| Problem::new(Kind::NotFound, "it has not answered yet"))?;
    Ok(Json((*raw).clone()))
}
