//! Replies in the older text form, for devices that know no other: `STATUS=S,…|VERSION,PROD=…|`.
//!
//! **Invariant:** brackets keep their commas; everything stays text, and whoever reads a number reads it from text.

use serde_json::{Map, Value};

/// The same as the JSON form would say, joined or not; `None` when it is no such reply.
pub(super) fn read(text: &str) -> Option<Value> {
    if text.starts_with("STATUS=") {
        return Some(Value::Object(reply(&split(text, '|'))));
    }
    if !text.starts_with("CMD=") {
        return None;
    }
    let sections = split(text, '|');
    let starts = |section: &String| section.starts_with("CMD=");
    let joined = sections.chunk_by(|_, next| !starts(next)).filter_map(|part| {
        let (name, rest) = part.split_first()?;
        let value = Value::Array(vec![Value::Object(reply(rest))]);
        Some((name.strip_prefix("CMD=")?.to_owned(), value))
    });
    Some(Value::Object(joined.collect()))
}

/// One reply of several sections.
fn reply(sections: &[String]) -> Map<String, Value> {
    let mut reply: Map<String, Value> = Map::new();
    for section in sections {
        let mut row = Map::new();
        let mut name = None;
        for field in split(section, ',') {
            let (key, value) = match field.split_once('=') {
                Some((key, value)) => (key, Some(value)),
                None => (field.as_str(), None),
            };
            name.get_or_insert_with(|| key.to_owned());
            if let Some(value) = value {
                row.insert(unescaped(key), Value::from(unescaped(value)));
            }
        }
        let Some(name) = name.filter(|name| !name.is_empty()) else { continue };
        let name = match name.as_str() {
            "POOL" => "POOLS",
            "ASC" | "PGA" => "DEVS",
            other => other,
        };
        if let Value::Array(rows) = reply.entry(name).or_insert_with(|| Value::Array(Vec::new())) {
            rows.push(Value::Object(row));
        }
    }
    reply
}

/// Splits where `at` stands neither behind a backslash nor in brackets. Backslashes stay.
fn split(text: &str, at: char) -> Vec<String> {
    let (mut parts, mut part, mut depth, mut escaped) = (Vec::new(), String::new(), 0_usize, false);
    for c in text.chars() {
        if escaped {
            escaped = false;
        } else if c == '\\' {
            escaped = true;
        } else if c == '[' {
            depth += 1;
        } else if c == ']' {
            depth = depth.saturating_sub(1);
        } else if c == at && depth == 0 {
            parts.push(std::mem::take(&mut part));
            continue;
        }
        part.push(c);
    }
    if !part.trim().is_empty() {
        parts.push(part);
    }
    parts
}

fn unescaped(text: &str) -> String {
    let mut chars = text.chars();
    let mut out = String::with_capacity(text.len());
    while let Some(c) = chars.next() {
        out.extend(if c == '\\' { chars.next() } else { Some(c) });
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn sections_and_fields_are_told_apart_and_brackets_keep_their_commas() {
        let text = r"STATUS=S,When=5,Msg=a\,b\=c|STATS=0,ID=X,MM ID0=Ver[1] SYS[In Work, Board: 1] T[2],Count=1|POOL=0,URL=u|POOL=1,URL=v|";
        let expected = json!({
            "STATUS": [{ "STATUS": "S", "When": "5", "Msg": "a,b=c" }],
            "STATS": [{ "STATS": "0", "ID": "X", "MM ID0": "Ver[1] SYS[In Work, Board: 1] T[2]", "Count": "1" }],
            "POOLS": [{ "POOL": "0", "URL": "u" }, { "POOL": "1", "URL": "v" }],
        });
        assert_eq!(read(text), Some(expected));
        let joined =
            "CMD=version|STATUS=S,Code=22|VERSION,PROD=Avalon Q|CMD=summary|STATUS=S,Code=11|SUMMARY,Elapsed=5|";
        let expected = json!({
            "version": [{ "STATUS": [{ "STATUS": "S", "Code": "22" }], "VERSION": [{ "PROD": "Avalon Q" }] }],
            "summary": [{ "STATUS": [{ "STATUS": "S", "Code": "11" }], "SUMMARY": [{ "Elapsed": "5" }] }],
        });
        assert_eq!(read(joined), Some(expected));
        assert_eq!(read("HTTP/1.1 400 Bad Request"), None);
        assert_eq!(read(""), None);
    }

    proptest::proptest! {
        #[test]
        fn any_text_is_read(text: String) {
            read(&format!("STATUS={text}"));
            read(&format!("CMD={text}"));
        }
    }
}
