//! The Bitaxe as firmware 2.4 to 2.15 shows it: HTTP/1.1 with JSON, no login, 302 for what it does not know.
//!
//! **Invariant:** what a generation cannot do, it answers exactly as a path that does not exist.

mod asic;
mod info;
mod json;
mod pools;
mod settings;

use super::delivery::{Before, before, deliver};
use super::face::{Face, Write};
use super::http::{Reply, Request, read_request};
use crate::faults::Fault;
use crate::world::{Firmware, Generation, Rig};
use info::Look;
use serde_json::json;
use std::io::Result;
use std::net::Ipv4Addr;
use std::sync::Arc;
use tokio::net::TcpStream;

/// Serves one connection to its end. What goes wrong on it concerns only the peer.
pub(super) async fn visit(face: Arc<Face>, stream: Arc<TcpStream>) {
    if let Err(error) = serve(&face, &stream).await {
        tracing::trace!(miner = face.name, %error, "connection ended");
    }
    face.guest_leaves(&stream);
}

async fn serve(face: &Face, stream: &Arc<TcpStream>) -> Result<()> {
    let mut buffer = Vec::new();
    loop {
        let mut awake = None;
        let begun = || {
            awake.get_or_insert_with(|| face.clock.awake());
        };
        let Some(request) = read_request(stream, &mut buffer, begun).await? else { return Ok(()) };
        let in_progress = face.request_begins();
        let Before::Act(awake) = before(face, stream, awake).await? else { return Ok(()) };
        let is_write = request.method != "GET" && request.method != "HEAD";
        let reply = answer(face, &request, is_write);
        if is_write {
            face.refresh().await;
            if face.has(Fault::DropAfterWrite) {
                return Ok(());
            }
        }
        let stays = deliver(face, stream, reply, request.keep_alive, awake, in_progress).await?;
        if !stays {
            return Ok(());
        }
    }
}

/// Acts on a request and says what the firmware would.
fn answer(face: &Face, request: &Request, is_write: bool) -> Reply {
    let refusal = refusal(face, request, is_write);
    let acted = refusal.is_none();
    let reply = refusal.unwrap_or_else(|| {
        let look = Look::of(&face.faults.lock());
        face.with_rig(|rig| route(rig, request, look))
    });
    if is_write {
        face.record(Write {
            at_ms: face.clock.now().millis(),
            method: request.method.clone(),
            path: request.path.clone(),
            body: String::from_utf8_lossy(&request.body).into_owned(),
            status: reply.status,
            acted: acted && reply.status == 200,
        });
    }
    reply
}

/// What keeps the device from acting at all.
fn refusal(face: &Face, request: &Request, is_write: bool) -> Option<Reply> {
    let foreign = request.origin.as_deref().is_some_and(|origin| !is_private_origin(origin));
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
    let Firmware::AxeOs(generation) = rig.spec.firmware;
    generation
}

fn message(text: &str) -> Reply {
    Reply::value(200, &json!({"message": text}))
}

/// The captive portal takes everything that is not there.
fn unknown() -> Reply {
    Reply { location: Some("/"), ..Reply::text(302, "Redirect to the captive portal") }
}

/// The firmware lets pages of private IPv4 hosts and `.local` names in.
fn is_private_origin(origin: &str) -> bool {
    let host = origin.split_once("://").map_or(origin, |(_, rest)| rest);
    let host = host.split([':', '/']).next().unwrap_or("");
    host.strip_suffix(".local").is_some() || host.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_private())
}
