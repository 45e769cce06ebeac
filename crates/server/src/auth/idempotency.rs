//! The same request sent twice is done once: answers are kept for a day under the caller's `Idempotency-Key`.
//!
//! **Invariant:** a key belongs to one principal, route and body (S3). An answer that holds a secret is never kept.

use super::{Gatekeeper, Principal, random};
use crate::problem::{self, Kind, Problem};
use axum::body::Body;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use hmm_domain::account::KeptAnswer;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use http_body_util::BodyExt as _;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::future::Future;
use std::sync::Arc;

const HEADER: &str = "idempotency-key";
const KEY_MAX: usize = 128;
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

/// What this request is, to the last byte.
pub(super) fn fingerprint(principal: &Principal, method: &http::Method, uri: &http::Uri, body: &[u8]) -> String {
    let path = uri.path_and_query().map_or("/", http::uri::PathAndQuery::as_str);
    let body = String::from_utf8_lossy(body);
    random::hash(&format!("{}\n{method} {path}\n{body}", principal.key()))
}

impl Gatekeeper {
    /// Runs `work` once per key; the second time its kept answer is given.
    pub(super) async fn once(
        &self,
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
        let guard = Claim { gatekeeper: self, key };
        let response = work.await;
        let answer = guard.settle(response, secret).await;
        drop(held);
        answer
    }
}

struct Claim<'a> {
    gatekeeper: &'a Gatekeeper,
    key: &'a str,
}

impl Claim<'_> {
    /// Keeps what is final. What may go better the next time gives the key back.
    async fn settle(self, response: Response, secret: bool) -> Result<Response, Problem> {
        let store = &self.gatekeeper.store;
        let (parts, body) = response.into_parts();
        let body = body.collect().await.map(http_body_util::Collected::to_bytes).unwrap_or_default();
        let again = parts.status.is_server_error()
            || [StatusCode::TOO_MANY_REQUESTS, StatusCode::UNAUTHORIZED, StatusCode::FORBIDDEN].contains(&parts.status);
        let written = if again {
            store.answer_release(self.key).await
        } else {
            store.answer_keep(self.key, &kept(&parts, &body, secret)).await
        };
        if let Err(error) = written {
            // The work is done: its answer is worth more than the note about it.
            tracing::warn!(%error, "an answer could not be kept under its idempotency key");
        }
        Ok(Response::from_parts(parts, Body::from(body)))
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
