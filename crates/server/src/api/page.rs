//! Collections in pages: `{"items": […], "next": cursor or null}`.
//!
//! **Invariant:** a cursor is opaque to callers; here it is the id of the last item shown.

use crate::problem::Problem;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

pub const LIMIT_DEFAULT: u32 = 100;
pub const LIMIT_MAX: u32 = 1_000;

/// Which part of a collection.
#[derive(Debug, Clone, Default, Deserialize, IntoParams)]
#[serde(deny_unknown_fields)]
#[into_params(parameter_in = Query)]
pub struct PageQuery {
    /// How many, at most 1000.
    #[param(minimum = 1, maximum = 1000, default = 100)]
    pub limit: Option<u32>,
    /// `next` of the page before.
    pub cursor: Option<String>,
}

/// One page of a collection.
#[derive(Debug, Serialize, ToSchema)]
pub struct Page<T> {
    pub items: Vec<T>,
    /// What to send as `cursor` for the next page; `null` at the end.
    pub next: Option<String>,
}

impl<T> Page<T> {
    /// A collection that is always shown whole.
    pub fn whole(items: Vec<T>) -> Self {
        Self { items, next: None }
    }

    /// Of `found`, fetched with one more than `limit`, shows `limit`; the last one shown is the cursor.
    pub fn cut(mut found: Vec<T>, limit: u32, id: impl Fn(&T) -> i64) -> Self {
        let limit = limit as usize;
        let more = found.len() > limit;
        found.truncate(limit);
        let next = found.last().filter(|_| more).map(|last| id(last).to_string());
        Self { items: found, next }
    }
}

pub fn limit(given: Option<u32>) -> Result<u32, Problem> {
    match given {
        None => Ok(LIMIT_DEFAULT),
        Some(limit) if (1..=LIMIT_MAX).contains(&limit) => Ok(limit),
        Some(_) => Err(Problem::field("?limit", format!("between 1 and {LIMIT_MAX}"))),
    }
}

pub fn cursor(given: Option<&str>) -> Result<Option<i64>, Problem> {
    given
        .map(|text| text.parse().map_err(|_| Problem::field("?cursor", "take it from `next` of the page before")))
        .transpose()
}
