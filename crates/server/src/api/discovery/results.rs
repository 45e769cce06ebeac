//! What the last scan has found.

use super::wire::FoundBody;
use crate::api::extract::{Home, Params};
use crate::api::page::{self, Page, PageQuery};
use crate::problem::Problem;
use axum::Json;

/// What the last scan has found, also while it is under way. Kept in memory: empty after a restart, and no more than
/// 1,024 devices.
#[utoipa::path(get, path = "/api/discovery/results", tag = "discovery", params(PageQuery),
    responses((status = 200, body = Page<FoundBody>)))]
#[tracing::instrument(name = "api.discovery.results", skip_all)]
pub async fn list_results(
    Home(house): Home,
    Params(query): Params<PageQuery>,
) -> Result<Json<Page<FoundBody>>, Problem> {
    let limit = page::limit(query.limit)?;
    let after = page::cursor(query.cursor.as_deref())?.unwrap_or(i64::MIN);
    let found = house.engine.discovery_found();
    let found = found.iter().filter(|found| found.id > after).take(limit as usize + 1);
    Ok(Json(Page::cut(found.map(|found| FoundBody::new(&house, found)).collect(), limit, |found| found.id)))
}
