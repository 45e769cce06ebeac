//! The conversation with one Avalon.
//!
//! **Invariant:** every command begins with a look at who answers, on the same line as the write that follows; a
//! device that is not the expected one receives nothing. A name or password never comes back in an error.

use super::orders::{Call, Order, order};
use super::parse::{Status, perhaps_ours};
use super::profile::inspect;
use super::{ALL, models::Kind};
use crate::miners::cgminer_api::{Fields, Said, Verdict, exchange, gather, locked_out, net_failed, request};
use crate::miners::shared::{same_device, unsupported};
use async_trait::async_trait;
use hmm_domain::Message;
use hmm_domain::command::Command;
use hmm_domain::json::MASK;
use hmm_domain::miner::{Identity, Profile};
use hmm_domain::port::{Answer, Credentials, Driver, DriverError, Endpoint, Inspection, Receipt};
use hmm_net::{Line, Outbound};

/// The same statistics, asked for by another name.
const MORE: &str = "estats";
/// The longest poll of the largest one is a tenth of this.
const BODY_MAX: usize = 256 * 1024;

pub(super) struct Avalon {
    outbound: Outbound,
    at: Endpoint,
    login: Credentials,
}

impl Avalon {
    pub(super) fn new(outbound: Outbound, at: Endpoint, login: Credentials) -> Self {
        Self { outbound, at, login }
    }

    async fn line(&self) -> Result<Line, DriverError> {
        let line = self.outbound.line(&self.at).await.map_err(|error| net_failed(ALL, error))?;
        Ok(line.with_body_limit(BODY_MAX))
    }

    /// Without what let us in, should the device repeat it.
    fn clean(&self, words: &Message) -> Message {
        let secrets = self.login.secrets().into_iter().filter(|secret| !secret.is_empty());
        let text = secrets.fold(words.as_str().to_owned(), |text, secret| text.replace(&secret, MASK));
        Message::new(&text)
    }

    /// In order; what follows a refusal is not sent. The last one's words count.
    async fn calls(&self, line: &mut Line, calls: &[Call]) -> Result<Receipt, DriverError> {
        let mut all = Receipt { reply: None, certain: true };
        for call in calls {
            let receipt = self.call(line, call).await?;
            all = Receipt { certain: all.certain && receipt.certain, ..receipt };
        }
        Ok(all)
    }

    async fn call(&self, line: &mut Line, call: &Call) -> Result<Receipt, DriverError> {
        let bytes = match exchange(line, &request(call.command, Some(&call.parameter))?).await {
            Ok(bytes) => bytes,
            // It has probably acted (a restart takes its own answer along); a later reading tells.
            Err(error) if error.maybe_arrived() => return Ok(Receipt { reply: None, certain: false }),
            Err(error) => return Err(net_failed(call.command, error)),
        };
        match Said::parse(call.command, &bytes).ok().and_then(|said| said.verdict()) {
            Some(verdict) => self.judge(&verdict),
            // Something came back, and nobody can say what it means.
            None => Ok(Receipt { reply: None, certain: false }),
        }
    }

    fn judge(&self, verdict: &Verdict) -> Result<Receipt, DriverError> {
        let words = self.clean(&verdict.words);
        let plain = words.as_str().to_ascii_lowercase();
        if verdict.yes && !plain.starts_with("asc 0 set failed") {
            return Ok(Receipt { reply: Some(words).filter(|words| !words.is_empty()), certain: true });
        }
        Err(match verdict.code {
            Some(45) => locked_out(),
            Some(14) => unsupported("this firmware does not know the command"),
            _ if plain.contains("unknown option") => {
                unsupported(&format!("this firmware has no such option; it said: {words}"))
            }
            _ if plain.contains("caling") || plain.contains("calib") => DriverError::Refused(
                format!("it is measuring its chips, which can take an hour, and takes no other mode meanwhile; it said: {words}").into(),
            ),
            _ if plain.contains("username err") || plain.contains("userpass err") => DriverError::Credentials(
                format!("the name or password of its web page is not right; enter them anew for this miner; it said: {words}").into(),
            ),
            _ => DriverError::Refused(words),
        })
    }

    /// The slots are read when it starts, so a restart follows, but only into what was certainly stored.
    async fn change_pool(&self, line: &mut Line, store: &Call, restart: &Call) -> Result<Receipt, DriverError> {
        let stored = self.call(line, store).await?;
        if !stored.certain {
            return Ok(stored);
        }
        match self.call(line, restart).await {
            Err(DriverError::Unreachable { tried, why }) => {
                let why = format!("the pool is stored, the restart was not sent: {why}");
                Err(DriverError::Unreachable { tried, why })
            }
            outcome => outcome,
        }
    }
}

#[async_trait]
impl Driver for Avalon {
    async fn read(&self) -> Result<Answer, DriverError> {
        Ok(status(&mut self.line().await?).await?.into_answer(&self.login.secrets()))
    }

    async fn inspect(&self) -> Result<Inspection, DriverError> {
        let mut line = self.line().await?;
        let status = status(&mut line).await?;
        let help = help(&mut line).await?;
        Ok(inspect(status, help.as_ref(), &self.login.secrets()))
    }

    async fn send(&self, expected: &Identity, profile: &Profile, command: &Command) -> Result<Receipt, DriverError> {
        let mut line = self.line().await?;
        let status = status(&mut line).await?;
        same_device(expected, &status.identity())?;
        match order(&status, profile, &self.login, command)? {
            Order::Done(words) => Ok(Receipt { reply: Some(words), certain: true }),
            Order::Calls(calls) => self.calls(&mut line, &calls).await,
            Order::Pool { store, restart } => {
                let store = spelled(&mut line, status.spoken().kind, store).await?;
                self.change_pool(&mut line, &store, &restart).await
            }
        }
    }
}

async fn status(line: &mut Line) -> Result<Status, DriverError> {
    let mut status = Status::new(gather(line, ALL, perhaps_ours).await?)?;
    if status.spoken().is_mute() {
        // For a while after a start some leave it out of `stats`, and say it here.
        let bytes = exchange(line, &request(MORE, None)?).await.map_err(|error| net_failed(MORE, error))?;
        status.add(MORE, Said::parse(MORE, &bytes)?);
    }
    Ok(status)
}

/// Its own list of what it can be told. A firmware without one answers with an error, which is an answer; a reply that
/// makes no sense is taken for none. Silence is neither, or a bad moment would change what a device can do.
async fn help(line: &mut Line) -> Result<Option<Said>, DriverError> {
    let bytes = exchange(line, &request("ascset", Some("0,help"))?).await;
    let bytes = bytes.map_err(|error| net_failed("ascset", error))?;
    Ok(Said::parse("ascset", &bytes).ok())
}

/// Some of the A series know `setpool` only as an option of `ascset`; asked, they say whether they know it alone.
async fn spelled(line: &mut Line, kind: Kind, store: Call) -> Result<Call, DriverError> {
    if kind != Kind::Series {
        return Ok(store);
    }
    let bytes = exchange(line, &request("check", Some(store.command))?).await;
    let said = Said::parse("check", &bytes.map_err(|error| net_failed("check", error))?)?;
    let exists = said.row("CHECK").and_then(|row: Fields<'_>| row.flag("Exists"));
    Ok(match exists {
        Some(false) => Call { command: "ascset", parameter: format!("0,{},{}", store.command, store.parameter) },
        _ => store,
    })
}
