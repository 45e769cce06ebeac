//! Bytes of a summary to a reading. Pure.
//!
//! **Invariant:** whatever the bytes, this returns; a value that no such program can have is unknown, never zero and
//! never passed on; one bad value takes no other with it.

use super::SUMMARY;
use super::pools::{Config, host_and_port};
use super::wire::{Results, Summary};
use crate::miners::shared::loose::{Number, Numbers};
use crate::miners::shared::{malformed, masked, stranger};
use hmm_domain::Label;
use hmm_domain::miner::Identity;
use hmm_domain::port::{Answer, DriverError};
use hmm_domain::reading::{PoolInUse, Reading};
use hmm_domain::units::{Difficulty, Hashrate};
use serde::Deserialize;
use serde_json::Value;

/// Ten large graphics cards at the quickest of its algorithms do a tenth of this.
const HS_MAX: f64 = 1e10;
/// It counts them in sixteen bits.
const PING_MS_MAX: u64 = 65_535;
const UPTIME_S_MAX: u64 = 20 * 365 * 86_400;
/// Host names of machines that were never given one: a telephone is no other telephone for being called like it.
const NO_NAMES: [&str; 3] = ["localhost", "localhost.localdomain", "unknown"];

/// One summary, as received and as understood.
pub(super) struct Status {
    raw: Value,
    pub(super) summary: Summary,
}

/// Parses, recognises and translates one summary, of either version of the API.
pub fn answer(body: &[u8]) -> Result<Answer, DriverError> {
    Ok(Status::parse(SUMMARY, body)?.into_answer(None, &[]))
}

impl Status {
    pub(super) fn parse(call: &'static str, body: &[u8]) -> Result<Self, DriverError> {
        let text = body.trim_ascii();
        if text.first() != Some(&b'{') {
            return Err(stranger("it answers, but not with a JSON object as XMRig does"));
        }
        let unread = |error: hmm_net::json::JsonError| {
            if broken_off(text) { broken(call) } else { malformed(call, error.to_string()) }
        };
        let raw = hmm_net::json::parse(text).map_err(unread)?;
        recognise(&raw)?;
        let summary = Summary::deserialize(&raw).map_err(|error| malformed(call, error.to_string()))?;
        Ok(Self { raw, summary })
    }

    /// The name a person or the host gave it; where that names nothing, the number it made of its network card. Neither
    /// is as good as a MAC: the identity is weak, and a changed address is asked, not followed.
    pub(super) fn identity(&self) -> Identity {
        let name = self.summary.worker_id.some().map(Label::new).filter(|name| !name.is_empty());
        let name = name.filter(|name| !NO_NAMES.contains(&name.as_str().to_ascii_lowercase().as_str()));
        let number = || self.summary.id.some().map(Label::new).filter(|id| !id.is_empty());
        name.or_else(number).map_or(Identity::None, |worker| Identity::Worker(worker.as_str().to_owned()))
    }

    pub(super) fn reading(&self, config: Option<&Config>) -> Reading {
        reading(&self.summary, config)
    }

    /// The raw reply leaves only with its secrets masked (D9). The configuration never leaves.
    pub(super) fn into_answer(self, config: Option<&Config>, secrets: &[String]) -> Answer {
        Answer { reading: self.reading(config), identity: self.identity(), raw: masked(self.raw, secrets) }
    }
}

/// What follows the braces is missing, and what is there is XMRig's.
fn broken_off(text: &[u8]) -> bool {
    text.last() != Some(&b'}') && text.windows(6).any(|part| part == b"XMRig/")
}

/// Some versions announce too few bytes while their average of 15 minutes is null.
fn broken(call: &str) -> DriverError {
    let why = "its answer broke off; XMRig 6.21.2 to 6.22.1 do that in their first 15 minutes: wait, or update XMRig";
    DriverError::Unreachable { tried: format!("asking for {call}"), why: why.into() }
}

/// A reply that is not recognised is never shown (S6).
fn recognise(raw: &Value) -> Result<(), DriverError> {
    let text = |key: &str| raw.get(key).and_then(Value::as_str).unwrap_or_default();
    let says_so = text("ua").get(..6).is_some_and(|start| start.eq_ignore_ascii_case("XMRig/"));
    let like_one = text("kind") == "miner" && raw.pointer("/hashrate/total").is_some_and(Value::is_array);
    if says_so || like_one {
        return Ok(());
    }
    Err(stranger("it answers at the path of XMRig, but names neither XMRig nor a miner's hashrate"))
}

fn reading(summary: &Summary, config: Option<&Config>) -> Reading {
    let results = summary.results.0.as_ref();
    let connection = summary.connection.0.as_ref();
    let total = summary.hashrate.0.as_ref().map(|rates| &rates.total);
    let rate = |place: usize| total.and_then(|total| nth(total, place)).and_then(hashrate);
    let difficulties = [results.map(|results| results.diff_current), connection.map(|connection| connection.diff)];
    let ping = connection.and_then(|connection| connection.ping.rounded(1, PING_MS_MAX));
    Reading {
        hashrate: rate(0),
        hashrate_1m: rate(1),
        algorithm: summary.algo.some().and_then(algorithm),
        shares_accepted: results.and_then(|results| results.shares_good.count()),
        shares_rejected: results.and_then(rejected),
        best_session_difficulty: results.and_then(|results| best(&results.best)),
        pool: connection.and_then(|connection| pool_in_use(connection.pool.some()?, config)),
        pool_set: config.and_then(Config::primary),
        pool_slots: config.map(|config| config.slots(connection.and_then(|it| it.pool.some()))).unwrap_or_default(),
        pool_difficulty: difficulties.into_iter().flatten().find_map(some_difficulty),
        response_ms: ping.and_then(|ms| u32::try_from(ms).ok()),
        uptime_s: summary.uptime.rounded(0, UPTIME_S_MAX),
        firmware: summary.version.some().map(Label::new).filter(|version| !version.is_empty()),
        paused: summary.paused.0,
        // It knows neither power nor temperature.
        ..Reading::default()
    }
}

fn nth(numbers: &Numbers, place: usize) -> Option<Number> {
    numbers.0.as_ref()?.get(place).copied()
}

fn hashrate(hs: Number) -> Option<Hashrate> {
    hs.within(0.0, HS_MAX).and_then(Hashrate::from_hs)
}

/// The kind of work without its flavour: `rx/0` and `rx/wow` are both RandomX, `cn/half` is `cn`.
fn algorithm(name: &str) -> Option<Label> {
    let kind = name.split('/').next().unwrap_or_default().trim().to_ascii_lowercase();
    let kind = if matches!(kind.as_str(), "rx" | "randomx") { "randomx" } else { kind.as_str() };
    Some(Label::new(kind)).filter(|kind| !kind.is_empty())
}

/// All that were sent, without those that were taken.
fn rejected(results: &Results) -> Option<u64> {
    results.shares_total.count()?.checked_sub(results.shares_good.count()?)
}

fn best(best: &Numbers) -> Option<Difficulty> {
    best.0.as_ref()?.iter().copied().filter_map(some_difficulty).max()
}

fn some_difficulty(value: Number) -> Option<Difficulty> {
    value.0.and_then(Difficulty::from_f64).filter(|difficulty| difficulty.get() > 0)
}

/// The summary tells where it works, the configuration under which name and whether that is its first pool.
fn pool_in_use(pool: &str, config: Option<&Config>) -> Option<PoolInUse> {
    let (host, port) = host_and_port(pool)?;
    let (user, fallback) = config.and_then(|config| config.standing(&host, port)).unzip();
    Some(PoolInUse { host: host.as_str().into(), port, user: user.flatten().map(|user| Label::new(&user)), fallback })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn what_is_not_ours_is_not_recognised_and_never_shown() {
        for body in [
            "<!doctype html><title>Router</title>",
            "",
            "[1]",
            r#"{"ua":"xmrig-proxy/6.20.0","kind":"proxy","hashrate":{"total":[1,1,1]}}"#,
            r#"{"kind":"miner","hashrate":12}"#,
            r#"{"ASICModel":"BM1370","hashRate":1}"#,
            r#"{"model":"NMMiner","hashrate":{"total":[1]}}"#,
            r#"{"ua":"XMR\u00edg/6"}"#,
        ] {
            let Err(DriverError::NotRecognised(words)) = answer(body.as_bytes()) else { panic!("{body}") };
            assert!(!words.as_str().contains("Router") && !words.as_str().contains("NMMiner"), "{words}");
        }
        for body in ["{", r#"{"kind":"miner","#, &format!("{{\"a\":{}", "[".repeat(100))] {
            assert!(matches!(answer(body.as_bytes()), Err(DriverError::Malformed { .. })), "{body}");
        }
    }

    #[test]
    fn an_answer_that_breaks_off_is_explained_and_no_number_of_it_is_used() {
        let whole = json!({ "ua": "XMRig/6.22.1 (Linux x86_64)", "hashrate": { "total": [9100.5, 9050.1, null] } });
        let whole = whole.to_string();
        for length in whole.find("XMRig/").unwrap() + 6..whole.len() - 1 {
            let error = answer(&whole.as_bytes()[..length]).unwrap_err();
            assert!(!matches!(error, DriverError::NotRecognised(_)), "{length}: {error}");
        }
        let error = answer(&whole.as_bytes()[..whole.len() - 9]).unwrap_err();
        assert!(matches!(&error, DriverError::Unreachable { why, .. } if why.contains("update XMRig")), "{error}");
        assert!(answer(whole.as_bytes()).is_ok());
    }

    #[test]
    fn the_kind_of_work_is_named_without_its_flavour() {
        let named = |name: &str| algorithm(name).map(|kind| kind.as_str().to_owned());
        for (name, kind) in [
            ("rx/0", Some("randomx")),
            ("rx/wow", Some("randomx")),
            ("RX/ARQ", Some("randomx")),
            ("cn/half", Some("cn")),
            ("cn-heavy/xhv", Some("cn-heavy")),
            ("kawpow", Some("kawpow")),
            ("cryptonight", Some("cryptonight")),
            ("/", None),
        ] {
            assert_eq!(named(name).as_deref(), kind, "{name}");
        }
    }

    #[test]
    fn a_name_that_names_nothing_gives_way_to_the_number() {
        let identity = |worker: Value, id: Value| {
            let body = json!({ "ua": "XMRig/6.24.0", "worker_id": worker, "id": id }).to_string();
            answer(body.as_bytes()).unwrap().identity
        };
        let worker = |name: &str| Identity::Worker(name.to_owned());
        assert_eq!(identity(json!("den"), json!("59df265af557d94c")), worker("den"));
        assert_eq!(identity(json!("Localhost"), json!("59df265af557d94c")), worker("59df265af557d94c"));
        assert_eq!(identity(json!(null), json!("59df265af557d94c")), worker("59df265af557d94c"));
        assert_eq!(identity(json!("\u{202e}"), json!(" ")), Identity::None);
        assert_eq!(identity(json!("localhost"), json!(7)), Identity::None);
    }
}
