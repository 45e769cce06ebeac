//! NerdQAxe, NerdAxe, NerdOctaxe and their relatives with NerdOS: plain HTTP and JSON, settings perhaps behind a one-time
//! code.
//!
//! It descends from AxeOS and still speaks much like it. What is its own: it names its model, it takes strict types, it
//! takes up a new pool without a restart, it stops by being shut down and comes back by a restart.
//!
//! **Invariant:** what a firmware can do is decided by the fields it prints, never by its version number.

mod driver;
mod models;
mod orders;
mod parse;
mod pools;
mod profile;
mod session;
mod wire;

pub use parse::answer;
pub use profile::inspection;

use hmm_domain::FamilyId;
use hmm_domain::port::{Credentials, Family, Need, NeedKind};
use hmm_net::Outbound;
use std::sync::Arc;

const INFO: &str = "/api/system/info";
const ASIC: &str = "/api/system/asic";

const NEEDS: &[Need] =
    &[Need { kind: NeedKind::OneTimeCode, for_what: "changing its settings, where its one-time code is switched on" }];

pub fn family(outbound: Outbound) -> Family {
    let hurried = outbound.hurried();
    Family {
        id: FamilyId::new("nerdos"),
        label: "NerdQAxe and relatives (NerdOS)".into(),
        default_port: 80,
        algorithm: "sha256d",
        needs: NEEDS,
        connect: Box::new(move |at, keys| Arc::new(driver::NerdOs::new(outbound.clone(), at, keys))),
        knock: Box::new(move |at| Arc::new(driver::NerdOs::new(hurried.clone(), at, Credentials::default()))),
    }
}
