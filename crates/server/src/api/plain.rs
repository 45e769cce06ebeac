//! What plain http gets on the port where TLS is: how to trust the certificate, and the way to https.
//!
//! **Invariant (D8):** nothing of the house is here: no API, no web app, no cookie. A request that carries a secret is told
//! so and not led on: it has been read by then.

use super::ca;
use super::outside;
use super::route::{App, build};
use crate::auth::Client;
use crate::config::TlsMode;
use crate::problem::{Kind, Problem};
use axum::extract::{OriginalUri, Request, State};
use axum::middleware::from_fn_with_state;
use axum::response::{IntoResponse as _, Redirect, Response};
use axum::{Extension, Router};
use http::{Method, header};
use std::net::Ipv6Addr;
use tower_http::catch_panic::CatchPanicLayer;

pub fn router(front: App) -> Router {
    let (table, _) = build(ca::routes());
    let (pages, _) = table.split_for_parts();
    pages
        .method_not_allowed_fallback(elsewhere)
        .fallback(elsewhere)
        .layer(from_fn_with_state(App::clone(&front), outside::enter))
        .layer(CatchPanicLayer::custom(outside::panicked))
        .with_state(front)
}

async fn elsewhere(
    State(front): State<App>,
    client: Option<Extension<Client>>,
    OriginalUri(uri): OriginalUri,
    request: Request,
) -> Response {
    let safe = *request.method() == Method::GET || *request.method() == Method::HEAD;
    let accept = request.headers().get(header::ACCEPT).and_then(|accept| accept.to_str().ok()).unwrap_or_default();
    let (true, true, Some(Extension(client))) = (safe, accept.contains("text/html"), client) else {
        let detail = "ask again with https:// and, if a secret was sent, replace it: it could be read on the way";
        return Problem::new(Kind::HttpsRequired, detail).into_response();
    };
    if front.tls.mode() == TlsMode::Auto {
        let page = format!("{}{}", front.config.app.base_path, ca::PAGE);
        return Redirect::temporary(&page).into_response();
    }
    // The host is one of ours: that was checked before.
    let host = if client.host.parse::<Ipv6Addr>().is_ok() { format!("[{}]", client.host) } else { client.host };
    let path = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    let port = if client.port == 443 { String::new() } else { format!(":{}", client.port) };
    Redirect::temporary(&format!("https://{host}{port}{path}")).into_response()
}
