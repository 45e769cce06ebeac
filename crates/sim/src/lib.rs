//! The fake neighbourhood: a seeded world of miners and their real protocols on loopback, for tests and the demo.
//!
//! **Invariant:** nothing here is shared with the adapters, pricing or net: a fake that shares a parser agrees with
//! its bugs. It depends on the domain alone, for time.

mod clock;
mod control;
mod faces;
mod faults;
mod neighbourhood;
pub mod world;

pub use clock::ManualClock;
pub use control::{AdvanceHook, Control};
pub use faces::{Traffic, Write};
pub use faults::Fault;
pub use neighbourhood::{Neighbourhood, NeighbourhoodConfig, SimError, Snapshot};
pub use world::{
    Access, Avalon, BOOT_TIME, Firmware, Generation, MinerSpec, Model, Nerd, NerdRelease, NmRelease, PoolSpec,
    PowerState, RESTART_DELAY, Release, RunningPool, Stock, Truth, World, XMRIG_TOKEN, XmRig, bench_fleet, demo_fleet,
};
