//! One more miner.

use super::wire::{MinerAdd, MinerBody};
use super::{ADDRESS_RULE, NAME_RULE, address_ok, credentials_ok, name_ok, tags_ok};
use crate::api::extract::{By, Checks, Home, Input};
use crate::front::House;
use crate::problem::Problem;
use axum::Json;
use axum::response::{IntoResponse, Response};
use hmm_domain::{FamilyId, Label, MinerId};
use hmm_engine::AddMiner;
use http::{StatusCode, header};

/// Adds a miner. With `verify` the device is asked first who it is; nothing is written to it.
#[utoipa::path(post, path = "/api/miners", tag = "miners", request_body = MinerAdd, responses(
    (status = 201, body = MinerBody), (status = 502)))]
#[tracing::instrument(name = "api.miners.add", skip_all)]
pub async fn add_miner(Home(house): Home, By(actor): By, Input(body): Input<MinerAdd>) -> Result<Response, Problem> {
    let checks = Checks::default()
        .that(name_ok(&body.name), "/name", NAME_RULE)
        .that(address_ok(&body.address), "/address", ADDRESS_RULE)
        .that(body.port != Some(0), "/port", "between 1 and 65535");
    let checks = credentials_ok(checks, body.credentials.as_ref(), "/credentials");
    tags_ok(checks, &body.tags).done()?;
    let add = AddMiner {
        name: Label::new(&body.name),
        address: body.address,
        port: body.port,
        family: body.family.as_deref().map(FamilyId::new),
        credentials: body.credentials.map(Into::into).unwrap_or_default(),
        tags: body.tags.iter().map(|tag| Label::new(tag)).collect(),
        verify: body.verify,
    };
    let id = house.engine.miner_add(add, &actor).await?;
    created(&house, id)
}

/// The answer to whoever made this miner.
pub(in crate::api) fn created(house: &House, id: MinerId) -> Result<Response, Problem> {
    let live = house.engine.miner(id).ok_or_else(|| Problem::not_found("miner"))?;
    let place = format!("{}/api/miners/{id}", house.config.app.base_path);
    Ok((StatusCode::CREATED, [(header::LOCATION, place)], Json(MinerBody::from(&*live))).into_response())
}
