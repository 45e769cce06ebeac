//! All people.

use super::wire::UserBody;
use crate::api::extract::Home;
use crate::api::page::Page;
use crate::problem::Problem;
use axum::Json;

/// All people.
#[utoipa::path(get, path = "/api/users", tag = "users", responses((status = 200, body = Page<UserBody>)))]
#[tracing::instrument(name = "api.users.list", skip_all)]
pub async fn list_users(Home(house): Home) -> Result<Json<Page<UserBody>>, Problem> {
    let people = house.store.user_list().await?;
    Ok(Json(Page::whole(people.into_iter().map(Into::into).collect())))
}
