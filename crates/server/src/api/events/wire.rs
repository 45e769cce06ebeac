//! Events, as the API shows them.

use chrono::{DateTime, Utc};
use hmm_domain::event::{Level, Notice};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Level)]
pub enum LevelName {
    Info,
    Warning,
    Error,
}

impl From<Level> for LevelName {
    fn from(level: Level) -> Self {
        match level {
            Level::Info => Self::Info,
            Level::Warning => Self::Warning,
            Level::Error => Self::Error,
        }
    }
}

impl From<LevelName> for Level {
    fn from(level: LevelName) -> Self {
        match level {
            LevelName::Info => Self::Info,
            LevelName::Warning => Self::Warning,
            LevelName::Error => Self::Error,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Event)]
pub struct EventBody {
    pub id: i64,
    pub at: DateTime<Utc>,
    pub level: LevelName,
    /// A stable word for filters: `miner_offline`, `overheated`, …
    pub kind: String,
    pub miner_id: Option<i64>,
    pub text: String,
}

impl From<Notice> for EventBody {
    fn from(notice: Notice) -> Self {
        Self {
            id: notice.id.get(),
            at: notice.at.to_chrono(),
            level: notice.level.into(),
            kind: notice.kind,
            miner_id: notice.miner.map(hmm_domain::MinerId::get),
            text: notice.text.to_string(),
        }
    }
}
