//! Looking for devices that are not in the house yet: what was asked for, what was found, and how one of them is added.
//!
//! **Invariant:** a scan writes nothing to any device. What it found is kept in memory alone: those of the last scan, and
//! no more than [`FOUND_MAX`]. The list of miners changes by it only as far as safety allows: a miner is followed (S8), a
//! device is added disabled where a person has switched that on (S9).

mod found;
mod ground;
mod moves;
mod own;
mod scan;
mod sequel;

pub use found::Found;
pub use ground::addresses_in;
pub use moves::Moved;
pub use own::AUTO_ADD_MAX;

pub(crate) use own::schedule;

use own::load;

use crate::error::EngineError;
use crate::fleet::AddMiner;
use crate::house::Engine;
use found::Finds;
use hmm_domain::audit::AuditEntry;
use hmm_domain::event::HouseEvent;
use hmm_domain::miner::Identity;
use hmm_domain::port::{Credentials, Nowhere, Store, StoreError, Vicinity};
use hmm_domain::text::{Label, Message};
use hmm_domain::{Actor, DiscoverySettings, JobId, MinerId, Timestamp};
use ipnet::IpNet;
use parking_lot::{Mutex, RwLock};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use tokio::sync::Notify;
use tokio_util::sync::CancellationToken;

/// The kind of the job.
pub const SCAN: &str = "discovery_scan";
/// So many finds of one scan are kept.
pub const FOUND_MAX: usize = 1_024;

/// What is known of the neighbourhood.
pub(crate) struct Discovery {
    finds: Mutex<Finds>,
    /// The scan that was asked for last.
    last: Mutex<Option<JobId>>,
    under_way: Mutex<BTreeMap<JobId, UnderWay>>,
    /// One is asked for at a time.
    asking: tokio::sync::Mutex<()>,
    /// One runs at a time.
    turn: tokio::sync::Mutex<()>,
    settings: RwLock<DiscoverySettings>,
    pub(crate) schedule_changed: Notify,
    /// What can be seen of the network without asking a device.
    vicinity: RwLock<Arc<dyn Vicinity>>,
    /// Miners that several devices say they are, with where those are (S8).
    disputes: Mutex<moves::Disputes>,
    /// What people were told since the start.
    told: Mutex<BTreeSet<String>>,
}

/// A scan that can be told to end, and says when it has.
#[derive(Clone, Default)]
pub(crate) struct UnderWay {
    end: CancellationToken,
    ended: CancellationToken,
}

impl Discovery {
    /// Finds are numbered from the present on, so that a number from before a restart is nobody's.
    pub(crate) async fn open(store: &dyn Store, now: Timestamp) -> Result<Self, StoreError> {
        Ok(Self {
            settings: RwLock::new(load(store).await?),
            disputes: Mutex::new(moves::load(store).await?),
            told: Mutex::default(),
            schedule_changed: Notify::new(),
            vicinity: RwLock::new(Arc::new(Nowhere)),
            finds: Mutex::new(Finds::new(now.millis())),
            last: Mutex::default(),
            under_way: Mutex::default(),
            asking: tokio::sync::Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        })
    }

    fn vicinity(&self) -> Arc<dyn Vicinity> {
        Arc::clone(&self.vicinity.read())
    }

    /// Ends a scan that is under way, and waits until it has; false when there is none with this id.
    pub(crate) async fn end(&self, id: JobId) -> bool {
        let Some(scan) = self.under_way.lock().get(&id).cloned() else { return false };
        scan.end.cancel();
        scan.ended.cancelled().await;
        true
    }
}

impl Engine {
    /// Says what can be seen of the network around us. Before [`Engine::start`]; without it nothing is seen.
    pub fn stand_in(&self, vicinity: Arc<dyn Vicinity>) {
        *self.discovery.vicinity.write() = vicinity;
    }

    /// Asks for a scan of these ranges. The job carries them, so that it can be done after a restart too.
    pub async fn discovery_start(&self, ranges: &[IpNet], actor: &Actor) -> Result<JobId, EngineError> {
        let _asking = self.discovery.asking.lock().await;
        let last = *self.discovery.last.lock();
        if let Some(id) = last
            && self.store.job_find(id).await?.is_some_and(|job| !job.state.settled())
        {
            let why = format!("a scan is under way as job {id}: wait for it, or cancel it");
            return Err(EngineError::Refused(Message::new(&why)));
        }
        let now = self.clock.now();
        let total = u32::try_from(addresses_in(ranges).count()).unwrap_or(u32::MAX);
        let words: Vec<String> = ranges.iter().map(ToString::to_string).collect();
        let entry = AuditEntry::new(now, actor, "discovery.scan", "system").after(words);
        self.store.audit_append(&entry).await?;
        let plan = scan::Tally::new(ranges.to_vec()).json();
        let id = self.job_ask(SCAN, total, &plan).await?;
        *self.discovery.last.lock() = Some(id);
        self.bus.say(HouseEvent::Job(id));
        Ok(id)
    }

    /// What the last scan has found so far, by id.
    pub fn discovery_found(&self) -> Vec<Arc<Found>> {
        self.discovery.finds.lock().all()
    }

    /// The miner that a find is.
    pub fn discovery_known(&self, found: &Found) -> Option<MinerId> {
        found.with_likeness(|like| self.known_as(like))
    }

    /// Adds what was found as a miner: asked again who it is, and refused if that has changed (S8).
    pub async fn discovery_add(
        self: &Arc<Self>,
        id: i64,
        name: Option<Label>,
        tags: Vec<Label>,
        actor: &Actor,
    ) -> Result<MinerId, EngineError> {
        let found = self.discovery.finds.lock().get(id).ok_or(EngineError::UnknownFind(id))?;
        if let Some(known) = self.discovery_known(&found) {
            return Err(EngineError::IdentityKnown(known));
        }
        found.undisputed()?;
        let add = AddMiner {
            name: name.unwrap_or_else(|| self.discovery_name(&found)),
            address: found.address.to_string(),
            port: Some(found.port),
            family: Some(found.family.clone()),
            credentials: Credentials::default(),
            tags,
            verify: true,
        };
        let expected = (found.identity != Identity::None).then_some(&found.identity);
        self.miner_add_expecting(add, expected, actor).await
    }

    /// A name for what was found that no miner has; the miner's own, if it is one.
    pub fn discovery_name(&self, found: &Found) -> Label {
        found.with_likeness(|like| self.name_for(like))
    }
}
