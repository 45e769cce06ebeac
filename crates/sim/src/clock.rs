//! The clock that tests and the demo turn by hand.
//!
//! **Invariant:** time moves only inside [`ManualClock::advance`], only to the next wake-up, and only while nobody
//! holds an [`Awake`]. Nothing here polls or reads the system's clock.

use hmm_domain::Timestamp;
use hmm_domain::port::{Awake, Clock};
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Notify, oneshot};

/// A clock that stands still until someone advances it. Clones are the same clock.
#[derive(Clone)]
pub struct ManualClock {
    shared: Arc<Shared>,
}

impl ManualClock {
    pub fn new(start: Timestamp) -> Self {
        let state = State { now: start, awake: 0, next_id: 0, sleepers: BTreeMap::new() };
        Self {
            shared: Arc::new(Shared {
                start,
                state: Mutex::new(state),
                quiet: Notify::new(),
                turn: tokio::sync::Mutex::new(()),
            }),
        }
    }

    /// Moves time forward, stopping at every wake-up on the way and waiting there until all work is done. When it
    /// returns, the work of the last instant is done too. Calls made at the same time queue up and add up.
    pub async fn advance(&self, by: Duration) {
        let _turn = self.shared.turn.lock().await;
        let target = self.shared.state.lock().now + by;
        loop {
            self.settle().await;
            match self.shared.step(target) {
                Step::Interrupted => {}
                Step::Fired(wakes) => {
                    for wake in wakes {
                        wake.fire();
                    }
                }
                Step::Arrived => return,
            }
        }
    }

    /// Returns as soon as nobody holds an [`Awake`]. Time does not move.
    pub async fn settle(&self) {
        loop {
            let quiet = self.shared.quiet.notified();
            tokio::pin!(quiet);
            quiet.as_mut().enable();
            if self.shared.state.lock().awake == 0 {
                return;
            }
            quiet.await;
        }
    }

    /// When the next sleeper wants to be woken.
    pub fn next_wake(&self) -> Option<Timestamp> {
        self.shared.state.lock().sleepers.keys().next().map(|(at, _)| *at)
    }

    /// How many are asleep.
    pub fn sleepers(&self) -> usize {
        self.shared.state.lock().sleepers.len()
    }
}

impl std::fmt::Debug for ManualClock {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "ManualClock({})", self.shared.state.lock().now)
    }
}

impl Clock for ManualClock {
    fn now(&self) -> Timestamp {
        self.shared.state.lock().now
    }

    /// The sleeper is on the list from the moment of the call, before the future is polled: a loop may take its next
    /// sleep first, drop its guard and only then await, and leaves no gap in which time could run past it.
    fn sleep_until<'a, 'b>(&'a self, at: Timestamp) -> Pin<Box<dyn Future<Output = Awake> + Send + 'b>>
    where
        'a: 'b,
        Self: 'b,
    {
        let pending = self.shared.enlist(at);
        Box::pin(async move {
            let Some(mut pending) = pending else { return self.awake() };
            match (&mut pending.wake).await {
                Ok(awake) => awake,
                Err(_) => self.awake(),
            }
        })
    }

    fn awake(&self) -> Awake {
        self.shared.state.lock().awake += 1;
        Guard::counted(&self.shared)
    }

    fn ticks(&self) -> u64 {
        let since = self.now().since(self.shared.start);
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }
}

struct Shared {
    start: Timestamp,
    state: Mutex<State>,
    /// Rung when the last guard is dropped.
    quiet: Notify,
    /// Held by the one who advances.
    turn: tokio::sync::Mutex<()>,
}

struct State {
    now: Timestamp,
    awake: usize,
    next_id: u64,
    /// Ordered by instant, then by who came first.
    sleepers: BTreeMap<Key, oneshot::Sender<Awake>>,
}

type Key = (Timestamp, u64);

enum Step {
    Interrupted,
    Fired(Vec<Wake>),
    Arrived,
}

impl Shared {
    /// One step towards `target`. Everyone who fires is counted as awake before the lock is released.
    fn step(self: &Arc<Self>, target: Timestamp) -> Step {
        let mut state = self.state.lock();
        if state.awake > 0 {
            return Step::Interrupted;
        }
        let due = match state.sleepers.keys().next() {
            Some((at, _)) if *at <= target => *at,
            _ => {
                state.now = state.now.max(target);
                return Step::Arrived;
            }
        };
        state.now = state.now.max(due);
        let now = state.now;
        let later = state.sleepers.split_off(&(now, u64::MAX));
        let firing = std::mem::replace(&mut state.sleepers, later);
        state.awake += firing.len();
        Step::Fired(firing.into_values().map(|sender| Wake { sender, awake: Guard::counted(self) }).collect())
    }

    /// Puts a sleeper on the list, or nothing when its instant has come already.
    fn enlist(self: &Arc<Self>, at: Timestamp) -> Option<Pending> {
        let mut state = self.state.lock();
        if at <= state.now {
            return None;
        }
        let key = (at, state.next_id);
        state.next_id += 1;
        let (sender, wake) = oneshot::channel();
        state.sleepers.insert(key, sender);
        Some(Pending { shared: Arc::clone(self), key, wake })
    }
}

/// A sleeper whose instant has come, with the guard that is counted on its behalf.
struct Wake {
    sender: oneshot::Sender<Awake>,
    awake: Awake,
}

impl Wake {
    fn fire(self) {
        // A sleeper who has left gives the guard back, which uncounts it.
        drop(self.sender.send(self.awake));
    }
}

/// A sleeper's place on the list; leaves it when the sleep is given up.
struct Pending {
    shared: Arc<Shared>,
    key: Key,
    wake: oneshot::Receiver<Awake>,
}

impl Drop for Pending {
    fn drop(&mut self) {
        // The sender is dropped after the lock: nothing foreign runs under it.
        let left = self.shared.state.lock().sleepers.remove(&self.key);
        drop(left);
    }
}

/// One count of `State::awake`.
struct Guard {
    shared: Arc<Shared>,
}

impl Guard {
    fn counted(shared: &Arc<Shared>) -> Awake {
        Awake::counted(Arc::new(Self { shared: Arc::clone(shared) }))
    }
}

impl Drop for Guard {
    fn drop(&mut self) {
        let last = {
            let mut state = self.shared.state.lock();
            state.awake -= 1;
            state.awake == 0
        };
        if last {
            self.shared.quiet.notify_waiters();
        }
    }
}
