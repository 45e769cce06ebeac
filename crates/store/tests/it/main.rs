//! The store's promises, each kept on SQLite and on PostgreSQL by the same test.
//!
//! PostgreSQL is real: one embedded server per run, started by the supervisor under test, one database per test. Where
//! it is not installed its half fails and says so.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    clippy::cast_sign_loss,
    reason = "numbers are small here"
)]
#![expect(clippy::float_cmp, reason = "sums of whole numbers are exact")]

mod accounts;
mod audit;
mod backup;
mod embedded;
mod house;
mod model;
mod nouns;
mod opening;
mod series;

/// Runs each scenario on both databases.
macro_rules! for_both {
    ($($scenario:ident),+ $(,)?) => {
        mod on_sqlite {
            $(#[test] fn $scenario() { crate::house::run(crate::house::Engine::Sqlite, super::$scenario); })+
        }
        mod on_postgresql {
            $(#[test] fn $scenario() { crate::house::run(crate::house::Engine::Postgresql, super::$scenario); })+
        }
    };
}
pub(crate) use for_both;
