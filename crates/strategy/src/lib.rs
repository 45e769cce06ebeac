//! What to do and why: heat protection, arbitration between owners, the next step, the state of a miner in a word and
//! in a sentence.
//!
//! **Invariant:** pure. No I/O, no clock, no randomness, no tokio: the same view and the same `now` give the same
//! answer, so that live, dry-run, preview and backtest cannot disagree. Nothing here iterates over a hash map.

#![deny(clippy::iter_over_hash_type)]

pub mod arbitrate;
pub mod diff;
pub mod heat;
pub mod sentence;
pub mod spike;
pub mod state;

pub use arbitrate::arbitrate;
pub use diff::{DISPUTED, Decision, Ledger, Step, View, next_step};
pub use heat::{Heat, Phase};
pub use sentence::sentence;
pub use state::{Link, Observed, state_of};

use serde::{Deserialize, Serialize};

/// Who may move the hardware right now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OperationMode {
    /// Everybody.
    Live,
    /// Heat protection and people; the automatic side only says what it would do.
    DryRun,
    /// Heat protection alone: hands off.
    Paused,
}

impl OperationMode {
    /// May a step of this owner be sent?
    pub fn lets(self, owner: hmm_domain::wish::Owner) -> bool {
        use hmm_domain::wish::Owner;
        match self {
            Self::Live => true,
            // `Default` wants nothing by itself: its steps are the way back at the end of a person's wish.
            Self::DryRun => matches!(owner, Owner::Safety | Owner::Override | Owner::Default),
            Self::Paused => owner == Owner::Safety,
        }
    }

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Live => "live",
            Self::DryRun => "dry_run",
            Self::Paused => "paused",
        }
    }
}
