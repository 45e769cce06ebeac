//! The front door: command line, configuration, wiring, HTTP API, live feed, jobs.
//!
//! **Invariant:** nothing depends on this crate. Concrete types meet ports in `wiring.rs` only; there are no globals.

pub mod api;
pub mod auth;
pub mod cli;
pub mod config;
pub mod console;
pub mod container;
pub mod front;
pub mod jobs;
pub mod live;
pub mod logging;
pub mod openapi;
pub mod plugins;
pub mod problem;
pub mod restore;
pub mod spa;
pub mod tls;
pub mod wiring;
