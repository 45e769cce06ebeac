//! Bytes of `/api/system/info` to a reading. Pure.
//!
//! **Invariant:** whatever the bytes, this returns; a value that no such device can have is unknown, never zero and
//! never passed on; one bad value takes no other with it.

use super::INFO;
use super::pools;
use super::wire::Info;
use crate::miners::shared::loose::TextOrNumber;
use crate::miners::shared::pools::PoolSetting;
use crate::miners::shared::values::{
    average, difficulty, frequency, hashrate, heap, pool_difficulty, power, response_ms, temperature, uptime_s, voltage,
};
use crate::miners::shared::{malformed, masked, object, stranger};
use hmm_domain::miner::Identity;
use hmm_domain::port::{Answer, DriverError};
use hmm_domain::reading::{PoolInUse, PowerSource, Reading, RejectReason};
use hmm_domain::units::{CentiPercent, Dbm, Rpm};
use serde::Deserialize;
use serde_json::Value;

const REASONS_MAX: usize = 32;

/// A reply that is AxeOS's: as printed, and in our hands.
pub(super) struct Status {
    pub(super) raw: Value,
    pub(super) info: Info,
}

/// Parses, recognises and translates one reply of `/api/system/info`.
pub fn answer(body: &[u8]) -> Result<Answer, DriverError> {
    Ok(Status::parse(body)?.into_answer())
}

impl Status {
    pub(super) fn parse(body: &[u8]) -> Result<Self, DriverError> {
        let raw = object(INFO, body)?;
        recognise(&raw)?;
        let info = Info::deserialize(&raw).map_err(|error| malformed(INFO, error.to_string()))?;
        Ok(Self { raw, info })
    }

    pub(super) fn identity(&self) -> Identity {
        Identity::from_mac(self.info.mac_addr.as_str()).unwrap_or(Identity::None)
    }

    pub(super) fn reading(&self) -> Reading {
        reading(&self.info)
    }

    pub(super) fn into_answer(self) -> Answer {
        Answer { reading: self.reading(), identity: self.identity(), raw: masked(self.raw, &[]) }
    }
}

/// NerdQAxe and NMMiner answer at the same path. A reply that is not recognised is never shown (S6).
fn recognise(raw: &Value) -> Result<(), DriverError> {
    if raw.get("deviceModel").is_some() {
        return Err(stranger("it names a deviceModel, which NerdQAxe and its relatives do and a Bitaxe never does"));
    }
    let board = raw.get("boardVersion").and_then(Value::as_str).unwrap_or_default();
    if raw.get("mcuTemp").is_some() || raw.get("stratumURLUSED").is_some() || board.starts_with("NM") {
        return Err(stranger("it answers much like a Bitaxe, but is an NMAxe"));
    }
    if !raw.get("ASICModel").is_some_and(Value::is_string) || raw.get("hashRate").is_none() {
        return Err(stranger("it answers at the path of AxeOS, but names no ASICModel and hashRate as a Bitaxe does"));
    }
    Ok(())
}

fn reading(info: &Info) -> Reading {
    let power = power(info.power);
    let reasons = reject_reasons(info);
    Reading {
        hashrate: hashrate(info.hash_rate),
        hashrate_1m: average(info.hash_rate_1m),
        hashrate_10m: average(info.hash_rate_10m),
        hashrate_1h: average(info.hash_rate_1h),
        expected_hashrate: average(info.expected_hashrate),
        power,
        power_source: power.map(|_| PowerSource::Measured),
        // Where there are two chips, the hotter one counts.
        temperature: temperature(info.temp).max(temperature(info.temp2)),
        vr_temperature: temperature(info.vr_temp),
        board_temperature: temperature(info.boardtemp1).max(temperature(info.boardtemp2)),
        fan_pct: info.fanspeed.0.and_then(CentiPercent::from_percent),
        fan: [info.fanrpm, info.fan_speed_rpm, info.fan_speed].into_iter().find_map(|rpm| Rpm::from_rpm(rpm.0?)),
        // Boards with one fan print zero for the second.
        fan2: info.fan2rpm.0.and_then(Rpm::from_rpm).filter(|rpm| rpm.get() > 0),
        frequency: frequency(info.frequency),
        actual_frequency: frequency(info.actual_frequency),
        core_voltage: voltage(info.core_voltage),
        actual_core_voltage: voltage(info.core_voltage_actual),
        shares_accepted: info.shares_accepted.count(),
        shares_rejected: info.shares_rejected.count(),
        shares_stale: reasons.as_deref().map(stale),
        reject_reasons: reasons.unwrap_or_default(),
        best_difficulty: difficulty(&info.best_diff),
        best_session_difficulty: difficulty(&info.best_session_diff),
        pool: pool_in_use(info),
        pool_set: pools::primary(info).map(Into::into),
        pool_difficulty: [info.pool_difficulty, info.stratum_diff].into_iter().find_map(pool_difficulty),
        response_ms: response_ms(info.response_time),
        uptime_s: uptime_s(info.uptime_seconds),
        rssi: info.wifi_rssi.0.and_then(Dbm::from_dbm),
        firmware: info.version.some().or(info.axe_os_version.some()).map(Into::into),
        paused: info.mining_paused.0,
        overheated: info.overheat_mode.0,
        fault: fault(info),
        error_pct: info.error_percentage.0.and_then(CentiPercent::from_percent),
        hash_errors: hash_errors(info),
        free_heap_bytes: heap(info.free_heap),
        // What no Bitaxe says.
        ..Reading::default()
    }
}

fn reject_reasons(info: &Info) -> Option<Vec<RejectReason>> {
    let reasons = info.shares_rejected_reasons.0.as_ref()?;
    let translate = |reason: &super::wire::RejectedReason| {
        Some(RejectReason { message: reason.message.some()?.into(), count: reason.count.count()? })
    };
    Some(reasons.iter().filter_map(translate).take(REASONS_MAX).collect())
}

/// Pools word it freely, but a stale share is called stale by all of them.
fn stale(reasons: &[RejectReason]) -> u64 {
    let stale = |reason: &&RejectReason| reason.message.as_str().to_ascii_lowercase().contains("stale");
    reasons.iter().filter(stale).fold(0, |sum, reason| sum.saturating_add(reason.count))
}

fn pool_in_use(info: &Info) -> Option<PoolInUse> {
    let fallback = info.is_using_fallback_stratum.0;
    let setting = if fallback == Some(true) { pools::fallback(info) } else { pools::primary(info) };
    let PoolSetting { host, port, user, tls: _ } = setting?;
    Some(PoolInUse { host: host.into(), port, user: user.map(Into::into), fallback })
}

fn fault(info: &Info) -> Option<hmm_domain::Message> {
    let said =
        |fault: &TextOrNumber| fault.some().filter(|text| !matches!(*text, "0" | "none" | "None")).map(str::to_owned);
    let words: Vec<String> = [&info.power_fault, &info.hardware_fault].into_iter().filter_map(said).collect();
    (!words.is_empty()).then(|| words.join("; ").into())
}

fn hash_errors(info: &Info) -> Option<u64> {
    let asics = info.hashrate_monitor.0.as_ref()?.asics.0.as_ref()?;
    let counts: Vec<u64> = asics.iter().filter_map(|asic| asic.error_count.count()).collect();
    (!counts.is_empty()).then(|| counts.into_iter().fold(0, u64::saturating_add))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_not_ours_is_not_recognised_and_never_shown() {
        for body in [
            "<!doctype html><title>Router</title>",
            "",
            "[1]",
            r#"{"identity":{"hwModel":"NMMiner"},"miner":{"hashRate":0.001}}"#,
            r#"{"ASICModel":"BM1370","hashRate":1,"deviceModel":"NerdQAxe++"}"#,
            r#"{"ASICModel":1370,"hashRate":1}"#,
            r#"{"ASICModel":"BM1366","hashRate":500,"boardVersion":"NMAxe"}"#,
            r#"{"ASICModel":"BM1370","hashRate":500,"boardVersion":"x","mcuTemp":50}"#,
            r#"{"ASICModel":"BM1370"}"#,
            r#"{"asicmodel":"BM1370","hashrate":1}"#,
        ] {
            let Err(DriverError::NotRecognised(words)) = answer(body.as_bytes()) else { panic!("{body}") };
            assert!(!words.as_str().contains("Router") && !words.as_str().contains("NerdQAxe++"), "{words}");
        }
        for body in ["{", r#"{"ASICModel":"BM1370","hash"#, &format!("{{\"a\":{}", "[".repeat(100))] {
            assert!(matches!(answer(body.as_bytes()), Err(DriverError::Malformed { .. })), "{body}");
        }
    }
}
