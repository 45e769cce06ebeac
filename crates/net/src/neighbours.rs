//! Who answered for an address in a network that we stand in ourselves: the kernel's table of hardware addresses.
//!
//! **Invariant:** only looked at, never asked for: no packet leaves for it. What the table does not say, or says twice, is
//! not known.

use hmm_domain::miner::Identity;
use hmm_domain::port::Neighbour;
use std::net::{IpAddr, Ipv4Addr};

/// What the kernel knows of this address now. In a container with a network of its own that is nothing.
pub(crate) fn neighbour(address: IpAddr) -> Neighbour {
    let IpAddr::V4(address) = address.to_canonical() else { return Neighbour::Unseen };
    seen(&std::fs::read_to_string("/proc/net/arp").unwrap_or_default(), address)
}

/// The flag of an entry that was answered.
const COMPLETE: u32 = 0x02;

/// Columns: address, kind of hardware, flags, hardware address, mask, card. One address may stand there once for each card.
fn seen(arp: &str, address: Ipv4Addr) -> Neighbour {
    let mut seen = Neighbour::Unseen;
    for line in arp.lines().skip(1) {
        let columns: Vec<&str> = line.split_whitespace().collect();
        let [at, _, flags, hardware, ..] = columns[..] else { continue };
        if at.parse() != Ok(address) {
            continue;
        }
        let flags = flags.strip_prefix("0x").and_then(|digits| u32::from_str_radix(digits, 16).ok());
        let Some(flags) = flags else { continue };
        let here = Identity::from_mac(hardware).map(Neighbour::Here);
        seen = match (seen, here.filter(|_| flags & COMPLETE != 0)) {
            (Neighbour::Unseen | Neighbour::Nobody, Some(here)) => here,
            (Neighbour::Here(one), Some(other)) if Neighbour::Here(one.clone()) == other => other,
            // Two answered, on two cards: which of them is meant cannot be told.
            (Neighbour::Here(_), Some(_)) => return Neighbour::Unseen,
            (Neighbour::Here(one), None) => Neighbour::Here(one),
            (Neighbour::Unseen | Neighbour::Nobody, None) => Neighbour::Nobody,
        };
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;

    const TABLE: &str = "IP address       HW type     Flags       HW address            Mask     Device\n\
         192.168.1.1      0x1         0x2         02:00:00:00:00:01     *        eth0\n\
         192.168.1.20     0x1         0x0         00:00:00:00:00:00     *        eth0\n\
         192.168.1.30     0x1         0x0         02:00:00:00:00:30     *        eth0\n\
         192.168.1.40     0x1         0x6         02:00:00:00:00:40     *        eth0\n\
         192.168.1.50     0x1         0x0         00:00:00:00:00:00     *        wlan0\n\
         192.168.1.50     0x1         0x2         02-00-00-00-00-50     *        eth0\n\
         192.168.1.60     0x1         0x2         02:00:00:00:00:60     *        eth0\n\
         192.168.1.60     0x1         0x2         02:00:00:00:00:61     *        wlan0\n\
         192.168.1.70     0x1         0x2         00:00:00:00:00:00     *        tun0\n";

    fn at(last: u8) -> String {
        match seen(TABLE, Ipv4Addr::new(192, 168, 1, last)) {
            Neighbour::Unseen => "unseen".to_owned(),
            Neighbour::Nobody => "nobody".to_owned(),
            Neighbour::Here(identity) => identity.to_string(),
        }
    }

    #[test]
    fn the_kernels_table_says_who_answered_and_who_did_not() {
        assert_eq!(at(1), "02:00:00:00:00:01");
        assert_eq!(at(2), "unseen", "nobody was called");
        assert_eq!(at(20), "nobody");
        assert_eq!(at(30), "nobody", "called again, and not answered this time");
        assert_eq!(at(40), "02:00:00:00:00:40", "somebody has written it down for good");
        assert_eq!(at(50), "02:00:00:00:00:50", "it is behind the other card");
        assert_eq!(at(60), "unseen", "two say so");
        assert_eq!(at(70), "nobody", "no hardware answered");
        assert_eq!(neighbour("fd00::1".parse().unwrap()), Neighbour::Unseen);
    }

    #[test]
    fn garbage_in_the_table_is_nobody_we_know() {
        let here = Ipv4Addr::new(1, 2, 3, 4);
        for text in ["", "\n", "x\n1.2.3.4", "x\n1.2.3.4 0x1 2 02:00:00:00:00:01", "x\n1.2.3.4 0x1 0xzz 0 0"] {
            assert_eq!(seen(text, here), Neighbour::Unseen, "{text}");
        }
        assert_eq!(seen("x\n1.2.3.4 0x1 0x2 XX:XX", here), Neighbour::Nobody);
    }
}
