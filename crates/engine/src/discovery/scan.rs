//! One look round: knocks at every address, many at a time, and keeps who answers like a miner.
//!
//! **Invariant:** one family after the other is asked, each once; what no family recognises leaves no trace (S6). A miner
//! of the house is not asked by a scan while its own poll does so: it is listed from memory.

use super::{Found, SCAN, UnderWay, addresses_in};
use crate::house::Engine;
use crate::schedule::Ending;
use futures_util::StreamExt as _;
use futures_util::stream;
use hmm_domain::JobId;
use hmm_domain::event::HouseEvent;
use hmm_domain::port::{DriverError, Endpoint};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::collections::btree_map::Entry;
use std::net::IpAddr;
use std::sync::Arc;

/// So many addresses at once: the 254 of a home, nearly all silent, in two rounds of the deadline for a connection.
const AT_ONCE: usize = 128;
/// Progress is kept no more often, in milliseconds.
const KEPT_EVERY: u64 = 500;

/// What is asked of a scan and what has come of it: kept with its job.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Tally {
    ranges: Vec<IpNet>,
    #[serde(default)]
    found: u32,
    /// Of those, miners of the house.
    #[serde(default)]
    known: u32,
    /// Of those, so many for which there was no room in the list.
    #[serde(default)]
    not_kept: u32,
}

impl Tally {
    pub(super) fn new(ranges: Vec<IpNet>) -> Self {
        Self { ranges, found: 0, known: 0, not_kept: 0 }
    }

    pub(super) fn json(&self) -> serde_json::Value {
        serde_json::to_value(self).unwrap_or_default()
    }
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
        let job = self.store.job_find(id).await.map_err(|error| error.to_string())?;
        let plan = job.map(|job| job.results).unwrap_or_default();
        let plan: Tally = serde_json::from_value(plan)
            .map_err(|error| format!("what was to be looked through is not understood: {error}; start it again"))?;
        let mut look = Look { engine: self, id, tally: Tally::new(plan.ranges), done: 0, total: 0, kept_at: None };
        let stop = self.tasks.stopping();
        let cancelled = tokio::select! {
            biased;
            () = stop.cancelled() => return Ok(Ending::Interrupted),
            () = scan.end.cancelled() => true,
            () = look.round() => false,
        };
        look.keep().await;
        let results = look.tally.json();
        Ok(if cancelled { Ending::Cancelled(results) } else { Ending::Done(results) })
    }
}

struct Look<'a> {
    engine: &'a Arc<Engine>,
    id: JobId,
    tally: Tally,
    done: u32,
    total: u32,
    kept_at: Option<u64>,
}

impl Look<'_> {
    async fn round(&mut self) {
        let engine = self.engine;
        let _turn = engine.discovery.turn.lock().await;
        self.total = u32::try_from(addresses_in(&self.tally.ranges).count()).unwrap_or(u32::MAX);
        engine.discovery.finds.lock().begin();
        let remembered = self.remember();
        let left_alone = |address: &IpAddr| remembered.contains(address);
        let mut answers = stream::iter(addresses_in(&self.tally.ranges))
            .map(|address| {
                let asked = !left_alone(&address);
                async move { if asked { engine.knock(address).await } else { None } }
            })
            .buffer_unordered(AT_ONCE);
        while let Some(answer) = answers.next().await {
            self.done = self.done.saturating_add(1);
            if let Some(found) = answer {
                self.take(found);
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
            if !inside || (miner.enabled && live.stale) {
                continue;
            }
            places.insert(address);
            if let Some(latest) = &live.latest {
                self.take(Found::remembered(miner, address, latest.at));
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

impl Engine {
    /// Asks whoever is at this address who it is, family by family.
    async fn knock(&self, address: IpAddr) -> Option<Found> {
        let mut silent = BTreeSet::new();
        for family in self.families().iter() {
            let port = family.default_port;
            if silent.contains(&port) {
                continue;
            }
            match (family.knock)(Endpoint { host: address.to_string(), port }).inspect().await {
                Ok(said) => return Some(Found::answered(address, port, family, said, self.clock.now())),
                // Ours, the gateway's, or nobody's: no family may knock there.
                Err(DriverError::NotAllowed { .. }) => return None,
                Err(DriverError::Unreachable { .. }) => drop(silent.insert(port)),
                Err(error) => {
                    let why = error.public();
                    tracing::debug!(%address, port, family = %family.id, why, "not a miner of this family");
                }
            }
        }
        None
    }
}
