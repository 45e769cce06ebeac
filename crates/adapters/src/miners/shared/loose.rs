//! Values of whatever type a firmware happens to print.
//!
//! **Invariant:** none of these types ever fails to deserialise: a value of another type is an unknown value, and never
//! the end of its neighbours.

use serde::de::{DeserializeOwned, IgnoredAny, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::Value;
use std::fmt;

/// A number, printed as integer, float or text. Finite.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub(crate) struct Number(pub(crate) Option<f64>);

/// A truth, printed as `true`, `1`, or one of these in quotes.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Flag(pub(crate) Option<bool>);

/// Off, or one of several kinds of on: a truth, or a number of which zero is off.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Switch(pub(crate) Option<bool>);

/// A text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Text(pub(crate) Option<String>);

/// A text where a number is as good: board numbers and difficulties have been printed as both.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct TextOrNumber(pub(crate) Option<String>);

/// The entries of a list that have the right shape.
#[derive(Debug, Clone)]
pub(crate) struct List<T>(pub(crate) Option<Vec<T>>);

/// The entries of a list in their places; one of another shape is unknown and keeps its place.
#[derive(Debug, Clone)]
pub(crate) struct Row<T>(pub(crate) Option<Vec<Option<T>>>);

/// An object of the right shape.
#[derive(Debug, Clone)]
pub(crate) struct Maybe<T>(pub(crate) Option<T>);

/// A list of plain numbers; an entry that is none stays in it as unknown.
#[derive(Debug, Clone, Default)]
pub(crate) struct Numbers(pub(crate) Option<Vec<Number>>);

impl<T> Default for List<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Default for Row<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl<T> Default for Maybe<T> {
    fn default() -> Self {
        Self(None)
    }
}

impl Number {
    /// The number, if it lies where such a number can lie.
    pub(crate) fn within(self, least: f64, most: f64) -> Option<f64> {
        self.0.filter(|value| (least..=most).contains(value))
    }

    /// The same, rounded to a whole number.
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "both ends are within u64")]
    pub(crate) fn rounded(self, least: u32, most: u64) -> Option<u64> {
        let value = self.0?.round();
        (f64::from(least)..=exact(most)).contains(&value).then_some(value as u64)
    }

    /// A count: not negative, small enough to have been counted exactly.
    pub(crate) fn count(self) -> Option<u64> {
        self.rounded(0, 1 << 53)
    }

    /// A whole number of at least one, as options and ports are.
    pub(crate) fn whole(self) -> Option<u32> {
        let whole = Self(self.0.filter(|value| value.fract() == 0.0));
        whole.rounded(1, u32::MAX.into()).and_then(|value| u32::try_from(value).ok())
    }
}

#[expect(clippy::cast_precision_loss, reason = "no counter of these devices reaches 2^53")]
fn exact(count: u64) -> f64 {
    count as f64
}

impl Text {
    pub(crate) fn as_str(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }

    /// The text, if there is any.
    pub(crate) fn some(&self) -> Option<&str> {
        self.0.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }
}

impl TextOrNumber {
    pub(crate) fn some(&self) -> Option<&str> {
        self.0.as_deref().map(str::trim).filter(|text| !text.is_empty())
    }
}

enum Loose {
    Number(f64),
    Flag(bool),
    Text(String),
    Other,
}

struct AnyShape;

impl<'de> Visitor<'de> for AnyShape {
    type Value = Loose;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_bool<E>(self, value: bool) -> Result<Loose, E> {
        Ok(Loose::Flag(value))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Loose, E> {
        let size = exact(value.unsigned_abs());
        Ok(Loose::Number(if value < 0 { -size } else { size }))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Loose, E> {
        Ok(Loose::Number(exact(value)))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Loose, E> {
        Ok(Loose::Number(value))
    }

    fn visit_str<E>(self, value: &str) -> Result<Loose, E> {
        Ok(Loose::Text(value.to_owned()))
    }

    fn visit_unit<E>(self) -> Result<Loose, E> {
        Ok(Loose::Other)
    }

    fn visit_none<E>(self) -> Result<Loose, E> {
        Ok(Loose::Other)
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Loose, A::Error> {
        while seq.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Loose::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Loose, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Loose::Other)
    }
}

impl<'de> Deserialize<'de> for Number {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let number = match deserializer.deserialize_any(AnyShape)? {
            Loose::Number(value) => Some(value),
            Loose::Text(text) => text.trim().parse().ok(),
            Loose::Flag(_) | Loose::Other => None,
        };
        // "NaN" and "inf" parse as floats and are no numbers.
        Ok(Self(number.filter(|value| value.is_finite())))
    }
}

impl<'de> Deserialize<'de> for Flag {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match deserializer.deserialize_any(AnyShape)? {
            Loose::Flag(value) => Some(value),
            Loose::Number(0.0) => Some(false),
            Loose::Number(1.0) => Some(true),
            Loose::Text(text) => match text.trim() {
                "true" | "1" => Some(true),
                "false" | "0" => Some(false),
                _ => None,
            },
            Loose::Number(_) | Loose::Other => None,
        }))
    }
}

impl<'de> Deserialize<'de> for Switch {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match deserializer.deserialize_any(AnyShape)? {
            Loose::Flag(on) => Some(on),
            Loose::Number(kind) => Some(kind.abs() > 0.0),
            Loose::Text(_) | Loose::Other => None,
        }))
    }
}

impl<'de> Deserialize<'de> for Text {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match deserializer.deserialize_any(AnyShape)? {
            Loose::Text(text) => Some(text),
            Loose::Number(_) | Loose::Flag(_) | Loose::Other => None,
        }))
    }
}

impl<'de> Deserialize<'de> for TextOrNumber {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match deserializer.deserialize_any(AnyShape)? {
            Loose::Text(text) => Some(text),
            Loose::Number(value) => Some(value.to_string()),
            Loose::Flag(_) | Loose::Other => None,
        }))
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Maybe<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(object(Value::deserialize(deserializer)?)))
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for List<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match Value::deserialize(deserializer)? {
            Value::Array(items) => Some(items.into_iter().filter_map(object).collect()),
            _ => None,
        }))
    }
}

impl<'de, T: DeserializeOwned> Deserialize<'de> for Row<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(Self(match Value::deserialize(deserializer)? {
            Value::Array(items) => Some(items.into_iter().map(object).collect()),
            _ => None,
        }))
    }
}

impl<'de> Deserialize<'de> for Numbers {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = Value::deserialize(deserializer)?;
        Ok(Self(serde_json::from_value(value).ok()))
    }
}

/// serde would read an array as the fields of a struct in order; an array is not what was meant.
fn object<T: DeserializeOwned>(value: Value) -> Option<T> {
    value.is_object().then(|| serde_json::from_value(value).ok()).flatten()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn a_value_of_another_type_is_unknown_and_never_an_error() {
        let number = |value: Value| serde_json::from_value::<Number>(value).unwrap().0;
        assert_eq!(number(json!(1.5)), Some(1.5));
        assert_eq!(number(json!(" 1000.5 ")), Some(1000.5));
        for bad in [json!(null), json!("NaN"), json!("inf"), json!("1e999"), json!(true), json!([1]), json!({"a": [1]})]
        {
            assert_eq!(number(bad.clone()), None, "{bad}");
        }
        let flag = |value: Value| serde_json::from_value::<Flag>(value).unwrap().0;
        for (yes, no) in [(json!(true), json!(false)), (json!(1), json!(0)), (json!("1"), json!("false"))] {
            assert_eq!((flag(yes), flag(no)), (Some(true), Some(false)));
        }
        for bad in [json!(2), json!("enabled"), json!(null), json!([]), json!({})] {
            assert_eq!(flag(bad.clone()), None, "{bad}");
        }
        let switch = |value: Value| serde_json::from_value::<Switch>(value).unwrap().0;
        for (on, off) in [(json!(true), json!(false)), (json!(1), json!(0)), (json!(2), json!(0.0))] {
            assert_eq!((switch(on), switch(off)), (Some(true), Some(false)));
        }
        assert_eq!([json!("on"), json!(null), json!([])].map(switch), [None; 3]);
        let row = serde_json::from_value::<Row<Maybe<Value>>>(json!([7, { "a": 1 }, null])).unwrap().0.unwrap();
        assert_eq!(row.iter().map(Option::is_some).collect::<Vec<_>>(), [false, true, false]);
        let text = |value: Value| serde_json::from_value::<Text>(value).unwrap().0;
        assert_eq!((text(json!("a")), text(json!(601)), text(json!([]))), (Some("a".into()), None, None));
        let either = |value: Value| serde_json::from_value::<TextOrNumber>(value).unwrap().0;
        assert_eq!((either(json!(601)), either(json!(0.11))), (Some("601".into()), Some("0.11".into())));
        assert_eq!((either(json!("601")), either(json!([]))), (Some("601".into()), None));
    }

    #[test]
    fn counts_and_options_refuse_what_cannot_be_counted() {
        let number = |value: f64| Number(Some(value));
        assert_eq!((number(3.4).count(), number(-1.0).count(), number(1e300).count()), (Some(3), None, None));
        assert_eq!((number(525.0).whole(), number(525.5).whole(), number(0.0).whole()), (Some(525), None, None));
    }
}
