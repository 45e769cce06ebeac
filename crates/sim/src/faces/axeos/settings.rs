//! PATCH /api/system: which keys exist when, what they accept, where they go.
//!
//! **Invariant:** all or nothing; a key that a generation does not know is ignored without a word; frequency and
//! voltage are not clamped, because the firmware does not clamp them either.

use super::super::http::Reply;
use super::{generation, pools};
use crate::world::Generation::{self, V2_4, V2_10, V2_12, V2_14, V2_15};
use crate::world::Rig;
use serde_json::{Map, Value};

/// What a key accepts.
enum Rule {
    Text(usize),
    Hostname,
    /// Any number in the range.
    Number(f64, f64),
    Integer(i64, i64),
    /// 0, 1, false or true.
    Switch,
}

struct Setting {
    key: &'static str,
    since: Generation,
    /// The first generation that ignores it.
    gone: Option<Generation>,
    rule: Rule,
    store: fn(&mut Rig, &Value),
}

const fn since(since: Generation, key: &'static str, rule: Rule, store: fn(&mut Rig, &Value)) -> Setting {
    Setting { key, since, gone: None, rule, store }
}

const fn until(gone: Generation, key: &'static str, rule: Rule, store: fn(&mut Rig, &Value)) -> Setting {
    Setting { key, since: V2_4, gone: Some(gone), rule, store }
}

const U16: Rule = Rule::Integer(1, 65_535);

static SETTINGS: &[Setting] = &[
    until(V2_15, "stratumURL", Rule::Text(256), |rig, value| rig.settings.pools.entry(0).at.url = text(value)),
    until(V2_15, "stratumPort", U16, |rig, value| rig.settings.pools.entry(0).at.port = small(value)),
    until(V2_15, "stratumUser", Rule::Text(256), |rig, value| rig.settings.pools.entry(0).at.user = text(value)),
    until(V2_15, "stratumPassword", Rule::Text(256), |rig, value| {
        rig.settings.pools.entry(0).at.password = text(value);
    }),
    until(V2_15, "fallbackStratumURL", Rule::Text(256), |rig, value| rig.settings.pools.entry(1).at.url = text(value)),
    until(V2_15, "fallbackStratumPort", U16, |rig, value| rig.settings.pools.entry(1).at.port = small(value)),
    until(V2_15, "fallbackStratumUser", Rule::Text(256), |rig, value| {
        rig.settings.pools.entry(1).at.user = text(value);
    }),
    until(V2_15, "fallbackStratumPassword", Rule::Text(256), |rig, value| {
        rig.settings.pools.entry(1).at.password = text(value);
    }),
    Setting {
        since: V2_10,
        ..until(V2_15, "stratumSuggestedDifficulty", Rule::Integer(0, 0xFFFF_FFFF), |rig, value| {
            rig.settings.pools.entry(0).suggested_difficulty = large(value);
        })
    },
    Setting {
        since: V2_10,
        ..until(V2_15, "stratumExtranonceSubscribe", Rule::Switch, |rig, value| {
            rig.settings.pools.entry(0).extranonce = switch(value);
        })
    },
    Setting {
        since: V2_14,
        ..until(V2_15, "stratumTLS", U16_OR_ZERO, |rig, value| rig.settings.pools.entry(0).tls = small(value))
    },
    since(V2_12, "useFallbackStratum", Rule::Switch, |rig, value| rig.settings.use_fallback = switch(value)),
    since(V2_4, "ssid", Rule::Text(32), |rig, value| rig.settings.ssid = text(value)),
    since(V2_4, "wifiPass", Rule::Text(63), |_, _| {}),
    since(V2_4, "hostname", Rule::Hostname, |rig, value| rig.settings.hostname = text(value)),
    since(V2_4, "coreVoltage", U16, |rig, value| rig.settings.core_voltage_mv = small(value)),
    since(V2_4, "frequency", Rule::Number(1.0, 65_535.0), |rig, value| {
        rig.settings.frequency_mhz = value.as_f64().unwrap_or_default();
    }),
    since(V2_10, "overclockEnabled", Rule::Switch, |rig, value| rig.settings.overclock = switch(value)),
    since(V2_4, "autofanspeed", Rule::Switch, |rig, value| rig.settings.auto_fan = switch(value)),
    until(V2_12, "fanspeed", Rule::Integer(0, 100), |rig, value| rig.settings.manual_fan_pct = small(value)),
    since(V2_12, "manualFanSpeed", Rule::Integer(0, 100), |rig, value| rig.settings.manual_fan_pct = small(value)),
    since(V2_10, "minFanSpeed", Rule::Integer(0, 99), |rig, value| rig.settings.min_fan_pct = small(value)),
    since(V2_10, "temptarget", Rule::Integer(35, 66), |rig, value| rig.settings.temp_target_c = small(value)),
    since(V2_4, "overheat_mode", Rule::Integer(0, 0), |rig, _| rig.settings.overheat_mode = false),
    since(V2_10, "rotation", Rule::Integer(0, 270), |rig, value| rig.settings.rotation = small(value)),
    since(V2_4, "invertscreen", Rule::Switch, |rig, value| rig.settings.invert_screen = switch(value)),
    until(V2_10, "flipscreen", Rule::Switch, |rig, value| rig.settings.flip_screen = switch(value)),
    until(V2_10, "invertfanpolarity", Rule::Switch, |rig, value| rig.settings.invert_fan = switch(value)),
    since(V2_10, "displayTimeout", Rule::Integer(-1, 71_582), |rig, value| {
        rig.settings.display_timeout = value.as_i64().unwrap_or(-1);
    }),
    since(V2_10, "statsFrequency", U16_OR_ZERO, |rig, value| rig.settings.stats_frequency = small(value)),
];

const U16_OR_ZERO: Rule = Rule::Integer(0, 65_535);

pub(super) fn patch(rig: &mut Rig, body: &[u8]) -> Reply {
    let Ok(Value::Object(wanted)) = serde_json::from_slice::<Value>(body) else {
        return Reply::text(400, "Invalid JSON");
    };
    let of = generation(rig);
    let known = || {
        SETTINGS
            .iter()
            .filter(|setting| of >= setting.since && setting.gone.is_none_or(|gone| of < gone))
            .filter_map(|setting| wanted.get(setting.key).map(|value| (setting, value)))
    };
    if known().any(|(setting, value)| !setting.rule.accepts(value)) {
        return wrong_input();
    }
    let Ok(list) = pools_wanted(rig, &wanted) else { return wrong_input() };
    for (setting, value) in known() {
        (setting.store)(rig, value);
        rig.flash_writes += 1;
    }
    if let Some(change) = list {
        change.store(rig);
    }
    Reply::text(200, "")
}

/// The pool list of 2.15; older firmware has never heard of it.
fn pools_wanted(rig: &Rig, wanted: &Map<String, Value>) -> Result<Option<pools::Change>, pools::WrongInput> {
    if generation(rig) < V2_15 { Ok(None) } else { pools::Change::parse(rig, wanted) }
}

pub(super) fn wrong_input() -> Reply {
    Reply::text(400, "Wrong API input")
}

impl Rule {
    fn accepts(&self, value: &Value) -> bool {
        match self {
            Self::Text(longest) => value.as_str().is_some_and(|text| text.len() <= *longest),
            Self::Hostname => value.as_str().is_some_and(|name| {
                (1..=32).contains(&name.len()) && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
            }),
            Self::Number(low, high) => value.as_f64().is_some_and(|number| (*low..=*high).contains(&number)),
            Self::Integer(low, high) => value.as_i64().is_some_and(|number| (*low..=*high).contains(&number)),
            Self::Switch => value.is_boolean() || matches!(value.as_i64(), Some(0 | 1)),
        }
    }
}

fn text(value: &Value) -> String {
    value.as_str().unwrap_or_default().to_owned()
}

fn large(value: &Value) -> u32 {
    u32::try_from(value.as_i64().unwrap_or_default()).unwrap_or(u32::MAX)
}

fn small(value: &Value) -> u16 {
    u16::try_from(large(value)).unwrap_or(u16::MAX)
}

fn switch(value: &Value) -> bool {
    value.as_bool().unwrap_or(value.as_i64() == Some(1))
}
