//! The vocabulary of the house: units, ids, time, miner, reading, command, wish, event, and the ports.
//!
//! **Invariant:** no I/O, no clock, no randomness. serde only on values that are stored as JSON. Everything here can
//! be called from a test with plain values.

pub mod account;
pub mod actor;
pub mod audit;
pub mod command;
pub mod currency;
pub mod event;
pub mod house;
pub mod ids;
pub mod job;
pub mod json;
pub mod metric;
pub mod miner;
pub mod port;
pub mod profile;
pub mod reading;
pub mod sample;
pub mod series;
pub mod text;
pub mod time;
pub mod units;
pub mod wish;

pub use account::{Role, Scope};
pub use actor::Actor;
pub use command::{Command, CommandState};
pub use currency::Currency;
pub use house::{DiscoverySettings, HouseSettings};
pub use ids::{AuditId, CommandId, EventId, FamilyId, JobId, MinerId, ModeId, ProfileId, SessionId, TokenId, UserId};
pub use metric::Metric;
pub use miner::{Miner, MinerState};
pub use profile::TuningProfile;
pub use reading::Reading;
pub use sample::Sample;
pub use text::{Label, Message};
pub use time::Timestamp;
