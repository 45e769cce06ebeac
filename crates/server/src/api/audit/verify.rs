//! Whether the audit log is what was written.

use super::wire::VerdictBody;
use crate::api::extract::Home;
use crate::problem::Problem;
use axum::Json;

/// Walks the whole chain.
#[utoipa::path(get, path = "/api/audit/verify", tag = "history", responses((status = 200, body = VerdictBody)))]
#[tracing::instrument(name = "api.audit.verify", skip_all)]
pub async fn verify_audit(Home(house): Home) -> Result<Json<VerdictBody>, Problem> {
    Ok(Json(house.store.audit_verify().await?.into()))
}
