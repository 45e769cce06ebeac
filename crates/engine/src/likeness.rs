//! Which miner of the house a device is, and what to call it when it is none.
//!
//! **Invariant:** a name that is suggested is one that no miner has, and one that a person could have typed.

use crate::house::Engine;
use hmm_domain::miner::{Identity, Miner};
use hmm_domain::text::Label;
use hmm_domain::{FamilyId, MinerId};
use std::net::IpAddr;

/// What a device that answered says of itself, and where.
pub(crate) struct Likeness<'a> {
    pub(crate) identity: &'a Identity,
    pub(crate) address: &'a str,
    pub(crate) port: u16,
    pub(crate) family: &'a FamilyId,
    pub(crate) model: Option<&'a Label>,
    /// What it calls itself.
    pub(crate) host_name: Option<&'a Label>,
}

impl Likeness<'_> {
    /// By its MAC or serial number, else by where it answers: a worker's name alone may be another's too (S8).
    fn is(&self, miner: &Miner) -> bool {
        let both = *self.identity != Identity::None && miner.identity != Identity::None;
        if both && (self.identity.is_strong() || miner.identity != *self.identity) {
            return miner.identity == *self.identity;
        }
        place(&miner.address) == place(self.address) && miner.port == self.port
    }

    /// What it calls itself, else what it is; then with more and more of where it is, which no other has.
    fn names(&self) -> [Label; 3] {
        let own = self.host_name.filter(|name| !name.is_empty()).or(self.model);
        let plain = own.cloned().unwrap_or_else(|| Label::new(self.family.as_str()));
        // Room for the longest address within the length of a name.
        let short: String = plain.as_str().chars().take(24).collect();
        let with = |place: &str| Label::new(&format!("{} {place}", short.trim_end()));
        let last = match self.address.parse() {
            Ok(IpAddr::V4(v4)) => v4.octets()[3].to_string(),
            Ok(IpAddr::V6(v6)) => format!("{:x}", v6.segments()[7]),
            Err(_) => self.address.to_owned(),
        };
        [plain, with(&last), with(self.address)]
    }
}

/// One address has several spellings; a host name has its own.
pub(crate) fn place(address: &str) -> Result<IpAddr, &str> {
    address.parse().map_err(|_| address)
}

impl Engine {
    pub(crate) fn known_as(&self, like: &Likeness<'_>) -> Option<MinerId> {
        self.miners().iter().map(|live| &live.miner).find(|miner| like.is(miner)).map(|miner| miner.id)
    }

    /// The miner's own name, if it is one.
    pub(crate) fn name_for(&self, like: &Likeness<'_>) -> Label {
        let miners = self.miners();
        if let Some(live) = miners.iter().find(|live| like.is(&live.miner)) {
            return live.miner.name.clone();
        }
        let free = |name: &Label| !miners.iter().any(|live| live.miner.name == *name);
        let mut names = like.names().into_iter();
        names.find(free).unwrap_or_else(|| Label::new(&format!("{} {}", like.address, like.port)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(address: &str, model: Option<&str>, host_name: Option<&str>) -> Vec<String> {
        let family = FamilyId::new("axeos");
        let (model, host_name) = (model.map(Label::new), host_name.map(Label::new));
        let (model, host_name) = (model.as_ref(), host_name.as_ref());
        let like = Likeness { identity: &Identity::None, address, port: 80, family: &family, model, host_name };
        like.names().map(|name| name.to_string()).to_vec()
    }

    #[test]
    fn good_names_come_first_and_the_last_is_nobody_elses() {
        let model = Some("Bitaxe Gamma 601");
        assert_eq!(names("10.0.0.20", model, Some("bitaxe")), ["bitaxe", "bitaxe 20", "bitaxe 10.0.0.20"]);
        assert_eq!(names("10.0.0.20", model, Some(""))[0], "Bitaxe Gamma 601");
        assert_eq!(names("b.local", None, None), ["axeos", "axeos b.local", "axeos b.local"]);
    }

    #[test]
    fn d1_a_suggested_name_is_a_name_however_long_the_words() {
        let address = "fd12:3456:789a:bcde:f012:3456:789a:bcde";
        let all = names(address, None, Some(&"x".repeat(64)));
        assert!(all[2].ends_with(address), "{all:?}");
        assert!(all.iter().all(|name| Label::exact(name).is_some()), "{all:?}");
    }
}
