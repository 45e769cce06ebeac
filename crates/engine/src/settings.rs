//! What a person decided for the house as a whole: loaded at the start, changed with a line in the audit log.

use crate::error::EngineError;
use crate::house::Engine;
use hmm_domain::audit::AuditEntry;
use hmm_domain::event::HouseEvent;
use hmm_domain::port::{Store, StoreError};
use hmm_domain::{Actor, HouseSettings};

const KEY: &str = "house";

/// What is stored. On the very first start that is written down at once, so that a later one can tell a house whose
/// first run was broken off from one that was lived in before there were these settings.
pub(crate) async fn load(store: &dyn Store) -> Result<HouseSettings, EngineError> {
    if let Some(value) = store.setting_get(KEY).await? {
        let settings = serde_json::from_value(value);
        return Ok(settings.map_err(|error| StoreError::Corrupt(format!("setting {KEY}: {error}")))?);
    }
    let lived_in = !store.miner_list().await?.is_empty() || !store.user_list().await?.is_empty();
    let settings = HouseSettings { set_up: lived_in, ..HouseSettings::default() };
    store.setting_put(KEY, &json(&settings)?).await?;
    Ok(settings)
}

fn json(settings: &HouseSettings) -> Result<serde_json::Value, StoreError> {
    serde_json::to_value(settings).map_err(|error| StoreError::Corrupt(format!("setting {KEY}: {error}")))
}

impl Engine {
    pub fn house_settings(&self) -> HouseSettings {
        self.house_settings.read().clone()
    }

    /// Changes them all. Audited and stored before they take effect; a house that is set up stays so.
    pub async fn set_house_settings(
        &self,
        mut settings: HouseSettings,
        actor: &Actor,
    ) -> Result<HouseSettings, EngineError> {
        let _turn = self.settings_turn.lock().await;
        let before = self.house_settings();
        settings.set_up |= before.set_up;
        let (old, new) = (json(&before)?, json(&settings)?);
        let entry =
            AuditEntry::new(self.clock.now(), actor, "settings.house", "settings:house").before(old).after(new.clone());
        self.store.audit_append(&entry).await?;
        self.store.setting_put(KEY, &new).await?;
        *self.house_settings.write() = settings.clone();
        self.bus.say(HouseEvent::System);
        Ok(settings)
    }
}
