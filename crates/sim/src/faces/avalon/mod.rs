//! The Avalons as their firmware shows them: cgminer's API with words of its own, on port 4028 at home.
//!
//! **Invariant:** `restart`, `addpool` and their like do not exist here, as at home; what a model cannot do, it answers
//! as an unknown option. `enablepool` and `disablepool` are the two commands of the device that this face leaves out.

mod mm;
mod pools;
mod set;
mod words;

use super::cgminer_api::{self, Device, Frame, Look, Reply, Request};
use super::face::Face;
use crate::world::{Avalon, AvalonState, Own, Rig};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;

pub(super) async fn visit(face: Arc<Face>, stream: Arc<TcpStream>) {
    cgminer_api::visit::<Canaan>(face, stream).await;
}

struct Canaan;

/// For so long after a start a Q leaves its string out of `stats`, and not out of `estats`.
const MUTE: Duration = Duration::from_secs(150);

/// Everything there is, for `check`.
const COMMANDS: [&str; 15] = [
    "version",
    "summary",
    "stats",
    "estats",
    "litestats",
    "pools",
    "devs",
    "devdetails",
    "check",
    "ascset",
    "setpool",
    "switchpool",
    "poolpriority",
    "config",
    "coin",
];

impl Device for Canaan {
    const FRAME: Frame = Frame::Nul;

    fn joins(_: &Rig) -> bool {
        true
    }

    fn answer(rig: &mut Rig, request: &Request, now_s: i64, look: Look) -> Reply {
        if request.by_cmd {
            return Reply::new('E', 24, "Missing JSON 'command'");
        }
        let which = state(rig).which;
        match request.command.as_str() {
            "version" => words::version(rig, look),
            "summary" => words::summary(rig, look),
            "stats" if which == Avalon::Q && rig.uptime() < MUTE => words::stats(rig, None, look),
            "stats" | "estats" => words::stats(rig, Some(now_s), look),
            "litestats" if matches!(which, Avalon::Nano3s | Avalon::Q) => words::litestats(rig, look),
            "pools" => pools::list(rig, now_s, look),
            "devs" => words::devs(rig, look),
            "devdetails" => words::devdetails(rig),
            "check" => words::check(&request.parameter, &COMMANDS),
            "ascset" => set::set(rig, &request.arguments(), look),
            "setpool" => pools::store(rig, &request.arguments()),
            "switchpool" => pools::switch(rig, &request.parameter),
            "poolpriority" => pools::reorder(rig, &request.arguments()),
            _ => Reply::invalid(),
        }
    }

    fn writes(request: &Request) -> bool {
        match request.command.as_str() {
            "setpool" | "switchpool" | "poolpriority" => true,
            "ascset" => !matches!(request.arguments().as_slice(), [_, "help" | "voltage"] | [_, _, "get"]),
            _ => false,
        }
    }

    fn pretends(request: &Request) -> Reply {
        match request.command.as_str() {
            "setpool" => pools::stored(),
            "switchpool" => Reply::new('S', 27, "Switching to pool"),
            "poolpriority" => Reply::new('S', 73, "Changed pool priorities"),
            _ => Reply::new('S', 119, "ASC 0 set OK"),
        }
    }

    fn refuses(request: &Request) -> Reply {
        match request.command.as_str() {
            "setpool" => Reply::new('E', 132, "Set pool failed: the configuration is locked"),
            "switchpool" | "poolpriority" => Reply::new('E', 45, "Access denied to a privileged command"),
            _ => Reply::new('E', 120, "ASC 0 set failed: not now"),
        }
    }
}

/// What only an Avalon has. The door sends only those.
fn state(rig: &Rig) -> &AvalonState {
    let Own::Avalon(state) = &rig.own else { unreachable!("the door sends only Avalons here") };
    state
}

fn state_mut(rig: &mut Rig) -> &mut AvalonState {
    let Own::Avalon(state) = &mut rig.own else { unreachable!("the door sends only Avalons here") };
    state
}
