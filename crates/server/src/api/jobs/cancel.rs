//! A job that is not wanted any more.

use super::wire::JobBody;
use crate::api::extract::{By, Home, Id};
use crate::problem::{Kind, Problem};
use axum::Json;
use hmm_domain::JobId;

/// Cancels a job that has not begun; a scan for devices at any time.
#[utoipa::path(post, path = "/api/jobs/{id}/cancel", tag = "jobs", params(("id" = i64, Path)),
    responses((status = 200, body = JobBody)))]
#[tracing::instrument(name = "api.jobs.cancel", skip_all, fields(job.id = id))]
pub async fn cancel_job(Home(house): Home, By(actor): By, Id(id): Id) -> Result<Json<JobBody>, Problem> {
    let id = JobId::new(id);
    let find = async || house.store.job_find(id).await?.ok_or_else(|| Problem::not_found("job"));
    find().await?;
    if !house.engine.job_cancel(id, &actor).await? {
        return Err(Problem::new(Kind::Refused, "it has begun, or is over: each job is short"));
    }
    Ok(Json(find().await?.into()))
}
