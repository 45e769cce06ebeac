//! One reply: what it holds, and whether it was a yes.
//!
//! **Invariant:** S and I are a yes, W too, E and F a no; a device's words are repeated only cleaned.

use super::fields::{Fields, number};
use super::{repair, text};
use crate::miners::shared::{malformed, stranger};
use hmm_domain::Message;
use hmm_domain::port::DriverError;
use serde_json::{Map, Value};

/// A reply that could be read.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::miners) struct Said(pub(in crate::miners) Value);

/// What a device thinks of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::miners) struct Verdict {
    pub(in crate::miners) yes: bool,
    pub(in crate::miners) code: Option<u64>,
    /// Its words, cleaned.
    pub(in crate::miners) words: Message,
}

/// It speaks the language, and lets only some addresses speak to it.
pub(in crate::miners) fn locked_out() -> DriverError {
    let why = "its API is closed to us: it lets in only the addresses that its own list of API access names";
    DriverError::Credentials(why.into())
}

impl Said {
    pub(in crate::miners) fn parse(call: &'static str, bytes: &[u8]) -> Result<Self, DriverError> {
        let text = String::from_utf8_lossy(bytes);
        let text = text.trim_matches(|c: char| c == '\0' || c.is_ascii_whitespace());
        if text.is_empty() {
            return Err(malformed(call, "the reply was empty".to_owned()));
        }
        if let Some(value) = text::read(text) {
            return Ok(Self(value));
        }
        if !text.starts_with('{') {
            return Err(stranger("it answers, but not in the way of cgminer"));
        }
        let read = hmm_net::json::parse(text.as_bytes());
        let value = read.or_else(|_| hmm_net::json::parse(repair::repaired(text).as_bytes()));
        value.map(Self).map_err(|error| malformed(call, error.to_string()))
    }

    /// The reply to `command` within a joined one.
    pub(in crate::miners) fn part(&self, command: &str) -> Option<Self> {
        let part = match self.0.get(command)? {
            Value::Array(items) => items.first()?,
            other => other,
        };
        part.is_object().then(|| Self(part.clone()))
    }

    /// The rows of a section; none where it is missing or something else.
    pub(in crate::miners) fn rows(&self, section: &str) -> impl Iterator<Item = Fields<'_>> {
        let rows = self.0.get(section).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        rows.iter().filter_map(Value::as_object).map(Fields)
    }

    pub(in crate::miners) fn row(&self, section: &str) -> Option<Fields<'_>> {
        self.rows(section).next()
    }

    /// What stands where others have words: some put all they say there.
    pub(in crate::miners) fn message(&self) -> Option<Fields<'_>> {
        self.0.get("Msg")?.as_object().map(Fields)
    }

    /// Where the verdict stands: in a list of one, or beside it.
    fn status(&self) -> Option<&Map<String, Value>> {
        match self.0.get("STATUS")? {
            Value::Array(items) => items.first()?.as_object(),
            Value::Object(map) => Some(map),
            Value::String(_) => self.0.as_object(),
            _ => None,
        }
    }

    /// `None` where it says nothing of the kind.
    pub(in crate::miners) fn verdict(&self) -> Option<Verdict> {
        let status = Fields(self.status()?);
        let letter = status.text("STATUS")?;
        let said = match status.0.get("Msg") {
            Some(Value::String(text)) => text.clone(),
            Some(other) if !other.is_null() => other.to_string(),
            _ => String::new(),
        };
        // Line breaks would be dropped, and the words around them become one.
        let said: String = said.split_whitespace().collect::<Vec<_>>().join(" ");
        Some(Verdict { yes: matches!(letter, "S" | "I" | "W"), code: status.count("Code"), words: Message::new(&said) })
    }

    pub(in crate::miners) fn is_yes(&self) -> bool {
        self.verdict().is_some_and(|verdict| verdict.yes)
    }

    /// It answers, and does not let us in.
    pub(in crate::miners) fn is_denied(&self) -> bool {
        self.verdict().is_some_and(|verdict| verdict.code == Some(45))
    }

    /// The time by the device's own clock, in seconds.
    #[expect(clippy::cast_possible_truncation, reason = "bounded right before")]
    pub(in crate::miners) fn when(&self) -> Option<i64> {
        let when = self.status()?.get("When").and_then(number)?;
        (1.0..=1e11).contains(&when).then_some(when as i64)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn verdict(text: &str) -> Option<(bool, Option<u64>, String)> {
        let verdict = Said::parse("test", text.as_bytes()).unwrap().verdict()?;
        Some((verdict.yes, verdict.code, verdict.words.as_str().to_owned()))
    }

    #[test]
    fn information_is_a_yes_and_only_errors_are_a_no() {
        for (letter, yes) in [("S", true), ("I", true), ("W", true), ("E", false), ("F", false), ("?", false)] {
            let text = format!(r#"{{"STATUS":[{{"STATUS":"{letter}","Code":118,"Msg":"m"}}],"id":1}}"#);
            assert_eq!(verdict(&text), Some((yes, Some(118), "m".into())), "{letter}");
        }
        assert_eq!(
            verdict(r#"{"STATUS":"E","Code":"45","Msg":{"a":1}}"#),
            Some((false, Some(45), r#"{"a":1}"#.into()))
        );
        assert_eq!(verdict("STATUS=I,When=1,Code=118,Msg=fine|"), Some((true, Some(118), "fine".into())));
        for nothing in ["{}", r#"{"STATUS":[]}"#, r#"{"STATUS":7}"#, r#"{"STATUS":[{"Code":1}]}"#] {
            assert_eq!(verdict(nothing), None, "{nothing}");
        }
    }

    #[test]
    fn raw_line_breaks_of_a_yes_become_blanks() {
        let text = "{\"STATUS\":[{\"STATUS\":\"S\",\"When\":7,\"Code\":133,\"Msg\":\"one\n two\"}],\"id\":1}\0";
        assert_eq!(verdict(text), Some((true, Some(133), "one two".into())));
        assert_eq!(Said::parse("test", text.as_bytes()).unwrap().when(), Some(7));
    }

    #[test]
    fn what_is_something_else_is_not_recognised_and_what_broke_off_is_malformed() {
        for text in ["HTTP/1.1 400 Bad Request\r\n\r\n", "<html>", "[1]", "nonsense"] {
            assert!(matches!(Said::parse("test", text.as_bytes()), Err(DriverError::NotRecognised(_))), "{text}");
        }
        for text in ["{", r#"{"STATUS":[{"STATUS":"S","When":1"#, "", "\0\0", &format!("{{\"a\":{}", "[".repeat(100))] {
            assert!(matches!(Said::parse("test", text.as_bytes()), Err(DriverError::Malformed { .. })), "{text}");
        }
    }

    #[test]
    fn a_part_of_a_join_is_found() {
        let said = Said::parse("test", br#"{"a":[{"STATUS":[{"STATUS":"S"}]}],"b":[],"c":{"x":1},"id":1}"#).unwrap();
        assert!(said.part("a").unwrap().is_yes());
        assert!(said.part("b").is_none() && said.part("missing").is_none() && said.part("id").is_none());
        assert!(said.part("c").is_some());
    }

    proptest::proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(bytes: Vec<u8>) {
            if let Ok(said) = Said::parse("test", &bytes) {
                said.verdict();
                said.when();
            }
        }
    }
}
