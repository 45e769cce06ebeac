//! The conversation with one XMRig.
//!
//! **Invariant:** every command begins with a look at who answers, on the same line as the write that follows; a program
//! that is not the expected one receives nothing. The token goes with every request or with none, and into no text.

use super::parse::Status;
use super::pools::Config;
use super::profile::inspect;
use super::{CONFIG, RPC, SUMMARY, SUMMARY_OLD};
use crate::miners::shared::http::{failed, odd_status};
use crate::miners::shared::{same_device, stranger, unsupported, words};
use async_trait::async_trait;
use hmm_domain::Message;
use hmm_domain::command::Command;
use hmm_domain::miner::{Identity, PowerOff, PowerState, Profile};
use hmm_domain::port::{Answer, Credentials, Driver, DriverError, Endpoint, Inspection, Receipt};
use hmm_domain::wish::PoolTarget;
use hmm_net::{Line, Method, Outbound, Reply, header};
use serde_json::{Value, json};

/// A configuration with every thread of several graphics cards spelled out is a tenth of this.
const BODY_MAX: usize = 256 * 1024;

pub(super) struct XmRig {
    outbound: Outbound,
    at: Endpoint,
    credentials: Credentials,
}

impl XmRig {
    pub(super) fn new(outbound: Outbound, at: Endpoint, credentials: Credentials) -> Self {
        Self { outbound, at, credentials }
    }

    async fn talk(&self) -> Result<Talk, DriverError> {
        let line = self.outbound.line(&self.at).await.map_err(|error| failed(SUMMARY, error))?;
        let line = line.with_body_limit(BODY_MAX);
        let Some(token) = &self.credentials.token else { return Ok(Talk { line, with_token: false }) };
        let line = line.with_secret_header(header::AUTHORIZATION, &format!("Bearer {token}"));
        let line = line.map_err(|error| DriverError::Credentials(error.to_string().into()))?;
        Ok(Talk { line, with_token: true })
    }
}

#[async_trait]
impl Driver for XmRig {
    async fn read(&self) -> Result<Answer, DriverError> {
        let mut talk = self.talk().await?;
        let status = talk.status().await?;
        let config = talk.config(&status).await?;
        Ok(status.into_answer(config.as_ref(), &self.credentials.secrets()))
    }

    async fn inspect(&self) -> Result<Inspection, DriverError> {
        let mut talk = self.talk().await?;
        let status = talk.status().await?;
        let config = talk.config(&status).await?;
        Ok(inspect(status, config.as_ref(), &self.credentials.secrets()))
    }

    async fn send(&self, expected: &Identity, profile: &Profile, command: &Command) -> Result<Receipt, DriverError> {
        let mut talk = self.talk().await?;
        let status = talk.status().await?;
        same_device(expected, &status.identity())?;
        match command {
            Command::SetPower { power } => talk.set_power(&status, profile, *power).await,
            Command::SetPool { pool } => talk.set_pool(&status, pool).await,
            Command::Restart => Err(unsupported("XMRig cannot restart itself: restart it on its PC")),
            Command::Identify => Err(unsupported("XMRig has nothing to show itself with")),
            Command::SetMode { .. } | Command::Tune { .. } => {
                Err(unsupported("XMRig has no modes and no tuning that could be set from afar"))
            }
        }
    }
}

/// A line, and whether our token goes along.
struct Talk {
    line: Line,
    with_token: bool,
}

impl Talk {
    async fn status(&mut self) -> Result<Status, DriverError> {
        let reply = self.get(SUMMARY).await?;
        if !matches!(reply.status.as_u16(), 300..=399 | 404 | 405) {
            return self.summary(SUMMARY, &reply);
        }
        let reply = self.get(SUMMARY_OLD).await?;
        self.summary(SUMMARY_OLD, &reply)
    }

    fn summary(&self, call: &'static str, reply: &Reply) -> Result<Status, DriverError> {
        match reply.status.as_u16() {
            200 => Status::parse(call, &reply.body),
            code @ (401 | 403) if complains_like_xmrig(&reply.body) => Err(self.locked_out(code)),
            300..=499 => Err(stranger("it has nothing at the path where XMRig answers")),
            code => Err(odd_status(call, code)),
        }
    }

    /// Shown only to those who may change it. An old version may have none.
    async fn config(&mut self, status: &Status) -> Result<Option<Config>, DriverError> {
        if status.summary.restricted.0 == Some(true) {
            return Ok(None);
        }
        let reply = self.get(CONFIG).await?;
        match reply.status.as_u16() {
            200 => Ok(Config::parse(&reply.body)),
            300..=499 => Ok(None),
            code => Err(odd_status(CONFIG, code)),
        }
    }

    async fn set_power(
        &mut self,
        status: &Status,
        profile: &Profile,
        power: PowerState,
    ) -> Result<Receipt, DriverError> {
        may_write(status)?;
        if profile.capabilities.power_off != PowerOff::Pause {
            return Err(unsupported("this version of XMRig cannot be paused from afar"));
        }
        let method = match power {
            PowerState::Off => "pause",
            PowerState::On => "resume",
        };
        let call = json!({ "jsonrpc": "2.0", "id": 1, "method": method });
        self.write(Method::POST, RPC, &call).await
    }

    /// The whole configuration goes back with one pool changed; XMRig reloads it without a restart, a moment later
    /// where it watches its file. Later readings show it.
    async fn set_pool(&mut self, status: &Status, target: &PoolTarget) -> Result<Receipt, DriverError> {
        may_write(status)?;
        let config = self.config(status).await?;
        let config = config.ok_or_else(|| unsupported("it does not show its configuration, so it is not written"))?;
        let config = config.with_first(target)?;
        self.write(Method::PUT, CONFIG, &config).await
    }

    async fn get(&mut self, path: &'static str) -> Result<Reply, DriverError> {
        self.line.get(path).await.map_err(|error| failed(path, error))
    }

    async fn write(&mut self, method: Method, path: &'static str, body: &Value) -> Result<Receipt, DriverError> {
        match self.line.send(method, path, Some(body)).await {
            Ok(reply) => self.judge(path, &reply),
            // It has probably acted; a later reading tells.
            Err(error) if error.maybe_arrived() => Ok(Receipt { reply: None, certain: false }),
            Err(error) => Err(failed(path, error)),
        }
    }

    fn judge(&self, path: &'static str, reply: &Reply) -> Result<Receipt, DriverError> {
        match reply.status.as_u16() {
            200..=299 => match rpc_error(&reply.body) {
                Some(why) => Err(DriverError::Refused(why)),
                None => Ok(Receipt { reply: None, certain: true }),
            },
            401 => Err(self.locked_out(401)),
            // The token was good enough to read.
            403 => Err(restricted()),
            300..=399 | 404 | 405 => Err(unsupported(&format!("this version of XMRig has no {path}"))),
            code => Err(DriverError::Refused(words(&reply.body).unwrap_or_else(|| format!("status {code}").into()))),
        }
    }

    fn locked_out(&self, code: u16) -> DriverError {
        let why = match (code, self.with_token) {
            (401, false) => {
                "XMRig wants its access token: it is the access-token in the http section of its configuration. \
                 One that is not restricted answers nobody without a token"
            }
            (401, true) => {
                "XMRig has no access token and turns away whoever brings one: forget the token here, or write it as \
                 access-token into the http section of its configuration"
            }
            (_, true) => "the token is not the access-token in the http section of XMRig's configuration",
            (_, false) => "XMRig does not let us in: look at the http section of its configuration",
        };
        DriverError::Credentials(why.into())
    }
}

fn may_write(status: &Status) -> Result<(), DriverError> {
    if status.summary.restricted.0 == Some(true) { Err(restricted()) } else { Ok(()) }
}

fn restricted() -> DriverError {
    let how = "XMRig lets itself be read only: write \"restricted\": false and an access-token into the http section of \
               its configuration, and enter the token here";
    DriverError::Unsupported(how.into())
}

/// Its web server words every refusal alike. Others answer 401 too, and are none of ours.
fn complains_like_xmrig(body: &[u8]) -> bool {
    hmm_net::json::parse(body).is_ok_and(|value| value.get("error").is_some_and(Value::is_string))
}

/// A call that went wrong is answered with 200 and says so inside.
fn rpc_error(body: &[u8]) -> Option<Message> {
    let value = hmm_net::json::parse(body).ok()?;
    let error = value.get("error").filter(|error| !error.is_null())?;
    let said = error.get("message").and_then(Value::as_str).or(error.as_str());
    Some(said.map(Message::new).filter(|said| !said.is_empty()).unwrap_or_else(|| "it did not say why".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_call_that_failed_inside_is_a_refusal_in_its_words() {
        let said = |body: &str| rpc_error(body.as_bytes()).map(|words| words.as_str().to_owned());
        assert_eq!(said(r#"{"id":1,"jsonrpc":"2.0","result":{"status":"OK"}}"#), None);
        assert_eq!(said(r#"{"id":1,"error":null,"result":{}}"#), None);
        assert_eq!(said(""), None);
        let unknown = r#"{"id":1,"error":{"code":-32601,"message":"Method \u001b[1mnot found"}}"#;
        assert_eq!(said(unknown).as_deref(), Some("Method not found"));
        assert_eq!(said(r#"{"error":7}"#).as_deref(), Some("it did not say why"));
    }

    #[test]
    fn only_a_refusal_in_xmrigs_words_is_taken_for_xmrig() {
        assert!(complains_like_xmrig(br#"{"status":401,"error":"Unauthorized"}"#));
        for other in ["Unauthorized", "", r#"{"error":{"code":401}}"#, r#"{"message":"login"}"#, "[1]"] {
            assert!(!complains_like_xmrig(other.as_bytes()), "{other}");
        }
    }
}
