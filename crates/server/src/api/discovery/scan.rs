//! A look round.

use super::wire::ScanBody;
use crate::api::extract::{By, Checks, Home, Input};
use crate::api::jobs::wire::JobAccepted;
use crate::api::ranges;
use crate::front::House;
use crate::problem::Problem;
use axum::Json;
use hmm_net::whereabouts::judge;
use http::StatusCode;
use ipnet::IpNet;

/// Looks for miners. Nothing is written to any device; one scan at a time. The job can be cancelled at any time.
#[utoipa::path(post, path = "/api/discovery/scan", tag = "discovery", request_body = ScanBody, responses(
    (status = 202, body = JobAccepted)))]
#[tracing::instrument(name = "api.discovery.scan", skip_all)]
pub async fn scan(
    Home(house): Home,
    By(actor): By,
    Input(body): Input<ScanBody>,
) -> Result<(StatusCode, Json<JobAccepted>), Problem> {
    let ranges = ground(&house, body)?;
    let id = house.engine.discovery_start(&ranges, &actor).await?;
    Ok((StatusCode::ACCEPTED, Json(JobAccepted { job_id: id.get() })))
}

/// What the caller says, else the ranges of the house, else the networks around us.
fn ground(house: &House, body: ScanBody) -> Result<Vec<IpNet>, Problem> {
    let allowed = &house.config.network.device_ranges;
    let (texts, said) = match body.ranges {
        Some(texts) => (texts, true),
        // Read anew: what may be asked was perhaps narrowed since they were stored.
        None => (house.engine.house_settings().home_ranges.iter().map(ToString::to_string).collect(), false),
    };
    let ranges = match ranges::read(&texts, allowed, "/ranges") {
        Ok(ranges) => ranges,
        Err(faults) => return Checks::default().and(faults).done().map(|()| Vec::new()),
    };
    let ranges = if ranges.is_empty() && !said { judge(&(house.look)(), allowed).own_ranges } else { ranges };
    if ranges.is_empty() {
        return Err(Problem::field("/ranges", "say where to look: a range such as 192.168.1.0/24"));
    }
    Ok(ranges)
}
