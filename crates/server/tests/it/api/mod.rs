//! The HTTP API on the real router: every route, every rule of safety.md that is kept at the door, the live feed.

mod accounts;
mod desk;
mod document;
mod door;
mod fleet;
mod idempotency;
mod inventory;
mod live;
