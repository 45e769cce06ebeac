//! A backup, to be kept elsewhere.

use super::wire;
use crate::api::audit::note;
use crate::api::extract::{By, Home, Id};
use crate::problem::{Kind, Problem};
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use http::{HeaderValue, header};
use tokio_util::io::ReaderStream;

/// Downloads a backup.
#[utoipa::path(get, path = "/api/backups/{id}/download", tag = "jobs", params(("id" = i64, Path)),
    responses((status = 200, body = [u8], content_type = "application/octet-stream")))]
#[tracing::instrument(name = "api.backups.download", skip_all, fields(backup.id = id))]
pub async fn download_backup(Home(house): Home, By(actor): By, Id(id): Id) -> Result<Response, Problem> {
    let found = wire::all(&house).await.into_iter().find(|found| found.body.id == id);
    let found = found.ok_or_else(|| Problem::not_found("backup"))?;
    let gone = |error: std::io::Error| Problem::new(Kind::NotFound, "it cannot be read any more").because(error);
    let file = tokio::fs::File::open(&found.path).await.map_err(gone)?;
    note(&house, &actor, "backup.download", format!("backup:{id}"), None, Some(found.body.name.clone().into())).await?;
    let mut response = Body::from_stream(ReaderStream::new(file)).into_response();
    let headers = response.headers_mut();
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/octet-stream"));
    headers.insert(header::CONTENT_LENGTH, HeaderValue::from(found.body.size_bytes));
    if let Ok(value) = HeaderValue::try_from(format!("attachment; filename=\"{}\"", found.body.name)) {
        headers.insert(header::CONTENT_DISPOSITION, value);
    }
    Ok(response)
}
