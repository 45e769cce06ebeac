//! What kind of address this is, and which other address may hide inside it. Pure.
//!
//! **Invariant:** an IPv4 address wrapped in IPv6 is never judged by its wrapping alone.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Where clouds answer questions about the machine itself, credentials included.
const METADATA_V4: [Ipv4Addr; 3] =
    [Ipv4Addr::new(169, 254, 169, 254), Ipv4Addr::new(100, 100, 100, 200), Ipv4Addr::new(168, 63, 129, 16)];
const METADATA_V6: Ipv6Addr = Ipv6Addr::new(0xfd00, 0xec2, 0, 0, 0, 0, 0, 0x254);

/// The plain form: `::ffff:a.b.c.d` reaches the same device as `a.b.c.d`, so it is the same address.
pub(crate) fn normalise(ip: IpAddr) -> IpAddr {
    ip.to_canonical()
}

/// An IPv4 address that a translator or tunnel on the way would unwrap. (Mapped forms are gone after [`normalise`].)
pub(crate) fn embedded(ip: IpAddr) -> Option<Ipv4Addr> {
    let IpAddr::V6(v6) = ip else { return None };
    let part = v6.segments();
    let v4 = |high: u16, low: u16| {
        let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
        Some(Ipv4Addr::new(a, b, c, d))
    };
    match part {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => None,
        // ::a.b.c.d, long deprecated and still routed by some stacks; NAT64 with the well-known prefix and the one for
        // local use; ISATAP, which carries it behind 0:5efe or 200:5efe; 6to4, which carries it behind its prefix.
        [0, 0, 0, 0, 0, 0, high, low]
        | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
        | [0x64, 0xff9b, 1, _, _, _, high, low]
        | [_, _, _, _, 0 | 0x200, 0x5efe, high, low]
        | [0x2002, high, low, ..] => v4(high, low),
        // Teredo turns every bit over.
        [0x2001, 0, .., high, low] => v4(!high, !low),
        _ => None,
    }
}

pub(crate) fn is_metadata(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => METADATA_V4.contains(&v4),
        IpAddr::V6(v6) => v6 == METADATA_V6,
    }
}

/// Not an address of one machine: nobody's, everybody's, or reserved.
pub(crate) fn is_nobody(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => v4.octets()[0] == 0 || v4.is_multicast() || v4.octets()[0] >= 240,
        IpAddr::V6(v6) => v6.is_unspecified() || v6.is_multicast(),
    }
}

pub(crate) fn is_link_local(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => v4.is_link_local(),
        IpAddr::V6(v6) => v6.is_unicast_link_local(),
    }
}

/// An address of the open internet.
pub(crate) fn is_public(ip: IpAddr) -> bool {
    match ip {
        IpAddr::V4(v4) => {
            let [a, b, c, _] = v4.octets();
            let shared = a == 100 && (64..128).contains(&b);
            let protocol = (a, b, c) == (192, 0, 0) || (a, b, c) == (192, 88, 99);
            let bench = a == 198 && (b == 18 || b == 19);
            let local = v4.is_private() || v4.is_loopback() || v4.is_link_local();
            !(local || shared || protocol || bench || v4.is_documentation() || is_nobody(ip))
        }
        IpAddr::V6(v6) => {
            let part = v6.segments();
            let special = part[0] == 0x2001 && (part[1] < 0x200 || part[1] == 0xdb8);
            let documentation = part[0] == 0x3fff && part[1] < 0x1000;
            let translated = part[..6] == [0x64, 0xff9b, 0, 0, 0, 0];
            translated || ((part[0] & 0xe000) == 0x2000 && !special && !documentation)
        }
    }
}
