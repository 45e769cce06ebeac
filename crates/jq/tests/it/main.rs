//! The process with its real parent, and a custom family with both, as one binary.

#![expect(clippy::unwrap_used, reason = "helpers of tests fail like tests")]

mod custom;
mod device;
mod process;

use hmm_net::Jq;

/// The way to a process of our own.
fn jq() -> Jq {
    Jq::new(env!("CARGO_BIN_EXE_hmm-jq-child"), vec!["__jq".into()])
}
