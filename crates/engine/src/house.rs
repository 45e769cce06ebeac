//! The engine as a whole: what it is made of, how it starts and how it stops.

use crate::bus::Bus;
use crate::device::Device;
use crate::discovery::Discovery;
use crate::error::EngineError;
use crate::live::LiveMiner;
use crate::outbox::Outbox;
use crate::rest::rest_until;
use crate::schedule::Due;
use crate::tasks::{LoopReport, Tasks};
use crate::under_way::UnderWay;
use hmm_domain::audit::AuditEntry;
use hmm_domain::event::{HouseEvent, Level};
use hmm_domain::port::{Clock, FamilyRegistry, Store, StoreError};
use hmm_domain::text::Message;
use hmm_domain::{Actor, HouseSettings, MinerId, Timestamp};
use hmm_strategy::OperationMode;
use parking_lot::{Mutex, RwLock};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{Semaphore, broadcast};

#[derive(Debug, Clone)]
pub struct EngineSettings {
    pub poll_interval: Duration,
    /// Buffered samples are written this often: what a kill can cost.
    pub flush_every: Duration,
    /// Where steps of heat protection are noted while the database is away.
    pub journal: Option<PathBuf>,
}

pub struct EngineParts {
    pub clock: Arc<dyn Clock>,
    pub store: Arc<dyn Store>,
    pub families: FamilyRegistry,
    pub tasks: Tasks,
    pub settings: EngineSettings,
}

/// Something that is not as it should be, and since when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct HouseProblem {
    pub kind: &'static str,
    pub text: Message,
    pub since: Timestamp,
    pub next_try: Option<Timestamp>,
}

/// The house at work. Shared as `Arc`.
pub struct Engine {
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) store: Arc<dyn Store>,
    /// What is spoken here. Replaced whole when a driver comes or goes.
    pub(crate) families: RwLock<FamilyRegistry>,
    pub(crate) settings: EngineSettings,
    pub(crate) tasks: Tasks,
    pub(crate) devices: RwLock<BTreeMap<MinerId, Arc<Device>>>,
    pub(crate) bus: Bus,
    pub(crate) edges: crate::reconcile::Edges,
    pub(crate) outbox: Outbox,
    pub(crate) operation: RwLock<OperationMode>,
    /// Where the end of a pause leads back to.
    operation_before: RwLock<Option<OperationMode>>,
    pub(crate) problems: Mutex<BTreeMap<&'static str, HouseProblem>>,
    /// Polls in flight; grows with the fleet.
    pub(crate) permits: Semaphore,
    pub(crate) permits_given: Mutex<usize>,
    pub(crate) due: Mutex<Option<Due>>,
    /// Changes of the fleet itself, one at a time.
    pub(crate) fleet_turn: tokio::sync::Mutex<()>,
    pub(crate) house_settings: RwLock<HouseSettings>,
    /// Changes of these settings, one at a time.
    pub(crate) settings_turn: tokio::sync::Mutex<()>,
    pub(crate) discovery: Discovery,
    /// Bulk jobs that run.
    pub(crate) under_way: UnderWay,
}

const OPERATION_KEY: &str = "operation_mode";
const OPERATION_BEFORE_KEY: &str = "operation_mode_before";
/// So many polls at once for a small fleet, and at most.
const POLLS_MIN: usize = 64;
const POLLS_MAX: usize = 1_024;

async fn stored_mode(store: &dyn Store, key: &str) -> Result<Option<OperationMode>, StoreError> {
    let Some(value) = store.setting_get(key).await? else { return Ok(None) };
    serde_json::from_value(value).map(Some).map_err(|e| StoreError::Corrupt(format!("setting {key}: {e}")))
}

fn json(mode: OperationMode) -> Result<serde_json::Value, StoreError> {
    serde_json::to_value(mode).map_err(|e| StoreError::Corrupt(e.to_string()))
}

impl Engine {
    /// Loads what is remembered. Nothing moves until [`Engine::start`].
    pub async fn open(parts: EngineParts) -> Result<Arc<Self>, EngineError> {
        let EngineParts { clock, store, families, tasks, settings } = parts;
        // A new installation does nothing by itself until a person says so.
        let operation = stored_mode(&*store, OPERATION_KEY).await?.unwrap_or(OperationMode::DryRun);
        let operation_before = stored_mode(&*store, OPERATION_BEFORE_KEY).await?;
        let house_settings = crate::settings::load(&*store).await?;
        let discovery = Discovery::open(&*store, clock.now()).await?;
        let engine = Arc::new(Self {
            clock,
            store,
            families: RwLock::new(families),
            settings,
            tasks,
            devices: RwLock::default(),
            bus: Bus::new(),
            edges: crate::reconcile::Edges::default(),
            outbox: Outbox::default(),
            operation: RwLock::new(operation),
            operation_before: RwLock::new(operation_before),
            problems: Mutex::default(),
            permits: Semaphore::new(POLLS_MIN),
            permits_given: Mutex::new(POLLS_MIN),
            due: Mutex::default(),
            fleet_turn: tokio::sync::Mutex::default(),
            house_settings: RwLock::new(house_settings),
            settings_turn: tokio::sync::Mutex::default(),
            discovery,
            under_way: UnderWay::default(),
        });
        engine.fleet_load().await?;
        engine.disputes_show();
        Ok(engine)
    }

    /// Starts the loops.
    pub fn start(self: &Arc<Self>) {
        for device in self.device_list() {
            self.device_start(device);
        }
        self.tasks.spawn("reconcile", Arc::clone(self).reconcile_loop());
        self.tasks.spawn("outbox", Arc::clone(self).outbox_loop());
        self.tasks.spawn("flush", Arc::clone(self).flush_loop());
        self.tasks.spawn("schedule", Arc::clone(self).schedule_loop());
    }

    /// No new commands; what is in flight finishes; buffers are written.
    pub async fn stop(&self) {
        self.tasks.stop().await;
        // Whoever carries the jobs holds this engine, and would keep it after its house has gone.
        *self.due.lock() = None;
        if let Err(error) = self.outbox_drain().await {
            tracing::error!(%error, "some outcomes could not be written at the stop");
        }
        if let Err(error) = self.store.samples_flush().await {
            tracing::error!(%error, "the last samples could not be written at the stop");
        }
    }

    async fn flush_loop(self: Arc<Self>) {
        let stop = self.tasks.stopping();
        let mut wait = self.settings.flush_every;
        let mut held = Some(self.clock.awake());
        self.tasks.expect("flush", self.clock.now() + wait);
        loop {
            let next = self.clock.now() + wait;
            let awake = tokio::select! {
                awake = rest_until(&*self.clock, next, &mut held) => awake,
                () = stop.cancelled() => return,
            };
            held = Some(awake);
            match self.store.samples_flush().await {
                Ok(written) => {
                    wait = self.settings.flush_every;
                    self.tasks.beat("flush", Some(self.clock.now() + wait));
                    // With nothing to write, an empty flush says nothing about the database.
                    if written > 0 || self.store.ping().await.is_ok() {
                        self.store_well();
                        self.problem_over("samples_dropped");
                    }
                    self.journal_replay().await;
                }
                Err(error) => {
                    wait = Duration::from_secs(5).min(self.settings.flush_every);
                    let next = self.clock.now() + wait;
                    self.tasks.failed("flush", &error.to_string(), Some(next));
                    self.store_trouble(&error, next);
                }
            }
        }
    }

    pub fn operation_mode(&self) -> OperationMode {
        *self.operation.read()
    }

    /// What it was before PAUSED; nothing while it is not paused.
    pub fn operation_before(&self) -> Option<OperationMode> {
        (self.operation_mode() == OperationMode::Paused).then(|| *self.operation_before.read()).flatten()
    }

    /// What a restored house has to hold before any engine looks: it is PAUSED (D7), and whoever goes on from there comes
    /// to DRY-RUN, whatever the backup was in.
    pub fn settings_of_a_restore() -> Result<[(&'static str, serde_json::Value); 2], EngineError> {
        Ok([(OPERATION_KEY, json(OperationMode::Paused)?), (OPERATION_BEFORE_KEY, json(OperationMode::DryRun)?)])
    }

    /// Changes who may move the hardware. Audited and stored before it takes effect.
    pub async fn set_operation_mode(&self, mode: OperationMode, actor: &Actor) -> Result<(), EngineError> {
        let before = self.operation_mode();
        let entry = AuditEntry::new(self.clock.now(), actor, "system.mode", "system")
            .before(before.as_str())
            .after(mode.as_str());
        self.store.audit_append(&entry).await?;
        if mode == OperationMode::Paused && before != OperationMode::Paused {
            self.store.setting_put(OPERATION_BEFORE_KEY, &json(before)?).await?;
            *self.operation_before.write() = Some(before);
        }
        self.store.setting_put(OPERATION_KEY, &json(mode)?).await?;
        *self.operation.write() = mode;
        self.bus.say(HouseEvent::System);
        self.notice(Level::Info, "operation_mode", None, &format!("{} switched to {}", actor.name, mode.as_str()));
        for device in self.device_list() {
            self.look(&device);
        }
        Ok(())
    }

    pub fn subscribe(&self) -> broadcast::Receiver<Arc<HouseEvent>> {
        self.bus.listen()
    }

    /// For rooms that change what viewers may see (rights, jobs).
    pub fn announce(&self, event: HouseEvent) {
        self.bus.say(event);
    }

    pub fn tasks(&self) -> &Tasks {
        &self.tasks
    }

    pub fn loops(&self) -> Vec<LoopReport> {
        self.tasks.report()
    }

    /// All miners, by id.
    pub fn miners(&self) -> Vec<Arc<LiveMiner>> {
        self.devices.read().values().map(|device| device.live.read().clone()).collect()
    }

    pub fn miner(&self, id: MinerId) -> Option<Arc<LiveMiner>> {
        self.devices.read().get(&id).map(|device| device.live.read().clone())
    }

    /// The last reply as received, secrets masked.
    pub fn raw(&self, id: MinerId) -> Option<Arc<serde_json::Value>> {
        self.devices.read().get(&id).and_then(|device| device.raw.read().clone())
    }

    pub fn problems(&self) -> Vec<HouseProblem> {
        self.problems.lock().values().cloned().collect()
    }

    pub(crate) fn device_list(&self) -> Vec<Arc<Device>> {
        self.devices.read().values().cloned().collect()
    }

    pub(crate) fn device(&self, id: MinerId) -> Result<Arc<Device>, EngineError> {
        self.devices.read().get(&id).cloned().ok_or(EngineError::UnknownMiner(id))
    }

    /// Concurrency follows the fleet, so that a sweep takes the same time whatever its size and a device that keeps
    /// silent until its deadline holds nobody else up.
    pub(crate) fn permits_follow(&self) {
        let wanted = self.devices.read().len().clamp(POLLS_MIN, POLLS_MAX);
        let mut given = self.permits_given.lock();
        if wanted > *given {
            self.permits.add_permits(wanted - *given);
            *given = wanted;
        }
    }

    pub fn problem(&self, kind: &'static str, text: &str, next_try: Option<Timestamp>) {
        let mut problems = self.problems.lock();
        let fresh = !problems.contains_key(kind);
        let since = problems.get(kind).map_or_else(|| self.clock.now(), |problem| problem.since);
        problems.insert(kind, HouseProblem { kind, text: Message::new(text), since, next_try });
        drop(problems);
        if fresh {
            tracing::warn!(kind, text, "a problem began");
            self.bus.say(HouseEvent::System);
        }
    }

    pub fn problem_over(&self, kind: &'static str) {
        let over = self.problems.lock().remove(kind);
        if let Some(problem) = over {
            tracing::info!(kind, "a problem is over");
            self.bus.say(HouseEvent::System);
            let text = format!("over: {}", problem.text);
            self.notice(Level::Info, kind, None, &text);
        }
    }

    pub(crate) fn store_trouble(&self, error: &StoreError, next_try: Timestamp) {
        let kind = match error {
            StoreError::Away(_) => "database_away",
            StoreError::CannotWrite(_) => "database_cannot_write",
            StoreError::Conflict(_) | StoreError::Corrupt(_) => "database_corrupt",
        };
        self.problem(kind, &error.to_string(), Some(next_try));
    }

    pub(crate) fn store_well(&self) {
        for kind in ["database_away", "database_cannot_write", "database_corrupt"] {
            self.problem_over(kind);
        }
    }
}
