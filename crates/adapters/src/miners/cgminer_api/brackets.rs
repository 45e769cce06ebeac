//! Strings of `NAME[value]`: names of letters, digits and underlines, values of anything but brackets.
//!
//! **Invariant:** unknown names are kept; an item that broke off is no item; the first of two equal names counts.

use super::fields::number;
use hmm_domain::json::MASK;
use serde_json::Value;

/// The items of one string, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::miners) struct Words<'a>(Vec<(&'a str, &'a str)>);

impl<'a> Words<'a> {
    pub(in crate::miners) fn of(text: &'a str) -> Self {
        let mut words = Self::default();
        words.take(text);
        words
    }

    pub(in crate::miners) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Adds the items of another string of the same module.
    pub(in crate::miners) fn take(&mut self, mut text: &'a str) {
        while let Some(open) = text.find('[') {
            let (before, rest) = (&text[..open], &text[open + 1..]);
            let Some(close) = rest.find(']') else { return };
            if let Some(name) = name_at_end(before) {
                self.0.push((name, &rest[..close]));
            }
            text = &rest[close + 1..];
        }
    }

    /// The value, without the blanks around it; empty ones are values too.
    pub(in crate::miners) fn get(&self, name: &str) -> Option<&'a str> {
        self.0.iter().find(|(own, _)| *own == name).map(|(_, value)| value.trim())
    }

    /// The value, if it says anything.
    pub(in crate::miners) fn text(&self, name: &str) -> Option<&'a str> {
        self.get(name).filter(|value| !value.is_empty())
    }

    /// A number, with or without a percent sign.
    pub(in crate::miners) fn number(&self, name: &str) -> Option<f64> {
        parse(self.text(name)?)
    }

    pub(in crate::miners) fn within(&self, name: &str, least: f64, most: f64) -> Option<f64> {
        self.number(name).filter(|value| (least..=most).contains(value))
    }

    /// Several numbers; one that is none keeps its place.
    pub(in crate::miners) fn numbers(&self, name: &str) -> Option<Vec<Option<f64>>> {
        Some(self.text(name)?.split_ascii_whitespace().map(parse).collect())
    }
}

fn parse(text: &str) -> Option<f64> {
    number(&Value::from(text))
}

/// `[A-Za-z][A-Za-z0-9_]*` right before a bracket.
fn name_at_end(before: &str) -> Option<&str> {
    let part_of_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
    let start =
        before.rfind(|c| !part_of_name(c)).map_or(0, |at| at + before[at..].chars().next().map_or(1, char::len_utf8));
    let name = before[start..].trim_start_matches(|c: char| !c.is_ascii_alphabetic());
    (!name.is_empty()).then_some(name)
}

/// Hides what names of secrets hold within such strings, wherever they stand in a reply (D9).
pub(in crate::miners) fn hide(value: &mut Value) {
    match value {
        Value::String(text) if text.contains('[') => {
            if let Some(hidden) = hidden(text) {
                *text = hidden;
            }
        }
        Value::Array(items) => items.iter_mut().for_each(hide),
        Value::Object(map) => map.values_mut().for_each(hide),
        _ => {}
    }
}

/// The string without its secrets; `None` when it has none.
fn hidden(text: &str) -> Option<String> {
    let mut out = String::with_capacity(text.len());
    let (mut rest, mut found) = (text, false);
    while let Some(open) = rest.find('[') {
        let name = name_at_end(&rest[..open]).unwrap_or_default().to_ascii_lowercase();
        out.push_str(&rest[..=open]);
        rest = &rest[open + 1..];
        // Broken off: what follows the name of a secret is a secret to its end.
        let close = rest.find(']').unwrap_or(rest.len());
        let secret = ["ssid", "pass", "pwd", "token", "auth"].iter().any(|word| name.contains(word));
        if secret && !rest[..close].trim().is_empty() {
            out.push_str(MASK);
            found = true;
        } else {
            out.push_str(&rest[..close]);
        }
        rest = &rest[close..];
    }
    out.push_str(rest);
    found.then_some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_hold_blanks_commas_and_nothing_at_all() {
        let words = Words::of(
            "'STATS':{Ver[Q-1] SYS[Work: In Work, Board: 1 ]  PS[0 x -5] SSID[] DH[2.1%] Nonce Mask[25] Cut[7",
        );
        assert_eq!(
            (words.get("Ver"), words.get("SYS"), words.get("SSID")),
            (Some("Q-1"), Some("Work: In Work, Board: 1"), Some(""))
        );
        assert_eq!(words.numbers("PS"), Some(vec![Some(0.0), None, Some(-5.0)]));
        assert_eq!((words.number("DH"), words.number("Mask"), words.get("Cut")), (Some(2.1), Some(25.0), None));
        assert_eq!(words.text("SSID"), None);
    }

    #[test]
    fn odd_strings_are_read_as_far_as_they_go() {
        assert_eq!(Words::of("[5] é[6] 7a[8] A[1]B[2] A[3]").0, [("a", "8"), ("A", "1"), ("B", "2"), ("A", "3")]);
        assert_eq!(Words::of("][").0, []);
    }

    #[test]
    fn d9_secrets_in_such_strings_are_hidden() {
        let mut value =
            serde_json::json!({ "MM": "Ver[1] SSID[my home] RSSI[-5] WifiPwd[x", "n": ["SSID[]", "plain"] });
        hide(&mut value);
        assert_eq!(value["MM"], format!("Ver[1] SSID[{MASK}] RSSI[-5] WifiPwd[{MASK}"));
        assert_eq!(value["n"], serde_json::json!(["SSID[]", "plain"]));
    }

    proptest::proptest! {
        #[test]
        fn any_string_is_read(text: String) {
            let words = Words::of(&text);
            proptest::prop_assert!(words.0.iter().all(|(name, value)| !name.is_empty() && !value.contains(']')));
            hidden(&text);
        }
    }
}
