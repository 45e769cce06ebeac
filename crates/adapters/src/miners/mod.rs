//! The families of miners, and how a device is found to be of one.
//!
//! **Invariant:** a family is one folder and one line in [`all`]; recognising writes nothing to the device.

pub mod axeos;

use hmm_domain::FamilyId;
use hmm_domain::port::{DriverError, Endpoint, Family, FamilyRegistry, Inspection};
use hmm_net::Outbound;
use std::sync::Arc;

/// Every family this program knows. Order matters: the first that recognises a device wins.
pub fn families(outbound: &Outbound) -> FamilyRegistry {
    registry(all(outbound))
}

/// The same for a simulated neighbourhood, where everybody lives at one port that is not the family's usual one.
pub fn families_at(outbound: &Outbound, port: u16) -> FamilyRegistry {
    registry(all(outbound).into_iter().map(|family| Family { default_port: port, ..family }).collect())
}

fn all(outbound: &Outbound) -> Vec<Family> {
    vec![axeos::family(outbound.clone())]
}

fn registry(families: Vec<Family>) -> FamilyRegistry {
    FamilyRegistry::new(families.into_iter().map(Arc::new).collect())
}

/// Asks a device who it is, in the words of one family after the other.
///
/// When nobody recognises it, the most telling of the answers is returned: a device that wants credentials is not
/// "unknown".
pub async fn recognise(families: &FamilyRegistry, at: &Endpoint) -> Result<(FamilyId, Inspection), DriverError> {
    let mut best: Option<DriverError> = None;
    for family in families.iter() {
        match (family.connect)(at.clone()).inspect().await {
            Ok(inspection) => return Ok((family.id.clone(), inspection)),
            Err(error @ DriverError::NotAllowed { .. }) => return Err(error),
            Err(error) => best = Some(best.into_iter().chain([error]).max_by_key(telling).unwrap_or_else(nobody)),
        }
    }
    Err(best.unwrap_or_else(nobody))
}

fn nobody() -> DriverError {
    DriverError::NotRecognised("no family of miners is known to this program".into())
}

/// How much an error says about what lives at the address.
fn telling(error: &DriverError) -> u8 {
    match error {
        DriverError::Unreachable { .. } | DriverError::NotAllowed { .. } => 0,
        DriverError::NotRecognised(_) | DriverError::Unsupported(_) => 1,
        DriverError::Refused(_) | DriverError::Malformed { .. } => 2,
        DriverError::Credentials(_) | DriverError::WrongDevice { .. } => 3,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use async_trait::async_trait;
    use hmm_domain::Command;
    use hmm_domain::miner::{Identity, Profile};
    use hmm_domain::port::{Answer, Driver, Receipt};

    struct Says(DriverError);

    #[async_trait]
    impl Driver for Says {
        async fn read(&self) -> Result<Answer, DriverError> {
            Err(self.0.clone())
        }

        async fn inspect(&self) -> Result<Inspection, DriverError> {
            Err(self.0.clone())
        }

        async fn send(&self, _: &Identity, _: &Profile, _: &Command) -> Result<Receipt, DriverError> {
            Err(self.0.clone())
        }
    }

    fn family(error: DriverError) -> Arc<Family> {
        let same = error.clone();
        Arc::new(Family {
            id: FamilyId::new("says"),
            label: "Says".into(),
            default_port: 80,
            algorithm: "sha256d",
            connect: Box::new(move |_| Arc::new(Says(error.clone()))),
            knock: Box::new(move |_| Arc::new(Says(same.clone()))),
        })
    }

    #[tokio::test]
    async fn the_most_telling_answer_is_the_one_a_person_reads() {
        let silent = DriverError::Unreachable { tried: "x".into(), why: "y".into() };
        let stranger = DriverError::NotRecognised("z".into());
        let locked = DriverError::Credentials("w".into());
        let at = Endpoint { host: "10.0.0.1".into(), port: 80 };
        let ask = async |errors: &[&DriverError]| {
            let families = errors.iter().map(|error| family((*error).clone())).collect();
            recognise(&FamilyRegistry::new(families), &at).await.unwrap_err()
        };
        assert_eq!(ask(&[&silent, &locked, &stranger]).await, locked);
        assert_eq!(ask(&[&stranger, &silent]).await, stranger);
        assert_eq!(ask(&[&silent]).await, silent);
        assert!(matches!(ask(&[]).await, DriverError::NotRecognised(_)));
    }
}
