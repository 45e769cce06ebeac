//! Everything that is tried from outside the crate, as one binary.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

mod api;
mod cli;
mod config;
mod first_evening;
mod jobs;
mod program;
mod restore;
mod spa;
mod tls;
