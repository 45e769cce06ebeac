//! The document.

use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header;
use std::sync::OnceLock;

/// This document.
#[utoipa::path(get, path = "/api/openapi.json", tag = "system", responses((status = 200, body = Object)))]
pub async fn openapi() -> Response {
    // Made once: it is a constant of the program.
    static DOCUMENT: OnceLock<Bytes> = OnceLock::new();
    let text = DOCUMENT.get_or_init(|| Bytes::from(crate::openapi::document())).clone();
    ([(header::CONTENT_TYPE, "application/json")], text).into_response()
}
