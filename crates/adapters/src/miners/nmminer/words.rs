//! Values as these firmwares write them: texts with units, two values in one text, pools with their port.
//!
//! **Invariant:** a unit that is not known makes the value unknown; nothing is guessed.

use crate::miners::shared::loose::{Number, Switch, Text, TextOrNumber};
use crate::miners::shared::pools::PoolSetting;
use crate::miners::shared::values;
use hmm_domain::reading::PoolInUse;
use hmm_domain::units::{Difficulty, Hashrate};

/// Part of a value that may be lost with its fraction.
const ROUNDED_MAX: f64 = 0.01;

/// A number and what stands behind it.
fn split(text: &str) -> Option<(f64, &str)> {
    let text = text.trim();
    let end = text.find(|c: char| !(c.is_ascii_digit() || matches!(c, '.' | '-' | '+'))).unwrap_or(text.len());
    let (number, unit) = text.split_at(end);
    let number: f64 = number.parse().ok()?;
    number.is_finite().then_some((number, unit.trim()))
}

/// `113.13K`, `1.0154MH/s`, `1.2 TH/s`: H/s where nothing is said.
pub(super) fn hashrate(text: &Text) -> Option<Hashrate> {
    let (number, unit) = split(text.some()?)?;
    let unit = unit.strip_suffix("H/s").or_else(|| unit.strip_suffix("h/s")).unwrap_or(unit).trim();
    let ghs = match unit {
        "" => 1e-9,
        "k" | "K" => 1e-6,
        "M" => 1e-3,
        "G" => 1.0,
        "T" => 1e3,
        _ => return None,
    };
    values::hashrate(Number(Some(number * ghs)))
}

/// Refused before accepted, perhaps with the accepted ones' part: `1/138`, `2/98/98.0%`, `69/5308 (98.7%)`.
pub(super) fn shares(text: &Text) -> Option<(u64, u64)> {
    let (rejected, rest) = text.some()?.split_once('/')?;
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    let (accepted, part) = rest.split_at(end);
    let (rejected, accepted): (u32, u32) = (rejected.trim().parse().ok()?, accepted.parse().ok()?);
    let part = part.trim_start_matches(['/', ' ', '(']);
    if let Some((percent, "%" | "%)")) = split(part) {
        let total = f64::from(rejected) + f64::from(accepted);
        // A text in the other order says so itself.
        if total > 0.0 && (f64::from(accepted) / total * 100.0 - percent).abs() > 0.2 {
            return None;
        }
    }
    Some((rejected.into(), accepted.into()))
}

/// `4.021M`, `0.0020 `. The small ones have no whole number that comes near enough.
pub(super) fn difficulty(text: &TextOrNumber) -> Option<Difficulty> {
    let value = values::with_letter(text)?;
    let near = (value.round() - value).abs() <= value * ROUNDED_MAX;
    Difficulty::from_f64(value).filter(|difficulty| near && difficulty.get() > 0)
}

/// Of a session and of all times, in one text with a carriage return between; one alone is of all times.
pub(super) fn difficulties(text: &TextOrNumber) -> (Option<Difficulty>, Option<Difficulty>) {
    let one = |part: &str| difficulty(&TextOrNumber(Some(part.to_owned())));
    match text.some().map(|text| text.split_once('\r')) {
        Some(Some((session, ever))) => (one(session), one(ever)),
        Some(None) => (None, difficulty(text)),
        None => (None, None),
    }
}

/// `00d 01:23:46`; where there are two, the first is this session's.
pub(super) fn uptime_s(text: &Text) -> Option<u64> {
    let session = text.some()?.split('\r').next()?.trim();
    let (days, time) = session.split_once('d')?;
    let days: u32 = days.trim().parse().ok()?;
    let parts: Vec<u32> = time.trim().split(':').map(str::parse).collect::<Result<_, _>>().ok()?;
    let [hours, minutes, seconds] = parts[..] else { return None };
    let within = hours < 24 && minutes < 60 && seconds < 60;
    let total = f64::from(days) * 86_400.0 + f64::from(hours * 3_600 + minutes * 60 + seconds);
    within.then(|| values::uptime_s(Number(Some(total)))).flatten()
}

/// A number with this unit behind it, or alone.
pub(super) fn with_unit(text: &TextOrNumber, unit: &str) -> Number {
    let read = text.some().and_then(split).filter(|(_, behind)| behind.is_empty() || behind.eq_ignore_ascii_case(unit));
    Number(read.map(|(number, _)| number))
}

pub(super) fn kilobytes(text: &TextOrNumber) -> Option<u64> {
    values::heap(Number(with_unit(text, "KB").0.map(|kilobytes| kilobytes * 1_024.0)))
}

/// `public-pool.io:21496`, also with a scheme.
pub(super) fn pool(url: &Text, user: &Text) -> Option<PoolInUse> {
    let PoolSetting { host, port, user, tls: _ } = pool_setting(url, user)?;
    Some(PoolInUse { host: host.into(), port, user: user.map(Into::into), fallback: None })
}

pub(super) fn pool_setting(url: &Text, user: &Text) -> Option<PoolSetting> {
    let scheme = url.some()?.split_once("://").map(|(scheme, _)| scheme);
    let tls = scheme.and_then(|scheme| match scheme {
        "stratum+tcp" => Some(false),
        "stratum+ssl" | "stratum+tls" => Some(true),
        _ => None,
    });
    PoolSetting::new(url, Number(None), user, Switch(tls))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(text: &str) -> Text {
        Text(Some(text.to_owned()))
    }

    #[test]
    fn units_are_read_and_unknown_ones_are_not() {
        let rate = |said: &str| hashrate(&text(said)).map(Hashrate::get);
        for (said, value) in [
            ("113.13K", Some(113_130)),
            ("1.0154MH/s", Some(1_015_400)),
            ("1.0066 MH/s", Some(1_006_600)),
            ("956", Some(956)),
            ("0.0H/s", Some(0)),
            ("1.25TH/s", Some(1_250_000_000_000)),
            ("1e300", None),
            ("12X", None),
            ("-1K", None),
            ("999999T", None),
            ("", None),
            ("fast", None),
        ] {
            assert_eq!(rate(said), value, "{said:?}");
        }
        let power = |said: &str| with_unit(&TextOrNumber(Some(said.to_owned())), "W").0;
        assert_eq!((power("12.5W"), power("12.5"), power("12.5 mW")), (Some(12.5), Some(12.5), None));
        assert_eq!(kilobytes(&TextOrNumber(Some("63.5KB".into()))), Some(65_024));
    }

    #[test]
    fn shares_are_refused_before_accepted_unless_their_part_says_otherwise() {
        for (said, value) in [
            ("1/138", Some((1, 138))),
            ("2/98/98.0%", Some((2, 98))),
            ("69/5308 (98.7%)", Some((69, 5308))),
            ("0/0/0.0%", Some((0, 0))),
            ("98/2/98.0%", None),
            ("1", None),
            ("-1/4", None),
            ("1/", None),
            ("4294967296/1", None),
        ] {
            assert_eq!(shares(&text(said)), value, "{said:?}");
        }
    }

    #[test]
    fn times_and_difficulties_stand_alone_or_in_pairs() {
        let seconds = |said: &str| uptime_s(&text(said));
        assert_eq!(seconds("00d 01:23:46"), Some(5_026));
        assert_eq!(seconds("000d 00:22:57\r028d 18:25:01"), Some(1_377));
        assert_eq!(seconds("1d 24:00:00"), None);
        assert_eq!((seconds("soon"), seconds("1d 1:2"), seconds("99999999d 00:00:00")), (None, None, None));
        let both = |said: &str| {
            let (session, ever) = difficulties(&TextOrNumber(Some(said.to_owned())));
            (session.map(Difficulty::get), ever.map(Difficulty::get))
        };
        assert_eq!(both("1.5K\r4.021M"), (Some(1_500), Some(4_021_000)));
        assert_eq!(both("4.021M"), (None, Some(4_021_000)));
        assert_eq!(both("0.0020 "), (None, None));
        assert_eq!((both("1.7833"), both("88.221"), both("3")), ((None, None), (None, Some(88)), (None, Some(3))));
    }
}
