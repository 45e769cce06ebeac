//! A way of speaking to devices: a family declares itself, a driver speaks to one device.

use crate::command::Command;
use crate::ids::FamilyId;
use crate::json::MASK;
use crate::miner::{AsFound, Identity, Profile};
use crate::reading::Reading;
use crate::text::{Label, Message};
use async_trait::async_trait;
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

/// Where a device is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Endpoint {
    /// Host name or IP literal.
    pub host: String,
    pub port: u16,
}

/// How to get into a device: what a person gave us for it, or what the device gave us for that.
#[derive(Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Credentials {
    pub user: Option<String>,
    pub password: Option<String>,
    /// An access token, or a session that the device opened for a one-time code.
    pub token: Option<String>,
}

impl Credentials {
    pub fn is_empty(&self) -> bool {
        self.user.is_none() && self.password.is_none() && self.token.is_none()
    }

    /// What must never be shown, wherever it stands (D9).
    pub fn secrets(&self) -> Vec<String> {
        [&self.password, &self.token].into_iter().flatten().cloned().collect()
    }
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let given = |secret: &Option<String>| secret.as_ref().map(|_| MASK);
        f.debug_struct("Credentials")
            .field("user", &self.user)
            .field("password", &given(&self.password))
            .field("token", &given(&self.token))
            .finish()
    }
}

/// What a family may want to be let in with.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum NeedKind {
    /// A name and a password.
    Login,
    /// A long-lived token.
    Token,
    /// A one-time code, for which the device opens a session.
    OneTimeCode,
}

/// What a family may want, and what is out of reach without it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Need {
    pub kind: NeedKind,
    /// In a person's words: "changing the pool".
    pub for_what: &'static str,
}

/// A session that a device opened for a one-time code.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub credentials: Credentials,
    /// From now on; `None` where the device does not say.
    pub lasts: Option<Duration>,
}

/// What one poll brings.
#[derive(Debug, Clone)]
pub struct Answer {
    pub reading: Reading,
    /// Who answered, as far as the reply tells.
    pub identity: Identity,
    /// The reply as received, secrets masked, for the miner's page.
    pub raw: serde_json::Value,
}

/// What is learnt when a device is asked who it is and what it can do.
#[derive(Debug, Clone)]
pub struct Inspection {
    pub identity: Identity,
    pub profile: Profile,
    pub as_found: AsFound,
    /// What the device calls itself: a suggestion for its name.
    pub host_name: Option<Label>,
    pub answer: Answer,
}

/// The device took a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Its words, where it has any.
    pub reply: Option<Message>,
    /// The connection dropped after sending: it has probably acted, and only a reading can tell.
    pub certain: bool,
}

/// Why a device could not be read or commanded. Named by what the caller can do.
#[derive(Debug, Clone, thiserror::Error, PartialEq, Eq)]
pub enum DriverError {
    /// Nothing was sent, or nothing came back. Try later.
    #[error("{tried}: {why}")]
    Unreachable { tried: String, why: String },
    /// The address is not one where a miner may live. A person must change the address or the ranges.
    #[error("{address} may not be spoken to: {why}")]
    NotAllowed { address: String, why: String },
    /// It answered, and is not of this family.
    #[error("the device at this address is not recognised: {0}")]
    NotRecognised(Message),
    /// It wants other credentials.
    #[error("the device refused our credentials: {0}")]
    Credentials(Message),
    /// It answered something that cannot be understood.
    #[error("the reply to {call} was not understood: {why}")]
    Malformed { call: &'static str, why: String },
    /// Another device than expected: nothing was written.
    #[error("expected {expected}, but {found} answers at this address: nothing was written")]
    WrongDevice { expected: String, found: String },
    /// This firmware or model cannot do that.
    #[error("this device cannot do that: {0}")]
    Unsupported(Message),
    /// It said no.
    #[error("the device refused: {0}")]
    Refused(Message),
}

impl DriverError {
    /// How much it says about what lives at the address: of several families' answers, the one to show a person.
    pub const fn telling(&self) -> u8 {
        match self {
            Self::Unreachable { .. } => 0,
            Self::NotRecognised(_) | Self::Unsupported(_) => 1,
            Self::Refused(_) | Self::Malformed { .. } => 2,
            Self::Credentials(_) | Self::WrongDevice { .. } => 3,
            Self::NotAllowed { .. } => 4,
        }
    }

    /// As people may see it (S6): what answered and was not understood may have said anything, so its words stay out.
    pub fn public(&self) -> String {
        match self {
            Self::NotRecognised(_) => "the device at this address is not recognised".to_owned(),
            Self::Malformed { .. } => "the device's reply was not understood".to_owned(),
            other => other.to_string(),
        }
    }
}

/// One device.
#[async_trait]
pub trait Driver: Send + Sync {
    /// Polls once. One request in flight per device over the whole program; deadlines are the driver's.
    async fn read(&self) -> Result<Answer, DriverError>;

    /// Asks who it is and what it can do. Writes nothing.
    async fn inspect(&self) -> Result<Inspection, DriverError>;

    /// Checks that the device is the expected one, then writes. Does not wait for the effect: later readings show it.
    async fn send(&self, expected: &Identity, profile: &Profile, command: &Command) -> Result<Receipt, DriverError>;

    /// Exchanges a one-time code for a session, where the family knows such a thing. The code is not kept.
    async fn open_session(&self, code: &str) -> Result<Session, DriverError> {
        let _ = code;
        Err(DriverError::Unsupported("it knows no one-time codes".into()))
    }
}

/// How a kind of device is spoken to: one declaration in one folder, one line in one list.
pub struct Family {
    pub id: FamilyId,
    pub label: Label,
    pub default_port: u16,
    /// What is mined: fleet hashrates are summed per algorithm.
    pub algorithm: &'static str,
    /// What it may want to be let in with.
    pub needs: &'static [Need],
    /// Makes a driver. Does no I/O.
    pub connect: Connect,
    /// The same for a scan, where most addresses are empty: it gives up sooner, and has no credentials to give away (S9).
    pub knock: Knock,
}

/// How a driver comes by the device it speaks to.
pub type Connect = Box<dyn Fn(Endpoint, Credentials) -> Arc<dyn Driver> + Send + Sync>;
pub type Knock = Box<dyn Fn(Endpoint) -> Arc<dyn Driver> + Send + Sync>;

/// The families this program knows, in the order in which they are tried on an unknown device. A value: who has one keeps
/// it while another takes its place.
#[derive(Clone)]
pub struct FamilyRegistry(Arc<[Arc<Family>]>);

impl Default for FamilyRegistry {
    fn default() -> Self {
        Self::new(Vec::new())
    }
}

impl FamilyRegistry {
    pub fn new(families: Vec<Arc<Family>>) -> Self {
        Self(families.into())
    }

    /// These families, and `more` after them.
    #[must_use]
    pub fn and(&self, more: impl IntoIterator<Item = Arc<Family>>) -> Self {
        Self(self.0.iter().cloned().chain(more).collect())
    }

    pub fn get(&self, id: &FamilyId) -> Option<&Arc<Family>> {
        self.0.iter().find(|family| family.id == *id)
    }

    pub fn iter(&self) -> impl Iterator<Item = &Arc<Family>> {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_are_not_printed() {
        let all = Credentials { user: Some("root".into()), password: Some("pw1".into()), token: Some("tk2".into()) };
        let shown = format!("{all:?}");
        assert!(shown.contains("root") && !shown.contains("pw1") && !shown.contains("tk2"), "{shown}");
        assert_eq!(all.secrets(), ["pw1", "tk2"]);
    }

    #[test]
    fn s6_what_was_not_understood_is_not_shown() {
        let said = "<script>root:secret";
        for error in [
            DriverError::NotRecognised(Message::new(said)),
            DriverError::Malformed { call: "info", why: said.to_owned() },
        ] {
            assert!(error.to_string().contains(said) && !error.public().contains(said), "{error:?}");
        }
        let known = DriverError::Refused(Message::new("too hot"));
        assert_eq!(known.public(), known.to_string());
    }
}
