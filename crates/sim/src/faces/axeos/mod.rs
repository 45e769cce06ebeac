//! The Bitaxe as firmware 2.4 to 2.15 shows it: HTTP/1.1 with JSON, no login, 302 for what it does not know.
//!
//! **Invariant:** what a generation cannot do, it answers exactly as a path that does not exist.

mod asic;
mod info;
mod pools;
mod settings;

use super::face::Face;
use super::http::{Reply, Request};
use super::look::Look;
use super::web;
use crate::faults::Fault;
use crate::world::{Firmware, Generation, Rig};
use serde_json::json;
use std::sync::Arc;
use tokio::net::TcpStream;

/// Serves one connection to its end.
pub(super) async fn visit(face: Arc<Face>, stream: Arc<TcpStream>) {
    web::visit(face, stream, answer).await;
}

/// Acts on a request and says what the firmware would; and whether it acted.
fn answer(face: &Face, request: &Request) -> (Reply, bool) {
    if let Some(refusal) = refusal(face, request) {
        return (refusal, false);
    }
    let look = Look::of(&face.faults.lock());
    (face.with_rig(|rig| route(rig, request, look)), true)
}

/// What keeps the device from acting at all.
fn refusal(face: &Face, request: &Request) -> Option<Reply> {
    let is_write = request.is_write();
    let foreign = request.origin.as_deref().is_some_and(|origin| !web::is_private_origin(origin));
    if foreign || face.has(Fault::Unauthorized401) {
        return Some(Reply::text(401, "Unauthorized"));
    }
    if face.has(Fault::Redirect302) && request.path == "/api/system/info" {
        return Some(unknown());
    }
    if is_write && face.has(Fault::RefuseWrites) {
        return Some(Reply::text(400, "Wrong API input"));
    }
    if is_write && face.has(Fault::IgnoreWrites) {
        return Some(Reply::text(200, ""));
    }
    None
}

fn route(rig: &mut Rig, request: &Request, look: Look) -> Reply {
    let of = generation(rig);
    let since = |first: Generation| of >= first;
    match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/") => Reply::text(200, "<!doctype html><title>AxeOS</title>"),
        ("GET", "/api/system/info") => Reply::json(info::render(rig, look)),
        ("GET", "/api/system/asic") if since(Generation::V2_10) => Reply::json(asic::render(rig, look)),
        ("GET", "/api/system/statistics") if since(Generation::V2_10) => {
            let uptime_ms = u64::try_from(rig.uptime().as_millis()).unwrap_or(u64::MAX);
            Reply::value(200, &json!({"currentTimestamp": uptime_ms, "labels": [], "statistics": []}))
        }
        ("PATCH", "/api/system") => settings::patch(rig, &request.body),
        ("POST", "/api/system/restart") => {
            rig.restart();
            let text = "System will restart shortly.";
            if since(Generation::V2_14) { message(text) } else { Reply::text(200, text) }
        }
        ("POST", "/api/system/identify") if since(Generation::V2_12) => {
            let says = rig.identify();
            message(if says { "The device says \"Hi!\" for 30 seconds." } else { "The device no longer says \"Hi!\"." })
        }
        ("POST", "/api/system/pause") if since(Generation::V2_14) => {
            rig.pause();
            message("Mining paused")
        }
        ("POST", "/api/system/resume") if since(Generation::V2_14) => {
            rig.resume();
            message("Mining resumed")
        }
        (method @ ("PUT" | "DELETE"), path) if since(Generation::V2_15) => {
            let id = path.strip_prefix("/api/system/pools/").and_then(|id| id.parse::<u8>().ok());
            match (method, id) {
                ("PUT", Some(id)) => pools::put(rig, id, &request.body),
                (_, Some(id)) => pools::delete(rig, id),
                (_, None) => unknown(),
            }
        }
        _ => unknown(),
    }
}

/// Which of the firmwares that this face knows runs here. The door sends only those.
fn generation(rig: &Rig) -> Generation {
    if let Firmware::AxeOs(generation) = rig.spec.firmware { generation } else { Generation::V2_15 }
}

fn message(text: &str) -> Reply {
    Reply::value(200, &json!({"message": text}))
}

/// The captive portal takes everything that is not there.
fn unknown() -> Reply {
    Reply { location: Some("/"), ..Reply::text(302, "Redirect to the captive portal") }
}
