//! One of the found devices becomes a miner.

use super::wire::AddBody;
use crate::api::extract::{By, Checks, Home, Id, Input};
use crate::api::miners::add::created;
use crate::api::miners::wire::MinerBody;
use crate::api::miners::{NAME_RULE, name_ok, tags_ok};
use crate::problem::Problem;
use axum::response::Response;
use hmm_domain::Label;

/// Adds a device that the last scan has found. It is asked again who it is; nothing is written to it.
#[utoipa::path(post, path = "/api/discovery/results/{id}/add", tag = "discovery", params(("id" = i64, Path)),
    request_body = AddBody, responses((status = 201, body = MinerBody), (status = 502)))]
#[tracing::instrument(name = "api.discovery.add", skip_all, fields(found.id = id))]
pub async fn add_result(
    Home(house): Home,
    By(actor): By,
    Id(id): Id,
    Input(body): Input<AddBody>,
) -> Result<Response, Problem> {
    let name = body.name.as_deref();
    tags_ok(Checks::default().that(name.is_none_or(name_ok), "/name", NAME_RULE), &body.tags).done()?;
    let tags = body.tags.iter().map(|tag| Label::new(tag)).collect();
    let id = house.engine.discovery_add(id, name.map(Label::new), tags, &actor).await?;
    created(&house, id)
}
