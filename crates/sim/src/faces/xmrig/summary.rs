//! The summary in both versions of the API, and what stands behind it thread by thread.
//!
//! **Invariant:** no power and no temperature, for the program knows neither; a rate is null until its window is full.

use super::super::http::Reply;
use super::super::look::Look;
use super::json::{in_order, wrong};
use super::release;
use crate::world::{Own, Release, Rig};
use serde_json::{Value, json};

const THREADS: u32 = 8;
/// Until then the longest average is null, and one release cannot count its own reply.
const LONGEST_S: u32 = 900;
/// By how much it miscounts.
const MISCOUNT: usize = 24;

/// What stays readable when every type is wrong, so that the program is still recognised.
const IDENTITY: [&str; 5] = ["id", "worker_id", "version", "kind", "ua"];

pub(super) fn reply(rig: &Rig, version: u8, look: Look) -> Reply {
    let mut members = if version == 1 && release(rig) == Release::V2_6 { oldest(rig) } else { current(rig, version) };
    for (name, value) in &mut members {
        match *name {
            "id" if look.other_device => *value = "ffffffffffffffff".into(),
            "worker_id" if look.other_device => *value = "somebody-else".into(),
            name if look.absurd => absurd(name, value),
            name if look.wrong_types && !IDENTITY.contains(&name) => *value = wrong(value),
            _ => {}
        }
    }
    let mut body = in_order(&members).into_bytes();
    if release(rig) == Release::V6_22_1 && rig.hashing.seconds < LONGEST_S {
        body.truncate(body.len() - MISCOUNT);
    }
    Reply::json(body)
}

fn current(rig: &Rig, version: u8) -> Vec<(&'static str, Value)> {
    let release = release(rig).version();
    let mut members = vec![
        ("id", id(rig)),
        ("worker_id", rig.settings.hostname.as_str().into()),
        ("uptime", rig.uptime().as_secs().into()),
        ("restricted", restricted(rig).into()),
        (
            "resources",
            json!({
                "memory": { "free": 9_126_805_504_u64, "total": 33_566_486_528_u64, "resident_set_memory": 2_510_000_128_u64 },
                "load_average": [7.9, 7.8, 7.6], "hardware_concurrency": 16,
            }),
        ),
        ("features", json!(["api", "asm", "http", "hwloc", "tls", "opencl", "cuda"])),
        ("results", results(rig)),
        ("algo", algo(rig)),
        ("connection", connection(rig)),
        ("version", release.into()),
        ("kind", "miner".into()),
        ("ua", format!("XMRig/{release} (Linux x86_64) libuv/1.48.0 gcc/13.2.0").into()),
        ("cpu", cpu(rig)),
        ("donate_level", 1.into()),
        ("paused", rig.paused.into()),
        ("algorithms", json!(["cn/1", "cn/2", "cn/half", "rx/0", "rx/wow", "rx/arq", "argon2/chukwa"])),
        ("hashrate", hashrate(rig, version)),
    ];
    members.push(("hugepages", if version == 1 { true.into() } else { json!([1_168, 1_168]) }));
    members
}

/// As version 2.6 had it: no uptime of its own, no pause, no permissions.
fn oldest(rig: &Rig) -> Vec<(&'static str, Value)> {
    let release = release(rig).version();
    vec![
        ("id", id(rig)),
        ("worker_id", rig.settings.hostname.as_str().into()),
        ("version", release.into()),
        ("kind", "cpu".into()),
        ("ua", format!("XMRig/{release} (Linux x86_64) libuv/1.8.0 gcc/5.4.0").into()),
        ("cpu", json!({ "brand": rig.hardware.asic, "aes": true, "x64": true, "sockets": 1 })),
        ("algo", algo(rig)),
        ("hugepages", true.into()),
        ("donate_level", 5.into()),
        ("hashrate", hashrate(rig, 1)),
        ("results", results(rig)),
        ("connection", connection(rig)),
    ]
}

/// Made from the network card, as the program does: the same card, the same number.
fn id(rig: &Rig) -> Value {
    let digits: String = rig.spec.mac.chars().filter(char::is_ascii_hexdigit).collect();
    format!("{}{}", digits.to_lowercase(), "5eed").into()
}

fn restricted(rig: &Rig) -> bool {
    matches!(&rig.own, Own::XmRig(program) if program.restricted())
}

fn algo(rig: &Rig) -> Value {
    if rig.is_hashing() || rig.paused { "rx/0".into() } else { Value::Null }
}

fn results(rig: &Rig) -> Value {
    let (good, bad) = (rig.shares.accepted, rig.shares.rejected());
    let best = rig.shares.best_session.round();
    json!({
        "diff_current": rig.difficulty(), "shares_good": good, "shares_total": good + bad, "avg_time": 12,
        "avg_time_ms": 12_345, "hashes_total": good * u64::from(rig.difficulty()),
        "best": [best, (best / 2.0).round(), 0, 0, 0, 0, 0, 0, 0, 0],
    })
}

fn connection(rig: &Rig) -> Value {
    let pool = rig.connection().pool();
    let seconds = rig.hashing.seconds;
    json!({
        "pool": format!("{}:{}", pool.url, pool.port), "ip": "192.0.2.22", "uptime": seconds, "uptime_ms": u64::from(seconds) * 1000,
        "ping": rig.air.response_ms.round(), "failures": u8::from(rig.on_fallback()), "tls": null, "tls-fingerprint": null,
        "algo": algo(rig), "diff": rig.difficulty(), "accepted": rig.shares.accepted, "rejected": rig.shares.rejected(),
        "avg_time": 12, "avg_time_ms": 12_345, "hashes_total": rig.shares.accepted * u64::from(rig.difficulty()),
    })
}

fn cpu(rig: &Rig) -> Value {
    json!({
        "brand": rig.hardware.asic, "family": 25, "model": 33, "stepping": 0, "aes": true, "avx2": true, "x64": true,
        "64_bit": true, "l2": 4_194_304, "l3": 33_554_432, "cores": 8, "threads": 16, "packages": 1, "nodes": 1,
        "backend": "hwloc/2.9.0", "msr": "ryzen_19h", "assembly": "ryzen", "arch": "x86_64", "flags": ["aes", "avx2"],
    })
}

/// H/s over 10 seconds, a minute, a quarter of an hour.
fn rates(rig: &Rig, part: f64) -> Value {
    let full = |window_s: u32| rig.hashing.seconds >= window_s;
    let shown = |average: f64| Value::from((average * 1e11 / part).round() / 100.0);
    let window = |average: f64, window_s: u32| if full(window_s) { shown(average) } else { Value::Null };
    let hashing = &rig.hashing;
    json!([window(hashing.now, 10), window(hashing.minute, 60), window(hashing.ten_minutes, LONGEST_S)])
}

fn hashrate(rig: &Rig, version: u8) -> Value {
    let mut rates_of_all = json!({ "total": rates(rig, 1.0), "highest": (rig.hashing.now * 1.02e11).round() / 100.0 });
    if version == 1 {
        rates_of_all["threads"] = (0..THREADS).map(|_| rates(rig, f64::from(THREADS))).collect();
    }
    rates_of_all
}

pub(super) fn backends(rig: &Rig) -> Value {
    let thread = |affinity: u32| json!({ "intensity": 1, "affinity": affinity, "av": 1, "hashrate": rates(rig, f64::from(THREADS)) });
    json!([{
        "type": "cpu", "enabled": true, "algo": algo(rig), "profile": "rx", "hw-aes": true, "priority": -1, "msr": true,
        "asm": "ryzen", "argon2-impl": null, "hugepages": [1_168, 1_168], "memory": 16_777_216,
        "hashrate": rates(rig, 1.0), "threads": (0..THREADS).map(thread).collect::<Value>(),
    }])
}

pub(super) fn threads(rig: &Rig) -> Value {
    let thread = |affinity: u32| {
        json!({
            "type": "cpu", "algo": algo(rig), "av": 1, "low_power_mode": 1, "affine_to_cpu": affinity, "priority": -1,
            "soft_aes": false, "hashrate": rates(rig, f64::from(THREADS)),
        })
    };
    json!({ "hugepages": [8, 8], "memory": 16_777_216, "threads": (0..THREADS).map(thread).collect::<Value>() })
}

/// What no program can count.
fn absurd(name: &str, value: &mut Value) {
    match name {
        "uptime" => *value = (-1).into(),
        "results" => {
            *value =
                json!({ "diff_current": -1, "shares_good": -5, "shares_total": 1e300, "best": [-1, 1e300, "nan"] });
        }
        "connection" => {
            value["ping"] = 15_702_638.526.into();
            value["diff"] = (-7).into();
            value["pool"] = "pool.example.org:99999".into();
        }
        "hashrate" => *value = json!({ "total": [1e300, -1, "nan"], "highest": -1 }),
        _ => {}
    }
}
