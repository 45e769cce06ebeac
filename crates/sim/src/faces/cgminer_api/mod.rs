//! The API of cgminer and its descendants as the network sees it: one command a connection, one client at a time, a
//! reply that ends with a NUL byte.
//!
//! **Invariant:** who keeps silent keeps everybody waiting, for ten seconds of real time; a request that does not come
//! in one piece is what came of it; nothing is known here about any device.

mod reply;
mod request;

pub(super) use reply::{Field, Look, Reply, Row};
pub(super) use request::Request;

use super::delivery::{Before, DRIP, HUGE, before, pause};
use super::face::{Face, Write};
use super::http::{read_some, write_all};
use crate::faults::Fault;
use crate::world::Rig;
use std::io::{ErrorKind, Result};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;

/// The longest request the device reads.
const REQUEST_MAX: usize = 4_095;
/// How long it waits for somebody who has connected.
const PATIENCE: Duration = Duration::from_secs(10);

/// How a text is told from the next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Frame {
    /// A request is one segment, and a reply ends with a NUL.
    Nul,
    /// Both have their length in front, least significant byte first.
    Length,
}

/// A device behind this API.
pub(super) trait Device {
    const FRAME: Frame;

    /// Whether it takes several commands at once.
    fn joins(rig: &Rig) -> bool;

    /// What one command comes to. `write` says that it wanted to change something.
    fn answer(rig: &mut Rig, request: &Request, now_s: i64, look: Look) -> Reply;

    /// Whether a command changes something.
    fn writes(request: &Request) -> bool;

    /// The words with which it would say that a command was done, without doing it.
    fn pretends(request: &Request) -> Reply;

    /// The words with which it says no.
    fn refuses(request: &Request) -> Reply;
}

/// Serves one connection to its end. What goes wrong on it concerns only the peer.
pub(super) async fn visit<D: Device>(face: Arc<Face>, stream: Arc<TcpStream>) {
    {
        // The firmware accepts the next one only when it is done with this one.
        let _turn = face.turn.lock().await;
        if let Err(error) = serve::<D>(&face, &stream).await {
            tracing::trace!(miner = face.name, %error, "connection ended");
        }
    }
    face.guest_leaves(&stream);
}

async fn serve<D: Device>(face: &Face, stream: &Arc<TcpStream>) -> Result<()> {
    let bytes = segment(stream, D::FRAME).await?;
    if bytes.is_empty() {
        return Ok(());
    }
    let awake = Some(face.clock.awake());
    let in_progress = face.request_begins();
    let Before::Act(awake) = before(face, stream, awake).await? else { return Ok(()) };
    let request = Request::parse(&bytes);
    let Acted { mut reply, write, hangs_up } = act::<D>(face, &request);
    if write {
        face.refresh().await;
    }
    if hangs_up || write && face.has(Fault::DropAfterWrite) {
        return Ok(());
    }
    pause(face.latency()).await;
    if face.has(Fault::EndlessBody) {
        drop(awake);
        if D::FRAME == Frame::Length {
            reply.splice(0..0, u32::MAX.to_le_bytes());
        }
        return endless(stream, &reply).await;
    }
    if face.has(Fault::HugeBody) {
        reply.resize(HUGE, b' ');
    }
    let whole = reply.len();
    let cut_off = face.has(Fault::CutOff);
    if cut_off || face.has(Fault::Truncated) {
        reply.truncate(whole / 2);
    }
    match D::FRAME {
        Frame::Nul if cut_off => {}
        Frame::Nul => reply.push(0),
        Frame::Length => {
            let announced = if cut_off { whole } else { reply.len() };
            reply.splice(0..0, u32::try_from(announced).unwrap_or(u32::MAX).to_le_bytes());
        }
    }
    let drip = face.faults.lock().drip();
    face.guest_leaves(stream);
    drop(in_progress);
    let Some((first, between)) = drip else { return write_all(stream, &reply).await };
    drop(awake);
    pause(first).await;
    for part in reply.chunks(DRIP) {
        write_all(stream, part).await?;
        pause(between).await;
    }
    Ok(())
}

/// What one `recv` brings; nothing when the peer kept silent for too long or went away.
#[expect(clippy::disallowed_methods, reason = "a device that waits for its client waits in real time")]
async fn segment(stream: &TcpStream, frame: Frame) -> Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(REQUEST_MAX);
    loop {
        let read = tokio::time::timeout(PATIENCE, read_some(stream, &mut bytes)).await;
        let read = read.map_err(|_| ErrorKind::TimedOut)??;
        let Frame::Length = frame else { return Ok(bytes) };
        let length = bytes.first_chunk().map(|length| u32::from_le_bytes(*length) as usize);
        if let Some(length) = length.filter(|length| bytes.len() >= length + 4) {
            return Ok(bytes[4..length + 4].to_vec());
        }
        if read == 0 {
            return Ok(Vec::new());
        }
    }
}

/// What a request came to.
struct Acted {
    reply: Vec<u8>,
    /// Something was to be changed.
    write: bool,
    /// There is no reply.
    hangs_up: bool,
}

fn act<D: Device>(face: &Face, request: &Request) -> Acted {
    let now = face.clock.now();
    let look = Look::of(&face.faults.lock());
    let now_s = now.millis() / 1_000;
    if request.parts.len() > 1 && face.with_rig(|rig| D::joins(rig)) {
        let one =
            |part: &Request| if D::writes(part) { Reply::invalid() } else { answer::<D>(face, part, now_s, look).0 };
        let replies: Vec<(String, Reply)> =
            request.parts.iter().map(|part| (part.command.clone(), one(part))).collect();
        let reply = reply::joined(&replies, request.json, now_s, look);
        return Acted { reply, write: false, hangs_up: false };
    }
    let write = D::writes(request);
    let (reply, acted) = answer::<D>(face, request, now_s, look);
    if write {
        face.record(Write {
            at_ms: now.millis(),
            method: request.command.clone(),
            path: request.parameter.clone(),
            body: request.raw.clone(),
            status: reply.code,
            acted: acted && reply.is_fine(),
        });
    }
    Acted { reply: reply.render(request.json, now_s, look), write, hangs_up: reply.hangs_up }
}

/// The reply, and whether the device heard of the request at all.
fn answer<D: Device>(face: &Face, request: &Request, now_s: i64, look: Look) -> (Reply, bool) {
    let write = D::writes(request);
    if face.has(Fault::Unauthorized401) {
        return (Reply::denied(&request.command), false);
    }
    if write && face.has(Fault::RefuseWrites) {
        return (D::refuses(request), false);
    }
    if write && face.has(Fault::IgnoreWrites) {
        return (D::pretends(request), false);
    }
    (face.with_rig(|rig| D::answer(rig, request, now_s, look)), true)
}

/// The reply, and then blanks for as long as someone reads.
async fn endless(stream: &TcpStream, reply: &[u8]) -> Result<()> {
    write_all(stream, reply).await?;
    let blanks = [b' '; 4096];
    loop {
        write_all(stream, &blanks).await?;
        tokio::task::yield_now().await;
    }
}
