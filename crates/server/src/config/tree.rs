//! YAML as a tree that knows where each of its values stands.
//!
//! **Invariant (D2):** at most 256 KB, 32 levels, one document, no anchors or aliases, no key twice.

use super::Fault;
use serde::de::{self, Deserialize, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_saphyr::{Location, Spanned};
use std::fmt;

const BYTES_MAX: usize = 256 * 1024;
const DEPTH_MAX: usize = 32;

/// One value. Numbers keep the text they were written as where that matters little: nothing here is a fraction.
#[derive(Debug, Clone)]
pub(crate) enum Node {
    Nothing,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Spanned<Node>>),
    Section(Vec<(Spanned<String>, Spanned<Node>)>),
}

/// The root of `text`, or nothing when it holds only comments.
pub(crate) fn parse(text: &str) -> Result<Option<Spanned<Node>>, Fault> {
    if text.len() > BYTES_MAX {
        return Err(fault(1, 1, format!("the file has {} bytes; at most {BYTES_MAX} are read", text.len())));
    }
    let options = serde_saphyr::options! {
        budget: serde_saphyr::budget! {
            max_aliases: 0,
            max_anchors: 0,
            max_merge_keys: 0,
            max_documents: 1,
            max_depth: DEPTH_MAX,
        },
        strict_booleans: true,
        with_snippet: false,
    };
    match serde_saphyr::from_str_with_options::<Spanned<Node>>(text, options) {
        Ok(root) if matches!(root.value, Node::Nothing) => Ok(None),
        Ok(root) => Ok(Some(root)),
        Err(error) => Err(explain(&error)),
    }
}

/// The library's words, in one line and with what to do for what people really meet.
fn explain(error: &serde_saphyr::Error) -> Fault {
    use serde_saphyr::Error;
    let (line, column) = error.location().map_or((1, 1), |at| position(&at));
    let say = match error.without_snippet() {
        Error::DuplicateMappingKey { key: Some(key), .. } => format!("key {key} stands here twice; keep one"),
        Error::Budget { breach, .. } => limit(breach),
        Error::MultipleDocuments { .. } => "a second document begins here; remove the line ---".to_owned(),
        other => {
            let words = other.to_string();
            let words = words.lines().next().unwrap_or_default();
            let words = words.split(" at line ").next().unwrap_or_default();
            format!("this is not YAML: {words}")
        }
    };
    fault(line, column, say)
}

fn limit(breach: &serde_saphyr::budget::BudgetBreach) -> String {
    use serde_saphyr::budget::BudgetBreach as B;
    match breach {
        B::Aliases { .. } | B::Anchors { .. } | B::MergeKeys { .. } => {
            "anchors and aliases (&, *, <<) are not accepted; write the value out".to_owned()
        }
        B::Depth { .. } => format!("nested deeper than {DEPTH_MAX} levels"),
        B::Documents { .. } => "a second document begins here; remove the line ---".to_owned(),
        _ => "the file is larger than any configuration".to_owned(),
    }
}

pub(crate) fn position(at: &Location) -> (u64, u64) {
    (at.line().max(1), at.column().max(1))
}

fn fault(line: u64, column: u64, say: String) -> Fault {
    Fault { line, column, key: None, say }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value")
    }

    fn visit_unit<E: de::Error>(self) -> Result<Node, E> {
        Ok(Node::Nothing)
    }

    fn visit_none<E: de::Error>(self) -> Result<Node, E> {
        Ok(Node::Nothing)
    }

    fn visit_some<D: Deserializer<'de>>(self, deserializer: D) -> Result<Node, D::Error> {
        Node::deserialize(deserializer)
    }

    fn visit_bool<E: de::Error>(self, value: bool) -> Result<Node, E> {
        Ok(Node::Bool(value))
    }

    fn visit_i64<E: de::Error>(self, value: i64) -> Result<Node, E> {
        Ok(Node::Number(value.to_string()))
    }

    fn visit_u64<E: de::Error>(self, value: u64) -> Result<Node, E> {
        Ok(Node::Number(value.to_string()))
    }

    fn visit_i128<E: de::Error>(self, value: i128) -> Result<Node, E> {
        Ok(Node::Number(value.to_string()))
    }

    fn visit_u128<E: de::Error>(self, value: u128) -> Result<Node, E> {
        Ok(Node::Number(value.to_string()))
    }

    fn visit_f64<E: de::Error>(self, value: f64) -> Result<Node, E> {
        Ok(Node::Number(value.to_string()))
    }

    fn visit_str<E: de::Error>(self, value: &str) -> Result<Node, E> {
        Ok(Node::Text(value.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Node, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Node::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Node, A::Error> {
        let mut section = Vec::new();
        while let Some(entry) = entries.next_entry()? {
            section.push(entry);
        }
        Ok(Node::Section(section))
    }
}
