//! Commands, newest first.

use super::wire::CommandBody;
use crate::api::extract::{Home, Params};
use crate::api::page::{self, Page};
use crate::problem::Problem;
use axum::Json;
use hmm_domain::{CommandId, MinerId};
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct CommandsQuery {
    pub miner_id: Option<i64>,
    #[param(minimum = 1, maximum = 1000, default = 100)]
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// Commands, newest first.
#[utoipa::path(get, path = "/api/commands", tag = "commands", params(CommandsQuery),
    responses((status = 200, body = Page<CommandBody>)))]
#[tracing::instrument(name = "api.commands.list", skip_all)]
pub async fn list_commands(
    Home(house): Home,
    Params(query): Params<CommandsQuery>,
) -> Result<Json<Page<CommandBody>>, Problem> {
    let limit = page::limit(query.limit)?;
    let before = page::cursor(query.cursor.as_deref())?.map(CommandId::new);
    let found = house.store.command_list(query.miner_id.map(MinerId::new), before, limit + 1).await?;
    Ok(Json(Page::cut(found.into_iter().map(CommandBody::from).collect(), limit, |command| command.id)))
}
