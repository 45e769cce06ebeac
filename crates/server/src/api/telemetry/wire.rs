//! Series for charts, as the API shows them.

use hmm_domain::Metric;
use hmm_domain::series::SeriesData;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
pub struct Series {
    /// `null` for a series of the fleet.
    pub miner_id: Option<i64>,
    pub metric: String,
    /// `hs`, `w`, `c`, `rpm`, `pct`, `mhz`, `mv`, `dbm`, `wh`, `shares`.
    pub unit: String,
    pub resolution_s: u64,
    /// `[time in ms, least, mean, most]`; for what grows, all three are the sum over the bucket. Buckets without a
    /// sample are absent.
    #[schema(value_type = Vec<Vec<f64>>)]
    pub points: Vec<(i64, f64, f64, f64)>,
}

impl Series {
    pub fn new(miner_id: Option<i64>, metric: Metric, data: &SeriesData) -> Self {
        let (unit, factor) = metric.unit();
        let point = |p: &hmm_domain::series::Point| {
            (p.at.millis(), tidy(p.min * factor), tidy(p.avg * factor), tidy(p.max * factor))
        };
        Self {
            miner_id,
            metric: metric.name().to_owned(),
            unit: unit.to_owned(),
            resolution_s: data.resolution.as_secs(),
            points: data.points.iter().map(point).collect(),
        }
    }
}

/// Two thirds of a watt do not need sixteen digits.
fn tidy(value: f64) -> f64 {
    (value * 1e4).round() / 1e4
}

/// One series of the fleet, or one per miner.
#[derive(Serialize, ToSchema)]
#[serde(untagged)]
pub enum SeriesAnswer {
    One(Series),
    Many(SeriesList),
}

#[derive(Serialize, ToSchema)]
pub struct SeriesList {
    pub items: Vec<Series>,
    pub next: Option<String>,
}
