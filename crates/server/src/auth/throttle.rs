//! Limits on guessing: failures of password and code count together, per account and per address.
//!
//! **Invariant:** an attempt is booked as a failure before it is judged, so that a hundred at once are a hundred. A
//! refused attempt counts nothing: who keeps knocking does not lengthen another's wait.

use hmm_domain::Timestamp;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::Duration;

/// Mistypings that cost nothing, and the number after which the door stays shut for the whole lock-out.
const ACCOUNT_FREE: u32 = 3;
const ACCOUNT_LOCKED: u32 = 10;
/// Several people, and several devices of each, sit behind one address.
const ADDRESS_FREE: u32 = 20;
const ADDRESS_LOCKED: u32 = 40;
const LOCK_OUT: Duration = Duration::from_mins(15);
const FORGET: Duration = Duration::from_hours(24);
/// Names and addresses remembered; the oldest go first.
const REMEMBERED: usize = 4_096;

#[derive(Debug, Clone, Copy)]
struct Count {
    failures: u32,
    last: Timestamp,
}

#[derive(Default)]
struct Counters(BTreeMap<String, Count>);

impl Counters {
    /// How long this key still has to wait.
    fn wait(&mut self, key: &str, free: u32, locked: u32, now: Timestamp) -> Option<Duration> {
        let count = self.0.get(key).copied()?;
        if now.since(count.last) > FORGET {
            self.0.remove(key);
            return None;
        }
        let until = count.last + delay(count.failures, free, locked);
        (until > now).then(|| until.since(now))
    }

    fn add(&mut self, key: &str, now: Timestamp) {
        if self.0.len() >= REMEMBERED && !self.0.contains_key(key) {
            let oldest = self.0.iter().min_by_key(|(_, count)| count.last).map(|(key, _)| key.clone());
            oldest.map(|key| self.0.remove(&key));
        }
        let count = self.0.entry(key.to_owned()).or_insert(Count { failures: 0, last: now });
        count.failures = count.failures.saturating_add(1);
        count.last = now;
    }

    fn take_back(&mut self, key: &str) {
        if let Some(count) = self.0.get_mut(key) {
            count.failures = count.failures.saturating_sub(1);
            if count.failures == 0 {
                self.0.remove(key);
            }
        }
    }
}

/// The wait after so many failures: none, then 1 s, 2 s, 4 s, …, then the lock-out.
fn delay(failures: u32, free: u32, locked: u32) -> Duration {
    if failures < free {
        return Duration::ZERO;
    }
    if failures >= locked {
        return LOCK_OUT;
    }
    Duration::from_secs(1 << (failures - free).min(10)).min(LOCK_OUT)
}

/// Counts failed attempts to sign in.
#[derive(Default)]
pub struct Throttle {
    accounts: Mutex<Counters>,
    addresses: Mutex<Counters>,
}

/// An attempt that was let through and booked as a failure. Say how it ended, or it stays one.
#[derive(Debug)]
pub struct Attempt {
    account: String,
    address: String,
}

impl Throttle {
    /// Lets an attempt through, or says how long to wait.
    pub fn admit(&self, account: &str, address: IpAddr, now: Timestamp) -> Result<Attempt, Duration> {
        let attempt = Attempt { account: account.to_lowercase(), address: network(address) };
        let (mut accounts, mut addresses) = (self.accounts.lock(), self.addresses.lock());
        let waits = [
            accounts.wait(&attempt.account, ACCOUNT_FREE, ACCOUNT_LOCKED, now),
            addresses.wait(&attempt.address, ADDRESS_FREE, ADDRESS_LOCKED, now),
        ];
        if let Some(wait) = waits.into_iter().flatten().max() {
            return Err(wait);
        }
        accounts.add(&attempt.account, now);
        addresses.add(&attempt.address, now);
        Ok(attempt)
    }

    /// It was the right password and the right code: the account starts afresh.
    pub fn succeeded(&self, attempt: &Attempt) {
        self.accounts.lock().0.remove(&attempt.account);
        self.addresses.lock().take_back(&attempt.address);
    }

    /// It was neither right nor wrong: nothing was guessed.
    pub fn undecided(&self, attempt: &Attempt) {
        self.accounts.lock().take_back(&attempt.account);
        self.addresses.lock().take_back(&attempt.address);
    }
}

/// One household has one IPv4 address or one IPv6 /64.
fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    const START: Timestamp = Timestamp::from_millis(1_000_000);

    #[test]
    fn s2_delays_grow_then_lock_out_and_others_are_unaffected() {
        let throttle = Throttle::default();
        let (mut now, mut waits) = (START, Vec::new());
        for _ in 0..11 {
            match throttle.admit("Ann", ip("192.168.1.9"), now) {
                Ok(_) => waits.push(0),
                Err(wait) => {
                    waits.push(wait.as_secs());
                    now = now + wait;
                    assert!(throttle.admit("ann", ip("192.168.1.9"), now).is_ok());
                }
            }
        }
        assert_eq!(waits, [0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 900]);
        assert!(throttle.admit("bob", ip("192.168.1.9"), now).is_ok(), "another account at the same address");
    }

    #[test]
    fn s2_an_address_counts_for_all_accounts_and_ipv6_by_its_network() {
        let throttle = Throttle::default();
        for n in 0..ADDRESS_FREE {
            let from = ip(&format!("2001:db8:0:1::{n:x}"));
            assert!(throttle.admit(&format!("user{n}"), from, START).is_ok());
        }
        assert!(throttle.admit("fresh", ip("2001:db8:0:1:ffff::1"), START).is_err());
        assert!(throttle.admit("fresh", ip("2001:db8:0:2::1"), START).is_ok());
        assert_eq!(network(ip("::ffff:10.0.0.1")), "10.0.0.1");
    }

    #[test]
    fn success_clears_the_account_and_a_refusal_counts_nothing() {
        let throttle = Throttle::default();
        for _ in 0..ACCOUNT_FREE {
            assert!(throttle.admit("ann", ip("10.0.0.1"), START).is_ok());
        }
        for _ in 0..100 {
            assert_eq!(throttle.admit("ann", ip("10.0.0.2"), START).unwrap_err(), Duration::from_secs(1));
        }
        let later = START + Duration::from_secs(1);
        throttle.succeeded(&throttle.admit("ann", ip("10.0.0.1"), later).unwrap());
        assert!(throttle.admit("ann", ip("10.0.0.1"), later).is_ok());
    }

    #[test]
    fn memory_is_bounded() {
        let throttle = Throttle::default();
        for n in 0..REMEMBERED + 100 {
            let _ = throttle.admit(&format!("u{n}"), ip("10.0.0.1"), START + Duration::from_secs(1_000 * n as u64));
        }
        assert!(throttle.accounts.lock().0.len() <= REMEMBERED);
    }
}
