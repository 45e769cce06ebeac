//! Going to sleep without a gap: the proof of being awake is given up only once the next wake-up is known to the clock,
//! so that a driven clock cannot step past it.

use hmm_domain::Timestamp;
use hmm_domain::port::{Awake, Clock};
use std::future::{Future, poll_fn};
use std::pin::pin;
use std::task::Poll;

/// Sleeps until `at`; drops `held` as soon as the sleep is registered.
pub(crate) async fn rest_until(clock: &dyn Clock, at: Timestamp, held: &mut Option<Awake>) -> Awake {
    let mut sleep = pin!(clock.sleep_until(at));
    poll_fn(|context| match sleep.as_mut().poll(context) {
        Poll::Ready(awake) => Poll::Ready(awake),
        Poll::Pending => {
            held.take();
            Poll::Pending
        }
    })
    .await
}
