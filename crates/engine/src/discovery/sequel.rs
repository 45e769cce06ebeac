//! What follows from a whole look round: disputes, miners that are followed, devices that are added.
//!
//! **Invariant:** nothing of it follows from half a look. A miner is followed only if it says a MAC or serial number, is
//! silent where it was, is the only one to say so, keeps no credentials with us, and the system saw the same hardware
//! there where that can be seen (S8). Only devices with a MAC or serial number are added, disabled, ten a day (S9).

use super::moves::{Disputes, Moved, disputed};
use super::scan::{Answered, Tally};
use super::{AUTO_ADD_MAX, FOUND_MAX, Found};
use crate::error::EngineError;
use crate::fleet::{AddMiner, Newcomer};
use crate::house::Engine;
use crate::live::LiveMiner;
use hmm_domain::event::Level;
use hmm_domain::miner::Identity;
use hmm_domain::port::{Credentials, Neighbour};
use hmm_domain::{Actor, MinerId};
use std::collections::BTreeSet;
use std::net::IpAddr;
use std::sync::Arc;

/// So many devices are remembered with all that they said, until it is known which of them are added.
const NEWCOMERS_MAX: usize = 4 * AUTO_ADD_MAX;

pub(super) struct Sequel<'a> {
    engine: &'a Arc<Engine>,
    asked: BTreeSet<IpAddr>,
    /// Where each miner of the house was heard to say who it is.
    claims: Disputes,
    newcomers: Vec<Answered>,
}

impl<'a> Sequel<'a> {
    pub(super) fn new(engine: &'a Arc<Engine>) -> Self {
        Self { engine, asked: BTreeSet::new(), claims: Disputes::new(), newcomers: Vec::new() }
    }

    pub(super) fn asked(&mut self, address: Option<IpAddr>) {
        self.asked.extend(address);
    }

    pub(super) fn heard(&mut self, miner: MinerId, at: IpAddr) {
        let claims = self.claims.entry(miner).or_default();
        // A hostile device may answer at a whole network.
        if claims.len() < FOUND_MAX {
            claims.insert(at);
        }
    }

    pub(super) fn answered(&mut self, answered: Answered) {
        let found = &answered.found;
        if !found.identity.is_strong() {
            return;
        }
        match self.engine.discovery_known(found) {
            Some(miner) => self.heard(miner, found.address),
            None if self.engine.discovery_settings().auto_add && self.newcomers.len() < NEWCOMERS_MAX => {
                self.newcomers.push(answered);
            }
            None => {}
        }
    }

    pub(super) async fn follow(mut self, tally: &mut Tally) -> Result<(), EngineError> {
        let engine = self.engine;
        let finds = engine.discovery_found();
        for found in &finds {
            self.ask_where_it_was(found).await;
        }
        let covers = |at: &IpAddr| self.asked.contains(at) || self.claims.values().any(|claims| claims.contains(at));
        engine.disputes_settle(&self.claims, covers).await?;
        for found in &finds {
            if let Some((moved, live)) = self.moved(found) {
                tally.followed += u32::from(self.move_or_ask(&moved, &live, found).await?);
            }
        }
        self.add_newcomers(tally).await
    }

    /// The miner that certainly moved here, unless several say that they are it.
    fn moved(&self, found: &Found) -> Option<(Moved, Arc<LiveMiner>)> {
        let moved = self.engine.discovery_moved(found).filter(|moved| moved.sure)?;
        let alone =
            self.claims.get(&moved.miner).is_none_or(|claims| !disputed(claims) && !claims.contains(&moved.from));
        let live = self.engine.miner(moved.miner).filter(|_| alone)?;
        Some((moved, live))
    }

    /// A miner that may have moved here is asked once more where it was, unless the look round has done so.
    async fn ask_where_it_was(&mut self, found: &Found) {
        let Some((moved, live)) = self.moved(found) else { return };
        let miner = &live.miner;
        if self.asked.contains(&moved.from) || !miner.enabled {
            return;
        }
        let Ok(family) = self.engine.family(&miner.family) else { return };
        self.asked.insert(moved.from);
        if self.engine.still_there(&family, moved.from, miner.port, &miner.identity).await {
            self.heard(miner.id, moved.from);
        }
    }

    /// Follows it, or says why a person has to. True when it was followed.
    async fn move_or_ask(&self, moved: &Moved, live: &LiveMiner, found: &Found) -> Result<bool, EngineError> {
        let (engine, miner) = (self.engine, &live.miner);
        let seen = engine.discovery.vicinity().neighbour(found.address);
        let other_hardware =
            matches!((&seen, &miner.identity), (Neighbour::Here(there), Identity::Mac(_)) if *there != miner.identity);
        let why = if miner.family != found.family {
            "it is of another kind than before"
        } else if !miner.enabled {
            "a disabled miner is left alone"
        } else if other_hardware {
            "the network sees other hardware there"
        } else if !engine.credentials_of(miner.id).await?.is_empty() {
            "what lets us in is sent to a new address only with your word"
        } else {
            engine.miner_move(live, found, false, &Actor::system()).await?;
            return Ok(true);
        };
        let text = format!(
            "{} seems to have moved from {} to {}: {why}; confirm it on the Discovery page",
            miner.name, moved.from, found.address
        );
        self.tell_once("miner_move_asked", Some(miner.id), &text);
        Ok(false)
    }

    /// A round that comes every hour says nothing twice.
    fn tell_once(&self, kind: &'static str, miner: Option<MinerId>, text: &str) {
        let mut told = self.engine.discovery.told.lock();
        if told.len() > FOUND_MAX {
            told.clear();
        }
        if told.insert(text.to_owned()) {
            self.engine.notice(Level::Warning, kind, miner, text);
        }
    }

    async fn add_newcomers(&mut self, tally: &mut Tally) -> Result<(), EngineError> {
        let engine = self.engine;
        for Answered { found, family, said } in std::mem::take(&mut self.newcomers) {
            let finds = engine.discovery_found();
            let shown = finds.iter().find(|one| one.identity == found.identity);
            // Switched off meanwhile, disputed, or a miner by now.
            if !engine.discovery_settings().auto_add
                || shown.is_none_or(|shown| shown.undisputed().is_err())
                || engine.discovery_known(&found).is_some()
            {
                continue;
            }
            if !engine.auto_add_book().await? {
                let today = engine.clock.now().to_chrono().date_naive();
                let text = format!(
                    "{AUTO_ADD_MAX} devices were added by themselves within a day ({today}): the others wait for you"
                );
                self.tell_once("auto_add_full", None, &text);
                return Ok(());
            }
            let name = engine.discovery_name(&found);
            let add = AddMiner {
                name: name.clone(),
                address: found.address.to_string(),
                port: Some(found.port),
                family: Some(found.family.clone()),
                credentials: Credentials::default(),
                tags: Vec::new(),
                verify: true,
            };
            let newcomer = Newcomer { add, family, port: found.port, found: Some(said), enabled: false };
            let turn = engine.fleet_turn.lock().await;
            match engine.miner_take_in(&turn, newcomer, &Actor::system()).await {
                Ok(id) => {
                    tally.added += 1;
                    let text = format!("{name} was found at {} and added: enable it when it may run", found.address);
                    engine.notice(Level::Info, "miner_auto_added", Some(id), &text);
                }
                Err(EngineError::Store(error)) => return Err(error.into()),
                // Somebody was faster, or the name went: the next look round shows it.
                Err(error) => tracing::info!(%error, "a found device was not added"),
            }
        }
        Ok(())
    }
}
