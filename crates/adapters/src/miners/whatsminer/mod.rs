//! Whatsminers of the third API: port 4433, each text preceded by its length. The first two APIs are `cgminer`'s.
//!
//! Read only: what changes something is signed with a key that is made from a password, and encrypted.
//!
//! **Invariant:** nothing is ever written.

mod driver;
mod parse;
mod wire;

pub use parse::{answer, inspection};

use hmm_domain::FamilyId;
use hmm_domain::port::Family;
use hmm_net::Outbound;
use std::sync::Arc;

pub fn family(outbound: Outbound) -> Family {
    let hurried = outbound.hurried();
    Family {
        id: FamilyId::new("whatsminer"),
        label: "Whatsminer (API 3)".into(),
        default_port: 4433,
        algorithm: "sha256d",
        needs: &[],
        connect: Box::new(move |at, _| Arc::new(driver::Whatsminer::new(outbound.clone(), at))),
        knock: Box::new(move |at| Arc::new(driver::Whatsminer::new(hurried.clone(), at))),
    }
}
