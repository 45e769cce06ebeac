//! Replies as cgminer prints them, in JSON and in text, with what faults make of their values.
//!
//! **Invariant:** a message is put between its quotes as it is, line breaks and all: the firmware does not escape them.

use crate::faults::{Fault, Faults};
use serde_json::Value as Json;
use std::fmt::Write as _;

/// What the faults make of a reply.
#[derive(Debug, Clone, Copy, Default)]
#[expect(clippy::struct_excessive_bools, reason = "any of them may hold at once")]
pub(in crate::faces) struct Look {
    pub(in crate::faces) wrong_types: bool,
    pub(in crate::faces) absurd: bool,
    pub(in crate::faces) other_device: bool,
    pub(in crate::faces) calibrating: bool,
}

impl Look {
    pub(super) fn of(faults: &Faults) -> Self {
        Self {
            wrong_types: faults.has(Fault::WrongTypes),
            absurd: faults.has(Fault::Absurd),
            other_device: faults.has(Fault::OtherDevice),
            calibrating: faults.has(Fault::Calibrating),
        }
    }
}

/// A value as the firmware types it.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::faces) enum Field {
    Whole(i64),
    /// A number with this many decimals.
    Decimal(f64, usize),
    Text(String),
    Flag(bool),
    /// Ready JSON, such as a number that no device can have.
    Json(&'static str),
}

impl Field {
    pub(in crate::faces) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    pub(in crate::faces) fn count(count: impl TryInto<i64>) -> Self {
        Self::Whole(count.try_into().unwrap_or(i64::MAX))
    }
}

pub(in crate::faces) type Row = Vec<(&'static str, Field)>;

/// `SUMMARY`, `POOLS`, …
#[derive(Debug, Clone)]
pub(in crate::faces) struct Section {
    pub(in crate::faces) name: &'static str,
    pub(in crate::faces) rows: Vec<Row>,
}

/// One reply before it is put on the wire.
#[derive(Debug, Clone)]
pub(in crate::faces) struct Reply {
    pub(in crate::faces) status: char,
    pub(in crate::faces) code: u16,
    pub(in crate::faces) message: String,
    pub(in crate::faces) description: &'static str,
    pub(in crate::faces) sections: Vec<Section>,
    /// Stands in place of everything else.
    pub(in crate::faces) whole: Option<Json>,
    /// The connection ends without a word.
    pub(in crate::faces) hangs_up: bool,
}

/// What stays readable when every type is wrong, so that the device is still recognised.
const IDENTITY: [&str; 8] = ["PROD", "MODEL", "MAC", "DNA", "CGMiner", "BMMiner", "Type", "ID"];

impl Reply {
    pub(in crate::faces) fn new(status: char, code: u16, message: impl Into<String>) -> Self {
        let (message, description) = (message.into(), "cgminer 4.11.1");
        Self { status, code, message, description, sections: Vec::new(), whole: None, hangs_up: false }
    }

    pub(in crate::faces) fn with(mut self, name: &'static str, rows: Vec<Row>) -> Self {
        self.sections.push(Section { name, rows });
        self
    }

    pub(in crate::faces) fn invalid() -> Self {
        Self::new('E', 14, "Invalid command")
    }

    pub(in crate::faces) fn denied(command: &str) -> Self {
        Self::new('E', 45, format!("Access denied to '{command}' command"))
    }

    pub(super) fn is_fine(&self) -> bool {
        matches!(self.status, 'S' | 'I')
    }

    pub(super) fn render(&self, json: bool, now_s: i64, look: Look) -> Vec<u8> {
        match &self.whole {
            Some(whole) if look.wrong_types => bent(whole).to_string().into_bytes(),
            Some(whole) => whole.to_string().into_bytes(),
            None if json => self.json(now_s, look).into_bytes(),
            None => self.text(now_s).into_bytes(),
        }
    }

    fn json(&self, now_s: i64, look: Look) -> String {
        let Self { status, code, message, description, .. } = self;
        // Not escaped, as at home: a quote is, a line break is not.
        let message = message.replace('\\', "\\\\").replace('"', "\\\"");
        let mut out = format!(
            r#"{{"STATUS":[{{"STATUS":"{status}","When":{now_s},"Code":{code},"Msg":"{message}","Description":"{description}"}}]"#
        );
        for section in &self.sections {
            let rows: Vec<String> = section.rows.iter().map(|row| object(row, look)).collect();
            // Writing to a String cannot fail.
            let _ = write!(out, r#","{}":[{}]"#, section.name, rows.join(","));
        }
        out.push_str(r#","id":1}"#);
        out
    }

    fn text(&self, now_s: i64) -> String {
        let Self { status, code, message, description, .. } = self;
        let mut out =
            format!("STATUS={status},When={now_s},Code={code},Msg={},Description={description}|", escaped(message));
        for section in &self.sections {
            for row in &section.rows {
                let numbered = row.first().is_some_and(|(key, _)| section.name.starts_with(key) || *key == "ASC");
                let mut fields: Vec<String> =
                    row.iter().map(|(key, value)| format!("{key}={}", plain(value))).collect();
                if !numbered {
                    fields.insert(0, section.name.to_owned());
                }
                let _ = write!(out, "{}|", fields.join(","));
            }
        }
        out
    }
}

/// The same with every type wrong but those by which the device is recognised.
fn bent(value: &Json) -> Json {
    match value {
        Json::Object(map) => {
            let keep = |key: &str| ["code", "mac", "desc"].contains(&key);
            map.iter().map(|(key, inner)| (key.clone(), if keep(key) { inner.clone() } else { bent(inner) })).collect()
        }
        Json::Array(_) => Json::Object(serde_json::Map::new()),
        Json::String(text) => misread(text),
        Json::Bool(on) => Json::from(if *on { "yes" } else { "no" }),
        other => Json::from(other.to_string()),
    }
}

/// Several replies under the names of their commands.
pub(super) fn joined(replies: &[(String, Reply)], json: bool, now_s: i64, look: Look) -> Vec<u8> {
    let mut out = String::new();
    for (command, reply) in replies {
        let _ = if json {
            write!(out, r#""{command}":[{}],"#, reply.json(now_s, look))
        } else {
            write!(out, "CMD={command}|{}", reply.text(now_s))
        };
    }
    if json { format!(r#"{{{out}"id":1}}"#) } else { out }.into_bytes()
}

fn object(row: &Row, look: Look) -> String {
    let field = |(key, value): &(&'static str, Field)| {
        let wrong = look.wrong_types && !IDENTITY.contains(key);
        format!(r#""{key}":{}"#, if wrong { spoiled(value) } else { typed(value) })
    };
    format!("{{{}}}", row.iter().map(field).collect::<Vec<_>>().join(","))
}

fn typed(value: &Field) -> String {
    match value {
        Field::Whole(number) => number.to_string(),
        Field::Decimal(number, places) => format!("{number:.places$}"),
        Field::Text(text) => Json::from(text.as_str()).to_string(),
        Field::Flag(on) => on.to_string(),
        Field::Json(json) => (*json).to_owned(),
    }
}

fn spoiled(value: &Field) -> String {
    match value {
        Field::Text(text) => misread(text).to_string(),
        Field::Flag(on) => format!(r#""{}""#, if *on { "yes" } else { "no" }),
        other => format!(r#""{}""#, typed(other)),
    }
}

/// A text as something else. One that holds a number loses its quotes, one that holds several becomes a list: of a wrong
/// type, and not another measurement.
fn misread(text: &str) -> Json {
    let several = || text.starts_with(|c: char| c.is_ascii_digit()).then(|| Json::from(vec![text]));
    let number = serde_json::from_str::<serde_json::Number>(text).ok().map(Json::Number);
    number.or_else(several).unwrap_or_else(|| Json::from(text.len()))
}

fn plain(value: &Field) -> String {
    match value {
        Field::Text(text) => escaped(text),
        other => typed(other),
    }
}

fn escaped(text: &str) -> String {
    text.chars().fold(String::new(), |mut out, c| {
        if matches!(c, '|' | ',' | '=' | '\\') {
            out.push('\\');
        }
        out.push(c);
        out
    })
}
