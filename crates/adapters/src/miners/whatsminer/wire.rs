//! A Whatsminer's own words: three questions, and where in its replies what stands.
//!
//! **Invariant:** every field may be missing and may be of any type.

use crate::miners::cgminer_api::Fields;
use serde_json::Value;

/// The three questions, with the name under which each reply is kept.
pub(super) const DEVICE: (&str, &str) = ("device", r#"{"cmd":"get.device.info"}"#);
pub(super) const SUMMARY: (&str, &str) = ("summary", r#"{"cmd":"get.miner.status","param":"summary"}"#);
pub(super) const POOLS: (&str, &str) = ("pools", r#"{"cmd":"get.miner.status","param":"pools"}"#);

/// The text with its length in front, least significant byte first.
pub(super) fn framed(text: &str) -> Vec<u8> {
    let length = u32::try_from(text.len()).unwrap_or(u32::MAX);
    let mut bytes = length.to_le_bytes().to_vec();
    bytes.extend_from_slice(text.as_bytes());
    bytes
}

/// What stands at `path` below the message of a reply.
pub(super) fn at<'a>(reply: &'a Value, path: &[&str]) -> Option<&'a Value> {
    path.iter().try_fold(reply.get("msg")?, |value, key| value.get(key))
}

pub(super) fn fields<'a>(reply: Option<&'a Value>, path: &[&str]) -> Option<Fields<'a>> {
    at(reply?, path)?.as_object().map(Fields)
}
