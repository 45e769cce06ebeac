//! A house to test in: a folder, a store on one of the two databases, and a way to speak SQL behind its back.

use async_trait::async_trait;
use hmm_domain::miner::{AsFound, Capabilities, Identity, Miner, PowerOff, Profile};
use hmm_domain::port::{Awake, Clock};
use hmm_domain::units::{CentiCelsius, Hashrate, Power};
use hmm_domain::{FamilyId, Label, MinerId, MinerState, Reading, Sample, Timestamp};
use hmm_store::{DatabaseKind, OpenError, Opened, Owner, Pools, Spawner, SqlStore, StoreSettings};
use sqlx::AssertSqlSafe;
use std::future::Future;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, LazyLock};
use std::time::Duration;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tokio::sync::{OnceCell, Semaphore};

/// One runtime for the whole run: the embedded server is watched on it.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());
static SERVER: OnceCell<Server> = OnceCell::const_new();
/// The shared server has two dozen connections, and a house may take nine of them: one test at a time has houses there,
/// and one at a time restores into it.
static GUESTS: Semaphore = Semaphore::const_new(1);
static RESTORERS: Semaphore = Semaphore::const_new(1);
static COUNT: AtomicU32 = AtomicU32::new(0);

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Engine {
    Sqlite,
    Postgresql,
}

/// The machine's time.
pub(crate) struct Now;

#[async_trait]
impl Clock for Now {
    #[expect(clippy::disallowed_methods, reason = "this is the clock of the tests")]
    fn now(&self) -> Timestamp {
        Timestamp::from_chrono(chrono::Utc::now())
    }

    #[expect(clippy::disallowed_methods, reason = "this is the clock of the tests")]
    async fn sleep_until(&self, at: Timestamp) -> Awake {
        tokio::time::sleep(at.since(self.now())).await;
        Awake::default()
    }

    fn awake(&self) -> Awake {
        Awake::default()
    }

    fn ticks(&self) -> u64 {
        self.now().millis().unsigned_abs()
    }
}

pub(crate) fn clock() -> Arc<dyn Clock> {
    Arc::new(Now)
}

#[expect(clippy::disallowed_methods, reason = "this is the spawner of the tests")]
pub(crate) fn spawner() -> Spawner {
    Arc::new(|_, task| drop(tokio::spawn(task)))
}

pub(crate) async fn pause(ms: u64) {
    drop(Now.sleep_until(Now.now() + Duration::from_millis(ms)).await);
}

/// Root hands PostgreSQL to somebody who stands in /etc/passwd, or initdb refuses.
pub(crate) fn owner() -> Owner {
    let passwd = std::fs::read_to_string("/etc/passwd").unwrap();
    let line = passwd.lines().find(|line| line.starts_with("nobody:")).expect("a user nobody");
    let fields: Vec<&str> = line.split(':').collect();
    Owner { uid: fields[2].parse().unwrap(), gid: fields[3].parse().unwrap() }
}

pub(crate) fn folder() -> TempDir {
    use std::os::unix::fs::PermissionsExt;
    let dir = tempfile::Builder::new().prefix("hmm-it-").tempdir_in("/tmp").unwrap();
    std::fs::set_permissions(dir.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    dir
}

pub(crate) fn settings(dir: &Path, kind: DatabaseKind) -> StoreSettings {
    let mut settings = StoreSettings::new(dir, kind, env!("CARGO_BIN_EXE_hmm-store-pg-child"));
    settings.owner = Some(owner());
    settings
}

pub(crate) async fn open(settings: &StoreSettings) -> Result<Opened, OpenError> {
    hmm_store::open(settings, clock(), spawner()).await
}

struct Server {
    url: String,
    _opened: Opened,
}

/// The server all tests share. Its folder goes when the next run finds that its process has gone.
async fn server() -> &'static Server {
    SERVER
        .get_or_init(|| async {
            for old in std::fs::read_dir("/tmp").unwrap().flatten() {
                let name = old.file_name().to_string_lossy().into_owned();
                let pid = name.strip_prefix("hmm-it-server-");
                if pid.is_some_and(|pid| !Path::new("/proc").join(pid).exists()) {
                    let _ = std::fs::remove_dir_all(old.path());
                }
            }
            let dir = PathBuf::from(format!("/tmp/hmm-it-server-{}", std::process::id()));
            let settings = settings(&dir, DatabaseKind::Postgresql);
            let opened = open(&settings).await.unwrap_or_else(|e| {
                panic!(
                    "the PostgreSQL half of these tests needs PostgreSQL 15 or newer (apt-get install postgresql): {e}"
                )
            });
            let password = std::fs::read_to_string(dir.join("postgres.password")).unwrap();
            let url = format!("postgres://hmm:{password}@localhost/DB?host={}", dir.join("postgres").display());
            Server { url, _opened: opened }
        })
        .await
}

/// A new empty database on the shared server.
pub(crate) async fn empty_database() -> String {
    let server = server().await;
    let name = format!("t{}", COUNT.fetch_add(1, Ordering::Relaxed));
    let mut connection =
        <sqlx::PgConnection as sqlx::Connection>::connect(&server.url.replace("/DB?", "/postgres?")).await.unwrap();
    sqlx::query(AssertSqlSafe(format!("CREATE DATABASE {name}"))).execute(&mut connection).await.unwrap();
    server.url.replace("/DB?", &format!("/{name}?"))
}

pub(crate) async fn kind(engine: Engine) -> DatabaseKind {
    match engine {
        Engine::Sqlite => DatabaseKind::Sqlite,
        Engine::Postgresql => DatabaseKind::External(empty_database().await),
    }
}

pub(crate) struct House {
    pub(crate) engine: Engine,
    pub(crate) dir: TempDir,
    pub(crate) settings: StoreSettings,
    opened: Option<Opened>,
}

impl House {
    pub(crate) async fn new(engine: Engine) -> Self {
        let dir = folder();
        let settings = settings(dir.path(), kind(engine).await);
        let opened = Some(open(&settings).await.unwrap());
        Self { engine, dir, settings, opened }
    }

    pub(crate) fn opened(&self) -> &Opened {
        self.opened.as_ref().unwrap()
    }

    pub(crate) fn store(&self) -> Arc<SqlStore> {
        self.opened().store.clone()
    }

    pub(crate) async fn stop(&mut self) {
        if let Some(opened) = self.opened.take() {
            opened.running.stop().await;
        }
    }

    /// Stops and starts on the same data.
    pub(crate) async fn again(&mut self) -> Result<(), OpenError> {
        self.stop().await;
        self.opened = Some(open(&self.settings).await?);
        Ok(())
    }

    /// Somebody's hand in the database.
    pub(crate) async fn sql(&self, sql: &str) -> u64 {
        let sql = AssertSqlSafe(sql.to_owned());
        match &self.opened().jobs {
            Pools::Sqlite(pool) => sqlx::query(sql).execute(pool).await.unwrap().rows_affected(),
            Pools::Postgres(pool) => sqlx::query(sql).execute(pool).await.unwrap().rows_affected(),
        }
    }

    pub(crate) async fn number(&self, sql: &str) -> i64 {
        let sql = AssertSqlSafe(sql.to_owned());
        match &self.opened().jobs {
            Pools::Sqlite(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
            Pools::Postgres(pool) => sqlx::query_scalar(sql).fetch_one(pool).await.unwrap(),
        }
    }
}

/// Runs a scenario in a fresh house and stops it in order.
pub(crate) fn run<F: Future<Output = ()>>(engine: Engine, scenario: impl FnOnce(Arc<tokio::sync::Mutex<House>>) -> F) {
    RUNTIME.block_on(async {
        let _seat = if engine == Engine::Postgresql { Some(GUESTS.acquire().await.unwrap()) } else { None };
        let house = Arc::new(tokio::sync::Mutex::new(House::new(engine).await));
        scenario(house.clone()).await;
        house.lock().await.stop().await;
    });
}

pub(crate) fn alone<F: Future<Output = ()>>(scenario: F) {
    RUNTIME.block_on(scenario);
}

/// For a second house, beside the one that `run` gave a seat to.
pub(crate) async fn second_seat() -> tokio::sync::SemaphorePermit<'static> {
    RESTORERS.acquire().await.unwrap()
}

pub(crate) async fn seat() -> tokio::sync::SemaphorePermit<'static> {
    GUESTS.acquire().await.unwrap()
}

pub(crate) fn at(ms: i64) -> Timestamp {
    Timestamp::from_millis(ms)
}

pub(crate) fn miner(name: &str, identity: Identity) -> Miner {
    Miner {
        id: MinerId::new(0),
        name: Label::new(name),
        address: "127.77.0.1".to_owned(),
        port: 8_080,
        family: FamilyId::new("axeos"),
        identity,
        profile: Profile {
            model: Some(Label::new("Gamma")),
            firmware: Some(Label::new("v2.12")),
            capabilities: Capabilities {
                set_mode: true,
                power_off: PowerOff::Pause,
                measures_power: true,
                set_pool: true,
                pool_slots: 2,
                pool_needs_restart: true,
                pools_shown_are_used: false,
                wake_needs_restart: false,
                restart: true,
                identify: true,
                frequency: None,
                core_voltage: None,
                fan_pct: Some((0, 100)),
                target_temperature: None,
            },
            modes: Vec::new(),
            temperature_limit: CentiCelsius::degrees(65),
            power_limit: Some(Power::new(40_000)),
            poll_gap_min: Duration::from_secs(5),
            boot_deadline: Duration::from_mins(2),
        },
        as_found: AsFound::default(),
        enabled: true,
        may_overclock: false,
        tags: vec![Label::new("cellar"), Label::new("süd")],
        added_at: at(1_700_000_000_123),
        typed_power: Some(Power::new(1_500)),
    }
}

/// A sample of 30 covered seconds.
pub(crate) fn sample(miner: i64, ms: i64, hashrate: u64, milliwatts: u32) -> Sample {
    Sample {
        miner: MinerId::new(miner),
        at: at(ms),
        reading: Reading {
            hashrate: Some(Hashrate::new(hashrate)),
            power: Some(Power::new(milliwatts)),
            temperature: Some(CentiCelsius::degrees(55)),
            ..Reading::default()
        },
        mode: None,
        state: MinerState::Mining,
        growth: hmm_domain::sample::Growth {
            covered: Duration::from_secs(30),
            energy: Some(hmm_domain::units::Energy::new(i64::from(milliwatts) * 30)),
            accepted: Some(2),
            rejected: None,
        },
        spike: false,
    }
}
