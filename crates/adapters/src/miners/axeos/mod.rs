//! Bitaxe with AxeOS (ESP-Miner): plain HTTP and JSON, no login.
//!
//! `wire` is the vendor's words, `parse` makes readings of them, `models` and `modes` know boards and operating points,
//! `orders` turns commands into requests, and only `driver` touches a socket.
//!
//! **Invariant:** what a firmware can do is decided by the fields it prints, never by its version number: forks lie
//! about the latter and cannot about the former.

mod driver;
mod models;
mod modes;
mod orders;
mod parse;
mod pools;
mod profile;
mod wire;

pub use parse::answer;
pub use profile::inspection;

use hmm_domain::FamilyId;
use hmm_domain::port::Family;
use hmm_net::Outbound;
use std::sync::Arc;

const INFO: &str = "/api/system/info";
const ASIC: &str = "/api/system/asic";

pub fn family(outbound: Outbound) -> Family {
    let hurried = outbound.hurried();
    Family {
        id: FamilyId::new("axeos"),
        label: "Bitaxe (AxeOS)".into(),
        default_port: 80,
        algorithm: "sha256d",
        needs: &[],
        connect: Box::new(move |at, _| Arc::new(driver::AxeOs::new(outbound.clone(), at))),
        knock: Box::new(move |at| Arc::new(driver::AxeOs::new(hurried.clone(), at))),
    }
}
