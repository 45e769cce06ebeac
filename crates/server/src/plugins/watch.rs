//! The loop that looks into the folder.
//!
//! **Invariant:** what it found is told to the engine until the engine has taken it.

use super::Plugins;
use hmm_domain::port::Clock;
use hmm_engine::{Engine, Tasks};
use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

/// A person who saves a file and looks at the page sees it.
const EVERY: Duration = Duration::from_secs(5);
const NAME: &str = "plugins";

/// Looks until the tasks stop.
pub fn watch(
    plugins: Arc<Plugins>,
    engine: Arc<Engine>,
    clock: Arc<dyn Clock>,
    tasks: Tasks,
) -> impl Future<Output = ()> + Send {
    // Counted as awake from here on, and not only once it runs: a driven clock cannot step past it.
    let mut awake = clock.awake();
    async move {
        let stop = tasks.stopping();
        let mut told = true;
        loop {
            let sleep = clock.sleep_until(clock.now() + EVERY);
            drop(awake);
            awake = tokio::select! {
                awake = sleep => awake,
                () = stop.cancelled() => return,
            };
            let changed = look(&plugins, &tasks, &*clock).await;
            if changed || !told {
                told = match engine.families_change(plugins.families()).await {
                    Ok(()) => true,
                    Err(error) => {
                        tasks.failed(NAME, &error.to_string(), Some(clock.now() + EVERY));
                        continue;
                    }
                };
            }
            tasks.beat(NAME, Some(clock.now() + EVERY));
        }
    }
}

/// One look, away from the loops. Returns whether anything is other than before.
pub async fn look(plugins: &Plugins, tasks: &Tasks, clock: &dyn Clock) -> bool {
    let look = plugins.begin();
    let found = tasks.spawn_blocking(NAME, move || look.take()).await;
    plugins.settle(clock.now(), found).await
}
