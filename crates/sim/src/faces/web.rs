//! The web server of a small miner: connections one request after the other, faults on the way, writes on record.
//!
//! **Invariant:** what a path means is its family's; here is only how a request is received and how a reply leaves.

use super::delivery::{Before, before, deliver};
use super::face::{Face, Write};
use super::http::{Reply, Request, read_request};
use crate::faults::Fault;
use std::io::Result;
use std::net::Ipv4Addr;
use std::sync::Arc;
use tokio::net::TcpStream;

/// What a family makes of a request: its reply, and whether it looked at it at all.
pub(super) type Answer = fn(&Face, &Request) -> (Reply, bool);

/// Serves one connection to its end. What goes wrong on it concerns only the peer.
pub(super) async fn visit(face: Arc<Face>, stream: Arc<TcpStream>, answer: Answer) {
    if let Err(error) = serve(&face, &stream, answer).await {
        tracing::trace!(miner = face.name, %error, "connection ended");
    }
    face.guest_leaves(&stream);
}

async fn serve(face: &Face, stream: &Arc<TcpStream>, answer: Answer) -> Result<()> {
    let mut buffer = Vec::new();
    loop {
        let mut awake = None;
        let begun = || {
            awake.get_or_insert_with(|| face.clock.awake());
        };
        let Some(request) = read_request(stream, &mut buffer, begun).await? else { return Ok(()) };
        let in_progress = face.request_begins();
        let Before::Act(awake) = before(face, stream, awake).await? else { return Ok(()) };
        let reply = recorded(face, &request, answer);
        if request.is_write() {
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

fn recorded(face: &Face, request: &Request, answer: Answer) -> Reply {
    let (reply, acted) = answer(face, request);
    if request.is_write() {
        face.record(Write {
            at_ms: face.clock.now().millis(),
            method: request.method.clone(),
            path: request.path.clone(),
            body: String::from_utf8_lossy(&request.body).into_owned(),
            status: reply.status,
            acted: acted && (200..300).contains(&reply.status),
        });
    }
    reply
}

/// These firmwares let pages of private IPv4 hosts and `.local` names in.
pub(super) fn is_private_origin(origin: &str) -> bool {
    let host = origin.split_once("://").map_or(origin, |(_, rest)| rest);
    let host = host.split([':', '/']).next().unwrap_or("");
    host.strip_suffix(".local").is_some() || host.parse::<Ipv4Addr>().is_ok_and(|ip| ip.is_private())
}
