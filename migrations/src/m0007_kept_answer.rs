//! Answers kept so that the same request gets the same answer.
//!
//! **Invariant:** never edited once released.

use crate::step::Step;

pub(crate) fn step() -> Step {
    Step::new("m0007_kept_answer", SQL)
}

const SQL: &str = "
CREATE TABLE kept_answer (
    key TEXT NOT NULL PRIMARY KEY,
    fingerprint TEXT NOT NULL,
    claimed_at BIGINT NOT NULL,
    status BIGINT,
    content_type TEXT,
    body {BYTES}
);
CREATE INDEX kept_answer_age ON kept_answer (claimed_at)
";
