//! Any bytes as any reply of a machine that is only read.
//!
//! **Invariant:** an answer or an error, never a panic; and nothing is ever offered.
#![no_main]

use hmm_adapters::miners::{cgminer, whatsminer};
use libfuzzer_sys::fuzz_target;

const VERSION: &[u8] = br#"{"VERSION":[{"CGMiner":"4"}]}"#;
const DEVICE: &[u8] = br#"{"code":0,"msg":{"miner":{},"system":{}}}"#;

fuzz_target!(|body: &[u8]| {
    for command in ["version", "summary", "stats", "pools", "temps", "tunerstatus"] {
        if let Ok(learnt) = cgminer::inspection(&[("version", VERSION), (command, body)]) {
            assert!(learnt.profile.modes.is_empty() && !learnt.profile.capabilities.restart);
        }
    }
    for name in ["device", "summary", "pools"] {
        if let Ok(learnt) = whatsminer::inspection(&[("device", DEVICE), (name, body)]) {
            assert!(learnt.profile.modes.is_empty() && !learnt.profile.capabilities.restart);
        }
    }
});
