//! From a cookie or a bearer token to a [`Principal`].
//!
//! **Invariant:** an answer is remembered for half a minute, and forgotten the moment anybody's rights change. Only while
//! the database is away (when nobody's rights can change) does it last longer, so that the house can still be seen.

use super::need::Principal;
use super::{Gatekeeper, random};
use hmm_domain::account::{Session, Token};
use hmm_domain::port::StoreError;
use hmm_domain::{Timestamp, TokenId};
use http::{HeaderMap, header};
use parking_lot::Mutex;
use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;
use std::time::Duration;

/// The names of a house's session cookie. A house that stands beside another has names of its own, so that neither reads
/// nor overwrites what is the other's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Cookies {
    pub plain: &'static str,
    /// Under TLS: the browser binds it to this very host.
    pub bound: &'static str,
}

pub const HOUSE: Cookies = Cookies { plain: "hmm_session", bound: "__Host-hmm_session" };
/// Leads into the demo house beside the real one, and is the session there.
pub const VISIT: Cookies = Cookies { plain: "hmm_demo", bound: "__Host-hmm_demo" };
pub const TOKEN_PREFIX: &str = "hmm_";
const REMEMBER: Duration = Duration::from_secs(30);
const REMEMBER_AWAY: Duration = Duration::from_mins(15);
/// How often a visit is written down.
const NOTE_EVERY: Duration = Duration::from_mins(1);
const KNOWN_MAX: usize = 4_096;

/// How somebody showed who they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Via {
    /// Sent by a browser of its own accord: writes need the right Origin.
    Cookie,
    Bearer,
}

/// Somebody, and how we know.
#[derive(Debug, Clone)]
pub struct Recognised {
    pub principal: Arc<Principal>,
    pub via: Via,
    /// What to look up when rights have changed.
    pub hash: String,
}

type Found = Result<Option<Arc<Principal>>, StoreError>;

#[derive(Clone)]
struct Entry {
    principal: Arc<Principal>,
    /// Looked up in the database at this time.
    at: Timestamp,
    ends: Option<Timestamp>,
}

/// Who was recognised lately, and uses not yet written down.
#[derive(Default)]
pub(super) struct Known {
    inner: Mutex<Inner>,
}

#[derive(Default)]
struct Inner {
    entries: HashMap<String, Entry>,
    /// Rises with every change of rights: what was looked up before it is not kept.
    generation: u64,
    uses: BTreeMap<TokenId, Uses>,
}

#[derive(Clone, Copy)]
struct Uses {
    total: u64,
    last: Timestamp,
    noted: Option<Timestamp>,
}

impl Known {
    pub(super) fn forget(&self) {
        let mut inner = self.inner.lock();
        inner.entries.clear();
        inner.generation += 1;
    }

    fn get(&self, hash: &str, now: Timestamp, within: Duration) -> (Option<Arc<Principal>>, u64) {
        let inner = self.inner.lock();
        let fresh = inner.entries.get(hash).filter(|entry| {
            now.since(entry.at) < within && entry.at <= now && entry.ends.is_none_or(|ends| ends > now)
        });
        (fresh.map(|entry| Arc::clone(&entry.principal)), inner.generation)
    }

    /// What was found; or what is remembered, when the database cannot be asked.
    fn or_remembered(&self, found: Found, hash: &str, now: Timestamp) -> Found {
        match found {
            Err(StoreError::Away(why)) => {
                let remembered = self.get(hash, now, REMEMBER_AWAY).0;
                remembered.map_or(Err(StoreError::Away(why)), |principal| Ok(Some(principal)))
            }
            other => other,
        }
    }

    fn put(&self, hash: &str, entry: Entry, generation: u64) {
        let mut inner = self.inner.lock();
        if inner.generation != generation {
            return;
        }
        if inner.entries.len() >= KNOWN_MAX {
            inner.entries.clear();
        }
        inner.entries.insert(hash.to_owned(), entry);
    }

    /// Begins to count where the database stands.
    fn count_from(&self, token: TokenId, total: u64, now: Timestamp) {
        let mut inner = self.inner.lock();
        let uses = inner.uses.entry(token).or_insert(Uses { total, last: now, noted: None });
        uses.total = uses.total.max(total);
    }

    /// Counts a use; says how many there are when it is time to write that down.
    fn used(&self, token: TokenId, now: Timestamp) -> Option<u64> {
        let mut inner = self.inner.lock();
        let uses = inner.uses.get_mut(&token)?;
        uses.total += 1;
        uses.last = now;
        if uses.noted.is_some_and(|noted| now.since(noted) < NOTE_EVERY) {
            return None;
        }
        uses.noted = Some(now);
        Some(uses.total)
    }
}

impl Cookies {
    /// What the browser sends. Where the connection is `secure` only the one that is bound to this host counts: the other
    /// could have been set by anybody who answers for this name without TLS.
    pub fn value(self, headers: &HeaderMap, secure: bool) -> Option<&str> {
        let find = |name: &str| {
            let lines = headers.get_all(header::COOKIE).iter().filter_map(|value| value.to_str().ok());
            let mut pairs = lines.flat_map(|value| value.split(';')).filter_map(|pair| pair.trim().split_once('='));
            pairs.find(|(key, _)| *key == name).map(|(_, value)| value)
        };
        find(self.bound).or_else(|| find(self.plain).filter(|_| !secure))
    }
}

fn bearer(headers: &HeaderMap) -> Option<&str> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

impl Gatekeeper {
    /// Who sends these headers. A bearer token wins over a cookie; a wrong one is nobody, whatever the cookie says.
    pub async fn recognise(&self, headers: &HeaderMap, secure: bool) -> Result<Option<Recognised>, StoreError> {
        if headers.contains_key(header::AUTHORIZATION) {
            let Some(token) = bearer(headers).filter(|token| token.starts_with(TOKEN_PREFIX)) else { return Ok(None) };
            return self.by_hash(&random::hash(token), Via::Bearer).await;
        }
        match self.cookies.value(headers, secure) {
            Some(value) => self.by_cookie(value).await,
            None => Ok(None),
        }
    }

    /// Whose session this value of the cookie is.
    pub async fn by_cookie(&self, value: &str) -> Result<Option<Recognised>, StoreError> {
        self.by_hash(&random::hash(value), Via::Cookie).await
    }

    async fn by_hash(&self, hash: &str, via: Via) -> Result<Option<Recognised>, StoreError> {
        let now = self.clock.now();
        let (known, generation) = self.known.get(hash, now, REMEMBER);
        let found = if known.is_some() {
            known
        } else {
            let found = match via {
                Via::Cookie => self.look_up_session(hash, now, generation).await,
                Via::Bearer => self.look_up_token(hash, now, generation).await,
            };
            self.known.or_remembered(found, hash, now)?
        };
        if let Some(super::Who::Token { token, .. }) = found.as_ref().map(|principal| principal.who)
            && let Some(uses) = self.known.used(token, now)
            && let Err(error) = self.store.token_used(token, now, uses).await
        {
            // Whoever may look may look, even while nothing can be written down.
            tracing::debug!(%error, "the use of a token was not written down");
        }
        Ok(found.map(|principal| Recognised { principal, via, hash: hash.to_owned() }))
    }

    /// Whether somebody recognised earlier would be recognised again, with the same rights. Counts as no visit.
    pub async fn still(&self, recognised: &Recognised) -> Result<bool, StoreError> {
        let now = self.clock.now();
        let (known, generation) = self.known.get(&recognised.hash, now, REMEMBER);
        let found = if known.is_some() {
            known
        } else {
            let found = match recognised.via {
                // A live socket is no visit: nothing is noted, so nothing is remembered either.
                Via::Cookie => {
                    self.session_of(&recognised.hash, now).await.map(|found| found.map(|(_, principal)| principal))
                }
                Via::Bearer => self.look_up_token(&recognised.hash, now, generation).await,
            };
            self.known.or_remembered(found, &recognised.hash, now)?
        };
        Ok(found.is_some_and(|principal| *principal == *recognised.principal))
    }

    fn session_ends(&self, session: &Session) -> Timestamp {
        session.expires_at.min(session.last_seen_at + self.config.security.session_idle)
    }

    async fn look_up_session(&self, hash: &str, now: Timestamp, generation: u64) -> Found {
        let Some((mut session, principal)) = self.session_of(hash, now).await? else { return Ok(None) };
        let note_every = NOTE_EVERY.min(self.config.security.session_idle / 10);
        if now.since(session.last_seen_at) >= note_every {
            match self.store.session_seen(session.id, now).await {
                Ok(()) => session.last_seen_at = now,
                Err(error) => tracing::debug!(%error, "a visit was not written down"),
            }
        }
        let entry = Entry { principal: Arc::clone(&principal), at: now, ends: Some(self.session_ends(&session)) };
        self.known.put(hash, entry, generation);
        Ok(Some(principal))
    }

    async fn session_of(&self, hash: &str, now: Timestamp) -> Result<Option<(Session, Arc<Principal>)>, StoreError> {
        let Some(session) = self.store.session_by_hash(hash).await? else { return Ok(None) };
        if self.session_ends(&session) <= now {
            // It opens nothing any more; the row goes with the next cleaning at the latest.
            drop(self.store.session_remove(session.id).await);
            return Ok(None);
        }
        let Some(user) = self.store.user_find(session.user).await? else { return Ok(None) };
        let principal = Principal::person(user.id, session.id, user.name, user.role);
        Ok(Some((session, Arc::new(principal))))
    }

    async fn look_up_token(&self, hash: &str, now: Timestamp, generation: u64) -> Found {
        let Some(token) = self.store.token_by_hash(hash).await? else { return Ok(None) };
        if token.expires_at.is_some_and(|ends| ends <= now) {
            return Ok(None);
        }
        let Token { id, name, scopes, mut role, creator, expires_at, uses, .. } = token;
        // Its maker may be gone, or less than they were, since it was made.
        if let Some(creator) = creator {
            let Some(maker) = self.store.user_find(creator).await? else { return Ok(None) };
            role = role.min(maker.role);
        }
        self.known.count_from(id, uses, now);
        let principal = Arc::new(Principal::token(id, creator, name, role, &scopes));
        self.known.put(hash, Entry { principal: Arc::clone(&principal), at: now, ends: expires_at }, generation);
        Ok(Some(principal))
    }

    /// Uses of a token as counted here, which may be more than what is written down, and the last one.
    pub fn uses_of(&self, token: TokenId) -> Option<(u64, Timestamp)> {
        let inner = self.known.inner.lock();
        inner.uses.get(&token).map(|uses| (uses.total, uses.last))
    }
}
