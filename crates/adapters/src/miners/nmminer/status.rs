//! What a device of this family said, by whichever way.
//!
//! **Invariant:** data; which way it came decides what may be asked of the device.

use crate::miners::shared::masked;
use crate::miners::shared::pools::PoolSetting;
use hmm_domain::Label;
use hmm_domain::miner::Identity;
use hmm_domain::port::Answer;
use hmm_domain::reading::Reading;
use serde_json::Value;

/// How it speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// HTTP with JSON, firmware 2.0 and newer.
    Http,
    /// The light look at the same firmware.
    Probe,
    /// An NMAxe, which has HTTP of another make.
    Axe,
    /// The older page.
    Page,
    /// Datagrams.
    Datagram,
}

pub(super) struct Status {
    pub(super) way: Way,
    pub(super) reading: Reading,
    pub(super) raw: Value,
    pub(super) model: Option<Label>,
    pub(super) host_name: Option<Label>,
    /// The pool that is set first, where it says so.
    pub(super) primary: Option<PoolSetting>,
    /// There is HTTP to be had, which tells more.
    pub(super) has_more: bool,
}

impl Status {
    /// No device of this family says its MAC.
    pub(super) fn into_answer(self, secrets: &[String]) -> Answer {
        Answer { reading: self.reading, identity: Identity::None, raw: masked(self.raw, secrets) }
    }
}

/// A name of a device, where there is one.
pub(super) fn label(text: Option<&str>) -> Option<Label> {
    text.map(Label::new).filter(|label| !label.is_empty())
}
