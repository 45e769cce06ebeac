//! Who answers at an address.

use super::wire::{InspectedMiner, MinerInspect};
use super::{ADDRESS_RULE, address_ok, credentials_ok};
use crate::api::extract::{Checks, Home, Input};
use crate::problem::Problem;
use axum::Json;

/// Asks a device who it is, before it is added. Nothing is written to it, and nothing is kept.
#[utoipa::path(post, path = "/api/miners/inspect", tag = "miners", request_body = MinerInspect, responses(
    (status = 200, body = InspectedMiner), (status = 502)))]
#[tracing::instrument(name = "api.miners.inspect", skip_all)]
pub async fn inspect_miner(
    Home(house): Home,
    Input(body): Input<MinerInspect>,
) -> Result<Json<InspectedMiner>, Problem> {
    let checks = Checks::default().that(address_ok(&body.address), "/address", ADDRESS_RULE).that(
        body.port != Some(0),
        "/port",
        "between 1 and 65535",
    );
    credentials_ok(checks, body.credentials.as_ref(), "/credentials").done()?;
    let credentials = body.credentials.map(Into::into).unwrap_or_default();
    let found = house.engine.inspect(&body.address, body.port, &credentials).await?;
    Ok(Json(InspectedMiner::new(body.address, &found)))
}
