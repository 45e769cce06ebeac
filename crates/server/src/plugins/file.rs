//! From a file to a driver's definition: every key there is, its bounds, and what to write instead.
//!
//! **Invariant:** a definition comes out only of a file without a fault; all faults of a file are told together.

use super::reader::{Item, Place, Reader};
use super::requests;
use crate::config::Fault;
use crate::config::tree::{self, Node};
use hmm_adapters::miners::custom::{Access, Body, Call, Definition, IDENTITY, Order, OrderKind, Ranges, reading_names};
use hmm_domain::miner::Mode;
use hmm_domain::reading::PowerSource;
use hmm_domain::units::{CentiCelsius, Frequency, Millivolts};
use hmm_domain::{FamilyId, Label, ModeId};
use hmm_net::HeaderName;
use serde_saphyr::Spanned;
use std::collections::BTreeMap;
use std::time::Duration;

const KEYS: [&str; 17] = [
    "family",
    "label",
    "algorithm",
    "default_port",
    "access",
    "poll_gap",
    "boot_deadline",
    "temperature_limit_c",
    "power_source",
    "calls",
    "probe",
    "identity",
    "reading",
    "modes",
    "ranges",
    "pool_needs_restart",
    "commands",
];
/// Hashrates are summed per algorithm, so these are names that all families share.
const ALGORITHMS: [&str; 17] = [
    "sha256d",
    "scrypt",
    "randomx",
    "x11",
    "kheavyhash",
    "ethash",
    "etchash",
    "kawpow",
    "equihash",
    "verushash",
    "autolykos2",
    "octopus",
    "blake3",
    "ghostrider",
    "yespower",
    "lyra2rev3",
    "none",
];
const SECOND: Duration = Duration::from_secs(1);
const HOUR: Duration = Duration::from_hours(1);
const CALLS_MAX: usize = 8;
const MODES_MAX: usize = 16;

/// What a file holds, before its expressions are looked at.
pub(super) struct Parsed {
    pub(super) definition: Definition,
    pub(super) expressions: Vec<Place>,
}

/// What a driver's file says, or everything that is wrong with it.
pub(super) fn parse(text: &str) -> Result<Parsed, Vec<Fault>> {
    let empty = || Fault { line: 1, column: 1, key: None, say: "the file is empty; begin with family:".to_owned() };
    let root = tree::parse(text).map_err(|fault| vec![fault])?.ok_or_else(|| vec![empty()])?;
    let mut reader = Reader::default();
    let definition = definition(&mut reader, &root);
    match definition {
        Some(definition) if reader.faults.is_empty() => Ok(Parsed { definition, expressions: reader.expressions }),
        _ => {
            reader.faults.sort_by_key(|fault| (fault.line, fault.column));
            Err(reader.faults)
        }
    }
}

fn definition(reader: &mut Reader, root: &Spanned<Node>) -> Option<Definition> {
    let root = Item::root(root);
    let mut entries = BTreeMap::new();
    for item in reader.entries(&root) {
        if KEYS.contains(&item.key.as_str()) {
            entries.insert(item.key.clone(), item);
        } else {
            reader.unknown(&item, &KEYS);
        }
    }
    for key in ["family", "label", "algorithm", "calls", "probe", "reading"] {
        if !entries.contains_key(key) {
            reader.fault(&root, format!("{key} is missing"));
        }
    }
    let get = |key: &str| entries.get(key);
    let id = get("family").and_then(|item| family_id(reader, item));
    let label = get("label").and_then(|item| label(reader, item));
    let algorithm = get("algorithm").and_then(|item| {
        let choices: Vec<_> = ALGORITHMS.iter().map(|name| (*name, *name)).collect();
        reader.one_of(item, &choices)
    });
    let default_port = get("default_port").and_then(|item| reader.whole(item, 1, 65_535));
    let access = get("access").and_then(|item| access(reader, item));
    let poll_gap = get("poll_gap").and_then(|item| reader.span(item, SECOND, HOUR));
    let boot_deadline = get("boot_deadline").and_then(|item| reader.span(item, 10 * SECOND, HOUR));
    let limit = get("temperature_limit_c").and_then(|item| reader.number(item, 20.0, 120.0));
    let power_source = get("power_source").and_then(|item| {
        let choices =
            [("measured", PowerSource::Measured), ("plug", PowerSource::Plug), ("estimated", PowerSource::Estimated)];
        reader.one_of(item, &choices)
    });
    let calls = get("calls").map(|item| calls(reader, item)).unwrap_or_default();
    let probe = get("probe").and_then(|item| reader.code(item));
    let identity = get("identity").map(|item| named(reader, item, &IDENTITY)).unwrap_or_default();
    let names: Vec<_> = reading_names().collect();
    let reading = get("reading").map(|item| named(reader, item, &names)).unwrap_or_default();
    let modes = get("modes").map(|item| modes(reader, item)).unwrap_or_default();
    let ranges = get("ranges").map(|item| ranges(reader, item)).unwrap_or_default();
    let pool_needs_restart = get("pool_needs_restart").and_then(|item| reader.truth(item)).unwrap_or(false);
    let commands = get("commands").map(|item| requests::commands(reader, item)).unwrap_or_default();
    let definition = Definition {
        id: id?,
        label: label?,
        default_port: default_port.and_then(|port| u16::try_from(port).ok()).unwrap_or(80),
        algorithm: algorithm?,
        access: access.unwrap_or(Access::Open),
        poll_gap: poll_gap.unwrap_or(10 * SECOND),
        boot_deadline: boot_deadline.unwrap_or(90 * SECOND),
        temperature_limit: limit.and_then(CentiCelsius::from_celsius).unwrap_or(CentiCelsius::degrees(70)),
        power_source: power_source.unwrap_or(PowerSource::Measured),
        calls,
        probe: probe?,
        identity,
        reading,
        modes,
        ranges,
        pool_needs_restart,
        commands,
    };
    coherent(reader, &definition, get("commands").unwrap_or(&root));
    Some(definition)
}

/// What only several keys together can say: success is what the next reading shows, so a reading must be able to.
fn coherent(reader: &mut Reader, is: &Definition, at: &Item<'_>) {
    let shows = |name: &str| is.reading.contains_key(name);
    let can = |kind| is.commands.contains_key(&kind);
    let mut need = |kind: OrderKind, there: bool, what: &str| {
        if can(kind) && !there {
            reader.fault(at, format!("{} needs {what}", kind.as_str()));
        }
    };
    let seen = "in reading, or nobody could see whether it acted";
    let both = shows("frequency_mhz") && shows("core_voltage_mv");
    need(OrderKind::Mode, !is.modes.is_empty(), "modes");
    need(OrderKind::Mode, shows("mode") || both, &format!("mode (or frequency_mhz and core_voltage_mv) {seen}"));
    need(OrderKind::PowerOff, can(OrderKind::PowerOn), "resume, or the device would never be woken");
    need(OrderKind::PowerOn, can(OrderKind::PowerOff), "pause");
    need(OrderKind::PowerOff, shows("paused"), &format!("paused {seen}"));
    need(OrderKind::Restart, shows("uptime_s"), &format!("uptime_s {seen}"));
    need(OrderKind::Pool, shows("pool_host") && shows("pool_port"), &format!("pool_host and pool_port {seen}"));
    need(OrderKind::Pool, !is.pool_needs_restart || shows("uptime_s"), &format!("uptime_s {seen}"));
    need(OrderKind::Frequency, is.ranges.frequency.is_some(), "ranges.frequency_mhz");
    need(OrderKind::Frequency, shows("frequency_mhz"), &format!("frequency_mhz {seen}"));
    need(OrderKind::CoreVoltage, is.ranges.core_voltage.is_some(), "ranges.core_voltage_mv");
    need(OrderKind::CoreVoltage, shows("core_voltage_mv"), &format!("core_voltage_mv {seen}"));
    need(OrderKind::Fan, is.ranges.fan_pct.is_some(), "ranges.fan_pct");
    need(OrderKind::Fan, shows("fan_pct"), &format!("fan_pct {seen}"));
    need(OrderKind::TargetTemperature, is.ranges.target_temperature.is_some(), "ranges.target_temperature_c");
    let Some(Order { path, body, .. }) = is.commands.get(&OrderKind::Mode) else { return };
    let gaps: Vec<_> = path.gaps().chain(body.iter().flat_map(Body::gaps)).collect();
    for mode in &is.modes {
        let has = |gap: &str| match gap {
            "level" => mode.level.is_some(),
            "frequency_mhz" => mode.frequency.is_some(),
            "core_voltage_mv" => mode.core_voltage.is_some(),
            _ => true,
        };
        for gap in gaps.iter().filter(|gap| !has(gap)) {
            reader.fault(at, format!("the mode {} has no {gap}, which the command mode inserts", mode.id));
        }
    }
}

fn family_id(reader: &mut Reader, item: &Item<'_>) -> Option<FamilyId> {
    let wanted = "2 to 32 small letters, digits and _, beginning with a letter, such as my_miner";
    let text = reader.text(item, wanted)?;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if (2..=32).contains(&text.len()) && text.chars().all(plain) && text.starts_with(|c: char| c.is_ascii_lowercase()) {
        return Some(FamilyId::new(text));
    }
    reader.not(item, wanted);
    None
}

fn label(reader: &mut Reader, item: &Item<'_>) -> Option<Label> {
    let wanted = "1 to 64 visible characters";
    let label = Label::exact(reader.text(item, wanted)?);
    if label.is_none() {
        reader.not(item, wanted);
    }
    label
}

fn access(reader: &mut Reader, item: &Item<'_>) -> Option<Access> {
    let wanted = "open, login, token, or header X-Name for a token in a header of its own";
    let text = reader.text(item, wanted)?;
    let header = |name: &str| {
        let name: HeaderName = name.parse().ok()?;
        // What the request itself is made of is not for a token.
        let ours = ["host", "connection", "content-length", "content-type", "transfer-encoding", "origin", "cookie"];
        (!ours.contains(&name.as_str())).then_some(Access::Header(name))
    };
    let access = match text {
        "open" => Some(Access::Open),
        "login" => Some(Access::Login),
        "token" => Some(Access::Token),
        other => other.strip_prefix("header ").and_then(|name| header(name.trim())),
    };
    if access.is_none() {
        reader.not(item, wanted);
    }
    access
}

fn calls(reader: &mut Reader, item: &Item<'_>) -> Vec<Call> {
    let entries = reader.entries(item);
    if entries.is_empty() || entries.len() > CALLS_MAX {
        reader.fault(item, format!("write 1 to {CALLS_MAX} calls, such as status: /status"));
    }
    entries.iter().filter_map(|entry| call(reader, entry)).collect()
}

fn call(reader: &mut Reader, item: &Item<'_>) -> Option<Call> {
    let name = item.name().to_owned();
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    if name.is_empty() || name.len() > 32 || !name.chars().all(plain) {
        reader.fault(item, "a call's name is small letters, digits and _");
    }
    let mut call = Call { name, path: String::new(), text: false, optional: false };
    if let Node::Text(text) = item.node {
        call.path = requests::plain_path(reader, item, text)?;
        return Some(call);
    }
    for entry in reader.entries(item) {
        match entry.name() {
            "path" => {
                let text = reader.text(&entry, requests::PATH_WANTED)?;
                call.path = requests::plain_path(reader, &entry, text)?;
            }
            "text" => call.text = reader.truth(&entry)?,
            "optional" => call.optional = reader.truth(&entry)?,
            _ => reader.unknown(&entry, &["path", "text", "optional"]),
        }
    }
    if call.path.is_empty() {
        reader.fault(item, "path is missing");
        return None;
    }
    Some(call)
}

/// Expressions by names that are known here.
fn named(reader: &mut Reader, item: &Item<'_>, known: &[&'static str]) -> BTreeMap<&'static str, String> {
    let mut all = BTreeMap::new();
    for entry in reader.entries(item) {
        let Some(name) = known.iter().find(|name| **name == entry.name()) else {
            reader.unknown(&entry, known);
            continue;
        };
        if let Some(code) = reader.code(&entry) {
            all.insert(*name, code);
        }
    }
    all
}

fn modes(reader: &mut Reader, item: &Item<'_>) -> Vec<Mode> {
    let items = reader.items(item);
    if items.len() > MODES_MAX {
        reader.fault(item, format!("at most {MODES_MAX} modes"));
    }
    let mut modes: Vec<Mode> = Vec::new();
    for item in &items {
        let Some(mode) = mode(reader, item) else { continue };
        if modes.iter().any(|other| other.id == mode.id) {
            reader.fault(item, format!("the mode {} stands here twice", mode.id));
        }
        let slower = |(before, after): (u32, u32)| after < before;
        let last = modes.last().and_then(|last| last.frequency).zip(mode.frequency);
        if last.map(|(a, b)| (a.get(), b.get())).is_some_and(slower) {
            reader.fault(item, "modes go from the most frugal to the fastest; this one is slower than the one before");
        }
        modes.push(mode);
    }
    modes
}

fn mode(reader: &mut Reader, item: &Item<'_>) -> Option<Mode> {
    let mut id = None;
    let mut mode =
        Mode { id: ModeId::new(""), label: Label::default(), frequency: None, core_voltage: None, level: None };
    for entry in reader.entries(item) {
        match entry.name() {
            "id" => id = mode_id(reader, &entry),
            "label" => mode.label = label(reader, &entry)?,
            "frequency_mhz" => mode.frequency = reader.number(&entry, 1.0, 20_000.0).and_then(Frequency::from_mhz),
            "core_voltage_mv" => mode.core_voltage = reader.whole(&entry, 1, 100_000).map(Millivolts::new),
            "level" => mode.level = reader.whole(&entry, 0, 255).and_then(|level| u8::try_from(level).ok()),
            _ => reader.unknown(&entry, &["id", "label", "frequency_mhz", "core_voltage_mv", "level"]),
        }
    }
    if id.is_none() {
        reader.fault(item, "a mode needs an id such as eco, standard, turbo, oc, low, medium or high");
    }
    mode.id = id?;
    if mode.label.is_empty() {
        mode.label = Label::new(mode.id.as_str());
    }
    Some(mode)
}

fn mode_id(reader: &mut Reader, item: &Item<'_>) -> Option<ModeId> {
    let wanted = "eco, standard, turbo, oc, low, medium, high, or another word of small letters, digits and _";
    let text = reader.text(item, wanted)?;
    let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
    // The two that mean something else everywhere.
    let ours = ["custom", "managed_externally", "off"].contains(&text);
    if (1..=32).contains(&text.len()) && text.chars().all(plain) && !ours {
        return Some(ModeId::new(text));
    }
    reader.not(item, wanted);
    None
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "bounded by the reader")]
fn ranges(reader: &mut Reader, item: &Item<'_>) -> Ranges {
    let mut ranges = Ranges::default();
    for entry in reader.entries(item) {
        match entry.name() {
            "frequency_mhz" => {
                let range = reader.range(&entry, 1.0, 20_000.0);
                ranges.frequency =
                    range.and_then(|(low, high)| Frequency::from_mhz(low).zip(Frequency::from_mhz(high)));
            }
            "core_voltage_mv" => {
                let range = reader.range(&entry, 1.0, 100_000.0);
                ranges.core_voltage =
                    range.and_then(|(low, high)| Millivolts::from_mv(low).zip(Millivolts::from_mv(high)));
            }
            "fan_pct" => {
                ranges.fan_pct =
                    reader.range(&entry, 0.0, 100.0).map(|(low, high)| (low.ceil() as u8, high.floor() as u8));
            }
            "target_temperature_c" => {
                let range = reader.range(&entry, 20.0, 100.0);
                ranges.target_temperature =
                    range.and_then(|(low, high)| CentiCelsius::from_celsius(low).zip(CentiCelsius::from_celsius(high)));
            }
            _ => reader.unknown(&entry, &["frequency_mhz", "core_voltage_mv", "fan_pct", "target_temperature_c"]),
        }
    }
    ranges
}
