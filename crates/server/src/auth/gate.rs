//! What stands before every route: who is calling, may they, is it from our own page, is the body small plain JSON,
//! was it done before.
//!
//! **Invariant:** a handler runs only after all of it. The order is: recognise, allow, origin, body, key. A write that was
//! let in runs to its end, whether or not its caller waits for it.

use super::idempotency::key;
use super::origin::wrong_origin;
use super::recognise::{Recognised, Via};
use super::{Client, Need};
use crate::api::outside;
use crate::front::House;
use crate::problem::{Kind, Problem};
use axum::body::Body;
use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use bytes::Bytes;
use futures_util::FutureExt as _;
use http::{HeaderMap, Method, header};
use http_body_util::{BodyExt as _, Limited};
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

/// Bytes of a body before and after sign-in (D2).
pub const BODY_BEFORE: usize = 16 * 1024;
pub const BODY_AFTER: usize = 1024 * 1024;
/// What a file comes with.
const UPLOAD: &str = "x-restore";
/// A body that takes longer is nobody's who means it.
const BODY_WITHIN: Duration = Duration::from_secs(30);

/// What the gate knows of the route behind it.
#[derive(Debug, Clone, Copy)]
pub struct Gate {
    pub need: Need,
    /// Its answer holds a secret.
    pub secret: bool,
    /// A WebSocket: a GET with the rules of a write.
    pub live: bool,
    /// Takes a file as well: its body is then not read here, and no form can send it.
    pub upload: bool,
}

pub async fn gate(State(gate): State<Gate>, request: Request, next: Next) -> Response {
    pass(gate, request, next).await.unwrap_or_else(IntoResponse::into_response)
}

async fn pass(gate: Gate, mut request: Request, next: Next) -> Result<Response, Problem> {
    let missing = || Problem::new(Kind::Internal, "the request met no house");
    let client = request.extensions().get::<Client>().cloned().ok_or_else(missing)?;
    let write = !request.method().is_safe();
    if gate.need == Need::Open {
        return nameless(gate, &client, request, next).await;
    }
    // Health answers before there is a house; nothing else gets this far.
    let house = request.extensions().get::<Arc<House>>().cloned().ok_or_else(missing)?;
    let caller = house.gatekeeper.recognise(request.headers(), client.secure()).await?;
    let caller = admit(gate, &house, &client, request.method(), caller).await?;
    let own_page = client.same_origin(request.headers());
    let cookie = caller.as_ref().is_some_and(|caller| caller.via == Via::Cookie);
    if (gate.live || (write && cookie)) && !own_page {
        return Err(wrong_origin());
    }
    let Some(caller) = caller else { return nameless(gate, &client, request, next).await };
    let principal = Arc::clone(&caller.principal);
    request.extensions_mut().insert(Arc::clone(&principal));
    request.extensions_mut().insert(caller);
    if !write {
        return Ok(next.run(request).await);
    }
    let (request, body) = with_body(gate, request, BODY_AFTER).await?;
    // A key belongs to a body, and this one was not read.
    let (Some(key), Some(body)) = (key(request.headers())?, body) else {
        return to_the_end(&house, async move { Ok(run(request, next).await) }).await;
    };
    let print = house.gatekeeper.fingerprint(&principal, request.method(), request.uri(), &body);
    let inside = Arc::clone(&house);
    let work = async move {
        let work = run(request, next);
        inside.gatekeeper.once(inside.engine.tasks(), &key, &print, gate.secret, work).await
    };
    to_the_end(&house, work).await
}

/// Somebody who need not say who they are.
async fn nameless(gate: Gate, client: &Client, request: Request, next: Next) -> Result<Response, Problem> {
    if request.method().is_safe() {
        return Ok(next.run(request).await);
    }
    if client.other_origin(request.headers()) {
        return Err(wrong_origin());
    }
    let (request, _) = with_body(gate, request, BODY_BEFORE).await?;
    let house = request.extensions().get::<Arc<House>>().cloned();
    let work = async move { Ok(run(request, next).await) };
    match house {
        Some(house) => to_the_end(&house, work).await,
        None => work.await,
    }
}

/// What a defect does to a write is an answer too: nobody is told to ask again, and its key is given back.
async fn run(request: Request, next: Next) -> Response {
    AssertUnwindSafe(next.run(request)).catch_unwind().await.unwrap_or_else(outside::panicked)
}

/// Runs a write as a task of its own: a caller who hangs up leaves nothing half done, and finds the answer under their
/// key when they ask again.
async fn to_the_end(
    house: &House,
    work: impl Future<Output = Result<Response, Problem>> + Send + 'static,
) -> Result<Response, Problem> {
    let (tell, told) = tokio::sync::oneshot::channel();
    house.engine.tasks().spawn("request", async move {
        // Nobody may wait any more.
        drop(tell.send(work.await));
    });
    told.await.unwrap_or_else(|_| Err(Problem::new(Kind::Internal, "the log says more; please report it")))
}

/// `None` is somebody of this network, where a person has opened it (S4), or somebody who will have to show the set-up
/// code (S1).
async fn admit(
    gate: Gate,
    house: &House,
    client: &Client,
    method: &Method,
    caller: Option<Recognised>,
) -> Result<Option<Recognised>, Problem> {
    if let Some(caller) = caller {
        if gate.need.allows(&caller.principal) {
            return Ok(Some(caller));
        }
        // Where nobody has to sign in, a token that may do less is no hindrance.
        if !open_here(gate, house, client, method).await? {
            return Err(Problem::new(Kind::Forbidden, format!("this needs: {}", gate.need.as_str())));
        }
        return Ok(None);
    }
    let first = gate.need == Need::AdminOrCode && house.gatekeeper.setup.needed();
    if first || open_here(gate, house, client, method).await? {
        return Ok(None);
    }
    Err(Problem::new(Kind::SignInRequired, "sign in, or send a token as Authorization: Bearer hmm_…"))
}

async fn open_here(gate: Gate, house: &House, client: &Client, method: &Method) -> Result<bool, Problem> {
    if gate.need != Need::Fleet || !method.is_safe() || gate.live || !client.private() {
        return Ok(false);
    }
    Ok(house.gatekeeper.open_on_network().await?)
}

/// Reads the body whole, within its limit, and hands the request on with it. A file is left to the handler.
async fn with_body(gate: Gate, request: Request, limit: usize) -> Result<(Request, Option<Bytes>), Problem> {
    if gate.upload && is_file(request.headers())? {
        return Ok((request, None));
    }
    let (parts, body) = request.into_parts();
    let declared = parts.headers.get(header::CONTENT_LENGTH).and_then(|value| value.to_str().ok());
    let too_large = || Problem::new(Kind::BodyTooLarge, format!("at most {limit} bytes"));
    if declared.and_then(|text| text.parse::<u64>().ok()).is_some_and(|length| length > limit as u64) {
        return Err(too_large());
    }
    let slow = |_| Problem::new(Kind::BadJson, format!("the body did not come within {} s", BODY_WITHIN.as_secs()));
    let bytes = match in_time(Limited::new(body, limit).collect()).await.map_err(slow)? {
        Ok(collected) => collected.to_bytes(),
        Err(error) if error.is::<http_body_util::LengthLimitError>() => return Err(too_large()),
        Err(_) => return Err(Problem::new(Kind::BadJson, "the body ended before it was whole")),
    };
    plain_json(&parts.headers, &bytes)?;
    Ok((Request::from_parts(parts, Body::from(bytes.clone())), Some(bytes)))
}

/// A form of another page can send a file, but not with a header of ours: for that a browser asks first.
fn is_file(headers: &HeaderMap) -> Result<bool, Problem> {
    if !is_type(headers, "application/octet-stream") {
        return Ok(false);
    }
    if headers.get(UPLOAD).is_none_or(|value| value != "yes") {
        return Err(Problem::new(Kind::NotJson, "a file is taken with the header X-Restore: yes"));
    }
    Ok(true)
}

pub fn is_type(headers: &HeaderMap, wanted: &str) -> bool {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    kind.split(';').next().unwrap_or_default().trim().eq_ignore_ascii_case(wanted)
}

#[expect(
    clippy::disallowed_methods,
    reason = "a caller's network lives in real time, whatever clock the house goes by"
)]
async fn in_time<T>(body: impl Future<Output = T>) -> Result<T, tokio::time::error::Elapsed> {
    tokio::time::timeout(BODY_WITHIN, body).await
}

/// Writes are JSON, uncompressed, and no deeper than a parser likes.
fn plain_json(headers: &HeaderMap, body: &[u8]) -> Result<(), Problem> {
    let coded = headers.get(header::CONTENT_ENCODING).is_some_and(|coding| coding != "identity");
    if coded {
        return Err(Problem::new(Kind::NotJson, "send the body uncompressed"));
    }
    // A button without a body needs no type; what a form would send is never taken.
    let typed = headers.contains_key(header::CONTENT_TYPE);
    if (typed || !body.is_empty()) && !is_type(headers, "application/json") {
        return Err(Problem::new(Kind::NotJson, "send Content-Type: application/json"));
    }
    if hmm_domain::json::depth(body) > hmm_domain::json::DEPTH_MAX {
        return Err(Problem::new(Kind::BadJson, format!("nested deeper than {}", hmm_domain::json::DEPTH_MAX)));
    }
    Ok(())
}
