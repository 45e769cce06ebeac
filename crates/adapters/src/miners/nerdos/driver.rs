//! The conversation with one NerdOS device.
//!
//! **Invariant:** every command begins with a look at who answers, on the same line as the write that follows; a
//! device that is not the expected one receives nothing, and no session is shown before that look.

use super::orders::{Order, order};
use super::parse::Status;
use super::profile::inspect;
use super::session::{self, checked, locked, with_session};
use super::{ASIC, INFO, pools};
use crate::miners::shared::http::{Request, failed, odd_status, optional, refused_in_json, write, write_all};
use crate::miners::shared::{same_device, stranger};
use async_trait::async_trait;
use hmm_domain::command::Command;
use hmm_domain::miner::{Identity, Profile};
use hmm_domain::port::{Answer, Credentials, Driver, DriverError, Endpoint, Inspection, Receipt, Session};
use hmm_domain::wish::PoolTarget;
use hmm_net::{Line, Outbound};

/// The longest reply there is, with an hour of history that is not asked for, is half of this.
const BODY_MAX: usize = 128 * 1024;

pub(super) struct NerdOs {
    outbound: Outbound,
    at: Endpoint,
    keys: Credentials,
}

impl NerdOs {
    pub(super) fn new(outbound: Outbound, at: Endpoint, keys: Credentials) -> Self {
        Self { outbound, at, keys }
    }

    async fn line(&self) -> Result<Line, DriverError> {
        let line = self.outbound.line(&self.at).await.map_err(|error| failed(INFO, error))?;
        Ok(line.with_body_limit(BODY_MAX))
    }
}

#[async_trait]
impl Driver for NerdOs {
    async fn read(&self) -> Result<Answer, DriverError> {
        Ok(status(&mut self.line().await?).await?.into_answer(&self.keys.secrets()))
    }

    async fn inspect(&self) -> Result<Inspection, DriverError> {
        let mut line = self.line().await?;
        let status = status(&mut line).await?;
        // Absent before 1.0.32.
        let asic = optional(&mut line, ASIC).await?;
        Ok(inspect(status, asic.as_ref(), &self.keys.secrets()))
    }

    async fn send(&self, expected: &Identity, profile: &Profile, command: &Command) -> Result<Receipt, DriverError> {
        let mut line = self.line().await?;
        let status = status(&mut line).await?;
        same_device(expected, &status.identity())?;
        let order = order(&status, profile, command)?;
        let guarded = status.info.otp.0 == Some(true);
        // A restart and a shut-down have been free since 1.0.36, so these are tried.
        if guarded && order.is_guarded() && self.keys.token.is_none() {
            return Err(session::wanted());
        }
        let mut line = if guarded { with_session(line, &self.keys)? } else { line };
        match order {
            Order::Plain(requests) => write_all(&mut line, &requests, locked).await,
            Order::Pool { store, target } => change_pool(&mut line, &store, &target).await,
        }
    }

    async fn open_session(&self, code: &str) -> Result<Session, DriverError> {
        let code = checked(code)?;
        let mut line = self.line().await?;
        match status(&mut line).await?.info.otp.0 {
            Some(true) => session::open(line, code).await,
            Some(false) => {
                Err(DriverError::Unsupported("its one-time code is switched off: nothing has to be entered".into()))
            }
            None => {
                Err(DriverError::Unsupported("this firmware knows no one-time codes; they came with 1.0.34".into()))
            }
        }
    }
}

async fn status(line: &mut Line) -> Result<Status, DriverError> {
    let reply = line.get(INFO).await.map_err(|error| failed(INFO, error))?;
    match reply.status.as_u16() {
        200 => Status::parse(&reply.body),
        // It sends every unknown path to its start page.
        300..=399 | 404 => Err(stranger("it has nothing at the path where a NerdQAxe answers")),
        _ if refused_in_json(&reply) => Err(stranger("it turns us away, and not in the words of a NerdQAxe")),
        401 | 403 => Err(foreign()),
        code => Err(odd_status(INFO, code)),
    }
}

/// Unknown keys and wrong types are answered with 200 and nothing is stored, so the device is asked what it has stored.
async fn change_pool(line: &mut Line, store: &Request, target: &PoolTarget) -> Result<Receipt, DriverError> {
    let stored = write(line, store, locked).await?;
    let Ok(status) = status(line).await else {
        return Ok(Receipt { certain: false, ..stored });
    };
    match pools::primary(&status.info) {
        Some(pool) if pool.is(target) => Ok(stored),
        found if stored.certain => {
            let shows = found.map_or_else(|| "no pool".to_owned(), |pool| pool.host);
            Err(DriverError::Refused(format!("accepted, not stored: it still shows {shows}").into()))
        }
        _ => Ok(stored),
    }
}

/// Reading needs no code: a closed door is about where we come from.
fn foreign() -> DriverError {
    let why = "NerdOS answers only clients with a private IPv4 address (10.x, 172.16–31.x, 192.168.x): \
               reach it from its own network, not through Tailscale or another overlay";
    DriverError::Credentials(why.into())
}
