//! One job.

use super::wire::JobBody;
use crate::api::extract::{Home, Id};
use crate::problem::Problem;
use axum::Json;
use hmm_domain::JobId;

/// How one job goes, or went.
#[utoipa::path(get, path = "/api/jobs/{id}", tag = "jobs", params(("id" = i64, Path)),
    responses((status = 200, body = JobBody)))]
#[tracing::instrument(name = "api.jobs.get", skip_all, fields(job.id = id))]
pub async fn get_job(Home(house): Home, Id(id): Id) -> Result<Json<JobBody>, Problem> {
    let found = house.store.job_find(JobId::new(id)).await?;
    Ok(Json(found.ok_or_else(|| Problem::not_found("job"))?.into()))
}
