//! Time as a port. The system's clock and the simulator's look the same from here.

use crate::Timestamp;
use async_trait::async_trait;
use std::any::Any;
use std::sync::Arc;

/// Proof that someone is at work. A driven clock does not step while one is held, so a loop keeps it until its round
/// is done and sends it along with whatever it hands to another task.
#[derive(Clone, Default)]
pub struct Awake {
    _held: Option<Arc<dyn Any + Send + Sync>>,
}

impl Awake {
    /// A guard that a driven clock counts: `guard` is dropped when the last copy is.
    pub fn counted(guard: Arc<dyn Any + Send + Sync>) -> Self {
        Self { _held: Some(guard) }
    }
}

impl std::fmt::Debug for Awake {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Awake")
    }
}

/// The only source of time.
#[async_trait]
pub trait Clock: Send + Sync {
    fn now(&self) -> Timestamp;

    /// Returns at `at` or later, at once when that is past. Robust against jumps of the wall clock: a real clock
    /// looks again at least every few seconds.
    async fn sleep_until(&self, at: Timestamp) -> Awake;

    /// Says that work is going on that no sleep has announced (a request came in, a message is under way).
    fn awake(&self) -> Awake;

    /// Milliseconds that only ever grow, for measuring how long something took. Not an instant.
    fn ticks(&self) -> u64;
}
