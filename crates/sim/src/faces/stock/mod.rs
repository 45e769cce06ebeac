//! Antminer, Vnish, Braiins OS, LuxOS, plain cgminer and Whatsminers, as far as they can be read.
//!
//! **Invariant:** whoever wants to change something is denied; each maker prints what it prints and nothing of the
//! others.

mod v3;
mod words;

use super::cgminer_api::{self, Device, Frame, Look, Reply, Request};
use super::face::Face;
use crate::world::{Firmware, Rig, Stock};
use std::sync::Arc;
use tokio::net::TcpStream;

pub(super) async fn visit(face: Arc<Face>, stream: Arc<TcpStream>) {
    if face.firmware == Firmware::Stock(Stock::Whatsminer3) {
        cgminer_api::visit::<v3::ThirdApi>(face, stream).await;
    } else {
        cgminer_api::visit::<Others>(face, stream).await;
    }
}

struct Others;

impl Device for Others {
    const FRAME: Frame = Frame::Nul;

    fn joins(rig: &Rig) -> bool {
        matches!(which(rig), Stock::Antminer | Stock::Vnish | Stock::Cgminer | Stock::LuxOs)
    }

    fn answer(rig: &mut Rig, request: &Request, _now_s: i64, look: Look) -> Reply {
        let which = which(rig);
        let whatsminer = which == Stock::Whatsminer;
        if Self::writes(request) {
            return Reply::denied(&request.command);
        }
        // The second API of Whatsminers hears only what is called `cmd`.
        if whatsminer && !request.by_cmd {
            return words::said(which, Reply::new('E', 14, "invalid cmd"));
        }
        if !whatsminer && request.by_cmd {
            return words::said(which, Reply::new('E', 24, "Missing JSON 'command'"));
        }
        let reply = match request.command.as_str() {
            "version" if !whatsminer => words::version(rig),
            "summary" => words::summary(rig, look),
            "stats" if !whatsminer => words::stats(rig, look),
            "pools" => words::pools(rig),
            "devdetails" if whatsminer => words::devdetails(),
            "devdetails" => Reply::denied(&request.command),
            "temps" if which == Stock::BraiinsOs => words::temps(rig),
            "fans" if which == Stock::BraiinsOs => words::fans(rig),
            "tunerstatus" if which == Stock::BraiinsOs => words::tuner(rig, look),
            _ => Reply::invalid(),
        };
        words::said(which, reply)
    }

    fn writes(request: &Request) -> bool {
        let known =
            ["switchpool", "addpool", "removepool", "enablepool", "disablepool", "restart", "quit", "save", "ascset"];
        known.contains(&request.command.as_str())
    }

    fn pretends(request: &Request) -> Reply {
        Reply::denied(&request.command)
    }

    fn refuses(request: &Request) -> Reply {
        Reply::denied(&request.command)
    }
}

/// Which of them it is. The door sends only those.
fn which(rig: &Rig) -> Stock {
    if let Firmware::Stock(which) = rig.spec.firmware { which } else { Stock::Cgminer }
}
