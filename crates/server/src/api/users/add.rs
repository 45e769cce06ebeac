//! One more person.

use super::wire::{UserAdd, UserBody};
use crate::api::extract::{By, Home, Input};
use crate::problem::Problem;
use axum::Json;
use hmm_domain::Label;
use hmm_domain::audit::AuditEntry;
use http::StatusCode;

/// Adds a person.
#[utoipa::path(post, path = "/api/users", tag = "users", request_body = UserAdd,
    responses((status = 201, body = UserBody)))]
#[tracing::instrument(name = "api.users.add", skip_all)]
pub async fn add_user(
    Home(house): Home,
    By(actor): By,
    Input(body): Input<UserAdd>,
) -> Result<(StatusCode, Json<UserBody>), Problem> {
    let tasks = house.engine.tasks();
    let after = serde_json::json!({ "name": Label::new(&body.name), "role": body.role });
    let intent = AuditEntry::new(house.clock.now(), &actor, "user.add", "user").after(after);
    let work = house.gatekeeper.person_make(tasks, &body.name, &body.password, body.role.into());
    let user = house.gatekeeper.noted_new(intent, work, |user| format!("user:{}", user.id)).await?;
    Ok((StatusCode::CREATED, Json(user.into())))
}
