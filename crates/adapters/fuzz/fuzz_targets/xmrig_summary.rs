//! Any bytes as XMRig's summary, and the same as its configuration.
//!
//! **Invariant:** an answer or an error, never a panic; and the same bytes are read the same twice.
#![no_main]

use hmm_adapters::miners::xmrig::{answer, inspection};
use libfuzzer_sys::fuzz_target;

const SUMMARY: &[u8] = br#"{"ua":"XMRig/6.24.0","connection":{"pool":"a.example:3333"},"hashrate":{"total":[9000,null,null]}}"#;

fuzz_target!(|body: &[u8]| {
    let first = answer(body).map(|answer| answer.reading);
    assert_eq!(first, answer(body).map(|answer| answer.reading));
    assert_eq!(first.is_ok(), inspection(body, Some(body)).is_ok());
    assert!(inspection(SUMMARY, Some(body)).is_ok());
});
