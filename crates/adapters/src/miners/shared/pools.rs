//! Pools as devices are set to them, and what of a pool may leave.
//!
//! **Invariant:** a host is bare, without scheme, port or path, whatever was typed; what would leave its frame on the
//! device is refused.

use super::loose::{Number, Switch, Text};
use hmm_domain::port::DriverError;
use hmm_domain::reading::PoolSet;
use hmm_domain::wish::PoolTarget;

/// A pool as it is set on the device. The host is bare: schemes and ports that somebody typed into it are taken off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PoolSetting {
    pub(crate) host: String,
    pub(crate) port: Option<u16>,
    pub(crate) user: Option<String>,
    pub(crate) tls: Option<bool>,
}

impl PoolSetting {
    pub(crate) fn new(url: &Text, port: Number, user: &Text, tls: Switch) -> Option<Self> {
        let (host, own_port) = bare_host(url.some()?);
        let port = port.whole().and_then(|port| u16::try_from(port).ok()).or(own_port);
        (!host.is_empty()).then(|| Self {
            host: host.to_owned(),
            port,
            user: user.some().map(str::to_owned),
            tls: tls.0,
        })
    }

    pub(crate) fn is(&self, target: &PoolTarget) -> bool {
        let user = self.user.as_deref().unwrap_or_default();
        let same = self.host == bare_host(target.host.as_str()).0 && self.port == Some(target.port);
        same && user == target.user.as_str() && self.tls.is_none_or(|tls| tls == target.tls)
    }
}

/// Splits what stands before the host (`stratum+tcp://`) and behind it (`:3333`, `/`) off.
pub(crate) fn bare_host(text: &str) -> (&str, Option<u16>) {
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

/// S10: the firmware pastes these into its stratum lines as they are, so a quote would leave its frame.
pub(crate) fn check(target: &PoolTarget) -> Result<(), DriverError> {
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

impl From<PoolSetting> for PoolSet {
    fn from(setting: PoolSetting) -> Self {
        let PoolSetting { host, port, user, tls } = setting;
        Self { host: host.into(), port, user: user.map(Into::into), tls }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
}
