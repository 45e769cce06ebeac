//! JSON from outside: measured before it is parsed.
//!
//! **Invariant:** nothing nested deeper than [`DEPTH_MAX`] reaches the parser.

use hmm_domain::json::{DEPTH_MAX, depth};
use serde_json::Value;

/// Why a text could not be read. Never repeats the text.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum JsonError {
    #[error("nested deeper than {DEPTH_MAX} levels")]
    TooDeep,
    /// What the parser says, with line and column.
    #[error("{0}")]
    NotJson(String),
}

pub fn parse(bytes: &[u8]) -> Result<Value, JsonError> {
    if depth(bytes) > DEPTH_MAX {
        return Err(JsonError::TooDeep);
    }
    serde_json::from_slice(bytes).map_err(|error| JsonError::NotJson(error.to_string()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn d2_deep_json_is_refused_before_it_is_parsed() {
        let nested = |levels: usize| format!("{}1{}", "[".repeat(levels), "]".repeat(levels));
        assert!(parse(nested(DEPTH_MAX).as_bytes()).is_ok());
        assert_eq!(parse(nested(DEPTH_MAX + 1).as_bytes()), Err(JsonError::TooDeep));
        assert_eq!(parse("[".repeat(1_000_000).as_bytes()), Err(JsonError::TooDeep));
        assert!(matches!(parse(b"{\"a\":"), Err(JsonError::NotJson(_))));
    }
}
