//! The words of a restore.

use crate::restore::Facts;
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct RestoreBody {
    /// One of `/api/backups`.
    pub backup_id: i64,
}

/// The backup is whole, and the house is closed for it. It opens again PAUSED: wait for `/api/health/ready`.
#[derive(Serialize, ToSchema)]
pub struct RestoreBegun {
    /// When the backup was made.
    pub made_at: DateTime<Utc>,
    /// The version of the program that made it.
    pub program: String,
    pub rows: u64,
    pub miners: u64,
    /// It holds passwords: people sign in as before. Otherwise the set-up code is needed once more: `/api/auth/setup`.
    pub passwords: bool,
}

impl From<&Facts> for RestoreBegun {
    fn from(facts: &Facts) -> Self {
        Self {
            made_at: facts.made_at.to_chrono(),
            program: facts.program.clone(),
            rows: facts.rows,
            miners: facts.miners,
            passwords: facts.passwords,
        }
    }
}
