//! The conversation with one Whatsminer of the third API.
//!
//! **Invariant:** reading is all that is ever sent; a command is refused before anything is.

use super::parse::{Status, recognise, reply};
use super::wire::{DEVICE, POOLS, SUMMARY, framed};
use crate::miners::cgminer_api::{READ_ONLY, net_failed};
use crate::miners::shared::unsupported;
use async_trait::async_trait;
use hmm_domain::command::Command;
use hmm_domain::miner::{Identity, Profile};
use hmm_domain::port::{Answer, Driver, DriverError, Endpoint, Inspection, Receipt};
use hmm_net::{End, Outbound};
use serde_json::Map;

const BODY_MAX: usize = 128 * 1024;

pub(super) struct Whatsminer {
    outbound: Outbound,
    at: Endpoint,
}

impl Whatsminer {
    pub(super) fn new(outbound: Outbound, at: Endpoint) -> Self {
        Self { outbound, at }
    }

    async fn status(&self) -> Result<Status, DriverError> {
        let line = self.outbound.line(&self.at).await.map_err(|error| net_failed(DEVICE.0, error))?;
        let mut line = line.with_body_limit(BODY_MAX);
        let mut all = Map::new();
        for (name, request) in [DEVICE, SUMMARY, POOLS] {
            let bytes = line.say(&framed(request), End::LengthBefore).await;
            let said = reply(name, &bytes.map_err(|error| net_failed(name, error))?);
            let value = match said {
                Ok(value) => value,
                // What it refuses to tell, it is not asked to; what it is, it has to say.
                Err(DriverError::Refused(_)) if name != DEVICE.0 => continue,
                Err(error) => return Err(error),
            };
            if name == DEVICE.0 {
                recognise(&value)?;
            }
            all.insert(name.to_owned(), value);
        }
        Status::from_values(all)
    }
}

#[async_trait]
impl Driver for Whatsminer {
    async fn read(&self) -> Result<Answer, DriverError> {
        Ok(self.status().await?.into_answer())
    }

    async fn inspect(&self) -> Result<Inspection, DriverError> {
        Ok(self.status().await?.into_inspection())
    }

    async fn send(&self, _: &Identity, _: &Profile, _: &Command) -> Result<Receipt, DriverError> {
        Err(unsupported(READ_ONLY))
    }
}
