//! How a reply reaches the wire, or fails to.
//!
//! **Invariant:** a whole reply is one write. Slowness is real time, because the deadlines it tests are.

use super::face::{Face, InProgress};
use super::http::{Reply, read_some, write_all};
use crate::faults::Fault;
use crate::world::Rng;
use hmm_domain::port::Awake;
use std::io::Result;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;

pub(super) const HUGE: usize = 10 * 1024 * 1024;
pub(super) const DRIP: usize = 16;

/// What became of a connection before its request was acted on.
pub(super) enum Before {
    /// Go on and act.
    Act(Option<Awake>),
    /// The connection is over.
    Over,
}

/// Lets the faults have their way that keep a request from being heard.
pub(super) async fn before(face: &Face, stream: &TcpStream, awake: Option<Awake>) -> Result<Before> {
    if face.has(Fault::Silent) {
        drop(awake);
        let mut ignored = Vec::new();
        while read_some(stream, &mut ignored).await? > 0 {
            ignored.clear();
        }
        return Ok(Before::Over);
    }
    if face.has(Fault::Reset) {
        stream.set_zero_linger()?;
        return Ok(Before::Over);
    }
    if face.has(Fault::RandomBytes) {
        let mut rng = Rng::named(0, &face.name);
        let noise: Vec<u8> = (0..64).flat_map(|_| rng.draw().to_le_bytes()).collect();
        write_all(stream, &noise).await?;
        return Ok(Before::Over);
    }
    Ok(Before::Act(awake))
}

/// Puts the reply on the wire; returns whether the connection stays open.
pub(super) async fn deliver(
    face: &Face,
    stream: &Arc<TcpStream>,
    mut reply: Reply,
    keep_alive: bool,
    awake: Option<Awake>,
    in_progress: InProgress<'_>,
) -> Result<bool> {
    pause(face.latency()).await;
    if face.has(Fault::EndlessBody) {
        drop(awake);
        return endless(stream, &reply).await;
    }
    if face.has(Fault::HugeBody) {
        make_huge(&mut reply);
    }
    let mut announced = reply.body.len();
    let cut_off = face.has(Fault::CutOff);
    if cut_off || face.has(Fault::Truncated) {
        reply.body.truncate(announced / 2);
    }
    if !cut_off {
        announced = reply.body.len();
    }
    let keep_alive = keep_alive && !cut_off;
    let bytes = reply.encode(Some(announced), keep_alive);
    let drip = face.faults.lock().drip();
    if !keep_alive {
        face.guest_leaves(stream);
    }
    drop(in_progress);
    if let Some((first, between)) = drip {
        drop(awake);
        pause(first).await;
        for part in bytes.chunks(DRIP) {
            write_all(stream, part).await?;
            pause(between).await;
        }
    } else {
        write_all(stream, &bytes).await?;
    }
    Ok(keep_alive)
}

/// A body without length that never ends: valid white space for as long as someone reads.
async fn endless(stream: &TcpStream, reply: &Reply) -> Result<bool> {
    write_all(stream, &reply.encode(None, false)).await?;
    let blanks = [b' '; 4096];
    loop {
        write_all(stream, &blanks).await?;
        tokio::task::yield_now().await;
    }
}

/// Adds a padding member to a JSON object, or blanks to anything else.
fn make_huge(reply: &mut Reply) {
    let closing = reply.body.pop();
    if closing == Some(b'}') && reply.body.len() > 1 {
        reply.body.extend_from_slice(b",\"padding\":\"");
        reply.body.resize(HUGE, b'x');
        reply.body.extend_from_slice(b"\"}");
    } else {
        reply.body.extend(closing);
        reply.body.resize(HUGE, b' ');
    }
}

#[expect(clippy::disallowed_methods, reason = "a slow device is slow in real time; the deadlines under test are too")]
pub(super) async fn pause(span: Duration) {
    if !span.is_zero() {
        tokio::time::sleep(span).await;
    }
}
