//! The neighbourhood as this machine sees it: its own networks, who answers in them, and who announces itself.
//!
//! **Invariant:** no device is spoken to. What is announced is an address and nothing else, and only one at which a miner
//! may be; the guard decides again before anything is sent there (S6).

use crate::ears;
use crate::neighbours;
use crate::udp::Hearsay;
use crate::whereabouts::{Look, judge};
use async_trait::async_trait;
use hmm_domain::port::{Neighbour, Vicinity};
use ipnet::IpNet;
use std::net::IpAddr;
use std::time::Duration;

/// The network around this machine.
pub struct Standpoint {
    look: Look,
    device_ranges: Vec<IpNet>,
    /// What devices have called out. A simulated neighbourhood is not in the kernel's tables, and the real one is none
    /// of its business.
    real: Option<Hearsay>,
}

/// Devices call every few seconds; one that has not for so long has gone.
const CALLED_WITHIN: Duration = Duration::from_mins(1);

impl Standpoint {
    pub fn real(look: Look, device_ranges: Vec<IpNet>, hearsay: Hearsay) -> Self {
        Self { look, device_ranges, real: Some(hearsay) }
    }

    pub fn simulated(look: Look, device_ranges: Vec<IpNet>) -> Self {
        Self { look, device_ranges, real: None }
    }
}

#[async_trait]
impl Vicinity for Standpoint {
    fn own_ranges(&self) -> Vec<IpNet> {
        judge(&(self.look)(), &self.device_ranges).own_ranges
    }

    fn neighbour(&self, address: IpAddr) -> Neighbour {
        if self.real.is_some() { neighbours::neighbour(address) } else { Neighbour::Unseen }
    }

    fn calling(&self) -> Vec<IpAddr> {
        self.real.as_ref().map(|hearsay| hearsay.strangers(CALLED_WITHIN)).unwrap_or_default()
    }

    async fn announced(&self) -> Result<Vec<IpAddr>, String> {
        if self.real.is_none() {
            return Ok(Vec::new());
        }
        let heard = ears::miners_announced().await?;
        let allowed = |address: &IpAddr| self.device_ranges.iter().any(|range| range.contains(address));
        Ok(heard.into_iter().filter(allowed).collect())
    }
}
