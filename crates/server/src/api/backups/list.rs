//! All backups.

use super::wire::{self, BackupBody};
use crate::api::extract::Home;
use crate::api::page::Page;
use axum::Json;

/// All backups, newest first.
#[utoipa::path(get, path = "/api/backups", tag = "jobs", responses((status = 200, body = Page<BackupBody>)))]
#[tracing::instrument(name = "api.backups.list", skip_all)]
pub async fn list_backups(Home(house): Home) -> Json<Page<BackupBody>> {
    Json(Page::whole(wire::all(&house).await.into_iter().map(|found| found.body).collect()))
}
