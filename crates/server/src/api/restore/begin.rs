//! The button.

use super::upload::{self, Upload};
use super::wire::{RestoreBegun, RestoreBody};
use crate::api::backups;
use crate::api::extract::{Home, Input, MaybeCaller, Visitor};
use crate::api::route::App;
use crate::auth::{Client, Principal};
use crate::front::House;
use crate::problem::{Kind, Problem};
use crate::restore::{Facts, Order};
use axum::Json;
use axum::extract::{FromRequest as _, Request, State};
use hmm_domain::Actor;
use hmm_domain::audit::AuditEntry;
use http::{HeaderMap, StatusCode};
use std::path::PathBuf;
use std::sync::Arc;

/// What the set-up code comes in, while there is no administrator: the body is the file.
const CODE: &str = "x-setup-code";

/// Replaces this house by the one of a backup: a file sent as `application/octet-stream` with the header
/// `X-Restore: yes`, or one of `/api/backups`. What was there is backed up first. All sessions and tokens end. While
/// there is no administrator the set-up code is needed, in the header `X-Setup-Code`.
#[utoipa::path(post, path = "/api/restore", tag = "jobs",
    params(
        ("X-Restore" = Option<String>, Header, description = "`yes`, with a file"),
        ("X-Setup-Code" = Option<String>, Header, description = "While there is no administrator")),
    request_body(content((RestoreBody = "application/json"), (Vec<u8> = "application/octet-stream"))),
    responses((status = 202, body = RestoreBegun), (status = 409), (status = 422), (status = 429)))]
#[tracing::instrument(name = "api.restore", skip_all)]
pub async fn restore(
    State(front): State<App>,
    Home(house): Home,
    Visitor(client): Visitor,
    MaybeCaller(caller): MaybeCaller,
    request: Request,
) -> Result<(StatusCode, Json<RestoreBegun>), Problem> {
    let refused = || Problem::new(Kind::Refused, "this house is only visited; leave the demo and restore your own");
    let restores = house.restores.clone().ok_or_else(refused)?;
    let actor = actor(&house, &client, caller.as_deref(), request.headers()).await?;
    let _turn = restores.turn()?;
    let found = if upload::is_file(request.headers()) {
        let (parts, body) = request.into_parts();
        Found::Sent(upload::take(&house, &parts.headers, body).await?)
    } else {
        let Input(RestoreBody { backup_id }) = Input::from_request(request, &()).await?;
        let all = backups::wire::all(&house).await;
        let backup = all.into_iter().find(|found| found.body.id == backup_id);
        Found::Kept(backup.ok_or_else(|| Problem::not_found("backup"))?.path)
    };
    let (file, inside) = (found.path(), Arc::clone(&restores));
    let facts: Facts = house.engine.tasks().spawn_blocking("restore", move || inside.inspect(&file)).await?;
    let after = serde_json::json!({ "made_at": facts.made_at.to_chrono(), "rows": facts.rows });
    let intent = AuditEntry::new(house.clock.now(), &actor, "house.restore", "system").after(after);
    let intent = house.store.audit_append(&intent).await?;
    let begun = RestoreBegun::from(&facts);
    let (file, throw_away) = (found.path(), matches!(found, Found::Sent(_)));
    restores.begin(&front, Order { file, throw_away, facts, actor, intent })?;
    found.hand_over();
    Ok((StatusCode::ACCEPTED, Json(begun)))
}

/// Where the file is.
enum Found {
    Sent(Upload),
    Kept(PathBuf),
}

impl Found {
    fn path(&self) -> PathBuf {
        match self {
            Self::Sent(upload) => upload.path().to_owned(),
            Self::Kept(path) => path.clone(),
        }
    }

    /// Whoever restores it puts it away.
    fn hand_over(self) {
        if let Self::Sent(upload) = self {
            upload.hand_over();
        }
    }
}

/// An administrator, or somebody with the code. Asked before a byte of a file is taken.
async fn actor(
    house: &House,
    client: &Client,
    caller: Option<&Principal>,
    headers: &HeaderMap,
) -> Result<Actor, Problem> {
    if let Some(caller) = caller {
        return Ok(caller.actor(client.address_text()));
    }
    let code = headers.get(CODE).and_then(|code| code.to_str().ok());
    let code = code.ok_or_else(|| Problem::new(Kind::SetupCodeWrong, "send it in the header X-Setup-Code"))?;
    house.gatekeeper.show_code(code, client).await?;
    Ok(Actor { address: client.address_text(), ..Actor::system() })
}
