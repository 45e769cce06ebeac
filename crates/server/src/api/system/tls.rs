//! HTTPS, for the page that explains how to install the app.

use super::wire::TlsBody;
use crate::api::ca;
use crate::api::route::App;
use crate::config::TlsMode;
use axum::Json;
use axum::extract::State;
use hmm_domain::Timestamp;

/// Whether the page is encrypted, with which certificate, and where a device learns to trust it.
#[utoipa::path(get, path = "/api/system/tls", tag = "system", responses((status = 200, body = TlsBody)))]
#[tracing::instrument(name = "api.system.tls", skip_all)]
pub async fn get_tls(State(front): State<App>) -> Json<TlsBody> {
    let report = front.tls.report();
    let page = || format!("{}{}", front.config.app.base_path, ca::PAGE);
    Json(TlsBody {
        mode: report.mode.into(),
        ca_fingerprint_sha256: report.ca_fingerprint,
        names: report.names,
        not_after: report.not_after.map(Timestamp::to_chrono),
        ca_page: (report.mode == TlsMode::Auto).then(page),
        locked: front.config.locked().iter().any(|key| key == "app.tls"),
    })
}
