//! All tuning profiles.

use super::wire::ProfileBody;
use crate::api::extract::Home;
use crate::api::page::Page;
use crate::problem::Problem;
use axum::Json;

/// All tuning profiles, by name.
#[utoipa::path(get, path = "/api/tuning-profiles", tag = "tuning profiles",
    responses((status = 200, body = Page<ProfileBody>)))]
#[tracing::instrument(name = "api.tuning_profiles.list", skip_all)]
pub async fn list_profiles(Home(house): Home) -> Result<Json<Page<ProfileBody>>, Problem> {
    let profiles = house.store.profile_list().await?;
    Ok(Json(Page::whole(profiles.into_iter().map(Into::into).collect())))
}
