//! What every request meets first: the house, or the word that it is still starting.

use crate::auth::{AuthError, Client, Gatekeeper};
use crate::config::Config;
use crate::plugins::Plugins;
use crate::restore::Restores;
use crate::tls::Tls;
use async_trait::async_trait;
use hmm_domain::port::{Clock, Store};
use hmm_engine::Engine;
use parking_lot::RwLock;
use std::sync::Arc;

/// Everything a request can need, once it is there. A value, handed on; there are no globals.
pub struct House {
    pub clock: Arc<dyn Clock>,
    pub store: Arc<dyn Store>,
    pub engine: Arc<Engine>,
    /// Drivers from files.
    pub plugins: Arc<Plugins>,
    pub config: Arc<Config>,
    /// Sessions, tokens, limits, set-up code.
    pub gatekeeper: Gatekeeper,
    /// What live viewers hang on. `wiring` makes it with `Hub::new()` and starts `live::run(house)` as a task.
    pub live: Arc<crate::live::Hub>,
    /// What can be seen of the network around this program.
    pub look: hmm_net::whereabouts::Look,
    /// The simulated neighbourhood is outside, not a person's miners.
    pub demo: bool,
    /// It stands beside the real house and can be left.
    pub visit: bool,
    /// How this house is closed and another one opened from a backup; where there is no such way, nothing.
    pub restores: Option<Arc<dyn Restores>>,
    /// Changes with every start of the program; live viewers notice a restart by it.
    pub epoch: u64,
    pub started_at: hmm_domain::Timestamp,
}

/// A phase of the start, or what keeps the house from being ready, as codes and as text for those who may read it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Starting {
    /// `starting`, `migrating`, `waiting_for_database`, `restoring`, `stopping`, `failed`.
    pub state: &'static str,
    pub problems: Vec<(&'static str, String)>,
}

/// The demo house beside the real one, as requests ask for it. `wiring` builds it and takes it away.
#[async_trait]
pub trait Visits: Send + Sync {
    /// Opens the demo house, or joins those who are in it. Returns what the visitor's cookie holds.
    async fn enter(&self, client: &Client) -> Result<String, VisitError>;
    /// Ends the visit that this cookie stands for. The last one who leaves closes the house behind them.
    async fn leave(&self, cookie: &str) -> Result<(), VisitError>;
}

/// Why there is no demo house.
#[derive(Debug, thiserror::Error)]
pub enum VisitError {
    /// No room, no rights, no simulated miners: the words name it.
    #[error("{0}")]
    NotOpened(String),
    #[error("the program is stopping")]
    Stopping,
    #[error(transparent)]
    Auth(#[from] AuthError),
}

/// Bound before anything else: until the house is there, everything but health answers 503.
pub struct Front {
    house: RwLock<Option<Arc<House>>>,
    starting: RwLock<Starting>,
    pub config: Arc<Config>,
    pub visits: Arc<dyn Visits>,
    /// Stands before the house does, and does not need it.
    pub tls: Arc<Tls>,
}

impl Front {
    pub fn new(config: Arc<Config>, visits: Arc<dyn Visits>, tls: Arc<Tls>) -> Self {
        let starting = Starting { state: "starting", problems: Vec::new() };
        Self { house: RwLock::new(None), starting: RwLock::new(starting), config, visits, tls }
    }

    pub fn house(&self) -> Option<Arc<House>> {
        self.house.read().clone()
    }

    pub fn open(&self, house: Arc<House>) {
        *self.house.write() = Some(house);
    }

    /// No new requests reach the house from here on.
    pub fn close(&self) {
        *self.house.write() = None;
    }

    pub fn starting(&self) -> Starting {
        self.starting.read().clone()
    }

    pub fn say(&self, starting: Starting) {
        *self.starting.write() = starting;
    }
}
