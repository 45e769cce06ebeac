//! What can be wrong with a simulated device, switchable while it runs.
//!
//! **Invariant:** a fault is data; what it does to the wire is told in the faces, what it does to the device in the
//! world. Several faults hold at once.

use serde::{Deserialize, Serialize};
use std::time::Duration;

/// One thing that is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Fault {
    /// Accepts connections and requests and never answers.
    Silent,
    /// Nothing listens: connections are refused. The device itself goes on working.
    Offline,
    /// The first byte comes late and the rest in drips of 16 bytes; real time.
    Slow { first_byte_ms: u64, drip_ms: u64 },
    /// Resets the connection after the request, without acting on it.
    Reset,
    /// A well-formed reply whose JSON ends in the middle.
    Truncated,
    /// The connection closes in the middle of the announced body.
    CutOff,
    /// `/api/system/info` answers 302, as if the path were unknown.
    Redirect302,
    /// Everything answers 401.
    Unauthorized401,
    /// Strings for numbers, numbers for strings, objects for arrays; the identity stays readable.
    WrongTypes,
    /// Trips the firmware's heat protection at once. Clearing the fault does not undo the trip.
    Overheat,
    /// Answers, but shares and hash counters stand still until the fault is cleared.
    StuckShares,
    /// The same, cured by a restart.
    StuckUntilRestart,
    /// The pool rejects two shares of five.
    RejectShares,
    /// The primary pool is dead: the miner works on the fallback.
    PoolDown,
    /// Numbers that no device can have: 1e300 GH/s, negative uptime, a response time of hours.
    Absurd,
    /// A valid reply of 10 MB.
    HugeBody,
    /// A body that never ends.
    EndlessBody,
    /// Bytes that are no HTTP at all.
    RandomBytes,
    /// Another device answers at this address: another MAC, another name.
    OtherDevice,
    /// Real time added to every reply.
    Latency { ms: u64 },
    /// Writes answer 200 and change nothing.
    IgnoreWrites,
    /// Writes answer 400 and change nothing.
    RefuseWrites,
    /// Writes act, and the connection drops without a reply.
    DropAfterWrite,
    /// Measures its chips and takes no other mode meanwhile, where the firmware does such a thing.
    Calibrating,
}

/// The faults of one device.
#[derive(Debug, Clone, Default)]
pub(crate) struct Faults(Vec<Fault>);

impl Faults {
    /// Switches a fault on; a second one of the same kind replaces the first.
    pub(crate) fn add(&mut self, fault: Fault) {
        self.0.retain(|held| std::mem::discriminant(held) != std::mem::discriminant(&fault));
        self.0.push(fault);
    }

    pub(crate) fn clear(&mut self) {
        self.0.clear();
    }

    pub(crate) fn has(&self, fault: Fault) -> bool {
        self.0.contains(&fault)
    }

    pub(crate) fn all(&self) -> &[Fault] {
        &self.0
    }

    pub(crate) fn latency(&self) -> Duration {
        let latency = self.0.iter().find_map(|fault| if let Fault::Latency { ms } = fault { Some(*ms) } else { None });
        Duration::from_millis(latency.unwrap_or(0))
    }

    /// The wait before the first byte and between the drips.
    pub(crate) fn drip(&self) -> Option<(Duration, Duration)> {
        self.0.iter().find_map(|fault| {
            if let Fault::Slow { first_byte_ms, drip_ms } = fault {
                Some((Duration::from_millis(*first_byte_ms), Duration::from_millis(*drip_ms)))
            } else {
                None
            }
        })
    }
}
