//! Under which names and addresses people may open the page: what a certificate of ours has to speak for.
//!
//! **Invariant:** only what belongs to this machine or what a person wrote into `config.yaml`.

use crate::config::Config;
use hmm_net::cards::{self, Held};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};
use std::sync::Arc;

/// What is ours now.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Ours {
    pub names: Vec<String>,
    pub addresses: Vec<IpAddr>,
    /// Addresses at which nobody listens as things are set up now: an authority may sign for them, and does not.
    pub unserved: Vec<IpAddr>,
    /// Those of the addresses that are worth no word when a certificate does not have them: they come and go.
    pub passing: Vec<IpAddr>,
}

/// Asked again and again: the answer changes with the network.
pub type Look = Arc<dyn Fn() -> Ours + Send + Sync>;

/// The name of this machine, lower case; `None` where it has none that can be typed.
pub fn own_name() -> Option<String> {
    let name = std::fs::read_to_string("/proc/sys/kernel/hostname").unwrap_or_default();
    let name = name.trim().trim_end_matches('.').to_ascii_lowercase();
    is_name(&name).then_some(name)
}

fn is_name(text: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len()) && label.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-' || b == b'_')
    };
    text.len() <= 253 && text.split('.').all(label)
}

/// Looks at this machine.
pub(super) fn look(config: &Config) -> Look {
    let allowed = config.security.allowed_hosts.clone();
    let host = config.app.host;
    Arc::new(move || served(ours(own_name().as_deref(), &cards::held(), &allowed), host, &allowed))
}

/// Sorts out the addresses that `app.host` does not listen on. What a person named leads here, whatever we see of it.
fn served(mut ours: Ours, host: IpAddr, allowed: &[String]) -> Ours {
    let listens = |address: &IpAddr| match host {
        IpAddr::V4(all) if all.is_unspecified() => address.is_ipv4(),
        IpAddr::V6(all) if all.is_unspecified() => true,
        one => *address == one.to_canonical(),
    };
    let named = |address: &IpAddr| allowed.iter().any(|host| host.parse() == Ok(*address));
    (ours.addresses, ours.unserved) =
        ours.addresses.into_iter().partition(|address| listens(address) || named(address));
    ours
}

fn ours(own: Option<&str>, held: &[Held], allowed: &[String]) -> Ours {
    let mut ours = Ours::default();
    name(&mut ours, "localhost");
    address(&mut ours, Ipv4Addr::LOCALHOST.into());
    address(&mut ours, Ipv6Addr::LOCALHOST.into());
    // A container without a name of its own is called by its number, which the next one does not have.
    if let Some(own) = own.filter(|own| !is_container_id(own)) {
        name(&mut ours, own);
        let first = own.split('.').next().unwrap_or(own);
        name(&mut ours, &format!("{first}.local"));
    }
    for host in allowed {
        match host.parse() {
            Ok(ip) => address(&mut ours, ip),
            Err(_) => name(&mut ours, host),
        }
    }
    for card in held {
        if card.between_containers() || is_global_v6(card.address) {
            ours.passing.push(card.address);
        }
        address(&mut ours, card.address);
    }
    ours
}

/// Ends of names in a home network: a constraint to one of these would be none, for it permits whatever stands before it.
const WIDE: [&str; 6] = ["local", "lan", "home", "internal", "localdomain", "arpa"];

fn name(ours: &mut Ours, name: &str) {
    if !WIDE.contains(&name) && !ours.names.iter().any(|known| known == name) {
        ours.names.push(name.to_owned());
    }
}

fn address(ours: &mut Ours, address: IpAddr) {
    let address = address.to_canonical();
    if !ours.addresses.contains(&address) {
        ours.addresses.push(address);
    }
}

fn is_container_id(name: &str) -> bool {
    name.len() == 12 && name.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Many providers give another prefix every day, and nobody types such an address.
fn is_global_v6(address: IpAddr) -> bool {
    matches!(address, IpAddr::V6(v6) if !v6.is_loopback() && !v6.is_unique_local())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn held(address: &str, card: &str) -> Held {
        Held { address: address.parse().unwrap(), card: Some(card.to_owned()) }
    }

    #[test]
    fn our_names_are_the_machines_the_local_one_and_the_configured_ones() {
        let allowed = ["miners.example.org".to_owned(), "10.9.8.7".to_owned(), "pi.lan".to_owned()];
        let found = ours(Some("pi.lan"), &[], &allowed);
        assert_eq!(found.names, ["localhost", "pi.lan", "pi.local", "miners.example.org"]);
        let expected: Vec<IpAddr> = ["127.0.0.1", "::1", "10.9.8.7"].map(|ip| ip.parse().unwrap()).into();
        assert_eq!(found.addresses, expected);
    }

    #[test]
    fn a_containers_number_is_no_name_and_addresses_that_come_and_go_are_known() {
        let cards = [
            held("127.0.0.1", "lo"),
            held("192.168.1.5", "eth0"),
            held("172.17.0.1", "docker0"),
            held("2001:db8::5", "eth0"),
            held("fd00::5", "eth0"),
        ];
        let found = ours(Some("0123456789ab"), &cards, &[]);
        assert_eq!(found.names, ["localhost"]);
        assert_eq!(found.addresses.len(), 6);
        let passing: Vec<IpAddr> = ["172.17.0.1", "2001:db8::5"].map(|ip| ip.parse().unwrap()).into();
        assert_eq!(found.passing, passing);
        assert_eq!(ours(None, &[], &[]).names, ["localhost"]);
        assert_eq!(ours(Some("lan"), &[], &["local".to_owned()]).names, ["localhost", "lan.local"]);
    }

    #[test]
    fn an_address_at_which_nobody_listens_is_not_signed_for() {
        let cards = [held("192.168.1.5", "eth0"), held("fd00::5", "eth0")];
        let allowed = ["10.9.8.7".to_owned()];
        let at = |host: &str| {
            let found = served(ours(None, &cards, &allowed), host.parse().unwrap(), &allowed);
            let text = |list: &[IpAddr]| list.iter().map(IpAddr::to_string).collect::<Vec<_>>().join(" ");
            (text(&found.addresses), text(&found.unserved))
        };
        let expect = |served: &str, unserved: &str| (served.to_owned(), unserved.to_owned());
        assert_eq!(at("0.0.0.0"), expect("127.0.0.1 10.9.8.7 192.168.1.5", "::1 fd00::5"));
        assert_eq!(at("::"), expect("127.0.0.1 ::1 10.9.8.7 192.168.1.5 fd00::5", ""));
        assert_eq!(at("192.168.1.5"), expect("10.9.8.7 192.168.1.5", "127.0.0.1 ::1 fd00::5"));
    }

    #[test]
    fn what_cannot_be_typed_is_no_name() {
        for name in ["pi", "pi.lan", "my_pi-2"] {
            assert!(is_name(name), "{name}");
        }
        for name in ["", "a b", "pi..lan", ".pi", "pi\u{202e}", "<b>", &"x".repeat(64)] {
            assert!(!is_name(name), "{name}");
        }
    }
}
