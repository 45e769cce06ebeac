//! A thousand miners asked at once: the engine with its store in this process, the neighbourhood in another.

use crate::Bench;
use crate::house::{self, Database};
use crate::http::Client;
use crate::neighbours::Neighbours;
use crate::process::own_cpu;
use crate::report::{self, Report};
use crate::statistics::{median, quantile, show, times};
use anyhow::{Context, Result, bail, ensure};
use hmm_adapters::miners::families;
use hmm_domain::port::Clock;
use hmm_domain::{Actor, FamilyId, Label, MinerId};
use hmm_engine::{AddMiner, Engine, EngineParts, EngineSettings, SystemClock, Tasks};
use hmm_net::surroundings::{Surroundings, fixed};
use hmm_net::{Guard, Outbound};
use hmm_sim::Fault;
use hmm_store::{DatabaseKind, Opened, StoreSettings};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

const LATENCY: Duration = Duration::from_millis(50);
/// No miner is asked twice within its poll gap of 10 s.
const GAP: Duration = Duration::from_secs(11);
const DEAD: usize = 10;
/// Ours alone: nobody polls by the clock while we measure, not even one miner of a thousand.
const NEVER: Duration = Duration::from_hours(24 * 1_000);

pub(crate) async fn measure(bench: &Bench, report: &mut Report) -> Result<()> {
    let mut next_door = Neighbours::start(bench.size(1_000, 40), LATENCY).await?;
    let dir = house::folder(bench, Database::Sqlite, &[])?;
    let home = Home::open(bench, dir.path()).await?;
    let ids = home.add(&next_door.addresses).await?;
    home.all_inspected().await?;

    let rounds = bench.size(5, 2);
    let bare = bare(&next_door.addresses, rounds).await?;
    let living = home.sweeps(rounds, &ids).await?;
    tell_living(report, &living, &bare);

    among_dead(report, &home, &mut next_door, rounds, &ids[DEAD..]).await?;
    home.close().await;
    Ok(())
}

/// Sweeps with and without the dead in turn, so that whatever else the machine does weighs on both alike.
async fn among_dead(
    report: &mut Report,
    home: &Home,
    next_door: &mut Neighbours,
    rounds: u32,
    living: &[MinerId],
) -> Result<()> {
    let (mut with, mut without) = (Vec::new(), Vec::new());
    for _ in 0..rounds {
        for miner in 0..DEAD {
            let fault = if miner % 2 == 0 { Fault::Silent } else { Fault::Offline };
            next_door.fault(miner, fault).await?;
        }
        with.push(quantile(&mut home.sweeps(1, living).await?.answers, 0.99));
        for miner in 0..DEAD {
            next_door.mend(miner).await?;
        }
        // They are found again before it counts.
        home.sweeps(1, living).await?;
        without.push(quantile(&mut home.sweeps(1, living).await?.answers, 0.99));
    }
    let (with, without) = (median(&mut with), median(&mut without));
    let ratio = times(with, without);
    report.measured(
        report::LIVING,
        ratio <= 1.1,
        format!("{}, without the dead {} (medians of {rounds} pairs)", show(with), show(without)),
        format!("{ratio:.2} ×"),
    );
    Ok(())
}

fn tell_living(report: &mut Report, living: &Sweeps, bare: &Bare) {
    let mut walls = living.walls.clone();
    let (wall, worst) = (median(&mut walls), quantile(&mut walls, 1.0));
    report.measured(
        report::SWEEP,
        wall <= Duration::from_secs(1),
        format!("{} (median of {}, worst {})", show(wall), walls.len(), show(worst)),
        format!("{:.1} × the same requests without the house", times(wall, bare.wall)),
    );
    let polls = u32::try_from(living.answers.len()).unwrap_or(u32::MAX).max(1);
    let cpu = living.cpu / polls;
    report.measured(
        report::POLL_CPU,
        cpu <= Duration::from_millis(1),
        format!("{} (connection, reply, parsing, decision, storing)", show(cpu)),
        format!("{:.1} × a bare request ({})", times(cpu, bare.cpu), show(bare.cpu)),
    );
}

/// What the machine needs for the same requests and nothing else.
struct Bare {
    wall: Duration,
    /// Of one request.
    cpu: Duration,
}

async fn bare(addresses: &[SocketAddr], rounds: u32) -> Result<Bare> {
    // As many at once as the engine asks.
    let permits = Arc::new(Semaphore::new(addresses.len().clamp(64, 1_024)));
    let cpu = own_cpu()?;
    let mut walls = Vec::new();
    for _ in 0..rounds {
        let began = Instant::now();
        let mut asked = JoinSet::new();
        for address in addresses.iter().copied() {
            asked.spawn(bare_request(address, Arc::clone(&permits)));
        }
        while let Some(done) = asked.join_next().await {
            done??;
        }
        walls.push(began.elapsed());
    }
    let requests = u32::try_from(addresses.len())?.max(1) * rounds;
    Ok(Bare { wall: median(&mut walls), cpu: own_cpu()?.saturating_sub(cpu) / requests })
}

async fn bare_request(address: SocketAddr, permits: Arc<Semaphore>) -> Result<()> {
    let _permit = permits.acquire().await?;
    let mut client = Client::new(address, None);
    let reply = client.get("/api/system/info").await?;
    ensure!(reply.status == 200, "a simulated miner answered {}", reply.status);
    Ok(())
}

/// The engine with its store, without a front door.
struct Home {
    engine: Arc<Engine>,
    clock: Arc<dyn Clock>,
    opened: Opened,
}

#[derive(Default)]
struct Sweeps {
    /// From asking all to the last answer of a sweep.
    walls: Vec<Duration>,
    /// From asking to the answer of a miner.
    answers: Vec<Duration>,
    /// From asking to having stored everything, all sweeps together.
    cpu: Duration,
}

impl Home {
    async fn open(bench: &Bench, dir: &Path) -> Result<Self> {
        let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
        let tasks = Tasks::new(Arc::clone(&clock));
        let spawner = tasks.clone();
        let settings = StoreSettings::new(dir, DatabaseKind::Sqlite, &bench.program);
        let spawn = Arc::new(move |name, task| spawner.spawn(name, task));
        let opened = hmm_store::open(&settings, Arc::clone(&clock), spawn).await?;
        let range = "127.77.0.0/16".parse().context("no range")?;
        let guard = Guard::device(vec![range], fixed(Surroundings::default()));
        let parts = EngineParts {
            clock: Arc::clone(&clock),
            store: opened.port(),
            families: families(&Outbound::device(guard)?),
            tasks,
            settings: EngineSettings {
                poll_interval: NEVER,
                flush_every: NEVER,
                journal: Some(dir.join("heat-journal")),
            },
        };
        let engine = Engine::open(parts).await?;
        engine.start();
        Ok(Self { engine, clock, opened })
    }

    /// Without asking them first: the first poll, which is not measured, does that.
    async fn add(&self, addresses: &[SocketAddr]) -> Result<Vec<MinerId>> {
        let mut ids = Vec::with_capacity(addresses.len());
        for (n, address) in addresses.iter().enumerate() {
            let add = AddMiner {
                name: Label::new(&format!("bench {n:04}")),
                address: address.ip().to_string(),
                port: Some(address.port()),
                family: Some(FamilyId::new("axeos")),
                credentials: hmm_domain::port::Credentials::default(),
                tags: Vec::new(),
                verify: false,
            };
            ids.push(self.engine.miner_add(add, &Actor::console()).await?);
        }
        Ok(ids)
    }

    async fn all_inspected(&self) -> Result<()> {
        let end = Instant::now() + Duration::from_mins(1);
        loop {
            let miners = self.engine.miners();
            let missing = miners.iter().filter(|one| one.latest.is_none() || one.miner.profile.firmware.is_none());
            let missing = missing.count();
            if missing == 0 {
                return Ok(());
            }
            ensure!(Instant::now() < end, "{missing} of {} miners did not answer", miners.len());
            tokio::time::sleep(Duration::from_millis(100)).await;
        }
    }

    async fn sweeps(&self, rounds: u32, living: &[MinerId]) -> Result<Sweeps> {
        let mut all = Sweeps::default();
        for _ in 0..rounds {
            tokio::time::sleep(GAP).await;
            self.sweep(living, &mut all).await?;
        }
        Ok(all)
    }

    /// Asks every miner of the house at once. The dead, if any, are waited for and not counted.
    async fn sweep(&self, living: &[MinerId], all: &mut Sweeps) -> Result<()> {
        let (began, asked_at, cpu) = (Instant::now(), self.clock.now(), own_cpu()?);
        let mut asked = JoinSet::new();
        for miner in self.engine.miners() {
            let (engine, id) = (Arc::clone(&self.engine), miner.miner.id);
            asked.spawn(async move {
                let outcome = engine.read_now(id).await;
                let trouble = match outcome {
                    Ok(live) if live.latest.as_ref().is_some_and(|latest| latest.at >= asked_at) => None,
                    Ok(_) => Some("it was asked a moment ago".to_owned()),
                    Err(error) => Some(error.to_string()),
                };
                (id, trouble, began.elapsed())
            });
        }
        let (mut answers, mut wall) = (Vec::with_capacity(living.len()), Duration::ZERO);
        while let Some(done) = asked.join_next().await {
            let (id, trouble, took) = done?;
            if living.binary_search(&id).is_ok() {
                if let Some(why) = trouble {
                    bail!("miner {id} was not read: {why}");
                }
                answers.push(took);
                wall = wall.max(took);
            }
        }
        self.opened.port().samples_flush().await?;
        all.cpu += own_cpu()?.saturating_sub(cpu);
        all.walls.push(wall);
        all.answers.append(&mut answers);
        Ok(())
    }

    async fn close(self) {
        self.engine.stop().await;
        self.opened.running.stop().await;
    }
}
