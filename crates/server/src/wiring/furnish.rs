//! From an open database to a house that can be entered: caches, listeners, jobs.
//!
//! **Invariant:** a house gets the guard of its own neighbourhood here, and there is no other way to one: what a demo may
//! reach, the real house may not, and the other way round (S6).

use super::database::Foundation;
use super::{console, demo, ear};
use crate::auth::recognise::VISIT;
use crate::auth::{Gatekeeper, SetupCode};
use crate::config::Config;
use crate::front::{Front, House};
use crate::jobs::queue::Queue;
use crate::jobs::{self, Desk, MakeBackup};
use crate::live;
use crate::plugins::{self, Plugins};
use crate::restore::Restores;
use crate::tls;
use anyhow::{Context, Result};
use hmm_adapters::miners::{families, families_at};
use hmm_domain::Message;
use hmm_domain::event::Level;
use hmm_domain::port::{Clock, FamilyRegistry};
use hmm_engine::{Engine, EngineParts, EngineSettings, Tasks};
use hmm_net::vicinity::Standpoint;
use hmm_net::{Guard, Jq, Outbound, surroundings};
use hmm_store::SecretKey;
use std::collections::BTreeMap;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;

/// At which port each family answers.
pub(super) type Ports = BTreeMap<&'static str, u16>;

/// Whose house it is.
pub(super) enum Kind {
    /// A person's, with their own miners.
    Real,
    /// `hmm demo`: the whole program plays. Its miners answer at these ports, by family.
    Demo(Ports),
    /// A demo beside a real house. It reaches these doors and no others.
    Visit(Vec<SocketAddr>, Ports),
}

impl Kind {
    pub(super) fn guard(&self, config: &Config) -> Guard {
        let around = surroundings::of_this_machine(vec![config.environment.web_port]);
        let guard = Guard::device(config.network.device_ranges.clone(), around);
        match self {
            Self::Real | Self::Demo(_) => guard,
            Self::Visit(doors, _) => guard.only(doors),
        }
    }

    /// Where it stands: a demo among its own miners, and deaf to the network outside.
    fn vicinity(&self, config: &Config, outbound: &Outbound) -> Standpoint {
        let ranges = config.network.device_ranges.clone();
        match self {
            Self::Real => Standpoint::real(Arc::new(surroundings::observe), ranges, outbound.hearsay().clone()),
            Self::Demo(_) | Self::Visit(..) => Standpoint::simulated(Arc::new(demo::observed), ranges),
        }
    }

    /// Miners answer at their family's usual port; simulated ones at the one that they share.
    fn families(&self, outbound: &Outbound) -> FamilyRegistry {
        match self {
            Self::Demo(ports) | Self::Visit(_, ports) => families_at(outbound, ports),
            Self::Real => families(outbound),
        }
    }
}

/// Caches, listeners and jobs: everything between the database and the open door.
pub(super) async fn furnish(
    front: &Arc<Front>,
    foundation: &Foundation,
    clock: &Arc<dyn Clock>,
    kind: &Kind,
    restores: Option<Arc<dyn Restores>>,
) -> Result<Arc<House>> {
    let (config, store) = (&front.config, &foundation.store);
    let queue = Queue::open(foundation.pool.clone()).await.context("cannot prepare the job queue")?;
    queue.clear().await.context("cannot prepare the job queue")?;
    let outbound = Outbound::device(kind.guard(config)).context("cannot prepare connections to miners")?;
    let jq = Jq::new(std::env::current_exe().context("cannot tell where this program lies")?, vec!["__jq".into()]);
    let plugins = Arc::new(Plugins::new(&config.dir, outbound.clone(), jq, kind.families(&outbound)));
    let settings = EngineSettings {
        poll_interval: config.telemetry.interval,
        flush_every: config.telemetry.flush,
        journal: Some(config.dir.join("heat-journal")),
    };
    let tasks = Tasks::new(Arc::clone(clock));
    // Before the miners of those families are loaded.
    plugins::look(&plugins, &tasks, &**clock).await;
    let parts = EngineParts {
        clock: Arc::clone(clock),
        store: Arc::clone(store),
        families: plugins.families(),
        tasks: tasks.clone(),
        settings,
    };
    let engine = Engine::open(parts).await.context("cannot load what the house remembers")?;
    engine.stand_in(Arc::new(kind.vicinity(config, &outbound)));
    if let Some(why) = &foundation.fallback {
        let said = store.event_add(clock.now(), Level::Warning, "database_fallback", None, &Message::new(why)).await;
        said.context("cannot note which database was taken")?;
    }
    let visit = matches!(kind, Kind::Visit(..));
    let house = Arc::new(House {
        clock: Arc::clone(clock),
        store: Arc::clone(store),
        engine: Arc::clone(&engine),
        plugins: Arc::clone(&plugins),
        config: Arc::clone(config),
        gatekeeper: gatekeeper(config, foundation, clock, visit).await?,
        live: Arc::new(live::Hub::new()),
        look: if matches!(kind, Kind::Real) { Arc::new(surroundings::observe) } else { Arc::new(demo::observed) },
        demo: !matches!(kind, Kind::Real),
        visit,
        restores,
        epoch: epoch()?,
        started_at: clock.now(),
    });
    let desk = Desk::new(tools(config, foundation, clock, &engine), queue);
    desk.register();
    tasks.spawn("jobs", Arc::clone(&desk).run());
    tasks.spawn("live", live::run(Arc::clone(&house)));
    tasks.spawn("plugins", plugins::watch(plugins, Arc::clone(&engine), Arc::clone(clock), tasks.clone()));
    tasks.spawn("tls-troubles", tls::tell(Arc::clone(&front.tls), Arc::clone(&engine)));
    // Simulated miners call nobody, and a demo hears no real ones.
    if let Some(port) = config.network.nmminer_port.filter(|_| matches!(kind, Kind::Real)) {
        tasks.spawn(ear::NAME, ear::hear(outbound, Arc::clone(clock), Arc::clone(&engine), port));
    }
    engine.start();
    Ok(house)
}

async fn gatekeeper(
    config: &Arc<Config>,
    foundation: &Foundation,
    clock: &Arc<dyn Clock>,
    visit: bool,
) -> Result<Gatekeeper> {
    let store = &foundation.store;
    let setup =
        SetupCode::ensure(&config.dir, &**store, Arc::clone(clock)).await.context("cannot make a set-up code")?;
    let key = SecretKey::load_or_create(&config.dir).context("cannot read the key of the house")?;
    let print_key = key.derive("idempotency");
    let mut gatekeeper = Gatekeeper::new(Arc::clone(store), Arc::clone(clock), Arc::clone(config), setup, print_key);
    if visit {
        gatekeeper.cookies = VISIT;
    }
    Ok(gatekeeper)
}

fn tools(config: &Config, foundation: &Foundation, clock: &Arc<dyn Clock>, engine: &Arc<Engine>) -> jobs::Tools {
    let (sql, now) = (Arc::clone(&foundation.sql), Arc::clone(clock));
    let make_backup: MakeBackup = Arc::new(move |file: PathBuf| {
        let (sql, now) = (Arc::clone(&sql), Arc::clone(&now));
        Box::pin(async move { console::backup(&sql, &*now, &file).await })
    });
    jobs::Tools {
        clock: Arc::clone(clock),
        store: Arc::clone(&foundation.store),
        engine: Arc::clone(engine),
        backups: config.dir.join("backups"),
        make_backup,
        raw_retention: config.telemetry.raw_retention,
    }
}

/// A number that no earlier start had, small enough for JavaScript.
fn epoch() -> Result<u64> {
    let random = getrandom::u64().map_err(|error| anyhow::anyhow!("the system gives no random numbers: {error}"))?;
    Ok(random >> 11)
}
