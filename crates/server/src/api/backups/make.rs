//! One more backup.

use crate::api::extract::{By, Home};
use crate::api::jobs::wire::JobAccepted;
use crate::problem::Problem;
use axum::Json;
use http::StatusCode;

/// Makes a backup now.
#[utoipa::path(post, path = "/api/backups", tag = "jobs", responses((status = 202, body = JobAccepted)))]
#[tracing::instrument(name = "api.backups.make", skip_all)]
pub async fn make_backup(Home(house): Home, By(actor): By) -> Result<(StatusCode, Json<JobAccepted>), Problem> {
    let job = house.engine.job_now("backup", &actor).await?;
    Ok((StatusCode::ACCEPTED, Json(JobAccepted { job_id: job.get() })))
}
