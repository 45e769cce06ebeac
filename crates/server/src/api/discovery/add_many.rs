//! Several of the found devices become miners.

use super::wire::{AddManyBody, AddedBody, AddedMany};
use crate::api::extract::{By, Checks, Home, Input};
use crate::problem::Problem;
use axum::Json;
use std::collections::BTreeSet;

/// So many at once: each is asked again, one after the other.
const MOST: usize = 100;

/// Adds devices that the last scan has found, under the suggested names. Each is asked again who it is; one that refuses
/// keeps no other out. Nothing is written to any of them.
#[utoipa::path(post, path = "/api/discovery/results/add", tag = "discovery", request_body = AddManyBody,
    responses((status = 200, body = AddedMany)))]
#[tracing::instrument(name = "api.discovery.add_many", skip_all)]
pub async fn add_results(
    Home(house): Home,
    By(actor): By,
    Input(body): Input<AddManyBody>,
) -> Result<Json<AddedMany>, Problem> {
    let ids: BTreeSet<i64> = body.ids.iter().copied().collect();
    Checks::default()
        .that(!ids.is_empty(), "/ids", "at least one")
        .that(body.ids.len() <= MOST, "/ids", "at most 100 at once")
        .done()?;
    let mut items = Vec::with_capacity(ids.len());
    for id in ids {
        let added = house.engine.discovery_add(id, None, Vec::new(), &actor).await;
        items.push(match added {
            Ok(miner) => AddedBody { id, miner_id: Some(miner.get()), problem: None },
            Err(error) => AddedBody { id, miner_id: None, problem: Some(Problem::from(error).told()) },
        });
    }
    Ok(Json(AddedMany { items }))
}
