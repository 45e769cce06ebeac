//! Where this program stands in the network, and where it is worth looking for miners.
//!
//! **Invariant:** [`judge`] is pure: what the system says is read by `surroundings`, what follows from it is said here.

use ipnet::{IpNet, Ipv4Net};
use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

/// One address of ours, with its network, on one network card.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    pub card: String,
    pub address: IpNet,
}

/// What can be seen of the system around us. Loopback and link-local addresses are left out.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Observed {
    pub container: bool,
    pub host_name: Option<String>,
    pub links: Vec<Link>,
    pub gateways: Vec<IpAddr>,
}

/// Asked when a person wants to know.
pub type Look = Arc<dyn Fn() -> Observed + Send + Sync>;

/// What follows from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Whereabouts {
    /// The network here is a container's own: miners can be reached through it, but not heard of.
    pub bridged: bool,
    pub addresses: Vec<IpNet>,
    /// Networks that we stand in ourselves and where miners may be, no larger than a quick look covers.
    pub own_ranges: Vec<IpNet>,
    /// What a person should know or do.
    pub note: Option<String>,
}

/// The largest network that is looked through without being asked to: 254 addresses.
const QUICK_PREFIX: u8 = 24;

pub fn judge(observed: &Observed, device_ranges: &[IpNet]) -> Whereabouts {
    let links: Vec<_> = observed.links.iter().filter(|link| !for_guests(&link.card)).collect();
    let networks: Vec<_> = links.iter().filter_map(|link| v4(link.address)).collect();
    let inside = |net: &Ipv4Net| in_a_bridge(*net, &observed.gateways);
    let bridged = observed.container && !networks.is_empty() && networks.iter().all(inside);
    let mut own_ranges = Vec::new();
    if !bridged {
        for network in &networks {
            let range = quick(*network);
            let allowed = device_ranges.iter().any(|allowed| allowed.contains(&range));
            // Beside a card at home a container may have others in networks of its own.
            let containers = observed.container && inside(network);
            if allowed && !containers && !own_ranges.contains(&range) {
                own_ranges.push(range);
            }
        }
    }
    let cut = networks.iter().find(|net| net.prefix_len() < QUICK_PREFIX && own_ranges.contains(&quick(**net)));
    let note = if let Some(network) = networks.first().filter(|_| bridged) {
        Some(format!(
            "This program runs in a container with a network of its own ({}). It can reach your miners from there, but it \
             cannot see which addresses your home uses: say the range, such as 192.168.1.0/24, or give the container the \
             host's network.",
            network.trunc()
        ))
    } else if own_ranges.is_empty() {
        Some("No network was seen here in which miners may be: say the range, such as 192.168.1.0/24.".to_owned())
    } else {
        cut.map(|network| {
            format!(
                "Your network {} is large. Only {}, the part around this machine, is looked through unless you say more.",
                network.trunc(),
                quick(*network)
            )
        })
    };
    Whereabouts { bridged, addresses: links.iter().map(|link| link.address).collect(), own_ranges, note }
}

fn v4(address: IpNet) -> Option<Ipv4Net> {
    match address {
        IpNet::V4(net) => Some(net),
        IpNet::V6(_) => None,
    }
}

/// The network, or the part of it around our address.
fn quick(network: Ipv4Net) -> IpNet {
    let prefix = network.prefix_len().max(QUICK_PREFIX);
    IpNet::V4(Ipv4Net::new(network.addr(), prefix).unwrap_or(network).trunc())
}

/// A card that this machine made for its containers and virtual machines, or a tunnel: nobody's home is behind it.
fn for_guests(card: &str) -> bool {
    let dockers_own =
        card.strip_prefix("br-").is_some_and(|id| id.len() == 12 && id.chars().all(|c| c.is_ascii_hexdigit()));
    let starts = [
        "docker",
        "podman",
        "cni",
        "veth",
        "virbr",
        "lxcbr",
        "lxdbr",
        "flannel",
        "cali",
        "tun",
        "wg",
        "tailscale",
        "zt",
    ];
    dockers_own || starts.iter().any(|start| card.starts_with(start))
}

/// A network as Docker and Podman make them, with their gateway in its first place or with none.
fn in_a_bridge(network: Ipv4Net, gateways: &[IpAddr]) -> bool {
    let within = |a, b, c, d, prefix| Ipv4Net::new_assert(Ipv4Addr::new(a, b, c, d), prefix).contains(&network);
    let dockers = within(172, 16, 0, 0, 12) || (within(192, 168, 0, 0, 16) && network.prefix_len() == 20);
    let podmans = within(10, 88, 0, 0, 15);
    // slirp4netns, below rootless Podman and Docker.
    let slirps = within(10, 0, 2, 0, 24);
    let mut here = gateways.iter().filter(|gateway| IpNet::V4(network).contains(*gateway));
    let place = |gateway: &IpAddr| {
        let first = u32::from(network.network());
        matches!(gateway, IpAddr::V4(v4) if u32::from(*v4).wrapping_sub(first) == if slirps { 2 } else { 1 })
    };
    (dockers || podmans || slirps) && here.all(place)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard::default_device_ranges;
    use expect_test::expect;
    use std::fmt::Write;

    fn seen(container: bool, links: &[(&str, &str)], gateways: &[&str]) -> Observed {
        let link =
            |(card, address): &(&str, &str)| Link { card: (*card).to_owned(), address: address.parse().unwrap() };
        Observed {
            container,
            host_name: None,
            links: links.iter().map(link).collect(),
            gateways: gateways.iter().map(|text| text.parse().unwrap()).collect(),
        }
    }

    fn row(what: &str, observed: &Observed) -> String {
        let list = |nets: &[IpNet]| nets.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ");
        let Whereabouts { bridged, addresses, own_ranges, note } = judge(observed, &default_device_ranges());
        let note = note.map_or("", |note| {
            if bridged {
                "bridged"
            } else if note.starts_with("No") {
                "none"
            } else {
                "large"
            }
        });
        let mut out = String::new();
        write!(
            out,
            "{what:<34} {:<8} {:<34} {:<30} {note}",
            if bridged { "bridged" } else { "" },
            list(&addresses),
            list(&own_ranges)
        )
        .unwrap();
        out.trim_end().to_owned() + "\n"
    }

    #[test]
    fn where_we_stand_follows_from_what_is_seen() {
        let home = ("eth0", "192.168.1.5/24");
        let table = [
            ("at home", seen(false, &[home], &["192.168.1.1"])),
            ("at home, with IPv6", seen(false, &[home, ("eth0", "fd12::5/64")], &["192.168.1.1", "fd12::1"])),
            (
                "at home, with docker",
                seen(
                    false,
                    &[home, ("docker0", "172.17.0.1/16"), ("br-0123456789ab", "172.18.0.1/16")],
                    &["192.168.1.1"],
                ),
            ),
            (
                "a bridge of the person's own",
                seen(false, &[("br-lan", "10.0.0.2/24"), ("vmbr0", "10.0.1.2/24")], &["10.0.0.1"]),
            ),
            ("two cards in one network", seen(false, &[home, ("wlan0", "192.168.1.6/24")], &["192.168.1.1"])),
            ("a large network", seen(false, &[("eth0", "10.0.7.5/16")], &["10.0.0.1"])),
            ("a small network", seen(false, &[("eth0", "192.168.1.5/28")], &["192.168.1.1"])),
            ("on the open internet", seen(false, &[("eth0", "203.0.114.5/24")], &["203.0.114.1"])),
            ("behind a tunnel only", seen(false, &[("wg0", "10.9.0.2/24")], &[])),
            ("no network", seen(false, &[], &[])),
            ("docker's bridge", seen(true, &[("eth0", "172.17.0.2/16")], &["172.17.0.1"])),
            ("docker compose", seen(true, &[("eth0", "172.20.0.3/16")], &["172.20.0.1"])),
            (
                "two docker networks",
                seen(true, &[("eth0", "172.18.0.3/16"), ("eth1", "172.19.0.2/16")], &["172.18.0.1"]),
            ),
            ("docker, second pool", seen(true, &[("eth0", "192.168.16.2/20")], &["192.168.16.1"])),
            ("podman's bridge", seen(true, &[("eth0", "10.88.0.7/16")], &["10.88.0.1"])),
            ("rootless podman", seen(true, &[("tap0", "10.0.2.100/24")], &["10.0.2.2"])),
            ("the host's network", seen(true, &[home, ("docker0", "172.17.0.1/16")], &["192.168.1.1"])),
            (
                "macvlan beside a bridge",
                seen(true, &[("eth0", "172.18.0.3/16"), ("eth1", "192.168.1.9/24")], &["192.168.1.1"]),
            ),
            ("macvlan, gateway elsewhere", seen(true, &[("eth0", "172.16.5.9/24")], &["172.16.5.254"])),
            ("a container without network", seen(true, &[], &[])),
            ("the same numbers, no container", seen(false, &[("eth0", "172.17.0.2/16")], &["172.17.0.1"])),
        ];
        let text: String = table.iter().map(|(what, observed)| row(what, observed)).collect();
        expect![[r#"
            at home                                     192.168.1.5/24                     192.168.1.0/24
            at home, with IPv6                          192.168.1.5/24 fd12::5/64          192.168.1.0/24
            at home, with docker                        192.168.1.5/24                     192.168.1.0/24
            a bridge of the person's own                10.0.0.2/24 10.0.1.2/24            10.0.0.0/24 10.0.1.0/24
            two cards in one network                    192.168.1.5/24 192.168.1.6/24      192.168.1.0/24
            a large network                             10.0.7.5/16                        10.0.7.0/24                    large
            a small network                             192.168.1.5/28                     192.168.1.0/28
            on the open internet                        203.0.114.5/24                                                    none
            behind a tunnel only                                                                                          none
            no network                                                                                                    none
            docker's bridge                    bridged  172.17.0.2/16                                                     bridged
            docker compose                     bridged  172.20.0.3/16                                                     bridged
            two docker networks                bridged  172.18.0.3/16 172.19.0.2/16                                       bridged
            docker, second pool                bridged  192.168.16.2/20                                                   bridged
            podman's bridge                    bridged  10.88.0.7/16                                                      bridged
            rootless podman                    bridged  10.0.2.100/24                                                     bridged
            the host's network                          192.168.1.5/24                     192.168.1.0/24
            macvlan beside a bridge                     172.18.0.3/16 192.168.1.9/24       192.168.1.0/24
            macvlan, gateway elsewhere                  172.16.5.9/24                      172.16.5.0/24
            a container without network                                                                                   none
            the same numbers, no container              172.17.0.2/16                      172.17.0.0/24                  large
        "#]].assert_eq(&text);
    }

    #[test]
    fn s6_only_where_miners_may_be_is_offered() {
        let observed = seen(false, &[("eth0", "192.168.1.5/24"), ("eth1", "10.1.1.5/24")], &[]);
        let ranges =
            |texts: &[&str]| judge(&observed, &texts.iter().map(|t| t.parse().unwrap()).collect::<Vec<_>>()).own_ranges;
        assert_eq!(ranges(&["192.168.1.0/25"]), []);
        assert_eq!(ranges(&["10.0.0.0/8"]), ["10.1.1.0/24".parse().unwrap()]);
    }
}
