//! One tuning profile.

use super::known;
use super::wire::ProfileBody;
use crate::api::extract::{Home, Id};
use crate::problem::Problem;
use axum::Json;

/// A tuning profile.
#[utoipa::path(get, path = "/api/tuning-profiles/{id}", tag = "tuning profiles", params(("id" = i64, Path)),
    responses((status = 200, body = ProfileBody)))]
#[tracing::instrument(name = "api.tuning_profiles.get", skip_all, fields(profile.id = id))]
pub async fn get_profile(Home(house): Home, Id(id): Id) -> Result<Json<ProfileBody>, Problem> {
    Ok(Json(known(&house, id).await?.into()))
}
