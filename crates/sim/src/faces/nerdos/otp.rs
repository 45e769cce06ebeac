//! One-time codes: who may write, how a session is opened, when it locks itself.
//!
//! **Invariant:** once locked, nothing opens it before its time, a valid session included.

use super::super::http::{Reply, Request};
use super::{nerd, state};
use crate::world::{Rig, SESSION_TTL};
use hmm_domain::Timestamp;
use serde_json::json;

/// Lets a write in, where it shows what is asked for.
pub(super) fn admit(rig: &mut Rig, request: &Request, now: Timestamp) -> Result<(), Reply> {
    let Some(code) = nerd(rig).code else { return Ok(()) };
    let Some(state) = state(rig) else { return Ok(()) };
    if state.is_locked(now) {
        return Err(Reply::text(401, "blocked for 5 minutes"));
    }
    let session = request.header("x-otp-session").is_some_and(|token| state.knows(token, now));
    if session || request.header("x-totp") == Some(code) {
        return Ok(());
    }
    state.turned_away(now);
    Err(Reply::text(401, "OTP/Session required"))
}

/// Opens a session for a code.
pub(super) fn session(rig: &mut Rig, request: &Request, now: Timestamp) -> Reply {
    let Some(code) = nerd(rig).code else { return Reply::text(405, "OTP disabled") };
    let Some(state) = state(rig) else { return Reply::text(405, "OTP disabled") };
    if state.is_locked(now) {
        return Reply::text(401, "blocked for 5 minutes");
    }
    let Some(shown) = request.header("x-totp") else { return Reply::text(400, "Missing X-TOTP header") };
    if shown != code {
        state.turned_away(now);
        return Reply::text(401, "Invalid TOTP");
    }
    let token = state.open_session(now);
    let (lasts, ends) = (SESSION_TTL.as_millis(), (now + SESSION_TTL).millis());
    Reply::value(200, &json!({ "token": token, "ttlMs": u64::try_from(lasts).unwrap_or(u64::MAX), "expiresAt": ends }))
}
