//! Events, newest first.

use super::wire::{EventBody, LevelName};
use crate::api::extract::{Home, Params};
use crate::api::page::{self, Page};
use crate::problem::Problem;
use axum::Json;
use chrono::{DateTime, Utc};
use hmm_domain::{EventId, Timestamp};
use serde::Deserialize;
use utoipa::IntoParams;

#[derive(Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct EventsQuery {
    /// This level alone.
    #[param(inline)]
    pub level: Option<LevelName>,
    pub from: Option<DateTime<Utc>>,
    #[param(minimum = 1, maximum = 1000, default = 100)]
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// Events, newest first.
#[utoipa::path(get, path = "/api/events", tag = "history", params(EventsQuery),
    responses((status = 200, body = Page<EventBody>)))]
#[tracing::instrument(name = "api.events.list", skip_all)]
pub async fn list_events(
    Home(house): Home,
    Params(query): Params<EventsQuery>,
) -> Result<Json<Page<EventBody>>, Problem> {
    let limit = page::limit(query.limit)?;
    let before = page::cursor(query.cursor.as_deref())?.map(EventId::new);
    let from = query.from.map(Timestamp::from_chrono);
    let found = house.store.event_list(query.level.map(Into::into), from, before, limit + 1).await?;
    Ok(Json(Page::cut(found.into_iter().map(EventBody::from).collect(), limit, |event| event.id)))
}
