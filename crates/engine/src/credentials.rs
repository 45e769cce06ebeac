//! What lets us into a device: kept sealed, tried before it is kept, gone with the address it was given for.
//!
//! **Invariant:** a secret is sent to the host and port it was given for, and to no other (S7); it is never in a log, in
//! the audit or in an answer.

use crate::device::Ask;
use crate::error::EngineError;
use crate::fleet::connect;
use crate::house::Engine;
use hmm_domain::audit::AuditEntry;
use hmm_domain::event::HouseEvent;
use hmm_domain::port::{Credentials, DriverError, StoreError};
use hmm_domain::{Actor, MinerId};
use std::sync::Arc;

fn name(id: MinerId) -> String {
    format!("miner:{id}:credentials")
}

impl Engine {
    pub(crate) async fn credentials_of(&self, id: MinerId) -> Result<Credentials, EngineError> {
        let Some(kept) = self.store.secret_get(&name(id)).await? else { return Ok(Credentials::default()) };
        let unreadable = |_| StoreError::Corrupt(format!("the credentials of miner {id}: enter them again"));
        Ok(serde_json::from_str(&kept).map_err(unreadable)?)
    }

    pub(crate) async fn credentials_keep(&self, id: MinerId, credentials: &Credentials) -> Result<(), EngineError> {
        let text = (!credentials.is_empty()).then(|| serde_json::to_string(credentials).unwrap_or_default());
        Ok(self.store.secret_put(&name(id), text.as_deref()).await?)
    }

    /// Tries credentials on the device, and keeps them if it lets us in. Empty ones are forgotten without asking it.
    pub async fn miner_credentials(
        self: &Arc<Self>,
        id: MinerId,
        credentials: Credentials,
        actor: &Actor,
    ) -> Result<(), EngineError> {
        let _turn = self.fleet_turn.lock().await;
        let device = self.device(id)?;
        let miner = Arc::clone(&device.state.lock().miner);
        let family = self.family(&miner.family)?;
        let driver = connect(&family, &miner.address, miner.port, credentials.clone());
        if !credentials.is_empty() {
            let found = driver.inspect().await?.identity;
            if !miner.identity.agrees_with(&found) {
                let (expected, found) = (miner.identity.to_string(), found.to_string());
                return Err(DriverError::WrongDevice { expected, found }.into());
            }
        }
        let given = serde_json::json!({
            "user": credentials.user.is_some(),
            "password": credentials.password.is_some(),
            "token": credentials.token.is_some(),
        });
        let entry = AuditEntry::new(self.clock.now(), actor, "miner.credentials", format!("miner:{id}")).after(given);
        self.store.audit_append(&entry).await?;
        self.credentials_keep(id, &credentials).await?;
        {
            let mut state = device.state.lock();
            state.driver = driver;
            // What it shows and takes may depend on who asks.
            state.inspect = true;
        }
        // A full queue will look anyway.
        let _ = device.inbox.try_send((Ask::Look, self.clock.awake()));
        self.bus.say(HouseEvent::Miner(id));
        Ok(())
    }

    /// Has the device open a session for a one-time code, and keeps the session. The code is not kept.
    pub async fn miner_session(self: &Arc<Self>, id: MinerId, code: &str, actor: &Actor) -> Result<(), EngineError> {
        let driver = Arc::clone(&self.device(id)?.state.lock().driver);
        let session = driver.open_session(code).await?;
        self.miner_credentials(id, session.credentials, actor).await
    }
}
