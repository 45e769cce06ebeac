//! JSON in the program's own order, which matters where a reply is cut short.
//!
//! **Invariant:** knows nothing about fields; wrong types are made here so that no field can forget.

use serde_json::{Map, Value, json};

/// An object whose members stand in the order given.
pub(super) fn in_order(members: &[(&str, Value)]) -> String {
    let members: Vec<String> = members.iter().map(|(name, value)| format!("{}:{value}", Value::from(*name))).collect();
    format!("{{{}}}", members.join(","))
}

/// Another type for everything: text for numbers, numbers for text, objects for lists.
pub(super) fn wrong(value: &Value) -> Value {
    match value {
        Value::Number(number) => number.to_string().into(),
        Value::String(text) => text.len().into(),
        Value::Bool(on) => (if *on { "yes" } else { "no" }).into(),
        Value::Array(_) => json!({ "unexpected": null }),
        Value::Object(members) => {
            let wronged: Map<String, Value> =
                members.iter().map(|(name, value)| (name.clone(), wrong(value))).collect();
            Value::Object(wronged)
        }
        Value::Null => Value::Null,
    }
}
