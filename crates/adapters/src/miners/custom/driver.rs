//! The conversation with one device of a custom family.
//!
//! **Invariant:** every command begins with a look at who answers, on the same line as the write that follows; a device
//! that is not the expected one receives nothing. Reading and recognising send the file's GETs and nothing else.

use super::Trouble;
use super::definition::{Access, Call, Definition};
use super::fields::{self, FIELDS};
use super::orders::{Request, requests};
use crate::miners::shared::{self, same_device, words};
use async_trait::async_trait;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmm_domain::command::Command;
use hmm_domain::json::mask;
use hmm_domain::miner::{AsFound, Identity, Profile};
use hmm_domain::port::{Answer, Credentials, Driver, DriverError, Endpoint, Inspection, Receipt};
use hmm_domain::reading::Reading;
use hmm_domain::{Label, Message, ModeId};
use hmm_net::{Jq, JqError, JqOutcome, Line, Method, NetError, Outbound, Reply, header};
use serde_json::{Map, Value};
use std::collections::BTreeMap;
use std::sync::Arc;

/// More than any such device has to say.
const BODY_MAX: usize = 256 * 1024;
const CALL: &str = "a call of its driver's file";

pub(super) struct Custom {
    pub(super) outbound: Outbound,
    pub(super) jq: Jq,
    pub(super) definition: Arc<Definition>,
    pub(super) trouble: Trouble,
    pub(super) at: Endpoint,
    pub(super) credentials: Credentials,
}

/// What one look at a device brings.
struct Seen {
    reading: Reading,
    identity: Identity,
    host_name: Option<Label>,
    model: Option<Label>,
    raw: Value,
}

#[async_trait]
impl Driver for Custom {
    async fn read(&self) -> Result<Answer, DriverError> {
        let seen = self.look(&mut self.line().await?).await?;
        Ok(self.answer(seen))
    }

    async fn inspect(&self) -> Result<Inspection, DriverError> {
        let mut seen = self.look(&mut self.line().await?).await?;
        let profile = self.definition.profile(seen.model.take(), seen.reading.firmware.clone());
        let (reading, pool) = (&seen.reading, seen.reading.pool.as_ref());
        let as_found = AsFound {
            frequency: reading.frequency,
            core_voltage: reading.core_voltage,
            mode: profile.mode_of(reading),
            paused: reading.paused,
            pool_host: pool.map(|pool| pool.host.clone()),
            pool_port: pool.and_then(|pool| pool.port),
            pool_user: pool.and_then(|pool| pool.user.clone()),
        };
        let host_name = seen.host_name.take();
        let identity = seen.identity.clone();
        Ok(Inspection { identity, profile, as_found, host_name, answer: self.answer(seen) })
    }

    async fn send(&self, expected: &Identity, _: &Profile, command: &Command) -> Result<Receipt, DriverError> {
        let mut line = self.line().await?;
        let seen = self.look(&mut line).await?;
        same_device(expected, &seen.identity)?;
        let mut all = Receipt { reply: None, certain: true };
        // What follows a refusal is not sent. The last one's words count.
        for request in requests(&self.definition, &seen.reading, command)? {
            let receipt = self.write(&mut line, &request).await?;
            all = Receipt { certain: all.certain && receipt.certain, ..receipt };
        }
        Ok(all)
    }
}

impl Custom {
    async fn line(&self) -> Result<Line, DriverError> {
        let line = self.outbound.line(&self.at).await.map_err(|error| failed(&self.at.host, error))?;
        let line = line.with_body_limit(BODY_MAX);
        let Credentials { user, password, token } = &self.credentials;
        let secret = |line: Line, name, value: &str| {
            line.with_secret_header(name, value).map_err(|error| failed(&self.at.host, error))
        };
        match (&self.definition.access, token, password) {
            (Access::Token, Some(token), _) => secret(line, header::AUTHORIZATION, &format!("Bearer {token}")),
            (Access::Header(name), Some(token), _) => secret(line, name.clone(), token),
            (Access::Login, _, Some(password)) => {
                let user = user.as_deref().unwrap_or_default();
                secret(line, header::AUTHORIZATION, &basic(user, password))
            }
            _ => Ok(line),
        }
    }

    /// A stranger is asked the first question alone; only who answers like one of the family is asked the others.
    async fn look(&self, line: &mut Line) -> Result<Seen, DriverError> {
        let mut replies = Map::new();
        let mut calls = self.definition.calls.iter();
        if let Some(first) = calls.next() {
            let reply = match ask(line, first).await {
                Err(DriverError::Malformed { .. }) => return Err(stranger()),
                other => other?,
            };
            replies.insert(first.name.clone(), reply);
        }
        let replies = Value::Object(replies);
        let probe = [self.definition.probe.as_str()];
        if self.one(&probe, &replies).await?.first().is_none_or(|outcome| !is_true(outcome)) {
            return Err(stranger());
        }
        let Value::Object(mut replies) = replies else { return Err(stranger()) };
        for call in calls {
            replies.insert(call.name.clone(), ask(line, call).await?);
        }
        self.translate(Value::Object(replies)).await
    }

    async fn translate(&self, mut raw: Value) -> Result<Seen, DriverError> {
        let Definition { identity, reading, .. } = &*self.definition;
        let named: Vec<(&str, &str)> =
            identity.iter().chain(reading).map(|(name, code)| (*name, code.as_str())).collect();
        let codes: Vec<&str> = named.iter().map(|(_, code)| *code).collect();
        let outcomes = self.one(&codes, &raw).await?;
        let mut said = Said::default();
        let (who, what) = outcomes.split_at(identity.len().min(outcomes.len()));
        let who: BTreeMap<&str, Value> =
            identity.keys().zip(who).filter_map(|(name, outcome)| Some((*name, said.value(name, outcome)?))).collect();
        let reading = self.reading(&mut said, reading.keys().copied().zip(what));
        self.trouble.set(said.first());
        if let Value::Object(map) = &mut raw
            && !said.0.is_empty()
        {
            map.insert("not_understood".to_owned(), said.into_value());
        }
        Ok(Seen {
            identity: fields::identity(who.get("mac"), who.get("serial")),
            host_name: who.get("host_name").and_then(fields::label),
            model: who.get("model").and_then(fields::label),
            reading,
            raw,
        })
    }

    fn reading<'a>(&self, said: &mut Said, what: impl Iterator<Item = (&'static str, &'a JqOutcome)>) -> Reading {
        let mut reading = Reading::default();
        for (name, outcome) in what {
            let Some(value) = said.value(name, outcome) else { continue };
            let take = FIELDS.iter().find(|(known, _)| *known == name).map(|(_, take)| take);
            if take.and_then(|take| take(&value, &mut reading)).is_none() {
                said.0.insert(name.to_owned(), format!("{} is no {name}", fields::shown(&value)));
            }
        }
        reading.power_source = reading.power.map(|_| self.definition.power_source);
        reading.pool = reading.pool.filter(|pool| !pool.host.is_empty());
        let known = |mode: &ModeId| self.definition.modes.iter().any(|known| known.id == *mode);
        reading.mode = reading.mode.map(|mode| if known(&mode) { mode } else { ModeId::new("custom") });
        reading
    }

    /// One question to the process for expressions. What is wrong with all of it is the file's trouble, not the device's.
    async fn one(&self, codes: &[&str], document: &Value) -> Result<Vec<JqOutcome>, DriverError> {
        self.jq.run(codes, document).await.map_err(|error| {
            if error == JqError::Busy {
                let tried = "evaluating what its driver's file says".to_owned();
                return DriverError::Unreachable { tried, why: error.to_string() };
            }
            let said = Message::new(&error.to_string());
            self.trouble.set(Some(said.clone()));
            DriverError::Unsupported(Message::new(&format!("its driver's file: {said}")))
        })
    }

    fn answer(&self, seen: Seen) -> Answer {
        let Seen { reading, identity, mut raw, .. } = seen;
        mask(&mut raw, &self.credentials.secrets());
        Answer { reading, identity, raw }
    }

    async fn write(&self, line: &mut Line, request: &Request) -> Result<Receipt, DriverError> {
        match line.send(request.method.clone(), &request.path, request.body.as_ref()).await {
            Ok(reply) => self.judge(request, &reply).await,
            // It has probably acted (a restart takes its own answer along); a later reading tells.
            Err(error) if error.maybe_arrived() => Ok(Receipt { reply: None, certain: false }),
            Err(error) => Err(failed(&request.path, error)),
        }
    }

    async fn judge(&self, request: &Request, reply: &Reply) -> Result<Receipt, DriverError> {
        let words = words(&reply.body);
        match reply.status.as_u16() {
            200..=299 => {}
            300..=399 | 404 | 405 => return Err(DriverError::Unsupported("it does not know this request".into())),
            401 | 403 => return Err(locked_out()),
            code => return Err(DriverError::Refused(words.unwrap_or_else(|| format!("status {code}").into()))),
        }
        if let Some(taken) = &request.taken {
            let document = hmm_net::json::parse(&reply.body)
                .unwrap_or_else(|_| Value::String(String::from_utf8_lossy(&reply.body).into_owned()));
            if self.one(&[taken], &document).await?.first().is_none_or(|outcome| !is_true(outcome)) {
                return Err(DriverError::Refused(words.unwrap_or_else(|| "it did not say that it took it".into())));
            }
        }
        Ok(Receipt { reply: words, certain: true })
    }
}

/// What of the file's expressions came to nothing, by name.
#[derive(Default)]
struct Said(BTreeMap<String, String>);

impl Said {
    /// The one value an expression gave. Nothing and null are unknown; several are no answer.
    fn value(&mut self, name: &str, outcome: &JqOutcome) -> Option<Value> {
        match outcome.as_deref() {
            Ok([]) => None,
            Ok([value]) => Some(value.clone()).filter(|value| !value.is_null()),
            Ok(several) => {
                self.0.insert(name.to_owned(), format!("gives {} values instead of one", several.len()));
                None
            }
            Err(fault) => {
                self.0.insert(name.to_owned(), fault.say.to_string());
                None
            }
        }
    }

    fn first(&self) -> Option<Message> {
        self.0.iter().next().map(|(name, said)| Message::new(&format!("{name}: {said}")))
    }

    fn into_value(self) -> Value {
        self.0.into_iter().map(|(name, said)| (name, Value::String(Message::new(&said).to_string()))).collect()
    }
}

/// Name and password, as a header says them.
fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

fn is_true(outcome: &JqOutcome) -> bool {
    matches!(outcome.as_deref(), Ok([Value::Bool(true)]))
}

async fn ask(line: &mut Line, call: &Call) -> Result<Value, DriverError> {
    let reply = line.send(Method::GET, &call.path, None).await.map_err(|error| failed(&call.path, error))?;
    match reply.status.as_u16() {
        200..=299 if call.text => Ok(Value::String(String::from_utf8_lossy(&reply.body).into_owned())),
        200..=299 => hmm_net::json::parse(&reply.body)
            .map_err(|error| DriverError::Malformed { call: CALL, why: format!("{}: {error}", call.name) }),
        300..=399 | 404 if call.optional => Ok(Value::Null),
        300..=399 | 404 => {
            Err(DriverError::NotRecognised("it has nothing at a path where its driver's file asks".into()))
        }
        401 | 403 => Err(locked_out()),
        code => {
            Err(DriverError::Unreachable { tried: tried(&call.path), why: format!("it answered with status {code}") })
        }
    }
}

fn stranger() -> DriverError {
    shared::stranger("it does not answer as its driver's file says")
}

fn locked_out() -> DriverError {
    DriverError::Credentials("it wants to know who asks, or refused what it was given".into())
}

fn tried(path: &str) -> String {
    // Without its query, which may hold what a person typed.
    format!("asking for {}", path.split('?').next().unwrap_or_default())
}

fn failed(path: &str, error: NetError) -> DriverError {
    match error {
        NetError::NotAllowed { address, why } => DriverError::NotAllowed { address, why: why.to_string() },
        NetError::NotHttp { .. } => DriverError::NotRecognised("it answers, but does not speak HTTP".into()),
        NetError::TooLarge { .. } | NetError::Compressed { .. } => {
            DriverError::Malformed { call: CALL, why: error.to_string() }
        }
        NetError::Unreachable { .. }
        | NetError::TimedOut { .. }
        | NetError::Dropped { .. }
        | NetError::Ourselves(_) => DriverError::Unreachable { tried: tried(path), why: error.to_string() },
    }
}
