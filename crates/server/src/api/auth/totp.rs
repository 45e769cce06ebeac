//! The second factor: begin, confirm with its first code, end.

use super::wire::{RecoveryCodes, TotpConfirmBody, TotpDisableBody, TotpEnrolBody, TotpEnrolled};
use crate::api::extract::{By, Caller, Home, Input, Visitor};
use crate::auth::Principal;
use crate::problem::{Kind, Problem};
use axum::Json;
use hmm_domain::UserId;
use hmm_domain::audit::AuditEntry;
use http::StatusCode;
use qrcodegen::{QrCode, QrCodeEcc};

/// Begins a second factor. It counts only after its first code.
#[utoipa::path(post, path = "/api/auth/totp/enrol", tag = "auth", request_body = TotpEnrolBody, responses(
    (status = 200, body = TotpEnrolled), (status = 429)))]
#[tracing::instrument(name = "api.auth.totp.enrol", skip_all)]
pub async fn enrol(
    Home(house): Home,
    Visitor(client): Visitor,
    Caller(caller): Caller,
    By(actor): By,
    Input(body): Input<TotpEnrolBody>,
) -> Result<Json<TotpEnrolled>, Problem> {
    let id = person(&caller)?;
    let known = house.store.user_find(id).await?;
    if known.is_some_and(|user| user.totp_enabled) {
        return Err(Problem::new(Kind::Conflict, "a second factor is on already; end that one first"));
    }
    let user = house.gatekeeper.prove_again(house.engine.tasks(), id, &body.password, None, &client).await?;
    let intent = AuditEntry::new(house.clock.now(), &actor, "user.totp_begin", format!("user:{id}"));
    let (secret, uri) = house.gatekeeper.noted(intent, house.gatekeeper.totp_begin(&user)).await?;
    let qr = rows(&uri)?;
    Ok(Json(TotpEnrolled { secret, uri, qr }))
}

/// A QR code of `text`.
fn rows(text: &str) -> Result<Vec<String>, Problem> {
    let too_long = |error| Problem::new(Kind::Internal, format!("no QR code holds this link: {error}"));
    let code = QrCode::encode_text(text, QrCodeEcc::Medium).map_err(too_long)?;
    let row = |y| (0..code.size()).map(|x| if code.get_module(x, y) { '1' } else { '0' }).collect();
    Ok((0..code.size()).map(row).collect())
}

/// Takes the first code and returns ten recovery codes, shown this once.
#[utoipa::path(post, path = "/api/auth/totp/confirm", tag = "auth", request_body = TotpConfirmBody, responses(
    (status = 200, body = RecoveryCodes), (status = 429)))]
#[tracing::instrument(name = "api.auth.totp.confirm", skip_all)]
pub async fn confirm(
    Home(house): Home,
    Visitor(client): Visitor,
    Caller(caller): Caller,
    By(actor): By,
    Input(body): Input<TotpConfirmBody>,
) -> Result<Json<RecoveryCodes>, Problem> {
    let id = person(&caller)?;
    let codes = house.gatekeeper.totp_confirm(id, &body.code, &client, &actor).await?;
    let recovery_codes = codes.ok_or_else(|| Problem::new(Kind::Conflict, "begin with POST /api/auth/totp/enrol"))?;
    Ok(Json(RecoveryCodes { recovery_codes }))
}

/// Ends the second factor. Ends all sessions and tokens of this person, this session too.
#[utoipa::path(post, path = "/api/auth/totp/disable", tag = "auth", request_body = TotpDisableBody, responses(
    (status = 204), (status = 429)))]
#[tracing::instrument(name = "api.auth.totp.disable", skip_all)]
pub async fn disable(
    Home(house): Home,
    Visitor(client): Visitor,
    Caller(caller): Caller,
    By(actor): By,
    Input(body): Input<TotpDisableBody>,
) -> Result<StatusCode, Problem> {
    let id = person(&caller)?;
    let (gatekeeper, tasks) = (&house.gatekeeper, house.engine.tasks());
    let user = gatekeeper.prove_again(tasks, id, &body.password, Some(&body.totp), &client).await?;
    let intent = AuditEntry::new(house.clock.now(), &actor, "user.totp_off", format!("user:{id}"));
    gatekeeper.noted(intent, gatekeeper.totp_end(user)).await?;
    Ok(StatusCode::NO_CONTENT)
}

fn person(caller: &Principal) -> Result<UserId, Problem> {
    caller.user().ok_or_else(|| Problem::new(Kind::Forbidden, "sign in with a password"))
}
