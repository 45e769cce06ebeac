//! The slots of an Avalon: what it takes to work for a pool, and the words that put another one into the first.
//!
//! **Invariant:** a pool that stands in a slot already is gone over to without a write; no name or password leaves its
//! place between the commas (S10).

use crate::miners::cgminer_api::slots::{Slot, place, preferred};
use crate::miners::shared::{refused, unsupported};
use hmm_domain::port::DriverError;
use hmm_domain::wish::PoolTarget;

/// What it takes to work for a pool, from nothing to everything.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Change {
    /// It does already.
    Nothing,
    /// It stands in this slot.
    Switch(u8),
    /// It has to be written into the first.
    Store,
}

pub(super) fn change(slots: &[Slot], target: &PoolTarget) -> Change {
    let host = place(target.host.as_str()).1;
    let same = |slot: &&Slot| {
        let place = slot.host == host && slot.port == Some(target.port) && slot.tls.unwrap_or(false) == target.tls;
        let user = slot.user.as_deref() == Some(target.user.as_str());
        // A password that the device does not show may be another one.
        let password = target.password.is_none() || slot.password == target.password;
        place && user && password
    };
    match slots.iter().find(same) {
        None => Change::Store,
        Some(slot) if slot.active == Some(true) && preferred(slots).is_some_and(|first| first == slot) => {
            Change::Nothing
        }
        Some(slot) => Change::Switch(slot.number),
    }
}

/// What stands behind the login and the number of the slot: address, user and, where there is one, its password.
pub(super) fn words(target: &PoolTarget) -> Result<String, DriverError> {
    let refused = |why: &str| Err(refused(why));
    if target.tls {
        return Err(unsupported("its firmware cannot reach a pool over TLS"));
    }
    let host = place(target.host.as_str()).1;
    let plain = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_');
    if host.is_empty() || !host.chars().all(plain) {
        return refused("the pool's host is not a host name or an IPv4 address");
    }
    if target.port == 0 {
        return refused("the pool needs a port");
    }
    if target.user.is_empty() || leaves(target.user.as_str()) {
        return refused(
            "the pool's user is empty, or holds a comma, a bar, a quote, a backslash or a control character",
        );
    }
    let password = target.password.as_deref().filter(|password| !password.is_empty());
    if password.is_some_and(leaves) {
        return refused("the pool's password holds a comma, a bar, a quote, a backslash or a control character");
    }
    let mut words = format!("stratum+tcp://{host}:{},{}", target.port, target.user);
    if let Some(password) = password {
        words.push(',');
        words.push_str(password);
    }
    Ok(words)
}

/// S10: whether a text would not stay between its commas.
pub(super) fn leaves(text: &str) -> bool {
    text.chars().any(|c| c.is_control() || matches!(c, ',' | '|' | '"' | '\\') || !c.is_ascii())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::miners::cgminer_api::slots::tests::slot;

    fn target() -> PoolTarget {
        PoolTarget { host: "a.example".into(), port: 3333, user: "bc1.rig".into(), password: None, tls: false }
    }

    #[test]
    fn the_fewest_writes_that_lead_there() {
        let here = || vec![slot(0, "a.example", "bc1.rig", 0, true), slot(1, "b.example", "bc1.rig", 1, false)];
        assert_eq!(change(&here(), &target()), Change::Nothing);
        assert_eq!(
            change(&here(), &PoolTarget { host: "stratum+tcp://b.example:3333".into(), ..target() }),
            Change::Switch(1)
        );
        assert_eq!(change(&here(), &PoolTarget { user: "bc1.other".into(), ..target() }), Change::Store);
        assert_eq!(change(&here(), &PoolTarget { port: 3334, ..target() }), Change::Store);
        assert_eq!(change(&here(), &PoolTarget { tls: true, ..target() }), Change::Store);
        let secret = PoolTarget { password: Some("p".into()), ..target() };
        assert_eq!(change(&here(), &secret), Change::Store, "the password it has may be another one");
        let shown = vec![Slot { password: Some("p".into()), ..slot(2, "a.example", "bc1.rig", 1, false) }];
        assert_eq!(change(&shown, &secret), Change::Switch(2));
        assert_eq!(change(&[], &target()), Change::Store);
    }

    #[test]
    fn s10_what_would_leave_its_place_is_refused() {
        assert_eq!(words(&target()).unwrap(), "stratum+tcp://a.example:3333,bc1.rig");
        let with = PoolTarget { password: Some("p w".into()), ..target() };
        assert_eq!(words(&with).unwrap(), "stratum+tcp://a.example:3333,bc1.rig,p w");
        for bad in ["a,b", "a|b", "a\"b", "a\\b", "a\nb", "a\u{0}b", "é"] {
            assert!(
                words(&PoolTarget { user: bad.into(), ..target() }).is_err() || bad == "a\nb" || bad == "a\u{0}b",
                "{bad}"
            );
            assert!(words(&PoolTarget { password: Some(bad.into()), ..target() }).is_err(), "{bad}");
        }
        for host in ["a b", "", "a,b", "fd00::1"] {
            assert!(words(&PoolTarget { host: host.into(), ..target() }).is_err(), "{host}");
        }
        assert!(words(&PoolTarget { port: 0, ..target() }).is_err());
        assert!(matches!(words(&PoolTarget { tls: true, ..target() }), Err(DriverError::Unsupported(_))));
    }
}
