//! The house's memory: the only room that speaks SQL. One implementation of the ports in [`hmm_domain::port`] for
//! PostgreSQL and SQLite, the supervisor of the embedded PostgreSQL, secrets at rest, the audit chain, backups.
//!
//! **Invariant:** what returned `Ok` from a noun, a command or the audit log is on disk. Samples may lose the last flush,
//! nothing else. No row escapes from here: callers see the vocabulary of `hmm_domain`.

mod accounts;
mod audit;
pub mod backup;
mod commands;
mod convert;
mod db;
pub mod embedded;
#[expect(unreachable_pub, reason = "sea-orm's derives make everything of an entity pub")]
mod entity;
mod error;
mod events;
mod idempotency;
mod jobs;
mod keys;
mod lease;
mod miners;
mod open;
mod profiles;
mod schema;
mod series;
mod settings;
mod store;
mod wishes;

pub use embedded::pg_child;
pub use error::OpenError;
pub use keys::{SecretBox, SecretKey};
pub use open::{Opened, Pools, Running, open, restore};
pub use settings::{Binaries, Choice, DatabaseKind, Launcher, Owner, Spawner, StoreSettings};
pub use store::SqlStore;
