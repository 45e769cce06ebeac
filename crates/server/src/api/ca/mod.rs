//! The certificate authority for people: what it is, how a device learns to trust it, and the files for that.
//!
//! **Invariant:** no script, no cookie, nothing of the house: these pages are also served without encryption, to whoever
//! asks. The authority's key never passes here.

pub mod download;
pub mod page;
pub mod profile;
mod steps;

use super::route::{Route, route};
use crate::auth::Need;
use crate::problem::{Kind, Problem};
use axum::response::{IntoResponse, Response};
use http::{HeaderName, HeaderValue, header};
use utoipa_axum::routes;

/// Where it is, below the base path.
pub const PAGE: &str = "/ca";

pub fn routes() -> Vec<Route> {
    // Whoever cannot get in needs it most.
    vec![
        route(Need::Open, routes!(page::ca_page)).hidden(),
        route(Need::Open, routes!(page::ca_style)).hidden(),
        route(Need::Open, routes!(download::ca_pem)).hidden(),
        route(Need::Open, routes!(download::ca_der)).hidden(),
        route(Need::Open, routes!(profile::ca_profile)).hidden(),
    ]
}

const POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";
const HEADERS: [(HeaderName, &str); 4] = [
    (header::CONTENT_SECURITY_POLICY, POLICY),
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::REFERRER_POLICY, "no-referrer"),
    (header::CACHE_CONTROL, "no-store"),
];

fn dress(body: impl IntoResponse, kind: &'static str) -> Response {
    let mut response = body.into_response();
    let headers = response.headers_mut();
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(kind));
    response
}

/// A file to keep, under this name.
fn file(bytes: Vec<u8>, kind: &'static str, disposition: &'static str) -> Response {
    let mut response = dress(bytes, kind);
    response.headers_mut().insert(header::CONTENT_DISPOSITION, HeaderValue::from_static(disposition));
    response
}

fn none_here() -> Problem {
    Problem::new(Kind::NotFound, "there is no authority to install: app.tls in config.yaml is not auto")
}
