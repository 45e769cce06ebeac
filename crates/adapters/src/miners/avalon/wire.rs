//! An Avalon's own words: which of them say what, in all firmwares at once.
//!
//! **Invariant:** every field may be missing and may be of any type; what stands here are names, and how the long
//! string is found and cut.

use super::super::cgminer_api::{Fields, Gathered, Said, Words};
use super::models::{Kind, Knob};

/// What a device has said, in reach.
pub(super) struct Spoken<'a> {
    pub(super) version: Option<Fields<'a>>,
    pub(super) summary: Option<Fields<'a>>,
    pools: Option<&'a Said>,
    /// Seconds since start, as they stand beside the long string.
    pub(super) elapsed: Option<f64>,
    /// The long string of each module; all but the old ones have one.
    pub(super) modules: Vec<Words<'a>>,
    pub(super) kind: Kind,
}

/// Modules are numbered from 0, and nobody ever had more at one controller.
const MODULES_MAX: usize = 64;

impl<'a> Spoken<'a> {
    pub(super) fn new(all: &'a Gathered) -> Self {
        let version = all.get("version").and_then(|said| said.row("VERSION"));
        let said = ["stats", "estats", "litestats"].into_iter().filter_map(|command| all.get(command));
        let rows: Vec<Fields<'a>> = said.flat_map(|said| said.rows("STATS")).collect();
        let ours = |row: &&Fields<'_>| row.0.keys().any(|key| key.starts_with("MM ID"));
        // Right after a start a string may be empty in the one and whole in the other.
        let whole = |row: &&Fields<'_>| modules(**row).iter().any(|words| !words.is_empty());
        let device = rows.iter().find(whole).or_else(|| rows.iter().find(ours)).copied();
        let modules = device.map(modules).unwrap_or_default();
        let text = |key: &str| version.and_then(|row| row.text(key));
        let kind = Kind::of(
            text("PROD"),
            text("MODEL"),
            modules.first().and_then(|words| words.text("Ver")),
            device.and_then(|row| row.text("ID")),
        );
        Self {
            version,
            summary: all.get("summary").and_then(|said| said.row("SUMMARY")),
            pools: all.get("pools"),
            elapsed: device.and_then(|row| row.number("Elapsed")),
            modules,
            kind,
        }
    }

    pub(super) fn pools(&self) -> impl Iterator<Item = Fields<'a>> + use<'a> {
        self.pools.into_iter().flat_map(|said| said.rows("POOLS"))
    }

    /// It says that it has modules, and nothing of them.
    pub(super) fn is_mute(&self) -> bool {
        self.modules.iter().all(Words::is_empty)
    }

    /// Of the first module.
    pub(super) fn words(&self) -> Option<&Words<'a>> {
        self.modules.first()
    }

    /// What stands for its mode, and its number: the first of its kind's that it prints.
    pub(super) fn knob(&self) -> Option<(&'static Knob, f64)> {
        let words = self.words()?;
        let printed = |knob: &Knob| knob.printed.into_iter().find_map(|name| words.number(name));
        self.kind.knobs().iter().find_map(|knob| Some((knob, printed(knob)?)))
    }
}

/// `MM ID0`, or cut in parts `MM ID0:Summary`, …: by module.
fn modules(device: Fields<'_>) -> Vec<Words<'_>> {
    let mut modules: Vec<(usize, Words<'_>)> = Vec::new();
    for (key, value) in device.0 {
        let (Some(rest), Some(text)) = (key.strip_prefix("MM ID"), value.as_str()) else { continue };
        let number = rest.split(':').next().unwrap_or_default();
        let Some(number) = number.parse().ok().filter(|number| *number < MODULES_MAX) else { continue };
        match modules.iter_mut().find(|(own, _)| *own == number) {
            Some((_, words)) => words.take(text),
            None => modules.push((number, Words::of(text))),
        }
    }
    modules.sort_by_key(|(number, _)| *number);
    modules.into_iter().map(|(_, words)| words).collect()
}
