//! The conversation with one Bitaxe.
//!
//! **Invariant:** every command begins with a look at who answers, on the same line as the write that follows; a
//! device that is not the expected one receives nothing.

use super::orders::{Order, Request, order};
use super::parse::{Status, malformed, object};
use super::profile::inspect;
use super::{ASIC, INFO, pools};
use async_trait::async_trait;
use hmm_domain::Message;
use hmm_domain::command::Command;
use hmm_domain::miner::{Identity, Profile};
use hmm_domain::port::{Answer, Driver, DriverError, Endpoint, Inspection, Receipt};
use hmm_domain::wish::PoolTarget;
use hmm_net::{Line, NetError, Outbound, Reply};
use serde_json::Value;

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
        let asic = asic(&mut line).await?;
        Ok(inspect(status, asic.as_ref()))
    }

    async fn send(&self, expected: &Identity, profile: &Profile, command: &Command) -> Result<Receipt, DriverError> {
        let mut line = self.line().await?;
        let status = status(&mut line).await?;
        same_device(expected, &status.identity())?;
        match order(&status, profile, command)? {
            Order::Plain(requests) => write_all(&mut line, &requests).await,
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
        401 | 403 => Err(locked_out()),
        code => Err(DriverError::Unreachable { tried: tried(INFO), why: format!("it answered with status {code}") }),
    }
}

/// Absent before 2.7. A reply that makes no sense is taken for absent too: then the model table stands in. Silence is
/// neither, or a bad moment would change a device's modes.
async fn asic(line: &mut Line) -> Result<Option<Value>, DriverError> {
    let reply = line.get(ASIC).await.map_err(|error| failed(ASIC, error))?;
    match reply.status.as_u16() {
        200 => Ok(object(ASIC, &reply.body).ok()),
        300..=499 => Ok(None),
        code => Err(DriverError::Unreachable { tried: tried(ASIC), why: format!("it answered with status {code}") }),
    }
}

/// S8. A device that was known by its MAC and does not say it any more may be another one: nothing is written either.
/// Without a known MAC there is nothing to compare, and the identity is shown as weak.
fn same_device(expected: &Identity, found: &Identity) -> Result<(), DriverError> {
    if matches!(expected, Identity::None) || expected == found {
        return Ok(());
    }
    Err(DriverError::WrongDevice { expected: name(expected), found: name(found) })
}

fn name(identity: &Identity) -> String {
    match identity {
        Identity::Mac(value) | Identity::Serial(value) | Identity::Worker(value) => value.clone(),
        Identity::None => "a device that does not say its MAC".to_owned(),
    }
}

/// In order; what follows a refusal is not sent. The last one's words count.
async fn write_all(line: &mut Line, requests: &[Request]) -> Result<Receipt, DriverError> {
    let mut all = Receipt { reply: None, certain: true };
    for request in requests {
        let receipt = write(line, request).await?;
        all = Receipt { certain: all.certain && receipt.certain, ..receipt };
    }
    Ok(all)
}

async fn write(line: &mut Line, request: &Request) -> Result<Receipt, DriverError> {
    match line.send(request.method.clone(), request.path, request.body.as_ref()).await {
        Ok(reply) => judge(request, &reply),
        // It has probably acted (a restart takes its own answer along); a later reading tells.
        Err(error) if error.maybe_arrived() => Ok(Receipt { reply: None, certain: false }),
        Err(error) => Err(failed(request.path, error)),
    }
}

fn judge(request: &Request, reply: &Reply) -> Result<Receipt, DriverError> {
    let words = words(&reply.body);
    match reply.status.as_u16() {
        200..=299 => Ok(Receipt { reply: words, certain: true }),
        300..=399 | 404 | 405 => {
            Err(DriverError::Unsupported(format!("this firmware has no {} {}", request.method, request.path).into()))
        }
        401 | 403 => Err(locked_out()),
        code => Err(DriverError::Refused(words.unwrap_or_else(|| format!("status {code}").into()))),
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
    let stored = write(line, store).await?;
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
    match write(line, restart).await {
        Err(DriverError::Unreachable { tried, why }) => {
            Err(DriverError::Unreachable { tried, why: format!("the pool is stored, the restart was not sent: {why}") })
        }
        outcome => outcome,
    }
}

/// What it said: the message of a JSON object, else the text as it stands, cleaned.
fn words(body: &[u8]) -> Option<Message> {
    let message = hmm_net::json::parse(body).ok().and_then(|value| {
        let said = ["message", "error"].iter().find_map(|key| value.get(*key).and_then(Value::as_str));
        said.map(str::to_owned)
    });
    let text = message.unwrap_or_else(|| String::from_utf8_lossy(body).into_owned());
    Some(Message::new(&text)).filter(|words| !words.is_empty())
}

fn locked_out() -> DriverError {
    let why = "AxeOS answers only clients with a private IPv4 address (10.x, 172.16–31.x, 192.168.x): \
               reach it from its own network, not through Tailscale or another overlay";
    DriverError::Credentials(why.into())
}

fn tried(path: &str) -> String {
    format!("asking for {path}")
}

fn failed(path: &'static str, error: NetError) -> DriverError {
    match error {
        NetError::NotAllowed { address, why } => DriverError::NotAllowed { address, why: why.to_string() },
        NetError::NotHttp { .. } => DriverError::NotRecognised("it answers, but does not speak HTTP".into()),
        NetError::TooLarge { .. } | NetError::Compressed { .. } => malformed(path, error.to_string()),
        NetError::Unreachable { .. }
        | NetError::TimedOut { .. }
        | NetError::Dropped { .. }
        | NetError::Ourselves(_) => DriverError::Unreachable { tried: tried(path), why: error.to_string() },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s8_a_device_that_no_longer_says_its_mac_is_not_the_known_one() {
        let mac = |text: &str| Identity::from_mac(text).unwrap();
        let known = mac("02:00:00:00:00:01");
        assert!(same_device(&known, &mac("02-00-00-00-00-01")).is_ok());
        assert!(same_device(&Identity::None, &known).is_ok());
        for other in [mac("02:00:00:00:00:02"), Identity::None] {
            assert!(matches!(same_device(&known, &other), Err(DriverError::WrongDevice { .. })));
        }
    }

    #[test]
    fn d1_the_devices_words_are_cleaned_before_they_are_shown() {
        let said = |body: &[u8]| words(body).map(|words| words.as_str().to_owned());
        assert_eq!(said(br#"{"message":"Mining paused"}"#).as_deref(), Some("Mining paused"));
        assert_eq!(said(b"Wrong API \x1b[31minput\r\n").as_deref(), Some("Wrong API input"));
        assert_eq!(said(b"\xff\x00"), Some("\u{fffd}".to_owned()));
        assert_eq!(said(b" "), None);
    }
}
