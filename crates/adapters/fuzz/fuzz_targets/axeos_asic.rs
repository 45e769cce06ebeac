//! Any bytes as `/api/system/asic` of a device whose info is fine.
//!
//! **Invariant:** no panic, and no mode outside the ranges that the same reply led to.
#![no_main]

use hmm_adapters::miners::axeos::inspection;
use libfuzzer_sys::fuzz_target;

const INFO: &[u8] = br#"{"ASICModel":"BM1370","hashRate":1000,"boardVersion":"601","frequency":525,"coreVoltage":1150}"#;

fuzz_target!(|body: &[u8]| {
    let Ok(inspection) = inspection(INFO, Some(body)) else { return };
    let can = inspection.profile.capabilities;
    for mode in inspection.profile.modes {
        let (Some((slow, fast)), Some(mhz)) = (can.frequency, mode.frequency) else { panic!("a mode without a range") };
        let (Some((low, high)), Some(mv)) = (can.core_voltage, mode.core_voltage) else { panic!("a mode without a range") };
        assert!((slow..=fast).contains(&mhz) && (low..=high).contains(&mv));
    }
});
