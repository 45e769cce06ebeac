//! One page.

use crate::api::extract::named;
use crate::api::route::App;
use crate::problem::{Kind, Problem};
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use http::header;

#[derive(rust_embed::Embed)]
#[folder = "../../docs/problems"]
struct Pages;

/// What a `type` means and what to do about it.
#[utoipa::path(get, path = "/problems/{kind}", params(("kind" = String, Path)),
    responses((status = 200, body = String, content_type = "text/markdown")))]
pub async fn problem_page(State(front): State<App>, request: Request) -> Result<Response, Problem> {
    let (mut parts, _) = request.into_parts();
    let kind = named(&mut parts, &front, "kind").await.unwrap_or_default();
    let page =
        Pages::get(&format!("{kind}.md")).ok_or_else(|| Problem::new(Kind::NotFound, "no problem of this name"))?;
    // Plain text in a browser, and nothing that it could run.
    let kind = [(header::CONTENT_TYPE, "text/markdown; charset=utf-8")];
    Ok((kind, page.data.into_owned()).into_response())
}
