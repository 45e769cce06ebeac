//! What people want of a miner until further notice: one wish per miner and field.
//!
//! **Invariant:** never edited once released.

use crate::step::Step;

pub(crate) fn step() -> Step {
    Step::new("m0002_wish", SQL)
}

const SQL: &str = "
CREATE TABLE wish (
    miner_id BIGINT NOT NULL REFERENCES miner (id) ON DELETE CASCADE,
    field TEXT NOT NULL,
    want TEXT NOT NULL,
    replaced TEXT,
    until TEXT NOT NULL,
    by_whom TEXT NOT NULL,
    since BIGINT NOT NULL,
    command_id BIGINT NOT NULL,
    ended BOOLEAN NOT NULL,
    PRIMARY KEY (miner_id, field)
)
";
