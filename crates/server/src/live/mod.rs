//! The live feed: what happens in the house, to every viewer at once.
//!
//! **Invariant:** a message is serialised once, whoever and however many see it. Nothing queues without bound: a viewer
//! who falls behind gets a new snapshot.

mod frame;
mod hub;
mod pending;
mod snapshot;
pub mod socket;
mod wire;

pub use hub::{Hub, run};
pub use wire::{LiveFrame, LiveMessage};
