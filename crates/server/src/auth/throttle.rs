//! Limits on guessing: failures of password and code count together: per account at an address, per address, per account.
//!
//! **Invariant:** an attempt is booked as a failure before it is judged, so that a hundred at once are a hundred. A
//! refused attempt counts nothing: who keeps knocking does not lengthen another's wait. Nobody can shut an account for
//! others than those at their own address. Time is what only ever grows: setting the clock back shuts no door.

use hmm_domain::port::Clock;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

/// Mistypings that cost nothing, and what the failures after them cost.
#[derive(Clone, Copy)]
struct Rule {
    free: u32,
    /// The number after which the door stays shut for the longest.
    locked: u32,
    longest: Duration,
}

const LOCK_OUT: Duration = Duration::from_mins(15);
/// One account, from one address.
const PAIR: Rule = Rule { free: 3, locked: 10, longest: LOCK_OUT };
/// Several people, and several devices of each, sit behind one address.
const ADDRESS: Rule = Rule { free: 20, locked: 40, longest: LOCK_OUT };
/// One account, from wherever: guessing from many addresses is slowed, and its owner never shut out.
const ACCOUNT: Rule = Rule { free: 50, locked: 55, longest: Duration::from_secs(30) };
const FORGET: Duration = Duration::from_hours(24);
/// Names and addresses remembered; the oldest go first.
const REMEMBERED: usize = 4_096;
/// Letters of a name that count: no account has more.
const NAME_MAX: usize = 64;

impl Rule {
    /// The wait after so many failures: none, then 1 s, 2 s, 4 s, …, then the longest.
    fn delay(self, failures: u32) -> Duration {
        if failures < self.free {
            return Duration::ZERO;
        }
        if failures >= self.locked {
            return self.longest;
        }
        Duration::from_secs(1 << (failures - self.free).min(10)).min(self.longest)
    }
}

#[derive(Debug, Clone, Copy)]
struct Count {
    failures: u32,
    /// Since the start of the clock.
    last: Duration,
}

#[derive(Default)]
struct Counters(BTreeMap<String, Count>);

impl Counters {
    /// How long this key still has to wait.
    fn wait(&mut self, key: &str, rule: Rule, now: Duration) -> Option<Duration> {
        let count = self.0.get(key).copied()?;
        if now.saturating_sub(count.last) > FORGET {
            self.0.remove(key);
            return None;
        }
        let until = count.last + rule.delay(count.failures);
        (until > now).then(|| until.saturating_sub(now))
    }

    fn add(&mut self, key: &str, now: Duration) {
        if self.0.len() >= REMEMBERED && !self.0.contains_key(key) {
            let oldest = self.0.iter().min_by_key(|(_, count)| count.last).map(|(key, _)| key.clone());
            oldest.map(|key| self.0.remove(&key));
        }
        let count = self.0.entry(key.to_owned()).or_insert(Count { failures: 0, last: now });
        count.failures = count.failures.saturating_add(1);
        count.last = now;
    }

    fn take_back(&mut self, key: &str, failures: u32) {
        if let Some(count) = self.0.get_mut(key) {
            count.failures = count.failures.saturating_sub(failures);
            if count.failures == 0 {
                self.0.remove(key);
            }
        }
    }
}

#[derive(Default)]
struct Books {
    pairs: Counters,
    addresses: Counters,
    accounts: Counters,
}

/// Counts failed attempts to sign in.
pub struct Throttle {
    clock: Arc<dyn Clock>,
    books: Mutex<Books>,
}

/// An attempt that was let through and booked as a failure. Say how it ended, or it stays one.
#[derive(Debug)]
pub struct Attempt {
    pair: String,
    address: String,
    account: String,
}

impl Throttle {
    pub fn new(clock: Arc<dyn Clock>) -> Self {
        Self { clock, books: Mutex::default() }
    }

    /// Lets an attempt through, or says how long to wait. The wall clock has no say.
    pub fn admit(&self, account: &str, address: IpAddr) -> Result<Attempt, Duration> {
        let now = Duration::from_millis(self.clock.ticks());
        let account = account.chars().take(NAME_MAX).collect::<String>().to_lowercase();
        let address = network(address);
        let attempt = Attempt { pair: format!("{address} {account}"), address, account };
        let mut books = self.books.lock();
        let waits = [
            books.pairs.wait(&attempt.pair, PAIR, now),
            books.addresses.wait(&attempt.address, ADDRESS, now),
            books.accounts.wait(&attempt.account, ACCOUNT, now),
        ];
        if let Some(wait) = waits.into_iter().flatten().max() {
            return Err(wait);
        }
        books.pairs.add(&attempt.pair, now);
        books.addresses.add(&attempt.address, now);
        books.accounts.add(&attempt.account, now);
        Ok(attempt)
    }

    /// It was the right password and the right code: the account starts afresh here, and what was mistyped here is
    /// forgotten everywhere.
    pub fn succeeded(&self, attempt: &Attempt) {
        let mut books = self.books.lock();
        let mistyped = books.pairs.0.remove(&attempt.pair).map_or(1, |count| count.failures);
        books.accounts.take_back(&attempt.account, mistyped);
        books.addresses.take_back(&attempt.address, 1);
    }

    /// It was neither right nor wrong: nothing was guessed.
    pub fn undecided(&self, attempt: &Attempt) {
        let mut books = self.books.lock();
        books.pairs.take_back(&attempt.pair, 1);
        books.accounts.take_back(&attempt.account, 1);
        books.addresses.take_back(&attempt.address, 1);
    }
}

/// One household has one IPv4 address or one IPv6 /64.
pub(crate) fn network(address: IpAddr) -> String {
    match address.to_canonical() {
        IpAddr::V4(v4) => v4.to_string(),
        IpAddr::V6(v6) => {
            let [a, b, c, d, ..] = v6.segments();
            format!("{a:x}:{b:x}:{c:x}:{d:x}::/64")
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;
    use hmm_domain::Timestamp;
    use hmm_domain::port::Awake;
    use std::sync::atomic::{AtomicU64, Ordering};

    /// Ticks that a test sets, and a wall clock that stands at the epoch.
    #[derive(Default)]
    pub(crate) struct Ticks(AtomicU64);

    impl Ticks {
        pub(crate) fn pass(&self, time: Duration) {
            self.0.fetch_add(u64::try_from(time.as_millis()).unwrap(), Ordering::SeqCst);
        }
    }

    #[async_trait::async_trait]
    impl Clock for Ticks {
        fn now(&self) -> Timestamp {
            Timestamp::from_millis(0)
        }

        async fn sleep_until(&self, _: Timestamp) -> Awake {
            Awake::default()
        }

        fn awake(&self) -> Awake {
            Awake::default()
        }

        fn ticks(&self) -> u64 {
            self.0.load(Ordering::SeqCst)
        }
    }

    fn throttle() -> (Arc<Ticks>, Throttle) {
        let ticks = Arc::new(Ticks::default());
        (Arc::clone(&ticks), Throttle::new(ticks))
    }

    fn ip(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    #[test]
    fn s2_delays_grow_then_lock_out_and_others_are_unaffected() {
        let (ticks, throttle) = throttle();
        let mut waits = Vec::new();
        for _ in 0..11 {
            match throttle.admit("Ann", ip("192.168.1.9")) {
                Ok(_) => waits.push(0),
                Err(wait) => {
                    waits.push(wait.as_secs());
                    ticks.pass(wait);
                    assert!(throttle.admit("ann", ip("192.168.1.9")).is_ok());
                }
            }
        }
        assert_eq!(waits, [0, 0, 0, 1, 2, 4, 8, 16, 32, 64, 900]);
        assert!(throttle.admit("bob", ip("192.168.1.9")).is_ok(), "another account at the same address");
    }

    #[test]
    fn s2_an_address_counts_for_all_accounts_and_ipv6_by_its_network() {
        let (_, throttle) = throttle();
        for n in 0..ADDRESS.free {
            let from = ip(&format!("2001:db8:0:1::{n:x}"));
            assert!(throttle.admit(&format!("user{n}"), from).is_ok());
        }
        assert!(throttle.admit("fresh", ip("2001:db8:0:1:ffff::1")).is_err());
        assert!(throttle.admit("fresh", ip("2001:db8:0:2::1")).is_ok());
        assert_eq!(network(ip("::ffff:10.0.0.1")), "10.0.0.1");
    }

    #[test]
    fn s2_a_stranger_locks_an_account_at_their_own_address_only() {
        let (ticks, throttle) = throttle();
        for _ in 0..PAIR.locked {
            if let Err(wait) = throttle.admit("ann", ip("10.0.0.66")) {
                ticks.pass(wait);
                assert!(throttle.admit("ann", ip("10.0.0.66")).is_ok());
            }
        }
        assert!(throttle.admit("ann", ip("10.0.0.1")).is_ok(), "she herself, from her own place");
    }

    #[test]
    fn s2_guessing_from_everywhere_is_slowed_and_never_locks_the_account() {
        let (ticks, throttle) = throttle();
        let mut waits = Vec::new();
        for n in 0..200u8 {
            if let Err(wait) = throttle.admit("ann", ip(&format!("10.0.1.{n}"))) {
                waits.push(wait.as_secs());
                ticks.pass(wait);
                assert!(throttle.admit("ann", ip(&format!("10.0.1.{n}"))).is_ok());
            }
        }
        assert_eq!((waits.len(), &waits[..7]), (150, &[1, 2, 4, 8, 16, 30, 30][..]));
        assert!(waits.iter().all(|wait| *wait <= 30));
    }

    #[test]
    fn success_clears_the_account_and_a_refusal_counts_nothing() {
        let (ticks, throttle) = throttle();
        for _ in 0..PAIR.free {
            assert!(throttle.admit("ann", ip("10.0.0.1")).is_ok());
        }
        for _ in 0..100 {
            assert_eq!(throttle.admit("ann", ip("10.0.0.1")).unwrap_err(), Duration::from_secs(1));
        }
        ticks.pass(Duration::from_secs(1));
        throttle.succeeded(&throttle.admit("ann", ip("10.0.0.1")).unwrap());
        assert!(throttle.books.lock().accounts.0.is_empty(), "her own mistypings are forgotten");
        assert!(throttle.admit("ann", ip("10.0.0.1")).is_ok());
    }

    #[test]
    fn s2_a_wall_clock_that_jumps_back_shuts_no_door() {
        let (ticks, throttle) = throttle();
        for _ in 0..PAIR.free {
            assert!(throttle.admit("ann", ip("10.0.0.1")).is_ok());
        }
        ticks.pass(Duration::from_secs(1));
        assert!(throttle.admit("ann", ip("10.0.0.1")).is_ok());
    }

    #[test]
    fn memory_is_bounded() {
        let (ticks, throttle) = throttle();
        for n in 0..REMEMBERED + 100 {
            ticks.pass(LOCK_OUT);
            let _ = throttle.admit(&format!("u{n}{}", "x".repeat(10_000)), ip("10.0.0.1"));
        }
        let books = throttle.books.lock();
        assert!(books.accounts.0.len() <= REMEMBERED && books.pairs.0.len() <= REMEMBERED);
        assert!(books.accounts.0.keys().all(|name| name.len() == NAME_MAX));
    }
}
