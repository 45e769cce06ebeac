//! Any bytes as any reply of an Avalon.
//!
//! **Invariant:** an answer or an error, never a panic; and the same bytes are read the same twice.
#![no_main]

use hmm_adapters::miners::avalon::{answer, inspection};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|body: &[u8]| {
    for command in ["version+summary+stats+pools", "version", "stats", "summary", "pools"] {
        let replies = [(command, body)];
        let first = answer(&replies).map(|answer| answer.reading);
        assert_eq!(first, answer(&replies).map(|answer| answer.reading));
        if let (Ok(_), Ok(learnt)) = (first, inspection(&replies, Some(body))) {
            assert!(learnt.profile.modes.len() <= 3);
        }
    }
});
