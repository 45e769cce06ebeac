//! What several families have in common: loose values, option lists, pools, and the manners of an HTTP exchange.
//!
//! **Invariant:** no vendor's word stands here; a piece is here because at least two families mean the same by it.

pub(crate) mod choice;
pub(crate) mod http;
pub(crate) mod loose;
pub(crate) mod pools;
pub(crate) mod tuning;
pub(crate) mod values;

use hmm_domain::Message;
use hmm_domain::json::mask;
use hmm_domain::miner::Identity;
use hmm_domain::port::DriverError;
use serde_json::Value;

/// S8. A device that was known by its MAC and does not say it any more may be another one: nothing is written either.
/// Without a known MAC there is nothing to compare, and the identity is shown as weak.
pub(crate) fn same_device(expected: &Identity, found: &Identity) -> Result<(), DriverError> {
    if matches!(expected, Identity::None) || expected == found {
        return Ok(());
    }
    Err(DriverError::WrongDevice { expected: name(expected), found: name(found) })
}

fn name(identity: &Identity) -> String {
    match identity {
        Identity::Mac(value) | Identity::Serial(value) | Identity::Worker(value) => value.clone(),
        Identity::None => "a device that does not say its MAC".to_owned(),
    }
}

pub(crate) fn malformed(call: &'static str, why: String) -> DriverError {
    DriverError::Malformed { call, why }
}

pub(crate) fn stranger(what: &str) -> DriverError {
    DriverError::NotRecognised(what.into())
}

pub(crate) fn unsupported(what: &str) -> DriverError {
    DriverError::Unsupported(what.into())
}

/// Refused by us: the device has not heard of it.
pub(crate) fn refused(why: &str) -> DriverError {
    DriverError::Refused(format!("not sent: {why}").into())
}

/// A JSON object; what is something else does not come from this family.
pub(crate) fn object(call: &'static str, body: &[u8]) -> Result<Value, DriverError> {
    if body.iter().find(|byte| !byte.is_ascii_whitespace()) != Some(&b'{') {
        return Err(stranger("it answers, but not with a JSON object"));
    }
    hmm_net::json::parse(body).map_err(|error| malformed(call, error.to_string()))
}

/// What it said: the message of a JSON object, else the text as it stands, cleaned.
pub(crate) fn words(body: &[u8]) -> Option<Message> {
    let message = hmm_net::json::parse(body).ok().and_then(|value| {
        let said = ["message", "error"].iter().find_map(|key| value.get(*key).and_then(Value::as_str));
        said.map(str::to_owned)
    });
    let text = message.unwrap_or_else(|| String::from_utf8_lossy(body).into_owned());
    Some(Message::new(&text)).filter(|words| !words.is_empty())
}

/// The raw reply leaves only with its secrets masked (D9).
pub(crate) fn masked(mut raw: Value, secrets: &[String]) -> Value {
    mask(&mut raw, secrets);
    raw
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn s8_a_device_that_no_longer_says_its_mac_is_not_the_known_one() {
        let mac = |text: &str| Identity::from_mac(text).unwrap();
        let known = mac("02:00:00:00:00:01");
        assert!(same_device(&known, &mac("02-00-00-00-00-01")).is_ok());
        assert!(same_device(&Identity::None, &known).is_ok());
        for other in [mac("02:00:00:00:00:02"), Identity::None] {
            assert!(matches!(same_device(&known, &other), Err(DriverError::WrongDevice { .. })));
        }
    }

    #[test]
    fn d1_the_devices_words_are_cleaned_before_they_are_shown() {
        let said = |body: &[u8]| words(body).map(|words| words.as_str().to_owned());
        assert_eq!(said(br#"{"message":"Mining paused"}"#).as_deref(), Some("Mining paused"));
        assert_eq!(said(b"Wrong API \x1b[31minput\r\n").as_deref(), Some("Wrong API input"));
        assert_eq!(said(b"\xff\x00"), Some("\u{fffd}".to_owned()));
        assert_eq!(said(b" "), None);
    }
}
