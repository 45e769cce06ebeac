//! The third API of Whatsminers: each text with its length in front, one object of names in small letters.
//!
//! **Invariant:** what changes something wants a signature, which nobody has.

use super::super::cgminer_api::{Device, Frame, Look, Reply, Request};
use super::words::mac;
use crate::world::{Rig, Stock};
use serde_json::{Value, json};

pub(super) struct ThirdApi;

impl Device for ThirdApi {
    const FRAME: Frame = Frame::Length;

    fn joins(_: &Rig) -> bool {
        false
    }

    fn answer(rig: &mut Rig, request: &Request, now_s: i64, look: Look) -> Reply {
        let told = match (request.command.as_str(), request.parameter.as_str()) {
            ("get.device.info", _) => Ok(device(rig, look)),
            ("get.miner.status", "summary") => Ok(json!({ "summary": summary(rig, look) })),
            ("get.miner.status", "pools") => Ok(json!({ "pools": pools(rig) })),
            _ if Self::writes(request) => Err((-4, "permission denied")),
            _ => Err((-2, "invalid command")),
        };
        let (code, message) = told.map_or_else(|(code, words)| (code, json!(words)), |message| (0, message));
        whole(&request.command, code, &message, now_s)
    }

    fn writes(request: &Request) -> bool {
        request.command.starts_with("set.")
    }

    fn pretends(request: &Request) -> Reply {
        Self::refuses(request)
    }

    fn refuses(request: &Request) -> Reply {
        whole(&request.command, -4, &json!("permission denied"), 0)
    }
}

fn whole(command: &str, code: i64, message: &Value, now_s: i64) -> Reply {
    let mut reply = Reply::new(if code == 0 { 'S' } else { 'E' }, code.unsigned_abs().try_into().unwrap_or(0), "");
    reply.whole = Some(json!({ "code": code, "when": now_s, "msg": message, "desc": command }));
    reply
}

fn rounded(number: f64, places: i32) -> f64 {
    let scale = 10_f64.powi(places);
    (number * scale).round() / scale
}

fn device(rig: &Rig, look: Look) -> Value {
    json!({
        "miner": { "type": "M60S_VK40", "hash-board": "K40", "miner-sn": format!("SN{}", rig.spec.mac.replace(':', "")), "working": "true" },
        "network": { "ip": rig.spec.ip.to_string(), "mac": mac(rig, look), "hostname": "WhatsMiner", "proto": "dhcp" },
        "power": { "mode": "1", "fanspeed": 6_344 },
        "system": { "api": "3.0.2", "fwversion": Stock::Whatsminer3.version(), "platform": "H616" },
        "salt": "c0ffee42",
    })
}

fn summary(rig: &Rig, look: Look) -> Value {
    let ths = |ghs: f64| json!(rounded(ghs / 1_000.0, 3));
    let absurd = |value: Value, other: Value| if look.absurd { other } else { value };
    let (heat, hashing) = (&rig.heat, &rig.hashing);
    json!({
        "elapsed": absurd(json!(rig.uptime().as_secs()), json!(-1)),
        "hash-realtime": absurd(ths(hashing.momentary), json!(1e300)),
        "hash-1min": absurd(ths(hashing.minute), json!("NaN")),
        "hash-average": ths(hashing.hour),
        "chip-temp-max": absurd(json!(rounded(heat.chip_c, 1)), json!(99_999)),
        "board-temperature": [rounded(heat.chip_c - 15.0, 1), rounded(heat.chip_c - 16.0, 1)],
        "environment-temperature": rounded(heat.ambient_c, 1),
        "fan-speed-in": rounded(heat.fan_pct * 60.0, 0),
        "fan-speed-out": rounded(heat.fan_pct * 58.0, 0),
        "freq-avg": rig.settings.frequency_mhz,
        "power-realtime": absurd(json!(rounded(rig.power_w(), 0)), json!(-5)),
        "power-limit": 3_600,
    })
}

fn pools(rig: &Rig) -> Value {
    let down = rig.on_fallback();
    let pool = |(place, entry): (usize, &crate::world::PoolEntry)| {
        json!({
            "account": entry.at.user,
            "pool-priority": place,
            "status": if down && place == 0 { "dead" } else { "alive" },
            "stratum-active": place == usize::from(down),
            "url": format!("stratum+tcp://{}:{}", entry.at.url, entry.at.port),
        })
    };
    rig.settings.pools.entries.iter().enumerate().map(pool).collect()
}
