//! What a person wants of a miner, with an end.

use super::desired::PowerName;
use crate::api::commands::wire::CommandAccepted;
use crate::api::extract::{By, Home, Id, Input, Params};
use crate::front::House;
use crate::problem::Problem;
use axum::Json;
use chrono::DateTime;
use hmm_domain::wish::{Field, Until, Want};
use hmm_domain::{Actor, MinerId, ModeId, Timestamp};
use http::StatusCode;
use serde::Deserialize;
use utoipa::{IntoParams, ToSchema};

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ModeWish {
    /// One of `GET /api/miners/{id}/modes`.
    pub mode: String,
    /// A time, `next_band` (as when absent), or `told`: until somebody ends it.
    pub until: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PowerWish {
    pub power: PowerName,
    /// A time, `next_band` (as when absent, for on), or `told` (as when absent, for off): until somebody ends it.
    pub until: Option<String>,
}

/// Wishes for a mode until then.
#[utoipa::path(post, path = "/api/miners/{id}/mode", tag = "miners", params(("id" = i64, Path)),
    request_body = ModeWish, responses((status = 202, body = CommandAccepted)))]
#[tracing::instrument(name = "api.miners.mode", skip_all, fields(miner.id = id))]
pub async fn set_mode(
    Home(house): Home,
    By(actor): By,
    Id(id): Id,
    Input(body): Input<ModeWish>,
) -> Result<(StatusCode, Json<CommandAccepted>), Problem> {
    let until = until(body.until.as_deref(), Until::NextBand)?;
    wish(&house, id, Want::Mode(ModeId::new(&body.mode)), until, &actor).await
}

/// Wishes for on or off until then.
#[utoipa::path(post, path = "/api/miners/{id}/power", tag = "miners", params(("id" = i64, Path)),
    request_body = PowerWish, responses((status = 202, body = CommandAccepted)))]
#[tracing::instrument(name = "api.miners.power", skip_all, fields(miner.id = id))]
pub async fn set_power(
    Home(house): Home,
    By(actor): By,
    Id(id): Id,
    Input(body): Input<PowerWish>,
) -> Result<(StatusCode, Json<CommandAccepted>), Problem> {
    let usual = match body.power {
        PowerName::On => Until::NextBand,
        PowerName::Off => Until::Told,
    };
    let until = until(body.until.as_deref(), usual)?;
    wish(&house, id, Want::Power(body.power.into()), until, &actor).await
}

async fn wish(
    house: &House,
    id: i64,
    want: Want,
    until: Until,
    actor: &Actor,
) -> Result<(StatusCode, Json<CommandAccepted>), Problem> {
    let command = house.engine.wish(MinerId::new(id), want, until, actor).await?;
    Ok((StatusCode::ACCEPTED, Json(CommandAccepted { command_id: command.get() })))
}

pub(super) fn until(given: Option<&str>, usual: Until) -> Result<Until, Problem> {
    match given {
        None => Ok(usual),
        Some("next_band") => Ok(Until::NextBand),
        Some("told") => Ok(Until::Told),
        Some(text) => match DateTime::parse_from_rfc3339(text) {
            Ok(at) => Ok(Until::At(Timestamp::from_chrono(at.to_utc()))),
            Err(_) => Err(Problem::field("/until", "a time such as 2026-11-20T18:00:00Z, \"next_band\" or \"told\"")),
        },
    }
}

#[derive(Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct FieldQuery {
    /// Whose wish ends.
    #[param(inline)]
    pub field: FieldName,
}

#[derive(Debug, Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum FieldName {
    Power,
    Mode,
    Pool,
}

/// Ends a person's wish now: what ran before it comes back, if nobody else wants the field.
#[utoipa::path(delete, path = "/api/miners/{id}/override", tag = "miners", params(("id" = i64, Path), FieldQuery),
    responses((status = 204)))]
#[tracing::instrument(name = "api.miners.override_end", skip_all, fields(miner.id = id))]
pub async fn end_override(
    Home(house): Home,
    By(actor): By,
    Id(id): Id,
    Params(query): Params<FieldQuery>,
) -> Result<StatusCode, Problem> {
    let field = match query.field {
        FieldName::Power => Field::Power,
        FieldName::Mode => Field::Mode,
        FieldName::Pool => Field::Pool,
    };
    house.engine.wish_end(MinerId::new(id), field, &actor).await?;
    Ok(StatusCode::NO_CONTENT)
}
