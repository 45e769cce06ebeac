//! Any bytes as `/api/system/info` and as `/api/system/asic` of a NerdOS device.
//!
//! **Invariant:** an answer or an error, never a panic; the same bytes are read the same twice, and no mode lies outside
//! the ranges that the same reply led to.
#![no_main]

use hmm_adapters::miners::nerdos::{answer, inspection};
use libfuzzer_sys::fuzz_target;

const INFO: &[u8] = br#"{"deviceModel":"NerdQAxe++","hashRate":5000,"frequency":600,"coreVoltage":1150}"#;

fuzz_target!(|body: &[u8]| {
    let first = answer(body).map(|answer| answer.reading);
    assert_eq!(first, answer(body).map(|answer| answer.reading));
    assert_eq!(first.is_ok(), inspection(body, None).is_ok());
    let Ok(inspection) = inspection(INFO, Some(body)) else { return };
    let can = inspection.profile.capabilities;
    for mode in inspection.profile.modes {
        let (Some((slow, fast)), Some(mhz)) = (can.frequency, mode.frequency) else { panic!("a mode without a range") };
        let (Some((low, high)), Some(mv)) = (can.core_voltage, mode.core_voltage) else { panic!("a mode without a range") };
        assert!((slow..=fast).contains(&mhz) && (low..=high).contains(&mv));
    }
});
