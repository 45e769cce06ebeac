//! Pools in both of AxeOS's formats: flat keys up to 2.14, a list with indices since 2.15. Reading and writing.
//!
//! **Invariant:** the format is chosen by what the device prints (`pools` or not), and a write leaves every entry that
//! is not the primary one exactly as it was read.

use super::loose::{Number, Switch, Text};
use super::wire::{Info, PoolEntry};
use hmm_domain::port::DriverError;
use hmm_domain::wish::PoolTarget;
use serde_json::{Map, Value, json};

/// AxeOS prints and accepts this in place of a password: keep the one you have.
const KEPT: &str = "*****";

/// A pool as it is set on the device. The host is bare: schemes and ports that somebody typed into it are taken off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct PoolSetting {
    pub(super) host: String,
    pub(super) port: Option<u16>,
    pub(super) user: Option<String>,
    pub(super) tls: Option<bool>,
}

impl PoolSetting {
    fn new(url: &Text, port: Number, user: &Text, tls: Switch) -> Option<Self> {
        let (host, own_port) = bare_host(url.some()?);
        let port = port.whole().and_then(|port| u16::try_from(port).ok()).or(own_port);
        (!host.is_empty()).then(|| Self {
            host: host.to_owned(),
            port,
            user: user.some().map(str::to_owned),
            tls: tls.0,
        })
    }

    fn of(entry: &PoolEntry) -> Option<Self> {
        Self::new(&entry.stratum_url, entry.stratum_port, &entry.stratum_user, entry.stratum_tls)
    }

    pub(super) fn is(&self, target: &PoolTarget) -> bool {
        let user = self.user.as_deref().unwrap_or_default();
        let same = self.host == bare_host(target.host.as_str()).0 && self.port == Some(target.port);
        same && user == target.user.as_str() && self.tls.is_none_or(|tls| tls == target.tls)
    }
}

/// The pool that is set first.
pub(super) fn primary(info: &Info) -> Option<PoolSetting> {
    let listed = entry(info, info.primary_pool_index).and_then(PoolSetting::of);
    listed.or_else(|| PoolSetting::new(&info.stratum_url, info.stratum_port, &info.stratum_user, info.stratum_tls))
}

/// The pool that is set to fall back to.
pub(super) fn fallback(info: &Info) -> Option<PoolSetting> {
    let listed = entry(info, info.secondary_pool_index).and_then(PoolSetting::of);
    listed.or_else(|| {
        PoolSetting::new(
            &info.fallback_stratum_url,
            info.fallback_stratum_port,
            &info.fallback_stratum_user,
            Switch::default(),
        )
    })
}

fn entry(info: &Info, index: Number) -> Option<&PoolEntry> {
    let (pools, index) = (info.pools.0.as_ref()?, index.count()?);
    let by_id = pools.iter().find(|entry| entry.id.count() == Some(index));
    // A fork may leave the ids out; then the place is the index.
    by_id.or_else(|| pools.get(usize::try_from(index).ok()?).filter(|entry| entry.id.0.is_none()))
}

/// Splits what stands before the host (`stratum+tcp://`) and behind it (`:3333`, `/`) off.
pub(super) fn bare_host(text: &str) -> (&str, Option<u16>) {
    let text = text.trim();
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    let text = text.split('/').next().unwrap_or_default();
    if let Some((host, port)) = text.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return (host, port.strip_prefix(':').and_then(|port| port.parse().ok()));
    }
    match text.rsplit_once(':') {
        // More than one colon: an IPv6 address, not a port.
        Some((host, port)) if !host.contains(':') => match port.parse() {
            Ok(port) => (host, Some(port)),
            Err(_) => (text, None),
        },
        _ => (text, None),
    }
}

/// The body of the PATCH that sets `target` as the primary pool.
pub(super) fn write(raw: &Value, info: &Info, target: &PoolTarget) -> Result<Value, DriverError> {
    check(target)?;
    match raw.get("pools") {
        None => flat(raw, target),
        Some(Value::Array(entries)) => listed(entries, info, target),
        Some(_) => Err(DriverError::Unsupported("its list of pools cannot be read, so it is not written".into())),
    }
}

fn flat(raw: &Value, target: &PoolTarget) -> Result<Value, DriverError> {
    let mut body = Map::new();
    fill(&mut body, raw.get("stratumTLS"), target)?;
    Ok(Value::Object(body))
}

fn listed(entries: &[Value], info: &Info, target: &PoolTarget) -> Result<Value, DriverError> {
    let index = info.primary_pool_index.count().unwrap_or(0);
    let mut entries = entries.to_vec();
    let with_id = entries.iter().position(|entry| entry.get("id").and_then(Value::as_u64) == Some(index));
    let place = with_id.or_else(|| usize::try_from(index).ok()).unwrap_or_default();
    if place >= entries.len() && !entries.is_empty() {
        let what = "its list of pools has no entry for the pool it calls its first, so it is not written";
        return Err(DriverError::Unsupported(what.into()));
    }
    if entries.is_empty() {
        entries.push(json!({ "id": index }));
    }
    let Some(Value::Object(entry)) = entries.get_mut(place) else {
        return Err(DriverError::Unsupported("its list of pools cannot be read, so it is not written".into()));
    };
    let tls = entry.get("stratumTLS").cloned();
    fill(entry, tls.as_ref(), target)?;
    // Left out, a password becomes "x".
    if !entry.get("stratumPassword").is_some_and(Value::is_string) {
        entry.insert("stratumPassword".into(), KEPT.into());
    }
    Ok(json!({ "pools": entries, "primaryPoolIndex": index }))
}

/// The keys are the same in both formats.
fn fill(keys: &mut Map<String, Value>, tls: Option<&Value>, target: &PoolTarget) -> Result<(), DriverError> {
    keys.insert("stratumURL".into(), bare_host(target.host.as_str()).0.into());
    keys.insert("stratumPort".into(), target.port.into());
    keys.insert("stratumUser".into(), target.user.as_str().into());
    if let Some(password) = &target.password {
        keys.insert("stratumPassword".into(), password.as_str().into());
    }
    // Only when it has to change, and in the type in which the device prints it: a bad type spoils the whole write.
    let (on, changed) = match tls {
        Some(Value::Bool(on)) => (*on, Value::Bool(target.tls)),
        Some(Value::Number(number)) => (number.as_f64() != Some(0.0), Value::from(u8::from(target.tls))),
        _ if target.tls => return Err(DriverError::Unsupported("this firmware cannot reach a pool over TLS".into())),
        _ => return Ok(()),
    };
    if on != target.tls {
        keys.insert("stratumTLS".into(), changed);
    }
    Ok(())
}

/// S10: the firmware pastes these into its stratum lines as they are, so a quote would leave its frame.
fn check(target: &PoolTarget) -> Result<(), DriverError> {
    let refused = |why: &str| Err(DriverError::Refused(why.into()));
    let leaves = |text: &str| text.chars().any(|c| c.is_control() || matches!(c, '"' | '\\'));
    let host = bare_host(target.host.as_str()).0;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    if host.is_empty() || !(host.chars().all(plain) || host.parse::<std::net::Ipv6Addr>().is_ok()) {
        return refused("not sent: the pool's host is not a host name or an IP address");
    }
    if target.port == 0 {
        return refused("not sent: the pool needs a port");
    }
    if target.user.is_empty() || leaves(target.user.as_str()) {
        return refused("not sent: the pool's user is empty, or holds a quote, a backslash or a control character");
    }
    if target.password.as_deref().is_some_and(leaves) {
        return refused("not sent: the pool's password holds a quote, a backslash or a control character");
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn target() -> PoolTarget {
        PoolTarget { host: "new.example".into(), port: 3334, user: "bc1.rig".into(), password: None, tls: false }
    }

    fn written(raw: &Value, target: &PoolTarget) -> Result<Value, DriverError> {
        write(raw, &serde_json::from_value(raw.clone()).unwrap(), target)
    }

    #[test]
    fn a_host_is_bare_whatever_was_typed() {
        for (typed, host, port) in [
            ("pool.example", "pool.example", None),
            ("stratum+tcp://pool.example:3333", "pool.example", Some(3333)),
            ("stratum+ssl://pool.example:443/path", "pool.example", Some(443)),
            ("[fd00::1]:3333", "fd00::1", Some(3333)),
            ("fd00::1", "fd00::1", None),
            ("pool.example:no", "pool.example:no", None),
            ("", "", None),
        ] {
            assert_eq!(bare_host(typed), (host, port), "{typed}");
        }
    }

    #[test]
    fn flat_keys_are_written_where_the_device_prints_no_list() {
        let raw = json!({ "stratumURL": "old.example", "stratumPort": 3333 });
        let expected = json!({ "stratumURL": "new.example", "stratumPort": 3334, "stratumUser": "bc1.rig" });
        assert_eq!(written(&raw, &target()), Ok(expected));
        let typed =
            PoolTarget { host: "stratum+tcp://new.example:3334".into(), password: Some("p".into()), ..target() };
        let body = written(&raw, &typed).unwrap();
        assert_eq!((&body["stratumURL"], &body["stratumPassword"]), (&json!("new.example"), &json!("p")));
    }

    #[test]
    fn the_list_is_written_whole_and_only_its_primary_entry_changes() {
        let raw = json!({
            "primaryPoolIndex": 1, "secondaryPoolIndex": 0,
            "pools": [
                { "id": 0, "stratumURL": "a.example", "stratumPort": 1, "stratumUser": "a", "stratumPassword": "*****", "x": [1] },
                { "id": 1, "stratumURL": "b.example", "stratumPort": 2, "stratumUser": "b", "stratumTLS": 1, "keep": true },
            ],
        });
        let body = written(&raw, &target()).unwrap();
        assert_eq!(body["pools"][0], raw["pools"][0]);
        assert_eq!(body["primaryPoolIndex"], 1);
        let expected = json!({
            "id": 1, "stratumURL": "new.example", "stratumPort": 3334, "stratumUser": "bc1.rig",
            "stratumPassword": "*****", "stratumTLS": 0, "keep": true,
        });
        assert_eq!(body["pools"][1], expected);
    }

    #[test]
    fn an_unreadable_list_is_never_written() {
        for pools in [json!("x"), json!(null), json!([7]), json!([{ "id": 5 }])] {
            let raw = json!({ "pools": pools, "primaryPoolIndex": 2 });
            assert!(matches!(written(&raw, &target()), Err(DriverError::Unsupported(_))), "{raw}");
        }
        let empty = json!({ "pools": [] });
        assert_eq!(written(&empty, &target()).unwrap()["pools"][0]["stratumURL"], "new.example");
    }

    #[test]
    fn tls_is_written_only_when_it_changes_and_in_the_devices_own_type() {
        let secure = PoolTarget { tls: true, ..target() };
        assert_eq!(written(&json!({ "stratumTLS": 0 }), &secure).unwrap()["stratumTLS"], 1);
        assert_eq!(written(&json!({ "stratumTLS": false }), &secure).unwrap()["stratumTLS"], true);
        assert_eq!(written(&json!({ "stratumTLS": 2 }), &secure).unwrap().get("stratumTLS"), None);
        assert_eq!(written(&json!({ "stratumTLS": 2 }), &target()).unwrap()["stratumTLS"], 0);
        assert!(matches!(written(&json!({}), &secure), Err(DriverError::Unsupported(_))));
    }

    #[test]
    fn s10_what_would_leave_its_frame_is_refused() {
        let raw = json!({});
        let bad = [
            PoolTarget { host: "a b".into(), ..target() },
            PoolTarget { host: "a\",\"b".into(), ..target() },
            PoolTarget { host: "".into(), ..target() },
            PoolTarget { port: 0, ..target() },
            PoolTarget { user: "".into(), ..target() },
            PoolTarget { user: "a\",\"b".into(), ..target() },
            PoolTarget { user: "a\\".into(), ..target() },
            PoolTarget { password: Some("a\nb".into()), ..target() },
            PoolTarget { password: Some("\u{0}".into()), ..target() },
        ];
        for target in bad {
            assert!(matches!(written(&raw, &target), Err(DriverError::Refused(_))), "{target:?}");
        }
    }
}
