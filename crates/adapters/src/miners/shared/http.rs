//! An HTTP exchange with a small device: what its errors and answers mean to us.
//!
//! **Invariant:** a write whose answer was lost is "perhaps", never "failed"; what a locked door means is the family's
//! word, handed in.

use super::{malformed, object, words};
use hmm_domain::Message;
use hmm_domain::port::{DriverError, Receipt};
use hmm_net::{Line, Method, NetError, Reply};
use serde_json::Value;

/// One request that changes something.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Request {
    pub(crate) method: Method,
    pub(crate) path: &'static str,
    pub(crate) body: Option<Value>,
}

impl Request {
    pub(crate) fn post(path: &'static str) -> Self {
        Self { method: Method::POST, path, body: None }
    }

    pub(crate) fn patch(path: &'static str, body: Value) -> Self {
        Self { method: Method::PATCH, path, body: Some(body) }
    }
}

/// What a 401 or 403 means for this family; with the device's words.
pub(crate) type Locked = fn(Option<&Message>) -> DriverError;

/// In order; what follows a refusal is not sent. The last one's words count.
pub(crate) async fn write_all(line: &mut Line, requests: &[Request], locked: Locked) -> Result<Receipt, DriverError> {
    let mut all = Receipt { reply: None, certain: true };
    for request in requests {
        let receipt = write(line, request, locked).await?;
        all = Receipt { certain: all.certain && receipt.certain, ..receipt };
    }
    Ok(all)
}

pub(crate) async fn write(line: &mut Line, request: &Request, locked: Locked) -> Result<Receipt, DriverError> {
    match line.send(request.method.clone(), request.path, request.body.as_ref()).await {
        Ok(reply) => judge(request, &reply, locked),
        // It has probably acted (a restart takes its own answer along); a later reading tells.
        Err(error) if error.maybe_arrived() => Ok(Receipt { reply: None, certain: false }),
        Err(error) => Err(failed(request.path, error)),
    }
}

fn judge(request: &Request, reply: &Reply, locked: Locked) -> Result<Receipt, DriverError> {
    let words = words(&reply.body);
    match reply.status.as_u16() {
        200..=299 => Ok(Receipt { reply: words, certain: true }),
        300..=399 | 404 | 405 => {
            Err(DriverError::Unsupported(format!("this firmware has no {} {}", request.method, request.path).into()))
        }
        401 | 403 => Err(locked(words.as_ref())),
        code => Err(DriverError::Refused(words.unwrap_or_else(|| format!("status {code}").into()))),
    }
}

pub(crate) fn tried(path: &str) -> String {
    format!("asking for {path}")
}

/// A refusal in JSON. These small web servers refuse in one plain word; this is somebody else's door.
pub(crate) fn refused_in_json(reply: &Reply) -> bool {
    matches!(reply.status.as_u16(), 401 | 403) && reply.body.trim_ascii_start().starts_with(b"{")
}

/// An answer that is neither what was asked for nor a known refusal.
pub(crate) fn odd_status(path: &str, code: u16) -> DriverError {
    DriverError::Unreachable { tried: tried(path), why: format!("it answered with status {code}") }
}

pub(crate) fn failed(path: &'static str, error: NetError) -> DriverError {
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

/// A reply that some firmware has not: absent there. One that makes no sense is taken for absent too: then what is known
/// without it stands in. Silence is neither, or a bad moment would change what a device can do.
pub(crate) async fn optional(line: &mut Line, path: &'static str) -> Result<Option<Value>, DriverError> {
    let reply = line.get(path).await.map_err(|error| failed(path, error))?;
    match reply.status.as_u16() {
        200 => Ok(object(path, &reply.body).ok()),
        300..=499 => Ok(None),
        code => Err(odd_status(path, code)),
    }
}
