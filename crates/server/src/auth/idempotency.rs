//! The same request sent twice is done once: answers are kept for a day under the caller's `Idempotency-Key`.
//!
//! **Invariant:** a key belongs to one principal, route and body (S3). An answer that holds a secret is never kept.

use super::{Gatekeeper, Principal};
use crate::problem::{self, Kind, Problem};
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use hmac::{Hmac, KeyInit as _, Mac as _};
use hmm_domain::account::KeptAnswer;
use hmm_domain::port::{Clock, Idempotency, StoreError};
use hmm_engine::Tasks;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use http_body_util::BodyExt as _;
use parking_lot::Mutex;
use sha2::Sha256;
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

const HEADER: &str = "idempotency-key";
const KEY_MAX: usize = 128;
/// How often the note about an answer is tried again while the database is away.
const NOTE_AGAIN: Duration = Duration::from_secs(5);
/// Tells a caller that this answer is an earlier one.
const REPLAYED: &str = "idempotency-replayed";

/// Keys whose first request is under way in this program.
#[derive(Clone, Default)]
pub(super) struct Busy(Arc<Mutex<BTreeMap<String, String>>>);

struct Held {
    busy: Busy,
    key: String,
}

impl Drop for Held {
    fn drop(&mut self) {
        self.busy.0.lock().remove(&self.key);
    }
}

impl Busy {
    fn hold(&self, key: &str, fingerprint: &str) -> Result<Held, Problem> {
        let mut busy = self.0.lock();
        match busy.get(key) {
            None => {
                busy.insert(key.to_owned(), fingerprint.to_owned());
                Ok(Held { busy: self.clone(), key: key.to_owned() })
            }
            Some(other) if other == fingerprint => {
                Err(Problem::new(Kind::IdempotencyBusy, "wait for the first answer, then ask again").retry_after(1))
            }
            Some(_) => Err(mismatch()),
        }
    }
}

fn mismatch() -> Problem {
    Problem::new(
        Kind::IdempotencyMismatch,
        "use a new key for a new request; a key belongs to one caller, path and body",
    )
}

/// The caller's key, if there is one. A key that cannot be one is a fault of the request.
pub(super) fn key(headers: &HeaderMap) -> Result<Option<String>, Problem> {
    let Some(value) = headers.get(HEADER) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default();
    if text.is_empty() || text.len() > KEY_MAX {
        return Err(Problem::new(Kind::Invalid, format!("Idempotency-Key: 1 to {KEY_MAX} plain characters")));
    }
    Ok(Some(text.to_owned()))
}

/// What this request is, to the last byte. Bodies hold passwords: without the key of the house nobody can try out which
/// one a stored fingerprint is of.
fn fingerprint(house: &[u8; 32], principal: &Principal, method: &Method, uri: &Uri, body: &[u8]) -> String {
    // HMAC fills a short key with zeros.
    let mut key = [0; 64];
    key[..house.len()].copy_from_slice(house);
    let mut mac = Hmac::<Sha256>::new(&key.into());
    let path = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    mac.update(format!("{}\n{method} {path}\n", principal.key()).as_bytes());
    mac.update(body);
    hex::encode(mac.finalize().into_bytes())
}

impl Gatekeeper {
    pub(super) fn fingerprint(&self, principal: &Principal, method: &Method, uri: &Uri, body: &[u8]) -> String {
        fingerprint(&self.print_key, principal, method, uri, body)
    }

    /// Runs `work` once per key; the second time its kept answer is given.
    pub(super) async fn once(
        &self,
        tasks: &Tasks,
        key: &str,
        fingerprint: &str,
        secret: bool,
        work: impl Future<Output = Response>,
    ) -> Result<Response, Problem> {
        let held = self.busy.hold(key, fingerprint)?;
        match self.store.answer_claim(key, fingerprint, self.clock.now()).await? {
            Some(Ok(answer)) => return Ok(replay(answer)),
            Some(Err(())) => return Err(mismatch()),
            None => {}
        }
        let (parts, body) = work.await.into_parts();
        let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
        let note = Note { _held: held, key: key.to_owned(), answer: last_word(&parts, &body, secret) };
        if let Err(error) = note.write(&*self.store).await {
            // The work is done: its answer is worth more than the note about it.
            tracing::warn!(%error, "an answer could not be kept under its idempotency key; trying again");
            let store = Arc::clone(&self.store);
            note.write_later(tasks, store, Arc::clone(&self.clock));
        }
        Ok(Response::from_parts(parts, Body::from(body)))
    }
}

/// What is to be kept. What may go better the next time is not.
fn last_word(parts: &http::response::Parts, body: &Bytes, secret: bool) -> Option<KeptAnswer> {
    let again = parts.status.is_server_error()
        || [StatusCode::TOO_MANY_REQUESTS, StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN].contains(&parts.status);
    (!again).then(|| kept(parts, body, secret))
}

/// What the database is to know about a key whose work is done: its answer, or that it is free again.
struct Note {
    /// Whoever asks meanwhile is told to wait.
    _held: Held,
    key: String,
    answer: Option<KeptAnswer>,
}

impl Note {
    async fn write(&self, store: &dyn Idempotency) -> Result<(), StoreError> {
        match &self.answer {
            Some(answer) => store.answer_keep(&self.key, answer).await,
            None => store.answer_release(&self.key).await,
        }
    }

    /// Otherwise the key would be of no use for a day.
    fn write_later(self, tasks: &Tasks, store: Arc<dyn Idempotency>, clock: Arc<dyn Clock>) {
        let stop = tasks.stopping();
        tasks.spawn("idempotency note", async move {
            loop {
                let _awake = tokio::select! {
                    () = stop.cancelled() => return,
                    awake = clock.sleep_until(clock.now() + NOTE_AGAIN) => awake,
                };
                match self.write(&*store).await {
                    Err(StoreError::Away(_) | StoreError::CannotWrite(_)) => {}
                    Err(error) => return tracing::error!(%error, "an idempotency key could not be settled"),
                    Ok(()) => return,
                }
            }
        });
    }
}

fn kept(parts: &http::response::Parts, body: &Bytes, secret: bool) -> KeptAnswer {
    if secret && parts.status.is_success() {
        let shown = Problem::new(Kind::ShownOnce, "the first answer showed it; make a new one if it is lost");
        return KeptAnswer {
            status: shown.status().as_u16(),
            content_type: problem::CONTENT_TYPE.to_owned(),
            body: shown.to_bytes(),
        };
    }
    let content_type = parts.headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
    KeptAnswer {
        status: parts.status.as_u16(),
        content_type: content_type.unwrap_or_default().to_owned(),
        body: body.to_vec(),
    }
}

fn replay(answer: KeptAnswer) -> Response {
    let status = StatusCode::from_u16(answer.status).unwrap_or(StatusCode::OK);
    let mut response = (status, answer.body).into_response();
    let headers = response.headers_mut();
    headers.remove(header::CONTENT_TYPE);
    if let Ok(value) = HeaderValue::try_from(answer.content_type)
        && !value.is_empty()
    {
        headers.insert(header::CONTENT_TYPE, value);
    }
    headers.insert(REPLAYED, HeaderValue::from_static("true"));
    response
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::throttle::tests::Ticks;
    use hmm_domain::{Label, Role, SessionId, Timestamp, UserId};

    /// Away a few times, then there.
    #[derive(Default)]
    struct Flaky {
        away: Mutex<u32>,
        written: Mutex<Vec<String>>,
    }

    impl Flaky {
        fn write(&self, what: String) -> Result<(), StoreError> {
            let mut away = self.away.lock();
            if *away > 0 {
                *away -= 1;
                return Err(StoreError::Away("gone".to_owned()));
            }
            self.written.lock().push(what);
            Ok(())
        }
    }

    #[async_trait::async_trait]
    impl Idempotency for Flaky {
        async fn answer_claim(
            &self,
            _: &str,
            _: &str,
            _: Timestamp,
        ) -> Result<Option<Result<KeptAnswer, ()>>, StoreError> {
            Ok(None)
        }

        async fn answer_keep(&self, key: &str, answer: &KeptAnswer) -> Result<(), StoreError> {
            self.write(format!("{key} {}", answer.status))
        }

        async fn answer_release(&self, key: &str) -> Result<(), StoreError> {
            self.write(format!("{key} free"))
        }
    }

    #[tokio::test]
    async fn a_key_outlives_a_database_that_is_away() {
        let clock: Arc<dyn Clock> = Arc::new(Ticks::default());
        let tasks = Tasks::new(Arc::clone(&clock));
        let answer = KeptAnswer { status: 200, content_type: String::new(), body: vec![] };
        for (answer, written) in [(Some(answer), "k 200"), (None, "k free")] {
            let (busy, flaky) = (Busy::default(), Arc::new(Flaky::default()));
            *flaky.away.lock() = 3;
            let note = Note { _held: busy.hold("k", "print").unwrap(), key: "k".to_owned(), answer };
            note.write_later(&tasks, Arc::clone(&flaky) as Arc<dyn Idempotency>, Arc::clone(&clock));
            assert!(busy.hold("k", "print").is_err(), "whoever asks meanwhile waits");
            while busy.hold("k", "print").is_err() {
                tokio::task::yield_now().await;
            }
            assert_eq!(*flaky.written.lock(), [written]);
        }
        tasks.stop().await;
    }

    #[test]
    fn s2_a_fingerprint_tells_nothing_of_a_password_without_the_key_of_the_house() {
        let ada = Principal::person(UserId::new(1), SessionId::new(1), Label::exact("ada").unwrap(), Role::Admin);
        let uri = Uri::from_static("/api/users?x=1");
        let print = |key: u8, body: &str| fingerprint(&[key; 32], &ada, &Method::POST, &uri, body.as_bytes());
        assert_eq!(print(1, "{}"), print(1, "{}"));
        assert_ne!(print(1, "{}"), print(2, "{}"));
        assert_ne!(print(1, "{}"), print(1, "{ }"));
        let plain = format!("{}\nPOST {uri}\n{{}}", ada.key());
        assert_ne!(print(1, "{}"), crate::auth::random::hash(&plain));
    }
}
