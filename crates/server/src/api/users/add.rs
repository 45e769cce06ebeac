//! One more person.

use super::wire::{UserAdd, UserBody};
use crate::api::audit::note;
use crate::api::extract::{By, Home, Input};
use crate::problem::Problem;
use axum::Json;
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
    let user = house.gatekeeper.person_make(tasks, &body.name, &body.password, body.role.into()).await?;
    let after = serde_json::json!({ "name": user.name, "role": user.role });
    note(&house, &actor, "user.add", format!("user:{}", user.id), None, Some(after)).await?;
    Ok((StatusCode::CREATED, Json(user.into())))
}
