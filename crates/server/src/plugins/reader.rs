//! A walk through a file's tree that goes on after a fault, so that all of them are told at once.
//!
//! **Invariant:** whatever stands in the file, a walk ends; a value that is not as wanted leaves a fault behind.

use crate::config::tree::{Node, position};
use crate::config::{Fault, parse_duration, show_duration, unknown_key};
use hmm_domain::Label;
use serde_saphyr::{Location, Spanned};
use std::time::Duration;

/// So many faults are told of one file.
const FAULTS_MAX: usize = 50;

/// An expression, and where it stands.
pub(super) struct Place {
    pub(super) key: String,
    pub(super) at: Location,
    pub(super) code: String,
}

#[derive(Default)]
pub(super) struct Reader {
    pub(super) faults: Vec<Fault>,
    pub(super) expressions: Vec<Place>,
}

/// A value with the path of its key.
#[derive(Clone)]
pub(super) struct Item<'a> {
    pub(super) key: String,
    /// Where its key stands; the value, in a list.
    pub(super) at: Location,
    pub(super) node: &'a Node,
}

impl<'a> Item<'a> {
    pub(super) fn root(node: &'a Spanned<Node>) -> Self {
        Self { key: String::new(), at: node.referenced, node: &node.value }
    }

    pub(super) fn name(&self) -> &str {
        self.key.rsplit('.').next().unwrap_or_default()
    }
}

impl Reader {
    pub(super) fn fault(&mut self, item: &Item<'_>, say: impl Into<String>) {
        self.fault_at(item.at, &item.key, say);
    }

    pub(super) fn fault_at(&mut self, at: Location, key: &str, say: impl Into<String>) {
        let (line, column) = position(&at);
        if self.faults.len() < FAULTS_MAX {
            self.faults.push(Fault {
                line,
                column,
                key: Some(key.to_owned()).filter(|k| !k.is_empty()),
                say: say.into(),
            });
        }
    }

    /// What stands there is not what is wanted.
    pub(super) fn not(&mut self, item: &Item<'_>, wanted: &str) {
        let found = match item.node {
            Node::Nothing => {
                return self.fault(item, format!("nothing stands here; write {wanted}, or remove the line"));
            }
            Node::Bool(value) => value.to_string(),
            Node::Number(text) | Node::Text(text) => format!("\"{}\"", Label::new(text)),
            Node::List(_) => "a list".to_owned(),
            Node::Section(_) => "a section".to_owned(),
        };
        self.fault(item, format!("{found} is not accepted here; write {wanted}"));
    }

    pub(super) fn unknown(&mut self, item: &Item<'_>, known: &[&str]) {
        self.fault(item, unknown_key(item.name(), known));
    }

    /// The entries below a key. One that holds nothing has none.
    pub(super) fn entries<'a>(&mut self, item: &Item<'a>) -> Vec<Item<'a>> {
        let Node::Section(entries) = item.node else {
            self.not(item, "a section with keys below it");
            return Vec::new();
        };
        let path = |name: &str| if item.key.is_empty() { name.to_owned() } else { format!("{}.{name}", item.key) };
        let entry = |(name, node): &'a (Spanned<String>, Spanned<Node>)| Item {
            key: path(&name.value),
            at: name.referenced,
            node: &node.value,
        };
        entries.iter().map(entry).collect()
    }

    pub(super) fn items<'a>(&mut self, item: &Item<'a>) -> Vec<Item<'a>> {
        let Node::List(items) = item.node else {
            self.not(item, "a list: lines that begin with -");
            return Vec::new();
        };
        let one = |(i, node): (usize, &'a Spanned<Node>)| Item {
            key: format!("{}[{i}]", item.key),
            at: node.referenced,
            node: &node.value,
        };
        items.iter().enumerate().map(one).collect()
    }

    pub(super) fn text<'a>(&mut self, item: &Item<'a>, wanted: &str) -> Option<&'a str> {
        if let Node::Text(text) = item.node {
            return Some(text);
        }
        self.not(item, wanted);
        None
    }

    pub(super) fn truth(&mut self, item: &Item<'_>) -> Option<bool> {
        if let Node::Bool(value) = item.node {
            return Some(*value);
        }
        self.not(item, "true or false");
        None
    }

    pub(super) fn one_of<T: Copy>(&mut self, item: &Item<'_>, choices: &[(&str, T)]) -> Option<T> {
        let names: Vec<_> = choices.iter().map(|(name, _)| *name).collect();
        let wanted = format!("one of {}", names.join(", "));
        let text = self.text(item, &wanted)?;
        let found = choices.iter().find(|(name, _)| *name == text).map(|(_, value)| *value);
        if found.is_none() {
            self.not(item, &wanted);
        }
        found
    }

    /// A number within bounds, inclusive.
    pub(super) fn number(&mut self, item: &Item<'_>, least: f64, most: f64) -> Option<f64> {
        let number = match item.node {
            Node::Number(text) => text.parse().ok().filter(|number| (least..=most).contains(number)),
            _ => None,
        };
        if number.is_none() {
            self.not(item, &format!("a number from {least} to {most}"));
        }
        number
    }

    /// The same, whole.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "whole, and within u32 by its bounds")]
    pub(super) fn whole(&mut self, item: &Item<'_>, least: u32, most: u32) -> Option<u32> {
        let number = self.number(item, least.into(), most.into())?;
        if number.fract().abs() > 0.0 {
            self.not(item, "a whole number");
            return None;
        }
        Some(number as u32)
    }

    /// `[least, most]`.
    pub(super) fn range(&mut self, item: &Item<'_>, least: f64, most: f64) -> Option<(f64, f64)> {
        let Node::List(items) = item.node else {
            self.not(item, "two numbers such as [400, 600]");
            return None;
        };
        if items.len() != 2 {
            self.fault(item, "write two numbers, the lowest and the highest, such as [400, 600]");
            return None;
        }
        let both: Vec<f64> = self.items(item).iter().filter_map(|item| self.number(item, least, most)).collect();
        match both.as_slice() {
            [low, high] if low <= high => Some((*low, *high)),
            [_, _] => {
                self.fault(item, "the first of the two is the larger; write the lowest first");
                None
            }
            _ => None,
        }
    }

    pub(super) fn span(&mut self, item: &Item<'_>, least: Duration, most: Duration) -> Option<Duration> {
        let wanted = format!("a duration from {} to {}, such as 30s or 5m", show_duration(least), show_duration(most));
        let span = parse_duration(self.text(item, &wanted)?).filter(|span| (least..=most).contains(span));
        if span.is_none() {
            self.not(item, &wanted);
        }
        span
    }

    /// A jq expression: looked at later, all of a file at once.
    pub(super) fn code(&mut self, item: &Item<'_>) -> Option<String> {
        let code = match item.node {
            Node::Text(text) | Node::Number(text) => text.clone(),
            Node::Bool(value) => value.to_string(),
            _ => {
                self.not(item, "a jq expression in quotes, such as '.status.power'");
                return None;
            }
        };
        self.expressions.push(Place { key: item.key.clone(), at: item.at, code: code.clone() });
        Some(code)
    }
}
