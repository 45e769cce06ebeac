//! One's own password.

use super::wire::PasswordBody;
use crate::api::audit::note;
use crate::api::extract::{By, Caller, Home, Input, Visitor};
use crate::problem::{Kind, Problem};
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
    gatekeeper.password_change(tasks, user, &body.password).await?;
    note(&house, &actor, "user.password", format!("user:{id}"), None, None).await?;
    Ok(StatusCode::NO_CONTENT)
}
