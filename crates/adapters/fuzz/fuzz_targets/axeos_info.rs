//! Any bytes as `/api/system/info`.
//!
//! **Invariant:** an answer or an error, never a panic; and the same bytes are read the same twice.
#![no_main]

use hmm_adapters::miners::axeos::{answer, inspection};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    let first = answer(body).map(|answer| answer.reading);
    assert_eq!(first, answer(body).map(|answer| answer.reading));
    assert_eq!(first.is_ok(), inspection(body, None).is_ok());
});
