//! A request in either of its two forms: `command|parameter`, or a JSON object.
//!
//! **Invariant:** read as the firmware reads it: a line end behind a plain command makes it another command.

use serde_json::Value;

/// One command, with the parts it was joined from.
#[derive(Debug, Clone, Default)]
pub(in crate::faces) struct Request {
    pub(in crate::faces) command: String,
    pub(in crate::faces) parameter: String,
    /// It was called `cmd`, as Whatsminers have it.
    pub(in crate::faces) by_cmd: bool,
    /// The reply comes in the same form.
    pub(super) json: bool,
    /// As it came.
    pub(super) raw: String,
    /// The commands of a join; one for a plain command.
    pub(super) parts: Vec<Self>,
}

impl Request {
    pub(super) fn parse(bytes: &[u8]) -> Self {
        let raw = String::from_utf8_lossy(bytes).into_owned();
        let json = raw.starts_with('{');
        let (command, parameter, by_cmd) = if json { of_json(&raw) } else { of_text(&raw) };
        let parts = command.split('+').map(|part| Self::plain(part, &parameter, json)).collect();
        Self { command, parameter, by_cmd, json, raw, parts }
    }

    fn plain(command: &str, parameter: &str, json: bool) -> Self {
        Self { command: command.to_owned(), parameter: parameter.to_owned(), json, ..Self::default() }
    }

    /// The parameter, split at its commas.
    pub(in crate::faces) fn arguments(&self) -> Vec<&str> {
        self.parameter.split(',').collect()
    }
}

fn of_text(raw: &str) -> (String, String, bool) {
    let (command, parameter) = raw.split_once('|').unwrap_or((raw, ""));
    (command.to_owned(), parameter.to_owned(), false)
}

fn of_json(raw: &str) -> (String, String, bool) {
    let Ok(value) = serde_json::from_str::<Value>(raw.trim_end()) else { return Default::default() };
    let text = |key: &str| match value.get(key) {
        Some(Value::String(text)) => text.clone(),
        Some(Value::Number(number)) => number.to_string(),
        _ => String::new(),
    };
    let by_cmd = value.get("cmd").is_some();
    if by_cmd { (text("cmd"), text("param"), true) } else { (text("command"), text("parameter"), false) }
}
