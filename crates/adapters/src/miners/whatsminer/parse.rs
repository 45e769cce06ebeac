//! What a Whatsminer said to a reading. Pure.
//!
//! **Invariant:** whatever the bytes, this returns; a code that is not 0 is a no.

use super::wire::{DEVICE, POOLS, SUMMARY, at, fields};
use crate::miners::cgminer::read_only;
use crate::miners::cgminer_api::slots::{self, Slot, place};
use crate::miners::cgminer_api::{Fields, count, number};
use crate::miners::shared::{malformed, stranger};
use hmm_domain::json::mask;
use hmm_domain::miner::{AsFound, Identity};
use hmm_domain::port::{Answer, DriverError, Inspection};
use hmm_domain::reading::{PowerSource, Reading};
use hmm_domain::units::{CentiCelsius, Frequency, Hashrate, Power, Rpm};
use hmm_domain::{Label, Message};
use serde_json::{Map, Value};
use std::time::Duration;

const THS_MAX: f64 = 2_000.0;
const WATTS_MAX: f64 = 20_000.0;
const CELSIUS_MAX: f64 = 150.0;
const UPTIME_S_MAX: u64 = 20 * 365 * 86_400;
const SLOTS_MAX: usize = 8;
const BOOT_DEADLINE: Duration = Duration::from_mins(5);

/// Replies by name, in our hands.
pub(super) struct Status(Map<String, Value>);

/// What one poll brings: the replies by name (`device`, `summary`, `pools`).
pub fn answer(replies: &[(&'static str, &[u8])]) -> Result<Answer, DriverError> {
    Ok(Status::new(replies)?.into_answer())
}

/// Everything there is to learn.
pub fn inspection(replies: &[(&'static str, &[u8])]) -> Result<Inspection, DriverError> {
    Ok(Status::new(replies)?.into_inspection())
}

/// One reply that is a yes.
pub(super) fn reply(call: &'static str, bytes: &[u8]) -> Result<Value, DriverError> {
    if bytes.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
        return Err(stranger("it answers, but not in the way of a Whatsminer"));
    }
    let value = hmm_net::json::parse(bytes).map_err(|error| malformed(call, error.to_string()))?;
    match value.get("code").and_then(number) {
        Some(0.0) if value.get("msg").is_some_and(Value::is_object) => Ok(value),
        Some(_) => {
            let said = value.get("msg").and_then(Value::as_str).unwrap_or("without a word");
            Err(DriverError::Refused(Message::new(said)))
        }
        None => Err(stranger("it answers, but not in the way of a Whatsminer")),
    }
}

/// Whether the first reply is a Whatsminer's.
pub(super) fn recognise(device: &Value) -> Result<(), DriverError> {
    if at(device, &["miner"]).is_some_and(Value::is_object) && at(device, &["system"]).is_some_and(Value::is_object) {
        return Ok(());
    }
    Err(stranger("it answers in the way of a Whatsminer, and says nothing of a miner"))
}

impl Status {
    fn new(replies: &[(&'static str, &[u8])]) -> Result<Self, DriverError> {
        let mut all = Map::new();
        for (name, bytes) in replies {
            all.insert((*name).to_owned(), reply(name, bytes)?);
        }
        Self::from_values(all)
    }

    pub(super) fn from_values(all: Map<String, Value>) -> Result<Self, DriverError> {
        let device = all.get(DEVICE.0).ok_or_else(|| stranger("it does not say what it is"))?;
        recognise(device)?;
        Ok(Self(all))
    }

    fn identity(&self) -> Identity {
        let network = fields(self.0.get(DEVICE.0), &["network"]);
        let miner = fields(self.0.get(DEVICE.0), &["miner"]);
        let mac = network.and_then(|row| Identity::from_mac(row.text("mac")?));
        mac.or_else(|| Some(Identity::Serial(miner?.text("miner-sn")?.to_owned()))).unwrap_or(Identity::None)
    }

    /// The raw reply leaves only with its secrets masked (D9).
    pub(super) fn into_answer(self) -> Answer {
        let (reading, identity) = (reading(&self.0), self.identity());
        let mut raw = Value::Object(self.0);
        // What signatures are made with.
        if let Some(salt) = raw.pointer_mut("/device/msg/salt") {
            *salt = Value::from(hmm_domain::json::MASK);
        }
        mask(&mut raw, &[]);
        Answer { reading, identity, raw }
    }

    pub(super) fn into_inspection(self) -> Inspection {
        let text = |part: &str, key: &str| {
            fields(self.0.get(DEVICE.0), &[part]).and_then(|row| row.text(key)).map(str::to_owned)
        };
        let model = text("miner", "type").map(|name| Label::from(format!("Whatsminer {name}")));
        let host_name = text("network", "hostname").map(Label::from).filter(|name| !name.is_empty());
        let answer = self.into_answer();
        let pool = answer.reading.pool_set.as_ref();
        let as_found = AsFound {
            pool_host: pool.map(|pool| pool.host.clone()),
            pool_port: pool.and_then(|pool| pool.port),
            pool_user: pool.and_then(|pool| pool.user.as_ref()).map(|user| Label::new(user.as_str())),
            ..AsFound::default()
        };
        let profile = read_only(model, &answer.reading, BOOT_DEADLINE);
        Inspection { identity: answer.identity.clone(), profile, as_found, host_name, answer }
    }
}

fn reading(all: &Map<String, Value>) -> Reading {
    let nothing = Map::new();
    let summary = fields(all.get(SUMMARY.0), &["summary"]).unwrap_or(Fields(&nothing));
    let list = slots(all);
    let power = summary.within("power-realtime", 1.0, WATTS_MAX).and_then(Power::from_watts);
    let rpm = |key: &str| summary.number(key).and_then(Rpm::from_rpm);
    let boards = summary.0.get("board-temperature").and_then(Value::as_array);
    let boards = boards.into_iter().flatten().filter_map(number).filter_map(temperature);
    let working = fields(all.get(DEVICE.0), &["miner"]).and_then(|row| row.flag("working"));
    Reading {
        hashrate: rate(summary, "hash-realtime"),
        hashrate_1m: rate(summary, "hash-1min"),
        power,
        power_source: power.map(|_| PowerSource::Measured),
        power_target: summary.within("power-limit", 1.0, WATTS_MAX).and_then(Power::from_watts),
        temperature: summary.number("chip-temp-max").and_then(temperature),
        board_temperature: boards.max(),
        intake_temperature: summary
            .within("environment-temperature", -40.0, CELSIUS_MAX)
            .and_then(CentiCelsius::from_celsius),
        fan: rpm("fan-speed-in"),
        fan2: rpm("fan-speed-out"),
        frequency: summary.within("freq-avg", 1.0, 5_000.0).and_then(Frequency::from_mhz),
        pool: slots::pool_in_use(&list),
        pool_set: slots::pool_set(&list),
        pool_slots: slots::pool_slots(&list),
        uptime_s: summary.number("elapsed").and_then(count).filter(|seconds| *seconds <= UPTIME_S_MAX),
        firmware: fields(all.get(DEVICE.0), &["system"]).and_then(|row| row.text("fwversion")).map(Label::new),
        // Why it does not work, it does not say here.
        paused: working.filter(|working| *working).map(|_| false),
        ..Reading::default()
    }
}

fn rate(row: Fields<'_>, key: &str) -> Option<Hashrate> {
    row.within(key, 0.0, THS_MAX).and_then(|ths| Hashrate::from_ghs(ths * 1_000.0))
}

/// 0 is a chip at rest.
fn temperature(celsius: f64) -> Option<CentiCelsius> {
    (0.01..=CELSIUS_MAX).contains(&celsius).then(|| CentiCelsius::from_celsius(celsius))?
}

fn slots(all: &Map<String, Value>) -> Vec<Slot> {
    let rows = all.get(POOLS.0).and_then(|reply| at(reply, &["pools"])).and_then(Value::as_array);
    let rows = rows.into_iter().flatten().filter_map(Value::as_object).map(Fields);
    rows.filter_map(slot).take(SLOTS_MAX).collect()
}

fn slot(row: Fields<'_>) -> Option<Slot> {
    let (tls, host, port) = place(row.text("url")?);
    let priority = row.count("pool-priority")?;
    (!host.is_empty()).then(|| Slot {
        number: u8::try_from(priority).unwrap_or(u8::MAX),
        host: host.to_owned(),
        port,
        tls,
        user: row.text("account").map(str::to_owned),
        password: None,
        alive: row.text("status").map(|status| status.eq_ignore_ascii_case("alive")),
        active: row.flag("stratum-active"),
        priority: Some(priority),
        difficulty: None,
    })
}
