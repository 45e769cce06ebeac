//! One miner less.

use super::wire::LeaveName;
use crate::api::extract::{By, Home, Id, Params};
use crate::problem::Problem;
use hmm_domain::MinerId;
use http::StatusCode;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

#[derive(Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct RemoveQuery {
    /// History is kept unless this says `delete`.
    #[serde(default)]
    #[param(inline)]
    pub history: History,
    /// What becomes of the device: `leave` as it runs, `standard` mode, or `as_found`.
    #[serde(default)]
    #[param(inline)]
    pub then: LeaveName,
}

#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum History {
    #[default]
    Keep,
    Delete,
}

/// Removes a miner. Its history stays unless told otherwise; the device is left as it runs unless told otherwise (H5).
#[utoipa::path(delete, path = "/api/miners/{id}", tag = "miners", params(("id" = i64, Path), RemoveQuery),
    responses((status = 204)))]
#[tracing::instrument(name = "api.miners.remove", skip_all, fields(miner.id = id))]
pub async fn remove_miner(
    Home(house): Home,
    By(actor): By,
    Id(id): Id,
    Params(query): Params<RemoveQuery>,
) -> Result<StatusCode, Problem> {
    let id = MinerId::new(id);
    house.engine.miner_remove(id, query.then.into(), query.history == History::Delete, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}
