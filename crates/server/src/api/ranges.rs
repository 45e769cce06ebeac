//! Network ranges that people type: where to look for devices.
//!
//! **Invariant:** what passes lies inside `network.device_ranges` and is small enough to be looked through.

use crate::problem::FieldProblem;
use ipnet::IpNet;
use std::net::IpAddr;

/// So many ranges, and in each so many bits of address: 65,536.
pub(super) const RANGES_MAX: usize = 16;
const BITS_MAX: u8 = 16;

/// Reads them all; what cannot be used is pointed at below `pointer`.
pub(super) fn read(texts: &[String], allowed: &[IpNet], pointer: &str) -> Result<Vec<IpNet>, Vec<FieldProblem>> {
    let wrong = |pointer: String, detail: &str| FieldProblem { pointer, detail: detail.to_owned() };
    if texts.len() > RANGES_MAX {
        return Err(vec![wrong(pointer.to_owned(), "at most 16 ranges")]);
    }
    let (mut ranges, mut faults) = (Vec::new(), Vec::new());
    for (n, text) in texts.iter().enumerate() {
        match one(text, allowed) {
            Ok(range) if ranges.contains(&range) => {}
            Ok(range) => ranges.push(range),
            Err(detail) => faults.push(wrong(format!("{pointer}/{n}"), detail)),
        }
    }
    if faults.is_empty() { Ok(ranges) } else { Err(faults) }
}

fn one(text: &str, allowed: &[IpNet]) -> Result<IpNet, &'static str> {
    let range = text.parse::<IpNet>().or_else(|_| text.parse::<IpAddr>().map(IpNet::from));
    let range = range.map_err(|_| "a range such as 192.168.1.0/24, or one address")?.trunc();
    if range.max_prefix_len() - range.prefix_len() > BITS_MAX {
        return Err("at most 65,536 addresses: a range of IPv4 ends in /16 or more");
    }
    if !allowed.iter().any(|allowed| allowed.contains(&range)) {
        return Err("outside network.device_ranges: add it there, in config.yaml, if miners really live there");
    }
    Ok(range)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(texts: &[&str]) -> Result<Vec<String>, Vec<String>> {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        let ranges = read(&texts, &hmm_net::default_device_ranges(), "/ranges");
        let shown = |ranges: Vec<IpNet>| ranges.iter().map(ToString::to_string).collect();
        ranges.map(shown).map_err(|faults| faults.iter().map(|f| format!("{} {}", f.pointer, &f.detail[..7])).collect())
    }

    #[test]
    fn ranges_are_read_in_any_spelling_and_each_once() {
        let typed = ["192.168.1.7/24", "192.168.1.0/24", "10.0.0.9", "fd00::/112", "10.1.0.0/16"];
        let read = ["192.168.1.0/24", "10.0.0.9/32", "fd00::/112", "10.1.0.0/16"];
        assert_eq!(said(&typed).unwrap(), read);
        assert_eq!(said(&[]).unwrap(), [""; 0]);
    }

    #[test]
    fn s6_a_range_is_small_and_where_miners_may_be() {
        let typed =
            ["home", "192.168.1.0/24", "10.0.0.0/15", "8.8.8.0/24", "127.0.0.0/24", "0.0.0.0/0", "::/0", "fd00::/64"];
        let faults = ["/0 a range", "/2 at most", "/3 outside", "/4 outside", "/5 at most", "/6 at most", "/7 at most"];
        assert_eq!(said(&typed).unwrap_err(), faults.map(|f| format!("/ranges{f}")));
        assert_eq!(said(&["10.0.0.1"; 17]).unwrap_err(), ["/ranges at most"]);
    }
}
