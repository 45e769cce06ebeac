//! Events inside the program. A slow listener misses some and is told so; nobody waits for it.

use hmm_domain::event::HouseEvent;
use std::sync::Arc;
use tokio::sync::broadcast;

#[derive(Clone)]
pub(crate) struct Bus(broadcast::Sender<Arc<HouseEvent>>);

impl Bus {
    pub(crate) fn new() -> Self {
        Self(broadcast::Sender::new(1024))
    }

    pub(crate) fn say(&self, event: HouseEvent) {
        // Nobody listening is no failure.
        let _ = self.0.send(Arc::new(event));
    }

    pub(crate) fn listen(&self) -> broadcast::Receiver<Arc<HouseEvent>> {
        self.0.subscribe()
    }
}
