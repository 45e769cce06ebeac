//! One tuning profile less.

use super::known;
use crate::api::extract::{By, Home, Id};
use crate::problem::Problem;
use hmm_domain::ProfileId;
use hmm_domain::audit::AuditEntry;
use http::StatusCode;

/// Removes a tuning profile. Miners that it was set on stay as they are.
#[utoipa::path(delete, path = "/api/tuning-profiles/{id}", tag = "tuning profiles", params(("id" = i64, Path)),
    responses((status = 204)))]
#[tracing::instrument(name = "api.tuning_profiles.remove", skip_all, fields(profile.id = id))]
pub async fn remove_profile(Home(house): Home, By(actor): By, Id(id): Id) -> Result<StatusCode, Problem> {
    let profile = known(&house, id).await?;
    let before = serde_json::json!({ "name": profile.name, "tuning": profile.tuning });
    let entry = AuditEntry::new(house.clock.now(), &actor, "tuning_profile.remove", format!("tuning_profile:{id}"));
    house.store.audit_append(&entry.before(before)).await?;
    house.store.profile_remove(ProfileId::new(id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
