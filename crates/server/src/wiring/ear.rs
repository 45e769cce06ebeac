//! Hears what NMMiner boards call out, as long as the program runs.
//!
//! **Invariant:** a port that cannot be had is a problem of the house and never its end; it is tried again.

use hmm_adapters::miners::nmminer;
use hmm_domain::port::Clock;
use hmm_engine::Engine;
use hmm_net::{NetError, Outbound};
use std::convert::Infallible;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

pub const NAME: &str = "nmminer-ear";
const PROBLEM: &str = "nmminer_port_taken";
const AGAIN: Duration = Duration::from_mins(5);

pub async fn hear(outbound: Outbound, clock: Arc<dyn Clock>, engine: Arc<Engine>, port: u16) {
    let (tasks, stop) = (engine.tasks().clone(), engine.tasks().stopping());
    loop {
        let error = tokio::select! {
            error = listen(&outbound, &clock, &engine, port) => error,
            () = stop.cancelled() => return,
        };
        let next = clock.now() + AGAIN;
        let text = format!("NMMiner boards cannot be heard at UDP port {port}: {error}");
        engine.problem(PROBLEM, &text, Some(next));
        tasks.failed(NAME, &text, Some(next));
        tokio::select! {
            awake = clock.sleep_until(next) => drop(awake),
            () = stop.cancelled() => return,
        }
    }
}

/// Returns only when it cannot go on.
async fn listen(outbound: &Outbound, clock: &Arc<dyn Clock>, engine: &Arc<Engine>, port: u16) -> NetError {
    // What is called to everybody arrives at all addresses of this machine.
    let everywhere = SocketAddr::from((Ipv4Addr::UNSPECIFIED, port));
    let heard: Result<Infallible, NetError> = match outbound.ear(everywhere, Arc::clone(clock), nmminer::accepts) {
        Ok(ear) => {
            engine.problem_over(PROBLEM);
            engine.tasks().beat(NAME, None);
            ear.listen().await
        }
        Err(error) => Err(error),
    };
    match heard {
        Err(error) => error,
        Ok(never) => match never {},
    }
}
