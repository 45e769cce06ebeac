//! Jobs that take their time: which of them run, and how one is told to end.
//!
//! **Invariant:** a job is under way once at a time, and is found here from before it is running until after it is booked.

use hmm_domain::JobId;
use parking_lot::Mutex;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use tokio_util::sync::CancellationToken;

#[derive(Default)]
pub(crate) struct UnderWay(Mutex<BTreeMap<JobId, CancellationToken>>);

impl UnderWay {
    /// What tells this run to end; `None` when the job was handed out twice, and the first does it.
    pub(crate) fn begin(&self, id: JobId) -> Option<CancellationToken> {
        match self.0.lock().entry(id) {
            Entry::Vacant(place) => Some(place.insert(CancellationToken::new()).clone()),
            Entry::Occupied(_) => None,
        }
    }

    pub(crate) fn over(&self, id: JobId) {
        self.0.lock().remove(&id);
    }

    /// Tells it to end. False when it is not under way.
    pub(crate) fn end(&self, id: JobId) -> bool {
        let found = self.0.lock().get(&id).cloned();
        found.as_ref().inspect(|end| end.cancel()).is_some()
    }
}
