//! Slow and durable work. The name is singular: the queue that carries it has a table Jobs.
//!
//! **Invariant:** never edited once released.

use crate::step::Step;

pub(crate) fn step() -> Step {
    Step::new("m0009_job", SQL)
}

const SQL: &str = "
CREATE TABLE job (
    id {ID},
    kind TEXT NOT NULL,
    due BIGINT NOT NULL,
    state TEXT NOT NULL,
    done BIGINT NOT NULL,
    total BIGINT NOT NULL,
    results TEXT NOT NULL,
    error TEXT,
    started_at BIGINT,
    finished_at BIGINT
);
CREATE UNIQUE INDEX job_kind_due_unique ON job (kind, due)
";
