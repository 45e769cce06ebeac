//! Miners and what heat protection remembers of them.
//!
//! **Invariant:** never edited once released.

use crate::step::Step;

pub(crate) fn step() -> Step {
    Step::new("m0001_miner", SQL)
}

const SQL: &str = "
CREATE TABLE miner (
    id {ID},
    name TEXT NOT NULL,
    address TEXT NOT NULL,
    port BIGINT NOT NULL,
    family TEXT NOT NULL,
    identity TEXT,
    profile TEXT NOT NULL,
    as_found TEXT NOT NULL,
    enabled BOOLEAN NOT NULL,
    may_overclock BOOLEAN NOT NULL,
    tags TEXT NOT NULL,
    added_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX miner_name_unique ON miner (name);
CREATE UNIQUE INDEX miner_identity_unique ON miner (identity);
CREATE TABLE miner_guard (
    miner_id BIGINT NOT NULL PRIMARY KEY REFERENCES miner (id) ON DELETE CASCADE,
    guard TEXT NOT NULL
)
";
