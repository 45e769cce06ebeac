//! The ground a scan covers: every address of its ranges, each once. Pure.

use ipnet::IpNet;
use std::net::IpAddr;

/// Addresses at which one device can be, in the order of the ranges. One that lies in several is there once.
pub fn addresses_in(ranges: &[IpNet]) -> impl Iterator<Item = IpAddr> + Send + use<> {
    let ranges: Vec<IpNet> = ranges.to_vec();
    (0..ranges.len()).flat_map(move |n| {
        let earlier: Vec<IpNet> = ranges[..n].to_vec();
        ranges[n].hosts().filter(move |ip| !earlier.iter().any(|range| range.contains(ip)))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn covered(ranges: &[&str]) -> Vec<String> {
        let ranges: Vec<IpNet> = ranges.iter().map(|text| text.parse().unwrap()).collect();
        addresses_in(&ranges).map(|ip| ip.to_string()).collect()
    }

    #[test]
    fn every_address_is_there_once_and_what_is_nobodys_is_not() {
        assert_eq!(covered(&[]), [""; 0]);
        assert_eq!(covered(&["10.0.0.8/30"]), ["10.0.0.9", "10.0.0.10"]);
        assert_eq!(covered(&["10.0.0.9/32", "10.0.0.8/30"]), ["10.0.0.9", "10.0.0.10"]);
        assert_eq!(covered(&["192.168.1.0/24", "192.168.1.0/24"]).len(), 254);
        assert_eq!(covered(&["192.168.1.0/24", "192.168.0.0/16"]).len(), 65_534 - 2);
        assert_eq!(covered(&["fd00::4/127"]), ["fd00::4", "fd00::5"]);
    }
}
