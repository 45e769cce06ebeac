//! NMMiner (ESP32 boards of a megahash or two) and NMAxe.
//!
//! Three ways of speaking: HTTP with JSON from firmware 2.0 on, an older page with texts, and a datagram to everybody
//! every few seconds, which is all that the oldest ones have. What was called out is kept by the network's ear; the driver
//! takes the newest words of its device from there.
//!
//! **Invariant:** nothing is sent to all, and no datagram is believed that claims another address than it came from (S9).

mod datagram;
mod driver;
mod info;
mod orders;
mod page;
mod profile;
mod status;
mod words;

pub use datagram::accepts;

use hmm_domain::FamilyId;
use hmm_domain::port::{Answer, Credentials, DriverError, Family, Need, NeedKind};
use hmm_net::Outbound;
use std::net::IpAddr;
use std::sync::Arc;

/// Where these devices call.
pub const PORT: u16 = 12_345;

const NEEDS: &[Need] = &[Need {
    kind: NeedKind::Login,
    for_what: "changing the pool of firmware older than 2.0: the name and the password of your Wi-Fi, which it has to be \
               told again together with the pool",
}];

pub fn family(outbound: Outbound) -> Family {
    let hurried = outbound.hurried();
    Family {
        id: FamilyId::new("nmminer"),
        label: "NMMiner and NMAxe".into(),
        default_port: 80,
        algorithm: "sha256d",
        needs: NEEDS,
        connect: Box::new(move |at, keys| Arc::new(driver::NmMiner::new(outbound.clone(), at, keys))),
        knock: Box::new(move |at| Arc::new(driver::NmMiner::knocking(hurried.clone(), at, Credentials::default()))),
    }
}

/// A reply of `/api/system/info`.
pub fn answer(body: &[u8]) -> Result<Answer, DriverError> {
    Ok(info::parse(body)?.into_answer(&[]))
}

/// A reply of `/probe`.
pub fn probed(body: &[u8]) -> Result<Answer, DriverError> {
    Ok(info::probe(body)?.into_answer(&[]))
}

/// A reply of `/data`, of older firmware.
pub fn paged(body: &[u8]) -> Result<Answer, DriverError> {
    Ok(page::parse(body)?.into_answer(&[]))
}

/// A datagram that came from this address.
pub fn called(from: IpAddr, body: &[u8]) -> Result<Answer, DriverError> {
    Ok(datagram::parse(from, body)?.into_answer(&[]))
}
