//! A message as it travels inside: serialised once, numbered per connection by splicing.

use super::wire::LiveMessage;
use axum::extract::ws::Utf8Bytes;
use hmm_domain::Role;

/// What all viewers share of one message: everything but its number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Frame {
    /// `{"type":"reading"`
    head: String,
    /// `,"items":[…]}`
    tail: String,
    /// Who may see it.
    pub(super) least: Role,
    pub(super) ping: bool,
}

impl Frame {
    pub(super) fn new(message: &LiveMessage) -> Option<Self> {
        let least = match message {
            LiveMessage::Snapshot(_)
            | LiveMessage::Reading(_)
            | LiveMessage::Miner(_)
            | LiveMessage::System(_)
            | LiveMessage::Ping(_) => Role::Viewer,
            LiveMessage::Command(_) | LiveMessage::Event(_) | LiveMessage::Job(_) => Role::Operator,
        };
        let ping = matches!(message, LiveMessage::Ping(_));
        Self::split(serde_json::to_string(message).ok()?, least, ping)
    }

    /// From a message already written. Its first member is `type`.
    pub(super) fn split(text: String, least: Role, ping: bool) -> Option<Self> {
        let word = text.strip_prefix(r#"{"type":""#)?.find('"')?;
        let mut head = text;
        let tail = head.split_off(r#"{"type":""#.len() + word + 1);
        Some(Self { head, tail, least, ping })
    }

    /// The message with its number in it.
    pub(super) fn numbered(&self, seq: u64) -> Utf8Bytes {
        let mut text = String::with_capacity(self.head.len() + self.tail.len() + 28);
        text.push_str(&self.head);
        text.push_str(",\"seq\":");
        text.push_str(&seq.to_string());
        text.push_str(&self.tail);
        text.into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::live::wire::Readings;

    #[test]
    fn a_number_is_spliced_in_after_the_type() {
        let frame = Frame::new(&LiveMessage::Reading(Readings { items: Vec::new() })).unwrap();
        assert_eq!(frame.numbered(7).as_str(), r#"{"type":"reading","seq":7,"items":[]}"#);
        let bare = Frame::split(r#"{"type":"x"}"#.to_owned(), Role::Viewer, false).unwrap();
        assert_eq!(bare.numbered(0).as_str(), r#"{"type":"x","seq":0}"#);
    }
}
