//! LIVE, DRY-RUN, PAUSED. *Hands off* (H8) is `paused`.

use super::wire::{ModeBody, ModeName, ModeNow};
use crate::api::extract::{By, Home, Input};
use crate::problem::Problem;
use crate::restore::RESTORED;
use axum::Json;

/// Who may move the hardware.
#[utoipa::path(get, path = "/api/system/mode", tag = "system", responses((status = 200, body = ModeNow)))]
#[tracing::instrument(name = "api.system.mode_get", skip_all)]
pub async fn get_mode(Home(house): Home) -> Json<ModeNow> {
    Json(ModeNow::of(&house))
}

/// Changes who may move the hardware.
#[utoipa::path(put, path = "/api/system/mode", tag = "system", request_body = ModeBody,
    responses((status = 200, body = ModeNow)))]
#[tracing::instrument(name = "api.system.mode_put", skip_all)]
pub async fn put_mode(
    Home(house): Home,
    By(actor): By,
    Input(body): Input<ModeBody>,
) -> Result<Json<ModeNow>, Problem> {
    house.engine.set_operation_mode(body.mode.into(), &actor).await?;
    // Whoever switches a restored house on has answered whether the old one is off.
    if body.mode != ModeName::Paused && house.store.setting_get(RESTORED).await?.is_some_and(|stored| !stored.is_null())
    {
        house.store.setting_put(RESTORED, &serde_json::Value::Null).await?;
    }
    Ok(Json(ModeNow::of(&house)))
}
