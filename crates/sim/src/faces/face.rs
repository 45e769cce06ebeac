//! One device as the network sees it: its address, its faults, and a record of everyone who called.
//!
//! **Invariant:** the truth stays in the world; what is kept here is only about the wire.

use crate::faults::{Fault, Faults};
use crate::world::{Firmware, Outlook, Rig, World};
use hmm_domain::port::Clock;
use parking_lot::Mutex;
use rustix::net::RecvFlags;
use serde::Serialize;
use std::net::SocketAddr;
use std::sync::{Arc, Weak};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::sync::watch;

/// The longest record of writes; older ones are forgotten first.
const WRITES_MAX: usize = 10_000;

/// How often and how politely a device was called.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Traffic {
    pub requests: u64,
    pub connections: u64,
    /// The most connections that were open at the same time.
    pub connections_at_once_max: usize,
    /// The most requests that were being answered at the same time.
    pub requests_at_once_max: usize,
    #[serde(skip)]
    in_progress: usize,
}

/// A request that wanted to change something, as it arrived.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Write {
    pub at_ms: i64,
    pub method: String,
    pub path: String,
    pub body: String,
    /// What was answered, or would have been had the connection not dropped.
    pub status: u16,
    /// Whether the device acted on it.
    pub acted: bool,
}

pub(crate) struct Face {
    pub(crate) name: String,
    pub(crate) firmware: Firmware,
    pub(crate) address: SocketAddr,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) faults: Mutex<Faults>,
    world: Arc<Mutex<World>>,
    number: usize,
    latency: Duration,
    traffic: Mutex<Traffic>,
    writes: Mutex<Vec<Write>>,
    guests: Mutex<Vec<Weak<TcpStream>>>,
    /// Held by the one who is being served, at devices that serve one after the other.
    pub(crate) turn: tokio::sync::Mutex<()>,
    /// Counts the changes that the door should look at, and those it has looked at.
    pub(crate) wanted: watch::Sender<u64>,
    pub(crate) applied: watch::Sender<u64>,
}

impl Face {
    pub(crate) fn new(world: Arc<Mutex<World>>, number: usize, clock: Arc<dyn Clock>, address: SocketAddr) -> Self {
        let (name, firmware, latency) = {
            let world = world.lock();
            let spec = &world.rig(number).spec;
            (spec.name.clone(), spec.firmware, spec.latency)
        };
        Self {
            name,
            firmware,
            address,
            clock,
            faults: Mutex::default(),
            world,
            number,
            latency,
            traffic: Mutex::default(),
            writes: Mutex::default(),
            guests: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
            wanted: watch::Sender::new(0),
            applied: watch::Sender::new(0),
        }
    }

    /// Brings the miner to the present and hands it out.
    pub(crate) fn with_rig<T>(&self, act: impl FnOnce(&mut Rig) -> T) -> T {
        let now = self.clock.now();
        act(self.world.lock().rig_at(self.number, now))
    }

    pub(crate) fn outlook(&self) -> Outlook {
        let outlook = self.with_rig(|rig| rig.outlook());
        Outlook { open: outlook.open && !self.has(Fault::Offline), ..outlook }
    }

    /// Tells the door that something changed, and waits until it has acted on it.
    pub(crate) async fn refresh(&self) {
        let mut wanted = 0;
        self.wanted.send_modify(|count| {
            *count += 1;
            wanted = *count;
        });
        // The sender lives as long as this face, so the wait ends.
        let _ = self.applied.subscribe().wait_for(|count| *count >= wanted).await;
    }

    /// Lets everyone go who waits for a door that is gone.
    pub(crate) fn release(&self) {
        self.applied.send_replace(u64::MAX);
    }

    pub(crate) fn has(&self, fault: Fault) -> bool {
        self.faults.lock().has(fault)
    }

    /// Real time that every reply takes.
    pub(crate) fn latency(&self) -> Duration {
        self.latency + self.faults.lock().latency()
    }

    pub(crate) fn traffic(&self) -> Traffic {
        *self.traffic.lock()
    }

    pub(crate) fn writes(&self) -> Vec<Write> {
        self.writes.lock().clone()
    }

    pub(crate) fn record(&self, write: Write) {
        let mut writes = self.writes.lock();
        if writes.len() == WRITES_MAX {
            writes.remove(0);
        }
        writes.push(write);
    }

    pub(crate) fn guest_arrived(&self, stream: &Arc<TcpStream>) {
        let mut guests = self.guests.lock();
        guests.retain(|guest| guest.upgrade().is_some_and(|stream| is_open(&stream)));
        guests.push(Arc::downgrade(stream));
        let mut traffic = self.traffic.lock();
        traffic.connections += 1;
        traffic.connections_at_once_max = traffic.connections_at_once_max.max(guests.len());
    }

    /// The guest has its last reply coming: whoever calls next is not at the same time.
    pub(crate) fn guest_leaves(&self, stream: &Arc<TcpStream>) {
        self.guests.lock().retain(|guest| !std::ptr::eq(guest.as_ptr(), Arc::as_ptr(stream)));
    }

    /// Counts a request until the returned value is dropped.
    pub(crate) fn request_begins(&self) -> InProgress<'_> {
        let mut traffic = self.traffic.lock();
        traffic.requests += 1;
        traffic.in_progress += 1;
        traffic.requests_at_once_max = traffic.requests_at_once_max.max(traffic.in_progress);
        InProgress(self)
    }
}

/// A request that is being answered.
pub(crate) struct InProgress<'a>(&'a Face);

impl Drop for InProgress<'_> {
    fn drop(&mut self) {
        self.0.traffic.lock().in_progress -= 1;
    }
}

/// Whether the peer still holds the connection: asks the kernel, since the task that serves it may not have looked.
fn is_open(stream: &TcpStream) -> bool {
    let mut byte = [0_u8; 1];
    match rustix::net::recv(stream, &mut byte, RecvFlags::PEEK | RecvFlags::DONTWAIT) {
        Ok((_, 0)) => false,
        Ok(_) | Err(rustix::io::Errno::AGAIN) => true,
        Err(_) => false,
    }
}
