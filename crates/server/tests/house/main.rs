//! The whole engine in a simulated house: real sockets, a real database, driven time.

#![expect(
    clippy::unwrap_used,
    clippy::cast_precision_loss,
    reason = "a test that cannot go on stops where it is; a day of millijoules fits a float"
)]

mod bulk;
mod faults;
mod finding;
mod harness;
mod hearing;
mod ledger;
mod moving;
mod restarts;
mod safety;
mod unasked;
mod wishes;
