//! XMRig's own words: the summary of version 1 and 2 of its API in one.
//!
//! **Invariant:** every field may be missing and may be of any type; see [`loose`](crate::miners::shared::loose).

use crate::miners::shared::loose::{Flag, Maybe, Number, Numbers, Text};
use serde::Deserialize;

/// `GET /2/summary`, and `GET /1/summary` where that is all there is.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Summary {
    /// Made from a network card's address and the port, unless a person wrote one.
    pub(super) id: Text,
    /// The host's name, unless a person wrote one.
    pub(super) worker_id: Text,
    /// Of the program, in seconds. Absent in version 1.
    pub(super) uptime: Number,
    /// Absent in version 1.
    pub(super) restricted: Flag,
    pub(super) results: Maybe<Results>,
    /// Null while it has no job.
    pub(super) algo: Text,
    pub(super) connection: Maybe<Connection>,
    pub(super) version: Text,
    /// `miner`; in version 1 `cpu`, `amd` or `nvidia`.
    pub(super) kind: Text,
    pub(super) ua: Text,
    pub(super) cpu: Maybe<Cpu>,
    /// Absent where it cannot be paused.
    pub(super) paused: Flag,
    pub(super) hashrate: Maybe<Rates>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Results {
    pub(super) shares_good: Number,
    /// With the refused ones.
    pub(super) shares_total: Number,
    pub(super) diff_current: Number,
    /// The ten best of this session, zero where there are fewer.
    pub(super) best: Numbers,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Connection {
    /// Host and port. Stays that of the last one when there is none.
    pub(super) pool: Text,
    /// Milliseconds; zero before the first share.
    pub(super) ping: Number,
    pub(super) diff: Number,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Cpu {
    pub(super) brand: Text,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Rates {
    /// Of 10 seconds, 60 seconds and 15 minutes, in H/s; null until there is enough to tell.
    pub(super) total: Numbers,
}
