//! The tags in use.

use crate::api::extract::Home;
use crate::api::page::Page;
use axum::Json;
use serde::Serialize;
use std::collections::BTreeMap;
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
pub struct Tag {
    pub name: String,
    /// How many miners have it.
    pub miners: u32,
}

/// The tags in use, by name.
#[utoipa::path(get, path = "/api/tags", tag = "miners", responses((status = 200, body = Page<Tag>)))]
#[tracing::instrument(name = "api.tags.list", skip_all)]
pub async fn list_tags(Home(house): Home) -> Json<Page<Tag>> {
    let mut counts = BTreeMap::<String, u32>::new();
    for live in house.engine.miners() {
        for tag in &live.miner.tags {
            *counts.entry(tag.to_string()).or_default() += 1;
        }
    }
    Json(Page::whole(counts.into_iter().map(|(name, miners)| Tag { name, miners }).collect()))
}
