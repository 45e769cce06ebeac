//! The datagram that a device sends to everybody, in both spellings. Pure.
//!
//! **Invariant:** what claims another address than it came from is nobody's word (S9).

use super::status::{Status, Way, label};
use super::words::{self, difficulties, kilobytes, shares, with_unit};
use crate::miners::shared::loose::{Number, Text, TextOrNumber};
use crate::miners::shared::values::{power, temperature};
use crate::miners::shared::{malformed, stranger};
use hmm_domain::port::DriverError;
use hmm_domain::reading::{PowerSource, Reading};
use hmm_domain::units::Dbm;
use serde::Deserialize;
use serde_json::Value;
use std::net::IpAddr;

const CALL: &str = "its datagram";

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "PascalCase")]
struct Words {
    /// What the firmware writes.
    #[serde(rename = "ip")]
    ip: Text,
    /// What its description says.
    #[serde(rename = "IP")]
    documented_ip: Text,
    board_type: Text,
    hash_rate: Text,
    share: Text,
    pool_diff: TextOrNumber,
    best_diff: TextOrNumber,
    temp: Number,
    #[serde(rename = "RSSI")]
    rssi: Number,
    free_heap: TextOrNumber,
    uptime: Text,
    version: Text,
    pool_in_use: Text,
    /// Of an NMAxe.
    power: TextOrNumber,
}

/// Whether this is such a datagram, of the device that it came from.
pub fn accepts(from: IpAddr, body: &[u8]) -> bool {
    parse(from, body).is_ok()
}

pub(super) fn parse(from: IpAddr, body: &[u8]) -> Result<Status, DriverError> {
    if body.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
        return Err(stranger("a datagram that is no JSON object"));
    }
    let raw = hmm_net::json::parse(body).or_else(|_| hmm_net::json::parse(&escaped(body)));
    let raw = raw.map_err(|error| malformed(CALL, error.to_string()))?;
    let known = raw.get("HashRate").is_some() && (raw.get("PoolInUse").is_some() || raw.get("BoardType").is_some());
    if !known {
        return Err(stranger("a datagram that is no NMMiner's"));
    }
    let words = Words::deserialize(&raw).map_err(|error| malformed(CALL, error.to_string()))?;
    let honest = |claim: &Text| claim.some().is_none_or(|claim| claim.parse() == Ok(from));
    if !honest(&words.ip) || !honest(&words.documented_ip) {
        return Err(stranger("a datagram that claims another address than it came from"));
    }
    Ok(status(&words, raw))
}

fn status(words: &Words, raw: Value) -> Status {
    let axe = raw.get("Power").is_some() || words.board_type.as_str().to_ascii_lowercase().contains("axe");
    let major = words.version.some().and_then(|version| version.trim_start_matches(['v', 'V']).split('.').next());
    let second = major.and_then(|major| major.parse::<u32>().ok()).is_some_and(|major| major >= 2);
    Status {
        way: Way::Datagram,
        reading: reading(words),
        model: label(words.board_type.some()),
        host_name: None,
        primary: None,
        has_more: axe || second,
        raw,
    }
}

fn reading(words: &Words) -> Reading {
    let (session, ever) = difficulties(&words.best_diff);
    let power = power(with_unit(&words.power, "W"));
    let shares = shares(&words.share);
    Reading {
        hashrate: words::hashrate(&words.hash_rate),
        power,
        power_source: power.map(|_| PowerSource::Measured),
        // Zero on boards without a sensor.
        temperature: temperature(words.temp),
        shares_rejected: shares.map(|(rejected, _)| rejected),
        shares_accepted: shares.map(|(_, accepted)| accepted),
        best_difficulty: ever,
        best_session_difficulty: session,
        pool: words::pool(&words.pool_in_use, &Text::default()),
        pool_difficulty: words::difficulty(&words.pool_diff),
        uptime_s: words::uptime_s(&words.uptime),
        rssi: words.rssi.0.and_then(Dbm::from_dbm),
        firmware: words.version.some().map(Into::into),
        free_heap_bytes: kilobytes(&words.free_heap),
        ..Reading::default()
    }
}

/// With line breaks inside of texts as JSON wants them.
fn escaped(body: &[u8]) -> Vec<u8> {
    let (mut out, mut inside, mut after_backslash) = (Vec::with_capacity(body.len()), false, false);
    for byte in body {
        match byte {
            b'\r' if inside => out.extend_from_slice(b"\\r"),
            b'\n' if inside => out.extend_from_slice(b"\\n"),
            b'\t' if inside => out.extend_from_slice(b"\\t"),
            other => out.push(*other),
        }
        inside ^= *byte == b'"' && !after_backslash;
        after_backslash = *byte == b'\\' && !after_backslash;
    }
    out
}
