//! What is worth telling a person.
//!
//! **Invariant:** never edited once released.

use crate::step::Step;

pub(crate) fn step() -> Step {
    Step::new("m0005_event", SQL)
}

const SQL: &str = "
CREATE TABLE event (
    id {ID},
    at BIGINT NOT NULL,
    level BIGINT NOT NULL,
    kind TEXT NOT NULL,
    miner_id BIGINT,
    text TEXT NOT NULL
);
CREATE INDEX event_at ON event (at)
";
