//! What both doors (device replies, API bodies) need to know about JSON before they parse it, and how secrets are
//! hidden in a reply that a person may see.

use serde_json::Value;

/// Deepest nesting that is parsed at all.
pub const DEPTH_MAX: usize = 64;

/// Nesting depth of a JSON text, without parsing it.
pub fn depth(bytes: &[u8]) -> usize {
    let (mut depth, mut max, mut in_string, mut escaped) = (0usize, 0usize, false, false);
    for byte in bytes {
        if in_string {
            match byte {
                _ if escaped => escaped = false,
                b'\\' => escaped = true,
                b'"' => in_string = false,
                _ => {}
            }
            continue;
        }
        match byte {
            b'"' => in_string = true,
            b'{' | b'[' => {
                depth += 1;
                max = max.max(depth);
            }
            b'}' | b']' => depth = depth.saturating_sub(1),
            _ => {}
        }
    }
    max
}

/// What stands in place of a secret.
pub const MASK: &str = "••••";

/// Hides secrets in a raw reply: by the pattern of the key, and by known secret values wherever they stand.
pub fn mask(value: &mut Value, known_secrets: &[String]) {
    match value {
        Value::Object(map) => {
            for (key, inner) in map.iter_mut() {
                if secret_key(key) && !matches!(inner, Value::Null | Value::Bool(_)) {
                    *inner = Value::from(MASK);
                } else {
                    mask(inner, known_secrets);
                }
            }
        }
        Value::Array(items) => items.iter_mut().for_each(|inner| mask(inner, known_secrets)),
        Value::String(text) => {
            for secret in known_secrets.iter().filter(|s| !s.is_empty()) {
                if text.contains(secret.as_str()) {
                    *text = text.replace(secret.as_str(), MASK);
                }
            }
        }
        Value::Null | Value::Bool(_) | Value::Number(_) => {}
    }
}

fn secret_key(key: &str) -> bool {
    let key = key.to_ascii_lowercase();
    ["pass", "pwd", "secret", "token", "apikey", "api_key", "auth", "otp", "ssid", "webhook", "cert", "privkey"]
        .iter()
        .any(|word| key.contains(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn depth_counts_brackets_outside_strings() {
        assert_eq!(depth(br#"{"a":[1,[2]],"b":"[[[\"{"}"#), 3);
        assert_eq!(depth(b"]]]"), 0);
    }

    #[test]
    fn d9_raw_replies_are_masked_by_key_and_by_known_value() {
        let mut value = serde_json::json!({
            "ssid": "home", "wifiPass": "hunter2", "stratumPassword": "x", "apEnabled": 0,
            "pools": [{"stratumPassword": "y", "url": "http://hook/s3cret"}], "note": "s3cret inside",
        });
        mask(&mut value, &["s3cret".to_owned()]);
        let text = value.to_string();
        for secret in ["home", "hunter2", "s3cret", "\"y\""] {
            assert!(!text.contains(secret), "{secret} in {text}");
        }
        assert_eq!(value["apEnabled"], 0);
    }
}
