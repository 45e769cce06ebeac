//! Tuning profiles: settings that did well on one miner, with a name, for others of its kind.

use crate::command::Tuning;
use crate::ids::{FamilyId, ProfileId};
use crate::miner::Miner;
use crate::text::{Label, Message};
use crate::time::Timestamp;

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TuningProfile {
    pub id: ProfileId,
    pub name: Label,
    pub family: FamilyId,
    /// `None`: for every model of the family in whose range it is.
    pub model: Option<Label>,
    pub tuning: Tuning,
    pub made_by: Label,
    pub made_at: Timestamp,
}

impl TuningProfile {
    /// Why it is not for this miner, whatever its values.
    pub fn not_for(&self, miner: &Miner) -> Option<Message> {
        if self.family != miner.family {
            return Some(Message::new(&format!("{} is for {}, and this is {}", self.name, self.family, miner.family)));
        }
        let model = self.model.as_ref()?;
        if miner.profile.model.as_ref() == Some(model) {
            return None;
        }
        let is = miner.profile.model.as_ref().map_or("of an unknown model", Label::as_str);
        Some(Message::new(&format!("{} is for {model}, and this is {is}", self.name)))
    }
}
