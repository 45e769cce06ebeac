//! Implausible values: far from the median of the same operating point, measured in median absolute deviations.

/// Values of one metric at one operating point.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Neighbours {
    values: std::collections::VecDeque<i64>,
}

/// Fewer neighbours than this judge nobody.
const NEIGHBOURS_MIN: usize = 8;
const NEIGHBOURS_MAX: usize = 21;
/// So many deviations away is no longer weather.
const DEVIATIONS: i64 = 12;

impl Neighbours {
    /// Judges `value` and takes it in. A value that stays is a new normal: after a handful it is no spike any more.
    pub fn judge(&mut self, value: i64) -> bool {
        let spike = self.values.len() >= NEIGHBOURS_MIN && self.far(value);
        if self.values.len() >= NEIGHBOURS_MAX {
            self.values.pop_front();
        }
        self.values.push_back(value);
        spike
    }

    fn far(&self, value: i64) -> bool {
        let median = middle(self.values.iter().copied().collect());
        let deviation = middle(self.values.iter().map(|v| v.saturating_sub(median).abs()).collect());
        // Steady devices have a deviation near zero: two percent of the median is the least that counts as one.
        let unit = deviation.max(median.abs() / 50).max(1);
        value.saturating_sub(median).abs() / unit > DEVIATIONS
    }
}

fn middle(mut values: Vec<i64>) -> i64 {
    values.sort_unstable();
    values.get(values.len() / 2).copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_wild_value_among_steady_ones_is_a_spike_and_a_new_level_is_not_for_long() {
        let mut hashrate = Neighbours::default();
        for i in 0..20 {
            assert!(!hashrate.judge(1_000_000 + i % 3 * 10_000));
        }
        assert!(hashrate.judge(40_000_000));
        assert!(!hashrate.judge(1_005_000));
        let told = (0..20).filter(|_| hashrate.judge(2_000_000)).count();
        assert!(told < 15, "{told}");
    }
}
