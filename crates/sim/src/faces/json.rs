//! JSON as these firmwares print it: written straight into one string, numbers as floats, whole ones as integers.
//!
//! **Invariant:** knows nothing about fields; the wrong types of a fault are made here so that no field can forget.

use std::borrow::Cow;
use std::fmt::Write as _;

/// A value as the firmware types it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value<'a> {
    Number(f64),
    Whole(i64),
    Text(Cow<'a, str>),
    Bool(bool),
    /// Ready JSON: an array or an object.
    Json(String),
    /// The field is left out.
    Absent,
}

impl<'a> Value<'a> {
    pub(crate) fn text(text: &'a str) -> Self {
        Self::Text(Cow::Borrowed(text))
    }

    /// A boolean as older firmware prints it.
    pub(crate) fn flag(on: bool) -> Self {
        Self::Whole(i64::from(on))
    }

    pub(crate) fn count(count: impl TryInto<i64>) -> Self {
        Self::Whole(count.try_into().unwrap_or(i64::MAX))
    }

    /// A measurement with at most `places` decimals.
    pub(crate) fn rounded(number: f64, places: i32) -> Self {
        let scale = 10_f64.powi(places);
        Self::Number((number * scale).round() / scale)
    }
}

/// An object under construction.
pub(crate) struct Object {
    out: String,
    /// Prints every value as something else than it is.
    wrong_types: bool,
}

impl Object {
    pub(crate) fn new(wrong_types: bool) -> Self {
        let mut out = String::with_capacity(3072);
        out.push('{');
        Self { out, wrong_types }
    }

    pub(crate) fn put(&mut self, name: &str, value: &Value<'_>, keep_type: bool) {
        if *value == Value::Absent {
            return;
        }
        self.key(name);
        if self.wrong_types && !keep_type {
            self.put_wrong(value);
            return;
        }
        // Writing to a String cannot fail.
        let _ = match value {
            Value::Number(number) => write!(self.out, "{number}"),
            Value::Whole(number) => write!(self.out, "{number}"),
            Value::Bool(on) => write!(self.out, "{on}"),
            Value::Json(json) => write!(self.out, "{json}"),
            Value::Text(text) => {
                put_text(&mut self.out, text);
                Ok(())
            }
            Value::Absent => Ok(()),
        };
    }

    /// Ready JSON under `name`, whatever else is going on.
    pub(crate) fn put_raw(&mut self, name: &str, json: &str) {
        self.key(name);
        self.out.push_str(json);
    }

    fn key(&mut self, name: &str) {
        if self.out.len() > 1 {
            self.out.push(',');
        }
        put_text(&mut self.out, name);
        self.out.push(':');
    }

    fn put_wrong(&mut self, value: &Value<'_>) {
        let _ = match value {
            Value::Number(number) => write!(self.out, "\"{number}\""),
            Value::Whole(number) => write!(self.out, "\"{number}\""),
            Value::Text(text) => write!(self.out, "{}", text.len()),
            Value::Bool(on) => write!(self.out, "\"{}\"", if *on { "yes" } else { "no" }),
            Value::Json(_) => write!(self.out, "{{\"unexpected\":null}}"),
            Value::Absent => Ok(()),
        };
    }

    pub(crate) fn finish(mut self) -> String {
        self.out.push('}');
        self.out
    }
}

fn put_text(out: &mut String, text: &str) {
    let plain = text.bytes().all(|byte| byte >= 0x20 && byte != b'"' && byte != b'\\');
    if plain {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        out.push_str(&serde_json::Value::from(text).to_string());
    }
}
