//! Medians and how durations are shown.

use std::time::Duration;

/// The value below which `share` of all lie. Zero for nothing.
pub(crate) fn quantile(values: &mut [Duration], share: f64) -> Duration {
    values.sort_unstable();
    let last = values.len().saturating_sub(1);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an index between 0 and the last")]
    let index = (last as f64 * share).round() as usize;
    values.get(index).copied().unwrap_or_default()
}

pub(crate) fn median(values: &mut [Duration]) -> Duration {
    quantile(values, 0.5)
}

pub(crate) fn times(a: Duration, b: Duration) -> f64 {
    a.as_secs_f64() / b.as_secs_f64().max(1e-9)
}

/// In seconds, milliseconds or microseconds, whatever reads best.
pub(crate) fn show(span: Duration) -> String {
    let seconds = span.as_secs_f64();
    if seconds >= 1.0 {
        format!("{seconds:.2} s")
    } else if seconds >= 0.1 {
        format!("{:.0} ms", seconds * 1e3)
    } else if seconds >= 1e-3 {
        format!("{:.1} ms", seconds * 1e3)
    } else {
        format!("{:.0} µs", seconds * 1e6)
    }
}

/// Millions of bytes.
pub(crate) fn megabytes(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}
