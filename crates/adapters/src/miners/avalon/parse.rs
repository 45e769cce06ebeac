//! What an Avalon said to a reading. Pure.
//!
//! **Invariant:** whatever the bytes, this returns; watts come from where this model prints watts, or from nowhere; a
//! device at rest has no temperature and no rate of before.

use super::models::Kind;
use super::wire::Spoken;
use crate::miners::cgminer_api::slots::{self, Slot};
use crate::miners::cgminer_api::{Fields, Gathered, Said, Words, hide, locked_out};
use crate::miners::shared::stranger;
use hmm_domain::json::mask;
use hmm_domain::miner::Identity;
use hmm_domain::port::{Answer, DriverError};
use hmm_domain::reading::{PowerSource, Reading};
use hmm_domain::units::{CentiCelsius, CentiPercent, Dbm, Difficulty, Frequency, Hashrate, Power, Rpm};
use hmm_domain::{Label, Message, ModeId};

/// A rack of the largest ones behind one controller.
const GHS_MAX: f64 = 10_000_000.0;
/// No Avalon's supply gives more; with a target, twice that is the bound.
const WATTS_MAX: f64 = 4_500.0;
const TARGET_MAX: f64 = 10_000.0;
const CELSIUS_MAX: f64 = 150.0;
/// A fan in a shed in winter.
const INTAKE_MIN: f64 = -40.0;
const MHZ_MAX: f64 = 5_000.0;
const PING_MAX: f64 = 60_000.0;
const UPTIME_S_MAX: f64 = 20.0 * 365.0 * 86_400.0;
/// Digits of the number in a chip.
const SERIAL: std::ops::RangeInclusive<usize> = 8..=32;

/// Everything that was said, in our hands.
pub(super) struct Status {
    all: Gathered,
}

/// What one poll brings: replies by command, a joined one under its joined name.
pub fn answer(replies: &[(&'static str, &[u8])]) -> Result<Answer, DriverError> {
    Ok(Status::new(Gathered::from_replies(replies)?)?.into_answer(&[]))
}

/// Whether this may be an Avalon, as far as `version` goes; a poor one leaves it open.
pub(super) fn perhaps_ours(all: &Gathered) -> Result<(), DriverError> {
    let Some(version) = all.get("version") else { return Ok(()) };
    if version.is_denied() {
        return Err(locked_out());
    }
    let Some(row) = version.row("VERSION") else { return Ok(()) };
    let named = row.text("PROD").is_some();
    // What others print there, and an Avalon never does.
    let others = ["Type", "BMMiner", "BOSer", "BOSminer", "LUXminer", "Miner"];
    if is_avalon(row) || !named && !others.iter().any(|key| row.0.contains_key(*key)) {
        return Ok(());
    }
    Err(stranger("it speaks cgminer's language, but does not call itself an Avalon"))
}

fn is_avalon(row: Fields<'_>) -> bool {
    let begins = |text: &str| text.get(..6).is_some_and(|start| start.eq_ignore_ascii_case("avalon"));
    row.text("PROD").is_some_and(begins)
}

impl Status {
    /// Recognises it.
    pub(super) fn new(all: Gathered) -> Result<Self, DriverError> {
        perhaps_ours(&all)?;
        let spoken = Spoken::new(&all);
        if spoken.version.is_none_or(|row| !is_avalon(row)) && spoken.modules.is_empty() {
            return Err(stranger("it speaks cgminer's language, but nothing of what it says is an Avalon's"));
        }
        Ok(Self { all })
    }

    /// Takes the reply to one more question in.
    pub(super) fn add(&mut self, command: &'static str, said: Said) {
        self.all.insert(command, said);
    }

    pub(super) fn spoken(&self) -> Spoken<'_> {
        Spoken::new(&self.all)
    }

    /// By the device's own clock, in seconds.
    pub(super) fn when(&self) -> Option<i64> {
        self.all.when()
    }

    pub(super) fn identity(&self) -> Identity {
        identity(&self.spoken())
    }

    pub(super) fn reading(&self) -> Reading {
        reading(&self.spoken())
    }

    /// The raw reply leaves only with its secrets masked (D9).
    pub(super) fn into_answer(self, secrets: &[String]) -> Answer {
        let (reading, identity, mut raw) = (self.reading(), self.identity(), self.all.raw());
        hide(&mut raw);
        mask(&mut raw, secrets);
        Answer { reading, identity, raw }
    }
}

/// Its MAC, else the number in its chip; the first Nano 3 prints zeros for the one and has another.
fn identity(spoken: &Spoken<'_>) -> Identity {
    let version = |key: &str| spoken.version.and_then(|row| row.text(key));
    if let Some(mac) = version("MAC").and_then(Identity::from_mac) {
        return mac;
    }
    let words = |key: &str| spoken.words().and_then(|words| words.text(key));
    let numbers = [version("HDNA"), version("DNA"), words("HDNA"), words("DNA")];
    numbers.into_iter().flatten().find_map(serial).map_or(Identity::None, Identity::Serial)
}

fn serial(text: &str) -> Option<String> {
    let digits = SERIAL.contains(&text.len()) && text.chars().all(|c| c.is_ascii_hexdigit());
    let first = text.chars().next()?;
    (digits && text.chars().any(|c| c != first)).then(|| text.to_ascii_lowercase())
}

fn reading(spoken: &Spoken<'_>) -> Reading {
    let nothing = Words::default();
    let words = spoken.words().unwrap_or(&nothing);
    let summary = |key: &str| spoken.summary.and_then(|row| row.number(key));
    let count = |key: &str| spoken.summary.and_then(|row| row.count(key));
    let list = slots::slots(spoken.pools());
    let paused = paused(words);
    let hashrate = hashrate(spoken, paused);
    let (power, power_source) = power(spoken, hashrate).unzip();
    let degrees = |name: &str| words.number(name).and_then(temperature);
    Reading {
        hashrate,
        hashrate_1m: summary("MHS 1m").and_then(mhs).or_else(|| summary("GHS 1m").and_then(ghs)),
        expected_hashrate: words.number("GHSmm").filter(|rate| *rate > 0.0 && paused != Some(true)).and_then(ghs),
        power,
        power_source,
        power_target: target(words),
        temperature: hottest(spoken),
        board_temperature: degrees("HBTemp").max(degrees("HBITemp")).max(degrees("HBOTemp")),
        intake_temperature: ["ITemp", "Temp"].into_iter().find_map(|name| intake(words.number(name)?)),
        fan_pct: words.number("FanR").and_then(CentiPercent::from_percent),
        fan: ["Fan1", "Fan"].into_iter().find_map(|name| Rpm::from_rpm(words.number(name)?)),
        fan2: words.number("Fan2").and_then(Rpm::from_rpm),
        frequency: words.within("Freq", 1.0, MHZ_MAX).and_then(Frequency::from_mhz),
        shares_accepted: count("Accepted"),
        shares_rejected: count("Rejected"),
        shares_stale: count("Stale"),
        // It counts from its start.
        best_session_difficulty: summary("Best Share").and_then(Difficulty::from_f64),
        pool: slots::pool_in_use(&list),
        pool_set: slots::pool_set(&list),
        pool_slots: slots::pool_slots(&list),
        pool_difficulty: slots::difficulty(&list),
        response_ms: words.within("PING", 1.0, PING_MAX).and_then(whole),
        uptime_s: [summary("Elapsed"), spoken.elapsed, words.number("Elapsed")].into_iter().flatten().find_map(uptime),
        rssi: words.number("RSSI").and_then(Dbm::from_dbm),
        firmware: firmware(spoken, words),
        mode: mode(spoken),
        paused,
        calibrating: calibrating(words),
        overheated: overheated(words),
        fault: fault(words),
        error_pct: ["DH", "DHspd"].into_iter().find_map(|name| CentiPercent::from_percent(words.number(name)?)),
        hash_errors: count("Hardware Errors"),
        // What no Avalon says.
        ..Reading::default()
    }
}

fn ghs(value: f64) -> Option<Hashrate> {
    (0.0..=GHS_MAX).contains(&value).then(|| Hashrate::from_ghs(value))?
}

fn mhs(value: f64) -> Option<Hashrate> {
    ghs(value / 1_000.0)
}

fn uptime(seconds: f64) -> Option<u64> {
    crate::miners::cgminer_api::count(seconds).filter(|_| seconds <= UPTIME_S_MAX)
}

fn whole(value: f64) -> Option<u32> {
    crate::miners::cgminer_api::count(value).and_then(|value| u32::try_from(value).ok())
}

/// In soft-off it goes on printing the average of before, and the rate that it would have.
fn paused(words: &Words<'_>) -> Option<bool> {
    let (off, state) = (words.number("SoftOFF"), words.number("STATE"));
    match (off, state) {
        (Some(off), _) if off != 0.0 => Some(true),
        (_, Some(2.0)) => Some(true),
        (Some(_), _) | (_, Some(1.0)) => Some(false),
        _ => None,
    }
}

/// The rate of this moment, of all modules together. Without it, the shortest average of a device that works.
fn hashrate(spoken: &Spoken<'_>, paused: Option<bool>) -> Option<Hashrate> {
    let rates: Option<Vec<f64>> = spoken.modules.iter().map(|words| words.number("GHSspd")).collect();
    if let Some(rates) = rates.filter(|rates| !rates.is_empty()) {
        return ghs(rates.iter().sum());
    }
    if paused == Some(true) {
        return None;
    }
    let summary = |key: &str| spoken.summary.and_then(|row| row.number(key));
    let seconds = ["5s", "30s"].into_iter();
    let found = |window: &str| {
        let mhs_now = summary(&format!("MHS {window}")).and_then(mhs);
        mhs_now.or_else(|| summary(&format!("GHS {window}")).and_then(ghs))
    };
    seconds.map(found).find(Option::is_some).flatten()
}

/// What it aims at.
fn target(words: &Words<'_>) -> Option<Power> {
    words.within("MPO", 1.0, TARGET_MAX).and_then(Power::from_watts)
}

/// What the supply measured, of all modules together, and how far that is to be trusted.
fn power(spoken: &Spoken<'_>, hashrate: Option<Hashrate>) -> Option<(Power, PowerSource)> {
    let working = hashrate.is_some_and(|rate| rate.get() > 0);
    let each: Option<Vec<(f64, PowerSource)>> =
        spoken.modules.iter().map(|words| watts(words, spoken.kind, working)).collect();
    let each = each.filter(|each| !each.is_empty())?;
    let measured = each.iter().all(|(_, source)| *source == PowerSource::Measured);
    let source = if measured { PowerSource::Measured } else { PowerSource::Estimated };
    Some((Power::from_watts(each.iter().map(|(watts, _)| watts).sum())?, source))
}

/// `PS` has watts at a place of its own in each generation: the first Nano 3 at [5] (its [6] is a voltage), all with
/// seven elements at [6], and the ones with six at [4], on the chips' side of the supply.
fn watts(words: &Words<'_>, kind: Kind, working: bool) -> Option<(f64, PowerSource)> {
    let supply = words.numbers("PS").unwrap_or_default();
    let (place, source) = match (kind, supply.len()) {
        (Kind::Nano3, 6..) => (5, PowerSource::Measured),
        (Kind::Nano3, _) => return None,
        (_, 7..) => (6, PowerSource::Measured),
        // Not what the wall sees.
        (_, 6) => (4, PowerSource::Estimated),
        _ => (usize::MAX, PowerSource::Measured),
    };
    let most = words.within("MPO", 1.0, TARGET_MAX).map_or(WATTS_MAX, |target| target * 2.0);
    // A device that makes hashes draws something.
    let least = if working { 1.0 } else { 0.0 };
    let plausible = |watts: &f64| (least..=most).contains(watts);
    let metered = supply.get(place).copied().flatten().filter(plausible);
    let wall = || words.number("WALLPOWER").filter(plausible).filter(|watts| *watts > 0.0);
    match metered {
        Some(watts) => Some((watts, source)),
        None => Some((wall()?, PowerSource::Measured)),
    }
}

/// 0 is a chip at rest, and -273 a sensor that is not there.
fn temperature(celsius: f64) -> Option<CentiCelsius> {
    (0.01..=CELSIUS_MAX).contains(&celsius).then(|| CentiCelsius::from_celsius(celsius))?
}

fn intake(celsius: f64) -> Option<CentiCelsius> {
    let there = celsius != 0.0 && (INTAKE_MIN..=CELSIUS_MAX).contains(&celsius);
    there.then(|| CentiCelsius::from_celsius(celsius))?
}

fn hottest(spoken: &Spoken<'_>) -> Option<CentiCelsius> {
    let of = |words: &Words<'_>| {
        let boards = words.numbers("MTmax").unwrap_or_default();
        let boards = boards.into_iter().flatten().filter_map(temperature).max();
        words.number("TMax").and_then(temperature).max(boards)
    };
    spoken.modules.iter().filter_map(of).max()
}

fn mode(spoken: &Spoken<'_>) -> Option<ModeId> {
    let (knob, number) = spoken.knob()?;
    #[expect(clippy::cast_possible_truncation, reason = "bounded right before")]
    let whole = (number.fract() == 0.0 && (-100.0..=100.0).contains(&number)).then_some(number as i8);
    Some(whole.and_then(|number| knob.mode_of(number)).unwrap_or_else(|| ModeId::new("custom")))
}

fn calibrating(words: &Words<'_>) -> Option<bool> {
    match words.number("ADJ")? {
        0.0 => Some(true),
        1.0 => Some(false),
        _ => None,
    }
}

fn firmware(spoken: &Spoken<'_>, words: &Words<'_>) -> Option<Label> {
    let version = |key: &str| spoken.version.and_then(|row| row.text(key));
    let said = ["LVERSION", "VERSION", "CGVERSION"].into_iter().find_map(version);
    let said = said.or_else(|| ["LVer", "Ver"].into_iter().find_map(|name| words.text(name)));
    said.map(Label::new).filter(|text| !text.is_empty())
}

/// The first number of `PS` is a set of bits.
fn supply_errors(words: &Words<'_>) -> Option<u64> {
    let first = words.numbers("PS")?.first().copied().flatten()?;
    crate::miners::cgminer_api::count(first).filter(|bits| *bits < 1 << 16)
}

const TOO_HOT: u64 = 2 | 4 | 8;

/// It stopped, and its supply says why. Other stops are faults, and not of heat as far as it tells.
fn overheated(words: &Words<'_>) -> Option<bool> {
    let stopped = words.text("SYSTEMSTATU").is_some_and(|state| state.contains("In Fault"));
    let hot = supply_errors(words).is_some_and(|bits| bits & TOO_HOT != 0);
    (stopped && hot).then_some(true)
}

fn fault(words: &Words<'_>) -> Option<Message> {
    let mut said: Vec<String> = Vec::new();
    if words.text("SYSTEMSTATU").is_some_and(|state| state.contains("In Fault")) {
        said.push("it says that it is in fault".to_owned());
    }
    let bits = supply_errors(words).unwrap_or(0);
    let known = [
        (1, "input voltage too low"),
        (TOO_HOT, "too hot"),
        (16, "too much current at its input"),
        (32, "output voltage too low"),
        (64, "too much current at its output"),
        (2_048, "fan"),
    ];
    let names: Vec<&str> = known.iter().filter(|(bit, _)| bits & bit != 0).map(|(_, name)| *name).collect();
    if !names.is_empty() {
        said.push(format!("its power supply reports: {}", names.join(", ")));
    }
    for (name, what) in [("ECHU", "hash board"), ("ECMM", "controller")] {
        let codes = words.numbers(name).unwrap_or_default();
        let codes: Vec<String> =
            codes.into_iter().flatten().filter(|code| *code != 0.0).map(|code| code.to_string()).collect();
        if !codes.is_empty() {
            said.push(format!("its {what} reports error {}", codes.join(" ")));
        }
    }
    (!said.is_empty()).then(|| said.join("; ").into())
}

/// What the tests of orders and profiles need of the slots.
pub(super) fn slots_of(status: &Status) -> Vec<Slot> {
    slots::slots(status.spoken().pools())
}
