//! What has happened and has not been told yet.
//!
//! **Invariant:** bounded by the size of the fleet: a miner is in here once, however often it changed.

use hmm_domain::event::{HouseEvent, Notice};
use hmm_domain::{CommandId, JobId, MinerId};
use std::collections::BTreeSet;

/// More than this between two rounds means that viewers had better start afresh.
const TOLD_MAX: usize = 512;

#[derive(Default)]
pub(super) struct Pending {
    pub(super) readings: BTreeSet<MinerId>,
    pub(super) miners: BTreeSet<MinerId>,
    pub(super) gone: BTreeSet<MinerId>,
    pub(super) commands: BTreeSet<CommandId>,
    pub(super) jobs: BTreeSet<JobId>,
    pub(super) notices: Vec<Notice>,
    pub(super) system: bool,
    /// Something was missed: everybody starts afresh.
    pub(super) afresh: bool,
}

impl Pending {
    pub(super) fn is_empty(&self) -> bool {
        self.readings.is_empty()
            && self.miners.is_empty()
            && self.gone.is_empty()
            && self.commands.is_empty()
            && self.jobs.is_empty()
            && self.notices.is_empty()
            && !self.system
            && !self.afresh
    }

    pub(super) fn take(&mut self, event: &HouseEvent) {
        match event {
            HouseEvent::Reading(id) => {
                // The whole miner is on its way anyway.
                if !self.miners.contains(id) {
                    self.readings.insert(*id);
                }
            }
            HouseEvent::Miner(id) => {
                self.readings.remove(id);
                self.miners.insert(*id);
            }
            HouseEvent::MinerGone(id) => {
                self.readings.remove(id);
                self.miners.remove(id);
                self.gone.insert(*id);
            }
            HouseEvent::Command(id) => {
                self.commands.insert(*id);
            }
            HouseEvent::Job(id) => {
                self.jobs.insert(*id);
            }
            HouseEvent::Notice(notice) => self.notices.push(notice.clone()),
            HouseEvent::System => self.system = true,
            // The gatekeeper tells live sockets itself.
            HouseEvent::Access(_) => {}
        }
        if self.notices.len() + self.commands.len() + self.jobs.len() > TOLD_MAX {
            self.missed();
        }
    }

    pub(super) fn missed(&mut self) {
        *self = Self { afresh: true, ..Self::default() };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_miner_is_told_once_and_whole_rather_than_in_parts() {
        let (one, two) = (MinerId::new(1), MinerId::new(2));
        let mut pending = Pending::default();
        for event in
            [HouseEvent::Reading(one), HouseEvent::Reading(one), HouseEvent::Miner(two), HouseEvent::Reading(two)]
        {
            pending.take(&event);
        }
        assert_eq!((pending.readings.len(), pending.miners.len()), (1, 1));
        pending.take(&HouseEvent::MinerGone(two));
        assert_eq!((pending.miners.len(), pending.gone.len()), (0, 1));
    }

    #[test]
    fn a_storm_of_news_becomes_one_fresh_start() {
        let mut pending = Pending::default();
        for id in 0..=TOLD_MAX {
            pending.take(&HouseEvent::Command(CommandId::new(i64::try_from(id).unwrap())));
        }
        assert!(pending.afresh && pending.commands.is_empty());
    }
}
