//! Pools in both of AxeOS's formats: flat keys up to 2.14, a list with indices since 2.15. Reading and writing.
//!
//! **Invariant:** the format is chosen by what the device prints (`pools` or not), and a write leaves every entry that
//! is not the primary one exactly as it was read.

use super::wire::{Info, PoolEntry};
use crate::miners::shared::loose::{Number, Switch};
use crate::miners::shared::pools::{PoolSetting, bare_host, check};
use hmm_domain::port::DriverError;
use hmm_domain::wish::PoolTarget;
use serde_json::{Map, Value, json};

/// AxeOS prints and accepts this in place of a password: keep the one you have.
const KEPT: &str = "*****";

/// The pool that is set first.
pub(super) fn primary(info: &Info) -> Option<PoolSetting> {
    let listed = entry(info, info.primary_pool_index).and_then(of);
    listed.or_else(|| PoolSetting::new(&info.stratum_url, info.stratum_port, &info.stratum_user, info.stratum_tls))
}

/// The pool that is set to fall back to.
pub(super) fn fallback(info: &Info) -> Option<PoolSetting> {
    let listed = entry(info, info.secondary_pool_index).and_then(of);
    listed.or_else(|| {
        PoolSetting::new(
            &info.fallback_stratum_url,
            info.fallback_stratum_port,
            &info.fallback_stratum_user,
            Switch::default(),
        )
    })
}

fn of(entry: &PoolEntry) -> Option<PoolSetting> {
    PoolSetting::new(&entry.stratum_url, entry.stratum_port, &entry.stratum_user, entry.stratum_tls)
}

fn entry(info: &Info, index: Number) -> Option<&PoolEntry> {
    let (pools, index) = (info.pools.0.as_ref()?, index.count()?);
    let by_id = pools.iter().find(|entry| entry.id.count() == Some(index));
    // A fork may leave the ids out; then the place is the index.
    by_id.or_else(|| pools.get(usize::try_from(index).ok()?).filter(|entry| entry.id.0.is_none()))
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
