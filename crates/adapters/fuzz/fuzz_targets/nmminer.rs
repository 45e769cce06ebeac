//! Any bytes as each of the ways in which an NMMiner speaks.
//!
//! **Invariant:** an answer or an error, never a panic; and the same bytes are read the same twice.
#![no_main]

use hmm_adapters::miners::nmminer::{answer, called, paged, probed};
use libfuzzer_sys::fuzz_target;
use std::net::{IpAddr, Ipv4Addr};

const FROM: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 30));

fuzz_target!(|body: &[u8]| {
    let read = || [answer(body), probed(body), paged(body), called(FROM, body)].map(|answer| answer.map(|a| a.reading));
    assert_eq!(read(), read());
});
