//! Jobs, newest first.

use super::wire::JobBody;
use crate::api::extract::{Home, Params};
use crate::api::page::{self, Page, PageQuery};
use crate::problem::Problem;
use axum::Json;
use hmm_domain::JobId;

/// Jobs, newest first.
#[utoipa::path(get, path = "/api/jobs", tag = "jobs", params(PageQuery),
    responses((status = 200, body = Page<JobBody>)))]
#[tracing::instrument(name = "api.jobs.list", skip_all)]
pub async fn list_jobs(Home(house): Home, Params(query): Params<PageQuery>) -> Result<Json<Page<JobBody>>, Problem> {
    let limit = page::limit(query.limit)?;
    let before = page::cursor(query.cursor.as_deref())?.map(JobId::new);
    let found = house.store.job_list(before, limit + 1).await?;
    Ok(Json(Page::cut(found.into_iter().map(JobBody::from).collect(), limit, |job| job.id)))
}
