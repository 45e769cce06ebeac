//! Asking a device who it is, before anybody decides whether it becomes a miner.
//!
//! **Invariant:** nothing is written, to no device and to no list of miners; what no family recognises leaves no trace (S6).

use crate::error::EngineError;
use crate::fleet::connect;
use crate::house::Engine;
use crate::likeness::Likeness;
use hmm_domain::port::{Credentials, DriverError, Family, Inspection};
use hmm_domain::text::{Label, Message};
use hmm_domain::{FamilyId, MinerId};
use std::collections::BTreeSet;
use std::sync::Arc;

/// What answered.
#[derive(Debug)]
pub struct Inspected {
    pub family: FamilyId,
    pub port: u16,
    pub said: Inspection,
    /// The miner of the house that it is.
    pub known: Option<MinerId>,
    /// A name that no miner has; that of the miner, if it is one.
    pub name: Label,
}

impl Engine {
    /// Asks whoever is at this address who it is.
    pub async fn inspect(
        &self,
        address: &str,
        port: Option<u16>,
        credentials: &Credentials,
    ) -> Result<Inspected, EngineError> {
        let (family, port, said) = self.recognise(address, port, None, credentials).await?;
        let like = Likeness {
            identity: &said.identity,
            address,
            port,
            family: &family.id,
            model: said.profile.model.as_ref(),
            host_name: said.host_name.as_ref(),
        };
        let (known, name) = (self.known_as(&like), self.name_for(&like));
        Ok(Inspected { family: family.id.clone(), port, known, name, said })
    }

    /// Asks the device who it is, family by family, in the order of the registry.
    pub(crate) async fn recognise(
        &self,
        address: &str,
        port: Option<u16>,
        family: Option<&FamilyId>,
        credentials: &Credentials,
    ) -> Result<(Arc<Family>, u16, Inspection), EngineError> {
        let families: Vec<_> = match family {
            Some(id) => vec![self.family(id)?],
            None => self.families().iter().cloned().collect(),
        };
        let mut best: Option<DriverError> = None;
        let mut silent = BTreeSet::new();
        for family in families {
            if silent.contains(&family.default_port) {
                continue;
            }
            let port = port.unwrap_or(family.default_port);
            let error = match connect(&family, address, port, credentials.clone()).inspect().await {
                Ok(found) => return Ok((family, port, found)),
                // It may not be spoken to, in nobody's words.
                Err(error @ DriverError::NotAllowed { .. }) => return Err(error.into()),
                Err(error) => error,
            };
            // Families that share a port speak alike: who is silent for one is so for the others. One that speaks in
            // another way may be answered at the very same port, where a person named it.
            if matches!(error, DriverError::Unreachable { .. }) {
                silent.insert(family.default_port);
            }
            // Silence for one family may be an answer for the next; of equal answers the first is the one to tell.
            if best.as_ref().is_none_or(|best| error.telling() > best.telling()) {
                best = Some(error);
            }
        }
        let nobody = || DriverError::NotRecognised(Message::new("no family of this program knows it"));
        Err(best.unwrap_or_else(nobody).into())
    }
}
