//! The one place where news become messages, and where viewers hang on.

use super::frame::Frame;
use super::pending::Pending;
use super::snapshot;
use super::wire::{
    CommandChanged, EventHappened, JobChanged, LiveMessage, MinersChanged, Ping, ReadingNow, Readings, SystemChanged,
    SystemNow,
};
use crate::api::miners::wire::MinerBody;
use crate::front::House;
use hmm_domain::MinerId;
use hmm_domain::port::StoreError;
use hmm_engine::LiveMiner;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;
use tokio::sync::broadcast;
use tokio::sync::broadcast::error::RecvError;

/// Ten rounds a second: no viewer gets readings more often.
const ROUND: Duration = Duration::from_millis(100);
const PING_EVERY: Duration = Duration::from_secs(20);
/// Readings in one message; the rest comes with the next round. Keeps a socket's buffer small.
const BATCH: usize = 24;
/// Messages that a viewer may be behind.
const BEHIND_MAX: usize = 128;

/// What is sent to everybody.
#[derive(Debug, Clone)]
pub(super) enum Told {
    Frame(Arc<Frame>),
    /// Something was missed here: send a snapshot.
    Afresh,
}

/// A miner, and the JSON of exactly that value.
type Written = (Arc<LiveMiner>, Arc<str>);

/// What live viewers hang on.
pub struct Hub {
    told: broadcast::Sender<Told>,
    viewers: AtomicU64,
    /// Each miner as JSON, made once per change.
    written: Mutex<BTreeMap<MinerId, Written>>,
    snapshot: snapshot::Kept,
}

impl Default for Hub {
    fn default() -> Self {
        Self::new()
    }
}

impl Hub {
    pub fn new() -> Self {
        Self {
            told: broadcast::Sender::new(BEHIND_MAX),
            viewers: AtomicU64::new(0),
            written: Mutex::default(),
            snapshot: snapshot::Kept::default(),
        }
    }

    pub fn viewers(&self) -> u64 {
        self.viewers.load(Ordering::Relaxed)
    }

    /// A miner as JSON. The same value is written once, however often it is asked for.
    pub fn miner_json(&self, live: &Arc<LiveMiner>) -> Arc<str> {
        let id = live.miner.id;
        if let Some((known, text)) = self.written.lock().get(&id)
            && Arc::ptr_eq(known, live)
        {
            return Arc::clone(text);
        }
        let text: Arc<str> = serde_json::to_string(&MinerBody::from(&**live)).unwrap_or_default().into();
        self.written.lock().insert(id, (Arc::clone(live), Arc::clone(&text)));
        text
    }

    pub(super) fn join(self: &Arc<Self>) -> (broadcast::Receiver<Told>, Viewer) {
        self.viewers.fetch_add(1, Ordering::Relaxed);
        (self.told.subscribe(), Viewer(Arc::clone(self)))
    }

    pub(super) fn snapshot(&self, house: &House) -> Arc<[Frame]> {
        self.snapshot.frames(house, self)
    }

    fn forget(&self, id: MinerId) {
        self.written.lock().remove(&id);
    }

    fn tell(&self, message: &LiveMessage) {
        if let Some(frame) = Frame::new(message) {
            // Nobody there is no failure.
            let _ = self.told.send(Told::Frame(Arc::new(frame)));
        }
    }

    fn tell_written(&self, text: String) {
        if let Some(frame) = Frame::split(text, hmm_domain::Role::Viewer, false) {
            let _ = self.told.send(Told::Frame(Arc::new(frame)));
        }
    }
}

/// Counted while it lives.
pub(super) struct Viewer(Arc<Hub>);

impl Drop for Viewer {
    fn drop(&mut self) {
        self.0.viewers.fetch_sub(1, Ordering::Relaxed);
    }
}

/// Turns what happens in the house into messages until the program stops. Spawned once, after the house is built.
pub async fn run(house: Arc<House>) {
    let mut events = house.engine.subscribe();
    let stop = house.engine.tasks().stopping();
    let clock = Arc::clone(&house.clock);
    let mut pending = Pending::default();
    // Measured in ticks: a jump of the wall clock neither silences nor floods anybody.
    let millis = |span: Duration| u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
    let (mut last_round, mut last_ping) = (None::<u64>, clock.ticks());
    loop {
        let now = clock.ticks();
        let ping_in = (last_ping + millis(PING_EVERY)).saturating_sub(now);
        let round_in = last_round.map_or(0, |last| (last + millis(ROUND)).saturating_sub(now));
        let wait = if pending.is_empty() { ping_in } else { ping_in.min(round_in) };
        // Held until this round is done: a driven clock waits for it.
        let _awake = if wait == 0 {
            clock.awake()
        } else {
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                event = events.recv() => {
                    match event {
                        Ok(event) => pending.take(&event),
                        Err(RecvError::Lagged(_)) => pending.missed(),
                        Err(RecvError::Closed) => return,
                    }
                    clock.awake()
                }
                awake = clock.sleep_until(clock.now() + Duration::from_millis(wait)) => awake,
            }
        };
        while let Ok(event) = events.try_recv() {
            pending.take(&event);
        }
        let now = clock.ticks();
        let due = last_round.is_none_or(|last| now >= last + millis(ROUND));
        if due && !pending.is_empty() {
            last_round = Some(now);
            if let Err(error) = round(&house, &mut pending).await {
                tracing::debug!(%error, "viewers start afresh: what happened could not be read");
                pending.missed();
            }
        }
        if now >= last_ping + millis(PING_EVERY) {
            last_ping = now;
            house.live.tell(&LiveMessage::Ping(Ping { at: house.clock.now().to_chrono() }));
        }
    }
}

/// Tells what has gathered. Without viewers nothing is written at all.
async fn round(house: &House, pending: &mut Pending) -> Result<(), StoreError> {
    let hub = &house.live;
    hub.snapshot.outdated();
    for id in &pending.gone {
        hub.forget(*id);
    }
    if hub.told.receiver_count() == 0 {
        *pending = Pending::default();
        return Ok(());
    }
    if std::mem::take(&mut pending.afresh) {
        let _ = hub.told.send(Told::Afresh);
    }
    if std::mem::take(&mut pending.system) {
        hub.tell(&LiveMessage::System(SystemChanged { system: SystemNow::of(house) }));
    }
    miners(house, pending);
    readings(house, pending);
    for notice in std::mem::take(&mut pending.notices) {
        hub.tell(&LiveMessage::Event(EventHappened { event: notice.into() }));
    }
    while let Some(id) = pending.commands.pop_first() {
        if let Some(command) = house.store.command_find(id).await? {
            hub.tell(&LiveMessage::Command(CommandChanged { command: command.into() }));
        }
    }
    while let Some(id) = pending.jobs.pop_first() {
        if let Some(job) = house.store.job_find(id).await? {
            hub.tell(&LiveMessage::Job(JobChanged { job: job.into() }));
        }
    }
    Ok(())
}

fn miners(house: &House, pending: &mut Pending) {
    let gone: Vec<i64> = std::mem::take(&mut pending.gone).into_iter().map(MinerId::get).collect();
    if !gone.is_empty() {
        house.live.tell(&LiveMessage::Miner(MinersChanged { items: Vec::new(), gone }));
    }
    let changed = some(&mut pending.miners, BATCH);
    let texts: Vec<_> =
        changed.iter().filter_map(|id| house.engine.miner(*id)).map(|live| house.live.miner_json(&live)).collect();
    if !texts.is_empty() {
        house.live.tell_written(miner_message(&texts));
    }
}

fn readings(house: &House, pending: &mut Pending) {
    let fresh = some(&mut pending.readings, BATCH);
    let items: Vec<ReadingNow> =
        fresh.iter().filter_map(|id| house.engine.miner(*id)).map(|live| ReadingNow::from(&*live)).collect();
    if !items.is_empty() {
        house.live.tell(&LiveMessage::Reading(Readings { items }));
    }
}

/// Takes at most `most`; the rest waits for the next round.
fn some(set: &mut std::collections::BTreeSet<MinerId>, most: usize) -> Vec<MinerId> {
    std::iter::from_fn(|| set.pop_first()).take(most).collect()
}

/// `{"type":"miner",…}` from miners that are written already.
pub(super) fn miner_message(texts: &[Arc<str>]) -> String {
    format!(r#"{{"type":"miner","items":[{}],"gone":[]}}"#, texts.join(","))
}
