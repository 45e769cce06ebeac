//! One person less.

use crate::api::extract::{By, Home, Id};
use crate::problem::Problem;
use hmm_domain::UserId;
use hmm_domain::audit::AuditEntry;
use http::StatusCode;

/// Removes a person with their sessions and tokens. The last administrator stays.
#[utoipa::path(delete, path = "/api/users/{id}", tag = "users", params(("id" = i64, Path)),
    responses((status = 204)))]
#[tracing::instrument(name = "api.users.remove", skip_all, fields(user.id = id))]
pub async fn remove_user(Home(house): Home, By(actor): By, Id(id): Id) -> Result<StatusCode, Problem> {
    let user = house.store.user_find(UserId::new(id)).await?.ok_or_else(|| Problem::not_found("person"))?;
    let before = serde_json::json!({ "name": user.name, "role": user.role });
    let intent = AuditEntry::new(house.clock.now(), &actor, "user.remove", format!("user:{id}")).before(before);
    house.gatekeeper.noted(intent, house.gatekeeper.person_remove(user.id)).await?;
    Ok(StatusCode::NO_CONTENT)
}
