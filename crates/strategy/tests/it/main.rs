//! Tables and promises of the pure core: data in, text out.

#![expect(
    clippy::unwrap_used,
    clippy::unnecessary_wraps,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "scripts of small numbers, and tests that stop where they go wrong"
)]

mod diff;
mod heat;
mod owners;
mod state;
mod world;
