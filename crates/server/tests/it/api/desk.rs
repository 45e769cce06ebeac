//! The real router on a real database, with simulated miners and a clock that a test drives.

use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use bytes::Bytes;
use hmm_adapters::miners::families_at;
use hmm_domain::port::{Clock, Store};
use hmm_domain::{Role, Timestamp};
use hmm_engine::{Engine, EngineParts, EngineSettings, SystemClock, Tasks};
use hmm_net::surroundings::{Surroundings, fixed};
use hmm_net::whereabouts::{Link, Observed};
use hmm_net::{Guard, Jq, Outbound};
use hmm_server::auth::sign_in::Credentials;
use hmm_server::auth::{Client, Gatekeeper, SetupCode, console};
use hmm_server::config::{Config, Environment};
use hmm_server::front::{Front, House};
use hmm_server::live::{self, Hub};
use hmm_server::plugins::Plugins;
use hmm_server::problem;
use hmm_server::restore::Order;
use hmm_server::tls::Tls;
use hmm_server::wiring::http::{self as doors, Doors, Limits, Secured};
use hmm_server::wiring::restore::Restorer;
use hmm_server::wiring::visit::Visits;
use hmm_sim::{Generation, ManualClock, MinerSpec, Model, Neighbourhood, NeighbourhoodConfig};
use hmm_store::{DatabaseKind, SqlStore, StoreSettings};
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt;
use serde_json::Value;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;
use tokio::sync::mpsc;
use tower::ServiceExt;

pub(crate) const MIDNIGHT: Timestamp = Timestamp::from_millis(1_795_132_800_000);
pub(crate) const HOST: &str = "192.168.1.2:8080";
pub(crate) const PASSWORD: &str = "a long enough password";

/// A house with its front door.
pub(crate) struct Desk {
    pub(crate) clock: ManualClock,
    pub(crate) house: Arc<House>,
    pub(crate) router: Router,
    pub(crate) visits: Arc<Visits>,
    pub(crate) front: Arc<Front>,
    /// For what only it can do: backups.
    pub(crate) sql: Arc<SqlStore>,
    /// What the life of the program would be asked.
    pub(crate) orders: mpsc::Receiver<Order>,
    pub(crate) sim: Arc<Neighbourhood>,
    pub(crate) dir: tempfile::TempDir,
    pub(crate) setup_code: String,
    pub(crate) viewer: String,
    pub(crate) operator: String,
    pub(crate) admin: String,
}

/// A Gamma of this firmware, at an address that no other test of this process uses.
pub(crate) fn gamma(name: &str) -> MinerSpec {
    static NEXT: AtomicU16 = AtomicU16::new(1);
    let [high, low] = NEXT.fetch_add(1, Ordering::Relaxed).to_be_bytes();
    MinerSpec::new(name, Model::Gamma, Generation::V2_12, Ipv4Addr::new(127, 78, high, low))
}

impl Desk {
    pub(crate) async fn new() -> Self {
        Self::with(vec![], |_| {}).await
    }

    pub(crate) async fn with(miners: Vec<MinerSpec>, change: impl FnOnce(&mut Config)) -> Self {
        let clock = ManualClock::new(MIDNIGHT);
        let shared: Arc<dyn Clock> = Arc::new(clock.clone());
        let sim = NeighbourhoodConfig { seed: 7, miners, clock: Arc::clone(&shared) };
        let sim = Arc::new(Neighbourhood::start(sim).await.unwrap());
        let dir = tempfile::tempdir().unwrap();
        let mut config = Config::defaults(dir.path(), Environment::default());
        change(&mut config);
        let config = Arc::new(config);
        let tasks = Tasks::new(Arc::clone(&shared));
        let sql = open_store(dir.path().to_owned()).await;
        let store: Arc<dyn Store> = sql.clone();
        let (restorer, orders) = Restorer::new();
        let guard = Guard::device(vec!["127.78.0.0/15".parse().unwrap()], fixed(Surroundings::default()));
        let outbound = Outbound::device(guard).unwrap();
        let families = families_at(&outbound, &sim.ports());
        let jq = Jq::new(env!("CARGO_BIN_EXE_hmm"), vec!["__jq".into()]);
        let plugins = Arc::new(Plugins::new(dir.path(), outbound, jq, families));
        let settings = EngineSettings {
            poll_interval: Duration::from_secs(30),
            flush_every: Duration::from_mins(1),
            journal: None,
        };
        let parts = EngineParts {
            clock: Arc::clone(&shared),
            store: Arc::clone(&store),
            families: plugins.families(),
            tasks: tasks.clone(),
            settings,
        };
        let engine = Engine::open(parts).await.unwrap();
        jobs_at_once(&engine);
        let setup = SetupCode::ensure(dir.path(), &*store, Arc::clone(&shared)).await.unwrap();
        let setup_code = setup.code().unwrap();
        let house = Arc::new(House {
            clock: Arc::clone(&shared),
            store: Arc::clone(&store),
            engine: Arc::clone(&engine),
            plugins,
            config: Arc::clone(&config),
            gatekeeper: Gatekeeper::new(Arc::clone(&store), Arc::clone(&shared), Arc::clone(&config), setup, [7; 32]),
            live: Arc::new(Hub::new()),
            look: Arc::new(at_home),
            demo: false,
            visit: false,
            restores: Some(restorer),
            epoch: 42,
            started_at: MIDNIGHT,
        });
        tasks.spawn("live", live::run(Arc::clone(&house)));
        engine.start();
        let tls = Tls::open(&config, MIDNIGHT).unwrap();
        let visits = Visits::new(Arc::clone(&config), Arc::clone(&tls), Arc::clone(&shared));
        let front = Arc::new(Front::new(config, Arc::clone(&visits) as _, tls));
        front.open(Arc::clone(&house));
        let token = async |role, name| console::token_create(&*store, &clock, role, name).await.unwrap();
        let viewer = token(Role::Viewer, "viewer").await;
        let operator = token(Role::Operator, "operator").await;
        let admin = token(Role::Admin, "admin").await;
        let router = doors::router(&front, &visits);
        Self { clock, house, router, visits, front, sql, orders, sim, dir, setup_code, viewer, operator, admin }
    }

    pub(crate) fn ask(&self, method: &str, path: &str) -> Ask {
        let headers = HeaderMap::from_iter([(header::HOST, HOST.parse().unwrap())]);
        let peer = IpAddr::V4(Ipv4Addr::new(192, 168, 1, 50));
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        Ask { router: self.router.clone(), method, path: path.to_owned(), headers, peer, body: Bytes::new() }
    }

    pub(crate) fn get(&self, path: &str) -> Ask {
        self.ask("GET", path)
    }

    pub(crate) fn post(&self, path: &str) -> Ask {
        self.ask("POST", path)
    }

    /// Makes a person with [`PASSWORD`] and signs them in past the door. Returns the cookie.
    pub(crate) async fn person(&self, name: &str, role: Role) -> String {
        let tasks = self.house.engine.tasks();
        self.house.gatekeeper.person_make(tasks, name, PASSWORD, role).await.unwrap();
        self.session(name).await
    }

    pub(crate) async fn session(&self, name: &str) -> String {
        let credentials = Credentials { name, password: PASSWORD, totp: None };
        let client = Client {
            address: IpAddr::V4(Ipv4Addr::new(192, 168, 1, 51)),
            known: true,
            scheme: "http",
            host: "192.168.1.2".into(),
            port: 8080,
        };
        let begun = self.house.gatekeeper.sign_in(self.house.engine.tasks(), &credentials, &client).await.unwrap();
        format!("hmm_session={}", begun.cookie)
    }

    /// Adds a miner of the neighbourhood through the door.
    pub(crate) async fn add(&self, name: &str) -> i64 {
        let at = self.sim.address(name).unwrap();
        let body = serde_json::json!({ "name": name, "address": at.ip().to_string(), "port": at.port() });
        let answer = self.post("/api/miners").token(&self.admin).json(&body).send().await;
        assert_eq!(answer.status, 201, "{}", answer.text());
        answer.json()["id"].as_i64().unwrap()
    }

    pub(crate) async fn seconds(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds)).await;
    }

    /// A request through a router of the test's own.
    pub(crate) async fn through(&self, router: Router, request: Request<Body>) -> Answer {
        let (parts, body) = router.oneshot(request).await.unwrap().into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer { status: parts.status, headers: parts.headers, body }
    }

    /// The door on a real socket of loopback.
    pub(crate) async fn listen(&self) -> SocketAddr {
        self.listen_within(Limits::default()).await
    }

    pub(crate) async fn listen_within(&self, limits: Limits) -> SocketAddr {
        self.listen_at(tokio::net::TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap(), limits)
    }

    pub(crate) fn listen_at(&self, listener: tokio::net::TcpListener, limits: Limits) -> SocketAddr {
        let address = listener.local_addr().unwrap();
        let tasks = self.house.engine.tasks();
        let plain = doors::plain_router(&self.front);
        let tls = self.front.tls.acceptor().unwrap().map(|acceptor| Secured { acceptor, plain });
        let doors = Doors { router: self.router.clone(), limits, proxies: vec![], tls };
        doors.open(listener, tasks, tasks.stopping());
        address
    }
}

/// Without a queue between asking and doing. No other job comes round here.
fn jobs_at_once(engine: &Arc<Engine>) {
    let weak = Arc::downgrade(engine);
    engine.on_due(vec![], move |id, kind| {
        let engine = weak.upgrade().unwrap();
        engine.tasks().clone().spawn("job", async move {
            match kind.as_str() {
                hmm_engine::discovery::SCAN => engine.discovery_run(id).await.unwrap(),
                hmm_engine::bulk::BULK => engine.bulk_run(id).await.unwrap(),
                other => panic!("{other}"),
            }
        });
        Box::pin(async { Ok(()) })
    });
}

/// In the network of the simulated miners.
fn at_home() -> Observed {
    let link = Link { card: "eth0".into(), address: "192.168.1.2/24".parse().unwrap() };
    Observed { container: false, host_name: Some("desk".into()), links: vec![link], gateways: vec![] }
}

async fn open_store(dir: PathBuf) -> Arc<SqlStore> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let tasks = Tasks::new(Arc::clone(&clock));
    let settings = StoreSettings::new(dir, DatabaseKind::Sqlite, env!("CARGO_BIN_EXE_hmm"));
    let opened = hmm_store::open(&settings, clock, Arc::new(move |name, task| tasks.spawn(name, task))).await.unwrap();
    opened.store
}

/// A request to be.
#[derive(Clone)]
pub(crate) struct Ask {
    router: Router,
    method: Method,
    path: String,
    headers: HeaderMap,
    peer: IpAddr,
    body: Bytes,
}

impl Ask {
    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(name, value.parse().unwrap());
        self
    }

    pub(crate) fn token(self, token: &str) -> Self {
        self.header("authorization", &format!("Bearer {token}"))
    }

    /// As a browser on our own page sends it.
    pub(crate) fn cookie(self, cookie: &str) -> Self {
        self.header("cookie", cookie).header("origin", &format!("http://{HOST}"))
    }

    pub(crate) fn from(mut self, peer: &str) -> Self {
        self.peer = peer.parse().unwrap();
        self
    }

    pub(crate) fn query(mut self, query: &str) -> Self {
        self.path = format!("{}?{query}", self.path);
        self
    }

    pub(crate) fn json(self, body: &Value) -> Self {
        self.raw(body.to_string(), "application/json")
    }

    pub(crate) fn raw(mut self, body: impl Into<Bytes>, kind: &str) -> Self {
        self.body = body.into();
        self.header("content-type", kind)
    }

    pub(crate) async fn send(self) -> Answer {
        let mut request = Request::builder().method(self.method).uri(&self.path).body(Body::from(self.body)).unwrap();
        *request.headers_mut() = self.headers;
        request.extensions_mut().insert(ConnectInfo(SocketAddr::new(self.peer, 50_000)));
        let response = self.router.oneshot(request).await.unwrap();
        let (parts, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer { status: parts.status, headers: parts.headers, body }
    }
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Bytes,
}

impl Answer {
    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("no JSON: {} {}", self.status, self.text()))
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).map(|value| value.to_str().unwrap()).unwrap_or_default()
    }

    /// The last part of the problem's type; checks that it is one.
    pub(crate) fn problem(&self) -> String {
        assert_eq!(self.header("content-type"), "application/problem+json", "{} {}", self.status, self.text());
        let body = self.json();
        let kind = body["type"].as_str().unwrap().strip_prefix("/problems/").unwrap().to_owned();
        let known = problem::Kind::ALL.iter().find(|known| known.slug() == kind);
        assert!(known.is_some(), "{kind} is not on the list");
        assert_eq!(body["status"], self.status.as_u16());
        assert!(!body["title"].as_str().unwrap().is_empty() && !body["detail"].as_str().unwrap().is_empty());
        kind
    }

    /// Status and problem, for a short assertion.
    pub(crate) fn is(&self) -> (u16, String) {
        (self.status.as_u16(), self.problem())
    }
}

pub(crate) fn problem(status: u16, kind: &str) -> (u16, String) {
    (status, kind.to_owned())
}
