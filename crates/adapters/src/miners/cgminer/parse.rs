//! What such a device said to a reading. Pure.
//!
//! **Invariant:** whatever the bytes, this returns; watts only where the firmware measures or says them; no word of one
//! maker is read as another's.

use super::wire::{Maker, Spoken, numbered, plausible, rate};
use crate::miners::cgminer_api::{Fields, Gathered, count, hide, locked_out, slots};
use crate::miners::shared::stranger;
use hmm_domain::json::mask;
use hmm_domain::miner::{AsFound, Capabilities, Identity, PowerOff, Profile};
use hmm_domain::port::{Answer, DriverError, Inspection};
use hmm_domain::reading::{PowerSource, Reading};
use hmm_domain::units::{CentiCelsius, CentiPercent, Difficulty, Frequency, Hashrate, Power, Rpm};
use hmm_domain::{Label, Message};
use std::time::Duration;

const WATTS_MAX: f64 = 20_000.0;
const CELSIUS_MAX: f64 = 150.0;
const INTAKE_MIN: f64 = -40.0;
const MHZ_MAX: f64 = 5_000.0;
const UPTIME_S_MAX: u64 = 20 * 365 * 86_400;
/// Their chips live at 60 to 85 °C, and their firmware stops them above 95.
const TEMPERATURE_LIMIT: CentiCelsius = CentiCelsius::degrees(100);
const POLL_GAP_MIN: Duration = Duration::from_secs(10);
const BOOT_DEADLINE: Duration = Duration::from_mins(5);
const FAULTS_MAX: usize = 8;

/// Everything that was said, in our hands.
pub(super) struct Status {
    all: Gathered,
}

/// What one poll brings: replies by command, a joined one under its joined name.
pub fn answer(replies: &[(&'static str, &[u8])]) -> Result<Answer, DriverError> {
    Ok(Status::new(Gathered::from_replies(replies)?)?.into_answer())
}

/// Everything there is to learn.
pub fn inspection(replies: &[(&'static str, &[u8])]) -> Result<Inspection, DriverError> {
    Ok(Status::new(Gathered::from_replies(replies)?)?.into_inspection())
}

/// Whether `version`, as far as it goes, leaves it open that this is one of ours.
pub(super) fn perhaps_ours(all: &Gathered) -> Result<(), DriverError> {
    let Some(version) = all.get("version") else { return Ok(()) };
    if version.is_denied() {
        return Err(locked_out());
    }
    let Some(row) = version.row("VERSION") else { return Ok(()) };
    if let Some(product) = row.text("PROD")
        && product.to_ascii_lowercase().starts_with("avalon")
    {
        return Err(stranger("it calls itself an Avalon, which is a family of its own"));
    }
    Ok(())
}

impl Status {
    /// Recognises it: by what only such a device calls itself, or by a summary of its work.
    pub(super) fn new(all: Gathered) -> Result<Self, DriverError> {
        perhaps_ours(&all)?;
        let spoken = Spoken::new(&all);
        if spoken.stats.iter().any(|row| row.0.keys().any(|key| key.starts_with("MM ID"))) {
            return Err(stranger("its statistics are an Avalon's, which is a family of its own"));
        }
        let known = ["cgminer", "bmminer", "bos", "luxminer", "vnish", "type"];
        let one = |key: &String| known.iter().any(|start| key.to_ascii_lowercase().starts_with(start));
        let named = spoken.version.is_some_and(|row| row.0.keys().any(one));
        let rates = |row: Fields<'_>| ["5s", "av", "30s", "1m"].iter().any(|window| rate(row, window).is_some());
        let works = spoken.summary.is_some_and(|row| rates(row) && row.0.contains_key("Elapsed"));
        if !(named || works) {
            return Err(stranger("it answers at the port of cgminer, but nothing of what it says is a miner's"));
        }
        if spoken.version_text("Type").is_some_and(another_algorithm) {
            return Err(stranger(
                "it mines with another algorithm than SHA-256, which this program does not count yet",
            ));
        }
        Ok(Self { all })
    }

    pub(super) fn maker(&self) -> Maker {
        Spoken::new(&self.all).maker
    }

    /// Takes the reply to one more question in.
    pub(super) fn add(&mut self, more: Gathered) {
        self.all.add(more);
    }

    /// The raw reply leaves only with its secrets masked (D9).
    pub(super) fn into_answer(self) -> Answer {
        let spoken = Spoken::new(&self.all);
        let (reading, identity) = (reading(&spoken), identity(&spoken));
        let mut raw = self.all.raw();
        hide(&mut raw);
        mask(&mut raw, &[]);
        Answer { reading, identity, raw }
    }

    pub(super) fn into_inspection(self) -> Inspection {
        let spoken = Spoken::new(&self.all);
        let model = model(&spoken);
        let answer = self.into_answer();
        let reading = &answer.reading;
        let pool = reading.pool_set.as_ref();
        let as_found = AsFound {
            pool_host: pool.map(|pool| pool.host.clone()),
            pool_port: pool.and_then(|pool| pool.port),
            pool_user: pool.and_then(|pool| pool.user.as_ref()).map(|user| Label::new(user.as_str())),
            ..AsFound::default()
        };
        let profile = read_only(model, reading, BOOT_DEADLINE);
        Inspection { identity: answer.identity.clone(), profile, as_found, host_name: None, answer }
    }
}

/// A device that is looked at and never told anything.
pub(in crate::miners) fn read_only(model: Option<Label>, reading: &Reading, boot_deadline: Duration) -> Profile {
    Profile {
        model,
        firmware: reading.firmware.clone(),
        capabilities: Capabilities {
            set_mode: false,
            power_off: PowerOff::None,
            measures_power: reading.power_source == Some(PowerSource::Measured),
            set_pool: false,
            pool_slots: u8::try_from(reading.pool_slots.len()).unwrap_or(u8::MAX),
            pool_needs_restart: true,
            pools_shown_are_used: false,
            wake_needs_restart: false,
            restart: false,
            identify: false,
            frequency: None,
            core_voltage: None,
            fan_pct: None,
            target_temperature: None,
        },
        modes: Vec::new(),
        temperature_limit: TEMPERATURE_LIMIT,
        power_limit: None,
        poll_gap_min: POLL_GAP_MIN,
        boot_deadline,
    }
}

/// Antminers of other letters than S and T mine other coins: L, D, X, Z, K, E, …
fn another_algorithm(name: &str) -> bool {
    let name = name.to_ascii_lowercase();
    let Some(model) = name.strip_prefix("antminer") else { return false };
    let mut letters = model.trim_start().chars();
    let (letter, next) = (letters.next(), letters.next());
    let numbered = next.is_some_and(|c| c.is_ascii_digit());
    letter.is_some_and(|letter| letter.is_ascii_alphabetic() && (!numbered || !matches!(letter, 's' | 't' | 'r')))
}

fn model(spoken: &Spoken<'_>) -> Option<Label> {
    let details = spoken.rows("devdetails", "DEVDETAILS").find_map(|row| row.text("Model"));
    let name = match spoken.maker {
        Maker::Whatsminer => {
            Some(details.map_or_else(|| "Whatsminer".to_owned(), |model| format!("Whatsminer {model}")))
        }
        Maker::Antminer => spoken.version_text("Type").map(str::to_owned),
        Maker::Braiins => {
            Some(details.map_or_else(|| "Braiins OS".to_owned(), |model| format!("{model} (Braiins OS)")))
        }
        Maker::Lux => {
            Some(spoken.version_text("Type").map_or_else(|| "LuxOS".to_owned(), |model| format!("{model} (LuxOS)")))
        }
        Maker::Other => spoken.version_text("Type").or(details).map(str::to_owned),
    };
    name.map(Label::from).filter(|name| !name.is_empty())
}

/// A Whatsminer says its MAC, an Antminer the number in its control board.
fn identity(spoken: &Spoken<'_>) -> Identity {
    let mac =
        [spoken.summary, spoken.version].into_iter().flatten().find_map(|row| Identity::from_mac(row.text("MAC")?));
    let serial = || {
        let text = spoken.stats.iter().find_map(|row| row.text("miner_id"))?;
        let first = text.chars().next()?;
        let number = (12..=32).contains(&text.len()) && text.chars().all(|c| c.is_ascii_hexdigit());
        (number && text.chars().any(|c| c != first)).then(|| Identity::Serial(text.to_ascii_lowercase()))
    };
    mac.or_else(serial).unwrap_or(Identity::None)
}

fn reading(spoken: &Spoken<'_>) -> Reading {
    let list = slots::slots(spoken.rows("pools", "POOLS"));
    let summary = |key: &str| spoken.summary.and_then(|row| row.number(key));
    let counted = |key: &str| spoken.summary.and_then(|row| row.count(key));
    let (power, power_source) = power(spoken).unzip();
    let (fan, fan2) = fans(spoken);
    let uptime = summary("Elapsed").or_else(|| spoken.stat("Elapsed"));
    Reading {
        hashrate: now(spoken),
        hashrate_1m: spoken.summary.and_then(|row| rate(row, "1m")),
        expected_hashrate: expected(spoken),
        power,
        power_source,
        power_target: summary("Power Limit")
            .filter(|watts| (1.0..=WATTS_MAX).contains(watts))
            .and_then(Power::from_watts),
        temperature: hottest(chips(spoken)),
        board_temperature: hottest(boards(spoken)),
        intake_temperature: summary("Env Temp").and_then(intake),
        fan,
        fan2,
        frequency: frequency(spoken),
        shares_accepted: counted("Accepted"),
        shares_rejected: counted("Rejected"),
        shares_stale: counted("Stale"),
        best_session_difficulty: summary("Best Share").and_then(Difficulty::from_f64),
        pool: slots::pool_in_use(&list),
        pool_set: slots::pool_set(&list),
        pool_slots: slots::pool_slots(&list),
        pool_difficulty: slots::difficulty(&list),
        uptime_s: uptime.and_then(count).filter(|seconds| *seconds <= UPTIME_S_MAX),
        firmware: firmware(spoken),
        fault: fault(spoken),
        error_pct: summary("Device Hardware%").and_then(CentiPercent::from_percent),
        hash_errors: counted("Hardware Errors"),
        ..Reading::default()
    }
}

/// Of the last seconds. An average since start is no rate of now.
fn now(spoken: &Spoken<'_>) -> Option<Hashrate> {
    let rows = spoken.summary.into_iter().chain(spoken.stats.iter().copied());
    let found = rows.flat_map(|row| ["5s", "30s"].map(|window| rate(row, window))).flatten().next();
    // Newer Whatsminers have a word of their own for it.
    found.or_else(|| plausible(spoken.summary?.number("HS RT")? / 1_000.0))
}

fn expected(spoken: &Spoken<'_>) -> Option<Hashrate> {
    let target = spoken.summary.and_then(|row| row.number("Target MHS")).map(|mhs| mhs / 1_000.0);
    let row = spoken.stats.iter().find(|row| row.0.contains_key("total_rateideal"));
    let ideal = || {
        let row = row?;
        let scale = match row.text("rate_unit") {
            Some("TH") => 1_000.0,
            Some("MH") => 1e-3,
            Some("GH") | None => 1.0,
            Some(_) => return None,
        };
        Some(row.number("total_rateideal")? * scale)
    };
    target.or_else(ideal).filter(|ghs| *ghs > 0.0).and_then(plausible)
}

/// A Whatsminer measures; what Braiins OS calls approximate is an estimate. Others say nothing.
fn power(spoken: &Spoken<'_>) -> Option<(Power, PowerSource)> {
    let plausible = |watts: &f64| (1.0..=WATTS_MAX).contains(watts);
    let (watts, source) = match spoken.maker {
        Maker::Whatsminer => (spoken.summary?.number("Power").filter(plausible)?, PowerSource::Measured),
        Maker::Braiins => {
            let tuner = spoken.rows("tunerstatus", "TUNERSTATUS").next()?;
            let watts = tuner.number("ApproximateMinerPowerConsumption").filter(plausible)?;
            (watts, PowerSource::Estimated)
        }
        Maker::Antminer | Maker::Lux | Maker::Other => return None,
    };
    Some((Power::from_watts(watts)?, source))
}

fn chips(spoken: &Spoken<'_>) -> Vec<f64> {
    let mut all: Vec<f64> = spoken.summary.iter().filter_map(|row| row.number("Chip Temp Max")).collect();
    all.extend(spoken.rows("temps", "TEMPS").filter_map(|row| row.number("Chip")));
    for row in &spoken.stats {
        let own = numbered(*row, "temp_chip");
        // The older ones name the chips of board 1 `temp2_1`.
        all.extend(if own.is_empty() { numbered(*row, "temp2_") } else { own });
    }
    all
}

fn boards(spoken: &Spoken<'_>) -> Vec<f64> {
    let mut all: Vec<f64> = Vec::new();
    if spoken.maker == Maker::Whatsminer {
        all.extend(spoken.summary.and_then(|row| row.number("Temperature")));
    }
    all.extend(spoken.rows("temps", "TEMPS").filter_map(|row| row.number("Board")));
    for row in &spoken.stats {
        let own = numbered(*row, "temp_pcb");
        all.extend(if own.is_empty() { numbered(*row, "temp") } else { own });
    }
    all
}

/// 0 is a board that is not there.
fn hottest(celsius: Vec<f64>) -> Option<CentiCelsius> {
    let there = celsius.into_iter().filter(|celsius| (0.01..=CELSIUS_MAX).contains(celsius));
    there.filter_map(CentiCelsius::from_celsius).max()
}

fn intake(celsius: f64) -> Option<CentiCelsius> {
    (INTAKE_MIN..=CELSIUS_MAX).contains(&celsius).then(|| CentiCelsius::from_celsius(celsius))?
}

/// The first two that turn, or the first two there are.
fn fans(spoken: &Spoken<'_>) -> (Option<Rpm>, Option<Rpm>) {
    let named = ["Fan Speed In", "Fan Speed Out"].map(|key| spoken.summary.and_then(|row| row.number(key)));
    let mut all: Vec<f64> = named.into_iter().flatten().collect();
    all.extend(spoken.rows("fans", "FANS").filter_map(|row| row.number("RPM")));
    for row in &spoken.stats {
        all.extend(numbered(*row, "fan"));
    }
    let all: Vec<Rpm> = all.into_iter().filter_map(Rpm::from_rpm).collect();
    let turning: Vec<Rpm> = all.iter().copied().filter(|rpm| rpm.get() > 0).collect();
    let shown = if turning.is_empty() { all } else { turning };
    (shown.first().copied(), shown.get(1).copied())
}

fn frequency(spoken: &Spoken<'_>) -> Option<Frequency> {
    let summary = spoken.summary.and_then(|row| row.number("freq_avg"));
    let found = [summary, spoken.stat("total_freqavg"), spoken.stat("frequency")].into_iter().flatten();
    found.filter(|mhz| (1.0..=MHZ_MAX).contains(mhz)).find_map(Frequency::from_mhz)
}

fn firmware(spoken: &Spoken<'_>) -> Option<Label> {
    let keys = ["BOSer", "BOSminer+", "BOSminer", "BOSMiner", "LUXminer", "VNish", "Miner", "BMMiner", "CGMiner"];
    let own = spoken.summary.and_then(|row| row.text("Firmware Version"));
    let said = own.or_else(|| keys.into_iter().find_map(|key| spoken.version_text(key)));
    said.map(|text| Label::new(text.trim_matches('\''))).filter(|text| !text.is_empty())
}

/// A Whatsminer counts its errors, and gives each a number: `Error Code 0`, …
fn fault(spoken: &Spoken<'_>) -> Option<Message> {
    let row = spoken.summary?;
    let errors = row.count("Error Code Count").filter(|errors| *errors > 0)?;
    let codes = (0..errors.min(64)).filter_map(|place| row.count(&format!("Error Code {place}")));
    let codes: Vec<String> = codes.take(FAULTS_MAX).map(|code| code.to_string()).collect();
    Some(
        if codes.is_empty() {
            format!("it counts {errors} errors")
        } else {
            format!("it reports error {}", codes.join(", "))
        }
        .into(),
    )
}

#[cfg(test)]
mod tests {
    use super::another_algorithm;

    #[test]
    fn antminers_of_other_coins_are_known_by_their_letter() {
        for ours in [
            "Antminer S19 Pro",
            "Antminer S9",
            "antminer t21",
            "Antminer S19JPRO Hiveon",
            "Antminer R4",
            "Antminer",
            "Whatsminer L1",
        ] {
            assert!(!another_algorithm(ours), "{ours}");
        }
        for other in [
            "Antminer L7",
            "Antminer L3+",
            "Antminer D9",
            "Antminer Z15",
            "Antminer KA3",
            "Antminer HS3",
            "Antminer E9",
        ] {
            assert!(another_algorithm(other), "{other}");
        }
    }
}
