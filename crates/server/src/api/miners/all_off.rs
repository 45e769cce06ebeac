//! *All off now* (H8).

use crate::api::extract::{By, Home};
use crate::problem::Problem;
use axum::Json;
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
pub struct AllOff {
    pub items: Vec<MinerCommand>,
}

#[derive(Serialize, ToSchema)]
pub struct MinerCommand {
    pub miner_id: i64,
    /// What became of it: `GET /api/commands/{id}`. `null` where nothing could be asked of this miner.
    pub command_id: Option<i64>,
    /// Why not.
    pub error: Option<String>,
}

/// Every enabled miner off, until somebody says otherwise. One that cannot be told stops nobody else.
#[utoipa::path(post, path = "/api/miners/all-off", tag = "miners", responses((status = 202, body = AllOff)))]
#[tracing::instrument(name = "api.miners.all_off", skip_all)]
pub async fn all_off(Home(house): Home, By(actor): By) -> Result<(StatusCode, Json<AllOff>), Problem> {
    let answers = house.engine.all_off(&actor).await.into_iter();
    let items = answers.map(|(miner, answer)| {
        let (command_id, error) = match answer {
            Ok(command) => (Some(command.get()), None),
            Err(error) => (None, Some(error.to_string())),
        };
        MinerCommand { miner_id: miner.get(), command_id, error }
    });
    Ok((StatusCode::ACCEPTED, Json(AllOff { items: items.collect() })))
}
