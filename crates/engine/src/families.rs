//! What is spoken here, and how that changes while the house stands: a driver's file comes, goes or is written anew.
//!
//! **Invariant:** a miner whose driver is gone stays in the house with everything that is known of it. It is not asked and
//! nothing is sent to it until its driver is back.

use crate::device::Ask;
use crate::error::EngineError;
use crate::fleet::driver_of;
use crate::house::Engine;
use async_trait::async_trait;
use hmm_domain::FamilyId;
use hmm_domain::command::Command;
use hmm_domain::event::HouseEvent;
use hmm_domain::miner::{Identity, Profile};
use hmm_domain::port::{Answer, Driver, DriverError, FamilyRegistry, Inspection, Receipt};
use hmm_domain::text::Message;
use std::sync::Arc;

const PROBLEM: &str = "family_unknown";

/// What is said of a miner that nobody can speak to.
pub(crate) fn without(family: &FamilyId) -> Message {
    Message::new(&format!(
        "Nothing here speaks to the family {family}: its driver is gone or has errors (see Plug-ins). It is left alone \
         until the driver is back."
    ))
}

/// Speaks to no device: stands where a driver is missing.
pub(crate) struct Nobody(pub(crate) FamilyId);

impl Nobody {
    fn nothing<T>(&self) -> Result<T, DriverError> {
        Err(DriverError::Unsupported(without(&self.0)))
    }
}

#[async_trait]
impl Driver for Nobody {
    async fn read(&self) -> Result<Answer, DriverError> {
        self.nothing()
    }

    async fn inspect(&self) -> Result<Inspection, DriverError> {
        self.nothing()
    }

    async fn send(&self, _: &Identity, _: &Profile, _: &Command) -> Result<Receipt, DriverError> {
        self.nothing()
    }
}

impl Engine {
    /// What is spoken now.
    pub fn families(&self) -> FamilyRegistry {
        self.families.read().clone()
    }

    /// Takes other families from here on. Miners whose family is another than before get its driver, and are asked anew
    /// what they can do. May be asked again after an error, and goes on where that one stopped.
    pub async fn families_change(self: &Arc<Self>, families: FamilyRegistry) -> Result<(), EngineError> {
        let _turn = self.fleet_turn.lock().await;
        *self.families.write() = families.clone();
        for device in self.device_list() {
            let (miner, before) = {
                let state = device.state.lock();
                (Arc::clone(&state.miner), state.family.clone())
            };
            let family = families.get(&miner.family).cloned();
            let same = match (&before, &family) {
                (Some(before), Some(after)) => Arc::ptr_eq(before, after),
                (None, None) => true,
                _ => false,
            };
            if same {
                continue;
            }
            let credentials = self.credentials_of(miner.id).await?;
            {
                let mut state = device.state.lock();
                state.driver = driver_of(family.as_ref(), &miner, credentials);
                state.inspect = true;
                state.link = hmm_strategy::Link { answered_at: state.link.answered_at, ..Default::default() };
                state.last_error = family.is_none().then(|| without(&miner.family));
                state.family = family;
            }
            self.look(&device);
            // A full queue will look anyway.
            let _ = device.inbox.try_send((Ask::Look, self.clock.awake()));
        }
        self.families_check();
        self.bus.say(HouseEvent::System);
        Ok(())
    }

    /// Says on the System page which families nobody speaks to, and takes it back.
    pub(crate) fn families_check(&self) {
        let mut missing = std::collections::BTreeSet::new();
        for device in self.device_list() {
            let mut state = device.state.lock();
            if state.family.is_none() {
                state.last_error = Some(without(&state.miner.family));
                missing.insert(state.miner.family.clone());
            }
        }
        if missing.is_empty() {
            return self.problem_over(PROBLEM);
        }
        let names: Vec<_> = missing.iter().map(FamilyId::as_str).collect();
        let text = format!("there are miners, but no driver, of {}: they are left alone", names.join(", "));
        self.problem(PROBLEM, &text, None);
    }
}
