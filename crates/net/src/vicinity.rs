//! The neighbourhood as this machine sees it: its own networks, who answers in them, and who announces itself.
//!
//! **Invariant:** no device is spoken to. What is announced is an address and nothing else, and only one at which a miner
//! may be; the guard decides again before anything is sent there (S6).

use crate::ears;
use crate::neighbours;
use crate::whereabouts::{Look, judge};
use async_trait::async_trait;
use hmm_domain::port::{Neighbour, Vicinity};
use ipnet::IpNet;
use std::net::IpAddr;

/// The network around this machine.
pub struct Standpoint {
    look: Look,
    device_ranges: Vec<IpNet>,
    /// A simulated neighbourhood is not in the kernel's tables, and the real one is none of its business.
    real: bool,
}

impl Standpoint {
    pub fn real(look: Look, device_ranges: Vec<IpNet>) -> Self {
        Self { look, device_ranges, real: true }
    }

    pub fn simulated(look: Look, device_ranges: Vec<IpNet>) -> Self {
        Self { look, device_ranges, real: false }
    }
}

#[async_trait]
impl Vicinity for Standpoint {
    fn own_ranges(&self) -> Vec<IpNet> {
        judge(&(self.look)(), &self.device_ranges).own_ranges
    }

    fn neighbour(&self, address: IpAddr) -> Neighbour {
        if self.real { neighbours::neighbour(address) } else { Neighbour::Unseen }
    }

    async fn announced(&self) -> Result<Vec<IpAddr>, String> {
        if !self.real {
            return Ok(Vec::new());
        }
        let heard = ears::miners_announced().await?;
        let allowed = |address: &IpAddr| self.device_ranges.iter().any(|range| range.contains(address));
        Ok(heard.into_iter().filter(allowed).collect())
    }
}
