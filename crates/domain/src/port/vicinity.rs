//! What can be seen of the network around us without asking any device.

use crate::miner::Identity;
use async_trait::async_trait;
use ipnet::IpNet;
use std::net::IpAddr;

/// What the system knows of an address in a network that it stands in itself.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Neighbour {
    /// It cannot be told from here: another network, or nobody spoke to it lately.
    #[default]
    Unseen,
    /// It was called lately and nobody answered: no device has this address.
    Nobody,
    /// The hardware address that answered for it.
    Here(Identity),
}

/// The neighbourhood as seen from this machine.
#[async_trait]
pub trait Vicinity: Send + Sync {
    /// Where to look when nobody has said it. Read anew each time.
    fn own_ranges(&self) -> Vec<IpNet>;

    /// Who answered for this address when the system last called it.
    fn neighbour(&self, address: IpAddr) -> Neighbour;

    /// Addresses from which something called out lately as miners do, and that nobody of the house lives at.
    fn calling(&self) -> Vec<IpAddr>;

    /// Addresses under which something announces itself as a miner. Listens for a moment; sends nothing to any device.
    /// The error is for a person: what is missing.
    async fn announced(&self) -> Result<Vec<IpAddr>, String>;
}

/// Where nothing can be seen.
pub struct Nowhere;

#[async_trait]
impl Vicinity for Nowhere {
    fn own_ranges(&self) -> Vec<IpNet> {
        Vec::new()
    }

    fn neighbour(&self, _: IpAddr) -> Neighbour {
        Neighbour::Unseen
    }

    fn calling(&self) -> Vec<IpAddr> {
        Vec::new()
    }

    async fn announced(&self) -> Result<Vec<IpAddr>, String> {
        Ok(Vec::new())
    }
}
