//! Which addresses are ours, and which belong to the gateway: what no door may lead to.
//!
//! **Invariant:** reading them costs no more than a glance at `/proc`, at most every ten seconds. Where there is no
//! `/proc` nothing is known, and only the ranges protect.

use crate::addresses::is_link_local;
use crate::whereabouts::{Link, Observed};
use ipnet::{IpNet, Ipv4Net, Ipv6Net};
use parking_lot::Mutex;
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Us and the way out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Surroundings {
    /// Addresses of this machine or container.
    pub addresses: Vec<IpAddr>,
    /// Default gateways. In a container that is its host.
    pub gateways: Vec<IpAddr>,
    /// Ports on which this program listens: refused on loopback even where loopback is listed.
    pub ports: Vec<u16>,
}

/// Asked for every connection; the answer may change while the program runs (Wi-Fi, DHCP).
pub type Around = Arc<dyn Fn() -> Arc<Surroundings> + Send + Sync>;

/// How old an answer may be. An address that we get now is refused this much later at the latest.
const KEPT: Duration = Duration::from_secs(10);

/// The surroundings of this machine. `ports` are the ones that this program listens on.
pub fn of_this_machine(ports: Vec<u16>) -> Around {
    let kept: Mutex<Option<(Instant, Arc<Surroundings>)>> = Mutex::new(None);
    Arc::new(move || {
        let now = instant();
        let mut kept = kept.lock();
        if let Some((at, known)) = kept.as_ref().filter(|(at, _)| now.duration_since(*at) < KEPT) {
            let _ = at;
            return Arc::clone(known);
        }
        let fresh = Arc::new(read(ports.clone()));
        *kept = Some((now, Arc::clone(&fresh)));
        fresh
    })
}

/// Surroundings that never change, for tests and for the demo.
pub fn fixed(surroundings: Surroundings) -> Around {
    let surroundings = Arc::new(surroundings);
    Arc::new(move || Arc::clone(&surroundings))
}

#[expect(clippy::disallowed_methods, reason = "the age of a look at the network cards is real time")]
fn instant() -> Instant {
    Instant::now()
}

fn table(name: &str) -> String {
    std::fs::read_to_string(format!("/proc/net/{name}")).unwrap_or_default()
}

fn read(ports: Vec<u16>) -> Surroundings {
    let v4 = local_v4(&table("fib_trie")).into_iter().map(IpAddr::from);
    let v6 = local_v6(&table("if_inet6")).into_iter().map(IpAddr::from);
    Surroundings { addresses: v4.chain(v6).collect(), gateways: gateways(), ports }
}

fn gateways() -> Vec<IpAddr> {
    let v4 = gateways_v4(&table("route")).into_iter().map(IpAddr::from);
    let v6 = gateways_v6(&table("ipv6_route")).into_iter().map(IpAddr::from);
    v4.chain(v6).collect()
}

/// What a person is told about the network around us. Read when somebody asks.
pub fn observe() -> Observed {
    let marks = ["/.dockerenv", "/run/.containerenv"];
    let host_name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let host_name = host_name.trim();
    let v4 = links_v4(&local_v4(&table("fib_trie")), &table("route"));
    Observed {
        container: marks.iter().any(|mark| std::path::Path::new(mark).exists()),
        host_name: (!host_name.is_empty()).then(|| host_name.to_owned()),
        links: v4.into_iter().chain(links_v6(&table("if_inet6"))).collect(),
        gateways: gateways(),
    }
}

/// Our addresses with the network that the routing table sees around each. Columns: interface, destination, gateway,
/// flags, …, and the mask in the eighth.
fn links_v4(addresses: &[Ipv4Addr], route: &str) -> Vec<Link> {
    let connected = |line: &str| {
        let columns: Vec<_> = line.split_whitespace().collect();
        let bits = |column: usize| {
            u32::from_str_radix(columns.get(column)?, 16).ok().map(|bits| Ipv4Addr::from(bits.to_ne_bytes()))
        };
        let (network, gateway, mask) = (bits(1)?, bits(2)?, bits(7)?);
        let network = Ipv4Net::with_netmask(network, mask).ok()?;
        let card = (*columns.first()?).to_owned();
        (gateway.is_unspecified() && network.prefix_len() > 0).then_some((card, network))
    };
    let networks: Vec<(String, Ipv4Net)> = route.lines().skip(1).filter_map(connected).collect();
    let link = |address: &Ipv4Addr| {
        let around = networks.iter().filter(|(_, net)| net.contains(address)).max_by_key(|(_, net)| net.prefix_len());
        let (card, prefix) = around.map_or((String::new(), 32), |(card, net)| (card.clone(), net.prefix_len()));
        Ipv4Net::new(*address, prefix).ok().map(|address| Link { card, address: IpNet::V4(address) })
    };
    let shown = addresses.iter().filter(|address| !address.is_loopback() && !address.is_link_local());
    shown.filter_map(link).collect()
}

/// Columns: address, number of the interface, length of the network, scope, flags, interface.
fn links_v6(if_inet6: &str) -> Vec<Link> {
    let link = |line: &str| {
        let columns: Vec<_> = line.split_whitespace().collect();
        let address = hex_v6(columns.first()?)?;
        let prefix = u8::from_str_radix(columns.get(2)?, 16).ok()?;
        if address.is_loopback() || is_link_local(address.into()) {
            return None;
        }
        let address = IpNet::V6(Ipv6Net::new(address, prefix).ok()?);
        Some(Link { card: (*columns.get(5)?).to_owned(), address })
    };
    if_inet6.lines().filter_map(link).collect()
}

/// The routing table prints an address and, below it, what it is; ours are `/32 host LOCAL`.
pub(crate) fn local_v4(fib_trie: &str) -> Vec<Ipv4Addr> {
    let mut found = Vec::new();
    let mut last = None;
    for line in fib_trie.lines() {
        let line = line.trim();
        if let Some(address) = line.strip_prefix("|-- ") {
            last = address.parse().ok();
        } else if line.starts_with("/32 host LOCAL")
            && let Some(address) = last
            && !found.contains(&address)
        {
            found.push(address);
        }
    }
    found
}

fn local_v6(if_inet6: &str) -> Vec<Ipv6Addr> {
    if_inet6.lines().filter_map(|line| hex_v6(line.split_whitespace().next()?)).collect()
}

/// Columns: interface, destination, gateway, …; numbers as the kernel has them in memory.
fn gateways_v4(route: &str) -> Vec<Ipv4Addr> {
    let gateway = |line: &str| {
        let bits = u32::from_str_radix(line.split_whitespace().nth(2)?, 16).ok()?;
        (bits != 0).then(|| Ipv4Addr::from(bits.to_ne_bytes()))
    };
    route.lines().skip(1).filter_map(gateway).collect()
}

/// Columns: destination, its length, source, its length, next hop, …
fn gateways_v6(ipv6_route: &str) -> Vec<Ipv6Addr> {
    let gateway = |line: &str| hex_v6(line.split_whitespace().nth(4)?).filter(|hop| !hop.is_unspecified());
    ipv6_route.lines().filter_map(gateway).collect()
}

pub(crate) fn hex_v6(text: &str) -> Option<Ipv6Addr> {
    (text.len() == 32).then(|| u128::from_str_radix(text, 16).ok().map(Ipv6Addr::from)).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn our_addresses_and_gateways_are_read_from_the_kernels_tables() {
        let trie = "Local:\n  +-- 192.168.1.0/24 2 0 2\n     |-- 192.168.1.0\n        /24 link UNICAST\n     |-- 192.168.1.5\n        /32 host LOCAL\n     |-- 192.168.1.255\n        /32 link BROADCAST\n     |-- 192.168.1.5\n        /32 host LOCAL\n";
        assert_eq!(local_v4(trie), [Ipv4Addr::new(192, 168, 1, 5)]);
        let cards =
            "fe800000000000000000000000000005 02 40 20 80     eth0\n00000000000000000000000000000001 01 80 10 80 lo\n";
        assert_eq!(local_v6(cards), ["fe80::5".parse::<Ipv6Addr>().unwrap(), Ipv6Addr::LOCALHOST]);
        let route =
            "Iface\tDestination\tGateway\tFlags\neth0\t00000000\t010011AC\t0003\neth0\t000011AC\t00000000\t0001\n";
        if cfg!(target_endian = "little") {
            assert_eq!(gateways_v4(route), [Ipv4Addr::new(172, 17, 0, 1)]);
        }
        let zero = "0".repeat(32);
        let hop = "fd120000000000000000000000000001";
        let route =
            format!("{zero} 00 {zero} 00 {hop} 00000400 1 0 00000003 eth0\n{hop} 80 {zero} 00 {zero} 0 0 0 0 lo\n");
        assert_eq!(gateways_v6(&route), ["fd12::1".parse::<Ipv6Addr>().unwrap()]);
    }

    #[test]
    fn our_addresses_are_seen_with_the_networks_around_them() {
        if !cfg!(target_endian = "little") {
            return;
        }
        let route = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\n\
                     eth0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\n\
                     eth0\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\n\
                     docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\n";
        let ours = ["127.0.0.1", "192.168.1.5", "172.17.0.1", "10.9.9.9", "169.254.3.4"];
        let ours: Vec<Ipv4Addr> = ours.iter().map(|text| text.parse().unwrap()).collect();
        let shown = |links: Vec<Link>| links.iter().map(|l| format!("{} {}", l.card, l.address)).collect::<Vec<_>>();
        assert_eq!(shown(links_v4(&ours, route)), ["eth0 192.168.1.5/24", "docker0 172.17.0.1/16", " 10.9.9.9/32"]);
        let cards = "fe800000000000000000000000000005 02 40 20 80     eth0\n\
                     00000000000000000000000000000001 01 80 10 80       lo\n\
                     fd120000000000000000000000000005 02 40 00 80     eth0\n";
        assert_eq!(shown(links_v6(cards)), ["eth0 fd12::5/64"]);
    }

    #[test]
    fn garbage_in_the_tables_is_no_address() {
        for text in ["", "|-- \n/32 host LOCAL", "x y z", "a b \u{fffd} d e", "0 0 0 0 zz"] {
            assert!(local_v4(text).is_empty() && local_v6(text).is_empty(), "{text}");
            assert!(gateways_v4(text).is_empty() && gateways_v6(text).is_empty(), "{text}");
            assert!(links_v6(text).is_empty() && links_v4(&[], text).is_empty(), "{text}");
        }
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn this_machine_knows_its_loopback() {
        let around = of_this_machine(vec![1]);
        assert!(around().addresses.contains(&IpAddr::from(Ipv4Addr::LOCALHOST)));
        assert!(Arc::ptr_eq(&around(), &around()), "looked up once");
    }
}
