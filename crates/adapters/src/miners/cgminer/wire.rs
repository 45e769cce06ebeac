//! Their words: who prints what under which name.
//!
//! **Invariant:** every field may be missing and may be of any type; a rate's unit is in its name.

use crate::miners::cgminer_api::{Fields, Gathered, Said};
use hmm_domain::units::Hashrate;
use serde_json::Value;

/// Whose firmware it is, as far as that changes what is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Maker {
    Antminer,
    Whatsminer,
    Braiins,
    Lux,
    /// Plain cgminer or bmminer.
    Other,
}

/// What a device has said, in reach.
pub(super) struct Spoken<'a> {
    pub(super) version: Option<Fields<'a>>,
    pub(super) summary: Option<Fields<'a>>,
    /// The rows of its statistics that are about the device and not about its pools.
    pub(super) stats: Vec<Fields<'a>>,
    all: &'a Gathered,
    pub(super) maker: Maker,
}

impl<'a> Spoken<'a> {
    pub(super) fn new(all: &'a Gathered) -> Self {
        let version = all.get("version").and_then(|said| said.row("VERSION"));
        let rows = all.get("stats").into_iter().flat_map(|said| said.rows("STATS"));
        let of_pool = |row: &Fields<'_>| row.text("ID").is_some_and(|id| id.starts_with("POOL"));
        Self {
            version,
            summary: all.get("summary").and_then(summary_of),
            stats: rows.filter(|row| !of_pool(row)).collect(),
            all,
            maker: maker(all, version),
        }
    }

    pub(super) fn said(&self, command: &str) -> Option<&'a Said> {
        self.all.get(command)
    }

    pub(super) fn rows(&self, command: &str, section: &str) -> impl Iterator<Item = Fields<'a>> + use<'a> {
        let section = section.to_owned();
        self.said(command).into_iter().flat_map(move |said| said.rows(&section).collect::<Vec<_>>())
    }

    /// The first of these that any of its statistics prints.
    pub(super) fn stat(&self, key: &str) -> Option<f64> {
        self.stats.iter().find_map(|row| row.number(key))
    }

    /// A text of `version`, or of the row of statistics in which some repeat it.
    pub(super) fn version_text(&self, key: &str) -> Option<&'a str> {
        let repeated = self.stats.iter().find_map(|row| row.text(key));
        self.version.and_then(|row| row.text(key)).or(repeated)
    }
}

/// Newer Whatsminers have it where others have words.
pub(super) fn summary_of(said: &Said) -> Option<Fields<'_>> {
    said.row("SUMMARY").or_else(|| said.message())
}

fn maker(all: &Gathered, version: Option<Fields<'_>>) -> Maker {
    let has =
        |start: &str| version.is_some_and(|row| row.0.keys().any(|key| key.to_ascii_lowercase().starts_with(start)));
    let described = |word: &str| {
        ["version", "summary"].iter().any(|command| {
            let said = all.get(command).map(|said| said.0.to_string().to_ascii_lowercase());
            said.is_some_and(|text| text.contains(&format!("\"description\":\"{word}")))
        })
    };
    if has("bos") || described("bos") {
        return Maker::Braiins;
    }
    if has("lux") || described("lux") {
        return Maker::Lux;
    }
    let summary = all.get("summary").and_then(summary_of);
    // What only a Whatsminer prints beside its rates.
    let whatsminer = |row: Fields<'_>| {
        ["Power Mode", "Factory GHS", "HS RT", "Chip Temp Max"].iter().any(|key| row.0.contains_key(*key))
    };
    if described("whatsminer") || summary.is_some_and(whatsminer) {
        return Maker::Whatsminer;
    }
    let antminer =
        |row: Fields<'_>| row.text("Type").is_some_and(|name| name.to_ascii_lowercase().starts_with("antminer"));
    let stats = all.get("stats").into_iter().flat_map(|said| said.rows("STATS"));
    if version.is_some_and(antminer) || stats.into_iter().any(antminer) { Maker::Antminer } else { Maker::Other }
}

/// The same rate in whatever unit: `MHS 5s`, `GHS 5s`, …
pub(super) fn rate(row: Fields<'_>, window: &str) -> Option<Hashrate> {
    let units = [("MHS", 1e-3), ("GHS", 1.0), ("KHS", 1e-6), ("THS", 1e3)];
    units.into_iter().find_map(|(unit, ghs)| plausible(row.number(&format!("{unit} {window}"))? * ghs))
}

/// A rack of the largest ones behind one address.
const GHS_MAX: f64 = 10_000_000.0;

pub(super) fn plausible(ghs: f64) -> Option<Hashrate> {
    (0.0..=GHS_MAX).contains(&ghs).then(|| Hashrate::from_ghs(ghs))?
}

/// The numbers of all keys that begin so and end with a number: `temp_chip1` of `temp_chip`, several in one text where
/// they stand with dashes between them.
pub(super) fn numbered(row: Fields<'_>, prefix: &str) -> Vec<f64> {
    let ours = |key: &str| {
        key.strip_prefix(prefix).is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_digit()))
    };
    let mut all = Vec::new();
    for (key, value) in row.0.iter().filter(|(key, _)| ours(key)) {
        match value {
            Value::String(text) => all.extend(text.split('-').filter_map(|part| part.trim().parse::<f64>().ok())),
            _ => all.extend(row.number(key)),
        }
    }
    all
}
