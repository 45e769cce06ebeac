//! The only spawn: every task has a name, is cancelled at the stop and awaited, and says when it last succeeded.

use futures_util::FutureExt;
use hmm_domain::port::Clock;
use hmm_domain::{Message, Timestamp};
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

/// How a loop is doing, for the System page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct LoopReport {
    pub name: String,
    pub last_success: Option<Timestamp>,
    pub next_run: Option<Timestamp>,
    pub failures: u64,
    pub last_error: Option<Message>,
}

/// Spawns, watches, ends. Cheap to clone.
#[derive(Clone)]
pub struct Tasks {
    tracker: TaskTracker,
    stop: CancellationToken,
    loops: Arc<Mutex<BTreeMap<&'static str, LoopReport>>>,
    clock: Arc<dyn Clock>,
}

impl Tasks {
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { tracker: TaskTracker::new(), stop: CancellationToken::new(), loops: Arc::default(), clock }
    }

    /// Runs until it ends or until it notices [`Tasks::stopping`].
    #[expect(clippy::disallowed_methods, reason = "this is the only spawn")]
    pub fn spawn(&self, name: &'static str, task: impl Future<Output = ()> + Send + 'static) {
        let tasks = self.clone();
        let watched = async move {
            if AssertUnwindSafe(task).catch_unwind().await.is_err() {
                tasks.failed(name, "panicked: this part of the program rests until the next start", None);
            }
        };
        tokio::spawn(self.tracker.track_future(watched));
    }

    /// Runs something that computes or blocks, away from the loops.
    ///
    /// # Panics
    /// With the panic of the work itself.
    #[expect(clippy::disallowed_methods, reason = "this is the only spawn")]
    pub async fn spawn_blocking<T: Send + 'static>(
        &self,
        name: &'static str,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> T {
        let awake = self.clock.awake();
        let done = self.tracker.track_future(tokio::task::spawn_blocking(move || {
            let _awake = awake;
            work()
        }));
        match done.await {
            Ok(value) => value,
            Err(error) => match error.try_into_panic() {
                Ok(panic) => std::panic::resume_unwind(panic),
                // Blocking work is cancelled only when the runtime itself goes away.
                Err(error) => panic!("{name} was cancelled: {error}"),
            },
        }
    }

    /// Ends when the program stops: loops select on it.
    pub fn stopping(&self) -> CancellationToken {
        self.stop.clone()
    }

    /// Asks everything to end and waits until it has.
    pub async fn stop(&self) {
        self.stop.cancel();
        self.tracker.close();
        self.tracker.wait().await;
    }

    /// A round of a loop went well; the next is due at `next`.
    pub fn beat(&self, name: &'static str, next: Option<Timestamp>) {
        let now = self.clock.now();
        let mut loops = self.loops.lock();
        let report = loops.entry(name).or_insert_with(|| LoopReport { name: name.to_owned(), ..LoopReport::default() });
        report.last_success = Some(now);
        report.next_run = next;
        report.last_error = None;
    }

    /// A loop stands and will run its first round at `next`.
    pub fn expect(&self, name: &'static str, next: Timestamp) {
        let mut loops = self.loops.lock();
        let report = loops.entry(name).or_insert_with(|| LoopReport { name: name.to_owned(), ..LoopReport::default() });
        report.next_run = Some(next);
    }

    /// A round of a loop failed. Logged here, once.
    pub fn failed(&self, name: &'static str, why: &str, next: Option<Timestamp>) {
        tracing::warn!(r#loop = name, why, "a round failed");
        let mut loops = self.loops.lock();
        let report = loops.entry(name).or_insert_with(|| LoopReport { name: name.to_owned(), ..LoopReport::default() });
        report.failures += 1;
        report.last_error = Some(Message::new(why));
        report.next_run = next;
    }

    pub fn report(&self) -> Vec<LoopReport> {
        self.loops.lock().values().cloned().collect()
    }
}
