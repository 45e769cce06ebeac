//! The OpenAPI document: whole, stable, and without a word of the domain's own.

use serde_json::Value;
use std::collections::BTreeSet;

fn document() -> Value {
    serde_json::from_str(&hmm_server::openapi::document()).unwrap()
}

fn references(value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Object(map) => {
            if let Some(Value::String(reference)) = map.get("$ref") {
                found.insert(reference.clone());
            }
            map.values().for_each(|inner| references(inner, found));
        }
        Value::Array(items) => items.iter().for_each(|inner| references(inner, found)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

#[test]
fn every_reference_resolves_and_every_component_is_used() {
    let document = document();
    let mut found = BTreeSet::new();
    references(&document, &mut found);
    for reference in &found {
        let pointer = reference.strip_prefix('#').unwrap();
        assert!(document.pointer(pointer).is_some(), "{reference} leads nowhere");
    }
    for kind in ["schemas", "responses", "parameters"] {
        for name in document["components"][kind].as_object().unwrap().keys() {
            let used = found.contains(&format!("#/components/{kind}/{name}"));
            assert!(used, "{kind}/{name} is used nowhere");
        }
    }
}

#[test]
fn the_same_program_writes_the_same_document() {
    assert_eq!(hmm_server::openapi::document(), hmm_server::openapi::document());
}

#[test]
fn every_operation_has_a_name_of_its_own_a_need_its_errors_and_a_sentence() {
    let document = document();
    let mut names = BTreeSet::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        for (method, operation) in item.as_object().unwrap() {
            let at = format!("{method} {path}");
            let name = operation["operationId"].as_str().unwrap_or_else(|| panic!("{at}"));
            assert!(names.insert(name.to_owned()), "{at}: {name} is there twice");
            assert!(operation["x-needs"].is_string(), "{at}");
            assert!(operation["summary"].is_string(), "{at} has no sentence");
            assert!(operation["tags"][0].is_string(), "{at} has no tag");
            let open = operation["x-needs"] == "nobody";
            assert_eq!(operation["security"].as_array().unwrap().is_empty(), open, "{at}");
            let responses = operation["responses"].as_object().unwrap();
            let wanted: &[&str] = if open { &["503"] } else { &["401", "403", "503"] };
            for status in wanted {
                assert!(responses.contains_key(*status), "{at}: {status}");
            }
            assert!(responses.keys().any(|status| status.starts_with('2') || status == "101"), "{at}");
        }
    }
    assert!(names.len() > 40, "{}", names.len());
}

#[test]
fn live_messages_are_components_with_a_word_each() {
    let document = document();
    let live = &document["components"]["schemas"]["LiveMessage"];
    let text = live.to_string();
    for word in ["snapshot", "reading", "miner", "command", "event", "job", "system", "ping"] {
        assert!(text.contains(&format!("\"{word}\"")), "{word} in {text}");
    }
    assert!(document["components"]["schemas"]["LiveFrame"].to_string().contains("seq"));
}
