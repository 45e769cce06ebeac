//! Strings from outside. Whatever a device, a person or a service calls something passes here once.
//!
//! **Invariant:** a [`Clean`] holds no control, ANSI or bidirectional character and is no longer than its limit.
//! Escaping for an exit (page, CSV, mail header) is that exit's work.

use serde::{Deserialize, Deserializer, Serialize};
use std::fmt;

/// Text of at most `MAX` characters, without anything that moves a cursor or turns a line around.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Default)]
#[serde(transparent)]
pub struct Clean<const MAX: usize>(String);

/// A name: a miner's, a model's, a firmware's.
pub type Label = Clean<64>;
/// A sentence: what a device answered, why something was refused.
pub type Message = Clean<512>;

impl<const MAX: usize> Clean<MAX> {
    /// Drops what may not stand and cuts what is too long. For text that is shown and never compared.
    pub fn new(text: &str) -> Self {
        let kept: String = strip_ansi(text).chars().filter(|c| allowed(*c)).take(MAX).collect();
        Self(kept.trim().to_owned())
    }

    /// Accepts the text only as it stands. For names that people type.
    pub fn exact(text: &str) -> Option<Self> {
        let clean = Self::new(text);
        (clean.0 == text && !text.is_empty()).then_some(clean)
    }

    pub fn as_str(&self) -> &str {
        &self.0
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }
}

/// Removes `ESC [ … letter` whole, so that the visible rest of a colour code does not stay behind.
fn strip_ansi(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\u{1b}' {
            out.push(c);
            continue;
        }
        let mut rest = chars.clone();
        if rest.next() == Some('[') {
            chars.next();
            for c in chars.by_ref() {
                if c.is_ascii_alphabetic() {
                    break;
                }
            }
        }
    }
    out
}

fn allowed(c: char) -> bool {
    let bidi = matches!(c, '\u{200e}' | '\u{200f}' | '\u{61c}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    let invisible = matches!(c, '\u{200b}'..='\u{200d}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}');
    !c.is_control() && !bidi && !invisible
}

impl<const MAX: usize> fmt::Display for Clean<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MAX: usize> From<&str> for Clean<MAX> {
    fn from(text: &str) -> Self {
        Self::new(text)
    }
}

impl<const MAX: usize> From<String> for Clean<MAX> {
    fn from(text: String) -> Self {
        Self::new(&text)
    }
}

impl<'de, const MAX: usize> Deserialize<'de> for Clean<MAX> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(|text| Self::new(&text))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn d1_outside_text_holds_nothing_that_moves_a_cursor_or_turns_a_line() {
        assert_eq!(Label::new("\u{1b}[31mred\u{1b}[0m\r\n\u{202e}evil\u{0}").as_str(), "redevil");
        assert_eq!(Label::new(&"x".repeat(1_000)).as_str().len(), 64);
        assert_eq!(Message::new(&"x".repeat(1_000)).as_str().len(), 512);
        assert_eq!(Label::exact("two\nlines"), None);
        assert_eq!(Label::exact(""), None);
        assert_eq!(Label::exact("Küche 2").unwrap().as_str(), "Küche 2");
    }

    proptest! {
        #[test]
        fn d1_no_text_whatever_gets_through_unclean(text: String) {
            let clean = Label::new(&text);
            prop_assert!(clean.as_str().chars().all(allowed));
            prop_assert!(clean.as_str().chars().count() <= 64);
            prop_assert_eq!(Label::new(clean.as_str()), clean);
        }
    }
}
