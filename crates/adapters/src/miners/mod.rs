//! The families of miners.
//!
//! **Invariant:** a family is one folder and one line in [`all`]; recognising writes nothing to the device.

pub mod avalon;
pub mod axeos;
pub mod cgminer;
mod cgminer_api;
pub mod custom;
pub mod nerdos;
pub mod nmminer;
mod shared;
pub mod whatsminer;
pub mod xmrig;

use hmm_domain::port::{Family, FamilyRegistry};
use hmm_net::Outbound;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Every family this program knows. Order matters: the first that recognises a device wins.
pub fn families(outbound: &Outbound) -> FamilyRegistry {
    registry(all(outbound))
}

/// The same for a simulated neighbourhood, where each family lives at a port that is not its usual one. Families that
/// are not there keep theirs.
pub fn families_at(outbound: &Outbound, ports: &BTreeMap<&'static str, u16>) -> FamilyRegistry {
    let moved = |family: Family| {
        let port = ports.get(family.id.as_str()).copied().unwrap_or(family.default_port);
        Family { default_port: port, ..family }
    };
    registry(all(outbound).into_iter().map(moved).collect())
}

fn all(outbound: &Outbound) -> Vec<Family> {
    vec![
        axeos::family(outbound.clone()),
        nerdos::family(outbound.clone()),
        nmminer::family(outbound.clone()),
        avalon::family(outbound.clone()),
        whatsminer::family(outbound.clone()),
        xmrig::family(outbound.clone()),
        // Last: it takes what speaks that language and is nobody else's.
        cgminer::family(outbound.clone()),
    ]
}

fn registry(families: Vec<Family>) -> FamilyRegistry {
    FamilyRegistry::new(families.into_iter().map(Arc::new).collect())
}
