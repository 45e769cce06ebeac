//! LIVE, DRY-RUN, PAUSED. *Hands off* (H8) is `paused`.

use super::wire::ModeBody;
use crate::api::extract::{By, Home, Input};
use crate::problem::Problem;
use axum::Json;

/// Who may move the hardware.
#[utoipa::path(get, path = "/api/system/mode", tag = "system", responses((status = 200, body = ModeBody)))]
#[tracing::instrument(name = "api.system.mode_get", skip_all)]
pub async fn get_mode(Home(house): Home) -> Json<ModeBody> {
    Json(ModeBody { mode: house.engine.operation_mode().into() })
}

/// Changes who may move the hardware.
#[utoipa::path(put, path = "/api/system/mode", tag = "system", request_body = ModeBody,
    responses((status = 200, body = ModeBody)))]
#[tracing::instrument(name = "api.system.mode_put", skip_all)]
pub async fn put_mode(
    Home(house): Home,
    By(actor): By,
    Input(body): Input<ModeBody>,
) -> Result<Json<ModeBody>, Problem> {
    house.engine.set_operation_mode(body.mode.into(), &actor).await?;
    Ok(Json(body))
}
