//! The house at work: poll, reconcile, live state, jobs, tasks.
//!
//! **Invariant:** no axum, no SQL, no sockets: devices, database and time are ports. The only clock and the only spawn
//! of the program are here.

#![deny(clippy::iter_over_hash_type)]

pub mod bulk;
mod bus;
mod carry;
mod clock;
mod credentials;
mod device;
pub mod discovery;
mod error;
mod families;
mod fleet;
mod house;
mod inspect;
mod likeness;
mod live;
mod outbox;
mod people;
mod poll;
mod reconcile;
mod rest;
mod schedule;
mod settings;
mod settle;
mod tasks;
mod under_way;

pub use clock::SystemClock;
pub use error::EngineError;
pub use fleet::{AddMiner, MinerPatch};
pub use hmm_strategy::{DISPUTED, Observed, OperationMode};
pub use house::{Engine, EngineParts, EngineSettings, HouseProblem};
pub use inspect::Inspected;
pub use live::{Latest, LiveMiner};
pub use schedule::{Ending, Schedule};
pub use tasks::{LoopReport, Tasks};
