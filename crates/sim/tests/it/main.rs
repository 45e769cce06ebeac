//! The neighbourhood from the outside: over real sockets, with a clock that the test turns.
//!
//! **Invariant:** the client here knows sockets and text, and nothing of the faces' code.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]

mod avalon;
mod client;
mod clock;
mod control;
mod doors;
mod faults;
mod info;
mod nerdos;
mod stock;
mod writes;
mod xmrig;

use client::Client;
use hmm_domain::Timestamp;
use hmm_domain::port::Clock;
use hmm_sim::{Generation, ManualClock, MinerSpec, Model, Neighbourhood, NeighbourhoodConfig};
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

/// 20 Nov 2026, 00:00 UTC.
const START: Timestamp = Timestamp::from_millis(1_795_132_800_000);

/// A neighbourhood with its clock.
struct Street {
    clock: ManualClock,
    sim: Arc<Neighbourhood>,
}

impl Street {
    async fn of(miners: Vec<MinerSpec>) -> Self {
        let clock = ManualClock::new(START);
        let config = NeighbourhoodConfig { seed: 7, miners, clock: Arc::new(clock.clone()) as Arc<dyn Clock> };
        let sim = Neighbourhood::start(config).await.expect("the neighbourhood starts");
        Self { clock, sim: Arc::new(sim) }
    }

    /// One Gamma called "kitchen".
    async fn with(generation: Generation) -> Self {
        Self::of(vec![kitchen(generation)]).await
    }

    fn kitchen(&self) -> Client {
        Client::at(self.sim.address("kitchen").expect("there is a kitchen"))
    }

    async fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds)).await;
    }
}

fn kitchen(generation: Generation) -> MinerSpec {
    MinerSpec::new("kitchen", Model::Gamma, generation, Ipv4Addr::new(127, 77, 200, 1))
}
