//! One request in flight per device over the whole program: polls, commands and scans wait for each other here.
//!
//! **Invariant:** a lane exists only while somebody stands in it; a device that is gone costs nothing.

use parking_lot::Mutex;
use std::collections::HashMap;
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::sync::{Mutex as Turn, OwnedMutexGuard};

/// Lanes by the address that is really spoken to, so that two names of one device share one.
#[derive(Clone, Default)]
pub(crate) struct Lanes(Arc<Mutex<HashMap<SocketAddr, Arc<Turn<()>>>>>);

/// A place in a lane. Gives it up when dropped, waiting or not.
pub(crate) struct Place {
    lanes: Lanes,
    address: SocketAddr,
    turn: Option<OwnedMutexGuard<()>>,
}

impl Lanes {
    /// Waits for its turn. First come, first served.
    pub(crate) async fn enter(&self, address: SocketAddr) -> Place {
        let lane = Arc::clone(self.0.lock().entry(address).or_default());
        // Made before waiting: whoever gives up while waiting leaves through `Drop` as well.
        let mut place = Place { lanes: self.clone(), address, turn: None };
        place.turn = Some(lane.lock_owned().await);
        place
    }

    #[cfg(test)]
    fn len(&self) -> usize {
        self.0.lock().len()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut lanes = self.lanes.0.lock();
        self.turn = None;
        // Every other holder or waiter has a copy of its own, and copies are made under this lock only.
        if lanes.get(&self.address).is_some_and(|lane| Arc::strong_count(lane) == 1) {
            lanes.remove(&self.address);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::future::Future;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    #[tokio::test]
    async fn the_second_waits_for_the_first_and_an_empty_lane_is_forgotten() {
        let lanes = Lanes::default();
        let (here, there) = (SocketAddr::from(([10, 0, 0, 1], 80)), SocketAddr::from(([10, 0, 0, 2], 80)));
        let first = lanes.enter(here).await;
        let other = lanes.enter(there).await;
        let mut context = Context::from_waker(Waker::noop());
        {
            let mut second = pin!(lanes.enter(here));
            assert!(second.as_mut().poll(&mut context).is_pending());
            drop(first);
            assert!(matches!(second.as_mut().poll(&mut context), Poll::Ready(_)));
        }
        drop(other);
        assert_eq!(lanes.len(), 0);
    }

    #[tokio::test]
    async fn who_gives_up_while_waiting_leaves_no_trace() {
        let lanes = Lanes::default();
        let here = SocketAddr::from(([10, 0, 0, 1], 80));
        let first = lanes.enter(here).await;
        {
            let mut second = pin!(lanes.enter(here));
            assert!(second.as_mut().poll(&mut Context::from_waker(Waker::noop())).is_pending());
        }
        drop(first);
        assert_eq!(lanes.len(), 0);
    }
}
