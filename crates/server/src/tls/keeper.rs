//! The loops around it: one that looks at the certificate every minute, one that tells the house what is wrong.
//!
//! **Invariant:** the first runs whether or not there is a house; time is handed in.

use super::Tls;
use super::round::KINDS;
use hmm_domain::port::Clock;
use hmm_engine::{Engine, Tasks};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

const EVERY: Duration = Duration::from_mins(1);
const NAME: &str = "tls";

/// Renews and reloads until the tasks stop.
pub fn keep(tls: Arc<Tls>, clock: Arc<dyn Clock>, tasks: Tasks) -> impl Future<Output = ()> + Send {
    // Counted as awake from here on, and not only once it runs: a driven clock cannot step past it.
    let mut awake = clock.awake();
    async move {
        let stop = tasks.stopping();
        loop {
            let sleep = clock.sleep_until(clock.now() + EVERY);
            drop(awake);
            awake = tokio::select! {
                awake = sleep => awake,
                () = stop.cancelled() => return,
            };
            let (tls, now) = (Arc::clone(&tls), clock.now());
            tasks.spawn_blocking(NAME, move || tls.round(now)).await;
            tasks.beat(NAME, Some(clock.now() + EVERY));
        }
    }
}

/// Puts what is wrong onto the System page, and takes it off.
pub async fn tell(tls: Arc<Tls>, engine: Arc<Engine>) {
    let (mut news, stop) = (tls.watch(), engine.tasks().stopping());
    loop {
        let troubles = tls.troubles();
        for kind in KINDS {
            match troubles.get(kind) {
                Some(text) => engine.problem(kind, text, None),
                None => engine.problem_over(kind),
            }
        }
        tokio::select! {
            changed = news.changed() => if changed.is_err() { return },
            () = stop.cancelled() => return,
        }
    }
}
