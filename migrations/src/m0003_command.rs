//! What was sent to devices. Outlives the miner: no foreign key.
//!
//! **Invariant:** never edited once released.

use crate::step::Step;

pub(crate) fn step() -> Step {
    Step::new("m0003_command", SQL)
}

const SQL: &str = "
CREATE TABLE command (
    id {ID},
    miner_id BIGINT NOT NULL,
    command TEXT NOT NULL,
    owner TEXT NOT NULL,
    actor TEXT NOT NULL,
    state TEXT NOT NULL,
    reason TEXT NOT NULL,
    reply TEXT,
    planned_at BIGINT NOT NULL,
    sent_at BIGINT,
    settled_at BIGINT
);
CREATE INDEX command_of_miner ON command (miner_id, id);
CREATE INDEX command_open ON command (id) WHERE settled_at IS NULL
";
