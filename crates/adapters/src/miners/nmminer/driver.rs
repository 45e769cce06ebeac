//! The conversation with one NMMiner, or the listening to it.
//!
//! **Invariant:** reading sends nothing that changes anything, and only what came from the very address of the device is
//! taken for its word.

use super::info::{self, INFO, PROBE};
use super::status::{Status, Way};
use super::{datagram, orders, page, profile};
use crate::miners::shared::http::{Request, failed, odd_status, optional, refused_in_json, write};
use crate::miners::shared::{same_device, stranger, unsupported};
use async_trait::async_trait;
use hmm_domain::Message;
use hmm_domain::command::Command;
use hmm_domain::miner::{Identity, Profile};
use hmm_domain::port::{Answer, Credentials, Driver, DriverError, Endpoint, Inspection, Receipt};
use hmm_domain::wish::PoolTarget;
use hmm_net::{Line, Outbound};
use std::time::Duration;

const BODY_MAX: usize = 64 * 1024;
const MINING: &str = "/api/setting/mining";
const RESTART: &str = "/api/system/restart";
const FIND: &str = "/api/swarm/find";
/// Where the old ones hear.
const CONFIG_PORT: u16 = 12_347;
/// A device calls every two to five seconds; what is older than this says nothing about now.
const FRESH: Duration = Duration::from_secs(30);

pub(super) struct NmMiner {
    outbound: Outbound,
    at: Endpoint,
    keys: Credentials,
    /// Of the house: what it calls out is not forgotten for others.
    known: bool,
}

impl NmMiner {
    pub(super) fn new(outbound: Outbound, at: Endpoint, keys: Credentials) -> Self {
        Self { outbound, at, keys, known: true }
    }

    pub(super) fn knocking(outbound: Outbound, at: Endpoint, keys: Credentials) -> Self {
        Self { known: false, ..Self::new(outbound, at, keys) }
    }

    async fn line(&self) -> Result<Line, DriverError> {
        let line = self.outbound.line(&self.at).await.map_err(|error| failed(INFO, error))?;
        if self.known {
            self.outbound.hearsay().follow(line.address().ip());
        }
        Ok(line.with_body_limit(BODY_MAX))
    }

    /// What it called out last.
    fn heard(&self, line: &Line) -> Option<Status> {
        let from = line.address().ip();
        let body = self.outbound.hearsay().newest(from, FRESH)?;
        datagram::parse(from, &body).ok()
    }

    /// HTTP where there is any, since it tells more; else what was heard.
    async fn status(&self, line: &mut Line) -> Result<Status, DriverError> {
        let heard = self.heard(line);
        match heard {
            Some(all) if !all.has_more => Ok(all),
            Some(some) => match asked(line).await {
                Err(DriverError::Unreachable { .. }) => Ok(some),
                // Whoever else answers there now, it is not the one that was heard.
                status => status,
            },
            None => asked(line).await,
        }
    }
}

#[async_trait]
impl Driver for NmMiner {
    async fn read(&self) -> Result<Answer, DriverError> {
        let mut line = self.line().await?;
        Ok(self.status(&mut line).await?.into_answer(&self.keys.secrets()))
    }

    async fn inspect(&self) -> Result<Inspection, DriverError> {
        let mut line = self.line().await?;
        let mut status = self.status(&mut line).await?;
        if status.way == Way::Http {
            status.primary = optional(&mut line, MINING).await?.as_ref().and_then(orders::primary);
        }
        Ok(profile::inspect(status, &self.keys.secrets()))
    }

    async fn send(&self, expected: &Identity, profile: &Profile, command: &Command) -> Result<Receipt, DriverError> {
        let mut line = self.line().await?;
        let status = self.status(&mut line).await?;
        same_device(expected, &Identity::None)?;
        let can = &profile.capabilities;
        match command {
            Command::Restart if can.restart => write(&mut line, &Request::post(RESTART), locked).await,
            Command::Identify if can.identify => write(&mut line, &Request::post(FIND), locked).await,
            Command::SetPool { pool } if can.set_pool => match status.way {
                Way::Http => set_pool(&mut line, pool).await,
                Way::Page | Way::Datagram => tell_pool(&mut line, pool, &self.keys).await,
                Way::Axe | Way::Probe => Err(unsupported("its pool can be changed on its own page only")),
            },
            Command::Restart => Err(unsupported("this firmware cannot be restarted from afar; that came with 2.0")),
            Command::Identify => Err(unsupported("this firmware cannot make itself seen; that came with 2.0")),
            Command::SetPool { .. } => Err(unsupported("its pool can be changed on its own page only")),
            Command::SetMode { .. } | Command::Tune { .. } => {
                Err(unsupported("it has no modes, and neither its frequency nor its voltage can be set"))
            }
            Command::SetPower { .. } => Err(unsupported("it cannot rest: only its plug switches it off")),
        }
    }
}

/// The newest way first; where one path does not exist, the next is tried.
async fn asked(line: &mut Line) -> Result<Status, DriverError> {
    if let Some(body) = fetched(line, INFO).await? {
        return info::parse(&body);
    }
    if let Some(body) = fetched(line, PROBE).await? {
        return info::probe(&body);
    }
    match fetched(line, page::PATH).await? {
        Some(body) => page::parse(&body),
        None => Err(stranger("it has nothing at the paths where an NMMiner answers")),
    }
}

/// The body; `None` where there is no such path.
async fn fetched(line: &mut Line, path: &'static str) -> Result<Option<Vec<u8>>, DriverError> {
    let reply = line.get(path).await.map_err(|error| failed(path, error))?;
    match reply.status.as_u16() {
        200 => Ok(Some(reply.body.to_vec())),
        300..=399 | 404 | 405 => Ok(None),
        _ if refused_in_json(&reply) => Err(stranger("it turns us away, and not in the words of an NMMiner")),
        401 | 403 => Err(locked(None)),
        code => Err(odd_status(path, code)),
    }
}

/// Stored and read back: it is taken up when it connects to a pool the next time, within seconds.
async fn set_pool(line: &mut Line, target: &PoolTarget) -> Result<Receipt, DriverError> {
    let request = Request { method: hmm_net::Method::POST, path: MINING, body: Some(orders::setting(target)?) };
    let stored = write(line, &request, locked).await?;
    let Ok(Some(setting)) = optional(line, MINING).await else {
        return Ok(Receipt { certain: false, ..stored });
    };
    match orders::primary(&setting) {
        Some(pool) if pool.is(target) => Ok(stored),
        found if stored.certain => {
            let shows = found.map_or_else(|| "no pool".to_owned(), |pool| pool.host);
            Err(DriverError::Refused(format!("accepted, not stored: it still shows {shows}").into()))
        }
        _ => Ok(stored),
    }
}

/// Nobody answers a datagram: only what it calls out later shows whether it heard.
async fn tell_pool(line: &mut Line, target: &PoolTarget, keys: &Credentials) -> Result<Receipt, DriverError> {
    let ip = line.address().ip();
    let body = orders::datagram(ip, target, keys)?;
    line.tell(CONFIG_PORT, &body).await.map_err(|error| failed("its pool", error))?;
    Ok(Receipt { reply: None, certain: false })
}

fn locked(_words: Option<&Message>) -> DriverError {
    DriverError::Credentials(
        "it let us not in, although NMMiner firmware knows no login: is this another device?".into(),
    )
}
