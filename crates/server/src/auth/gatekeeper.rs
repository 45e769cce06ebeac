//! What the house knows about its callers between requests: caches, counters, the set-up code.
//!
//! **Invariant:** everything here can be lost with a restart without letting anybody in; what counts is in the database.

use super::idempotency::Busy;
use super::origin::Names;
use super::password::{Desk, PasswordError};
use super::random::NoRandomness;
use super::recognise::{Cookies, HOUSE, Known};
use super::setup::SetupCode;
use super::throttle::Throttle;
use crate::config::Config;
use crate::problem::{Kind, Problem};
use hmm_domain::port::{Clock, Store, StoreError};
use parking_lot::Mutex;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::watch;

/// Setting: fleet, prices and plan can be read on this network without signing in (S4).
const OPEN_ON_NETWORK: &str = "security.open_on_network";

/// Why somebody was not let in, or something about rights could not be changed.
#[derive(Debug, thiserror::Error)]
pub enum AuthError {
    #[error("wrong name, password or code")]
    Wrong,
    #[error("the code is needed too")]
    TotpRequired,
    #[error("too many attempts")]
    Wait(Duration),
    #[error("wrong set-up code")]
    SetupCodeWrong,
    /// There is an administrator already.
    #[error("set-up is over")]
    SetupOver,
    #[error("there is no account {0}")]
    UnknownAccount(String),
    /// A field, and what is wrong with it.
    #[error("{pointer}: {why}")]
    Invalid { pointer: &'static str, why: &'static str },
    #[error(transparent)]
    Password(#[from] PasswordError),
    #[error(transparent)]
    Random(#[from] NoRandomness),
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<AuthError> for Problem {
    fn from(error: AuthError) -> Self {
        match error {
            AuthError::Wrong => Self::new(Kind::WrongCredentials, "check name, password and code"),
            AuthError::TotpRequired => Self::new(Kind::TotpRequired, "add the code that your app shows").at("/totp"),
            AuthError::Wait(wait) => {
                let seconds = wait.as_millis().div_ceil(1_000).try_into().unwrap_or(u64::MAX);
                Self::new(Kind::TooManyAttempts, format!("try again in {seconds} s")).retry_after(seconds)
            }
            AuthError::SetupCodeWrong => {
                Self::new(Kind::SetupCodeWrong, "it stands in the log and in the file setup-code of the config folder")
                    .at("/code")
            }
            AuthError::SetupOver => Self::new(Kind::NotFound, "there is an administrator already: sign in"),
            AuthError::UnknownAccount(_) => Self::not_found("account"),
            AuthError::Invalid { pointer, why } => Self::field(pointer, why),
            AuthError::Password(PasswordError::Busy) => {
                Self::new(Kind::Busy, "many people are signing in at once; try again").retry_after(2)
            }
            AuthError::Password(inner @ PasswordError::Hash(_)) => {
                Self::new(Kind::Internal, "the password could not be kept; the log says why").because(inner)
            }
            AuthError::Random(inner) => Self::new(Kind::Internal, "the system gives no random numbers").because(inner),
            AuthError::Store(inner) => inner.into(),
        }
    }
}

/// Sessions, tokens, limits, set-up code.
pub struct Gatekeeper {
    pub(super) store: Arc<dyn Store>,
    pub(super) clock: Arc<dyn Clock>,
    pub(super) config: Arc<Config>,
    pub(super) desk: Desk,
    pub(super) throttle: Throttle,
    pub(super) known: Known,
    pub(super) busy: Busy,
    /// Under which requests are remembered; the same after a restart.
    pub(super) print_key: [u8; 32],
    /// Under which names browsers keep the sessions of this house.
    pub cookies: Cookies,
    pub setup: SetupCode,
    pub names: Names,
    open_on_network: Mutex<Option<bool>>,
    /// Counts changes of rights: live sockets look at it.
    changes: watch::Sender<u64>,
}

impl Gatekeeper {
    pub fn new(
        store: Arc<dyn Store>,
        clock: Arc<dyn Clock>,
        config: Arc<Config>,
        setup: SetupCode,
        print_key: [u8; 32],
    ) -> Self {
        Self {
            store,
            throttle: Throttle::new(Arc::clone(&clock)),
            clock,
            names: Names::new(&config),
            config,
            desk: Desk::default(),
            known: Known::default(),
            busy: Busy::default(),
            print_key,
            cookies: HOUSE,
            setup,
            open_on_network: Mutex::new(None),
            changes: watch::Sender::new(0),
        }
    }

    /// Somebody's rights changed, or a session or token ended: whoever is in is looked at again, live sockets too.
    pub fn access_changed(&self) {
        self.known.forget();
        self.changes.send_modify(|count| *count += 1);
    }

    /// Rings when rights changed.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    pub async fn open_on_network(&self) -> Result<bool, StoreError> {
        if let Some(open) = *self.open_on_network.lock() {
            return Ok(open);
        }
        let stored = self.store.setting_get(OPEN_ON_NETWORK).await?;
        let open = stored.and_then(|value| value.as_bool()).unwrap_or(false);
        *self.open_on_network.lock() = Some(open);
        Ok(open)
    }

    pub async fn set_open_on_network(&self, open: bool) -> Result<(), StoreError> {
        self.store.setting_put(OPEN_ON_NETWORK, &open.into()).await?;
        *self.open_on_network.lock() = Some(open);
        self.access_changed();
        Ok(())
    }
}
