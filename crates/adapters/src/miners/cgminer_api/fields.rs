//! The fields of one row, read leniently: numbers as text, missing, `null`, or of another type altogether.
//!
//! **Invariant:** a value of another type is an unknown value, and never the end of its neighbours.

use serde_json::{Map, Value};

/// One row of a section, such as a pool.
#[derive(Debug, Clone, Copy)]
pub(in crate::miners) struct Fields<'a>(pub(in crate::miners) &'a Map<String, Value>);

/// A finite number in whatever way it was printed.
pub(in crate::miners) fn number(value: &Value) -> Option<f64> {
    let number = match value {
        Value::Number(number) => number.as_f64(),
        Value::String(text) => text.trim().trim_end_matches('%').parse().ok(),
        _ => None,
    };
    // "NaN" and "inf" parse as floats and are no numbers.
    number.filter(|value: &f64| value.is_finite())
}

impl<'a> Fields<'a> {
    pub(in crate::miners) fn number(self, key: &str) -> Option<f64> {
        self.0.get(key).and_then(number)
    }

    /// The number, if it lies where such a number can lie.
    pub(in crate::miners) fn within(self, key: &str, least: f64, most: f64) -> Option<f64> {
        self.number(key).filter(|value| (least..=most).contains(value))
    }

    /// A count: not negative, small enough to have been counted exactly.
    pub(in crate::miners) fn count(self, key: &str) -> Option<u64> {
        count(self.number(key)?)
    }

    /// The text, if there is any.
    pub(in crate::miners) fn text(self, key: &str) -> Option<&'a str> {
        self.0.get(key)?.as_str().map(str::trim).filter(|text| !text.is_empty())
    }

    pub(in crate::miners) fn flag(self, key: &str) -> Option<bool> {
        match self.0.get(key)? {
            Value::Bool(on) => Some(*on),
            Value::Number(number) => match number.as_f64()? {
                0.0 => Some(false),
                1.0 => Some(true),
                _ => None,
            },
            Value::String(text) => match text.trim().to_ascii_lowercase().as_str() {
                "true" | "1" | "y" => Some(true),
                "false" | "0" | "n" => Some(false),
                _ => None,
            },
            _ => None,
        }
    }
}

/// A count: not negative, small enough to have been counted exactly.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "both ends are within u64")]
pub(in crate::miners) fn count(value: f64) -> Option<u64> {
    let value = value.round();
    (0.0..=9_007_199_254_740_992.0).contains(&value).then_some(value as u64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_value_of_another_type_is_unknown() {
        let value =
            json!({ "a": "13301.38", "b": 5, "c": null, "d": "nan", "e": [], "f": "1e999", "g": "2.13%", "h": -4 });
        let fields = Fields(value.as_object().unwrap());
        assert_eq!(
            (fields.number("a"), fields.number("b"), fields.number("g")),
            (Some(13_301.38), Some(5.0), Some(2.13))
        );
        for key in ["c", "d", "e", "f", "missing"] {
            assert_eq!(fields.number(key), None, "{key}");
        }
        assert_eq!((fields.count("b"), fields.count("h")), (Some(5), None));
    }

    #[test]
    fn a_truth_is_read_in_its_spellings() {
        let value = json!({ "a": true, "b": 1, "c": "false", "d": "N", "e": 2, "f": "maybe", "g": {} });
        let fields = Fields(value.as_object().unwrap());
        let read = ["a", "b", "c", "d", "e", "f", "g"].map(|key| fields.flag(key));
        assert_eq!(read, [Some(true), Some(true), Some(false), Some(false), None, None, None]);
    }
}
