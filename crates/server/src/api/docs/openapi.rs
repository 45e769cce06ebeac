//! The document.

use crate::api::route::App;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use http::header;
use std::sync::OnceLock;

/// This document.
#[utoipa::path(get, path = "/api/openapi.json", tag = "system", responses((status = 200, body = Object)))]
pub async fn openapi(State(front): State<App>) -> Response {
    // Made once: it is a constant of the program.
    static DOCUMENT: OnceLock<Bytes> = OnceLock::new();
    let text = DOCUMENT.get_or_init(|| Bytes::from(crate::openapi::document())).clone();
    let kind = [(header::CONTENT_TYPE, "application/json")];
    match front.config.app.base_path.as_str() {
        "" => (kind, text).into_response(),
        // Below another path the calls are below it too.
        base => {
            let text = String::from_utf8_lossy(&text).replacen(r#""url": "/""#, &format!(r#""url": "{base}""#), 1);
            (kind, text).into_response()
        }
    }
}
