//! The world: seeded, pure, and the only place that knows what is really the case.
//!
//! **Invariant:** no I/O, no clock, no task. The same seed, start, specs and commands at the same instants give the
//! same world, however often it is asked.

mod avalon;
mod firmware;
mod model;
mod nerd;
mod nm;
mod own;
mod physics;
mod rig;
mod rng;
mod settings;
mod shares;
mod spec;
mod stock;
mod truth;
mod xmrig;

#[cfg(test)]
mod tests;

pub use avalon::Avalon;
pub(crate) use avalon::{AvalonState, Point};
pub(crate) use firmware::Door;
pub use firmware::Firmware;
pub use model::{Hardware, Model};
pub use nerd::{Nerd, NerdRelease};
pub(crate) use nerd::{NerdState, SESSION_TTL, ceiling, min_power_w};
pub use nm::NmRelease;
pub(crate) use own::Own;
pub use rig::{BOOT_TIME, RESTART_DELAY, Rig};
pub use settings::RunningPool;
pub use spec::{Generation, MinerSpec, PoolSpec, bench_fleet, demo_fleet};
pub use stock::Stock;
pub use truth::{PowerState, Truth};
pub(crate) use xmrig::Program;
pub use xmrig::{Access, Release, XMRIG_TOKEN, XmRig};

pub(crate) use rig::Outlook;
pub(crate) use rng::Rng;
pub(crate) use settings::PoolEntry;
pub(crate) use shares::REASONS;

use hmm_domain::Timestamp;

/// All miners of one neighbourhood.
#[derive(Debug)]
pub struct World {
    seed: u64,
    start: Timestamp,
    rigs: Vec<Rig>,
}

impl World {
    /// An empty world that begins at `start`.
    pub fn new(seed: u64, start: Timestamp) -> Self {
        Self { seed, start, rigs: Vec::new() }
    }

    /// Adds a miner and returns its number.
    pub fn add(&mut self, spec: MinerSpec) -> usize {
        self.rigs.push(Rig::new(self.seed, self.start, spec));
        self.rigs.len() - 1
    }

    /// Brings every miner to `now`.
    pub fn step_to(&mut self, now: Timestamp) {
        for rig in &mut self.rigs {
            rig.step_to(now);
        }
    }

    /// One miner, brought to `now`; the others wait until they are asked.
    pub(crate) fn rig_at(&mut self, number: usize, now: Timestamp) -> &mut Rig {
        let rig = &mut self.rigs[number];
        rig.step_to(now);
        rig
    }

    /// One miner as of its last step.
    pub fn rig(&self, number: usize) -> &Rig {
        &self.rigs[number]
    }

    /// The truth about every miner as of its last step.
    pub fn truths(&self) -> Vec<Truth> {
        self.rigs.iter().map(Rig::truth).collect()
    }
}
