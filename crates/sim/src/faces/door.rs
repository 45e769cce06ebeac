//! The door of a device: its listening socket, which closes and opens with the device.
//!
//! **Invariant:** a device that is off, booting or offline refuses connections; whoever changed that is answered only
//! after the socket has followed.

use super::face::Face;
use super::{avalon, axeos, nerdos, nmminer, stock, xmrig};
use crate::world::{Firmware, Outlook};
use hmm_domain::port::Awake;
use std::future::pending;
use std::io::Result;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;

const BACKLOG: u32 = 64;

/// Listens at `address`; port 0 lets the system choose.
pub(crate) fn bind(address: SocketAddr) -> Result<TcpListener> {
    let socket = TcpSocket::new_v4()?;
    socket.set_reuseaddr(true)?;
    socket.bind(address)?;
    socket.listen(BACKLOG)
}

/// Serves the face until the task is dropped.
pub(crate) async fn keep_door(face: Arc<Face>, listener: TcpListener) {
    let mut listener = Some(listener);
    let mut guests = JoinSet::new();
    let mut wanted = face.wanted.subscribe();
    // Held from a wake-up until the socket has followed it.
    let mut awake: Option<Awake> = None;
    loop {
        let seen = *wanted.borrow_and_update();
        let outlook = face.outlook();
        if !outlook.open {
            listener = None;
            guests.shutdown().await;
        } else if listener.is_none() {
            listener = bind(face.address)
                .inspect_err(|error| tracing::warn!(miner = face.name, %error, "the simulated miner cannot listen"))
                .ok();
        }
        let change = next_change(&face, outlook);
        face.applied.send_if_modified(|count| std::mem::replace(count, seen.max(*count)) < seen);
        drop(awake.take());
        tokio::select! {
            // First, so that a wake-up which has fired is never dropped with its guard.
            biased;
            held = change => awake = Some(held),
            Ok(()) = wanted.changed() => {}
            Some(_) = guests.join_next(), if !guests.is_empty() => {}
            stream = accept(listener.as_ref()) => admit(&face, stream, &mut guests),
        }
    }
}

/// Sleeps until the device changes by itself. The sleep is taken before the first poll.
fn next_change(face: &Face, outlook: Outlook) -> impl Future<Output = Awake> {
    let sleep = outlook.until.map(|at| face.clock.sleep_until(at));
    async move {
        match sleep {
            Some(sleep) => sleep.await,
            None => pending().await,
        }
    }
}

async fn accept(listener: Option<&TcpListener>) -> TcpStream {
    let Some(listener) = listener else { return pending().await };
    loop {
        if let Ok((stream, _)) = listener.accept().await {
            return stream;
        }
    }
}

fn admit(face: &Arc<Face>, stream: TcpStream, guests: &mut JoinSet<()>) {
    // Came in through the backlog of a device that is gone.
    if !face.outlook().open {
        let _ = stream.set_zero_linger();
        return;
    }
    let _ = stream.set_nodelay(true);
    let stream = Arc::new(stream);
    face.guest_arrived(&stream);
    let face = Arc::clone(face);
    match face.firmware {
        Firmware::AxeOs(_) => guests.spawn(axeos::visit(face, stream)),
        Firmware::NerdOs(_) => guests.spawn(nerdos::visit(face, stream)),
        Firmware::NmMiner(_) => guests.spawn(nmminer::visit(face, stream)),
        Firmware::XmRig(_) => guests.spawn(xmrig::visit(face, stream)),
        Firmware::Avalon(_) => guests.spawn(avalon::visit(face, stream)),
        Firmware::Stock(_) => guests.spawn(stock::visit(face, stream)),
    };
}
