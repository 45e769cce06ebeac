//! A demo's outside: a simulated neighbourhood on loopback, and for `hmm demo` its control port.
//!
//! **Invariant:** in the demo the device guard lets nothing through but the neighbourhood's own addresses.

use super::furnish::Ports;
use futures_util::future::BoxFuture;
use hmm_domain::Timestamp;
use hmm_domain::port::Clock;
use hmm_engine::SystemClock;
use hmm_net::whereabouts::{Link, Observed};
use hmm_sim::{Control, ManualClock, Neighbourhood, NeighbourhoodConfig, SimError, demo_fleet};
use ipnet::{IpNet, Ipv4Net};
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

/// What the command line says about a demo.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DemoOptions {
    /// `None`: as WEB_PORT says.
    pub port: Option<u16>,
    pub seed: u64,
    pub manual_clock: bool,
    /// The folder goes when the demo ends.
    pub throw_away: bool,
}

/// Where simulated miners live.
pub(super) fn ranges() -> Vec<IpNet> {
    vec![IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(127, 77, 0, 0), 16))]
}

/// The demo's house stands among its miners.
pub(super) fn observed() -> Observed {
    let address = IpNet::V4(Ipv4Net::new_assert(Ipv4Addr::new(127, 77, 0, 254), 24));
    let link = Link { card: "demo".to_owned(), address };
    Observed { container: false, host_name: None, links: vec![link], gateways: Vec::new() }
}

/// The demo's time: real, or turned by hand. A driven clock starts at a fixed instant, so that a run can be repeated.
pub(super) struct DemoTime {
    pub(super) clock: Arc<dyn Clock>,
    manual: Option<ManualClock>,
}

/// 1 November 2026, noon UTC.
const START: Timestamp = Timestamp::from_millis(1_793_534_400_000);

impl DemoTime {
    pub(super) fn new(manual: bool) -> Self {
        if !manual {
            return Self { clock: Arc::new(SystemClock::new()), manual: None };
        }
        let clock = ManualClock::new(START);
        Self { clock: Arc::new(clock.clone()), manual: Some(clock) }
    }
}

/// Simulated miners that answer, and the desk at which they can be troubled.
pub(super) struct Outside {
    neighbourhood: Arc<Neighbourhood>,
    control: Option<Control>,
}

impl Outside {
    /// With a desk: for tests and for people who try things out at the command line.
    pub(super) async fn start(seed: u64, time: &DemoTime) -> Result<Self, SimError> {
        let Self { neighbourhood, .. } = Self::without_desk(seed, &time.clock).await?;
        let manual = time.manual.clone();
        // Real time moves by itself: asking for more of it does nothing.
        let advance = Arc::new(move |by: Duration| -> BoxFuture<'static, ()> {
            let manual = manual.clone();
            Box::pin(async move {
                if let Some(clock) = manual {
                    clock.advance(by).await;
                }
            })
        });
        let anywhere = SocketAddr::from((Ipv4Addr::LOCALHOST, 0));
        let control = Some(Control::start(Arc::clone(&neighbourhood), anywhere, advance)?);
        Ok(Self { neighbourhood, control })
    }

    /// The miners alone.
    pub(super) async fn without_desk(seed: u64, clock: &Arc<dyn Clock>) -> Result<Self, SimError> {
        let config = NeighbourhoodConfig { seed, miners: demo_fleet(), clock: Arc::clone(clock) };
        Ok(Self { neighbourhood: Arc::new(Neighbourhood::start(config).await?), control: None })
    }

    pub(super) fn control_address(&self) -> Option<SocketAddr> {
        self.control.as_ref().map(Control::address)
    }

    pub(super) fn addresses(&self) -> Vec<SocketAddr> {
        self.neighbourhood.addresses()
    }

    pub(super) fn ports(&self) -> Ports {
        self.neighbourhood.ports()
    }

    /// The miners with where they answer.
    pub(super) fn doors(&self) -> Vec<(String, SocketAddr)> {
        self.neighbourhood.names().into_iter().zip(self.addresses()).collect()
    }

    pub(super) async fn stop(&self) {
        if let Some(control) = &self.control {
            control.stop().await;
        }
        self.neighbourhood.stop().await;
    }
}
