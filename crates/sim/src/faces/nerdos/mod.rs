//! A NerdQAxe or one of its relatives with NerdOS: HTTP with JSON, settings perhaps behind a one-time code.
//!
//! **Invariant:** a value of another type than the firmware expects is passed over without a word, and the answer is 200
//! all the same.

mod asic;
mod info;
mod otp;
mod settings;

use super::face::Face;
use super::http::{Reply, Request};
use super::look::Look;
use super::web;
use crate::faults::Fault;
use crate::world::{Firmware, Nerd, NerdRelease, NerdState, Own, Rig};
use hmm_domain::Timestamp;
use serde_json::json;
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
    let (look, now) = (Look::of(&face.faults.lock()), face.clock.now());
    (face.with_rig(|rig| route(rig, request, look, now)), true)
}

/// What keeps the device from acting at all.
fn refusal(face: &Face, request: &Request) -> Option<Reply> {
    let foreign = request.origin.as_deref().is_some_and(|origin| !web::is_private_origin(origin));
    if foreign || face.has(Fault::Unauthorized401) {
        return Some(Reply::text(401, "Unauthorized"));
    }
    if face.has(Fault::Redirect302) && request.path == "/api/system/info" {
        return Some(start_page());
    }
    if request.is_write() && face.has(Fault::RefuseWrites) {
        return Some(Reply::text(400, "Invalid JSON"));
    }
    if request.is_write() && face.has(Fault::IgnoreWrites) {
        return Some(Reply::text(200, ""));
    }
    None
}

fn route(rig: &mut Rig, request: &Request, look: Look, now: Timestamp) -> Reply {
    let release = nerd(rig).release;
    let second = release >= NerdRelease::V1_1;
    match (request.method.as_str(), request.path.as_str()) {
        ("GET", "/") => Reply::text(200, "<!doctype html><title>NerdOS</title>"),
        ("GET", "/api/system/info") => Reply::json(info::render(rig, look)),
        ("GET", "/api/system/asic") if release >= NerdRelease::V1_0_32 => Reply::json(asic::render(rig, look)),
        ("GET", "/api/v2/identify") if second => Reply::value(200, &identity(rig)),
        ("GET", "/api/v2/otp/status") if second => Reply::value(200, &json!({ "enabled": nerd(rig).code.is_some() })),
        ("GET", _) => start_page(),
        ("PATCH", "/api/system") => guarded(rig, request, now, |rig| settings::patch(rig, &request.body)),
        ("PATCH", "/api/v2/settings") if second => {
            guarded(rig, request, now, |rig| settings::patch_v2(rig, &request.body))
        }
        ("POST", "/api/system/restart") => {
            let restart = |rig: &mut Rig| {
                rig.restart();
                Reply::text(200, "System will restart shortly.")
            };
            // Free from 1.0.36 on.
            if release == NerdRelease::V1_0_34 { guarded(rig, request, now, restart) } else { restart(rig) }
        }
        ("POST", "/api/system/shutdown") if release >= NerdRelease::V1_0_32 => {
            let shut_down = |rig: &mut Rig| {
                rig.pause();
                Reply::text(200, "System will shutdown shortly.")
            };
            if release == NerdRelease::V1_0_34 { guarded(rig, request, now, shut_down) } else { shut_down(rig) }
        }
        ("POST", "/api/v2/otp/session") if second => otp::session(rig, request, now),
        ("POST", "/api/otp/session") if release >= NerdRelease::V1_0_34 && !second => otp::session(rig, request, now),
        _ => Reply::text(405, "Specified method is invalid for this resource"),
    }
}

fn guarded(rig: &mut Rig, request: &Request, now: Timestamp, act: impl FnOnce(&mut Rig) -> Reply) -> Reply {
    match otp::admit(rig, request, now) {
        Ok(()) => act(rig),
        Err(refusal) => refusal,
    }
}

/// The light way to ask who it is.
fn identity(rig: &Rig) -> serde_json::Value {
    json!({
        "deviceModel": info::device_model(rig),
        "defaultTheme": "cosmic",
        "otp": nerd(rig).code.is_some(),
        "can": { "enabled": false },
    })
}

/// Which of the firmwares that this face knows runs here. The door sends only those.
fn nerd(rig: &Rig) -> Nerd {
    if let Firmware::NerdOs(nerd) = rig.spec.firmware { nerd } else { Nerd::new(NerdRelease::V1_2) }
}

fn state(rig: &mut Rig) -> Option<&mut NerdState> {
    if let Own::Nerd(state) = &mut rig.own { Some(state) } else { None }
}

/// Where every unknown page leads.
fn start_page() -> Reply {
    Reply { location: Some("/"), ..Reply::text(302, "Redirect to the captive portal") }
}
