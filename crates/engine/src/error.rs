//! Why the engine could not do what was asked. Named by what the caller can do.

use hmm_domain::MinerId;
use hmm_domain::port::{DriverError, StoreError};
use hmm_domain::text::Message;

#[derive(Debug, thiserror::Error)]
pub enum EngineError {
    #[error("there is no miner {0}")]
    UnknownMiner(MinerId),
    /// The number of something that the last scan did not find.
    #[error("the last scan found nothing with the number {0}")]
    UnknownFind(i64),
    #[error("another miner has this name")]
    NameTaken,
    #[error("this device is miner {0} already")]
    IdentityKnown(MinerId),
    #[error(transparent)]
    Driver(#[from] DriverError),
    /// This device cannot do that, whatever is asked of it.
    #[error("this miner cannot do that: {0}")]
    Unsupported(Message),
    /// Not now, or not without another decision first.
    #[error("refused: {0}")]
    Refused(Message),
    /// A field of the request is wrong.
    #[error("{pointer}: {why}")]
    Invalid { pointer: &'static str, why: Message },
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error("the program is stopping")]
    Stopping,
}
