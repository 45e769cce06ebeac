//! Requests with gaps: `{name}` in a path or in the texts of a JSON body.
//!
//! **Invariant (S10, D3):** what fills a gap is encoded for where it stands, percent-encoded in a path and as a JSON value
//! in a body, so it cannot leave its place; a text with control characters fills no gap at all.

use serde_json::{Map, Number, Value};
use std::collections::BTreeMap;
use std::fmt::Write as _;

/// What fills the gaps, by name.
pub(super) type Values = BTreeMap<&'static str, Value>;

/// Why a template is none, or cannot be filled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TemplateError {
    /// A gap of this name is not known here.
    Unknown(String),
    /// A brace that neither opens nor closes a gap.
    Brace,
    /// Nothing is known for this gap.
    Empty(&'static str),
    /// What should fill this gap could leave its frame.
    Unfit(&'static str),
}

impl std::fmt::Display for TemplateError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Unknown(name) => write!(f, "{{{name}}} is not known here"),
            Self::Brace => f.write_str("a single brace; write {name} for a value, {{ and }} for a brace itself"),
            Self::Empty(name) => write!(f, "there is no {name} to insert"),
            Self::Unfit(name) => write!(f, "{name} holds characters that cannot be sent"),
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq)]
enum Part {
    Text(String),
    Gap(&'static str),
}

/// A text with gaps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Template(Vec<Part>);

/// A JSON value whose texts are templates.
#[derive(Debug, Clone, PartialEq)]
pub enum Body {
    Null,
    Bool(bool),
    Number(Number),
    Text(Template),
    List(Vec<Body>),
    Object(Vec<(String, Body)>),
}

impl Template {
    /// `known` are the names that gaps may have here.
    pub fn parse(text: &str, known: &[&'static str]) -> Result<Self, TemplateError> {
        let (mut parts, mut plain) = (Vec::new(), String::new());
        let mut rest = text;
        while let Some(at) = rest.find(['{', '}']) {
            plain.push_str(&rest[..at]);
            let brace = &rest[at..=at];
            let after = &rest[at + 1..];
            if let Some(after) = after.strip_prefix(brace) {
                plain.push_str(brace);
                rest = after;
                continue;
            }
            let Some((name, after)) = after.split_once('}').filter(|_| brace == "{") else {
                return Err(TemplateError::Brace);
            };
            let gap = known.iter().find(|known| **known == name);
            let gap = gap.ok_or_else(|| TemplateError::Unknown(name.chars().take(32).collect()))?;
            if !plain.is_empty() {
                parts.push(Part::Text(std::mem::take(&mut plain)));
            }
            parts.push(Part::Gap(gap));
            rest = after;
        }
        plain.push_str(rest);
        if !plain.is_empty() {
            parts.push(Part::Text(plain));
        }
        Ok(Self(parts))
    }

    /// The names of its gaps.
    pub fn gaps(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().filter_map(|part| match part {
            Part::Gap(name) => Some(*name),
            Part::Text(_) => None,
        })
    }

    /// As a path: whatever fills a gap stays within its place.
    pub(super) fn path(&self, values: &Values) -> Result<String, TemplateError> {
        let mut out = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Gap(name) => percent_encode(&text_of(value(values, name)?), &mut out),
            }
        }
        Ok(out)
    }

    /// As a JSON value: a gap that stands alone keeps its type.
    fn value(&self, values: &Values) -> Result<Value, TemplateError> {
        if let [Part::Gap(name)] = self.0.as_slice() {
            return Ok(value(values, name)?.clone());
        }
        let mut out = String::new();
        for part in &self.0 {
            match part {
                Part::Text(text) => out.push_str(text),
                Part::Gap(name) => out.push_str(&text_of(value(values, name)?)),
            }
        }
        Ok(Value::String(out))
    }
}

impl Body {
    /// The names of all gaps in it.
    pub fn gaps(&self) -> Vec<&'static str> {
        match self {
            Self::Null | Self::Bool(_) | Self::Number(_) => Vec::new(),
            Self::Text(template) => template.gaps().collect(),
            Self::List(items) => items.iter().flat_map(Self::gaps).collect(),
            Self::Object(entries) => entries.iter().flat_map(|(_, body)| body.gaps()).collect(),
        }
    }

    pub(super) fn fill(&self, values: &Values) -> Result<Value, TemplateError> {
        Ok(match self {
            Self::Null => Value::Null,
            Self::Bool(truth) => Value::Bool(*truth),
            Self::Number(number) => Value::Number(number.clone()),
            Self::Text(template) => template.value(values)?,
            Self::List(items) => Value::Array(items.iter().map(|item| item.fill(values)).collect::<Result<_, _>>()?),
            Self::Object(entries) => {
                let filled = entries.iter().map(|(key, body)| Ok((key.clone(), body.fill(values)?)));
                Value::Object(filled.collect::<Result<Map<_, _>, _>>()?)
            }
        })
    }
}

fn value<'a>(values: &'a Values, name: &'static str) -> Result<&'a Value, TemplateError> {
    let value = values.get(name).filter(|value| !value.is_null()).ok_or(TemplateError::Empty(name))?;
    match value {
        Value::String(text) if text.chars().any(char::is_control) => Err(TemplateError::Unfit(name)),
        _ => Ok(value),
    }
}

fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

fn percent_encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a String cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde_json::json;

    const KNOWN: &[&str] = &["user", "port"];

    fn values(user: &str) -> Values {
        Values::from([("user", json!(user)), ("port", json!(3333))])
    }

    #[test]
    fn gaps_are_filled_and_braces_can_be_written() {
        let path = |text: &str, user: &str| Template::parse(text, KNOWN).unwrap().path(&values(user));
        assert_eq!(path("/cm?u={user}&p={port}", "a b").as_deref(), Ok("/cm?u=a%20b&p=3333"));
        assert_eq!(path("/{{{user}}}", "x").as_deref(), Ok("/{x}"));
        assert_eq!(path("/plain", "x").as_deref(), Ok("/plain"));
        for (text, error) in [
            ("/{other}", TemplateError::Unknown("other".into())),
            ("/{user", TemplateError::Brace),
            ("/user}", TemplateError::Brace),
            ("/{}", TemplateError::Unknown(String::new())),
        ] {
            assert_eq!(Template::parse(text, KNOWN), Err(error), "{text}");
        }
    }

    #[test]
    fn a_gap_that_stands_alone_keeps_its_type() {
        let text = |text: &str| Body::Text(Template::parse(text, KNOWN).unwrap());
        let body = Body::Object(vec![
            ("port".into(), text("{port}")),
            ("pool".into(), text("tcp://{user}:{port}")),
            ("on".into(), Body::List(vec![Body::Bool(true), Body::Null])),
        ]);
        assert_eq!(body.fill(&values("a")), Ok(json!({ "port": 3333, "pool": "tcp://a:3333", "on": [true, null] })));
        assert_eq!(body.fill(&Values::new()), Err(TemplateError::Empty("port")));
        assert_eq!(body.gaps(), ["port", "user", "port"]);
    }

    proptest! {
        #[test]
        fn s10_no_value_whatever_leaves_its_place(user: String) {
            let template = Template::parse("/set?user={user}&end=1", KNOWN).unwrap();
            match template.path(&values(&user)) {
                Err(error) => {
                    prop_assert_eq!(error, TemplateError::Unfit("user"));
                    prop_assert!(user.chars().any(char::is_control));
                }
                Ok(path) => {
                    let inner = path.strip_prefix("/set?user=").and_then(|rest| rest.strip_suffix("&end=1")).unwrap();
                    let inert = |b: u8| b.is_ascii_alphanumeric() || b"-._~%".contains(&b);
                    prop_assert!(inner.bytes().all(inert), "{}", inner);
                }
            }
            let body = Body::Object(vec![("user".into(), Body::Text(Template::parse("{user}", KNOWN).unwrap()))]);
            if let Ok(value) = body.fill(&values(&user)) {
                prop_assert_eq!(value, json!({ "user": user }));
            }
        }
    }
}
