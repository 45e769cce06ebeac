//! What a miner said last, or says now.

use super::reading::TelemetryBody;
use crate::api::extract::{Home, Id, MaybeCaller, Params};
use crate::problem::{Kind, Problem};
use axum::Json;
use hmm_domain::{MinerId, Role};
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct LiveQuery {
    /// Ask the device now (operator; keeps the device's poll gap).
    pub live: Option<bool>,
}

/// The last reading, whole. With `live=true` the device is asked now.
#[utoipa::path(get, path = "/api/miners/{id}/telemetry", tag = "telemetry", params(("id" = i64, Path), LiveQuery),
    responses((status = 200, body = TelemetryBody), (status = 502),
    (status = 504)))]
#[tracing::instrument(name = "api.miners.telemetry", skip_all, fields(miner.id = id))]
pub async fn latest(
    Home(house): Home,
    MaybeCaller(caller): MaybeCaller,
    Id(id): Id,
    Params(query): Params<LiveQuery>,
) -> Result<Json<TelemetryBody>, Problem> {
    let miner = MinerId::new(id);
    let live = if query.live == Some(true) {
        match caller {
            None => return Err(Problem::new(Kind::SignInRequired, "asking a device needs an operator")),
            Some(caller) if !caller.may(Role::Operator) => {
                return Err(Problem::new(Kind::Forbidden, "asking a device needs an operator"));
            }
            Some(_) => {}
        }
        house.engine.read_now(miner).await.map_err(|error| Problem::from(error).through_gateway())?
    } else {
        house.engine.miner(miner).ok_or_else(|| Problem::not_found("miner"))?
    };
    let latest = live.latest.as_ref().ok_or_else(|| Problem::new(Kind::NotFound, "it has not answered yet"))?;
    Ok(Json(TelemetryBody::new(id, latest)))
}
