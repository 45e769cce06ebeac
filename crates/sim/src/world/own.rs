//! What only the devices of one family have: levels, sessions, threads.
//!
//! **Invariant:** physics and pools are not here; a family that needs nothing of its own has nothing.

use super::firmware::Firmware;

#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Own {
    Nothing,
}

impl Own {
    pub(crate) const fn of(firmware: Firmware) -> Self {
        match firmware {
            Firmware::AxeOs(_) => Self::Nothing,
        }
    }
}
