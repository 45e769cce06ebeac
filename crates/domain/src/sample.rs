//! A reading with time and miner, and what has grown since the one before. Counters and energy are handled here, once.

use crate::ids::{MinerId, ModeId};
use crate::miner::MinerState;
use crate::reading::Reading;
use crate::time::Timestamp;
use crate::units::Energy;
use std::time::Duration;

/// What grew between two samples of one miner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Growth {
    /// Time that energy and averages cover. Zero after a gap of more than three intervals.
    pub covered: Duration,
    /// `None` where power is not known at both ends.
    pub energy: Option<Energy>,
    pub accepted: Option<u64>,
    pub rejected: Option<u64>,
}

/// A reading, stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sample {
    pub miner: MinerId,
    pub at: Timestamp,
    pub reading: Reading,
    pub mode: Option<ModeId>,
    pub state: MinerState,
    pub growth: Growth,
    /// Implausible against its neighbours: shown, and kept out of aggregates.
    pub spike: bool,
}

/// The part of a sample that the next one is measured against; survives a restart of the program.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Mark {
    pub at: Timestamp,
    pub power: Option<crate::units::Power>,
    pub accepted: Option<u64>,
    pub rejected: Option<u64>,
    pub uptime_s: Option<u64>,
    /// Fraction of a millijoule not yet booked, in microjoules.
    pub remainder_uj: u32,
}

impl Mark {
    /// Measures `reading` against this mark and returns the growth and the next mark.
    ///
    /// A gap longer than three intervals covers nothing. A counter that fell was reset: what it shows now has grown
    /// since then. Energy is the mean of both ends over the time between, with the remainder carried.
    pub fn grow(self, at: Timestamp, reading: &Reading, interval: Duration) -> (Growth, Self) {
        let mut next = Self {
            at,
            power: reading.power,
            accepted: reading.shares_accepted,
            rejected: reading.shares_rejected,
            uptime_s: reading.uptime_s,
            remainder_uj: self.remainder_uj,
        };
        let gap = at.since(self.at);
        let first = self.at == Timestamp::EPOCH;
        let covered = if first || gap > interval * 3 { Duration::ZERO } else { gap };
        let energy = self.power.zip(reading.power).filter(|_| !covered.is_zero()).map(|(a, b)| {
            let twice_uj = (u128::from(a.get()) + u128::from(b.get())) * covered.as_millis();
            let total_uj = twice_uj / 2 + u128::from(self.remainder_uj);
            next.remainder_uj = (total_uj % 1_000) as u32;
            Energy::new(i64::try_from(total_uj / 1_000).unwrap_or(i64::MAX))
        });
        let rebooted = matches!((self.uptime_s, reading.uptime_s), (Some(was), Some(is)) if is < was);
        let counted = |was: Option<u64>, is: Option<u64>| match (was, is) {
            _ if first => None,
            (Some(was), Some(is)) if is < was || rebooted => Some(is),
            (Some(was), Some(is)) => Some(is - was),
            _ => None,
        };
        let growth = Growth {
            covered,
            energy,
            accepted: counted(self.accepted, next.accepted),
            rejected: counted(self.rejected, next.rejected),
        };
        // A reply without a counter does not forget what the counter was.
        next.accepted = next.accepted.or(self.accepted);
        next.rejected = next.rejected.or(self.rejected);
        (growth, next)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::units::Power;
    use proptest::prelude::*;

    const POLL: Duration = Duration::from_secs(30);

    fn reading(watts: u32, accepted: u64, uptime: u64) -> Reading {
        Reading {
            power: Some(Power::new(watts * 1_000)),
            shares_accepted: Some(accepted),
            uptime_s: Some(uptime),
            ..Reading::default()
        }
    }

    fn start() -> (Timestamp, Mark) {
        let at = Timestamp::from_millis(1_000_000);
        (at, Mark::default().grow(at, &reading(20, 100, 500), POLL).1)
    }

    #[test]
    fn the_first_sample_has_grown_nothing() {
        let at = Timestamp::from_millis(1_000_000);
        assert_eq!(Mark::default().grow(at, &reading(20, 100, 500), POLL).0, Growth::default());
    }

    #[test]
    fn twenty_watts_for_thirty_seconds_are_six_hundred_joules() {
        let (at, mark) = start();
        let (growth, _) = mark.grow(at + POLL, &reading(20, 103, 530), POLL);
        assert_eq!(growth.energy, Some(Energy::new(600_000)));
        assert_eq!((growth.covered, growth.accepted), (POLL, Some(3)));
    }

    #[test]
    fn a_gap_of_more_than_three_intervals_covers_nothing_but_its_shares_count() {
        let (at, mark) = start();
        let (growth, _) = mark.grow(at + POLL * 4, &reading(20, 110, 620), POLL);
        assert_eq!((growth.covered, growth.energy, growth.accepted), (Duration::ZERO, None, Some(10)));
    }

    #[test]
    fn a_counter_that_fell_was_reset_even_if_it_has_overtaken() {
        let (at, mark) = start();
        assert_eq!(mark.grow(at + POLL, &reading(20, 2, 10), POLL).0.accepted, Some(2));
        assert_eq!(mark.grow(at + POLL, &reading(20, 104, 10), POLL).0.accepted, Some(104));
    }

    #[test]
    fn a_clock_that_stepped_back_covers_nothing() {
        let (at, mark) = start();
        let (growth, _) = mark.grow(at - Duration::from_hours(24), &reading(20, 101, 530), POLL);
        assert_eq!((growth.covered, growth.energy), (Duration::ZERO, None));
    }

    proptest! {
        #[test]
        fn energy_is_the_same_however_often_it_is_asked(mw in 1u32..3_000_000, cuts in prop::collection::vec(1u64..90_000, 1..40)) {
            let at = Timestamp::from_millis(5_000);
            let told = Reading { power: Some(Power::new(mw)), ..Reading::default() };
            let mut mark = Mark::default().grow(at, &told, POLL).1;
            let (mut now, mut sum) = (at, 0);
            for cut in &cuts {
                now = now + Duration::from_millis(*cut);
                let (growth, next) = mark.grow(now, &told, POLL);
                sum += growth.energy.unwrap().get();
                mark = next;
            }
            let exact = u128::from(mw) * u128::from(cuts.iter().sum::<u64>()) / 1_000;
            prop_assert_eq!(u128::try_from(sum).unwrap(), exact);
        }
    }
}
