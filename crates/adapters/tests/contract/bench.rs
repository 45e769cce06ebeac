//! One simulated device of an entry, and drivers that speak to it.
//!
//! **Invariant:** time is turned by hand; only the deadlines of sockets are real.

use crate::list::{ENTRIES, Entry, Key};
use hmm_adapters::miners::families;
use hmm_domain::command::Command;
use hmm_domain::port::{Credentials, Driver, DriverError, Endpoint, Family, Inspection, Receipt};
use hmm_domain::{FamilyId, Reading, Timestamp};
use hmm_net::{Guard, Limits, Outbound, Surroundings};
use hmm_sim::{Fault, ManualClock, MinerSpec, Neighbourhood, NeighbourhoodConfig, Snapshot};
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

const NAME: &str = "it";
/// Long enough for any exchange on loopback, however busy the machine.
pub(crate) const PATIENT: Duration = Duration::from_secs(20);
/// For faults that make a driver wait to the end.
pub(crate) const HASTY: Duration = Duration::from_millis(700);

/// No untruth, no write, nothing to complain about.
pub(crate) const NOTHING: [&str; 0] = [];

pub(crate) struct Bench {
    pub(crate) entry: Entry,
    pub(crate) clock: ManualClock,
    pub(crate) driver: Arc<dyn Driver>,
    pub(crate) at: Endpoint,
    neighbours: Neighbourhood,
    outbound: Outbound,
    credentials: Credentials,
}

impl Bench {
    pub(crate) async fn of(entry: &Entry) -> Self {
        Self::within(entry, PATIENT).await
    }

    /// Its exchanges may take as long as `whole`.
    pub(crate) async fn within(entry: &Entry, whole: Duration) -> Self {
        let clock = ManualClock::new(Timestamp::from_millis(1_790_000_000_000));
        let spec = MinerSpec::new(NAME, entry.model, entry.firmware, home());
        // The address differs, the device does not.
        let spec = MinerSpec { mac: "02:A0:0E:00:00:07".into(), ..spec };
        let config = NeighbourhoodConfig { seed: 11, miners: vec![spec], clock: Arc::new(clock.clone()) };
        let neighbours = Neighbourhood::start(config).await.unwrap();
        let address = neighbours.address(NAME).unwrap();
        let at = Endpoint { host: address.ip().to_string(), port: address.port() };
        let outbound = outbound(whole);
        let mut credentials = entry.credentials();
        if let Key::Code(code) = entry.key {
            let opener = (family(&outbound, entry.family).connect)(at.clone(), credentials);
            credentials = opener.open_session(code).await.unwrap().credentials;
        }
        let driver = (family(&outbound, entry.family).connect)(at.clone(), credentials.clone());
        Self { entry: *entry, clock, driver, at, neighbours, outbound, credentials }
    }

    /// What was written since the bench was set up: opening a session is no write to the device's settings.
    pub(crate) fn writes(&self) -> Vec<String> {
        let opening = usize::from(matches!(self.entry.key, Key::Code(_)));
        let writes = self.seen().writes.into_iter().skip(opening);
        writes.map(|write| format!("{} {} {}", write.method, write.path, write.body)).collect()
    }

    pub(crate) fn family(&self, id: &str) -> Arc<Family> {
        family(&self.outbound, id)
    }

    pub(crate) fn credentials(&self) -> &Credentials {
        &self.credentials
    }

    pub(crate) fn seen(&self) -> Snapshot {
        self.neighbours.snapshot(NAME).unwrap()
    }

    pub(crate) async fn fault(&self, fault: Fault) {
        self.neighbours.fault(NAME, fault).await.unwrap();
    }

    pub(crate) async fn heal(&self) {
        self.neighbours.clear_faults(NAME).await.unwrap();
    }

    pub(crate) async fn read(&self) -> Reading {
        self.driver.read().await.unwrap_or_else(|error| panic!("{}: {error}", self.entry.name)).reading
    }

    pub(crate) async fn inspect(&self) -> Inspection {
        self.driver.inspect().await.unwrap_or_else(|error| panic!("{}: {error}", self.entry.name))
    }

    pub(crate) async fn send(&self, learnt: &Inspection, command: &Command) -> Result<Receipt, DriverError> {
        self.driver.send(&learnt.identity, &learnt.profile, command).await
    }
}

/// An address of its own for each: some doors have one port only.
fn home() -> Ipv4Addr {
    static TAKEN: AtomicU16 = AtomicU16::new(0);
    let [high, low] = TAKEN.fetch_add(1, Ordering::Relaxed).to_be_bytes();
    Ipv4Addr::new(127, 82, 16 + high, low)
}

fn outbound(whole: Duration) -> Outbound {
    let around = hmm_net::surroundings::fixed(Surroundings::default());
    let guard = Guard::device(vec!["127.0.0.0/8".parse().unwrap()], around);
    Outbound::device_with(guard, Limits { connect: PATIENT, whole, ..Limits::default() }).unwrap()
}

fn family(outbound: &Outbound, id: &str) -> Arc<Family> {
    Arc::clone(families(outbound).get(&FamilyId::new(id)).unwrap())
}

/// Every family that the program knows is on the list, or it promises nothing.
#[test]
fn every_family_is_held_to_the_contract() {
    for family in families(&outbound(PATIENT)).iter() {
        let id = family.id.as_str();
        assert!(ENTRIES.iter().any(|entry| entry.family == id), "{id} has no entry in the contract's list");
    }
}
