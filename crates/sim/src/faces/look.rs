//! What the faults make of a reply.
//!
//! **Invariant:** data taken once per request, so that one reply is of one piece.

use crate::faults::{Fault, Faults};

/// What the faults make of a reply.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Look {
    pub(crate) wrong_types: bool,
    pub(crate) absurd: bool,
    pub(crate) other_device: bool,
}

impl Look {
    pub(crate) fn of(faults: &Faults) -> Self {
        Self {
            wrong_types: faults.has(Fault::WrongTypes),
            absurd: faults.has(Fault::Absurd),
            other_device: faults.has(Fault::OtherDevice),
        }
    }
}
