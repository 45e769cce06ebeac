//! Between the vocabulary and what a column holds.
//!
//! **Invariant:** a value that cannot be read back is `Corrupt`, with the words around it; it is never replaced by a
//! default.

use crate::error::Result;
use hmm_domain::Timestamp;
use hmm_domain::port::StoreError;
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub(crate) fn json<T: Serialize>(value: &T) -> Result<String> {
    serde_json::to_string(value).map_err(|e| StoreError::Corrupt(format!("cannot be written as JSON: {e}")))
}

pub(crate) fn from_json<T: DeserializeOwned>(what: &str, text: &str) -> Result<T> {
    serde_json::from_str(text).map_err(|e| StoreError::Corrupt(format!("{what}: {e}")))
}

/// The stable word of an enum without content: `mining`, `set_mode`.
pub(crate) fn word<T: Serialize>(value: &T) -> Result<String> {
    match serde_json::to_value(value) {
        Ok(Value::String(word)) => Ok(word),
        other => Err(StoreError::Corrupt(format!("not a word: {other:?}"))),
    }
}

pub(crate) fn from_word<T: DeserializeOwned>(what: &str, word: &str) -> Result<T> {
    serde_json::from_value(Value::from(word)).map_err(|e| StoreError::Corrupt(format!("{what}: {e}")))
}

pub(crate) fn unsigned<T: TryFrom<i64>>(what: &str, value: i64) -> Result<T> {
    T::try_from(value).map_err(|_| StoreError::Corrupt(format!("{what} cannot be {value}")))
}

pub(crate) fn at(ms: i64) -> Timestamp {
    Timestamp::from_millis(ms)
}
