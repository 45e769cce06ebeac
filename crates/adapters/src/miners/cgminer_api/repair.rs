//! Almost-JSON made JSON: raw line breaks in a message, a forgotten comma, one too many, a NUL, a `nan`.
//!
//! **Invariant:** nothing is closed that was left open, so that a reply that broke off stays broken; a text that was
//! JSON is not looked at here.

use std::fmt::Write;

/// The text as its writer meant it.
pub(super) fn repaired(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    let mut chars = text.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' => {
                missing_comma(&mut out);
                out.push('"');
                string(&mut out, &mut chars);
            }
            '{' | '[' => {
                missing_comma(&mut out);
                out.push(c);
            }
            '}' | ']' => {
                if last(&out) == Some(',') {
                    out.truncate(out.trim_end().len() - 1);
                }
                out.push(c);
            }
            c if part_of_word(c) => {
                let mut word = String::from(c);
                while let Some(next) = chars.next_if(|next| part_of_word(*next)) {
                    word.push(next);
                }
                out.push_str(&literal(&word));
            }
            '\0' => {}
            c => out.push(c),
        }
    }
    out
}

fn part_of_word(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '-' | '+' | '.' | '_' | '#')
}

/// A number or one of the three words; anything else that stands outside quotes is nothing.
fn literal(word: &str) -> String {
    if matches!(word, "true" | "false" | "null") || serde_json::from_str::<serde_json::Number>(word).is_ok() {
        return word.to_owned();
    }
    // `+5` and `007` are numbers to everybody but a parser.
    match word.parse::<f64>() {
        Ok(number) if number.is_finite() => number.to_string(),
        _ => "null".to_owned(),
    }
}

/// The rest of a string up to its closing quote.
fn string(out: &mut String, chars: &mut std::iter::Peekable<std::str::Chars<'_>>) {
    while let Some(c) = chars.next() {
        match c {
            '"' => {
                out.push('"');
                return;
            }
            '\\' => {
                out.push('\\');
                // A backslash that escapes nothing stands for itself.
                if !chars
                    .peek()
                    .is_some_and(|next| matches!(next, '"' | '\\' | '/' | 'b' | 'f' | 'n' | 'r' | 't' | 'u'))
                {
                    out.push('\\');
                } else if let Some(next) = chars.next() {
                    out.push(next);
                }
            }
            '\0' => {}
            c if c < ' ' => {
                // Writing to a String cannot fail.
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => out.push(c),
        }
    }
}

fn missing_comma(out: &mut String) {
    if matches!(last(out), Some('}' | ']')) {
        out.push(',');
    }
}

fn last(out: &str) -> Option<char> {
    out.trim_end().chars().next_back()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    #[test]
    fn what_these_devices_forget_is_put_right() {
        for (text, value) in [
            ("{\"Msg\":\"one\n two\r\"}", json!({ "Msg": "one\n two\r" })),
            (r#"{"a":[{"b":1}{"c":2}],}"#, json!({ "a": [{ "b": 1 }, { "c": 2 }] })),
            (r#"{"a":{}"b":[]"c":1}"#, json!({ "a": {}, "b": [], "c": 1 })),
            ("{\"a\":1,\0\"b\":\"x\0y\",}\0", json!({ "a": 1, "b": "xy" })),
            (
                r#"{"a":nan,"b":-nan,"c":inf,"d":+5,"e":007,"f":-1.5e3}"#,
                json!({ "a": null, "b": null, "c": null, "d": 5, "e": 7, "f": -1500.0 }),
            ),
            (r#"{"path":"C:\dev\"q\""}"#, json!({ "path": "C:\\dev\"q\"" })),
        ] {
            let repaired = repaired(text);
            let read: Value = serde_json::from_str(&repaired).unwrap_or_else(|error| panic!("{repaired}: {error}"));
            assert_eq!(read, value, "{text}");
        }
    }

    #[test]
    fn what_broke_off_stays_broken() {
        for text in [r#"{"a":1"#, r#"{"a":[{"b":"x"#, "{", r#"{"a":"#] {
            assert!(serde_json::from_str::<Value>(&repaired(text)).is_err(), "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn json_stays_what_it_was(text: String, number: i32) {
            let value = json!({ "text": text, "list": [number, { "deep": null }, true], "n": 1.5 });
            proptest::prop_assert_eq!(serde_json::from_str::<Value>(&repaired(&value.to_string())).unwrap(), value);
        }
    }
}
