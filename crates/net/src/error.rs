//! Why an exchange with a device failed.
//!
//! **Invariant:** an error after which a write may have arrived says so: [`NetError::maybe_arrived`].

use crate::guard::Forbidden;
use std::time::Duration;

/// Named by what the caller can do about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NetError {
    /// A person must change the address, or the ranges.
    #[error("{address} is refused: {why}")]
    NotAllowed { address: String, why: Forbidden },
    /// Nothing was sent. Try later.
    #[error("{address} cannot be reached: {why}")]
    Unreachable { address: String, why: String },
    /// Too slow: to connect (nothing was sent) or to answer (what was sent may have acted).
    #[error("{address} {} within {within:?}", if *after_sending { "did not finish its answer" } else { "did not take the connection" })]
    TimedOut { address: String, within: Duration, after_sending: bool },
    /// The connection dropped after the request was sent. A write has probably acted.
    #[error("{address} dropped the connection: {why}")]
    Dropped { address: String, why: String },
    /// It answered, and what came is no HTTP.
    #[error("{address} does not speak HTTP: {why}")]
    NotHttp { address: String, why: String },
    /// It answered with more than any such device has to say.
    #[error("{address} answered with more than {limit} bytes")]
    TooLarge { address: String, limit: usize },
    /// It compressed what was asked for uncompressed. Limits count before unpacking, so nothing is unpacked.
    #[error("{address} answered compressed ({encoding}), which was not asked for")]
    Compressed { address: String, encoding: String },
    /// The client itself could not be built, or was asked for something that is no request.
    #[error("the request could not be made: {0}")]
    Ourselves(String),
}

impl NetError {
    /// The request may have reached the device and acted, although no whole answer came back.
    pub const fn maybe_arrived(&self) -> bool {
        match self {
            Self::TimedOut { after_sending, .. } => *after_sending,
            Self::Dropped { .. } | Self::NotHttp { .. } | Self::TooLarge { .. } | Self::Compressed { .. } => true,
            Self::NotAllowed { .. } | Self::Unreachable { .. } | Self::Ourselves(_) => false,
        }
    }
}

/// Sorts a client error: what happened before the request left is `Unreachable`, everything later `Dropped`.
pub(crate) fn from_client(address: &str, within: Duration, error: &reqwest::Error) -> NetError {
    let address = address.to_owned();
    if error.is_builder() {
        return NetError::Ourselves(root(error));
    }
    if error.is_timeout() {
        return NetError::TimedOut { address, within, after_sending: !error.is_connect() };
    }
    if error.is_connect() {
        return NetError::Unreachable { address, why: root(error) };
    }
    if find::<hyper::Error>(error).is_some_and(hyper::Error::is_parse) {
        return NetError::NotHttp { address, why: root(error) };
    }
    NetError::Dropped { address, why: root(error) }
}

/// What an error of a socket means to a person, where we have words for it.
pub(crate) fn said(error: &std::io::Error) -> Option<&'static str> {
    use std::io::ErrorKind;
    match error.kind() {
        ErrorKind::ConnectionRefused => Some("nothing listens on this port"),
        ErrorKind::HostUnreachable | ErrorKind::NetworkUnreachable => Some("there is no way to it"),
        ErrorKind::ConnectionReset | ErrorKind::BrokenPipe => Some("it reset the connection"),
        ErrorKind::UnexpectedEof => Some("the answer broke off"),
        _ => None,
    }
}

fn find<'a, E: std::error::Error + 'static>(error: &'a (dyn std::error::Error + 'static)) -> Option<&'a E> {
    let mut current = Some(error);
    while let Some(inner) = current {
        if let Some(found) = inner.downcast_ref::<E>() {
            return Some(found);
        }
        current = inner.source();
    }
    None
}

/// The innermost reason: the outer ones repeat the address and the library's name.
fn root(error: &(dyn std::error::Error + 'static)) -> String {
    if let Some(known) = find::<std::io::Error>(error).and_then(said) {
        return known.to_owned();
    }
    if find::<hyper::Error>(error).is_some_and(hyper::Error::is_incomplete_message) {
        return "the answer broke off".to_owned();
    }
    let mut current = error;
    while let Some(inner) = current.source() {
        current = inner;
    }
    current.to_string()
}
