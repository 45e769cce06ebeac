//! Shares as a random process: how many, how good, and what the pool says to them.
//!
//! **Invariant:** counters only grow within a session; the best difficulty ever survives a restart.

use super::rng::Rng;

/// What pools answer to a share they do not want, with its part of all rejections.
pub(crate) const REASONS: [(&str, f64); 4] =
    [("Stale", 0.6), ("Above target", 0.3), ("Duplicate share", 0.07), ("Invalid share", 0.03)];

/// The share counters of one miner.
#[derive(Debug, Clone, Default)]
pub(crate) struct Shares {
    pub(crate) accepted: u64,
    pub(crate) rejected_by: [u64; REASONS.len()],
    pub(crate) best_ever: f64,
    pub(crate) best_session: f64,
}

impl Shares {
    /// One second at `ghs`, where a share takes `hashes`.
    pub(crate) fn tick(&mut self, ghs: f64, hashes: f64, difficulty: u32, reject: f64, rng: &mut Rng) {
        let mean = ghs * 1e9 / hashes;
        for _ in 0..rng.count(mean) {
            let found = f64::from(difficulty) / rng.unit();
            self.best_session = self.best_session.max(found);
            self.best_ever = self.best_ever.max(found);
            if rng.unit() <= reject {
                self.rejected_by[reason(rng)] += 1;
            } else {
                self.accepted += 1;
            }
        }
    }

    /// As after `seconds` at `ghs`.
    pub(crate) fn settled(ghs: f64, hashes: f64, difficulty: u32, seconds: u32, rng: &mut Rng) -> Self {
        let mean = ghs * 1e9 / hashes * f64::from(seconds);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive and saturating")]
        let accepted = mean.max(0.0) as u64;
        let best_session = f64::from(difficulty) * mean.max(1.0) / rng.unit();
        let best_ever = best_session.max(best_session * 3.0 / rng.unit());
        Self { accepted, rejected_by: [accepted / 500, accepted / 1000, 0, 0], best_ever, best_session }
    }

    pub(crate) fn rejected(&self) -> u64 {
        self.rejected_by.iter().sum()
    }

    pub(crate) fn new_session(&mut self) {
        *self = Self { best_ever: self.best_ever, ..Self::default() };
    }
}

fn reason(rng: &mut Rng) -> usize {
    let mut left = rng.unit();
    for (index, (_, part)) in REASONS.iter().enumerate() {
        left -= part;
        if left <= 0.0 {
            return index;
        }
    }
    0
}
