//! The whole engine in a simulated house: real sockets, a real database, driven time.

mod faults;
mod harness;
mod ledger;
mod restarts;
mod safety;
mod wishes;
