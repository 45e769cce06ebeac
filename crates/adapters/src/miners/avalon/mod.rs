//! The Avalons of Canaan (Nano 3, Nano 3S, Mini 3, Q and the A series): cgminer's API with words of its own, no login
//! but for the pools.
//!
//! `wire` is the vendor's words, `parse` makes readings of them, `models` knows which model counts what how, `orders`
//! turns commands into words, and only `driver` touches a socket.
//!
//! **Invariant:** one connection at a time and one for a whole poll; a number that another model prints at the same
//! place is not taken for it.

mod driver;
mod models;
mod orders;
mod parse;
mod pools;
mod profile;
mod wire;

pub use parse::answer;
pub use profile::inspection;

use hmm_domain::FamilyId;
use hmm_domain::port::{Credentials, Family, Need, NeedKind};
use hmm_net::Outbound;
use std::sync::Arc;

/// Everything a poll wants to know, in one connection.
const ALL: &str = "version+summary+stats+pools";
const NEEDS: &[Need] = &[Need { kind: NeedKind::Login, for_what: "changing the pool" }];

pub fn family(outbound: Outbound) -> Family {
    let hurried = outbound.hurried();
    Family {
        id: FamilyId::new("avalon"),
        label: "Avalon (Canaan)".into(),
        default_port: 4028,
        algorithm: "sha256d",
        needs: NEEDS,
        connect: Box::new(move |at, login| Arc::new(driver::Avalon::new(outbound.clone(), at, login))),
        knock: Box::new(move |at| Arc::new(driver::Avalon::new(hurried.clone(), at, Credentials::default()))),
    }
}
