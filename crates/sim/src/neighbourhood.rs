//! The neighbourhood: a world, and a face for each of its miners on a real socket.
//!
//! **Invariant:** miners step only when someone asks; an idle neighbourhood of a thousand costs nothing.

use crate::faces::{CONFIG_PORT, Face, Traffic, Write, bind, keep_door, keep_ear, words};
use crate::faults::{Fault, Faults};
use crate::world::{Door, Firmware, MinerSpec, Rig, Truth, World};
use hmm_domain::port::Clock;
use parking_lot::Mutex;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};
use std::io::ErrorKind;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::{TcpListener, UdpSocket};
use tokio::task::JoinSet;

/// Ports that are free at one address and taken at another are rare.
const LISTEN_TRIES: u32 = 16;

/// Why the simulator could not do as asked.
#[derive(Debug, thiserror::Error)]
pub enum SimError {
    #[error("cannot listen at {address}")]
    Listen { address: SocketAddr, source: std::io::Error },
    #[error("there is no simulated miner {0:?}")]
    NoSuchMiner(String),
    #[error("two simulated miners are called {0:?}")]
    SameName(String),
    #[error("the control port must be on loopback, not at {0}")]
    NotLoopback(SocketAddr),
}

/// What a neighbourhood is made from.
pub struct NeighbourhoodConfig {
    pub seed: u64,
    pub miners: Vec<MinerSpec>,
    pub clock: Arc<dyn Clock>,
}

/// Everything that is known about one miner.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Snapshot {
    pub address: SocketAddr,
    #[serde(flatten)]
    pub truth: Truth,
    pub traffic: Traffic,
    pub faults: Vec<Fault>,
    pub writes: Vec<Write>,
}

/// Simulated miners on loopback, until it is stopped or dropped.
pub struct Neighbourhood {
    faces: Vec<Arc<Face>>,
    by_name: BTreeMap<String, usize>,
    doors: Mutex<JoinSet<()>>,
}

impl Neighbourhood {
    /// Builds the world at the clock's present and opens every door.
    pub async fn start(config: NeighbourhoodConfig) -> Result<Self, SimError> {
        let mut world = World::new(config.seed, config.clock.now());
        let mut by_name = BTreeMap::new();
        let mut wanted = Vec::with_capacity(config.miners.len());
        for spec in config.miners {
            wanted.push((spec.firmware.door(), SocketAddr::from((spec.ip, spec.port))));
            let name = spec.name.clone();
            if by_name.insert(name.clone(), world.add(spec)).is_some() {
                return Err(SimError::SameName(name));
            }
        }
        let world = Arc::new(Mutex::new(world));
        let mut faces = Vec::with_capacity(wanted.len());
        let mut doors = JoinSet::new();
        for (number, (address, listener)) in listen(&wanted)?.into_iter().enumerate() {
            let face = Arc::new(Face::new(Arc::clone(&world), number, Arc::clone(&config.clock), address));
            doors.spawn(keep_door(Arc::clone(&face), listener));
            if matches!(face.firmware, Firmware::NmMiner(release) if release.hears_datagrams()) {
                let address = SocketAddr::new(address.ip(), CONFIG_PORT);
                let listen = |source| SimError::Listen { address, source };
                doors.spawn(keep_ear(Arc::clone(&face), UdpSocket::bind(address).await.map_err(listen)?));
            }
            faces.push(face);
        }
        let neighbourhood = Self { faces, by_name, doors: Mutex::new(doors) };
        for face in &neighbourhood.faces {
            face.refresh().await;
        }
        Ok(neighbourhood)
    }

    /// All miners, in the order of their specs.
    pub fn names(&self) -> Vec<String> {
        self.faces.iter().map(|face| face.name.clone()).collect()
    }

    /// Where a miner answers. The address stays the same as long as the neighbourhood runs.
    pub fn address(&self, miner: &str) -> Result<SocketAddr, SimError> {
        Ok(self.face(miner)?.address)
    }

    /// Where each family answers, as far as all miners of its kind of door share one port.
    pub fn ports(&self) -> BTreeMap<&'static str, u16> {
        let mut doors: BTreeMap<Door, BTreeSet<u16>> = BTreeMap::new();
        for face in &self.faces {
            doors.entry(face.firmware.door()).or_default().insert(face.address.port());
        }
        let shared = doors.iter().filter(|(_, ports)| ports.len() == 1);
        let ports = shared.flat_map(|(door, ports)| ports.iter().map(|port| (*door, *port)));
        ports.flat_map(|(door, port)| door.families().iter().map(move |family| (*family, port))).collect()
    }

    /// Where all miners answer, in the order of their specs.
    pub fn addresses(&self) -> Vec<SocketAddr> {
        self.faces.iter().map(|face| face.address).collect()
    }

    /// Lets a miner call out once what it calls every few seconds, from its own address. At home it goes to everybody.
    pub async fn call(&self, miner: &str, to: SocketAddr) -> Result<(), SimError> {
        let face = self.face(miner)?;
        let address = SocketAddr::new(face.address.ip(), 0);
        let unheard = |source| SimError::Listen { address, source };
        let words = face.with_rig(|rig| words(rig));
        let socket = UdpSocket::bind(address).await.map_err(unheard)?;
        socket.send_to(words.to_string().as_bytes(), to).await.map_err(unheard)?;
        Ok(())
    }

    /// Switches a fault on. When it returns, the fault is in force on the socket too.
    pub async fn fault(&self, miner: &str, fault: Fault) -> Result<(), SimError> {
        let face = self.face(miner)?;
        face.faults.lock().add(fault);
        face.with_rig(|rig| {
            ail(rig, &face.faults.lock());
            if fault == Fault::Overheat {
                rig.trip();
            }
            if fault == Fault::StuckUntilRestart {
                rig.ailments.stuck_until_restart = true;
            }
        });
        face.refresh().await;
        Ok(())
    }

    /// Takes all faults away. An overheat trip stays until it is cleared on the device.
    pub async fn clear_faults(&self, miner: &str) -> Result<(), SimError> {
        let face = self.face(miner)?;
        face.faults.lock().clear();
        face.with_rig(|rig| {
            ail(rig, &face.faults.lock());
            rig.ailments.stuck_until_restart = false;
        });
        face.refresh().await;
        Ok(())
    }

    /// Sets the temperature of the air around a miner.
    pub fn heat(&self, miner: &str, ambient_c: f64) -> Result<(), SimError> {
        self.face(miner)?.with_rig(|rig| rig.heat.ambient_c = ambient_c);
        Ok(())
    }

    /// Switches the socket that feeds a miner. When it returns, the door has followed.
    pub async fn plug(&self, miner: &str, on: bool) -> Result<(), SimError> {
        let face = self.face(miner)?;
        face.with_rig(|rig| rig.plug(on));
        face.refresh().await;
        Ok(())
    }

    /// The truth about a miner at this moment, and what it has been asked.
    pub fn snapshot(&self, miner: &str) -> Result<Snapshot, SimError> {
        Ok(snapshot(self.face(miner)?))
    }

    /// The truth about everyone, in the order of their specs.
    pub fn snapshots(&self) -> Vec<Snapshot> {
        self.faces.iter().map(|face| snapshot(face)).collect()
    }

    /// Closes every door and drops every connection.
    pub async fn stop(&self) {
        let mut doors = std::mem::take(&mut *self.doors.lock());
        doors.shutdown().await;
        for face in &self.faces {
            face.release();
        }
    }

    fn face(&self, miner: &str) -> Result<&Arc<Face>, SimError> {
        let number = self.by_name.get(miner).ok_or_else(|| SimError::NoSuchMiner(miner.to_owned()))?;
        Ok(&self.faces[*number])
    }
}

impl std::fmt::Debug for Neighbourhood {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Neighbourhood({} miners)", self.faces.len())
    }
}

/// Opens every door. Miners of one kind that leave their port to the system get the same one, as they have at home, where
/// whoever looks for them knows at which door to knock; only a second one at an address gets another.
fn listen(wanted: &[(Door, SocketAddr)]) -> Result<Vec<(SocketAddr, TcpListener)>, SimError> {
    let mut tries = 1;
    loop {
        match listen_once(wanted) {
            // The port that was free at the first address is not so at another: from the beginning, with another one.
            Err(SimError::Listen { address, source })
                if source.kind() == ErrorKind::AddrInUse
                    && !wanted.iter().any(|(_, asked)| *asked == address)
                    && tries < LISTEN_TRIES =>
            {
                tries += 1;
            }
            done => return done,
        }
    }
}

fn listen_once(wanted: &[(Door, SocketAddr)]) -> Result<Vec<(SocketAddr, TcpListener)>, SimError> {
    let mut shared: BTreeMap<Door, u16> = BTreeMap::new();
    let mut taken = BTreeSet::new();
    let mut doors = Vec::with_capacity(wanted.len());
    for (door, wanted) in wanted {
        let mut address = *wanted;
        let common = address.port() == 0 && taken.insert(address.ip());
        if let Some(port) = shared.get(door).filter(|_| common) {
            address.set_port(*port);
        }
        let listen = |source| SimError::Listen { address, source };
        let listener = bind(address).map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        if common {
            shared.insert(*door, address.port());
        }
        doors.push((address, listener));
    }
    Ok(doors)
}

fn snapshot(face: &Face) -> Snapshot {
    Snapshot {
        address: face.address,
        truth: face.with_rig(|rig| rig.truth()),
        traffic: face.traffic(),
        faults: face.faults.lock().all().to_vec(),
        writes: face.writes(),
    }
}

/// Gives the device the ailments among its faults.
fn ail(rig: &mut Rig, faults: &Faults) {
    rig.ailments.stuck = faults.has(Fault::StuckShares);
    rig.ailments.rejects_many = faults.has(Fault::RejectShares);
    rig.ailments.pool_down = faults.has(Fault::PoolDown);
}
