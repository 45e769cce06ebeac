//! What a file says of requests: paths, and the commands with their templates.
//!
//! **Invariant:** a path leads to the device that is spoken to and to no other; what a template inserts is known when the
//! file is read.

use super::reader::{Item, Reader};
use crate::config::tree::Node;
use hmm_adapters::miners::custom::{Body, Order, OrderKind, Template};
use hmm_net::Method;
use std::collections::BTreeMap;

pub(super) const PATH_WANTED: &str = "a path such as /api/status, without spaces and without http://";
const PATH_MAX: usize = 1_024;

fn path_ok(text: &str) -> bool {
    let visible = |c: char| c.is_ascii_graphic() && !matches!(c, '#' | '"' | '<' | '>' | '\\' | '^' | '`' | '|');
    text.starts_with('/') && text.len() <= PATH_MAX && text.chars().all(visible)
}

/// A path that stays as it is written.
pub(super) fn plain_path(reader: &mut Reader, item: &Item<'_>, text: &str) -> Option<String> {
    if path_ok(text) && !text.contains(['{', '}']) {
        return Some(text.to_owned());
    }
    reader.not(item, PATH_WANTED);
    None
}

pub(super) fn commands(reader: &mut Reader, item: &Item<'_>) -> BTreeMap<OrderKind, Order> {
    let names = OrderKind::ALL.map(OrderKind::as_str);
    let mut all = BTreeMap::new();
    for entry in reader.entries(item) {
        let kind = OrderKind::ALL.into_iter().find(|kind| kind.as_str() == entry.name());
        let Some(kind) = kind else {
            reader.unknown(&entry, &names);
            continue;
        };
        if let Some(order) = order(reader, &entry, kind) {
            all.insert(kind, order);
        }
    }
    all
}

fn order(reader: &mut Reader, item: &Item<'_>, kind: OrderKind) -> Option<Order> {
    let (mut method, mut path, mut body, mut taken) = (Method::POST, None, None, None);
    for entry in reader.entries(item) {
        match entry.name() {
            "method" => {
                let methods =
                    [("GET", &Method::GET), ("POST", &Method::POST), ("PUT", &Method::PUT), ("PATCH", &Method::PATCH)];
                method = reader.one_of(&entry, &methods).cloned().unwrap_or(method);
            }
            "path" => path = template_path(reader, &entry, kind),
            "body" => body = template_body(reader, &entry, kind),
            "taken" => taken = reader.code(&entry),
            _ => reader.unknown(&entry, &["method", "path", "body", "taken"]),
        }
    }
    if path.is_none() {
        reader.fault(item, "it needs a path");
    }
    if method == Method::GET && body.is_some() {
        reader.fault(item, "a GET has no body; write method: POST, or remove the body");
    }
    Some(Order { method, path: path?, body, taken })
}

fn template_path(reader: &mut Reader, item: &Item<'_>, kind: OrderKind) -> Option<Template> {
    let text = reader.text(item, PATH_WANTED)?;
    if !path_ok(text) {
        reader.not(item, PATH_WANTED);
        return None;
    }
    template(reader, item, text, kind)
}

fn template(reader: &mut Reader, item: &Item<'_>, text: &str, kind: OrderKind) -> Option<Template> {
    match Template::parse(text, kind.values()) {
        Ok(template) => Some(template),
        Err(error) => {
            let known: Vec<_> = kind.values().iter().map(|name| format!("{{{name}}}")).collect();
            let known = if known.is_empty() { "nothing".to_owned() } else { known.join(", ") };
            reader.fault(item, format!("{error}; this command may insert {known}"));
            None
        }
    }
}

/// A body is written as YAML and sent as JSON; its texts are templates.
fn template_body(reader: &mut Reader, item: &Item<'_>, kind: OrderKind) -> Option<Body> {
    Some(match item.node {
        Node::Nothing => Body::Null,
        Node::Bool(truth) => Body::Bool(*truth),
        Node::Number(text) => {
            let number = text.parse().ok();
            if number.is_none() {
                reader.not(item, "a number that JSON knows");
            }
            Body::Number(number?)
        }
        Node::Text(text) => Body::Text(template(reader, item, text, kind)?),
        Node::List(_) => {
            let items = reader.items(item);
            Body::List(items.iter().filter_map(|item| template_body(reader, item, kind)).collect())
        }
        Node::Section(_) => {
            let entries = reader.entries(item);
            let entry = |entry: &Item<'_>, name: &str, reader: &mut Reader| {
                Some((name.to_owned(), template_body(reader, entry, kind)?))
            };
            // The key as it is written; it may hold dots.
            let names = match item.node {
                Node::Section(entries) => entries.iter().map(|(name, _)| name.value.as_str()),
                _ => return None,
            };
            Body::Object(names.zip(&entries).filter_map(|(name, item)| entry(item, name, reader)).collect())
        }
    })
}
