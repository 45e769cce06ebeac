//! Bytes of `/api/system/info` to a reading. Pure.
//!
//! **Invariant:** whatever the bytes, this returns; a value that no such device can have is unknown, never zero and
//! never passed on; one bad value takes no other with it.

use super::INFO;
use super::models::is_of_the_family;
use super::pools::{self, Pools};
use super::wire::{Fan, Info};
use crate::miners::shared::loose::Number;
use crate::miners::shared::values::{
    average, difficulty, frequency, hashrate, heap, pool_difficulty, power, response_ms, temperature, uptime_s, voltage,
};
use crate::miners::shared::{malformed, masked, object, stranger};
use hmm_domain::Message;
use hmm_domain::miner::Identity;
use hmm_domain::port::{Answer, DriverError};
use hmm_domain::reading::{PowerSource, Reading};
use hmm_domain::units::{CentiCelsius, CentiPercent, Dbm, Millivolts, Rpm};
use serde::Deserialize;
use serde_json::Value;

/// Below this no chip runs. A figure in volts, which other replies of the same firmware have, stays out.
const CORE_MV_MIN: f64 = 100.0;

/// A reply that is NerdOS's: as printed, and in our hands.
pub(super) struct Status {
    pub(super) raw: Value,
    pub(super) info: Info,
}

/// Parses, recognises and translates one reply of `/api/system/info`.
pub fn answer(body: &[u8]) -> Result<Answer, DriverError> {
    Ok(Status::parse(body)?.into_answer(&[]))
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

    pub(super) fn into_answer(self, secrets: &[String]) -> Answer {
        Answer { reading: self.reading(), identity: self.identity(), raw: masked(self.raw, secrets) }
    }
}

/// A Bitaxe and an NMMiner answer at the same path. A reply that is not recognised is never shown (S6).
fn recognise(raw: &Value) -> Result<(), DriverError> {
    let Some(name) = raw.get("deviceModel").and_then(Value::as_str) else {
        return Err(stranger("it names no deviceModel, which NerdQAxe and its relatives do"));
    };
    // A name that is not theirs may still be a fork's: this firmware says `hostip`, and numbers no boards.
    let fork = raw.get("hostip").is_some() && raw.get("boardVersion").is_none();
    if raw.get("hashRate").is_none() || !(is_of_the_family(name) || (fork && !name.trim().is_empty())) {
        return Err(stranger("it names a deviceModel, but is no NerdQAxe or relative of one"));
    }
    Ok(())
}

fn reading(info: &Info) -> Reading {
    let power = power(info.power);
    let pools = Pools::of(info);
    let (fan_pct, fan, fan2) = fans(info);
    let count = |number: Number| number.count();
    // Of both pools where both are worked for at once: the figure at the top has been one pool's.
    let both = |pick: fn(&super::wire::PoolState) -> Number| {
        pools.dual.then(|| pools.sum(|pool| pick(pool).count())).flatten()
    };
    let current = |pick: fn(&super::wire::PoolState) -> Number| pools.current().map_or(Number(None), pick);
    Reading {
        hashrate: hashrate(info.hash_rate),
        hashrate_1m: average(info.hash_rate_1m),
        hashrate_10m: average(info.hash_rate_10m),
        hashrate_1h: average(info.hash_rate_1h),
        power,
        power_source: power.map(|_| PowerSource::Measured),
        temperature: temperature(info.temp).or_else(|| hottest(info)),
        vr_temperature: temperature(info.vr_temp).or_else(|| temperature(info.vr_temp_int)),
        board_temperature: temperature(info.boardtemp1).max(temperature(info.boardtemp2)),
        fan_pct,
        fan,
        fan2,
        frequency: frequency(info.frequency),
        core_voltage: voltage(info.core_voltage),
        actual_core_voltage: actual_voltage(info.core_voltage_actual),
        shares_accepted: both(|pool| pool.accepted)
            .or_else(|| count(info.shares_accepted))
            .or_else(|| current(|pool| pool.accepted).count()),
        shares_rejected: both(|pool| pool.rejected)
            .or_else(|| count(info.shares_rejected))
            .or_else(|| current(|pool| pool.rejected).count()),
        best_difficulty: difficulty(&info.best_diff).or_else(|| difficulty(&info.stratum.0.as_ref()?.total_best_diff)),
        best_session_difficulty: difficulty(&info.best_session_diff)
            .or_else(|| pools.states().filter_map(|pool| difficulty(&pool.best_diff)).max()),
        pool: pools.working_for(info),
        pool_set: pools::primary(info).map(Into::into),
        pool_slots: pools.slots(info),
        pool_difficulty: pool_difficulty(current(|pool| pool.pool_difficulty))
            .or_else(|| pool_difficulty(info.pool_difficulty)),
        response_ms: response_ms(info.lastpingrtt).or_else(|| response_ms(current(|pool| pool.ping_rtt))),
        uptime_s: uptime_s(info.uptime_seconds),
        rssi: info.wifi_rssi.0.and_then(Dbm::from_dbm),
        firmware: info.version.some().map(Into::into),
        paused: info.shutdown.0,
        overheated: info.overheat_mode.0,
        fault: fault(info, &pools),
        free_heap_bytes: heap(info.free_heap),
        // What no such device says.
        ..Reading::default()
    }
}

fn hottest(info: &Info) -> Option<CentiCelsius> {
    info.asic_temps.0.as_ref()?.iter().filter_map(|chip| temperature(*chip)).max()
}

fn actual_voltage(mv: Number) -> Option<Millivolts> {
    voltage(Number(mv.0.filter(|mv| *mv >= CORE_MV_MIN)))
}

/// Percent and revolutions of the first fan, revolutions of the second where there is one.
fn fans(info: &Info) -> (Option<CentiPercent>, Option<Rpm>, Option<Rpm>) {
    let listed: &[Fan] = info.fans.0.as_deref().unwrap_or_default();
    let rpm = |number: Number| number.0.and_then(Rpm::from_rpm);
    let percent = |number: Number| number.0.and_then(CentiPercent::from_percent);
    let first = listed.first();
    let two = info.fan_count.count().is_some_and(|count| count > 1) || listed.len() > 1;
    let second = rpm(info.fanrpm2).or_else(|| rpm(listed.get(1)?.rpm));
    (
        percent(info.fanspeed).or_else(|| percent(first?.speed_perc)),
        rpm(info.fanrpm).or_else(|| rpm(first?.rpm)),
        // Boards with one fan print zero for the second.
        second.filter(|rpm| two || rpm.get() > 0),
    )
}

fn fault(info: &Info, pools: &Pools<'_>) -> Option<Message> {
    let board = info.board_error.count().filter(|code| *code > 0).map(|code| format!("board error {code}"));
    let blocked = pools.states().filter_map(|pool| pool.verify_blocked.some());
    let blocked = blocked.map(|why| format!("it does not work for a pool of its list: {why}"));
    let words: Vec<String> = board.into_iter().chain(blocked).collect();
    (!words.is_empty()).then(|| words.join("; ").into())
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
            r#"{"ASICModel":"BM1370","hashRate":1,"boardVersion":"601"}"#,
            r#"{"ASICModel":"BM1370","hashRate":1,"boardVersion":"601","deviceModel":"Gamma"}"#,
            r#"{"ASICModel":"BM1370","hashRate":1,"hostip":"192.0.2.1","deviceModel":" "}"#,
            r#"{"deviceModel":"NerdQAxe++"}"#,
            r#"{"deviceModel":7,"hashRate":1}"#,
        ] {
            let Err(DriverError::NotRecognised(words)) = answer(body.as_bytes()) else { panic!("{body}") };
            assert!(!words.as_str().contains("Router") && !words.as_str().contains("NerdQAxe++"), "{words}");
        }
        for body in ["{", r#"{"deviceModel":"NerdQAxe++","hash"#, &format!("{{\"a\":{}", "[".repeat(100))] {
            assert!(matches!(answer(body.as_bytes()), Err(DriverError::Malformed { .. })), "{body}");
        }
        for name in ["nerdqaxe++", "NerdOCTAXEGamma", "NerdOCTAXE-γ", "Q1370", "NerdNew"] {
            assert!(answer(format!(r#"{{"deviceModel":"{name}","hashRate":1}}"#).as_bytes()).is_ok(), "{name}");
        }
        let fork = r#"{"deviceModel":"Octaxe","hashRate":1,"hostip":"192.0.2.1"}"#;
        assert!(answer(fork.as_bytes()).is_ok());
    }
}
