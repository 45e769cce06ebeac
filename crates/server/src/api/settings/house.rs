//! Where the house is, what it pays in, where its devices are, and whether the first run is over.

use crate::api::extract::{By, Checks, Home, Input};
use crate::api::ranges;
use crate::front::House;
use crate::problem::Problem;
use axum::Json;
use hmm_domain::house::TariffRegion;
use hmm_domain::{Currency, HouseSettings};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = HouseSettings)]
pub struct HouseBody {
    /// A name of the IANA database. Until somebody decides, what the environment variable TZ says.
    #[schema(example = "Europe/London")]
    pub time_zone: String,
    /// Three letters of ISO 4217.
    #[schema(example = "GBP")]
    pub currency: String,
    /// The electricity region of Great Britain, A to P without I and O. Kept for tariffs; nothing depends on it yet.
    #[schema(example = "H")]
    pub tariff_region: Option<String>,
    /// Where devices are looked for. Empty: in the networks that this machine stands in, see `/api/system/network`.
    #[schema(example = json!(["192.168.1.0/24"]))]
    pub home_ranges: Vec<String>,
    /// The first run is over.
    pub set_up: bool,
    /// Fields that config.yaml fixes. In this version it fixes none of them.
    pub locked: Vec<String>,
}

impl HouseBody {
    fn new(house: &House, settings: HouseSettings) -> Self {
        let zone = || house.config.environment.time_zone.name().to_owned();
        Self {
            time_zone: settings.time_zone.unwrap_or_else(zone),
            currency: settings.currency.map_or(FIRST_CURRENCY, Currency::code).to_owned(),
            tariff_region: settings.tariff_region.map(|region| region.letter().to_string()),
            home_ranges: settings.home_ranges.iter().map(ToString::to_string).collect(),
            set_up: settings.set_up,
            locked: Vec::new(),
        }
    }
}

/// Before anybody has said what is paid in.
const FIRST_CURRENCY: &str = "GBP";

/// All of them at once.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct HouseChange {
    #[schema(example = "Europe/London")]
    pub time_zone: String,
    #[schema(example = "GBP")]
    pub currency: String,
    /// A letter from A to P without I and O.
    #[schema(example = "H")]
    pub tariff_region: Option<String>,
    /// At most 16, each of at most 65,536 addresses and inside `network.device_ranges`.
    #[schema(example = json!(["192.168.1.0/24"]), max_items = 16)]
    pub home_ranges: Vec<String>,
    /// `true` once the first run is over. It stays so.
    #[serde(default)]
    pub set_up: bool,
}

impl HouseChange {
    fn read(self, house: &House) -> Result<HouseSettings, Problem> {
        let zone = self.time_zone.parse::<chrono_tz::Tz>();
        let currency = Currency::from_code(&self.currency);
        let region = self.tariff_region.as_deref().map(region);
        let ranges = ranges::read(&self.home_ranges, &house.config.network.device_ranges, "/home_ranges");
        let (home_ranges, faults) = ranges.map_or_else(|faults| (Vec::new(), faults), |ranges| (ranges, Vec::new()));
        Checks::default()
            .that(zone.is_ok(), "/time_zone", "a time zone such as Europe/London")
            .that(currency.is_some(), "/currency", "three capital letters of ISO 4217, such as GBP")
            .that(region != Some(None), "/tariff_region", "a letter from A to P without I and O, or null")
            .and(faults)
            .done()?;
        Ok(HouseSettings {
            time_zone: zone.ok().map(|zone| zone.name().to_owned()),
            currency,
            tariff_region: region.flatten(),
            home_ranges,
            set_up: self.set_up,
        })
    }
}

fn region(text: &str) -> Option<TariffRegion> {
    let mut letters = text.chars();
    let first = letters.next().and_then(TariffRegion::from_letter);
    first.filter(|_| letters.next().is_none())
}

/// Where the house is, what it pays in and where its devices are.
#[utoipa::path(get, path = "/api/settings/house", tag = "settings", responses((status = 200, body = HouseBody)))]
#[tracing::instrument(name = "api.settings.house_get", skip_all)]
pub async fn get_house(Home(house): Home) -> Json<HouseBody> {
    Json(HouseBody::new(&house, house.engine.house_settings()))
}

/// Changes all of it.
#[utoipa::path(put, path = "/api/settings/house", tag = "settings", request_body = HouseChange,
    responses((status = 200, body = HouseBody)))]
#[tracing::instrument(name = "api.settings.house_put", skip_all)]
pub async fn put_house(
    Home(house): Home,
    By(actor): By,
    Input(body): Input<HouseChange>,
) -> Result<Json<HouseBody>, Problem> {
    let settings = body.read(&house)?;
    let settings = house.engine.set_house_settings(settings, &actor).await?;
    Ok(Json(HouseBody::new(&house, settings)))
}
