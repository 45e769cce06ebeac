//! What the derives leave rough in the document, made smooth: one name for one thing, and facts that are always there.
//!
//! **Invariant:** changes how the document says something, never what the API does.

use serde_json::{Map, Value, json};
use std::collections::BTreeSet;

const SCHEMA: &str = "#/components/schemas/";

pub(super) fn tidy(document: &mut Value) {
    name_items_of_pages(document);
    describe_answers(document);
    drop_unused(document);
    say_what_is_always_there(document);
}

fn schemas(document: &mut Value) -> Option<&mut Map<String, Value>> {
    document.pointer_mut("/components/schemas")?.as_object_mut()
}

/// A page of miners refers to a miner instead of spelling it out again.
fn name_items_of_pages(document: &mut Value) {
    let Some(schemas) = schemas(document) else { return };
    for (name, schema) in schemas {
        let Some(item) = name.strip_prefix("Page_") else { continue };
        if let Some(items) = schema.pointer_mut("/properties/items/items") {
            *items = json!({ "$ref": format!("{SCHEMA}{item}") });
        }
    }
}

/// Readers of the older format want a sentence for each answer.
fn describe_answers(document: &mut Value) {
    for operation in operations(document) {
        let Some(answers) = operation.get_mut("responses").and_then(Value::as_object_mut) else { continue };
        for (status, answer) in answers {
            let words = match status.as_str() {
                "201" => "Made",
                "202" => "Taken",
                "204" => "Done",
                _ => "OK",
            };
            let answer = answer.as_object_mut();
            if let Some(answer) = answer.filter(|answer| !answer.contains_key("$ref")) {
                let described = answer.get("description").and_then(Value::as_str).is_some_and(|text| !text.is_empty());
                if !described {
                    answer.insert("description".to_owned(), words.into());
                }
            }
        }
    }
}

fn operations(document: &mut Value) -> impl Iterator<Item = &mut Value> {
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    paths.into_iter().flatten().filter_map(|(_, item)| item.as_object_mut()).flatten().map(|(_, operation)| operation)
}

fn drop_unused(document: &mut Value) {
    let mut used = BTreeSet::new();
    let mut fresh = references(&document["paths"]);
    fresh.extend(references(&document["components"]["responses"]));
    while let Some(name) = fresh.pop_first() {
        if used.insert(name.clone()) {
            fresh.extend(references(&document["components"]["schemas"][&name]));
        }
    }
    if let Some(schemas) = schemas(document) {
        schemas.retain(|name, _| used.contains(name));
    }
}

/// Names of the schemas that are referred to somewhere in `value`.
fn references(value: &Value) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    match value {
        Value::Object(map) => {
            if let Some(name) = map.get("$ref").and_then(Value::as_str).and_then(|text| text.strip_prefix(SCHEMA)) {
                found.insert(name.to_owned());
            }
            map.values().for_each(|inner| found.extend(references(inner)));
        }
        Value::Array(items) => items.iter().for_each(|inner| found.extend(references(inner))),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
    found
}

/// An answer holds every field: what is not known is `null`, never absent. Bodies of requests may leave out.
fn say_what_is_always_there(document: &mut Value) {
    let mut sent = BTreeSet::new();
    for operation in operations(document) {
        sent.extend(references(&operation["requestBody"]));
    }
    let Some(schemas) = schemas(document) else { return };
    for (_, schema) in schemas.iter_mut().filter(|(name, _)| !sent.contains(*name)) {
        require_all(schema);
    }
}

fn require_all(schema: &mut Value) {
    let Some(map) = schema.as_object_mut() else { return };
    if let Some(properties) = map.get("properties").and_then(Value::as_object) {
        let all: Vec<Value> = properties.keys().map(|name| name.as_str().into()).collect();
        map.insert("required".to_owned(), all.into());
    }
    for word in ["allOf", "oneOf"] {
        for inner in map.get_mut(word).and_then(Value::as_array_mut).into_iter().flatten() {
            require_all(inner);
        }
    }
}
