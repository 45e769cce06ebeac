//! Samples over time, down-sampled.

use super::wire::{Series, SeriesAnswer, SeriesList};
use crate::api::extract::{Home, Id, Params};
use crate::front::House;
use crate::problem::Problem;
use axum::Json;
use chrono::{DateTime, Utc};
use hmm_domain::series::{Scope, SeriesQuery};
use hmm_domain::{Metric, MinerId, Timestamp};
use serde::Deserialize;
use std::time::Duration;
use utoipa::IntoParams;

const DAY: Duration = Duration::from_hours(24);
const POINTS_MAX: u32 = 2_000;
const MINERS_MAX: usize = 50;

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MinerSeriesQuery {
    /// `hashrate`, `power`, `temperature`, `vr_temperature`, `fan_rpm`, `fan_pct`, `frequency`, `core_voltage`, `rssi`,
    /// `energy`, `shares_accepted`, `shares_rejected`.
    pub metric: String,
    /// A day before `to`, when absent.
    pub from: Option<DateTime<Utc>>,
    /// Now, when absent.
    pub to: Option<DateTime<Utc>>,
    /// At most so many points.
    #[param(minimum = 1, maximum = 2000, default = 300)]
    pub points: Option<u32>,
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct SeriesParams {
    /// Ids with commas between, at most 50.
    pub miner_ids: Option<String>,
    /// `fleet`: all miners of one algorithm together.
    pub scope: Option<String>,
    /// For the fleet: `sha256d`, …
    pub algorithm: Option<String>,
    pub metric: String,
    pub from: Option<DateTime<Utc>>,
    pub to: Option<DateTime<Utc>>,
    #[param(minimum = 1, maximum = 2000, default = 300)]
    pub points: Option<u32>,
}

/// One metric of one miner.
#[utoipa::path(get, path = "/api/miners/{id}/telemetry/series", tag = "telemetry",
    params(("id" = i64, Path), MinerSeriesQuery), responses((status = 200, body = Series)))]
#[tracing::instrument(name = "api.miners.series", skip_all, fields(miner.id = id))]
pub async fn miner_series(
    Home(house): Home,
    Id(id): Id,
    Params(query): Params<MinerSeriesQuery>,
) -> Result<Json<Series>, Problem> {
    let miner = MinerId::new(id);
    house.engine.miner(miner).ok_or_else(|| Problem::not_found("miner"))?;
    let asked = Asked::new(&house, &query.metric, query.from, query.to, query.points)?;
    Ok(Json(asked.read(&house, Scope::Miner(miner), Some(id)).await?))
}

/// One metric of several miners, or of all miners of an algorithm together.
#[utoipa::path(get, path = "/api/telemetry/series", tag = "telemetry", params(SeriesParams),
    responses((status = 200, body = SeriesAnswer)))]
#[tracing::instrument(name = "api.telemetry.series", skip_all)]
pub async fn series(Home(house): Home, Params(query): Params<SeriesParams>) -> Result<Json<SeriesAnswer>, Problem> {
    let asked = Asked::new(&house, &query.metric, query.from, query.to, query.points)?;
    match (query.scope.as_deref(), query.miner_ids.as_deref()) {
        (Some("fleet"), None) => {
            if !asked.metric.adds_up() {
                return Err(Problem::field("?metric", "values of a fleet do not add up for this one"));
            }
            let algorithm = query.algorithm.ok_or_else(|| Problem::field("?algorithm", "name one, such as sha256d"))?;
            let one = asked.read(&house, Scope::Fleet { algorithm }, None).await?;
            Ok(Json(SeriesAnswer::One(one)))
        }
        (Some("fleet"), Some(_)) => Err(Problem::field("?miner_ids", "either miners or the fleet")),
        (Some(_), _) => Err(Problem::field("?scope", "this is `fleet` or absent")),
        (None, None) => Err(Problem::field("?miner_ids", "name miners, or say scope=fleet")),
        (None, Some(text)) => {
            let ids = text.split(',').map(|id| id.trim().parse::<i64>()).collect::<Result<Vec<_>, _>>();
            let ids = ids.map_err(|_| Problem::field("?miner_ids", "ids with commas between"))?;
            if ids.len() > MINERS_MAX {
                return Err(Problem::field("?miner_ids", format!("at most {MINERS_MAX}")));
            }
            let mut items = Vec::with_capacity(ids.len());
            for id in ids {
                let miner = MinerId::new(id);
                house.engine.miner(miner).ok_or_else(|| Problem::not_found("miner"))?;
                items.push(asked.read(&house, Scope::Miner(miner), Some(id)).await?);
            }
            Ok(Json(SeriesAnswer::Many(SeriesList { items, next: None })))
        }
    }
}

struct Asked {
    metric: Metric,
    from: Timestamp,
    to: Timestamp,
    points: u32,
    now: Timestamp,
}

impl Asked {
    fn new(
        house: &House,
        metric: &str,
        from: Option<DateTime<Utc>>,
        to: Option<DateTime<Utc>>,
        points: Option<u32>,
    ) -> Result<Self, Problem> {
        let metric = Metric::parse(metric).ok_or_else(|| Problem::field("?metric", "there is no such metric"))?;
        let now = house.clock.now();
        let to = to.map_or(now, Timestamp::from_chrono);
        let from = from.map_or(to - DAY, Timestamp::from_chrono);
        if from >= to {
            return Err(Problem::field("?from", "this has to be before `to`"));
        }
        let points = points.unwrap_or(300);
        if !(1..=POINTS_MAX).contains(&points) {
            return Err(Problem::field("?points", format!("between 1 and {POINTS_MAX}")));
        }
        Ok(Self { metric, from, to, points, now })
    }

    async fn read(&self, house: &House, scope: Scope, miner_id: Option<i64>) -> Result<Series, Problem> {
        let query = SeriesQuery { scope, metric: self.metric, from: self.from, to: self.to, points: self.points };
        let data = house.store.series_read(&query, self.now).await?;
        Ok(Series::new(miner_id, self.metric, &data))
    }
}
