//! What cgminer and its descendants have in common: one command a connection, replies that are almost JSON, a verdict in
//! one letter, and long strings of `NAME[value]`.
//!
//! **Invariant:** no family's own word stands here; whatever the bytes, the functions return; a reply that broke off is
//! an error and never half a reply.

/// Why a family that is only read takes no command.
pub(in crate::miners) const READ_ONLY: &str =
    "it is only read: what its firmware lets us change is not known for certain, so nothing is sent";

mod brackets;
mod fields;
mod gather;
mod repair;
mod said;
pub(in crate::miners) mod slots;
mod text;

pub(in crate::miners) use brackets::{Words, hide};
pub(in crate::miners) use fields::{Fields, count, number};
pub(in crate::miners) use gather::{Gathered, exchange, gather, net_failed, request};
pub(in crate::miners) use said::{Said, Verdict, locked_out};
