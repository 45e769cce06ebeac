//! Swagger UI from inside the program.
//!
//! **Invariant:** nothing is loaded from anywhere else; its policy is looser than the web app's only where it has to be
//! (styles that its scripts set).

use crate::api::extract::named;
use crate::api::route::App;
use crate::problem::{Kind, Problem};
use axum::extract::{Request, State};
use axum::response::{Html, IntoResponse, Response};
use http::{HeaderName, HeaderValue, header};
use std::sync::Arc;
use utoipa_swagger_ui::Config;

const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; \
    font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const HEADERS: [(HeaderName, &str); 3] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::CACHE_CONTROL, "no-cache"),
];

/// The page.
#[utoipa::path(get, path = "/docs", responses((status = 200, body = String, content_type = "text/html")))]
pub async fn index(State(front): State<App>) -> Response {
    let base = format!("{}/docs", front.config.app.base_path);
    let page = format!(
        "<!doctype html><html lang=\"en\"><head><meta charset=\"utf-8\"><title>Home Miner Manager: API</title>\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\
         <link rel=\"stylesheet\" href=\"{base}/swagger-ui.css\"><link rel=\"stylesheet\" href=\"{base}/index.css\">\
         </head><body><div id=\"swagger-ui\"></div><script src=\"{base}/swagger-ui-bundle.js\"></script>\
         <script src=\"{base}/swagger-ui-standalone-preset.js\"></script>\
         <script src=\"{base}/swagger-initializer.js\"></script></body></html>"
    );
    dress(Html(page).into_response())
}

/// Its scripts and styles.
#[utoipa::path(get, path = "/docs/{*file}", params(("file" = String, Path)),
    responses((status = 200, body = String, content_type = "text/javascript")))]
pub async fn file(State(front): State<App>, request: Request) -> Result<Response, Problem> {
    let (mut parts, _) = request.into_parts();
    let name = named(&mut parts, &front, "file").await.unwrap_or_default();
    let document = format!("{}/api/openapi.json", front.config.app.base_path);
    let config = Config::new([document]).use_base_layout().persist_authorization(false).validator_url("none");
    let lost = || Problem::new(Kind::NotFound, "there is no such file");
    let found = utoipa_swagger_ui::serve(&name, Arc::new(config)).map_err(|error| lost().because(error.to_string()))?;
    let found = found.filter(|file| !file.content_type.starts_with("text/html")).ok_or_else(lost)?;
    let mut response = found.bytes.into_owned().into_response();
    let headers = response.headers_mut();
    if let Ok(kind) = HeaderValue::try_from(found.content_type) {
        headers.insert(header::CONTENT_TYPE, kind);
    }
    if found.gzpipped {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Ok(dress(response))
}

fn dress(mut response: Response) -> Response {
    for (name, value) in HEADERS {
        response.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    response
}
