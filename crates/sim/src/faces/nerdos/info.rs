//! GET /api/system/info: every field with the releases that have it and the type they give it.
//!
//! **Invariant:** there is always a `deviceModel`, and never a `boardVersion` or a password; frequency and voltage are
//! printed as stored, whether they are in force or not.

use super::super::json::{Object, Value};
use super::super::look::Look;
use super::nerd;
use crate::world::NerdRelease::{self, V1_0_28, V1_0_32, V1_0_34, V1_0_36, V1_1, V1_2};
use crate::world::{NerdState, Own, PoolEntry, Rig, min_power_w};
use serde_json::json;

/// What stays readable when every type is wrong, so that the device is still recognised.
const IDENTITY: [&str; 4] = ["deviceModel", "macAddr", "hostname", "version"];
const OTHER_MAC: &str = "02:FF:FF:FF:FF:FD";

/// What no device can be.
const ABSURDITIES: [(&str, &str); 14] = [
    ("power", "-1e300"),
    ("temp", "99999"),
    ("vrTemp", "-274"),
    ("vrTempInt", "-274"),
    ("hashRate", "1e300"),
    ("bestDiff", "\"nan\""),
    ("freeHeap", "-1"),
    ("wifiRSSI", "255"),
    ("sharesAccepted", "-5"),
    ("uptimeSeconds", "-1"),
    ("frequency", "4294967296"),
    ("fanspeed", "1e9"),
    ("lastpingrtt", "15702638.526"),
    ("coreVoltageActual", "1e9"),
];

/// The reply under construction.
struct Page<'a> {
    object: Object,
    look: Look,
    release: NerdRelease,
    rig: &'a Rig,
}

impl Page<'_> {
    fn put(&mut self, name: &str, value: &Value<'_>) {
        let absurd = ABSURDITIES.iter().find(|(spoiled, _)| self.look.absurd && *spoiled == name);
        match (absurd, self.look.other_device, name) {
            (Some((name, json)), _, _) => self.object.put_raw(name, json),
            (None, true, "macAddr") => self.object.put(name, &Value::text(OTHER_MAC), true),
            (None, true, "hostname") => self.object.put(name, &Value::text("somebody-else"), true),
            _ => self.object.put(name, value, IDENTITY.contains(&name)),
        }
    }

    fn since(&mut self, first: NerdRelease, name: &str, value: &Value<'_>) {
        if self.release >= first {
            self.put(name, value);
        }
    }

    fn until(&mut self, gone: NerdRelease, name: &str, value: &Value<'_>) {
        if self.release < gone {
            self.put(name, value);
        }
    }
}

pub(super) fn render(rig: &Rig, look: Look) -> Vec<u8> {
    let Own::Nerd(state) = &rig.own else { return Vec::new() };
    let release = nerd(rig).release;
    let mut page = Page { object: Object::new(look.wrong_types), look, release, rig };
    board(&mut page);
    rates(&mut page, state);
    heat_and_fans(&mut page, state);
    work(&mut page, state);
    pools(&mut page);
    rest(&mut page, state);
    page.object.finish().into_bytes()
}

/// The name as printed: older builds wrote the Greek letter out.
pub(super) fn device_model(rig: &Rig) -> &'static str {
    match rig.hardware.family {
        "NerdOCTAXE-γ" if nerd(rig).release == V1_0_28 => "NerdOCTAXEGamma",
        name => name,
    }
}

fn board(page: &mut Page<'_>) {
    let rig = page.rig;
    page.put("asicCount", &Value::count(rig.hardware.asics));
    page.put("smallCoreCount", &Value::rounded(rig.hardware.small_cores, 0));
    page.put("deviceModel", &Value::text(device_model(rig)));
    page.put("hostip", &Value::Text(rig.spec.ip.to_string().into()));
    page.put("macAddr", &Value::text(&rig.spec.mac));
    page.since(V1_0_32, "wifiRSSI", &Value::rounded(rig.air.rssi_dbm, 0));
    page.put("power", &Value::rounded(rig.power_w(), 4));
    page.put("maxPower", &Value::count(rig.hardware.max_power_w));
    page.put("minPower", &Value::count(min_power_w(rig.hardware)));
    let volts = f64::from(rig.hardware.supply_volts);
    page.put("maxVoltage", &Value::Number(volts + 1.0));
    page.put("minVoltage", &Value::Number(volts - 1.0));
    let milliamperes = rig.power_w() / volts * 1000.0;
    page.put("current", &Value::rounded(milliamperes, 1));
    page.since(V1_0_36, "currentA", &Value::rounded(milliamperes / 1000.0, 4));
    page.put("voltage", &Value::Number(volts * 1000.0 + 250.0));
}

fn rates(page: &mut Page<'_>, state: &NerdState) {
    let rig = page.rig;
    let shown = |ghs: f64| Value::rounded(if is_shut_down(rig) { 0.0 } else { ghs }, 3);
    page.put("hashRateTimestamp", &Value::count(u64::try_from(rig.uptime().as_millis()).unwrap_or(u64::MAX)));
    page.put("hashRate", &shown(rig.hashing.now));
    page.since(V1_0_36, "hashRate_1m", &shown(rig.hashing.minute));
    page.put("hashRate_10m", &shown(rig.hashing.ten_minutes));
    page.put("hashRate_1h", &shown(rig.hashing.hour));
    page.put("hashRate_1d", &shown(rig.hashing.hour));
    page.put("coreVoltage", &Value::count(state.stored_mv));
    page.put("defaultCoreVoltage", &Value::count(rig.hardware.default_mv));
    let actual = if rig.is_hashing() { f64::from(rig.settings.core_voltage_mv) } else { 0.0 };
    page.put("coreVoltageActual", &Value::rounded(actual, 0));
    page.put("frequency", &Value::count(state.stored_mhz));
    page.put("defaultFrequency", &Value::count(rig.hardware.default_mhz));
}

fn heat_and_fans(page: &mut Page<'_>, state: &NerdState) {
    let (rig, fans) = (page.rig, fan_count(page.rig));
    page.put("temp", &Value::Number((rig.heat.chip_c * 8.0).round() / 8.0));
    page.put("vrTemp", &Value::rounded(rig.heat.vr_c, 4));
    page.since(V1_0_36, "vrTempInt", &Value::rounded(rig.heat.vr_c + 2.0, 2));
    page.since(V1_0_36, "asicTemps", &Value::Json(json!(vec![0; usize::from(rig.hardware.asics)]).to_string()));
    page.until(V1_0_34, "boardtemp1", &Value::rounded(rig.heat.vr_c - 5.0, 1));
    page.until(V1_0_34, "boardtemp2", &Value::rounded(rig.heat.vr_c - 4.0, 1));
    page.put("overheat_temp", &Value::count(state.overheat_c));
    let (percent, rpm) = (rig.heat.fan_pct, rig.heat.fan_pct * 33.0);
    page.put("fanspeed", &Value::rounded(percent, 0));
    page.since(V1_0_32, "manualFanSpeed", &Value::count(rig.settings.manual_fan_pct));
    page.put("fanrpm", &Value::rounded(rpm, 0));
    page.since(V1_1, "fanCount", &Value::count(fans));
    page.since(V1_1, "fanrpm2", &Value::rounded(if fans > 1 { rpm * 0.9 } else { 0.0 }, 0));
    let target = rig.settings.temp_target_c;
    let fan = |label: &str, rpm: f64| {
        json!({
            "label": label, "mode": state.fan_mode, "manualSpeed": rig.settings.manual_fan_pct,
            "overheatTemp": state.overheat_c, "rpm": rpm.round(), "speedPerc": percent.round(),
            "pid": { "targetTemp": target, "p": 6, "i": 0.1, "d": 10 },
        })
    };
    let mut list = vec![fan("M1", rpm)];
    if fans > 1 {
        list.push(fan("M2", rpm * 0.9));
    }
    page.since(V1_1, "fans", &Value::Json(json!(list).to_string()));
    page.put("autofanspeed", &Value::count(state.fan_mode));
    page.put("pidTargetTemp", &Value::count(target));
    page.put("pidP", &Value::Number(6.0));
}

fn work(page: &mut Page<'_>, state: &NerdState) {
    let rig = page.rig;
    page.put("sharesAccepted", &Value::count(rig.shares.accepted));
    page.put("sharesRejected", &Value::count(rig.shares.rejected()));
    page.put("bestDiff", &difficulty(page.release, rig.shares.best_ever));
    page.put("bestSessionDiff", &difficulty(page.release, rig.shares.best_session));
    page.until(V1_0_36, "isUsingFallbackStratum", &Value::Bool(rig.on_fallback()));
    page.until(V1_0_36, "isStratumConnected", &Value::Bool(true));
    page.since(V1_0_36, "poolDifficulty", &Value::count(rig.difficulty()));
    page.since(V1_0_36, "stratum", &Value::Json(stratum(rig, state).to_string()));
    page.since(V1_0_32, "lastpingrtt", &Value::rounded(rig.air.response_ms, 6));
    page.since(V1_0_32, "recentpingloss", &Value::Whole(0));
    page.since(V1_0_32, "shutdown", &Value::Bool(is_shut_down(rig)));
}

/// One entry of the pool at work, or both in order; both in any release where both are worked for.
fn stratum(rig: &Rig, state: &NerdState) -> serde_json::Value {
    let dual = state.active_pool_mode == 1;
    let (accepted, rejected) = (rig.shares.accepted, rig.shares.rejected());
    let part = |count: u64| count * u64::from(state.balance) / 100;
    let fallen_back = rig.on_fallback();
    let entry = |connected: bool, accepted: u64, rejected: u64| {
        json!({
            "connected": connected, "verifyBlocked": "", "poolDifficulty": rig.difficulty(), "accepted": accepted,
            "rejected": rejected, "pingRtt": rig.air.response_ms, "pingLoss": 0,
            "bestDiff": rig.shares.best_session.round(), "activeProtocol": 0, "encrypted": false,
        })
    };
    let idle = |connected: bool| json!({ "active": false, "connected": connected, "verifyBlocked": "", "pingRtt": 0 });
    let marked = |mut entry: serde_json::Value| {
        entry["active"] = json!(true);
        entry
    };
    let pools = if dual {
        let first = entry(!fallen_back, part(accepted), part(rejected));
        vec![first, entry(true, accepted - part(accepted), rejected - part(rejected))]
    } else if nerd(rig).release < V1_2 {
        vec![entry(true, accepted, rejected)]
    } else if fallen_back {
        vec![idle(false), marked(entry(true, accepted, rejected))]
    } else {
        vec![marked(entry(true, accepted, rejected)), idle(false)]
    };
    let mut all = json!({
        "poolMode": state.pool_mode, "activePoolMode": state.active_pool_mode, "poolBalance": state.balance,
        "totalBestDiff": rig.shares.best_ever.round(), "pools": pools,
    });
    if !dual {
        all["usingFallback"] = json!(fallen_back);
    }
    all
}

fn pools(page: &mut Page<'_>) {
    let rig = page.rig;
    let known = [("stratum", rig.settings.pools.primary()), ("fallbackStratum", rig.settings.pools.secondary())];
    for (prefix, entry) in known {
        let Some(PoolEntry { at, tls, extranonce, .. }) = entry else { continue };
        page.put(&format!("{prefix}URL"), &Value::text(&at.url));
        page.put(&format!("{prefix}Port"), &Value::count(at.port));
        page.put(&format!("{prefix}User"), &Value::text(&at.user));
        page.since(V1_0_36, &format!("{prefix}TLS"), &Value::Bool(*tls > 0));
        page.since(V1_0_36, &format!("{prefix}EnonceSubscribe"), &Value::Bool(*extranonce));
        page.since(V1_1, &format!("{prefix}Protocol"), &Value::Whole(0));
    }
}

fn rest(page: &mut Page<'_>, state: &NerdState) {
    let rig = page.rig;
    page.put("hostname", &Value::text(&rig.settings.hostname));
    page.put("ssid", &Value::text(&rig.settings.ssid));
    page.put("jobInterval", &Value::Whole(500));
    page.since(V1_0_36, "stratumDifficulty", &Value::Whole(1000));
    page.put("flipscreen", &Value::flag(rig.settings.flip_screen));
    page.put("invertscreen", &Value::flag(rig.settings.invert_screen));
    page.put("invertfanpolarity", &Value::flag(rig.settings.invert_fan));
    page.since(V1_0_34, "otp", &Value::Bool(state.nerd.code.is_some()));
    page.put("ASICModel", &Value::text(rig.hardware.asic));
    page.put("uptimeSeconds", &Value::count(rig.uptime().as_secs()));
    page.put("lastResetReason", &Value::text(if rig.restarts == 0 { "POWERON" } else { "SOFTWARE" }));
    page.put("wifiStatus", &Value::text("WiFi Connected!"));
    page.put("freeHeap", &Value::Whole(6_890_556));
    page.since(V1_0_36, "freeHeapInt", &Value::Whole(148_248));
    page.put("version", &Value::text(page.release.version()));
    page.put("runningPartition", &Value::text("ota_0"));
}

/// By request, or because it got too hot: it does not tell.
fn is_shut_down(rig: &Rig) -> bool {
    rig.paused || rig.tripped
}

fn fan_count(rig: &Rig) -> u16 {
    if rig.hardware.asics > 1 { 2 } else { 1 }
}

/// Text with a suffix before 1.0.36, a number since.
fn difficulty(release: NerdRelease, best: f64) -> Value<'static> {
    if release >= V1_0_36 {
        return Value::rounded(best, 0);
    }
    let units = [(1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")];
    let unit = units.iter().find(|(unit, _)| best >= *unit);
    Value::Text(unit.map_or_else(|| format!("{best:.0}"), |(unit, name)| format!("{:.2}{name}", best / unit)).into())
}
