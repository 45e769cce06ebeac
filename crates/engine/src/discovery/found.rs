//! What a scan found, and the numbers under which it is known.
//!
//! **Invariant:** a device that was seen before keeps its number, also at another address; a number is never another's.

use super::FOUND_MAX;
use crate::error::EngineError;
use crate::likeness::Likeness;
use hmm_domain::miner::{Identity, Miner};
use hmm_domain::port::{Family, Inspection};
use hmm_domain::text::{Label, Message};
use hmm_domain::{FamilyId, Timestamp};
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;

/// So many addresses of one disputed device are kept: enough to see that it is disputed, and where.
const CLAIMANTS_MAX: usize = 8;

/// A device that answered, in words of the one text type (D1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Found {
    pub id: i64,
    pub address: IpAddr,
    pub port: u16,
    pub family: FamilyId,
    pub model: Option<Label>,
    pub firmware: Option<Label>,
    pub identity: Identity,
    /// What it calls itself.
    pub host_name: Option<Label>,
    /// Every address at which a device says that it is this one, where there are several (S8).
    pub claimants: Vec<IpAddr>,
    pub seen_at: Timestamp,
    /// Somebody at the address has said so, and not our memory alone.
    pub(super) heard: bool,
}

impl Found {
    pub(super) fn answered(address: IpAddr, port: u16, family: &Family, said: Inspection, seen_at: Timestamp) -> Self {
        Self {
            id: 0,
            address,
            port,
            family: family.id.clone(),
            model: said.profile.model,
            firmware: said.profile.firmware,
            identity: said.identity,
            host_name: said.host_name,
            claimants: Vec::new(),
            seen_at,
            heard: true,
        }
    }

    /// A miner of the house, as it is remembered.
    pub(super) fn remembered(miner: &Miner, address: IpAddr, seen_at: Timestamp) -> Self {
        Self {
            id: 0,
            address,
            port: miner.port,
            family: miner.family.clone(),
            model: miner.profile.model.clone(),
            firmware: miner.profile.firmware.clone(),
            identity: miner.identity.clone(),
            host_name: None,
            claimants: Vec::new(),
            seen_at,
            // A disabled miner is not asked: it may be anywhere by now.
            heard: miner.enabled,
        }
    }

    pub(super) fn with_likeness<T>(&self, ask: impl FnOnce(&Likeness<'_>) -> T) -> T {
        ask(&Likeness {
            identity: &self.identity,
            address: &self.address.to_string(),
            port: self.port,
            family: &self.family,
            model: self.model.as_ref(),
            host_name: self.host_name.as_ref(),
        })
    }

    /// Both say that they are the same one.
    fn claim_beside(&mut self, before: &Self) {
        let first = || vec![before.address];
        self.claimants = if before.claimants.is_empty() { first() } else { before.claimants.clone() };
        // Bounded: a hostile device may answer at a whole network.
        if !self.claimants.contains(&self.address) && self.claimants.len() < CLAIMANTS_MAX {
            self.claimants.push(self.address);
            self.claimants.sort();
        }
    }

    /// Two that say that they are the same one are neither added nor followed (S8).
    pub(super) fn undisputed(&self) -> Result<(), EngineError> {
        if self.claimants.len() < 2 {
            return Ok(());
        }
        let why = format!(
            "{} devices say that they are {} ({}): switch off the one that is not yours, then look again",
            self.claimants.len(),
            self.identity,
            listed(&self.claimants)
        );
        Err(EngineError::Refused(Message::new(&why)))
    }

    /// A worker's name may be used twice: it tells nobody apart.
    fn key(&self) -> Key {
        match &self.identity {
            Identity::Mac(value) => ("mac", value.clone()),
            Identity::Serial(value) => ("serial", value.clone()),
            Identity::Worker(_) | Identity::None => {
                ("place", format!("{} {} {}", self.family, self.address, self.port))
            }
        }
    }
}

pub(super) fn listed(addresses: &[IpAddr]) -> String {
    addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")
}

type Key = (&'static str, String);

/// The finds of the last scan, and the numbers of earlier ones.
pub(super) struct Finds {
    next: i64,
    numbers: BTreeMap<Key, i64>,
    by_number: BTreeMap<i64, Arc<Found>>,
}

impl Finds {
    pub(super) fn new(first: i64) -> Self {
        Self { next: first, numbers: BTreeMap::new(), by_number: BTreeMap::new() }
    }

    /// A new scan begins: what the last one found is forgotten, its numbers are not.
    pub(super) fn begin(&mut self) {
        // Devices that were not seen for several scans make room first.
        if self.numbers.len() > 4 * FOUND_MAX {
            let kept = &self.by_number;
            self.numbers.retain(|_, number| kept.contains_key(number));
        }
        self.by_number.clear();
    }

    /// Takes a find in. False when there is no room for it. The same device at a second address replaces the first, and
    /// both are kept as its claimants.
    pub(super) fn take(&mut self, mut found: Found) -> bool {
        let key = found.key();
        let number = self.numbers.get(&key).copied();
        let new = number.is_none_or(|number| !self.by_number.contains_key(&number));
        if new && self.by_number.len() >= FOUND_MAX {
            return false;
        }
        let before = number.and_then(|number| self.by_number.get(&number));
        if let Some(before) = before.filter(|before| before.heard && before.address != found.address) {
            match (before.address.is_ipv4(), found.address.is_ipv4()) {
                // One device has an address of each kind. The older kind is what people know.
                (true, false) => return true,
                (false, true) => {}
                (true, true) | (false, false) => found.claim_beside(before),
            }
        }
        found.id = number.unwrap_or(self.next);
        if number.is_none() {
            self.next += 1;
            self.numbers.insert(key, found.id);
        }
        self.by_number.insert(found.id, Arc::new(found));
        true
    }

    pub(super) fn get(&self, number: i64) -> Option<Arc<Found>> {
        self.by_number.get(&number).cloned()
    }

    pub(super) fn all(&self) -> Vec<Arc<Found>> {
        self.by_number.values().cloned().collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(address: &str, mac: Option<&str>) -> Found {
        Found {
            id: 0,
            address: address.parse().unwrap(),
            port: 80,
            family: FamilyId::new("axeos"),
            model: Some("Bitaxe Gamma 601".into()),
            firmware: None,
            identity: mac.and_then(Identity::from_mac).unwrap_or(Identity::None),
            host_name: Some("bitaxe".into()),
            claimants: Vec::new(),
            seen_at: Timestamp::from_millis(0),
            heard: true,
        }
    }

    fn shown(finds: &Finds) -> Vec<(i64, String)> {
        finds.all().iter().map(|found| (found.id, found.address.to_string())).collect()
    }

    #[test]
    fn a_device_that_was_seen_before_keeps_its_number() {
        let mut finds = Finds::new(100);
        finds.begin();
        assert!(finds.take(found("10.0.0.1", Some("020000000001"))));
        assert!(finds.take(found("10.0.0.2", None)));
        finds.begin();
        assert!(finds.all().is_empty() && finds.get(100).is_none());
        for (address, mac) in
            [("10.0.0.3", Some("020000000003")), ("10.0.0.9", Some("020000000001")), ("10.0.0.2", None)]
        {
            assert!(finds.take(found(address, mac)));
        }
        let expected = [(100, "10.0.0.9"), (101, "10.0.0.2"), (102, "10.0.0.3")];
        assert_eq!(shown(&finds), expected.map(|(id, address)| (id, address.to_owned())));
    }

    #[test]
    fn one_device_at_two_addresses_is_one_find_and_the_finds_are_bounded() {
        let mut finds = Finds::new(1);
        finds.begin();
        assert!(finds.take(found("10.0.0.1", Some("020000000001"))));
        assert!(finds.take(found("10.0.0.2", Some("020000000001"))));
        assert_eq!(shown(&finds), [(1, "10.0.0.2".to_owned())]);
        let claimants = |finds: &Finds| listed(&finds.get(1).unwrap().claimants);
        assert_eq!(claimants(&finds), "10.0.0.1, 10.0.0.2", "S8: both are claimants");
        assert!(finds.get(1).unwrap().undisputed().is_err());
        let place = |n: usize| found(&format!("10.1.{}.{}", n / 256, n % 256), None);
        assert_eq!((0..FOUND_MAX).filter(|n| finds.take(place(*n))).count(), FOUND_MAX - 1);
        assert!(finds.take(found("10.0.0.3", Some("020000000001"))), "a known one still finds its place");
        assert_eq!(claimants(&finds), "10.0.0.1, 10.0.0.2, 10.0.0.3");
        // Of two addresses of one device, one of each kind, and of a memory nobody makes a dispute.
        for (first, second) in [("10.2.0.1", "fd00::1"), ("fd00::1", "10.2.0.1")] {
            finds.begin();
            assert!(finds.take(found(first, Some("020000000001"))) && finds.take(found(second, Some("020000000001"))));
            assert_eq!((shown(&finds), claimants(&finds).as_str()), (vec![(1, "10.2.0.1".to_owned())], ""));
        }
        finds.begin();
        let memory = Found { heard: false, ..found("10.0.0.1", Some("020000000001")) };
        assert!(finds.take(memory) && finds.take(found("10.0.0.2", Some("020000000001"))));
        assert_eq!((shown(&finds), claimants(&finds).as_str()), (vec![(1, "10.0.0.2".to_owned())], ""));
        for _ in 0..5 {
            finds.begin();
            (0..FOUND_MAX).for_each(|n| assert!(finds.take(place(n + FOUND_MAX * usize::from(finds.all().len() > 9)))));
        }
        assert!(finds.numbers.len() <= 5 * FOUND_MAX);
    }
}
