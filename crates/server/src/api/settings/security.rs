//! Who may look without signing in.

use crate::api::audit::note;
use crate::api::extract::{By, Home, Input};
use crate::problem::Problem;
use axum::Json;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SecuritySettings {
    /// Fleet, prices and plan can be read from this network without signing in. Nothing else, and no write.
    pub open_on_network: bool,
}

/// Who may look without signing in.
#[utoipa::path(get, path = "/api/settings/security", tag = "settings",
    responses((status = 200, body = SecuritySettings)))]
#[tracing::instrument(name = "api.settings.security_get", skip_all)]
pub async fn get_security(Home(house): Home) -> Result<Json<SecuritySettings>, Problem> {
    Ok(Json(SecuritySettings { open_on_network: house.gatekeeper.open_on_network().await? }))
}

/// Changes who may look without signing in.
#[utoipa::path(put, path = "/api/settings/security", tag = "settings", request_body = SecuritySettings,
    responses((status = 200, body = SecuritySettings)))]
#[tracing::instrument(name = "api.settings.security_put", skip_all)]
pub async fn put_security(
    Home(house): Home,
    By(actor): By,
    Input(body): Input<SecuritySettings>,
) -> Result<Json<SecuritySettings>, Problem> {
    let before = house.gatekeeper.open_on_network().await?;
    let entity = "settings:security".to_owned();
    note(&house, &actor, "settings.security", entity, Some(before.into()), Some(body.open_on_network.into())).await?;
    house.gatekeeper.set_open_on_network(body.open_on_network).await?;
    Ok(Json(body))
}
