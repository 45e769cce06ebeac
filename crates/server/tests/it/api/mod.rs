//! The HTTP API on the real router: every route, every rule of safety.md that is kept at the door, the live feed.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

mod accounts;
mod bulk;
mod demo;
pub(crate) mod desk;
mod discovery;
mod document;
mod door;
mod fleet;
mod hang_up;
mod house;
mod idempotency;
mod inventory;
mod live;
mod plugins;
mod restore;
