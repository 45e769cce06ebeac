//! The same for many miners: each a job with a result for every miner.

use super::wish::until;
use super::{NAME_RULE, name_ok};
use crate::api::extract::{By, Checks, Home, Input};
use crate::api::jobs::wire::JobAccepted;
use crate::api::tuning_profiles;
use crate::front::House;
use crate::problem::Problem;
use axum::Json;
use hmm_domain::wish::Until;
use hmm_domain::{Actor, Label, MinerId, ModeId};
use hmm_engine::bulk::BulkTask;
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

pub(in crate::api) type Taken = Result<(StatusCode, Json<JobAccepted>), Problem>;

/// Of one request. A house has fewer.
const MOST: usize = 2_000;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkMiners {
    pub ids: Vec<i64>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkMode {
    pub ids: Vec<i64>,
    /// One of each miner's modes; where a miner has none of this name, its result says so.
    pub mode: String,
    /// A time, `next_band` (as when absent), or `told`: until somebody ends it.
    pub until: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkProfile {
    pub ids: Vec<i64>,
    pub profile_id: i64,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct BulkTags {
    pub ids: Vec<i64>,
    #[serde(default)]
    pub add: Vec<String>,
    #[serde(default)]
    pub remove: Vec<String>,
}

/// Enables these miners.
#[utoipa::path(post, path = "/api/miners/bulk/enable", tag = "miners", request_body = BulkMiners,
    responses((status = 202, body = JobAccepted)))]
#[tracing::instrument(name = "api.miners.bulk.enable", skip_all)]
pub async fn bulk_enable(Home(house): Home, By(actor): By, Input(body): Input<BulkMiners>) -> Taken {
    start(&house, &body.ids, BulkTask::Enable, &actor).await
}

/// Disables these miners: they are left alone.
#[utoipa::path(post, path = "/api/miners/bulk/disable", tag = "miners", request_body = BulkMiners,
    responses((status = 202, body = JobAccepted)))]
#[tracing::instrument(name = "api.miners.bulk.disable", skip_all)]
pub async fn bulk_disable(Home(house): Home, By(actor): By, Input(body): Input<BulkMiners>) -> Taken {
    start(&house, &body.ids, BulkTask::Disable, &actor).await
}

/// Restarts these miners, a few at a time.
#[utoipa::path(post, path = "/api/miners/bulk/restart", tag = "miners", request_body = BulkMiners,
    responses((status = 202, body = JobAccepted)))]
#[tracing::instrument(name = "api.miners.bulk.restart", skip_all)]
pub async fn bulk_restart(Home(house): Home, By(actor): By, Input(body): Input<BulkMiners>) -> Taken {
    start(&house, &body.ids, BulkTask::Restart, &actor).await
}

/// Wishes for a mode of these miners, a few at a time.
#[utoipa::path(post, path = "/api/miners/bulk/mode", tag = "miners", request_body = BulkMode,
    responses((status = 202, body = JobAccepted)))]
#[tracing::instrument(name = "api.miners.bulk.mode", skip_all)]
pub async fn bulk_mode(Home(house): Home, By(actor): By, Input(body): Input<BulkMode>) -> Taken {
    let until = until(body.until.as_deref(), Until::NextBand)?;
    if until.over(house.clock.now()) {
        return Err(Problem::field("/until", "this is in the past"));
    }
    start(&house, &body.ids, BulkTask::Mode { mode: ModeId::new(&body.mode), until }, &actor).await
}

/// Sets a tuning profile on these miners. Each is watched for ten minutes, and set back where it does harm.
#[utoipa::path(post, path = "/api/miners/bulk/profile", tag = "miners", request_body = BulkProfile,
    responses((status = 202, body = JobAccepted)))]
#[tracing::instrument(name = "api.miners.bulk.profile", skip_all)]
pub async fn bulk_profile(Home(house): Home, By(actor): By, Input(body): Input<BulkProfile>) -> Taken {
    let profile = tuning_profiles::find(&house, body.profile_id)
        .await?
        .ok_or_else(|| Problem::field("/profile_id", "there is no such tuning profile"))?;
    tuning_profiles::apply(&house, &profile, &body.ids, &actor).await
}

/// Gives tags to these miners, and takes others away.
#[utoipa::path(post, path = "/api/miners/bulk/tags", tag = "miners", request_body = BulkTags,
    responses((status = 202, body = JobAccepted)))]
#[tracing::instrument(name = "api.miners.bulk.tags", skip_all)]
pub async fn bulk_tags(Home(house): Home, By(actor): By, Input(body): Input<BulkTags>) -> Taken {
    let ok = |tags: &[String]| tags.iter().all(|tag| name_ok(tag));
    Checks::default()
        .that(ok(&body.add), "/add", NAME_RULE)
        .that(ok(&body.remove), "/remove", NAME_RULE)
        .that(body.add.len() + body.remove.len() > 0, "/add", "name at least one tag to give or to take")
        .that(body.add.len() <= 32 && body.remove.len() <= 32, "/add", "at most 32")
        .done()?;
    let labels = |tags: &[String]| tags.iter().map(|tag| Label::new(tag)).collect();
    start(&house, &body.ids, BulkTask::Tags { add: labels(&body.add), remove: labels(&body.remove) }, &actor).await
}

pub(in crate::api) async fn start(house: &House, ids: &[i64], task: BulkTask, actor: &Actor) -> Taken {
    if ids.len() > MOST {
        return Err(Problem::field("/ids", format!("at most {MOST}")));
    }
    let miners: Vec<MinerId> = ids.iter().copied().map(MinerId::new).collect();
    if let Some(unknown) = miners.iter().find(|id| house.engine.miner(**id).is_none()) {
        return Err(Problem::field("/ids", format!("there is no miner {unknown}")));
    }
    let id = house.engine.bulk_start(&miners, task, actor).await?;
    Ok((StatusCode::ACCEPTED, Json(JobAccepted { job_id: id.get() })))
}
