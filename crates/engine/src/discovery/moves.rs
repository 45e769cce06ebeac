//! Miners that answer somewhere else than they did, and miners that several devices say they are (S8).
//!
//! **Invariant:** credentials go to a new address only with a person's word; while two devices claim to be one miner,
//! nobody moves and nothing but heat protection is sent. A dispute outlives a restart of the program.

use super::Found;
use super::found::listed;
use super::own::{keep, kept};
use crate::device::Ask;
use crate::error::EngineError;
use crate::fleet::{connect, described};
use crate::house::Engine;
use crate::likeness::place;
use crate::live::LiveMiner;
use crate::outbox::Write;
use hmm_domain::audit::AuditEntry;
use hmm_domain::event::{HouseEvent, Level};
use hmm_domain::miner::Identity;
use hmm_domain::port::{Credentials, DriverError, Endpoint, Family, Store, StoreError};
use hmm_domain::text::Message;
use hmm_domain::{Actor, MinerId};
use std::collections::{BTreeMap, BTreeSet};
use std::net::IpAddr;
use std::sync::Arc;

const KEY: &str = "discovery.disputes";

/// Who is disputed, and by whom.
pub(super) type Disputes = BTreeMap<MinerId, BTreeSet<IpAddr>>;

pub(super) async fn load(store: &dyn Store) -> Result<Disputes, StoreError> {
    let rows: Vec<(MinerId, BTreeSet<IpAddr>)> = kept(store, KEY).await?;
    Ok(rows.into_iter().collect())
}

/// A miner of the house that a find is, or may be, at another address than it had.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moved {
    pub miner: MinerId,
    pub from: IpAddr,
    /// It says the same MAC or serial number. Otherwise it only looks like it, and a person has to know.
    pub sure: bool,
}

impl Engine {
    /// The miner that moved here, if one did. A name is looked up each time: a miner with one does not move.
    pub fn discovery_moved(&self, found: &Found) -> Option<Moved> {
        if found.claimants.len() > 1 {
            return None;
        }
        let miners = self.miners();
        let moved = |live: &LiveMiner, sure| {
            // It is heard where it was.
            if live.miner.enabled && !live.stale {
                return None;
            }
            let from = live.miner.address.parse().ok().filter(|from| *from != found.address)?;
            Some(Moved { miner: live.miner.id, from, sure })
        };
        if found.identity.is_strong() {
            return miners.iter().find(|live| live.miner.identity == found.identity).and_then(|live| moved(live, true));
        }
        if self.discovery_known(found).is_some() {
            return None;
        }
        // Weak: only where there is one miner that is missing and one find that could be it.
        let all = self.discovery_found();
        let taken = |live: &LiveMiner| {
            all.iter().any(|other| place(&live.miner.address) == Ok(other.address) && live.miner.port == other.port)
        };
        let mut missing = miners.iter().filter(|live| looks_like(live, found) && live.stale && !taken(live));
        let (one, more) = (missing.next()?, missing.next().is_some());
        let alike = |other: &&Arc<Found>| {
            other.id != found.id && looks_like(one, other) && self.discovery_known(other).is_none()
        };
        if more || all.iter().any(|other| alike(&other)) { None } else { moved(one, false) }
    }

    /// A person says that a find is the miner that moved. What lets us in goes with it.
    pub async fn discovery_follow(self: &Arc<Self>, id: i64, actor: &Actor) -> Result<MinerId, EngineError> {
        let refused = |why: &str| EngineError::Refused(Message::new(why));
        let found = self.discovery.finds.lock().get(id).ok_or(EngineError::UnknownFind(id))?;
        found.undisputed()?;
        let moved = self
            .discovery_moved(&found)
            .ok_or_else(|| refused("no miner of the house has moved to this address: look again with a new scan"))?;
        let live = self.miner(moved.miner).ok_or(EngineError::UnknownMiner(moved.miner))?;
        let miner = &live.miner;
        if miner.family != found.family {
            return Err(refused("it is of another kind than before: remove the miner and add it anew"));
        }
        let family = self.family(&miner.family)?;
        // Who is there is asked again, without credentials: a person may have looked at the list for a while.
        let there = answers(&family, found.address, found.port).await?;
        if there != found.identity {
            let (expected, found) = (found.identity.to_string(), there.to_string());
            return Err(DriverError::WrongDevice { expected, found }.into());
        }
        if self.still_there(&family, moved.from, miner.port, &miner.identity).await {
            let why = format!(
                "{} answers at {} too: switch off the one that is not yours, then look again",
                if moved.sure { "a device that says the same" } else { "a device of this kind" },
                moved.from
            );
            return Err(refused(&why));
        }
        self.miner_move(&live, &found, true, actor).await?;
        Ok(moved.miner)
    }

    /// Whether the miner, or one that cannot be told from it, still answers where it was.
    pub(super) async fn still_there(&self, family: &Family, at: IpAddr, port: u16, identity: &Identity) -> bool {
        let same =
            |there: Identity| if identity.is_strong() { there == *identity } else { identity.agrees_with(&there) };
        answers(family, at, port).await.is_ok_and(same)
    }

    /// Speaks to the miner at its new address from now on.
    pub(super) async fn miner_move(
        self: &Arc<Self>,
        live: &LiveMiner,
        found: &Found,
        confirmed: bool,
        actor: &Actor,
    ) -> Result<(), EngineError> {
        let _turn = self.fleet_turn.lock().await;
        let id = live.miner.id;
        let device = self.device(id)?;
        let before = Arc::clone(&device.state.lock().miner);
        if *before != *live.miner {
            return Err(EngineError::Refused(Message::new("the miner was changed meanwhile: look again")));
        }
        let family = self.family(&before.family)?;
        let credentials = if confirmed { self.credentials_of(id).await? } else { Credentials::default() };
        let mut miner = (*before).clone();
        (miner.address, miner.port) = (found.address.to_string(), found.port);
        let entry = AuditEntry::new(self.clock.now(), actor, "miner.follow", format!("miner:{id}"))
            .before(described(&before))
            .after(described(&miner));
        self.store.audit_append(&entry).await?;
        {
            let mut state = device.state.lock();
            // What it said of itself meanwhile stays.
            let mut miner = (*state.miner).clone();
            (miner.address, miner.port) = (found.address.to_string(), found.port);
            state.driver = connect(&family, &miner.address, miner.port, credentials);
            state.link = hmm_strategy::Link::default();
            self.later(Write::Miner(Box::new(miner.clone())));
            state.miner = Arc::new(miner);
        }
        self.outbox_drain().await?;
        let text = format!("{} moved from {} to {}", before.name, before.address, found.address);
        self.notice(Level::Info, "miner_moved", Some(id), &text);
        self.look(&device);
        // A full queue will look anyway.
        let _ = device.inbox.try_send((Ask::Look, self.clock.awake()));
        self.bus.say(HouseEvent::Miner(id));
        Ok(())
    }

    /// Takes in who claims to be whom after a whole look round. `covers` says whether an address was looked at.
    pub(super) async fn disputes_settle(
        &self,
        claims: &Disputes,
        covers: impl Fn(&IpAddr) -> bool,
    ) -> Result<(), StoreError> {
        let before = self.discovery.disputes.lock().clone();
        let mut disputes = before.clone();
        // It goes on while one of the claimants was not looked at.
        disputes.retain(|id, claimants| self.miner(*id).is_some() && !claimants.iter().all(&covers));
        for (id, claimants) in claims.iter().filter(|(_, claimants)| disputed(claimants)) {
            disputes.insert(*id, claimants.clone());
        }
        if disputes == before {
            return Ok(());
        }
        keep(&*self.store, KEY, &disputes.iter().collect::<Vec<_>>()).await?;
        for id in disputes.keys().filter(|id| !before.contains_key(id)) {
            if let Some(live) = self.miner(*id) {
                let text = format!("{} devices say that they are {}: {}", disputes[id].len(), live.miner.name, CALM);
                self.notice(Level::Error, "two_claimants", Some(*id), &text);
            }
        }
        *self.discovery.disputes.lock() = disputes;
        self.disputes_show();
        Ok(())
    }

    /// Tells every device whether it is disputed, and people which are.
    pub(crate) fn disputes_show(&self) {
        let disputes = self.discovery.disputes.lock().clone();
        let mut words = Vec::new();
        for device in self.device_list() {
            let claimants = disputes.get(&device.id);
            let name = {
                let mut state = device.state.lock();
                state.ledger.disputed = claimants.is_some();
                state.miner.name.clone()
            };
            if let Some(claimants) = claimants {
                let addresses: Vec<_> = claimants.iter().copied().collect();
                words.push(format!("{name} ({})", listed(&addresses)));
            }
            self.publish(&device);
        }
        if words.is_empty() {
            self.problem_over("two_claimants");
        } else {
            let text = format!("several devices say that they are {}: {CALM}", words.join(" and that they are "));
            self.problem("two_claimants", &text, None);
        }
    }
}

const CALM: &str = "nothing is sent to any of them. Switch off the one that is not yours, then look again";

/// Whether these are several devices. One has an address of each kind, of the older and of the newer internet protocol.
pub(super) fn disputed(claimants: &BTreeSet<IpAddr>) -> bool {
    let old = claimants.iter().filter(|address| address.is_ipv4()).count();
    old > 1 || claimants.len() - old > 1
}

/// Whether a find that says nothing certain could be this miner.
fn looks_like(live: &LiveMiner, found: &Found) -> bool {
    let miner = &live.miner;
    let same = match (&miner.identity, &found.identity) {
        (Identity::None, Identity::None) => miner.profile.model.is_some() && miner.profile.model == found.model,
        (miner, found) => !miner.is_strong() && miner == found,
    };
    same && miner.family == found.family
}

/// Who answers there, as a scan asks: without credentials, and not for long.
async fn answers(family: &Family, at: IpAddr, port: u16) -> Result<Identity, DriverError> {
    let said = (family.knock)(Endpoint { host: at.to_string(), port }).inspect().await?;
    Ok(said.identity)
}
