//! The faces: what the world looks like from the network, protocol by protocol, on real loopback sockets.
//!
//! **Invariant:** no parser, table or type is shared with the adapters; both sides are written from the same facts,
//! so that a mistake in one shows.

mod avalon;
mod axeos;
mod cgminer_api;
mod delivery;
mod door;
mod face;
pub(crate) mod http;
mod json;
mod look;
mod nerdos;
mod nmminer;
mod stock;
mod web;
mod xmrig;

pub(crate) use door::{bind, keep_door};
pub(crate) use face::Face;
pub use face::{Traffic, Write};
pub(crate) use nmminer::{CONFIG_PORT, keep_ear, words};
