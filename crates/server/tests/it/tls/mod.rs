//! HTTPS: the authority and what it cannot do, renewal, files, the door, the built program.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

mod authority;
mod client;
mod door;
mod files;
mod program;
mod renewal;
