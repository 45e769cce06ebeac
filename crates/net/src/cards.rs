//! Addresses of this machine under which somebody could open its page, with the network card that holds each.
//!
//! **Invariant:** only addresses that stay are listed: no link-local ones, which are worth nothing without the card's name,
//! and none that the system made up for a day to hide behind. Where there is no `/proc` there are none.

use crate::surroundings::{hex_v6, local_v4};
use std::net::{IpAddr, Ipv4Addr};

/// One address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Held {
    pub address: IpAddr,
    /// The network card, where the system says which.
    pub card: Option<String>,
}

impl Held {
    /// Of a network between containers or virtual machines, which come and go without anybody noticing.
    pub fn between_containers(&self) -> bool {
        let named = |card: &str| {
            let of_compose = card.strip_prefix("br-").is_some_and(|id| id.len() == 12 && id.bytes().all(is_hex));
            let known = ["docker", "veth", "virbr", "podman", "cni", "lxcbr", "lxdbr", "incusbr"];
            of_compose || known.iter().any(|start| card.starts_with(start))
        };
        self.card.as_deref().is_some_and(named)
    }
}

fn is_hex(byte: u8) -> bool {
    byte.is_ascii_hexdigit()
}

/// Loopback first, then as the kernel lists them.
pub fn held() -> Vec<Held> {
    let file = |name: &str| std::fs::read_to_string(format!("/proc/net/{name}")).unwrap_or_default();
    let mut all = v4(&file("fib_trie"), &file("route"));
    all.extend(v6(&file("if_inet6")));
    all.sort_by_key(|held| !held.address.is_loopback());
    all
}

fn v4(fib_trie: &str, route: &str) -> Vec<Held> {
    let nets: Vec<_> = route.lines().skip(1).filter_map(net).collect();
    let card_of = |address: Ipv4Addr| {
        let fits = nets.iter().filter(|(_, net, mask)| *mask != 0 && u32::from(address) & mask == *net);
        fits.max_by_key(|(_, _, mask)| *mask).map(|(card, _, _)| card.clone())
    };
    let stays = |address: &Ipv4Addr| !address.is_link_local();
    let held = |address| Held { address: IpAddr::V4(address), card: card_of(address) };
    local_v4(fib_trie).into_iter().filter(stays).map(held).collect()
}

/// Columns: interface, destination, gateway, flags, use counts, metric, mask, …; numbers as the kernel has them in memory.
fn net(line: &str) -> Option<(String, u32, u32)> {
    let columns: Vec<&str> = line.split_whitespace().collect();
    let number = |column: usize| {
        let bits = u32::from_str_radix(columns.get(column)?, 16).ok()?;
        Some(u32::from(Ipv4Addr::from(bits.to_ne_bytes())))
    };
    Some(((*columns.first()?).to_owned(), number(1)?, number(7)?))
}

/// Made up for a day; given up by the system; not yet certain to be ours alone, or known not to be.
const PASSING: u32 = 0x01 | 0x20 | 0x40 | 0x08;

/// Columns: address, card's number, length of the prefix, scope, flags, card.
fn v6(if_inet6: &str) -> Vec<Held> {
    let held = |line: &str| {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let address = hex_v6(columns.first()?)?;
        let flags = u32::from_str_radix(columns.get(4)?, 16).ok()?;
        let stays = flags & PASSING == 0 && !address.is_unicast_link_local();
        stays.then(|| Held { address: IpAddr::V6(address), card: columns.get(5).map(|card| (*card).to_owned()) })
    };
    if_inet6.lines().filter_map(held).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const TRIE: &str = "Local:\n     |-- 127.0.0.1\n        /32 host LOCAL\n     |-- 192.168.1.5\n        /32 host LOCAL\n     \
                        |-- 172.18.0.1\n        /32 host LOCAL\n     |-- 169.254.3.4\n        /32 host LOCAL\n";

    fn shown(held: &[Held]) -> Vec<String> {
        let card = |held: &Held| held.card.clone().unwrap_or_default();
        held.iter().map(|held| format!("{} {} {}", held.address, card(held), held.between_containers())).collect()
    }

    #[test]
    fn addresses_know_their_card_and_link_local_ones_are_left_out() {
        if cfg!(target_endian = "big") {
            return;
        }
        let route = "Iface\tDestination\tGateway\tFlags\tRefCnt\tUse\tMetric\tMask\n\
                     eth0\t00000000\t0101A8C0\t0003\t0\t0\t0\t00000000\n\
                     eth0\t0001A8C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\n\
                     br-0123456789ab\t000012AC\t00000000\t0001\t0\t0\t0\t0000FFFF\n";
        assert_eq!(
            shown(&v4(TRIE, route)),
            ["127.0.0.1  false", "192.168.1.5 eth0 false", "172.18.0.1 br-0123456789ab true"]
        );
        assert_eq!(shown(&v4(TRIE, "")).len(), 3, "without routes the cards are unknown, not the addresses");
    }

    #[test]
    fn an_address_that_was_made_up_for_a_day_is_none_of_ours() {
        let cards = "fe800000000000000000000000000005 02 40 20 80     eth0\n\
                     fd000000000000000000000000000005 02 40 00 80     eth0\n\
                     fd000000000000001234567890abcdef 02 40 00 01     eth0\n\
                     00000000000000000000000000000001 01 80 10 80       lo\n";
        assert_eq!(shown(&v6(cards)), ["fd00::5 eth0 false", "::1 lo false"]);
        assert!(v6("x y z\n\n0 0 0 0 zz").is_empty());
    }

    #[test]
    fn cards_of_containers_are_known_by_their_names() {
        let of = |card: &str| Held { address: Ipv4Addr::LOCALHOST.into(), card: Some(card.to_owned()) };
        for card in ["docker0", "veth12ab", "virbr0", "podman1", "br-0123456789ab"] {
            assert!(of(card).between_containers(), "{card}");
        }
        for card in ["eth0", "wlan0", "br0", "br-lan", "wg0", "tailscale0"] {
            assert!(!of(card).between_containers(), "{card}");
        }
    }
}
