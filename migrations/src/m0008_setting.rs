//! Settings, and secrets in sealed form.
//!
//! **Invariant:** never edited once released.

use crate::step::Step;

pub(crate) fn step() -> Step {
    Step::new("m0008_setting", SQL)
}

const SQL: &str = "
CREATE TABLE setting (
    key TEXT NOT NULL PRIMARY KEY,
    value TEXT NOT NULL
);
CREATE TABLE secret (
    name TEXT NOT NULL PRIMARY KEY,
    sealed {BYTES} NOT NULL
)
";
