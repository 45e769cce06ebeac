//! The conversation with one Bitaxe.
//!
//! **Invariant:** every command begins with a look at who answers, on the same line as the write that follows; a
//! device that is not the expected one receives nothing.

use super::orders::{Order, order};
use super::parse::Status;
use super::profile::inspect;
use super::{ASIC, INFO, pools};
use crate::miners::shared::http::{Request, failed, odd_status, optional, refused_in_json, write, write_all};
use crate::miners::shared::{same_device, stranger};
use async_trait::async_trait;
use hmm_domain::Message;
use hmm_domain::command::Command;
use hmm_domain::miner::{Identity, Profile};
use hmm_domain::port::{Answer, Driver, DriverError, Endpoint, Inspection, Receipt};
use hmm_domain::wish::PoolTarget;
use hmm_net::{Line, Outbound};

/// The longest reply there is, with eight pools and their certificates, is a quarter of this.
const BODY_MAX: usize = 128 * 1024;

pub(super) struct AxeOs {
    outbound: Outbound,
    at: Endpoint,
}

impl AxeOs {
    pub(super) fn new(outbound: Outbound, at: Endpoint) -> Self {
        Self { outbound, at }
    }

    async fn line(&self) -> Result<Line, DriverError> {
        let line = self.outbound.line(&self.at).await.map_err(|error| failed(INFO, error))?;
        Ok(line.with_body_limit(BODY_MAX))
    }
}

#[async_trait]
impl Driver for AxeOs {
    async fn read(&self) -> Result<Answer, DriverError> {
        Ok(status(&mut self.line().await?).await?.into_answer())
    }

    async fn inspect(&self) -> Result<Inspection, DriverError> {
        let mut line = self.line().await?;
        let status = status(&mut line).await?;
        // Absent before 2.7.
        let asic = optional(&mut line, ASIC).await?;
        Ok(inspect(status, asic.as_ref()))
    }

    async fn send(&self, expected: &Identity, profile: &Profile, command: &Command) -> Result<Receipt, DriverError> {
        let mut line = self.line().await?;
        let status = status(&mut line).await?;
        same_device(expected, &status.identity())?;
        match order(&status, profile, command)? {
            Order::Plain(requests) => write_all(&mut line, &requests, locked_out).await,
            Order::Pool { store, target, restart } => change_pool(&mut line, &store, &target, &restart).await,
        }
    }
}

async fn status(line: &mut Line) -> Result<Status, DriverError> {
    let reply = line.get(INFO).await.map_err(|error| failed(INFO, error))?;
    match reply.status.as_u16() {
        200 => Status::parse(&reply.body),
        // AxeOS sends every unknown path to its start page.
        300..=399 | 404 => Err(DriverError::NotRecognised("it has nothing at the path where a Bitaxe answers".into())),
        _ if refused_in_json(&reply) => Err(stranger("it turns us away, and not in the words of a Bitaxe")),
        401 | 403 => Err(locked_out(None)),
        code => Err(odd_status(INFO, code)),
    }
}

/// Unknown keys are answered with 200 and nothing is stored, so the device is asked what it has stored before it is
/// restarted into it.
async fn change_pool(
    line: &mut Line,
    store: &Request,
    target: &PoolTarget,
    restart: &Request,
) -> Result<Receipt, DriverError> {
    let stored = write(line, store, locked_out).await?;
    let Ok(status) = status(line).await else {
        return Ok(Receipt { certain: false, ..stored });
    };
    match pools::primary(&status.info) {
        Some(pool) if pool.is(target) => {}
        found if stored.certain => {
            let shows = found.map_or_else(|| "no pool".to_owned(), |pool| pool.host);
            return Err(DriverError::Refused(format!("accepted, not stored: it still shows {shows}").into()));
        }
        _ => return Ok(stored),
    }
    match write(line, restart, locked_out).await {
        Err(DriverError::Unreachable { tried, why }) => {
            Err(DriverError::Unreachable { tried, why: format!("the pool is stored, the restart was not sent: {why}") })
        }
        outcome => outcome,
    }
}

fn locked_out(_words: Option<&Message>) -> DriverError {
    let why = "AxeOS answers only clients with a private IPv4 address (10.x, 172.16–31.x, 192.168.x): \
               reach it from its own network, not through Tailscale or another overlay";
    DriverError::Credentials(why.into())
}
