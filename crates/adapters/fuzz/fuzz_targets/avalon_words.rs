//! Any text as the long string of an Avalon that is one.
//!
//! **Invariant:** no panic, and no number that no such device can have.
#![no_main]

use hmm_adapters::miners::avalon::answer;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|words: String| {
    let quoted: String = words.chars().filter(|c| !c.is_control() && !matches!(c, '"' | '\\')).collect();
    let stats = format!(r#"{{"STATS":[{{"ID":"AVALON0","MM ID0":"{quoted}"}}]}}"#);
    let Ok(answer) = answer(&[("stats", stats.as_bytes())]) else { return };
    let reading = answer.reading;
    assert!(reading.power.is_none_or(|power| power.as_watts() <= 20_000.0));
    assert!(reading.temperature.is_none_or(|chip| (0.0..=150.0).contains(&chip.as_celsius())));
});
