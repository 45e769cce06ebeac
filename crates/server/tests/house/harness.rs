//! A house with simulated miners, a database in a temporary folder and a clock that a test drives.

use hmm_adapters::miners::families_at;
use hmm_domain::event::HouseEvent;
use hmm_domain::job::{Job, JobState};
use hmm_domain::port::{Awake, Clock, FamilyRegistry, Neighbour, Store, Vicinity};
use hmm_domain::wish::{Until, Want};
use hmm_domain::{Actor, Command, CommandId, CommandState, JobId, Label, MinerId, ModeId, Timestamp};
use hmm_engine::discovery::Found;
use hmm_engine::{AddMiner, Engine, EngineParts, EngineSettings, OperationMode, Tasks};
use hmm_net::surroundings::{Surroundings, fixed};
use hmm_net::{Guard, Outbound};
use hmm_sim::{Generation, ManualClock, MinerSpec, Model, Neighbourhood, NeighbourhoodConfig};
use hmm_store::{DatabaseKind, StoreSettings};
use std::collections::BTreeMap;
use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::atomic::{AtomicI64, AtomicU16, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

/// Midnight, UTC, on a Friday.
pub(crate) const MIDNIGHT: Timestamp = Timestamp::from_millis(1_795_132_800_000);

/// The driven clock, with a wall clock on it that somebody can set. Time itself does not jump.
#[derive(Clone)]
pub(crate) struct Wall {
    time: ManualClock,
    set_by_ms: Arc<AtomicI64>,
}

impl Wall {
    pub(crate) fn set_by(&self, ms: i64) {
        self.set_by_ms.fetch_add(ms, Ordering::SeqCst);
    }

    fn shown(&self, at: Timestamp) -> Timestamp {
        Timestamp::from_millis(at.millis() + self.set_by_ms.load(Ordering::SeqCst))
    }
}

#[async_trait::async_trait]
impl Clock for Wall {
    fn now(&self) -> Timestamp {
        self.shown(self.time.now())
    }

    async fn sleep_until(&self, at: Timestamp) -> Awake {
        let left = at.since(self.now());
        self.time.sleep_until(self.time.now() + left).await
    }

    fn awake(&self) -> Awake {
        self.time.awake()
    }

    fn ticks(&self) -> u64 {
        self.time.ticks()
    }
}

pub(crate) struct TestHouse {
    pub(crate) clock: ManualClock,
    pub(crate) wall: Wall,
    pub(crate) sim: Arc<Neighbourhood>,
    pub(crate) engine: Arc<Engine>,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) ana: Actor,
    dir: tempfile::TempDir,
}

impl TestHouse {
    /// A house with these miners next door, none of them added yet.
    pub(crate) async fn new(miners: Vec<MinerSpec>) -> Self {
        let clock = ManualClock::new(MIDNIGHT);
        let shared: Arc<dyn Clock> = Arc::new(clock.clone());
        let config = NeighbourhoodConfig { seed: 7, miners, clock: Arc::clone(&shared) };
        let sim = Arc::new(Neighbourhood::start(config).await.unwrap());
        let dir = tempfile::tempdir().unwrap();
        let wall = Wall { time: clock.clone(), set_by_ms: Arc::default() };
        let (engine, store) = open(dir.path(), Arc::new(wall.clone()), &sim.ports()).await;
        engine.start();
        let ana = Actor { name: Label::new("ana"), ..Actor::console() };
        Self { clock, wall, sim, engine, store, ana, dir }
    }

    /// Stops the program and starts it again on the same folder and the same neighbourhood.
    pub(crate) async fn restart(&mut self) {
        self.engine.stop().await;
        self.reopen().await;
    }

    /// The same with other families.
    pub(crate) async fn restart_speaking(&mut self, families: FamilyRegistry) {
        self.engine.stop().await;
        let (engine, store) = open_with(self.dir.path(), Arc::new(self.wall.clone()), families).await;
        (self.engine, self.store) = (engine, store);
        self.engine.start();
    }

    /// Starts it again without a stop: whatever was not written is lost.
    pub(crate) async fn reopen(&mut self) {
        let (engine, store) = open(self.dir.path(), Arc::new(self.wall.clone()), &self.sim.ports()).await;
        (self.engine, self.store) = (engine, store);
        self.engine.start();
    }

    pub(crate) async fn add(&self, name: &str) -> MinerId {
        let address = self.sim.address(name).unwrap();
        let add = AddMiner {
            name: Label::new(name),
            address: address.ip().to_string(),
            port: Some(address.port()),
            family: None,
            credentials: hmm_domain::port::Credentials::default(),
            tags: vec![],
            verify: true,
        };
        self.engine.miner_add(add, &self.ana).await.unwrap()
    }

    pub(crate) async fn minutes(&self, minutes: u64) {
        self.clock.advance(Duration::from_secs(minutes * 60)).await;
    }

    pub(crate) async fn seconds(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds)).await;
    }

    pub(crate) async fn wants(&self, miner: MinerId, want: Want, until: Until) -> CommandId {
        self.engine.wish(miner, want, until, &self.ana).await.unwrap()
    }

    pub(crate) async fn asks(&self, miner: MinerId, command: Command) -> CommandId {
        self.engine.command(miner, command, &self.ana).await.unwrap()
    }

    pub(crate) async fn state_of(&self, command: CommandId) -> (CommandState, String) {
        let record = self.store.command_find(command).await.unwrap().unwrap();
        (record.state, record.reason.to_string())
    }

    pub(crate) async fn live(&self) {
        self.engine.set_operation_mode(OperationMode::Live, &self.ana).await.unwrap();
    }
}

impl TestHouse {
    /// Looks round where the house looks by itself, and waits until it is over.
    pub(crate) async fn look_round(&self) -> Vec<Arc<Found>> {
        let news = self.engine.subscribe();
        let ground = self.engine.discovery_ground();
        let id = self.engine.discovery_start(&ground, &self.ana).await.unwrap();
        let job = settled(&*self.store, news, id).await;
        assert_eq!(job.state, JobState::Done, "{:?}", job.error);
        self.engine.discovery_found()
    }

    /// The kinds of what people were told, oldest first, without those of silence and return.
    pub(crate) async fn told(&self) -> Vec<String> {
        // What is on its way to the database arrives before time moves on.
        self.seconds(1).await;
        let mut notices = self.store.event_list(None, None, None, 100).await.unwrap();
        notices.reverse();
        let kinds = notices.into_iter().map(|notice| notice.kind);
        kinds.filter(|kind| !["miner_offline", "miner_online"].contains(&kind.as_str())).collect()
    }

    /// Keeps every writer out of the database until the guard is dropped.
    pub(crate) async fn hold_database(&self) -> sqlx::SqliteConnection {
        use sqlx::Connection as _;
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(self.dir.path().join("data.db"));
        let mut connection = sqlx::SqliteConnection::connect_with(&options).await.unwrap();
        sqlx::query("BEGIN IMMEDIATE").execute(&mut connection).await.unwrap();
        connection
    }
}

/// A Gamma of this firmware, at an address that no other test of this process uses.
pub(crate) fn one(name: &str, generation: Generation) -> MinerSpec {
    static NEXT: AtomicU16 = AtomicU16::new(1);
    let [high, low] = NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes();
    MinerSpec::new(name, Model::Gamma, generation, Ipv4Addr::new(127, 77, 100 + high, low))
}

pub(crate) fn mode(id: &str) -> Want {
    Want::Mode(ModeId::new(id))
}

async fn open(dir: &Path, clock: Arc<dyn Clock>, ports: &BTreeMap<&'static str, u16>) -> (Arc<Engine>, Arc<dyn Store>) {
    // The neighbourhood lives on loopback, which no guard lets through unless it is listed.
    let ranges = ["127.77.0.0/16", "127.84.0.0/16"].map(|range| range.parse().unwrap());
    let guard = Guard::device(ranges.to_vec(), fixed(Surroundings::default()));
    let outbound = Outbound::device(guard).unwrap();
    let families = families_at(&outbound, ports);
    open_with(dir, clock, families).await
}

pub(crate) async fn open_with(
    dir: &Path,
    clock: Arc<dyn Clock>,
    families: FamilyRegistry,
) -> (Arc<Engine>, Arc<dyn Store>) {
    let tasks = Tasks::new(Arc::clone(&clock));
    let mut settings = StoreSettings::new(dir, DatabaseKind::Sqlite, env!("CARGO_BIN_EXE_hmm"));
    settings.turn = Duration::from_millis(100);
    let spawner = tasks.clone();
    let opened = hmm_store::open(&settings, Arc::clone(&clock), Arc::new(move |name, task| spawner.spawn(name, task)))
        .await
        .unwrap();
    let store: Arc<dyn Store> = opened.store.clone();
    let parts = EngineParts {
        clock: Arc::clone(&clock),
        store: Arc::clone(&store),
        families,
        tasks,
        settings: EngineSettings {
            poll_interval: Duration::from_secs(30),
            flush_every: Duration::from_mins(1),
            journal: Some(dir.join("heat.journal")),
        },
    };
    let engine = Engine::open(parts).await.unwrap();
    jobs_at_once(&engine, clock);
    (engine, store)
}

pub(crate) type News = tokio::sync::broadcast::Receiver<Arc<HouseEvent>>;

/// Waits until a job is over.
pub(crate) async fn settled(store: &dyn Store, mut news: News, id: JobId) -> Job {
    loop {
        let job = store.job_find(id).await.unwrap().unwrap();
        if job.state.settled() {
            return job;
        }
        news.recv().await.unwrap();
    }
}

/// What a test lets the house see of its street.
pub(crate) struct Street {
    pub(crate) ranges: Vec<ipnet::IpNet>,
    pub(crate) neighbours: Mutex<BTreeMap<IpAddr, Neighbour>>,
    pub(crate) calling: Mutex<Vec<IpAddr>>,
    pub(crate) announced: Mutex<Result<Vec<IpAddr>, String>>,
}

impl Street {
    /// The network 127.84.`n`.0/24.
    pub(crate) fn new(n: u8) -> Arc<Self> {
        let ranges = vec![format!("127.84.{n}.0/24").parse().unwrap()];
        let announced = Mutex::new(Ok(Vec::new()));
        Arc::new(Self { ranges, neighbours: Mutex::default(), calling: Mutex::default(), announced })
    }
}

#[async_trait::async_trait]
impl Vicinity for Street {
    fn own_ranges(&self) -> Vec<ipnet::IpNet> {
        self.ranges.clone()
    }

    fn neighbour(&self, address: IpAddr) -> Neighbour {
        self.neighbours.lock().unwrap().get(&address).cloned().unwrap_or_default()
    }

    fn calling(&self) -> Vec<IpAddr> {
        self.calling.lock().unwrap().clone()
    }

    async fn announced(&self) -> Result<Vec<IpAddr>, String> {
        self.announced.lock().unwrap().clone()
    }
}

/// Without a queue between asking and doing. No other job comes round here.
fn jobs_at_once(engine: &Arc<Engine>, clock: Arc<dyn Clock>) {
    let weak = Arc::downgrade(engine);
    engine.on_due(vec![], move |id, kind| {
        let engine = weak.upgrade().unwrap();
        // A driven clock waits for a scan that is on its way; a bulk run waits for the clock.
        let awake = clock.awake();
        engine.tasks().clone().spawn("job", async move {
            match kind.as_str() {
                hmm_engine::discovery::SCAN => {
                    engine.discovery_run(id).await.unwrap();
                    drop(awake);
                }
                hmm_engine::bulk::BULK => {
                    drop(awake);
                    engine.bulk_run(id).await.unwrap();
                }
                other => panic!("{other}"),
            }
        });
        Box::pin(async { Ok(()) })
    });
}
