//! XMRig on a PC: its HTTP API, which a person has to switch on. JSON, a bearer token, no usual port.
//!
//! `wire` is the program's own words, `parse` makes readings of them, `pools` reads and edits its configuration, and only
//! `driver` touches a socket.
//!
//! **Invariant:** the configuration holds wallets, passwords and the token itself: it is read, edited and written back,
//! and leaves this folder neither as a reply nor as an error. `stop` ends the program for good and is never sent.

mod driver;
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

const SUMMARY: &str = "/2/summary";
/// All there was before version 5, and the same in other words since.
const SUMMARY_OLD: &str = "/1/summary";
const CONFIG: &str = "/1/config";
const RPC: &str = "/json_rpc";

pub fn family(outbound: Outbound) -> Family {
    let hurried = outbound.hurried();
    Family {
        id: FamilyId::new("xmrig"),
        label: "XMRig".into(),
        // There is no usual one; this is the one most often seen. A person gives the right one.
        default_port: 8080,
        // What XMRig is for. A reading names what it really works on.
        algorithm: "randomx",
        needs: &[Need { kind: NeedKind::Token, for_what: "pausing it and changing its pool" }],
        connect: Box::new(move |at, credentials| Arc::new(driver::XmRig::new(outbound.clone(), at, credentials))),
        knock: Box::new(move |at| Arc::new(driver::XmRig::new(hurried.clone(), at, Credentials::default()))),
    }
}
