//! Chance, from a seed: splitmix64.
//!
//! **Invariant:** the same seed gives the same draws on every machine; nothing here asks the system for entropy.

/// A small generator. Good enough for weather and shares, useless for secrets.
#[derive(Debug, Clone)]
pub(crate) struct Rng(u64);

impl Rng {
    /// A generator for one named thing in one seeded world, so that adding a miner does not change its neighbours.
    pub(crate) fn named(seed: u64, name: &str) -> Self {
        let mut hash = 0xcbf2_9ce4_8422_2325_u64;
        for byte in name.bytes() {
            hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
        }
        let mut rng = Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ hash);
        rng.draw();
        rng
    }

    pub(crate) fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    /// Above 0 and up to 1, evenly.
    pub(crate) fn unit(&mut self) -> f64 {
        #[expect(clippy::cast_precision_loss, reason = "53 bits fit an f64 exactly")]
        let numerator = ((self.draw() >> 11) + 1) as f64;
        numerator / 9_007_199_254_740_992.0
    }

    /// Roughly normal around 0 with a spread of 1: the sum of four even draws, without any transcendental function.
    pub(crate) fn bell(&mut self) -> f64 {
        let bits = self.draw();
        let sum: u64 = (0..4).map(|part| (bits >> (part * 16)) & 0xffff).sum();
        #[expect(clippy::cast_precision_loss, reason = "18 bits fit an f64 exactly")]
        let sum = sum as f64;
        (sum / 65_536.0 - 2.0) * 1.732_050_8
    }

    /// How many times something happened that happens `mean` times on average (Poisson, by Knuth's method).
    pub(crate) fn count(&mut self, mean: f64) -> u32 {
        if mean <= 0.0 {
            return 0;
        }
        // Above 30 a second the answer is as good as the mean.
        if mean > 30.0 {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive and saturating")]
            return (mean + self.bell() * mean.sqrt()).max(0.0) as u32;
        }
        let floor = (-mean).exp();
        let mut product = self.unit();
        let mut count = 0;
        while product > floor {
            product *= self.unit();
            count += 1;
        }
        count
    }
}
