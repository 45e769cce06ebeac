//! Lines of the audit log.

use super::wire::{AuditBody, AuditQuery};
use crate::api::extract::{Home, Params};
use crate::api::page::{self, Page};
use crate::problem::Problem;
use axum::Json;
use hmm_domain::audit::AuditFilter;
use hmm_domain::{AuditId, Timestamp};

/// Lines of the audit log, newest first.
#[utoipa::path(get, path = "/api/audit", tag = "history", params(AuditQuery),
    responses((status = 200, body = Page<AuditBody>)))]
#[tracing::instrument(name = "api.audit.list", skip_all)]
pub async fn list_audit(
    Home(house): Home,
    Params(query): Params<AuditQuery>,
) -> Result<Json<Page<AuditBody>>, Problem> {
    let limit = page::limit(query.limit)?;
    let filter = AuditFilter {
        actor: query.actor,
        entity: query.entity,
        action: query.action,
        from: query.from.map(Timestamp::from_chrono),
        to: query.to.map(Timestamp::from_chrono),
        after_id: page::cursor(query.cursor.as_deref())?.map(AuditId::new),
        limit: limit + 1,
    };
    let rows = house.store.audit_list(&filter).await?;
    Ok(Json(Page::cut(rows.into_iter().map(AuditBody::from).collect(), limit, |row| row.id)))
}
