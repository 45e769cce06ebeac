//! How the house looks for miners by itself.

use crate::api::extract::{By, Checks, Home, Input};
use crate::front::House;
use crate::problem::Problem;
use axum::Json;
use hmm_domain::DiscoverySettings;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DiscoverySettings)]
pub struct DiscoverySettingsBody {
    /// A look round every so many hours; `null`: only when somebody asks for it.
    #[schema(minimum = 1, maximum = 168)]
    pub schedule_hours: Option<u8>,
    /// New devices with a MAC or serial number are added by themselves, disabled, at most ten a day.
    pub auto_add: bool,
    /// Where a look round goes that comes by itself. Changed with the house (`/api/settings/house`); empty there: the
    /// networks that this machine stands in.
    #[schema(example = json!(["192.168.1.0/24"]))]
    pub ranges: Vec<String>,
}

impl DiscoverySettingsBody {
    fn new(house: &House, settings: &DiscoverySettings) -> Self {
        Self {
            schedule_hours: settings.schedule_hours,
            auto_add: settings.auto_add,
            ranges: house.engine.discovery_ground().iter().map(ToString::to_string).collect(),
        }
    }
}

/// Both at once.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DiscoverySettingsChange)]
pub struct DiscoverySettingsChange {
    /// 1 to 168; `null` switches it off. Counted from the change.
    #[schema(minimum = 1, maximum = 168)]
    pub schedule_hours: Option<u8>,
    pub auto_add: bool,
}

/// How the house looks for miners by itself.
#[utoipa::path(get, path = "/api/settings/discovery", tag = "settings",
    responses((status = 200, body = DiscoverySettingsBody)))]
#[tracing::instrument(name = "api.settings.discovery_get", skip_all)]
pub async fn get_discovery(Home(house): Home) -> Json<DiscoverySettingsBody> {
    Json(DiscoverySettingsBody::new(&house, &house.engine.discovery_settings()))
}

/// Changes how the house looks for miners by itself.
#[utoipa::path(put, path = "/api/settings/discovery", tag = "settings", request_body = DiscoverySettingsChange,
    responses((status = 200, body = DiscoverySettingsBody)))]
#[tracing::instrument(name = "api.settings.discovery_put", skip_all)]
pub async fn put_discovery(
    Home(house): Home,
    By(actor): By,
    Input(body): Input<DiscoverySettingsChange>,
) -> Result<Json<DiscoverySettingsBody>, Problem> {
    let hours = body.schedule_hours;
    let possible = hours.is_none_or(|hours| DiscoverySettings::HOURS.contains(&hours));
    Checks::default().that(possible, "/schedule_hours", "between 1 and 168, or null").done()?;
    let settings = house.engine.set_discovery_settings(hours, body.auto_add, &actor).await?;
    Ok(Json(DiscoverySettingsBody::new(&house, &settings)))
}
