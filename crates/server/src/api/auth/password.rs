//! One's own password.

use super::wire::PasswordBody;
use crate::api::extract::{By, Caller, Home, Input, Visitor};
use crate::problem::{Kind, Problem};
use hmm_domain::audit::AuditEntry;
use http::StatusCode;

/// Changes one's own password. Ends all sessions and tokens of this person, this session too.
#[utoipa::path(post, path = "/api/auth/password", tag = "auth", request_body = PasswordBody, responses(
    (status = 204), (status = 429)))]
#[tracing::instrument(name = "api.auth.password", skip_all)]
pub async fn password(
    Home(house): Home,
    Visitor(client): Visitor,
    Caller(caller): Caller,
    By(actor): By,
    Input(body): Input<PasswordBody>,
) -> Result<StatusCode, Problem> {
    let id = caller.user().ok_or_else(|| Problem::new(Kind::Forbidden, "sign in with a password"))?;
    let (gatekeeper, tasks) = (&house.gatekeeper, house.engine.tasks());
    let user = gatekeeper.prove_again(tasks, id, &body.current, body.totp.as_deref(), &client).await?;
    let intent = AuditEntry::new(house.clock.now(), &actor, "user.password", format!("user:{id}"));
    gatekeeper.noted(intent, gatekeeper.password_change_own(tasks, &user, &body.password)).await?;
    Ok(StatusCode::NO_CONTENT)
}
