//! The three doors to the outside (S6), as data: where a device may be, where a neighbour may be, where a service may.
//!
//! **Invariant:** [`Guard::check`] is the only place that says yes to an address, and it returns the address to be
//! used. What it refuses, it refuses in every disguise: mapped, translated and tunnelled forms are judged by what is
//! inside them.

use crate::addresses::{embedded, is_link_local, is_metadata, is_nobody, is_public, normalise};
use crate::surroundings::Around;
use ipnet::IpNet;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// Which kind of other party is spoken to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Door {
    /// A miner: only where `network.device_ranges` says.
    Device,
    /// Home Assistant, a broker, a pool: there, or on the open internet.
    Neighbour,
    /// A price or pool service: on the open internet.
    Service,
}

/// Why an address may not be spoken to. A sentence's end: "… is refused: {why}".
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, thiserror::Error)]
pub enum Forbidden {
    #[error("this is not a host name or an IP address")]
    NotAHost,
    #[error("this is not the address of one machine")]
    Nobody,
    #[error("this is the address of a cloud's metadata service")]
    Metadata,
    #[error("this is our own address")]
    Ourselves,
    #[error("this is the gateway of this machine or container")]
    Gateway,
    #[error("loopback and link-local addresses must be listed in network.device_ranges themselves")]
    LocalUnlisted,
    #[error("add its range to network.device_ranges in config.yaml if a miner really lives there")]
    OutsideRanges,
    #[error("it is neither in network.device_ranges nor on the open internet")]
    NotANeighbour,
    #[error("a service must be on the open internet")]
    NotPublic,
    #[error("the demo reaches its own simulated miners and nothing else")]
    NotOfTheDemo,
}

/// One door with its ranges. Cheap to ask, asked for every connection.
#[derive(Clone)]
pub struct Guard {
    door: Door,
    ranges: Vec<IpNet>,
    around: Around,
    /// Where given, nothing else passes, whatever the ranges say.
    only: Option<Arc<[SocketAddr]>>,
}

impl Guard {
    /// For miners.
    pub fn device(ranges: Vec<IpNet>, around: Around) -> Self {
        Self { door: Door::Device, ranges, around, only: None }
    }

    /// For Home Assistant, brokers and pools.
    pub fn neighbour(ranges: Vec<IpNet>, around: Around) -> Self {
        Self { door: Door::Neighbour, ranges, around, only: None }
    }

    /// For services.
    pub fn service(around: Around) -> Self {
        Self { door: Door::Service, ranges: Vec::new(), around, only: None }
    }

    /// Narrows the door to these very addresses and ports. On loopback a range is not enough: whoever listens on all
    /// addresses of this machine listens there too.
    #[must_use]
    pub fn only(mut self, doors: &[SocketAddr]) -> Self {
        self.only = Some(doors.into());
        self
    }

    pub fn door(&self) -> Door {
        self.door
    }

    /// Says whether this address may be spoken to, and gives back the plain form of it, which is the one to use.
    pub fn check(&self, address: SocketAddr) -> Result<SocketAddr, Forbidden> {
        let ip = normalise(address.ip());
        self.judge(ip, address.port())?;
        if let Some(inner) = embedded(ip) {
            self.judge(inner.into(), address.port())?;
        }
        let plain = SocketAddr::new(ip, address.port());
        if self.only.as_ref().is_some_and(|doors| !doors.contains(&plain)) {
            return Err(Forbidden::NotOfTheDemo);
        }
        Ok(plain)
    }

    fn judge(&self, ip: IpAddr, port: u16) -> Result<(), Forbidden> {
        if is_metadata(ip) {
            return Err(Forbidden::Metadata);
        }
        if is_nobody(ip) {
            return Err(Forbidden::Nobody);
        }
        let around = (self.around)();
        if around.gateways.contains(&ip) {
            return Err(Forbidden::Gateway);
        }
        if ip.is_loopback() || is_link_local(ip) {
            return self.judge_local(ip, port, around.addresses.contains(&ip), &around.ports);
        }
        if around.addresses.contains(&ip) {
            return Err(Forbidden::Ourselves);
        }
        let listed = self.ranges.iter().any(|range| range.contains(&ip));
        match self.door {
            Door::Device if !listed => Err(Forbidden::OutsideRanges),
            Door::Neighbour if !listed && !is_public(ip) => Err(Forbidden::NotANeighbour),
            Door::Service if !is_public(ip) => Err(Forbidden::NotPublic),
            Door::Device | Door::Neighbour | Door::Service => Ok(()),
        }
    }

    /// Loopback and link-local count as listed only through a range that lies inside them: `0.0.0.0/0` was not
    /// written with them in mind. On loopback, where everything is ours, our own doors stay shut.
    fn judge_local(&self, ip: IpAddr, port: u16, ours: bool, our_ports: &[u16]) -> Result<(), Forbidden> {
        let inside = |range: &&IpNet| {
            let (first, last) = (range.network(), range.broadcast());
            (first.is_loopback() && last.is_loopback()) || (is_link_local(first) && is_link_local(last))
        };
        if !self.ranges.iter().filter(inside).any(|range| range.contains(&ip)) {
            return Err(Forbidden::LocalUnlisted);
        }
        if our_ports.contains(&port) || (ours && !ip.is_loopback()) {
            return Err(Forbidden::Ourselves);
        }
        Ok(())
    }
}

/// Where miners may be when the configuration does not say: the private ranges.
///
/// Not 100.64.0.0/10: that is a provider's or an overlay's network, not a home's, and AxeOS refuses clients from there.
pub fn default_device_ranges() -> Vec<IpNet> {
    ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"]
        .iter()
        .filter_map(|range| range.parse().ok())
        .collect()
}

/// The ports on which miners are found. Anything else may be another program's door, so adding a device there needs
/// an admin.
pub fn port_is_usual(port: u16) -> bool {
    matches!(port, 80 | 443 | 4028 | 8080)
}

#[cfg(test)]
mod tests;
