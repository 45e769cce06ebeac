//! The authority's certificate as a file.

use super::{file, none_here};
use crate::api::route::App;
use crate::problem::Problem;
use crate::tls::pem;
use axum::extract::State;
use axum::response::Response;

const KIND: &str = "application/x-x509-ca-cert";

/// As text, which most devices take.
#[utoipa::path(get, path = "/ca/home-miner-manager.crt",
    responses((status = 200, body = String, content_type = "application/x-x509-ca-cert")))]
pub async fn ca_pem(State(front): State<App>) -> Result<Response, Problem> {
    let certificate = front.tls.authority().ok_or_else(none_here)?;
    let text = pem("CERTIFICATE", &certificate);
    Ok(file(text.into_bytes(), KIND, "attachment; filename=\"home-miner-manager.crt\""))
}

/// As bytes: their SHA-256 is the fingerprint.
#[utoipa::path(get, path = "/ca/home-miner-manager.der",
    responses((status = 200, body = String, content_type = "application/x-x509-ca-cert")))]
pub async fn ca_der(State(front): State<App>) -> Result<Response, Problem> {
    let certificate = front.tls.authority().ok_or_else(none_here)?;
    Ok(file(certificate.to_vec(), KIND, "attachment; filename=\"home-miner-manager.der\""))
}
