//! Spans of time as people write them: `30s`, `5m`, `36h`, `7d`.
//!
//! **Invariant:** what [`show`] writes, [`parse`] reads as the same span.

use std::time::Duration;

const UNITS: [(&str, u64); 4] = [("d", 86_400), ("h", 3_600), ("m", 60), ("s", 1)];

/// A whole number followed by its unit. `None` for anything else, zero and a bare number included.
pub fn parse(text: &str) -> Option<Duration> {
    let split = text.find(|c: char| !c.is_ascii_digit())?;
    let (number, unit) = text.split_at(split);
    let number: u64 = number.parse().ok()?;
    let (_, seconds) = UNITS.into_iter().find(|(name, _)| *name == unit)?;
    let seconds = number.checked_mul(seconds).filter(|seconds| *seconds > 0)?;
    Some(Duration::from_secs(seconds))
}

/// In the greatest unit that leaves a whole number.
pub fn show(span: Duration) -> String {
    let seconds = span.as_secs();
    let (unit, width) = UNITS.into_iter().find(|(_, width)| seconds.is_multiple_of(*width)).unwrap_or(("s", 1));
    format!("{}{unit}", seconds / width)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spans_are_read_as_people_write_them_and_shown_the_same_way() {
        for (text, seconds) in [("30s", 30), ("5m", 300), ("36h", 129_600), ("7d", 604_800), ("1h", 3_600)] {
            assert_eq!(parse(text), Some(Duration::from_secs(seconds)), "{text}");
            assert_eq!(show(Duration::from_secs(seconds)), text);
        }
    }

    #[test]
    fn a_span_without_unit_or_without_length_is_none() {
        for text in ["", "30", "s", "0s", "-5m", "5 m", "1.5h", "5min", "1d2h", "99999999999999999999d", "٣s"] {
            assert_eq!(parse(text), None, "{text}");
        }
    }
}
