//! Tuning profiles, and the watts that a person typed for a device without a meter.
//!
//! **Invariant:** never edited once released.

use crate::step::Step;

pub(crate) fn step() -> Step {
    Step::new("m0011_tuning", SQL)
}

const SQL: &str = "
CREATE TABLE tuning_profile (
    id {ID},
    name TEXT NOT NULL,
    family TEXT NOT NULL,
    model TEXT,
    tuning TEXT NOT NULL,
    made_by TEXT NOT NULL,
    made_at BIGINT NOT NULL
);
CREATE UNIQUE INDEX tuning_profile_name_unique ON tuning_profile (name);
ALTER TABLE miner ADD COLUMN typed_power_mw BIGINT
";
