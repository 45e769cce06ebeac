//! Loose numbers to the domain's units, each within what such a device can have. Pure.
//!
//! **Invariant:** a value that no such device can have is unknown, never zero and never passed on.

use super::loose::{Number, TextOrNumber};
use hmm_domain::units::{CentiCelsius, Difficulty, Frequency, Hashrate, Millivolts, Power};

/// The best chips of today would need two kilowatts for this; these boards have a few hundred watts.
const GHS_MAX: f64 = 100_000.0;
const WATTS_MAX: f64 = 1_000.0;
const CELSIUS_MAX: f64 = 150.0;
const MHZ_MAX: f64 = 5_000.0;
const MV_MAX: f64 = 5_000.0;
/// Hours have been seen. A pool that needs a minute to answer has not answered.
const RESPONSE_MS_MAX: u64 = 60_000;
const UPTIME_S_MAX: u64 = 20 * 365 * 86_400;
const HEAP_MAX: u64 = 1_000_000_000;

/// What is made now, zero included.
pub(crate) fn hashrate(ghs: Number) -> Option<Hashrate> {
    ghs.within(0.0, GHS_MAX).and_then(Hashrate::from_ghs)
}

/// Zero until the window has filled.
pub(crate) fn average(ghs: Number) -> Option<Hashrate> {
    ghs.within(f64::MIN_POSITIVE, GHS_MAX).and_then(Hashrate::from_ghs).filter(|rate| rate.get() > 0)
}

/// A meter that shows nothing at all shows nothing.
pub(crate) fn power(watts: Number) -> Option<Power> {
    watts.within(0.001, WATTS_MAX).and_then(Power::from_watts)
}

/// -1 and 0 are the firmwares' words for "no sensor" and "no reading".
pub(crate) fn temperature(celsius: Number) -> Option<CentiCelsius> {
    celsius.within(0.01, CELSIUS_MAX).and_then(CentiCelsius::from_celsius)
}

pub(crate) fn frequency(mhz: Number) -> Option<Frequency> {
    mhz.within(1.0, MHZ_MAX).and_then(Frequency::from_mhz)
}

pub(crate) fn voltage(mv: Number) -> Option<Millivolts> {
    mv.within(1.0, MV_MAX).and_then(Millivolts::from_mv)
}

pub(crate) fn response_ms(ms: Number) -> Option<u32> {
    ms.rounded(1, RESPONSE_MS_MAX).and_then(|ms| u32::try_from(ms).ok())
}

pub(crate) fn uptime_s(seconds: Number) -> Option<u64> {
    seconds.rounded(0, UPTIME_S_MAX)
}

pub(crate) fn heap(bytes: Number) -> Option<u64> {
    bytes.rounded(1, HEAP_MAX)
}

pub(crate) fn pool_difficulty(value: Number) -> Option<Difficulty> {
    value.0.and_then(Difficulty::from_f64).filter(|difficulty| difficulty.get() > 0)
}

/// `13M`, `483k`, `5.56G`, `2.03 G`, `0`, `6702259710`.
pub(crate) fn difficulty(text: &TextOrNumber) -> Option<Difficulty> {
    Difficulty::from_f64(with_letter(text)?)
}

/// A number with its letter for thousands, millions and so on.
pub(crate) fn with_letter(text: &TextOrNumber) -> Option<f64> {
    let text = text.some()?;
    let split = text.find(|c: char| c.is_ascii_alphabetic() && !matches!(c, 'e' | 'E')).unwrap_or(text.len());
    let (number, suffix) = text.split_at(split);
    let scale = match suffix.trim() {
        "" => 1.0,
        "k" | "K" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "P" => 1e15,
        _ => return None,
    };
    Some(number.trim().parse::<f64>().ok()? * scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn difficulties_are_read_as_text_and_as_number() {
        let read = |text: &str| difficulty(&TextOrNumber(Some(text.into()))).map(Difficulty::get);
        for (text, value) in [
            ("0", Some(0)),
            ("13M", Some(13_000_000)),
            ("483k", Some(483_000)),
            ("5.56G", Some(5_560_000_000)),
            ("2.03 G", Some(2_030_000_000)),
            ("  142.80M ", Some(142_800_000)),
            ("6702259710", Some(6_702_259_710)),
            ("1.5T", Some(1_500_000_000_000)),
            ("", None),
            ("best", None),
            ("12X", None),
            ("-3M", None),
            ("1e300G", None),
            ("NaN", None),
            ("M", None),
        ] {
            assert_eq!(read(text), value, "{text:?}");
        }
    }
}
