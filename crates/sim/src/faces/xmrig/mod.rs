//! XMRig's HTTP API: a summary in two versions, the configuration to read and write whole, and three calls.
//!
//! **Invariant:** who is let in is decided before anything else, and never by the path.

mod json;
mod summary;

use super::face::Face;
use super::http::{Reply, Request};
use super::look::Look;
use super::web;
use crate::faults::Fault;
use crate::world::{Firmware, Own, PoolEntry, Program, Release, Rig};
use hmm_domain::Timestamp;
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::net::TcpStream;

/// Serves one connection to its end.
pub(super) async fn visit(face: Arc<Face>, stream: Arc<TcpStream>) {
    web::visit(face, stream, answer).await;
}

/// Acts on a request and says what the program would; and whether it acted.
fn answer(face: &Face, request: &Request) -> (Reply, bool) {
    let now = face.clock.now();
    if let Some(reply) = not_heard(face, request, now) {
        return (reply, false);
    }
    let look = Look::of(&face.faults.lock());
    (face.with_rig(|rig| route(rig, request, look, now)), true)
}

/// What keeps the program from acting at all.
fn not_heard(face: &Face, request: &Request, now: Timestamp) -> Option<Reply> {
    if face.has(Fault::Unauthorized401) {
        return Some(refusal(401));
    }
    if let Some(status) = face.with_rig(|rig| turned_away(program(rig, now), request)) {
        return Some(refusal(status));
    }
    if face.has(Fault::Redirect302) && request.path.ends_with("/summary") {
        return Some(Reply { location: Some("/"), ..Reply::text(302, "") });
    }
    if request.is_write() && face.has(Fault::RefuseWrites) {
        return Some(refusal(400));
    }
    let ignored = request.is_write() && face.has(Fault::IgnoreWrites);
    ignored.then(|| if request.path == "/json_rpc" { rpc_done(&Value::from(1)) } else { nothing() })
}

/// Without a token, only one that is restricted and has none lets anybody in. With a token, only one that has the same.
fn turned_away(program: &Program, request: &Request) -> Option<u16> {
    match (request.header("authorization"), program.token()) {
        (None, token) if token.is_some() || !program.restricted() => return Some(401),
        (Some(_), None) => return Some(401),
        (Some(brought), Some(token)) if brought.strip_prefix("Bearer ") != Some(token) => return Some(403),
        (None, _) | (Some(_), Some(_)) => {}
    }
    if !request.is_write() {
        return None;
    }
    if program.restricted() {
        return Some(403);
    }
    // To the letter: with a character set behind it, it is something else.
    (request.header("content-type") != Some("application/json")).then_some(415)
}

fn route(rig: &mut Rig, request: &Request, look: Look, now: Timestamp) -> Reply {
    let old = release(rig) == Release::V2_6;
    match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/1/summary" | "/api.json") => summary::reply(rig, 1, look),
        ("GET", "/1/threads") if old => Reply::json(summary::threads(rig).to_string().into_bytes()),
        (_, _) if old => refusal(404),
        ("GET", "/2/summary") => summary::reply(rig, 2, look),
        ("GET", "/2/backends") => Reply::json(summary::backends(rig).to_string().into_bytes()),
        ("GET", "/1/config" | "/2/config") if program(rig, now).restricted() => refusal(403),
        ("GET", "/1/config" | "/2/config") => Reply::value(200, &program(rig, now).config),
        ("PUT", "/1/config" | "/2/config") => {
            let written =
                serde_json::from_slice(&request.body).is_ok_and(|config| program(rig, now).write(config, now));
            if written { nothing() } else { refusal(400) }
        }
        ("POST", "/json_rpc") => rpc(rig, &request.body),
        _ => refusal(404),
    }
}

fn rpc(rig: &mut Rig, body: &[u8]) -> Reply {
    let call: Value = serde_json::from_slice(body).unwrap_or_default();
    let id = call.get("id").cloned().unwrap_or_default();
    match call.get("method").and_then(Value::as_str) {
        Some("pause") => rig.pause(),
        Some("resume") => rig.resume(),
        // The program ends, and nobody starts it again.
        Some("stop") => rig.plug(false),
        _ => {
            let error = json!({ "code": -32601, "message": "Method not found" });
            return Reply::value(200, &json!({ "id": id, "jsonrpc": "2.0", "error": error }));
        }
    }
    rpc_done(&id)
}

fn rpc_done(id: &Value) -> Reply {
    Reply::value(200, &json!({ "id": id, "jsonrpc": "2.0", "result": { "status": "OK" } }))
}

fn nothing() -> Reply {
    Reply::text(204, "")
}

fn refusal(status: u16) -> Reply {
    let error = match status {
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        _ => "Unsupported Media Type",
    };
    Reply::value(status, &json!({ "status": status, "error": error }))
}

fn release(rig: &Rig) -> Release {
    if let Firmware::XmRig(program) = rig.spec.firmware { program.release } else { Release::V6_24 }
}

/// The program as it is now: what was written to its file in the meantime has been noticed.
fn program(rig: &mut Rig, now: Timestamp) -> &mut Program {
    let Own::XmRig(program) = &mut rig.own else { unreachable!("the door sends no such device here") };
    if let Some(pools) = program.settle(now) {
        let difficulty = rig.spec.firmware.usual_difficulty();
        let list = (0..).zip(pools.into_iter().filter(|pool| pool.enabled));
        rig.settings.pools.entries = list
            .map(|(id, pool)| PoolEntry {
                suggested_difficulty: difficulty,
                tls: u16::from(pool.tls),
                ..PoolEntry::stored(id, pool.at)
            })
            .collect();
        rig.settings.pools.primary = 0;
        rig.settings.pools.secondary = u8::from(rig.settings.pools.find(1).is_some());
        rig.reconnect();
    }
    let Own::XmRig(program) = &mut rig.own else { unreachable!("it was one above") };
    program
}
