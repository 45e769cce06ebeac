//! Everything that is tried from outside the crate, as one binary.

mod api;
mod cli;
mod config;
mod jobs;
mod program;
mod spa;
