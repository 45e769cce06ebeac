//! PATCH /api/system and /api/v2/settings: what the firmware takes, and of which type.
//!
//! **Invariant:** each key by itself: one of another type is passed over, the others are stored. Nothing is clamped; what
//! is above the board's ceiling is stored and not applied.

use super::super::http::Reply;
use super::{nerd, state};
use crate::world::{NerdRelease, PoolEntry, Rig};
use serde_json::{Map, Value};

pub(super) fn patch(rig: &mut Rig, body: &[u8]) -> Reply {
    let Ok(Value::Object(wanted)) = serde_json::from_slice::<Value>(body) else {
        return Reply::text(400, "Invalid JSON");
    };
    chips(rig, &wanted);
    let fan = if nerd(rig).release >= NerdRelease::V1_0_32 { "manualFanSpeed" } else { "fanspeed" };
    fans(rig, &wanted, "autofanspeed", fan, "pidTargetTemp");
    switches(rig, &wanted);
    for (id, prefix) in [(0, "stratum"), (1, "fallbackStratum")] {
        let key = |name: &str| wanted.get(&format!("{prefix}{name}"));
        let change = Change {
            url: key("URL"),
            port: key("Port"),
            user: key("User"),
            password: key("Password"),
            tls: key("TLS").filter(|_| nerd(rig).release >= NerdRelease::V1_0_36),
        };
        change.store(rig, id);
    }
    mode(rig, &wanted);
    taken_up(rig)
}

/// The same settings under the names of the second API.
pub(super) fn patch_v2(rig: &mut Rig, body: &[u8]) -> Reply {
    let Ok(Value::Object(wanted)) = serde_json::from_slice::<Value>(body) else {
        return Reply::text(400, "Invalid JSON");
    };
    chips(rig, &wanted);
    if let Some(Value::Object(fan)) = wanted.get("fans").and_then(|fans| fans.get(0)) {
        fans(rig, fan, "mode", "manualSpeed", "");
    }
    if let Some(Value::Array(pools)) = wanted.get("pools") {
        for (id, pool) in (0..2).zip(pools) {
            let key = |name: &str| pool.get(name);
            let change = Change {
                url: key("url"),
                port: key("port"),
                user: key("user"),
                password: key("password"),
                tls: key("tls"),
            };
            change.store(rig, id);
        }
    }
    mode(rig, &wanted);
    taken_up(rig)
}

fn chips(rig: &mut Rig, wanted: &Map<String, Value>) {
    let (mhz, mv) = (whole(wanted.get("frequency")), whole(wanted.get("coreVoltage")));
    if let Some(state) = state(rig) {
        state.stored_mhz = mhz.filter(|mhz| *mhz > 0).unwrap_or(state.stored_mhz);
        state.stored_mv = mv.filter(|mv| *mv > 0).unwrap_or(state.stored_mv);
    }
    rig.flash_writes += u32::from(mhz.is_some()) + u32::from(mv.is_some());
}

fn fans(rig: &mut Rig, wanted: &Map<String, Value>, mode: &str, speed: &str, target: &str) {
    if let Some(mode) = whole(wanted.get(mode)) {
        rig.settings.auto_fan = mode != 0;
        rig.flash_writes += 1;
        if let Some(state) = state(rig) {
            state.fan_mode = mode;
        }
    }
    if let Some(speed) = whole(wanted.get(speed)) {
        rig.settings.manual_fan_pct = speed.min(100);
        rig.flash_writes += 1;
    }
    if let Some(target) = whole(wanted.get(target)) {
        rig.settings.temp_target_c = target;
        rig.flash_writes += 1;
    }
}

fn switches(rig: &mut Rig, wanted: &Map<String, Value>) {
    let truth = |key: &str| wanted.get(key).and_then(Value::as_bool);
    rig.settings.flip_screen = truth("flipscreen").unwrap_or(rig.settings.flip_screen);
    rig.settings.invert_screen = truth("invertscreen").unwrap_or(rig.settings.invert_screen);
    rig.settings.invert_fan = truth("invertfanpolarity").unwrap_or(rig.settings.invert_fan);
    if let Some(Value::String(name)) = wanted.get("hostname") {
        rig.settings.hostname.clone_from(name);
    }
    let overheat = whole(wanted.get("overheat_temp"));
    if let (Some(state), Some(overheat)) = (state(rig), overheat) {
        state.overheat_c = overheat;
    }
}

fn mode(rig: &mut Rig, wanted: &Map<String, Value>) {
    if nerd(rig).release < NerdRelease::V1_0_36 {
        return;
    }
    let (mode, balance) = (whole(wanted.get("poolMode")), whole(wanted.get("poolBalance")));
    if let Some(state) = state(rig) {
        state.pool_mode = mode.unwrap_or(state.pool_mode);
        state.balance = balance.unwrap_or(state.balance).min(100);
    }
}

/// What one pool is to be changed to.
struct Change<'a> {
    url: Option<&'a Value>,
    port: Option<&'a Value>,
    user: Option<&'a Value>,
    password: Option<&'a Value>,
    tls: Option<&'a Value>,
}

impl Change<'_> {
    fn store(&self, rig: &mut Rig, id: u8) {
        let before = rig.settings.pools.find(id).cloned();
        let entry: &mut PoolEntry = rig.settings.pools.entry(id);
        if let Some(Value::String(url)) = self.url {
            entry.at.url.clone_from(url);
        }
        if let Some(Value::String(user)) = self.user {
            entry.at.user.clone_from(user);
        }
        if let Some(Value::String(password)) = self.password {
            entry.at.password.clone_from(password);
        }
        entry.at.port = whole(self.port).unwrap_or(entry.at.port);
        if let Some(tls) = self.tls.and_then(Value::as_bool) {
            entry.tls = u16::from(tls);
        }
        if before.as_ref() != Some(&*entry) {
            rig.flash_writes += 1;
        }
    }
}

/// The answer goes out first; then everything is loaded anew, and a changed pool is connected to at once.
fn taken_up(rig: &mut Rig) -> Reply {
    if let Some(state) = state(rig).cloned() {
        state.apply(&mut rig.settings);
    }
    rig.reconnect();
    Reply::text(200, "")
}

/// A JSON integer that fits sixteen bits: neither `525.5` nor `"525"`.
fn whole(value: Option<&Value>) -> Option<u16> {
    value?.as_u64().and_then(|value| u16::try_from(value).ok())
}
