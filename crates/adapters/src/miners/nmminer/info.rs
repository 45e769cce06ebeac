//! `/api/system/info` of an NMMiner with firmware 2.0 and newer, the same of an NMAxe, and `/probe`. Pure.
//!
//! **Invariant:** the three are told apart by what they print; a Bitaxe and a NerdQAxe, which answer at the same path, are
//! none of them.

use super::status::{Status, Way, label};
use super::words::{self, difficulty, pool_setting};
use crate::miners::shared::loose::{Maybe, Number, Switch, Text, TextOrNumber};
use crate::miners::shared::pools::PoolSetting;
use crate::miners::shared::values::{self, heap, power, temperature, uptime_s, voltage};
use crate::miners::shared::{malformed, object, stranger};
use hmm_domain::port::DriverError;
use hmm_domain::reading::{PowerSource, Reading};
use hmm_domain::units::{CentiPercent, Dbm, Rpm};
use serde::Deserialize;
use serde_json::Value;

pub(super) const INFO: &str = "/api/system/info";
pub(super) const PROBE: &str = "/probe";

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Info {
    identity: Maybe<Who>,
    miner: Maybe<Work>,
    stratum: Maybe<Stratum>,
    temps: Maybe<Temps>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Who {
    hw_model: Text,
    host_name: Text,
    fw_version: Text,
    rssi: Number,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Work {
    /// GH/s.
    hash_rate: Number,
    s_accepted: Number,
    s_rejected: Number,
    uptime_seconds: Number,
    pool_diff: TextOrNumber,
    best_diff_session: TextOrNumber,
    best_diff_ever: TextOrNumber,
    free_heap: Number,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Stratum {
    url: Text,
    user: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Temps {
    /// The chip's own sensor, where it has one.
    vcore: Number,
    asic: Number,
}

/// An NMAxe's words, which descend from AxeOS's.
#[derive(Debug, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
struct Axe {
    power: Number,
    temp: Number,
    vr_temp: Number,
    hash_rate: Number,
    best_diff: TextOrNumber,
    best_session_diff: TextOrNumber,
    free_heap: Number,
    core_voltage: Number,
    core_voltage_actual: Number,
    frequency: Number,
    hostname: Text,
    shares_accepted: Number,
    shares_rejected: Number,
    uptime_seconds: Number,
    version: Text,
    board_version: Text,
    fanspeed: Number,
    fanrpm: Number,
    #[serde(rename = "stratumURLUSED")]
    url_in_use: Text,
    #[serde(rename = "stratumUserUSED")]
    user_in_use: Text,
    #[serde(rename = "stratumURL1")]
    first_url: Text,
    #[serde(rename = "stratumUser1")]
    first_user: Text,
    /// Of older builds, which had one pool.
    #[serde(rename = "stratumURL")]
    url: Text,
    stratum_port: Number,
    stratum_user: Text,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Probe {
    hostname: Text,
    ver: Text,
    /// H/s.
    hr: Number,
    sbd: TextOrNumber,
    ebd: TextOrNumber,
    ut: Number,
}

pub(super) fn parse(body: &[u8]) -> Result<Status, DriverError> {
    let raw = object(INFO, body)?;
    if is_axe(&raw) {
        return axe(raw);
    }
    let named = raw.pointer("/identity/hwModel").is_some_and(Value::is_string);
    if !named || !raw.get("miner").is_some_and(Value::is_object) {
        return Err(stranger("it answers at the path of an NMMiner, but names no hwModel and no miner as one does"));
    }
    let info = Info::deserialize(&raw).map_err(|error| malformed(INFO, error.to_string()))?;
    let Info { identity, miner, stratum, temps } = info;
    let (who, work) = (identity.0.unwrap_or_default(), miner.0.unwrap_or_default());
    let (stratum, temps) = (stratum.0.unwrap_or_default(), temps.0.unwrap_or_default());
    let reading = Reading {
        hashrate: values::hashrate(work.hash_rate),
        temperature: temperature(temps.asic).or_else(|| temperature(temps.vcore)),
        shares_accepted: work.s_accepted.count(),
        shares_rejected: work.s_rejected.count(),
        best_difficulty: difficulty(&work.best_diff_ever),
        best_session_difficulty: difficulty(&work.best_diff_session),
        pool: words::pool(&stratum.url, &stratum.user),
        pool_difficulty: difficulty(&work.pool_diff),
        uptime_s: uptime_s(work.uptime_seconds),
        rssi: who.rssi.0.and_then(Dbm::from_dbm),
        firmware: who.fw_version.some().map(Into::into),
        free_heap_bytes: heap(work.free_heap),
        ..Reading::default()
    };
    let (model, host_name) = (label(who.hw_model.some()), label(who.host_name.some()));
    Ok(Status { way: Way::Http, reading, model, host_name, primary: None, has_more: false, raw })
}

/// It names its chips like a Bitaxe, and has what no Bitaxe has.
fn is_axe(raw: &Value) -> bool {
    let board = raw.get("boardVersion").and_then(Value::as_str).unwrap_or_default();
    let own = raw.get("mcuTemp").is_some() || raw.get("stratumURLUSED").is_some() || board.starts_with("NM");
    own && raw.get("ASICModel").is_some_and(Value::is_string) && raw.get("hashRate").is_some()
}

fn axe(raw: Value) -> Result<Status, DriverError> {
    let axe = Axe::deserialize(&raw).map_err(|error| malformed(INFO, error.to_string()))?;
    let power = power(axe.power);
    let single = || {
        let setting = PoolSetting::new(&axe.url, axe.stratum_port, &axe.stratum_user, Switch(None))?;
        let tls = pool_setting(&axe.url, &axe.stratum_user)?.tls;
        Some(PoolSetting { tls, ..setting })
    };
    let primary = pool_setting(&axe.first_url, &axe.first_user).or_else(single);
    let reading = Reading {
        hashrate: values::hashrate(axe.hash_rate),
        power,
        power_source: power.map(|_| PowerSource::Measured),
        temperature: temperature(axe.temp),
        vr_temperature: temperature(axe.vr_temp),
        fan_pct: axe.fanspeed.0.and_then(CentiPercent::from_percent),
        fan: axe.fanrpm.0.and_then(Rpm::from_rpm),
        frequency: values::frequency(axe.frequency),
        core_voltage: voltage(axe.core_voltage),
        actual_core_voltage: voltage(axe.core_voltage_actual),
        shares_accepted: axe.shares_accepted.count(),
        shares_rejected: axe.shares_rejected.count(),
        best_difficulty: difficulty(&axe.best_diff),
        best_session_difficulty: difficulty(&axe.best_session_diff),
        pool: words::pool(&axe.url_in_use, &axe.user_in_use),
        pool_set: primary.clone().map(Into::into),
        uptime_s: uptime_s(axe.uptime_seconds),
        firmware: axe.version.some().map(Into::into),
        free_heap_bytes: heap(axe.free_heap),
        ..Reading::default()
    };
    let (model, host_name) = (label(axe.board_version.some()), label(axe.hostname.some()));
    Ok(Status { way: Way::Axe, reading, model, host_name, primary, has_more: false, raw })
}

pub(super) fn probe(body: &[u8]) -> Result<Status, DriverError> {
    let raw = object(PROBE, body)?;
    let model = raw.get("model").and_then(Value::as_str).unwrap_or_default();
    if !model.eq_ignore_ascii_case("NMMiner") {
        return Err(stranger("it answers a probe, but not as an NMMiner does"));
    }
    let model = label(Some(model));
    let probe = Probe::deserialize(&raw).map_err(|error| malformed(PROBE, error.to_string()))?;
    let reading = Reading {
        hashrate: values::hashrate(Number(probe.hr.0.map(|hashes| hashes / 1e9))),
        best_difficulty: difficulty(&probe.ebd),
        best_session_difficulty: difficulty(&probe.sbd),
        uptime_s: uptime_s(probe.ut),
        firmware: probe.ver.some().map(Into::into),
        ..Reading::default()
    };
    let host_name = label(probe.hostname.some());
    Ok(Status { way: Way::Probe, reading, model, host_name, primary: None, has_more: false, raw })
}
