//! The whole engine in a simulated house: real sockets, a real database, driven time.

mod harness;
mod ledger;
