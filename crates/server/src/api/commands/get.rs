//! One command.

use super::wire::CommandBody;
use crate::api::extract::{Home, Id};
use crate::problem::Problem;
use axum::Json;
use hmm_domain::CommandId;

/// How one command goes, or went.
#[utoipa::path(get, path = "/api/commands/{id}", tag = "commands", params(("id" = i64, Path)),
    responses((status = 200, body = CommandBody)))]
#[tracing::instrument(name = "api.commands.get", skip_all, fields(command.id = id))]
pub async fn get_command(Home(house): Home, Id(id): Id) -> Result<Json<CommandBody>, Problem> {
    let found = house.store.command_find(CommandId::new(id)).await?;
    Ok(Json(found.ok_or_else(|| Problem::not_found("command"))?.into()))
}
