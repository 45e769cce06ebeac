//! The chain of changes, and where it ends. Ids are places in the chain, not given by the database.
//!
//! **Invariant:** never edited once released.

use crate::step::Step;

pub(crate) fn step() -> Step {
    Step::new("m0004_audit", SQL)
}

const SQL: &str = "
CREATE TABLE audit (
    id BIGINT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    actor TEXT NOT NULL,
    actor_name TEXT NOT NULL,
    action TEXT NOT NULL,
    entity TEXT NOT NULL,
    before_value TEXT,
    after_value TEXT,
    settles BIGINT,
    outcome TEXT,
    hash TEXT NOT NULL
);
CREATE INDEX audit_at ON audit (at);
CREATE INDEX audit_entity ON audit (entity, id);
CREATE INDEX audit_settles ON audit (settles) WHERE settles IS NOT NULL;
CREATE TABLE audit_head (
    id BIGINT NOT NULL PRIMARY KEY,
    count BIGINT NOT NULL,
    hash TEXT NOT NULL,
    base_count BIGINT NOT NULL,
    base_hash TEXT NOT NULL,
    signature TEXT NOT NULL
)
";
