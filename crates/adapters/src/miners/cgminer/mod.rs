//! Everybody else who speaks cgminer's language on port 4028: Antminer, Whatsminer of the first two APIs, Braiins OS,
//! LuxOS, Vnish, Hiveon, and cgminer itself.
//!
//! Read only: what these firmwares let a stranger change differs from one to the next, and most let nothing be changed
//! without a login of a kind that is not known for certain.
//!
//! **Invariant:** nothing is ever written; an Avalon is not taken for one of these; what mines with another algorithm
//! than SHA-256 is not counted among those that do.

mod driver;
mod parse;
mod wire;

pub(in crate::miners) use parse::read_only;
pub use parse::{answer, inspection};

use hmm_domain::FamilyId;
use hmm_domain::port::Family;
use hmm_net::Outbound;
use std::sync::Arc;

/// Everything a poll wants to know, in one connection where joins are known.
const ALL: &str = "version+summary+stats+pools";

pub fn family(outbound: Outbound) -> Family {
    let hurried = outbound.hurried();
    Family {
        id: FamilyId::new("cgminer"),
        label: "Antminer, Whatsminer, Braiins OS and others (cgminer)".into(),
        default_port: 4028,
        algorithm: "sha256d",
        needs: &[],
        connect: Box::new(move |at, _| Arc::new(driver::Cgminer::new(outbound.clone(), at))),
        knock: Box::new(move |at| Arc::new(driver::Cgminer::new(hurried.clone(), at))),
    }
}
