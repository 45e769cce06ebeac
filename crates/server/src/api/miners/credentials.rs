//! What lets us into a device.

use super::credentials_ok;
use super::wire::{DeviceCredentials, OneTimeCode};
use crate::api::extract::{By, Checks, Home, Id, Input};
use crate::problem::Problem;
use hmm_domain::MinerId;
use hmm_domain::port::Credentials;
use http::StatusCode;

/// Tries these on the device and keeps them, sealed, if it lets us in. They replace what was kept and are never shown.
#[utoipa::path(put, path = "/api/miners/{id}/credentials", tag = "miners", params(("id" = i64, Path)),
    request_body = DeviceCredentials, responses((status = 204), (status = 502)))]
#[tracing::instrument(name = "api.miners.credentials", skip_all, fields(miner.id = id))]
pub async fn set_credentials(
    Home(house): Home,
    By(actor): By,
    Id(id): Id,
    Input(body): Input<DeviceCredentials>,
) -> Result<StatusCode, Problem> {
    credentials_ok(Checks::default(), Some(&body), "").done()?;
    house.engine.miner_credentials(MinerId::new(id), body.into(), &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Forgets them.
#[utoipa::path(delete, path = "/api/miners/{id}/credentials", tag = "miners", params(("id" = i64, Path)),
    responses((status = 204)))]
#[tracing::instrument(name = "api.miners.credentials.forget", skip_all, fields(miner.id = id))]
pub async fn forget_credentials(Home(house): Home, By(actor): By, Id(id): Id) -> Result<StatusCode, Problem> {
    house.engine.miner_credentials(MinerId::new(id), Credentials::default(), &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Has the device open a session for a one-time code, and keeps the session. The code is not kept.
#[utoipa::path(post, path = "/api/miners/{id}/credentials/session", tag = "miners", params(("id" = i64, Path)),
    request_body = OneTimeCode, responses((status = 204), (status = 502)))]
#[tracing::instrument(name = "api.miners.credentials.session", skip_all, fields(miner.id = id))]
pub async fn open_session(
    Home(house): Home,
    By(actor): By,
    Id(id): Id,
    Input(body): Input<OneTimeCode>,
) -> Result<StatusCode, Problem> {
    let digits = (4..=10).contains(&body.code.len()) && body.code.bytes().all(|byte| byte.is_ascii_digit());
    Checks::default().that(digits, "/code", "the digits that the app shows").done()?;
    house.engine.miner_session(MinerId::new(id), &body.code, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}
