//! What an NMMiner or NMAxe says of itself: over HTTP, on its old page, and in its datagram.
//!
//! **Invariant:** figures are texts with units wherever the firmware writes them so, trailing blanks included.

use super::super::look::Look;
use super::release;
use crate::world::{NmRelease, Rig};
use serde_json::{Value, json};
use std::time::Duration;

pub(super) fn info(rig: &Rig, look: Look) -> Value {
    let pool = rig.connection().pool();
    let mut all = json!({
        "identity": {
            "hwModel": "NMMiner", "hostName": rig.settings.hostname, "fwVersion": release(rig).version(),
            "rssi": rig.air.rssi_dbm.round(),
        },
        "miner": {
            "hashRate": rig.hashing.now, "sAccepted": rig.shares.accepted, "sRejected": rig.shares.rejected(),
            "uptimeSeconds": rig.uptime().as_secs(), "uptimeEver": rig.uptime().as_secs() + 5_000,
            "networkDiff": "132.8T", "poolDiff": format!("{}.0000 ", rig.difficulty()), "lastDiff": "0.00073",
            "bestDiffSession": short(rig.shares.best_session), "bestDiffEver": short(rig.shares.best_ever),
            "blkhits": 0, "freeHeap": 118_432, "minFreeHeap": 94_312,
        },
        "stratum": { "url": format!("{}:{}", pool.url, pool.port), "user": pool.user },
        "temps": { "vcore": (rig.heat.chip_c * 10.0).round() / 10.0, "asic": null },
        "storage": { "fsTotal": 1_048_576, "fsUsed": 262_144 },
    });
    if look.absurd {
        all["miner"]["hashRate"] = json!(1e300);
        all["miner"]["sAccepted"] = json!(-5);
        all["miner"]["uptimeSeconds"] = json!(-1);
        all["temps"]["vcore"] = json!(99_999);
        all["identity"]["rssi"] = json!(255);
    }
    if look.wrong_types {
        all["miner"]["hashRate"] = json!(rig.hashing.now.to_string());
        all["miner"]["sAccepted"] = json!(rig.shares.accepted.to_string());
        all["stratum"] = json!("unexpected");
        all["temps"] = json!([]);
    }
    all
}

pub(super) fn axe(rig: &Rig, look: Look) -> Value {
    let (pool, entry) = (rig.connection().pool(), rig.settings.pools.primary());
    let url = |host: &str, port: u16| format!("stratum+tcp://{host}:{port}");
    let mut all = json!({
        "power": rig.power_w(), "voltage": 5_050, "current": rig.power_w() / 5.05 * 1_000.0, "temp": rig.heat.chip_c.round(),
        "vrTemp": rig.heat.vr_c.round(), "mcuTemp": 48, "hashRate": rig.hashing.now,
        "bestDiff": short(rig.shares.best_ever), "bestSessionDiff": short(rig.shares.best_session), "freeHeap": 170_000,
        "coreVoltage": rig.settings.core_voltage_mv, "coreVoltageActual": rig.settings.core_voltage_mv,
        "frequency": rig.settings.frequency_mhz, "hostname": rig.settings.hostname, "ssid": rig.settings.ssid,
        "wifiStatus": "connected", "sharesAccepted": rig.shares.accepted, "sharesRejected": rig.shares.rejected(),
        "uptimeSeconds": rig.uptime().as_secs(), "asicCount": 1, "smallCoreCount": 894, "ASICModel": rig.hardware.asic,
        "stratumURLUSED": url(&pool.url, pool.port), "stratumUserUSED": pool.user, "stratumPassword1": "worker-secret",
        "stratumURL1": entry.map(|pool| url(&pool.at.url, pool.at.port)), "stratumUser1": entry.map(|pool| &pool.at.user),
        "version": release(rig).version(), "boardVersion": rig.hardware.board, "overheat_mode": 0, "autofanspeed": true,
        "fanspeed": rig.heat.fan_pct.round(), "fanrpm": (rig.heat.fan_pct * 70.0).round(),
    });
    if look.absurd {
        all["power"] = json!(-1e300);
        all["hashRate"] = json!(1e300);
        all["temp"] = json!(99_999);
    }
    all
}

pub(super) fn probe(rig: &Rig) -> Value {
    json!({
        "model": "NMMiner", "hostname": rig.settings.hostname, "ver": release(rig).version(), "sw": 320, "sh": 240,
        "hr": (rig.hashing.now * 1e9).round(), "sbd": rig.shares.best_session, "ebd": rig.shares.best_ever,
        "ut": rig.uptime().as_secs(),
    })
}

pub(super) fn mining(rig: &Rig) -> Value {
    let mut all = json!({});
    for (which, entry) in [("Primary", rig.settings.pools.primary()), ("Secondary", rig.settings.pools.secondary())] {
        let Some(entry) = entry else { continue };
        let scheme = if entry.tls > 0 { "stratum+ssl" } else { "stratum+tcp" };
        all[format!("{which}Pool")] = json!(format!("{scheme}://{}:{}", entry.at.url, entry.at.port));
        all[format!("{which}Address")] = json!(entry.at.user);
        all[format!("{which}Password")] = json!(entry.at.password);
    }
    all
}

pub(super) fn page(rig: &Rig, look: Look) -> Value {
    let pool = rig.connection().pool();
    let (accepted, rejected) = (rig.shares.accepted, rig.shares.rejected());
    let mut all = json!({
        "timeMining": span(rig.uptime(), 2), "boardtype": rig.hardware.board, "hashRate": format!("{}H/s", rate(rig)),
        "pool": format!("{}:{}", pool.url, pool.port), "shares": format!("{rejected}/{accepted} ({})", part(rig)),
        "netDiff": "117.0T", "poolDiff": rig.difficulty().to_string(), "lastDiff": "0.0077",
        "bestDiff": short(rig.shares.best_ever), "valid": "0", "rssi": format!("{}dBm", rig.air.rssi_dbm.round()),
        "freeHeap": "63.211KB",
    });
    if look.absurd {
        all["hashRate"] = json!("1e300");
        all["rssi"] = json!("255dBm");
    }
    all
}

/// The datagram: the oldest spell their address in capitals and tell one value where later ones tell two.
pub(crate) fn words(rig: &Rig) -> Value {
    let (release, pool) = (release(rig), rig.connection().pool());
    let (session, ever) = (short(rig.shares.best_session), short(rig.shares.best_ever));
    let first = release == NmRelease::V0_3;
    let mut all = json!({
        "BoardType": rig.hardware.board,
        "HashRate": if first { rate(rig) } else { format!("{}H/s", rate(rig)) },
        "Share": format!("{}/{}", rig.shares.rejected(), rig.shares.accepted),
        "NetDiff": "89.47T", "PoolDiff": rig.difficulty().to_string(), "LastDiff": "0.001",
        "BestDiff": if first { ever.clone() } else { format!("{session}\r{ever}") },
        "Valid": 0, "Progress": 0.167, "Temp": rig.heat.chip_c.round(), "RSSI": rig.air.rssi_dbm.round(),
        "FreeHeap": 8_203.9, "Version": release.version(), "PoolInUse": format!("{}:{}", pool.url, pool.port),
        "Uptime": if first {
            span(rig.uptime(), 2)
        } else {
            format!("{}\r{}", span(rig.uptime(), 3), span(rig.uptime() + Duration::from_hours(600), 3))
        },
    });
    all[if first { "IP" } else { "ip" }] = json!(rig.spec.ip.to_string());
    if release == NmRelease::Axe {
        all["Share"] = json!(format!("{}/{}/{}", rig.shares.rejected(), rig.shares.accepted, part(rig)));
        all["Power"] = json!(format!("{:.1}W", rig.power_w()));
        all["Lastseen"] = json!(2_000);
    }
    all
}

fn part(rig: &Rig) -> String {
    let (accepted, rejected) = (rig.shares.accepted, rig.shares.rejected());
    let tenths = (accepted * 1_000).checked_div(accepted + rejected).unwrap_or(0);
    format!("{}.{}%", tenths / 10, tenths % 10)
}

/// H/s with a letter.
fn rate(rig: &Rig) -> String {
    let hashes = rig.hashing.now * 1e9;
    let units = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "K")];
    let unit = units.iter().find(|(unit, _)| hashes >= *unit);
    unit.map_or_else(|| format!("{hashes:.0}"), |(unit, letter)| format!("{:.4}{letter}", hashes / unit))
}

fn short(best: f64) -> String {
    let units = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "K")];
    let unit = units.iter().find(|(unit, _)| best >= *unit);
    unit.map_or_else(|| format!("{best:.4} "), |(unit, letter)| format!("{:.3}{letter}", best / unit))
}

fn span(time: Duration, width: usize) -> String {
    let seconds = time.as_secs();
    let (days, hours, minutes) = (seconds / 86_400, seconds / 3_600 % 24, seconds / 60 % 60);
    format!("{days:0width$}d {hours:02}:{minutes:02}:{:02}", seconds % 60)
}
