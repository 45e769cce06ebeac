//! The real clock. A driven one for tests and the demo lives with the simulator.

use async_trait::async_trait;
use hmm_domain::Timestamp;
use hmm_domain::port::{Awake, Clock};
use std::time::{Duration, Instant, SystemTime};

/// The wall clock is looked at again at least this often, so that a jump forward is noticed.
const LOOK_AGAIN: Duration = Duration::from_secs(30);

pub struct SystemClock {
    started: Instant,
}

impl SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    pub fn new() -> Self {
        Self { started: Instant::now() }
    }
}

impl Default for SystemClock {
    fn default() -> Self {
        Self::new()
    }
}

#[async_trait]
impl Clock for SystemClock {
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    fn now(&self) -> Timestamp {
        let since = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default();
        Timestamp::from_millis(i64::try_from(since.as_millis()).unwrap_or(i64::MAX))
    }

    /// Waits no longer than `at` was away when asked, even if the wall clock is set back meanwhile: a loop that slept
    /// until "in 30 seconds" wakes in 30 seconds.
    #[expect(clippy::disallowed_methods, reason = "this is the clock")]
    async fn sleep_until(&self, at: Timestamp) -> Awake {
        let mut left = at.since(self.now());
        while !left.is_zero() {
            let slice = left.min(LOOK_AGAIN);
            tokio::time::sleep(slice).await;
            left = left.saturating_sub(slice).min(at.since(self.now()));
        }
        Awake::default()
    }

    fn awake(&self) -> Awake {
        Awake::default()
    }

    fn ticks(&self) -> u64 {
        u64::try_from(self.started.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}
