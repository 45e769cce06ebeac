//! What lies in the folder of drivers.

use super::wire::PluginsBody;
use crate::api::extract::Home;
use crate::problem::Problem;
use axum::Json;

/// The files of drivers, what they speak to and what is wrong with them, and examples to copy. Files are written into the
/// folder by hand and are read within seconds; no route writes them.
#[utoipa::path(get, path = "/api/plugins", tag = "system", responses((status = 200, body = PluginsBody)))]
#[tracing::instrument(name = "api.plugins.list", skip_all)]
pub async fn list_plugins(Home(house): Home) -> Result<Json<PluginsBody>, Problem> {
    Ok(Json(PluginsBody::of(&house)))
}
