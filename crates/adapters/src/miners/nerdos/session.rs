//! The one-time code: which session it opens, and what a closed door says.
//!
//! **Invariant:** the code goes out once, in one header, to a device that said that it wants one, and is not kept. Five
//! wrong ones lock it, so nothing is tried twice.

use crate::miners::shared::http::{Request, failed, odd_status};
use crate::miners::shared::loose::{Number, Text};
use crate::miners::shared::{malformed, object, refused, words};
use hmm_domain::Message;
use hmm_domain::port::{Credentials, DriverError, Session};
use hmm_net::{HeaderName, Line, Reply};
use serde::Deserialize;
use std::time::Duration;

/// The newer place first: firmware that does not have it says so without looking at the code.
const PLACES: [&str; 2] = ["/api/v2/otp/session", "/api/otp/session"];
const CODE: HeaderName = HeaderName::from_static("x-totp");
const SESSION: HeaderName = HeaderName::from_static("x-otp-session");
const TOKEN_MAX: usize = 127;
const TTL_MS: (u32, u64) = (60_000, 7 * 86_400_000);

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Opened {
    token: Text,
    ttl_ms: Number,
}

/// A line that shows the session with every request from now on.
pub(super) fn with_session(line: Line, keys: &Credentials) -> Result<Line, DriverError> {
    let Some(token) = keys.token.as_deref().filter(|token| !token.is_empty()) else { return Ok(line) };
    line.with_secret_header(SESSION, token).map_err(|error| failed("its settings", error))
}

pub(super) fn checked(code: &str) -> Result<&str, DriverError> {
    let code = code.trim();
    let six = code.len() == 6 && code.bytes().all(|byte| byte.is_ascii_digit());
    if six { Ok(code) } else { Err(refused("the code of this device has six digits")) }
}

pub(super) async fn open(line: Line, code: &str) -> Result<Session, DriverError> {
    let mut line = line.with_secret_header(CODE, code).map_err(|error| failed(PLACES[0], error))?;
    for path in PLACES {
        let request = Request::post(path);
        let reply = line.send(request.method, path, None).await.map_err(|error| failed(path, error))?;
        match reply.status.as_u16() {
            300..=399 | 404 | 405 => {}
            _ => return opened(path, &reply),
        }
    }
    Err(DriverError::Unsupported("it wants a one-time code, and has no place where one opens a session".into()))
}

fn opened(path: &'static str, reply: &Reply) -> Result<Session, DriverError> {
    match reply.status.as_u16() {
        200..=299 => {}
        401 | 403 => return Err(locked(words(&reply.body).as_ref())),
        400..=499 => {
            let said = words(&reply.body).unwrap_or_else(|| "it said no".into());
            return Err(DriverError::Refused(said));
        }
        code => return Err(odd_status(path, code)),
    }
    let opened = Opened::deserialize(object(path, &reply.body)?).map_err(|error| malformed(path, error.to_string()))?;
    let token =
        opened.token.some().filter(|token| token.len() <= TOKEN_MAX && token.bytes().all(|b| b.is_ascii_graphic()));
    let token = token.ok_or_else(|| malformed(path, "it opened a session and named no token".to_owned()))?;
    let lasts = opened.ttl_ms.rounded(TTL_MS.0, TTL_MS.1).map(Duration::from_millis);
    Ok(Session { credentials: Credentials { token: Some(token.to_owned()), ..Credentials::default() }, lasts })
}

/// What a 401 to a write means.
pub(super) fn locked(said: Option<&Message>) -> DriverError {
    let blocked = said.is_some_and(|words| {
        let words = words.as_str().to_ascii_lowercase();
        words.contains("block") || words.contains("locked")
    });
    let why = if blocked {
        "it has locked itself for five minutes after five wrong codes or expired sessions: wait, then enter a new code"
    } else {
        "it wants a one-time code: the code was wrong, or the session that one opened has ended. Enter the code that \
         your authenticator app shows now"
    };
    DriverError::Credentials(why.into())
}

/// Said before anything is sent: every request without a session counts towards the lock.
pub(super) fn wanted() -> DriverError {
    let why = "its settings are guarded by a one-time code: enter the code that your authenticator app shows now, and \
               the session it opens is used for a day";
    DriverError::Credentials(why.into())
}
