//! From a host as a person typed it to the one address that is used.
//!
//! **Invariant:** every address a name resolves to passes the guard, or none is used; the one that is used is one of
//! those, and no name is resolved a second time on the way to the socket.
//!
//! `.local` names go the same way as others, through the system's resolver: they work where that speaks mDNS
//! (nss-mdns, systemd-resolved), and are said to be unknown where it does not.

use crate::error::NetError;
use crate::guard::{Forbidden, Guard};
use hmm_domain::port::Endpoint;
use std::net::{IpAddr, SocketAddr, ToSocketAddrs};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Semaphore;

/// Each look-up holds a thread until the system gives up on it, which may be long after we did.
const AT_ONCE: usize = 32;

#[derive(Clone)]
pub(crate) struct Lookups(Arc<Semaphore>);

impl Default for Lookups {
    fn default() -> Self {
        Self(Arc::new(Semaphore::new(AT_ONCE)))
    }
}

impl Lookups {
    pub(crate) async fn resolve(
        &self,
        guard: &Guard,
        endpoint: &Endpoint,
        within: Duration,
    ) -> Result<SocketAddr, NetError> {
        let refused = |why| NetError::NotAllowed { address: endpoint.host.clone(), why };
        if let Some(ip) = literal(&endpoint.host) {
            return guard.check(SocketAddr::new(ip, endpoint.port)).map_err(refused);
        }
        if !is_host_name(&endpoint.host) {
            return Err(refused(Forbidden::NotAHost));
        }
        let unknown = |why: String| NetError::Unreachable { address: endpoint.host.clone(), why };
        let found = self.ask(endpoint.host.clone(), endpoint.port, within).await.map_err(unknown)?;
        choose(guard, &found).map_err(refused)?.ok_or_else(|| unknown("the name has no address".to_owned()))
    }

    #[expect(clippy::disallowed_methods, reason = "the system's resolver blocks; its deadline is a socket deadline")]
    async fn ask(&self, host: String, port: u16, within: Duration) -> Result<Vec<SocketAddr>, String> {
        let slots = Arc::clone(&self.0);
        let looking = async move {
            let slot = slots.acquire_owned().await.map_err(|error| error.to_string())?;
            let look = move || {
                let found = (host.as_str(), port).to_socket_addrs().map(Iterator::collect);
                drop(slot);
                found
            };
            let found = tokio::task::spawn_blocking(look).await.map_err(|error| error.to_string())?;
            found.map_err(|error| format!("its name is not known here ({error})"))
        };
        tokio::time::timeout(within, looking)
            .await
            .unwrap_or_else(|_| Err("its name was not resolved in time".to_owned()))
    }
}

/// All must pass; then the first IPv4 address is taken, since small miners speak nothing else.
fn choose(guard: &Guard, found: &[SocketAddr]) -> Result<Option<SocketAddr>, Forbidden> {
    let passed = found.iter().map(|address| guard.check(*address)).collect::<Result<Vec<_>, _>>()?;
    Ok(passed.iter().find(|address| address.is_ipv4()).or(passed.first()).copied())
}

fn literal(host: &str) -> Option<IpAddr> {
    let bare = host.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(host);
    bare.parse().ok()
}

/// A host that has to be looked up, as opposed to an address.
pub(crate) fn is_name(host: &str) -> bool {
    literal(host).is_none()
}

fn is_host_name(host: &str) -> bool {
    let label = |label: &str| {
        let plain = label.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
        (1..=63).contains(&label.len()) && plain && !label.starts_with('-')
    };
    host.len() <= 253 && host.strip_suffix('.').unwrap_or(host).split('.').all(label)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard::default_device_ranges;
    use crate::surroundings::{Surroundings, fixed};

    fn guard() -> Guard {
        Guard::device(default_device_ranges(), fixed(Surroundings::default()))
    }

    fn at(text: &str) -> SocketAddr {
        text.parse().unwrap()
    }

    #[test]
    fn s6_one_forbidden_address_of_a_name_spoils_all_of_them() {
        let good = [at("[fd00::7]:80"), at("192.168.1.7:80")];
        assert_eq!(choose(&guard(), &good), Ok(Some(at("192.168.1.7:80"))));
        let mixed = [at("192.168.1.7:80"), at("127.0.0.1:80")];
        assert_eq!(choose(&guard(), &mixed), Err(Forbidden::LocalUnlisted));
        assert_eq!(choose(&guard(), &[]), Ok(None));
    }

    #[test]
    fn s6_only_hosts_are_hosts() {
        for good in ["bitaxe", "bitaxe-2.local", "a.b.example.", "my_miner"] {
            assert!(is_host_name(good), "{good}");
        }
        for bad in
            ["", ".", "a..b", "http://a", "a/b", "a@b", "a b", "a\nb", "a:80", "fe80::1%eth0", "-a", &"x".repeat(64)]
        {
            assert!(!is_host_name(bad), "{bad}");
        }
    }

    #[tokio::test]
    async fn s6_a_name_or_a_disguised_number_that_leads_home_is_refused() {
        let lookups = Lookups::default();
        for host in ["localhost", "127.1", "2130706433", "0x7f000001", "[::1]", "::ffff:127.0.0.1"] {
            let endpoint = Endpoint { host: host.into(), port: 80 };
            let error = lookups.resolve(&guard(), &endpoint, Duration::from_secs(5)).await.unwrap_err();
            assert!(matches!(error, NetError::NotAllowed { why: Forbidden::LocalUnlisted, .. }), "{host}: {error}");
        }
    }
}
