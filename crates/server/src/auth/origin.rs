//! Where a request comes from and whom it addresses (S5): peer, Host, Origin, and forwarded headers of trusted proxies.
//!
//! **Invariant:** a forwarded header counts only when the peer is one of `security.trusted_proxies`. Whoever comes through
//! something that does not say for whom, or that we do not trust, comes from nowhere near.

use crate::config::Config;
use crate::problem::{Kind, Problem};
use crate::tls::own_name;
use axum::extract::ConnectInfo;
use http::{HeaderMap, Uri, header};
use ipnet::IpNet;
use std::net::{IpAddr, Ipv4Addr, SocketAddr};

/// The other end of a request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Client {
    /// As far as it can be known: behind a trusted proxy, what that proxy says.
    pub address: IpAddr,
    /// Whether the other end itself has that address, and not something between.
    pub known: bool,
    /// `http` or `https`, as the browser sees it.
    pub scheme: &'static str,
    /// Name or address in the Host header, lower case, without brackets and port.
    pub host: String,
    pub port: u16,
}

/// Whether the connection itself is encrypted. Put beside a request by whoever accepted the connection.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Encrypted(pub bool);

impl Encrypted {
    pub fn of<B>(request: &http::Request<B>) -> Self {
        request.extensions().get().copied().unwrap_or(Self(false))
    }
}

/// What something between adds to a request.
const FORWARDED: [&str; 6] =
    ["x-forwarded-for", "forwarded", "x-real-ip", "x-forwarded-host", "x-forwarded-proto", "via"];

/// The names under which this program answers.
#[derive(Debug, Clone, Default)]
pub struct Names(Vec<String>);

impl Names {
    /// From the configuration, with the machine's own name.
    pub fn new(config: &Config) -> Self {
        let mut names = config.security.allowed_hosts.clone();
        names.extend(own_name());
        Self(names)
    }

    pub fn ours(&self, host: &str) -> bool {
        host.parse::<IpAddr>().is_ok()
            || host == "localhost"
            || host.rsplit_once('.').is_some_and(|(name, last)| last == "local" && !name.is_empty())
            || self.0.iter().any(|name| name == host)
    }
}

impl Client {
    /// Reads what the connection and the headers say. `None` when no host is named, or in a way nobody understands.
    pub fn of(
        peer: Option<&ConnectInfo<SocketAddr>>,
        encrypted: Encrypted,
        headers: &HeaderMap,
        uri: &Uri,
        config: &Config,
    ) -> Option<Self> {
        let peer = peer.map_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED), |peer| peer.0.ip().to_canonical());
        let proxies = &config.security.trusted_proxies;
        let through_proxy = trusted(peer, proxies);
        let forwarded = |name: &str| through_proxy.then(|| last(headers, name)).flatten();
        let scheme = match forwarded("x-forwarded-proto") {
            Some("https") => "https",
            None if encrypted.0 => "https",
            _ => "http",
        };
        let named = headers.get(header::HOST).and_then(|value| value.to_str().ok());
        let named = named.or_else(|| uri.authority().map(http::uri::Authority::as_str));
        let (host, port) = split(forwarded("x-forwarded-host").or(named)?)?;
        let (address, known) = if through_proxy && headers.contains_key("x-forwarded-for") {
            forwarded_for(headers, proxies, peer)
        } else {
            (peer, !FORWARDED.iter().any(|name| headers.contains_key(*name)))
        };
        Some(Self { address, known, scheme, host, port: port.unwrap_or(default_port(scheme)) })
    }

    pub fn secure(&self) -> bool {
        self.scheme == "https"
    }

    /// Somebody of the home network, or of this machine, as far as can be known.
    pub fn private(&self) -> bool {
        if !self.known {
            return false;
        }
        match self.address.to_canonical() {
            IpAddr::V4(v4) => v4.is_private() || v4.is_loopback(),
            IpAddr::V6(v6) => v6.is_loopback() || v6.is_unique_local() || v6.is_unicast_link_local(),
        }
    }

    /// The Origin header names this very place: equal scheme, host and port. Missing or `null` is not equal.
    pub fn same_origin(&self, headers: &HeaderMap) -> bool {
        let mut origins = headers.get_all(header::ORIGIN).iter();
        let (Some(origin), None) = (origins.next(), origins.next()) else { return false };
        origin
            .to_str()
            .ok()
            .and_then(parse_origin)
            .is_some_and(|(scheme, host, port)| scheme == self.scheme && host == self.host && port == self.port)
    }

    /// The Origin header names another place. A program that sends none is no web page.
    pub fn other_origin(&self, headers: &HeaderMap) -> bool {
        headers.contains_key(header::ORIGIN) && !self.same_origin(headers)
    }

    pub fn address_text(&self) -> Option<String> {
        Some(self.address.to_string())
    }
}

pub fn wrong_origin() -> Problem {
    Problem::new(Kind::WrongOrigin, "open the page under the address that it is served from; programs use a token")
}

fn default_port(scheme: &str) -> u16 {
    if scheme == "https" { 443 } else { 80 }
}

fn trusted(peer: IpAddr, proxies: &[IpNet]) -> bool {
    proxies.iter().any(|net| net.contains(&peer))
}

/// The value that the nearest proxy wrote.
fn last<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let value = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    value.rsplit(',').next().map(str::trim).filter(|text| !text.is_empty())
}

/// The first address from the right that is no trusted proxy: what stands left of it anybody could have written. `false`
/// where a proxy of ours names what is no address: then it is the nearest one that is known, and not the other end.
fn forwarded_for(headers: &HeaderMap, proxies: &[IpNet], peer: IpAddr) -> (IpAddr, bool) {
    let values = headers.get_all("x-forwarded-for").iter().map(|value| value.to_str().unwrap_or_default());
    let hops: Vec<&str> = values.flat_map(|value| value.split(',')).collect();
    let mut nearest = peer;
    for hop in hops.into_iter().rev() {
        let Some(address) = hop_address(hop.trim()) else { return (nearest, false) };
        nearest = address;
        if !trusted(address, proxies) {
            break;
        }
    }
    (nearest, true)
}

/// `1.2.3.4`, `1.2.3.4:port`, `fd00::1`, `[fd00::1]`, `[fd00::1]:port`.
fn hop_address(hop: &str) -> Option<IpAddr> {
    let bare = hop.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')).unwrap_or(hop);
    let address = bare.parse().ok().or_else(|| Some(hop.parse::<SocketAddr>().ok()?.ip()))?;
    Some(address.to_canonical())
}

/// `name`, `name:port`, `1.2.3.4:port`, `[::1]:port`.
fn split(authority: &str) -> Option<(String, Option<u16>)> {
    let (host, port) = match authority.strip_prefix('[') {
        Some(rest) => {
            let (host, rest) = rest.split_once(']')?;
            (host, if rest.is_empty() { None } else { Some(rest.strip_prefix(':')?) })
        }
        None => match authority.split_once(':') {
            Some((host, port)) => (host, Some(port)),
            None => (authority, None),
        },
    };
    let port = match port {
        Some(text) => Some(text.parse::<u16>().ok()?),
        None => None,
    };
    let host = host.trim_end_matches('.').to_ascii_lowercase();
    let plain = host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_' | ':'));
    (plain && !host.is_empty()).then_some((host, port))
}

fn parse_origin(origin: &str) -> Option<(&'static str, String, u16)> {
    let (scheme, authority) = match origin.split_once("://")? {
        ("http", rest) => ("http", rest),
        ("https", rest) => ("https", rest),
        _ => return None,
    };
    let (host, port) = split(authority)?;
    Some((scheme, host, port.unwrap_or(default_port(scheme))))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Environment;

    fn config(proxies: &[&str]) -> Config {
        let environment = Environment::default();
        let mut config = Config::defaults(std::path::Path::new("/nowhere"), environment);
        config.security.trusted_proxies = proxies.iter().map(|net| net.parse().unwrap()).collect();
        config.security.allowed_hosts = vec!["miners.example.org".into()];
        config
    }

    fn client(peer: &str, headers: &[(&str, &str)], proxies: &[&str]) -> (Client, HeaderMap) {
        client_with(Encrypted(false), peer, headers, proxies)
    }

    fn client_with(
        encrypted: Encrypted,
        peer: &str,
        headers: &[(&str, &str)],
        proxies: &[&str],
    ) -> (Client, HeaderMap) {
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            map.append(http::HeaderName::try_from(*name).unwrap(), value.parse().unwrap());
        }
        let peer = ConnectInfo(SocketAddr::new(peer.parse().unwrap(), 5_000));
        (Client::of(Some(&peer), encrypted, &map, &Uri::from_static("/"), &config(proxies)).unwrap(), map)
    }

    #[test]
    fn s5_an_origin_is_equal_in_scheme_host_and_port_or_refused() {
        for (host, origin, equal) in [
            ("miner.local:8080", "http://miner.local:8080", true),
            ("MINER.local:8080", "http://miner.local:8080", true),
            ("192.168.1.2", "http://192.168.1.2:80", true),
            ("[fd00::1]:8080", "http://[fd00::1]:8080", true),
            ("miner.local:8080", "https://miner.local:8080", false),
            ("miner.local:8080", "http://miner.local:8081", false),
            ("miner.local:8080", "http://miner.local", false),
            ("miner.local:8080", "http://evil.local:8080", false),
            ("miner.local:8080", "null", false),
            ("miner.local:8080", "http://miner.local:8080@evil.example", false),
        ] {
            let (client, headers) = client("10.0.0.9", &[("host", host), ("origin", origin)], &[]);
            assert_eq!(client.same_origin(&headers), equal, "{host} and {origin}");
        }
        let (client, headers) = client("10.0.0.9", &[("host", "miner.local")], &[]);
        assert!(!client.same_origin(&headers) && !client.other_origin(&headers), "a missing origin");
    }

    #[test]
    fn s5_over_tls_an_origin_is_equal_with_https_alone() {
        let over_tls = |host: &str, origin: &str| {
            let told = [("host", host), ("origin", origin)];
            let (client, headers) = client_with(Encrypted(true), "10.0.0.9", &told, &[]);
            (client.secure(), client.same_origin(&headers))
        };
        assert_eq!(over_tls("pi.local:8080", "https://pi.local:8080"), (true, true));
        assert_eq!(over_tls("pi.local", "https://pi.local:443"), (true, true));
        assert_eq!(over_tls("pi.local:8080", "http://pi.local:8080"), (true, false));
        // What the browser sees is what our own proxy says, and nobody else.
        let told = [("host", "pi.local"), ("x-forwarded-proto", "http")];
        let scheme = |proxies: &[&str]| client_with(Encrypted(true), "10.0.0.9", &told, proxies).0.scheme;
        assert_eq!((scheme(&[]), scheme(&["10.0.0.9/32"])), ("https", "http"));
    }

    #[test]
    fn s5_forwarded_headers_count_only_from_trusted_proxies() {
        let told = [
            ("host", "miner.local"),
            ("x-forwarded-for", "1.1.1.1, 203.0.113.5, 10.0.0.7"),
            ("x-forwarded-proto", "https"),
        ];
        let (stranger, _) = client("10.0.0.9", &told, &[]);
        assert_eq!((stranger.address.to_string(), stranger.scheme), ("10.0.0.9".into(), "http"));
        let (proxied, _) = client("10.0.0.9", &told, &["10.0.0.0/24"]);
        assert_eq!((proxied.address.to_string(), proxied.scheme, proxied.port), ("203.0.113.5".into(), "https", 443));
    }

    #[test]
    fn s4_whoever_comes_through_an_unlisted_proxy_is_not_of_this_network() {
        for (header, value) in [("x-forwarded-for", "192.168.1.7"), ("forwarded", "for=192.168.1.7"), ("via", "1.1 p")]
        {
            let (through, _) = client("192.168.1.9", &[("host", "miner.local"), (header, value)], &[]);
            assert!(!through.private(), "{header}");
        }
        let (direct, _) = client("192.168.1.9", &[("host", "miner.local")], &["192.168.1.0/24"]);
        assert!(direct.private());
        for (value, address, private) in [
            ("192.168.7.7", "192.168.7.7", true),
            ("192.168.7.7:5123", "192.168.7.7", true),
            ("[fd00::7]:5123", "fd00::7", true),
            ("[fd00::7]", "fd00::7", true),
            ("203.0.113.5:80, 10.0.0.7:81", "203.0.113.5", false),
            ("192.168.7.7, unknown", "10.0.0.9", false),
            ("192.168.7.7, _hidden, 10.0.0.7", "10.0.0.7", false),
            ("", "10.0.0.9", false),
        ] {
            let told = [("host", "miner.local"), ("x-forwarded-for", value)];
            let (client, _) = client("10.0.0.9", &told, &["10.0.0.0/24"]);
            assert_eq!((client.address.to_string().as_str(), client.private()), (address, private), "{value}");
        }
        let (silent, _) = client("10.0.0.9", &[("host", "miner.local"), ("forwarded", "for=x")], &["10.0.0.0/24"]);
        assert!(!silent.private(), "a proxy that does not say for whom");
    }

    #[test]
    fn s5_only_our_own_names_are_answered() {
        let names = Names(vec!["miners.example.org".into(), "pi".into()]);
        for ours in ["192.168.1.2", "::1", "localhost", "miner.local", "miners.example.org", "pi"] {
            assert!(names.ours(ours), "{ours}");
        }
        for other in ["evil.example", "local", "localhost.evil.example", "xlocal", "1.2.3.4.evil.example"] {
            assert!(!names.ours(other), "{other}");
        }
    }
}
