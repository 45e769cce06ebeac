//! XMRig's configuration, as far as pools go: which it has, which it works for, and the same with another first one.
//!
//! **Invariant:** of what is written back nothing changes but the pool that stands first, and of that only what belongs
//! to the new place. The configuration is never printed.

use hmm_domain::port::DriverError;
use hmm_domain::reading::{PoolSet, PoolSlot};
use hmm_domain::wish::PoolTarget;
use serde_json::{Map, Value};

/// More than anybody has, so that a list without end does not become a reading without end.
const SLOTS_MAX: usize = 16;

/// `GET /1/config`, whole: it is written back whole.
pub(super) struct Config(Value);

impl Config {
    /// `None` for what is no configuration with pools.
    pub(super) fn parse(body: &[u8]) -> Option<Self> {
        let config = hmm_net::json::parse(body).ok()?;
        let readable = |pools: &Vec<Value>| !pools.is_empty() && pools.iter().all(Value::is_object);
        config.get("pools").and_then(Value::as_array).is_some_and(readable).then_some(Self(config))
    }

    fn pools(&self) -> impl Iterator<Item = &Map<String, Value>> {
        self.0.get("pools").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_object)
    }

    /// Where the one stands that it tries first: the first that is not switched off.
    fn first(&self) -> usize {
        self.pools().position(enabled).unwrap_or(0)
    }

    pub(super) fn count(&self) -> u8 {
        u8::try_from(self.pools().count()).unwrap_or(u8::MAX)
    }

    pub(super) fn primary(&self) -> Option<PoolSet> {
        let entry = self.pools().nth(self.first())?;
        let (host, port) = host_and_port(text(entry, "url")?)?;
        let user = text(entry, "user").map(Into::into);
        Some(PoolSet { host: host.as_str().into(), port, user, tls: Some(tls(entry)) })
    }

    /// Under which name it works for this pool, and whether that is another than its first.
    pub(super) fn standing(&self, host: &str, port: Option<u16>) -> Option<(Option<String>, bool)> {
        let here = |entry: &Map<String, Value>| {
            let place = text(entry, "url").and_then(host_and_port);
            enabled(entry) && place.is_some_and(|(its_host, its_port)| its_host == host && its_port == port)
        };
        let (place, entry) = self.pools().enumerate().find(|(_, entry)| here(entry))?;
        Some((text(entry, "user").map(str::to_owned), place != self.first()))
    }

    /// Its list in its order, with the one it works for.
    pub(super) fn slots(&self, in_use: Option<&str>) -> Vec<PoolSlot> {
        let in_use = in_use.and_then(host_and_port);
        let slot = |(place, entry): (usize, &Map<String, Value>)| {
            let (host, port) = host_and_port(text(entry, "url")?)?;
            let active = in_use.as_ref().map(|(its_host, its_port)| *its_host == host && *its_port == port);
            Some(PoolSlot {
                slot: u8::try_from(place).ok()?,
                host: host.as_str().into(),
                port,
                user: text(entry, "user").map(Into::into),
                active: active.map(|active| active && enabled(entry)),
                alive: None,
            })
        };
        self.pools().enumerate().take(SLOTS_MAX).filter_map(slot).collect()
    }

    /// The whole configuration with `target` as its first pool.
    pub(super) fn with_first(mut self, target: &PoolTarget) -> Result<Value, DriverError> {
        let host = check(target)?;
        let first = self.first();
        let entry = self.0.get_mut("pools").and_then(|pools| pools.get_mut(first)).and_then(Value::as_object_mut);
        let entry = entry.ok_or_else(|| DriverError::Unsupported("it has no pool that could be changed".into()))?;
        let was = text(entry, "url").and_then(host_and_port);
        if was.is_none_or(|(its_host, port)| its_host != host || port != Some(target.port)) {
            // These belong to the place it leaves: another certificate, a node of its own beside the pool.
            for (key, none) in
                [("tls-fingerprint", Value::Null), ("self-select", Value::Null), ("daemon", false.into())]
            {
                if let Some(value) = entry.get_mut(key) {
                    *value = none;
                }
            }
        }
        let bracketed = if host.contains(':') { format!("[{host}]") } else { host };
        entry.insert("url".into(), format!("{bracketed}:{}", target.port).into());
        entry.insert("user".into(), target.user.as_str().into());
        entry.insert("tls".into(), target.tls.into());
        entry.insert("enabled".into(), true.into());
        if let Some(password) = &target.password {
            entry.insert("pass".into(), password.as_str().into());
        }
        Ok(self.0)
    }
}

fn text<'a>(entry: &'a Map<String, Value>, key: &str) -> Option<&'a str> {
    entry.get(key).and_then(Value::as_str).map(str::trim).filter(|text| !text.is_empty())
}

/// On unless it says that it is not.
fn enabled(entry: &Map<String, Value>) -> bool {
    entry.get("enabled") != Some(&Value::Bool(false))
}

/// By its own word or by its scheme.
fn tls(entry: &Map<String, Value>) -> bool {
    let scheme =
        text(entry, "url").and_then(|url| url.split_once("://")).map(|(scheme, _)| scheme.to_ascii_lowercase());
    entry.get("tls") == Some(&Value::Bool(true))
        || scheme.is_some_and(|scheme| matches!(&*scheme, "stratum+ssl" | "https"))
}

/// `pool.example:3333`, `stratum+ssl://pool.example:443`, `[fd00::1]:3333`; without a port too.
pub(super) fn host_and_port(place: &str) -> Option<(String, Option<u16>)> {
    let place = place.trim();
    let place = place.split_once("://").map_or(place, |(_, rest)| rest);
    let place = place.split('/').next().unwrap_or_default();
    let (host, port) = match place.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((host, rest)) => (host, rest.strip_prefix(':').map(str::parse)),
        None if place.parse::<std::net::Ipv6Addr>().is_ok() && !place.contains("]:") => (place, None),
        None => place.rsplit_once(':').map_or((place, None), |(host, port)| (host, Some(port.parse()))),
    };
    let port = port.transpose().ok()?;
    (!host.is_empty()).then(|| (host.to_owned(), port))
}

/// S10. The bare host of what may be sent.
fn check(target: &PoolTarget) -> Result<String, DriverError> {
    let refused = |why: &str| Err(DriverError::Refused(format!("not sent: {why}").into()));
    let host = host_and_port(target.host.as_str()).map(|(host, _)| host).unwrap_or_default();
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    if host.is_empty() || !(host.chars().all(plain) || host.parse::<std::net::Ipv6Addr>().is_ok()) {
        return refused("the pool's host is not a host name or an IP address");
    }
    if target.port == 0 {
        return refused("the pool needs a port");
    }
    if target.user.is_empty() || target.user.as_str().chars().any(char::is_control) {
        return refused("the pool's user is empty or holds a control character");
    }
    if target.password.as_deref().is_some_and(|password| password.chars().any(char::is_control)) {
        return refused("the pool's password holds a control character");
    }
    Ok(host)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn target() -> PoolTarget {
        PoolTarget { host: "new.example".into(), port: 4444, user: "48me.rig".into(), password: None, tls: false }
    }

    fn config() -> Value {
        json!({
            "http": { "access-token": "t", "restricted": false, "port": 18088 },
            "randomx": { "init": -1, "scratchpad_prefetch_mode": 1 }, "donate-level": 1,
            "pools": [
                { "url": "off.example:1", "user": "a", "enabled": false },
                { "url": "stratum+ssl://old.example:443", "user": "48me.old", "pass": "p", "enabled": true, "tls": true,
                  "tls-fingerprint": "ab", "daemon": false, "self-select": "127.0.0.1:18081", "coin": "monero", "keepalive": true },
                { "url": "spare.example:3333", "user": "48me.spare", "pass": "x" },
            ],
        })
    }

    fn parsed(value: &Value) -> Config {
        Config::parse(value.to_string().as_bytes()).unwrap()
    }

    #[test]
    fn the_first_pool_is_the_first_that_is_switched_on() {
        let config = parsed(&config());
        let first = config.primary().unwrap();
        assert_eq!((first.host.as_str(), first.port, first.tls), ("old.example", Some(443), Some(true)));
        assert_eq!(config.standing("spare.example", Some(3333)), Some((Some("48me.spare".into()), true)));
        assert_eq!(config.standing("old.example", Some(443)), Some((Some("48me.old".into()), false)));
        assert_eq!(config.standing("off.example", Some(1)), None);
        let active: Vec<_> = config.slots(Some("old.example:443")).into_iter().map(|slot| slot.active).collect();
        assert_eq!(active, [Some(false), Some(true), Some(false)]);
    }

    #[test]
    fn only_the_first_pool_changes_and_what_belonged_to_its_old_place_goes() {
        let before = config();
        let after = parsed(&before).with_first(&target()).unwrap();
        let mut expected = before;
        expected["pools"][1] = json!({
            "url": "new.example:4444", "user": "48me.rig", "pass": "p", "enabled": true, "tls": false,
            "tls-fingerprint": null, "daemon": false, "self-select": null, "coin": "monero", "keepalive": true,
        });
        assert_eq!(after, expected);
        let same =
            PoolTarget { host: "old.example".into(), port: 443, tls: true, password: Some("q".into()), ..target() };
        let after = parsed(&config()).with_first(&same).unwrap();
        assert_eq!((&after["pools"][1]["tls-fingerprint"], &after["pools"][1]["pass"]), (&json!("ab"), &json!("q")));
        let six = PoolTarget { host: "fd00::1".into(), ..target() };
        assert_eq!(parsed(&config()).with_first(&six).unwrap()["pools"][1]["url"], "[fd00::1]:4444");
    }

    #[test]
    fn a_place_is_read_however_it_is_written() {
        let read = |text: &str| host_and_port(text).map(|(host, port)| format!("{host} {port:?}"));
        for (text, place) in [
            ("pool.example:3333", Some("pool.example Some(3333)")),
            ("stratum+tcp://pool.example:3333/", Some("pool.example Some(3333)")),
            ("pool.example", Some("pool.example None")),
            ("[fd00::1]:3333", Some("fd00::1 Some(3333)")),
            ("fd00::1", Some("fd00::1 None")),
            ("192.168.1.9:3333", Some("192.168.1.9 Some(3333)")),
            ("pool.example:99999", None),
            (":3333", None),
            ("", None),
        ] {
            assert_eq!(read(text).as_deref(), place, "{text}");
        }
    }

    #[test]
    fn s10_what_would_leave_its_frame_is_refused() {
        for bad in [
            PoolTarget { host: "a b".into(), ..target() },
            PoolTarget { host: "a\",\"b".into(), ..target() },
            PoolTarget { host: "".into(), ..target() },
            PoolTarget { port: 0, ..target() },
            PoolTarget { user: "".into(), ..target() },
            PoolTarget { password: Some("a\nb".into()), ..target() },
        ] {
            assert!(matches!(parsed(&config()).with_first(&bad), Err(DriverError::Refused(_))), "{bad:?}");
        }
        // What JSON carries safely may be sent.
        let quoted = PoolTarget { password: Some("a\"b\\".into()), ..target() };
        assert_eq!(parsed(&config()).with_first(&quoted).unwrap()["pools"][1]["pass"], "a\"b\\");
    }

    #[test]
    fn what_is_no_list_of_pools_is_no_configuration() {
        for text in ["", "{}", "[]", r#"{"pools":[]}"#, r#"{"pools":{}}"#, r#"{"pools":[7]}"#, r#"{"pools":[{},null]}"#]
        {
            assert!(Config::parse(text.as_bytes()).is_none(), "{text}");
        }
    }
}
