//! The conversation with one of them.
//!
//! **Invariant:** reading is all that is ever sent; a command is refused before anything is.

use super::ALL;
use super::parse::{Status, perhaps_ours};
use super::wire::{Maker, summary_of};
use crate::miners::cgminer_api::{Gathered, READ_ONLY, Said, exchange, gather, net_failed, request};
use crate::miners::shared::unsupported;
use async_trait::async_trait;
use hmm_domain::command::Command;
use hmm_domain::miner::{Identity, Profile};
use hmm_domain::port::{Answer, Driver, DriverError, Endpoint, Inspection, Receipt};
use hmm_net::{Line, Outbound};

const BODY_MAX: usize = 256 * 1024;

pub(super) struct Cgminer {
    outbound: Outbound,
    at: Endpoint,
}

impl Cgminer {
    pub(super) fn new(outbound: Outbound, at: Endpoint) -> Self {
        Self { outbound, at }
    }

    async fn line(&self) -> Result<Line, DriverError> {
        let line = self.outbound.line(&self.at).await.map_err(|error| net_failed(ALL, error))?;
        Ok(line.with_body_limit(BODY_MAX))
    }
}

#[async_trait]
impl Driver for Cgminer {
    async fn read(&self) -> Result<Answer, DriverError> {
        Ok(status(&mut self.line().await?).await?.into_answer())
    }

    async fn inspect(&self) -> Result<Inspection, DriverError> {
        let mut line = self.line().await?;
        let mut status = status(&mut line).await?;
        // Many refuse this one, which is an answer: then the model is not told.
        status.add(also(&mut line, &["devdetails"]).await?);
        Ok(status.into_inspection())
    }

    async fn send(&self, _: &Identity, _: &Profile, _: &Command) -> Result<Receipt, DriverError> {
        Err(unsupported(READ_ONLY))
    }
}

async fn status(line: &mut Line) -> Result<Status, DriverError> {
    let all = gather(line, ALL, perhaps_ours).await?;
    let understood = all.any_yes();
    let mut status = match Status::new(all) {
        Ok(status) => status,
        Err(error) if understood => return Err(error),
        Err(error) => whatsminer(line, error).await?,
    };
    if status.maker() == Maker::Braiins {
        status.add(also(line, &["temps", "fans", "tunerstatus"]).await?);
    }
    Ok(status)
}

/// Whatsminers of the second API hear only what is called `cmd`.
async fn whatsminer(line: &mut Line, before: DriverError) -> Result<Status, DriverError> {
    let mut all = Gathered::default();
    for command in ["summary", "pools"] {
        let request = format!(r#"{{"cmd":"{command}"}}"#);
        let bytes = exchange(line, request.as_bytes()).await.map_err(|error| net_failed(command, error))?;
        let Ok(said) = Said::parse(command, &bytes) else { return Err(before) };
        if command == "summary" && summary_of(&said).is_none() {
            return Err(before);
        }
        all.insert(command, said);
    }
    Status::new(all).map_err(|_| before)
}

/// What is asked besides; a refusal is an answer, and a reply that makes no sense is taken for one.
async fn also(line: &mut Line, commands: &[&'static str]) -> Result<Gathered, DriverError> {
    let mut all = Gathered::default();
    for command in commands {
        let request = request(command, None)?;
        let bytes = exchange(line, &request).await.map_err(|error| net_failed(command, error))?;
        if let Ok(said) = Said::parse(command, &bytes) {
            all.insert(command, said);
        }
    }
    Ok(all)
}
