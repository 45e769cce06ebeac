//! An NMMiner or NMAxe: HTTP as far as its release has it, a datagram to everybody, and settings by datagram.
//!
//! **Invariant:** no login anywhere; what is left out of a datagram of settings is gone afterwards.

mod ear;
mod info;

pub(crate) use ear::{CONFIG_PORT, keep_ear};
pub(crate) use info::words;

use super::face::Face;
use super::http::{Reply, Request};
use super::look::Look;
use super::web;
use crate::faults::Fault;
use crate::world::{Firmware, NmRelease, Rig};
use serde_json::{Value, json};
use std::sync::Arc;
use tokio::net::TcpStream;

/// Serves one connection to its end.
pub(super) async fn visit(face: Arc<Face>, stream: Arc<TcpStream>) {
    web::visit(face, stream, answer).await;
}

fn answer(face: &Face, request: &Request) -> (Reply, bool) {
    if let Some(refusal) = refusal(face, request) {
        return (refusal, false);
    }
    let look = Look::of(&face.faults.lock());
    (face.with_rig(|rig| route(rig, request, look)), true)
}

fn refusal(face: &Face, request: &Request) -> Option<Reply> {
    if face.has(Fault::Unauthorized401) {
        return Some(Reply::text(401, "Unauthorized"));
    }
    if face.has(Fault::Redirect302) && !request.is_write() {
        return Some(Reply { location: Some("/"), ..Reply::text(302, "Redirect to the captive portal") });
    }
    if request.is_write() && face.has(Fault::RefuseWrites) {
        return Some(Reply::text(400, "Invalid JSON"));
    }
    if request.is_write() && face.has(Fault::IgnoreWrites) {
        return Some(Reply::text(200, "OK"));
    }
    None
}

fn route(rig: &mut Rig, request: &Request, look: Look) -> Reply {
    let release = release(rig);
    let (http, axe) = (release == NmRelease::V2_0, release == NmRelease::Axe);
    match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/") => Reply::text(200, "<!doctype html><title>NM Monitor</title>"),
        ("GET", "/api/system/info") if http => Reply::value(200, &info::info(rig, look)),
        ("GET", "/api/system/info") if axe => Reply::value(200, &info::axe(rig, look)),
        ("GET", "/probe") if http => Reply::value(200, &info::probe(rig)),
        ("GET", "/alive") if http => Reply::value(200, &json!({ "self": rig.spec.ip, "ips": [rig.spec.ip] })),
        ("GET", "/data") if release == NmRelease::V1_6 => Reply::value(200, &info::page(rig, look)),
        ("GET", "/api/setting/mining") if http => Reply::value(200, &info::mining(rig)),
        ("POST", "/api/setting/mining") if http => match serde_json::from_slice::<Value>(&request.body) {
            Ok(wanted @ Value::Object(_)) => {
                set_pool(rig, &wanted);
                Reply::text(200, "OK")
            }
            _ => Reply::text(400, "Invalid JSON"),
        },
        ("POST", "/api/system/restart") if http || axe => {
            rig.restart();
            if http {
                Reply::value(200, &json!({ "status": "ok" }))
            } else {
                Reply::text(200, "System will restart shortly.")
            }
        }
        ("POST", "/api/swarm/find") if http => {
            rig.identify();
            Reply::value(200, &json!({ "status": "ok" }))
        }
        _ => Reply::text(404, "Not found"),
    }
}

/// Takes what is there: whole URLs with their scheme. It connects anew by itself.
fn set_pool(rig: &mut Rig, wanted: &Value) {
    for (id, which) in [(0, "Primary"), (1, "Secondary")] {
        let key = |name: &str| wanted.get(format!("{which}{name}")).and_then(Value::as_str);
        let entry = rig.settings.pools.entry(id);
        if let Some((scheme, host, port)) = key("Pool").and_then(parts) {
            entry.tls = u16::from(scheme == "stratum+ssl");
            host.clone_into(&mut entry.at.url);
            entry.at.port = port;
        }
        if let Some(user) = key("Address") {
            user.clone_into(&mut entry.at.user);
        }
        if let Some(password) = key("Password") {
            password.clone_into(&mut entry.at.password);
        }
    }
    rig.flash_writes += 1;
    rig.reconnect();
}

fn parts(url: &str) -> Option<(&str, &str, u16)> {
    let (scheme, rest) = url.split_once("://")?;
    let (host, port) = rest.rsplit_once(':')?;
    Some((scheme, host, port.parse().ok()?))
}

/// Which of the firmwares that this face knows runs here. The door sends only those.
fn release(rig: &Rig) -> NmRelease {
    if let Firmware::NmMiner(release) = rig.spec.firmware { release } else { NmRelease::V2_0 }
}
