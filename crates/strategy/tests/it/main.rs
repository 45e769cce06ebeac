//! Tables and promises of the pure core: data in, text out.

mod diff;
mod heat;
mod owners;
mod state;
mod world;
