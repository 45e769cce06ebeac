//! The fleet.

use super::wire::{MinerBody, StateName};
use crate::api::extract::{Home, Params};
use crate::api::page::{self, Page};
use crate::problem::Problem;
use axum::response::{IntoResponse, Response};
use hmm_engine::LiveMiner;
use http::header;
use serde::Deserialize;
use std::sync::Arc;
use utoipa::IntoParams;

#[derive(Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct MinersQuery {
    #[param(minimum = 1, maximum = 1000, default = 100)]
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub cursor: Option<String>,
    /// Only miners with this tag.
    pub tag: Option<String>,
    /// Only miners in this state.
    pub state: Option<String>,
}

/// The fleet, by id.
#[utoipa::path(get, path = "/api/miners", tag = "miners", params(MinersQuery),
    responses((status = 200, body = Page<MinerBody>)))]
#[tracing::instrument(name = "api.miners.list", skip_all)]
pub async fn list_miners(Home(house): Home, Params(query): Params<MinersQuery>) -> Result<Response, Problem> {
    let limit = page::limit(query.limit)?;
    let after = page::cursor(query.cursor.as_deref())?;
    let state = match &query.state {
        None => None,
        Some(name) => {
            let known = StateName::ALL.into_iter().find(|(_, known)| known == name);
            Some(known.ok_or_else(|| Problem::field("?state", "no such state"))?.0)
        }
    };
    let shown = |live: &Arc<LiveMiner>| {
        after.is_none_or(|after| live.miner.id.get() > after)
            && query.tag.as_ref().is_none_or(|tag| live.miner.tags.iter().any(|mine| mine.as_str() == tag))
            && state.is_none_or(|state| StateName::from(live.state) == state)
    };
    let found: Vec<_> = house.engine.miners().into_iter().filter(shown).take(limit as usize + 1).collect();
    let page = Page::cut(found, limit, |live| live.miner.id.get());
    Ok(([(header::CONTENT_TYPE, "application/json")], write(&house.live, &page)).into_response())
}

/// Puts the page together from what is serialised once per change of a miner.
fn write(live: &crate::live::Hub, page: &Page<Arc<LiveMiner>>) -> String {
    let mut text = String::with_capacity(64 + page.items.len() * 1_536);
    text.push_str(r#"{"items":["#);
    for (n, miner) in page.items.iter().enumerate() {
        if n > 0 {
            text.push(',');
        }
        text.push_str(&live.miner_json(miner));
    }
    text.push_str(r#"],"next":"#);
    match &page.next {
        Some(cursor) => {
            text.push('"');
            text.push_str(cursor);
            text.push('"');
        }
        None => text.push_str("null"),
    }
    text.push('}');
    text
}
