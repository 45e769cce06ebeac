//! What passes which door, as tables.
//!
//! **Invariant:** every address class that the rules name stands in a table here.

use super::*;
use crate::surroundings::Surroundings;
use expect_test::expect;
use std::fmt::Write;
use std::sync::Arc;

fn around() -> Around {
    let surroundings = Arc::new(Surroundings {
        addresses: ["127.0.0.1", "192.168.1.5", "fd12::5", "203.0.114.5", "fe80::5"]
            .map(|a| a.parse().unwrap())
            .to_vec(),
        gateways: ["172.17.0.1", "192.168.1.1", "fd12::1"].map(|a| a.parse().unwrap()).to_vec(),
        ports: vec![8087],
    });
    Arc::new(move || Arc::clone(&surroundings))
}

fn ranges(texts: &[&str]) -> Vec<IpNet> {
    texts.iter().map(|text| text.parse().unwrap()).collect()
}

fn table(guards: &[Guard], addresses: &[&str]) -> String {
    addresses.iter().fold(String::new(), |mut out, text| {
        let address: SocketAddr = text.parse().unwrap();
        write!(out, "{text:42}").unwrap();
        for guard in guards {
            match guard.check(address) {
                Ok(used) if used.to_string() == *text => write!(out, " {:14}", "yes").unwrap(),
                Ok(used) => write!(out, " {:14}", used.ip()).unwrap(),
                Err(why) => write!(out, " {:14}", format!("{why:?}")).unwrap(),
            }
        }
        out.truncate(out.trim_end().len());
        out.push('\n');
        out
    })
}

const EVERY_KIND: &[&str] = &[
    "192.168.1.20:80",
    "10.1.2.3:80",
    "172.16.0.9:80",
    "172.32.0.9:80",
    "[fd12::20]:80",
    "8.8.8.8:80",
    "[2a00:1450::1]:443",
    "100.64.0.9:80",
    "192.168.1.5:80",
    "[fd12::5]:80",
    "203.0.114.5:80",
    "192.168.1.1:80",
    "172.17.0.1:80",
    "[fd12::1]:80",
    "127.0.0.1:80",
    "127.9.9.9:80",
    "[::1]:80",
    "169.254.7.7:80",
    "169.254.169.254:80",
    "100.100.100.200:80",
    "[fd00:ec2::254]:80",
    "[fe80::9]:80",
    "0.0.0.0:80",
    "0.1.2.3:80",
    "[::]:80",
    "224.0.0.251:80",
    "[ff02::fb]:80",
    "255.255.255.255:80",
    "240.0.0.1:80",
    "192.0.2.1:80",
    "198.18.0.1:80",
    "[2001:db8::1]:80",
];

#[test]
fn s6_every_kind_of_address_at_every_door() {
    let device = Guard::device(default_device_ranges(), around());
    let neighbour = Guard::neighbour(default_device_ranges(), around());
    let service = Guard::service(around());
    expect![[r#"
        192.168.1.20:80                            yes            yes            NotPublic
        10.1.2.3:80                                yes            yes            NotPublic
        172.16.0.9:80                              yes            yes            NotPublic
        172.32.0.9:80                              OutsideRanges  yes            yes
        [fd12::20]:80                              yes            yes            NotPublic
        8.8.8.8:80                                 OutsideRanges  yes            yes
        [2a00:1450::1]:443                         OutsideRanges  yes            yes
        100.64.0.9:80                              OutsideRanges  NotANeighbour  NotPublic
        192.168.1.5:80                             Ourselves      Ourselves      Ourselves
        [fd12::5]:80                               Ourselves      Ourselves      Ourselves
        203.0.114.5:80                             Ourselves      Ourselves      Ourselves
        192.168.1.1:80                             Gateway        Gateway        Gateway
        172.17.0.1:80                              Gateway        Gateway        Gateway
        [fd12::1]:80                               Gateway        Gateway        Gateway
        127.0.0.1:80                               LocalUnlisted  LocalUnlisted  LocalUnlisted
        127.9.9.9:80                               LocalUnlisted  LocalUnlisted  LocalUnlisted
        [::1]:80                                   LocalUnlisted  LocalUnlisted  LocalUnlisted
        169.254.7.7:80                             LocalUnlisted  LocalUnlisted  LocalUnlisted
        169.254.169.254:80                         Metadata       Metadata       Metadata
        100.100.100.200:80                         Metadata       Metadata       Metadata
        [fd00:ec2::254]:80                         Metadata       Metadata       Metadata
        [fe80::9]:80                               LocalUnlisted  LocalUnlisted  LocalUnlisted
        0.0.0.0:80                                 Nobody         Nobody         Nobody
        0.1.2.3:80                                 Nobody         Nobody         Nobody
        [::]:80                                    Nobody         Nobody         Nobody
        224.0.0.251:80                             Nobody         Nobody         Nobody
        [ff02::fb]:80                              Nobody         Nobody         Nobody
        255.255.255.255:80                         Nobody         Nobody         Nobody
        240.0.0.1:80                               Nobody         Nobody         Nobody
        192.0.2.1:80                               OutsideRanges  NotANeighbour  NotPublic
        198.18.0.1:80                              OutsideRanges  NotANeighbour  NotPublic
        [2001:db8::1]:80                           OutsideRanges  NotANeighbour  NotPublic
    "#]]
    .assert_eq(&table(&[device, neighbour, service], EVERY_KIND));
}

#[test]
fn s6_a_forbidden_address_is_refused_in_every_disguise() {
    let device = Guard::device(ranges(&["192.168.0.0/16", "::/0"]), around());
    let service = Guard::service(around());
    let addresses = [
        // mapped: the plain form is judged and used
        "[::ffff:192.168.1.20]:80",
        "[::ffff:127.0.0.1]:80",
        "[::ffff:169.254.169.254]:80",
        "[::ffff:192.168.1.5]:80",
        // compatible, NAT64, local NAT64, 6to4, Teredo, ISATAP
        "[::127.0.0.1]:80",
        "[::192.168.1.20]:80",
        "[64:ff9b::127.0.0.1]:80",
        "[64:ff9b::192.168.1.1]:80",
        "[64:ff9b::8.8.8.8]:80",
        "[64:ff9b:1::169.254.169.254]:80",
        "[2002:7f00:1::]:80",
        "[2002:c0a8:114::1]:80",
        "[2002:808:808::1]:80",
        "[2001:0:1:2:3:4:80ff:fffe]:80",
        "[2a00::5efe:10.0.0.1]:80",
    ];
    expect![[r#"
        [::ffff:192.168.1.20]:80                   192.168.1.20   NotPublic
        [::ffff:127.0.0.1]:80                      LocalUnlisted  LocalUnlisted
        [::ffff:169.254.169.254]:80                Metadata       Metadata
        [::ffff:192.168.1.5]:80                    Ourselves      Ourselves
        [::127.0.0.1]:80                           LocalUnlisted  NotPublic
        [::192.168.1.20]:80                        ::c0a8:114     NotPublic
        [64:ff9b::127.0.0.1]:80                    LocalUnlisted  LocalUnlisted
        [64:ff9b::192.168.1.1]:80                  Gateway        Gateway
        [64:ff9b::8.8.8.8]:80                      OutsideRanges  64:ff9b::808:808
        [64:ff9b:1::169.254.169.254]:80            Metadata       NotPublic
        [2002:7f00:1::]:80                         LocalUnlisted  LocalUnlisted
        [2002:c0a8:114::1]:80                      yes            NotPublic
        [2002:808:808::1]:80                       OutsideRanges  yes
        [2001:0:1:2:3:4:80ff:fffe]:80              LocalUnlisted  NotPublic
        [2a00::5efe:10.0.0.1]:80                   OutsideRanges  NotPublic
    "#]]
    .assert_eq(&table(&[device, service], &addresses));
}

#[test]
fn s6_loopback_and_link_local_are_open_only_where_they_are_listed_and_never_to_ourselves() {
    let listed = Guard::device(ranges(&["127.0.0.0/8", "169.254.7.0/24", "fe80::/64", "::1/128"]), around());
    let everything = Guard::device(ranges(&["0.0.0.0/0", "::/0"]), around());
    let neighbour = Guard::neighbour(ranges(&["127.0.0.0/8"]), around());
    let addresses = [
        "127.0.0.1:80",
        "127.0.0.1:8087",
        "127.3.3.3:8087",
        "[::1]:80",
        "[::ffff:127.0.0.1]:8087",
        "169.254.7.7:80",
        "169.254.8.8:80",
        "169.254.169.254:80",
        "[fe80::9]:80",
        "[fe80::5]:80",
    ];
    expect![[r#"
        127.0.0.1:80                               yes            LocalUnlisted  yes
        127.0.0.1:8087                             Ourselves      LocalUnlisted  Ourselves
        127.3.3.3:8087                             Ourselves      LocalUnlisted  Ourselves
        [::1]:80                                   yes            LocalUnlisted  LocalUnlisted
        [::ffff:127.0.0.1]:8087                    Ourselves      LocalUnlisted  Ourselves
        169.254.7.7:80                             yes            LocalUnlisted  LocalUnlisted
        169.254.8.8:80                             LocalUnlisted  LocalUnlisted  LocalUnlisted
        169.254.169.254:80                         Metadata       Metadata       Metadata
        [fe80::9]:80                               yes            LocalUnlisted  LocalUnlisted
        [fe80::5]:80                               Ourselves      LocalUnlisted  LocalUnlisted
    "#]]
    .assert_eq(&table(&[listed, everything, neighbour], &addresses));
}

#[test]
fn s6_unusual_ports_are_told_apart() {
    let usual: Vec<u16> = (0..=u16::MAX).filter(|port| port_is_usual(*port)).collect();
    assert_eq!(usual, [80, 443, 4028, 8080]);
}

proptest::proptest! {
    #[test]
    fn s6_what_passes_the_device_door_is_in_the_ranges(bits: u128, low: u32, port: u16) {
        let guard = Guard::device(default_device_ranges(), around());
        let v6 = SocketAddr::new(std::net::Ipv6Addr::from(bits).into(), port);
        let v4 = SocketAddr::new(std::net::Ipv4Addr::from_bits(low).into(), port);
        for address in [v6, v4] {
            if let Ok(used) = guard.check(address) {
                proptest::prop_assert!(default_device_ranges().iter().any(|range| range.contains(&used.ip())));
                proptest::prop_assert!(guard.check(used).is_ok());
            }
        }
    }
}

#[test]
fn s6_a_guard_for_these_doors_only_refuses_what_its_ranges_would_let_through() {
    let doors: Vec<SocketAddr> = ["127.77.0.1:4001", "192.168.1.20:80"].map(|door| door.parse().unwrap()).to_vec();
    let guard = Guard::device(ranges(&["127.77.0.0/16", "192.168.1.0/24"]), around()).only(&doors);
    expect![[r#"
        127.77.0.1:4001                            yes
        192.168.1.20:80                            yes
        [::ffff:127.77.0.1]:4001                   127.77.0.1
        127.77.0.1:4002                            NotOfTheDemo
        127.77.0.2:4001                            NotOfTheDemo
        192.168.1.21:80                            NotOfTheDemo
        8.8.8.8:80                                 OutsideRanges
        127.0.0.1:4001                             LocalUnlisted
        127.77.0.1:8087                            Ourselves
    "#]]
    .assert_eq(&table(
        &[guard],
        &[
            "127.77.0.1:4001",
            "192.168.1.20:80",
            "[::ffff:127.77.0.1]:4001",
            "127.77.0.1:4002",
            "127.77.0.2:4001",
            "192.168.1.21:80",
            "8.8.8.8:80",
            "127.0.0.1:4001",
            "127.77.0.1:8087",
        ],
    ));
}
