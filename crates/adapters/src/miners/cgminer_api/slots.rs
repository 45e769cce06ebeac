//! The list of pools, which all of them have.
//!
//! **Invariant:** a slot without an address is no slot; which one is worked for is what the device says, else the best
//! that lives.

use super::fields::Fields;
use hmm_domain::reading::{PoolInUse, PoolSet, PoolSlot};
use hmm_domain::units::Difficulty;

/// More are not believed.
const SLOTS_MAX: usize = 8;

/// One slot, as the device works with it.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::miners) struct Slot {
    pub(in crate::miners) number: u8,
    pub(in crate::miners) host: String,
    pub(in crate::miners) port: Option<u16>,
    pub(in crate::miners) tls: Option<bool>,
    pub(in crate::miners) user: Option<String>,
    /// Few show it.
    pub(in crate::miners) password: Option<String>,
    pub(in crate::miners) alive: Option<bool>,
    pub(in crate::miners) active: Option<bool>,
    pub(in crate::miners) priority: Option<u64>,
    pub(in crate::miners) difficulty: Option<Difficulty>,
}

/// In the order of their numbers.
pub(in crate::miners) fn slots<'a>(rows: impl Iterator<Item = Fields<'a>>) -> Vec<Slot> {
    let mut slots: Vec<Slot> = rows.filter_map(slot).take(SLOTS_MAX).collect();
    slots.sort_by_key(|slot| slot.number);
    slots
}

fn slot(row: Fields<'_>) -> Option<Slot> {
    let url = row.text("URL").or_else(|| row.text("Stratum URL"))?;
    let (tls, host, port) = place(url);
    if host.is_empty() {
        return None;
    }
    let difficulty = |key: &str| row.number(key).and_then(Difficulty::from_f64).filter(|value| value.get() > 0);
    Some(Slot {
        number: u8::try_from(row.count("POOL")?).ok()?,
        host: host.to_owned(),
        port,
        tls,
        user: row.text("User").map(str::to_owned),
        password: row.text("Password").map(str::to_owned),
        alive: row.text("Status").map(|status| status.eq_ignore_ascii_case("alive")),
        active: row.flag("Stratum Active"),
        priority: row.count("Priority"),
        difficulty: difficulty("Stratum Difficulty")
            .or_else(|| difficulty("Work Difficulty"))
            .or_else(|| row.text("Diff").and_then(short)),
    })
}

/// `524K`, as some print it.
fn short(text: &str) -> Option<Difficulty> {
    let (number, scale) = match text.char_indices().next_back()? {
        (at, 'k' | 'K') => (&text[..at], 1e3),
        (at, 'M') => (&text[..at], 1e6),
        (at, 'G') => (&text[..at], 1e9),
        (at, 'T') => (&text[..at], 1e12),
        _ => (text, 1.0),
    };
    let value = number.trim().parse::<f64>().ok()? * scale;
    Difficulty::from_f64(value).filter(|value| value.get() > 0)
}

/// `stratum+tcp://host:port` in its parts. What carries the stratum says whether it is encrypted.
pub(in crate::miners) fn place(url: &str) -> (Option<bool>, &str, Option<u16>) {
    let (scheme, rest) = url.split_once("://").map_or((None, url), |(scheme, rest)| (Some(scheme), rest));
    let tls = scheme.map(|scheme| ["ssl", "tls"].iter().any(|word| scheme.to_ascii_lowercase().contains(word)));
    let rest = rest.split(['/', '#']).next().unwrap_or_default();
    if let Some((host, port)) = rest.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        return (tls, host, port.strip_prefix(':').and_then(|port| port.parse().ok()));
    }
    match rest.rsplit_once(':') {
        Some((host, port)) if !host.contains(':') => (tls, host, port.parse().ok()),
        _ => (tls, rest, None),
    }
}

/// The one it works for: the one whose stratum is active, else the best that is alive.
pub(in crate::miners) fn in_use(slots: &[Slot]) -> Option<&Slot> {
    let active = slots.iter().find(|slot| slot.active == Some(true));
    // Where the device says of all that they are not active, it works for none.
    let told = slots.iter().any(|slot| slot.active.is_some());
    active.or_else(|| {
        let alive = slots.iter().filter(|slot| !told && slot.alive == Some(true));
        alive.min_by_key(|slot| slot.priority.unwrap_or(u64::MAX))
    })
}

/// The one it prefers.
pub(in crate::miners) fn preferred(slots: &[Slot]) -> Option<&Slot> {
    slots.iter().min_by_key(|slot| slot.priority.unwrap_or_else(|| u64::from(slot.number)))
}

pub(in crate::miners) fn pool_in_use(slots: &[Slot]) -> Option<PoolInUse> {
    let slot = in_use(slots)?;
    Some(PoolInUse {
        host: slot.host.as_str().into(),
        port: slot.port,
        user: slot.user.as_deref().map(Into::into),
        fallback: preferred(slots).map(|first| first.number != slot.number),
    })
}

pub(in crate::miners) fn pool_set(slots: &[Slot]) -> Option<PoolSet> {
    let slot = preferred(slots)?;
    Some(PoolSet {
        host: slot.host.as_str().into(),
        port: slot.port,
        user: slot.user.as_deref().map(Into::into),
        tls: slot.tls,
    })
}

pub(in crate::miners) fn pool_slots(slots: &[Slot]) -> Vec<PoolSlot> {
    let translate = |slot: &Slot| PoolSlot {
        slot: slot.number,
        host: slot.host.as_str().into(),
        port: slot.port,
        user: slot.user.as_deref().map(Into::into),
        active: slot.active,
        alive: slot.alive,
    };
    slots.iter().map(translate).collect()
}

pub(in crate::miners) fn difficulty(slots: &[Slot]) -> Option<Difficulty> {
    in_use(slots)?.difficulty
}

#[cfg(test)]
pub(in crate::miners) mod tests {
    use super::*;

    pub(in crate::miners) fn slot(number: u8, host: &str, user: &str, priority: u64, active: bool) -> Slot {
        Slot {
            number,
            host: host.to_owned(),
            port: Some(3333),
            tls: Some(false),
            user: Some(user.to_owned()),
            password: None,
            alive: Some(true),
            active: Some(active),
            priority: Some(priority),
            difficulty: None,
        }
    }

    #[test]
    fn an_address_is_cut_into_its_parts() {
        for (url, parts) in [
            ("stratum+tcp://pool.example:3333", (Some(false), "pool.example", Some(3333))),
            ("stratum+ssl://pool.example:443/x", (Some(true), "pool.example", Some(443))),
            ("pool.example", (None, "pool.example", None)),
            ("stratum+tcp://[fd00::1]:3333", (Some(false), "fd00::1", Some(3333))),
            ("fd00::1", (None, "fd00::1", None)),
            ("stratum+tcp://pool.example:99999", (Some(false), "pool.example", None)),
            ("", (None, "", None)),
        ] {
            assert_eq!(place(url), parts, "{url}");
        }
    }

    #[test]
    fn a_difficulty_with_a_letter_is_read() {
        let read = |text| short(text).map(Difficulty::get);
        let read = ["524K", "1.5M", "8192", "", "K", "x", "0"].map(read);
        assert_eq!(read, [Some(524_000), Some(1_500_000), Some(8_192), None, None, None, None]);
    }

    #[test]
    fn the_pool_in_use_is_the_active_one_else_the_best_that_lives() {
        let mut slots = vec![slot(0, "a.example", "u", 0, false), slot(1, "b.example", "u", 1, true)];
        let shown = pool_in_use(&slots).unwrap();
        assert_eq!((shown.host.as_str(), shown.fallback), ("b.example", Some(true)));
        slots[1].active = Some(false);
        assert_eq!(pool_in_use(&slots), None, "it says that it works for none");
        for slot in &mut slots {
            slot.active = None;
        }
        slots[0].alive = Some(false);
        assert_eq!(pool_in_use(&slots).unwrap().host.as_str(), "b.example");
        assert_eq!(pool_set(&slots).unwrap().host.as_str(), "a.example");
    }
}
