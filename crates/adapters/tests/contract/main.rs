//! What every family of miners promises, tried on each of its faces in the simulator.
//!
//! **Invariant:** nothing here names a vendor but [`list`]: a family joins with one entry there, and is held to all of it.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod bench;
mod commands;
mod faults;
mod identity;
mod list;
mod manners;
mod recognition;
