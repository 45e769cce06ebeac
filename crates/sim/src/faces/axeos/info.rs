//! GET /api/system/info: every field with the generations that have it and the type they give it.
//!
//! **Invariant:** a table, in the firmware's order of things; there is never a `deviceModel` and never a password.

use super::super::json::{Object, Value};
use super::super::look::Look;
use super::generation;
use super::pools;
use crate::world::Generation::{self, V2_4, V2_10, V2_12, V2_14, V2_15};
use crate::world::{PoolEntry, REASONS, Rig};
use std::fmt::Write as _;

struct Field {
    name: &'static str,
    since: Generation,
    /// The first generation without it.
    gone: Option<Generation>,
    value: for<'a> fn(&'a Rig) -> Value<'a>,
}

const fn since(since: Generation, name: &'static str, value: for<'a> fn(&'a Rig) -> Value<'a>) -> Field {
    Field { name, since, gone: None, value }
}

const fn until(gone: Generation, mut field: Field) -> Field {
    field.gone = Some(gone);
    field
}

/// What stays readable when every type is wrong, so that the device is still recognised.
const IDENTITY: [&str; 4] = ["ASICModel", "macAddr", "hostname", "version"];

const OTHER_MAC: &str = "02:FF:FF:FF:FF:FE";

/// What no device can be.
const ABSURDITIES: [(&str, &str); 13] = [
    ("power", "-1e300"),
    ("temp", "99999"),
    ("vrTemp", "-274"),
    ("hashRate", "1e300"),
    ("expectedHashrate", "\"NaN\""),
    ("bestDiff", "\"nan\""),
    ("freeHeap", "-1"),
    ("wifiRSSI", "255"),
    ("sharesAccepted", "-5"),
    ("uptimeSeconds", "-1"),
    ("frequency", "4294967296"),
    ("fanspeed", "1e9"),
    ("responseTime", "15702638.526"),
];

pub(super) fn render(rig: &Rig, look: Look) -> Vec<u8> {
    let mut object = Object::new(look.wrong_types);
    let of = generation(rig);
    for field in FIELDS {
        if of < field.since || field.gone.is_some_and(|gone| of >= gone) {
            continue;
        }
        let absurd = ABSURDITIES.iter().find(|(name, _)| look.absurd && *name == field.name);
        match (absurd, look.other_device, field.name) {
            (Some((name, json)), _, _) => object.put_raw(name, json),
            (None, true, "macAddr") => object.put(field.name, &Value::text(OTHER_MAC), true),
            (None, true, "hostname") => object.put(field.name, &Value::text("somebody-else"), true),
            _ => object.put(field.name, &(field.value)(rig), IDENTITY.contains(&field.name)),
        }
    }
    object.finish().into_bytes()
}

static FIELDS: &[Field] = &[
    since(V2_4, "power", |rig| Value::rounded(rig.power_w(), 7)),
    since(V2_4, "voltage", |rig| Value::rounded(supply_mv(rig), 3)),
    since(V2_4, "current", |rig| Value::rounded(current_ma(rig), 3)),
    since(V2_4, "temp", |rig| chip_temperature(rig, 0.0)),
    since(V2_10, "temp2", |rig| if rig.hardware.asics > 1 { chip_temperature(rig, 1.5) } else { Value::Whole(-1) }),
    since(V2_4, "vrTemp", |rig| Value::rounded(rig.heat.vr_c, 0)),
    since(V2_10, "maxPower", |rig| Value::count(rig.hardware.max_power_w)),
    since(V2_10, "nominalVoltage", |rig| Value::count(rig.hardware.supply_volts)),
    since(V2_4, "hashRate", |rig| Value::rounded(rig.hashing.now, 7)),
    since(V2_12, "hashRate_1m", |rig| Value::rounded(rig.hashing.filled(rig.hashing.minute, 60), 7)),
    since(V2_12, "hashRate_10m", |rig| Value::rounded(rig.hashing.filled(rig.hashing.ten_minutes, 600), 7)),
    since(V2_12, "hashRate_1h", |rig| Value::rounded(rig.hashing.filled(rig.hashing.hour, 3600), 7)),
    since(V2_10, "expectedHashrate", |rig| Value::rounded(rig.hardware.expected_ghs(rig.settings.frequency_mhz), 0)),
    since(V2_12, "errorPercentage", |rig| Value::rounded(rig.hashing.error_pct, 4)),
    since(V2_4, "bestDiff", |rig| difficulty(rig, rig.shares.best_ever)),
    since(V2_4, "bestSessionDiff", |rig| difficulty(rig, rig.shares.best_session)),
    until(V2_10, since(V2_4, "stratumDiff", |rig| Value::count(rig.difficulty()))),
    since(V2_10, "poolDifficulty", |rig| Value::count(rig.difficulty())),
    since(V2_4, "isUsingFallbackStratum", |rig| Value::flag(rig.on_fallback())),
    until(V2_14, since(V2_12, "poolAddrFamily", |_| Value::Whole(2))),
    since(V2_14, "poolConnectionInfo", |_| Value::text("IPv4")),
    since(V2_14, "cpuUsage", |_| Value::Number(12.5)),
    since(V2_10, "isPSRAMAvailable", |_| Value::Whole(1)),
    since(V2_4, "freeHeap", |_| Value::Whole(8_352_116)),
    since(V2_12, "freeHeapInternal", |_| Value::Whole(106_240)),
    since(V2_12, "freeHeapSpiram", |_| Value::Whole(8_245_876)),
    since(V2_4, "coreVoltage", |rig| Value::count(rig.settings.core_voltage_mv)),
    since(V2_4, "coreVoltageActual", |rig| Value::rounded(core_mv(rig), 0)),
    since(V2_4, "frequency", |rig| Value::Number(rig.settings.frequency_mhz)),
    since(V2_14, "actualFrequency", |rig| Value::Number(rig.hashing.mhz)),
    since(V2_4, "ssid", |rig| Value::text(&rig.settings.ssid)),
    since(V2_4, "macAddr", |rig| Value::text(&rig.spec.mac)),
    since(V2_4, "hostname", |rig| Value::text(&rig.settings.hostname)),
    since(V2_15, "mdnsHostname", |rig| Value::Text(format!("{}.local", rig.settings.hostname).into())),
    since(V2_12, "ipv4", |rig| Value::Text(rig.spec.ip.to_string().into())),
    since(V2_12, "ipv6", |_| Value::text("fe80::a0:eff:fe00:1")),
    since(V2_4, "wifiStatus", |_| Value::text("Connected!")),
    since(V2_10, "wifiRSSI", |rig| Value::rounded(rig.air.rssi_dbm, 0)),
    since(V2_10, "apEnabled", |_| Value::Whole(0)),
    since(V2_4, "sharesAccepted", |rig| Value::count(rig.shares.accepted)),
    since(V2_4, "sharesRejected", |rig| Value::count(rig.shares.rejected())),
    since(V2_15, "sharesPending", |_| Value::Whole(0)),
    since(V2_10, "sharesRejectedReasons", |rig| Value::Json(rejections(rig))),
    since(V2_4, "uptimeSeconds", |rig| Value::count(rig.uptime().as_secs())),
    since(V2_15, "totalUptimeSeconds", |rig| Value::count(rig.uptime().as_secs() + 4_000_000)),
    until(V2_10, since(V2_4, "asicCount", |rig| Value::count(rig.hardware.asics))),
    since(V2_4, "smallCoreCount", |rig| Value::rounded(rig.hardware.small_cores, 0)),
    since(V2_4, "ASICModel", |rig| Value::text(rig.hardware.asic)),
    since(V2_15, "primaryPoolIndex", |rig| Value::count(rig.settings.pools.primary)),
    since(V2_15, "secondaryPoolIndex", |rig| Value::count(rig.settings.pools.secondary)),
    since(V2_15, "pools", |rig| Value::Json(pools::render(rig))),
    since(V2_14, "stratumProtocol", |_| Value::text("SV1")),
    since(V2_4, "stratumURL", |rig| primary(rig, |pool| Value::text(&pool.at.url))),
    since(V2_4, "stratumPort", |rig| primary(rig, |pool| Value::count(pool.at.port))),
    since(V2_4, "stratumUser", |rig| primary(rig, |pool| Value::text(&pool.at.user))),
    since(V2_10, "stratumSuggestedDifficulty", |rig| primary(rig, |pool| Value::count(pool.suggested_difficulty))),
    since(V2_10, "stratumExtranonceSubscribe", |rig| primary(rig, |pool| switch(rig, pool.extranonce))),
    since(V2_14, "stratumTLS", |rig| primary(rig, |pool| Value::count(pool.tls))),
    since(V2_14, "stratumCert", |_| Value::text("")),
    since(V2_14, "stratumDecodeCoinbase", |rig| primary(rig, |pool| Value::Bool(pool.decode_coinbase))),
    since(V2_14, "fallbackStratumProtocol", |_| Value::text("SV1")),
    since(V2_4, "fallbackStratumURL", |rig| fallback(rig, |pool| Value::text(&pool.at.url))),
    since(V2_4, "fallbackStratumPort", |rig| fallback(rig, |pool| Value::count(pool.at.port))),
    since(V2_4, "fallbackStratumUser", |rig| fallback(rig, |pool| Value::text(&pool.at.user))),
    since(V2_10, "fallbackStratumSuggestedDifficulty", |rig| {
        fallback(rig, |pool| Value::count(pool.suggested_difficulty))
    }),
    since(V2_10, "fallbackStratumExtranonceSubscribe", |rig| fallback(rig, |pool| switch(rig, pool.extranonce))),
    since(V2_14, "fallbackStratumTLS", |rig| fallback(rig, |pool| Value::count(pool.tls))),
    since(V2_14, "fallbackStratumCert", |_| Value::text("")),
    since(V2_14, "fallbackStratumDecodeCoinbase", |rig| fallback(rig, |pool| Value::Bool(pool.decode_coinbase))),
    since(V2_10, "responseTime", |rig| Value::rounded(rig.air.response_ms, 3)),
    since(V2_14, "responseShareBatch", |_| Value::Whole(1)),
    since(V2_4, "version", |rig| Value::text(generation(rig).version())),
    since(V2_10, "axeOSVersion", |rig| Value::text(generation(rig).version())),
    since(V2_4, "idfVersion", |rig| Value::text(generation(rig).idf())),
    since(V2_4, "boardVersion", |rig| Value::text(rig.hardware.board)),
    since(V2_12, "resetReason", |rig| Value::text(reset_reason(rig))),
    since(V2_4, "runningPartition", |_| Value::text("ota_0")),
    until(V2_10, since(V2_4, "flipscreen", |rig| Value::flag(rig.settings.flip_screen))),
    since(V2_4, "overheat_mode", |rig| Value::flag(rig.settings.overheat_mode)),
    since(V2_10, "overclockEnabled", |rig| Value::flag(rig.settings.overclock)),
    since(V2_10, "display", |_| Value::text("SSD1306 (128x32)")),
    since(V2_10, "rotation", |rig| Value::count(rig.settings.rotation)),
    since(V2_4, "invertscreen", |rig| Value::flag(rig.settings.invert_screen)),
    until(V2_10, since(V2_4, "invertfanpolarity", |rig| Value::flag(rig.settings.invert_fan))),
    since(V2_10, "displayTimeout", |rig| Value::Whole(rig.settings.display_timeout)),
    since(V2_4, "autofanspeed", |rig| Value::flag(rig.settings.auto_fan)),
    since(V2_4, "fanspeed", fan_speed),
    since(V2_12, "manualFanSpeed", |rig| Value::count(rig.settings.manual_fan_pct)),
    since(V2_10, "minFanSpeed", |rig| Value::count(rig.settings.min_fan_pct)),
    since(V2_10, "temptarget", |rig| Value::count(rig.settings.temp_target_c)),
    since(V2_4, "fanrpm", |rig| Value::rounded(rig.heat.fan_pct * 74.0, 0)),
    since(V2_12, "fan2rpm", |rig| {
        Value::rounded(if rig.hardware.asics > 1 { rig.heat.fan_pct * 72.0 } else { 0.0 }, 0)
    }),
    since(V2_10, "statsFrequency", |rig| Value::count(rig.settings.stats_frequency)),
    since(V2_12, "blockFound", |_| Value::Whole(0)),
    since(V2_14, "showNewBlock", |_| Value::Bool(false)),
    since(V2_12, "blockHeight", |rig| after_first_job(rig, Value::Whole(931_409))),
    since(V2_12, "scriptsig", |rig| after_first_job(rig, Value::text("..simulated../pool.example.org/"))),
    since(V2_12, "networkDifficulty", |rig| after_first_job(rig, Value::Whole(146_472_570_619_930))),
    since(V2_14, "blockSignals", |rig| after_first_job(rig, Value::Json("[]".to_owned()))),
    since(V2_14, "coinbaseOutputs", |rig| after_first_job(rig, Value::Json("[]".to_owned()))),
    since(V2_14, "coinbaseValueTotalSatoshis", |rig| after_first_job(rig, Value::Whole(312_500_000))),
    since(V2_12, "hashrateMonitor", |rig| Value::Json(monitor(rig))),
    since(V2_14, "miningPaused", |rig| Value::Bool(rig.paused)),
    since(V2_15, "partitions", |rig| Value::Json(partitions(rig))),
];

fn primary<'a>(rig: &'a Rig, value: impl FnOnce(&'a PoolEntry) -> Value<'a>) -> Value<'a> {
    rig.settings.pools.primary().map_or(Value::Absent, value)
}

fn fallback<'a>(rig: &'a Rig, value: impl FnOnce(&'a PoolEntry) -> Value<'a>) -> Value<'a> {
    rig.settings.pools.secondary().map_or(Value::Absent, value)
}

/// A boolean that became one with 2.14.
fn switch(rig: &Rig, on: bool) -> Value<'static> {
    if generation(rig) >= V2_14 { Value::Bool(on) } else { Value::flag(on) }
}

fn after_first_job<'a>(rig: &Rig, value: Value<'a>) -> Value<'a> {
    if rig.hashing.seconds > 3 { value } else { Value::Absent }
}

fn supply_mv(rig: &Rig) -> f64 {
    let nominal = f64::from(rig.hardware.supply_volts) * 1000.0;
    nominal * 1.04 - rig.power_w() * 3.125
}

fn core_mv(rig: &Rig) -> f64 {
    if rig.is_hashing() { f64::from(rig.settings.core_voltage_mv) * 0.994 } else { 0.0 }
}

fn current_ma(rig: &Rig) -> f64 {
    if !rig.hardware.current_at_core {
        rig.power_w() / supply_mv(rig) * 1e6
    } else if rig.is_hashing() {
        rig.heat.chips_w / core_mv(rig).max(1.0) * 1e6
    } else {
        0.0
    }
}

/// In eighths of a degree; -1 while the chips are off.
fn chip_temperature(rig: &Rig, cooler_by: f64) -> Value<'static> {
    if !rig.is_hashing() {
        return Value::Whole(-1);
    }
    Value::Number(((rig.heat.chip_c - cooler_by) * 8.0).round() / 8.0)
}

/// A string with a suffix until 2.10, a number since.
fn difficulty(rig: &Rig, best: f64) -> Value<'static> {
    match generation(rig) {
        V2_4 => Value::Text(suffixed(best, "").into()),
        V2_10 => Value::Text(suffixed(best, " ").into()),
        V2_12 | V2_14 | V2_15 => Value::rounded(best, 0),
    }
}

fn suffixed(value: f64, blank: &str) -> String {
    for (unit, suffix) in [(1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")] {
        if value >= unit {
            return format!("{:.2}{blank}{suffix}", value / unit);
        }
    }
    format!("{value:.0}")
}

/// Whole to 2.10 and from 2.14, fractional between.
fn fan_speed(rig: &Rig) -> Value<'static> {
    Value::rounded(rig.heat.fan_pct, if generation(rig) == V2_12 { 7 } else { 0 })
}

fn reset_reason(rig: &Rig) -> &'static str {
    if rig.restarts == 0 { "Power-on reset" } else { "Software reset via esp_restart" }
}

fn rejections(rig: &Rig) -> String {
    let mut out = String::from("[");
    for ((message, _), count) in REASONS.iter().zip(rig.shares.rejected_by) {
        if count > 0 {
            let comma = if out.len() > 1 { "," } else { "" };
            let _ = write!(out, "{comma}{{\"message\":\"{message}\",\"count\":{count}}}");
        }
    }
    out.push(']');
    out
}

fn monitor(rig: &Rig) -> String {
    let mut out = String::from("{\"asics\":[");
    let total = rig.hashing.now / f64::from(rig.hardware.asics);
    let domain = total / 4.0;
    for chip in 0..rig.hardware.asics {
        let comma = if chip > 0 { "," } else { "" };
        let _ = write!(out, "{comma}{{\"total\":{total:.4},\"domains\":[");
        let _ = write!(out, "{domain:.4},{domain:.4},{domain:.4},{domain:.4}],\"errorCount\":{chip}}}");
    }
    out.push_str("]}");
    out
}

fn partitions(rig: &Rig) -> String {
    let version = generation(rig).version();
    format!(
        "[{{\"label\":\"factory\",\"version\":\"v2.9.0\",\"isCurrent\":false,\"isFactory\":true}},\
         {{\"label\":\"ota_0\",\"version\":\"{version}\",\"isCurrent\":true,\"isFactory\":false}}]"
    )
}
