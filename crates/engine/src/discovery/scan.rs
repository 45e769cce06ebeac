//! One look round: knocks at every address, many at a time, and keeps who answers like a miner.
//!
//! **Invariant:** one family after the other is asked, each once; what no family recognises leaves no trace (S6). A miner
//! of the house is not asked by a scan while its own poll does so: it is listed from memory.

use super::sequel::Sequel;
use super::{Found, SCAN, UnderWay, addresses_in};
use crate::house::Engine;
use crate::schedule::Ending;
use futures_util::StreamExt as _;
use futures_util::stream;
use hmm_domain::JobId;
use hmm_domain::event::HouseEvent;
use hmm_domain::miner::Identity;
use hmm_domain::port::{DriverError, Endpoint, Family, Inspection, Neighbour};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::collections::btree_map::Entry;
use std::net::IpAddr;
use std::sync::Arc;

/// So many addresses at once: the 254 of a home, nearly all silent, in one round of the deadline for a connection.
const AT_ONCE: usize = 256;
/// So many addresses of devices that announce themselves are asked besides.
const ANNOUNCED_MAX: usize = 64;
/// Progress is kept no more often, in milliseconds.
const KEPT_EVERY: u64 = 500;

/// What is asked of a scan and what has come of it: kept with its job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Tally {
    pub(super) ranges: Vec<IpNet>,
    #[serde(default)]
    found: u32,
    /// Of those, miners of the house.
    #[serde(default)]
    known: u32,
    /// Of those, so many for which there was no room in the list.
    #[serde(default)]
    not_kept: u32,
    /// Added without a person (S9).
    #[serde(default)]
    pub(super) added: u32,
    /// Miners of the house that were followed to a new address (S8).
    #[serde(default)]
    pub(super) followed: u32,
}

impl Tally {
    pub(super) fn new(ranges: Vec<IpNet>) -> Self {
        Self { ranges, found: 0, known: 0, not_kept: 0, added: 0, followed: 0 }
    }

    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }
}

/// Who opened the door.
pub(super) struct Answered {
    pub(super) found: Found,
    pub(super) family: Arc<Family>,
    pub(super) said: Inspection,
}

impl Engine {
    /// Does the scan of this job.
    pub async fn discovery_run(self: &Arc<Self>, id: JobId) -> Result<(), String> {
        let scan = UnderWay::default();
        // Before the job is running: whoever cancels it then finds it here.
        match self.discovery.under_way.lock().entry(id) {
            Entry::Vacant(place) => place.insert(scan.clone()),
            // Handed out twice: the first does it.
            Entry::Occupied(_) => return Ok(()),
        };
        *self.discovery.last.lock() = Some(id);
        let done = self.job_run(id, SCAN, || self.scan(id, &scan)).await;
        self.discovery.under_way.lock().remove(&id);
        scan.ended.cancel();
        done
    }

    async fn scan(self: &Arc<Self>, id: JobId, scan: &UnderWay) -> Result<Ending, String> {
        let ranges = self.told(id).await?;
        let mut look = Look {
            engine: self,
            id,
            sequel: Sequel::new(self),
            tally: Tally::new(ranges),
            done: 0,
            total: 0,
            kept_at: None,
        };
        let stop = self.tasks.stopping();
        let turn = tokio::select! {
            biased;
            () = stop.cancelled() => return Ok(Ending::Interrupted),
            () = scan.end.cancelled() => None,
            turn = look.round() => Some(turn),
        };
        if turn.is_none() {
            // Half a look proves no absence: nobody is followed, nobody is added.
            look.keep().await;
            return Ok(Ending::Cancelled(look.tally.json()));
        }
        let Look { sequel, mut tally, done, total, .. } = look;
        sequel.follow(&mut tally).await.map_err(|error| format!("what was found could not be kept: {error}"))?;
        let kept = self.store.job_progress(id, done, total, &tally.json()).await;
        kept.map_err(|error| error.to_string())?;
        Ok(Ending::Done(tally.json()))
    }

    /// Where this job is to look. One that came round by itself was told nothing.
    async fn told(&self, id: JobId) -> Result<Vec<IpNet>, String> {
        let job = self.store.job_find(id).await.map_err(|error| error.to_string())?;
        let plan = job.map(|job| job.results).unwrap_or_default();
        if plan.get("ranges").is_some() {
            let plan: Tally = serde_json::from_value(plan)
                .map_err(|error| format!("what was to be looked through is not understood: {error}; start it again"))?;
            return Ok(plan.ranges);
        }
        let ground = self.discovery_ground();
        if ground.is_empty() {
            return Err("nobody has said where to look, and no network is seen here: \
                        enter a range such as 192.168.1.0/24 on the Discovery page"
                .to_owned());
        }
        Ok(ground)
    }
}

struct Look<'a> {
    engine: &'a Arc<Engine>,
    id: JobId,
    sequel: Sequel<'a>,
    tally: Tally,
    done: u32,
    total: u32,
    kept_at: Option<u64>,
}

impl<'a> Look<'a> {
    /// Returns its turn: what follows from a look is settled before the next begins.
    async fn round(&mut self) -> tokio::sync::MutexGuard<'a, ()> {
        let engine = self.engine;
        let turn = engine.discovery.turn.lock().await;
        self.total = u32::try_from(addresses_in(&self.tally.ranges).count()).unwrap_or(u32::MAX);
        engine.discovery.finds.lock().begin();
        let vicinity = engine.discovery.vicinity();
        let way = Way {
            doors: engine.doors(),
            left_alone: self.remember(),
            calling: vicinity.calling().into_iter().take(ANNOUNCED_MAX).collect(),
        };
        // Listened for meanwhile: who announces itself may live beside the ranges, where the guard still decides.
        let ground = addresses_in(&self.tally.ranges);
        let (heard, ()) = tokio::join!(vicinity.announced(), self.sweep(&way, ground));
        let announced = match heard {
            Ok(announced) => {
                engine.problem_over("mdns_unavailable");
                announced
            }
            Err(why) => {
                engine.problem("mdns_unavailable", &why, None);
                Vec::new()
            }
        };
        let inside = |address: &IpAddr| self.tally.ranges.iter().any(|range| range.contains(address));
        let beside: BTreeSet<IpAddr> = announced
            .into_iter()
            .take(ANNOUNCED_MAX)
            .chain(way.calling.iter().copied())
            .filter(|at| !inside(at))
            .collect();
        self.total = self.total.saturating_add(u32::try_from(beside.len()).unwrap_or(0));
        self.sweep(&way, beside.into_iter()).await;
        turn
    }

    async fn sweep(&mut self, way: &Way, addresses: impl Iterator<Item = IpAddr> + Send) {
        let engine = self.engine;
        let mut answers = stream::iter(addresses)
            .map(|address| {
                let asked = !way.left_alone.contains(&address);
                async move { (asked.then_some(address), if asked { engine.knock(way, address).await } else { None }) }
            })
            .buffer_unordered(AT_ONCE);
        while let Some((asked, answer)) = answers.next().await {
            self.done = self.done.saturating_add(1);
            self.sequel.asked(asked);
            if let Some(answered) = answer {
                self.take(answered.found.clone());
                self.sequel.answered(answered);
            }
            let now = engine.clock.ticks();
            if self.kept_at.is_none_or(|at| now >= at + KEPT_EVERY) {
                self.kept_at = Some(now);
                self.keep().await;
            }
        }
    }

    fn take(&mut self, found: Found) {
        self.tally.found += 1;
        self.tally.known += u32::from(self.engine.discovery_known(&found).is_some());
        self.tally.not_kept += u32::from(!self.engine.discovery.finds.lock().take(found));
        self.engine.bus.say(HouseEvent::Job(self.id));
    }

    /// Miners of the house that are asked anyway, or that are to be left alone, with where they are.
    fn remember(&mut self) -> BTreeSet<IpAddr> {
        let mut places = BTreeSet::new();
        for live in self.engine.miners() {
            let miner = &live.miner;
            let Ok(address) = miner.address.parse::<IpAddr>() else { continue };
            let inside = self.tally.ranges.iter().any(|range| range.contains(&address));
            // One that does not answer any more may have left its address to another.
            if miner.enabled && live.stale {
                continue;
            }
            places.insert(address);
            if let Some(latest) = live.latest.as_ref().filter(|_| inside) {
                self.take(Found::remembered(miner, address, latest.at));
            }
            // Its own poll has just heard it say who it is, wherever it is; a disabled one says nothing.
            if miner.enabled && miner.identity != Identity::None {
                self.sequel.heard(miner.id, address);
            }
        }
        places
    }

    /// Keeps how far it has come. A database that is away now may be back for the end.
    async fn keep(&self) {
        let kept = self.engine.store.job_progress(self.id, self.done, self.total, &self.tally.json()).await;
        if let Err(error) = kept {
            tracing::debug!(job.id = %self.id, %error, "the progress of a scan was not kept");
        }
        self.engine.bus.say(HouseEvent::Job(self.id));
    }
}

/// The ports at which miners answer, each with the families that speak there, in the order of the registry.
type Doors = Vec<(u16, Vec<Arc<Family>>)>;

/// How a look round goes about.
struct Way {
    doors: Doors,
    left_alone: BTreeSet<IpAddr>,
    /// Who calls out is there, although it may open no door.
    calling: BTreeSet<IpAddr>,
}

impl Engine {
    fn doors(&self) -> Doors {
        let mut doors: Doors = Vec::new();
        for family in self.families().iter() {
            match doors.iter_mut().find(|(port, _)| *port == family.default_port) {
                Some((_, families)) => families.push(Arc::clone(family)),
                None => doors.push((family.default_port, vec![Arc::clone(family)])),
            }
        }
        doors
    }

    /// Asks whoever is at this address who it is: port by port, and there family by family. Nothing is opened that is
    /// not also asked: some devices serve nobody else while a client says nothing.
    async fn knock(&self, way: &Way, address: IpAddr) -> Option<Answered> {
        let calls = way.calling.contains(&address);
        for (port, families) in &way.doors {
            for family in families {
                match (family.knock)(Endpoint { host: address.to_string(), port: *port }).inspect().await {
                    Ok(said) => {
                        let found = Found::answered(address, *port, family, said.clone(), self.clock.now());
                        return Some(Answered { found, family: Arc::clone(family), said });
                    }
                    // Ours, the gateway's, or nobody's: no family may knock there.
                    Err(DriverError::NotAllowed { .. }) => return None,
                    // A family may know it by its calls alone.
                    Err(DriverError::Unreachable { .. }) if calls => {}
                    Err(DriverError::Unreachable { .. }) => {
                        // Where no device has this address, no other port of it answers.
                        if self.discovery.vicinity().neighbour(address) == Neighbour::Nobody {
                            return None;
                        }
                        break;
                    }
                    Err(error) => {
                        let why = error.public();
                        tracing::debug!(%address, port, family = %family.id, why, "not a miner of this family");
                    }
                }
            }
        }
        None
    }
}
