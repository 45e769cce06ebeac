//! How the house looks for miners by itself: settings, schedule, and what they have led to. Durable.
//!
//! **Invariant:** a setting takes effect only after it was audited and stored; what was counted stays counted over a
//! restart (S9).

use super::SCAN;
use crate::error::EngineError;
use crate::house::Engine;
use crate::schedule::Schedule;
use hmm_domain::audit::AuditEntry;
use hmm_domain::event::HouseEvent;
use hmm_domain::port::{Store, StoreError};
use hmm_domain::text::Message;
use hmm_domain::{Actor, DiscoverySettings, Timestamp};
use ipnet::IpNet;
use serde::Serialize;
use serde::de::DeserializeOwned;
use std::time::Duration;

const KEY: &str = "discovery";
const ADDED_KEY: &str = "discovery.auto_added";
/// So many devices are added without a person within [`A_DAY`] (S9).
pub const AUTO_ADD_MAX: usize = 10;
const A_DAY: Duration = Duration::from_hours(24);

/// A stored value; its default when nothing was stored yet.
pub(super) async fn kept<T: DeserializeOwned + Default>(store: &dyn Store, key: &str) -> Result<T, StoreError> {
    let Some(value) = store.setting_get(key).await? else { return Ok(T::default()) };
    serde_json::from_value(value).map_err(|error| StoreError::Corrupt(format!("setting {key}: {error}")))
}

pub(super) async fn keep<T: Serialize>(store: &dyn Store, key: &str, value: &T) -> Result<(), StoreError> {
    store.setting_put(key, &json(key, value)?).await
}

fn json<T: Serialize>(key: &str, value: &T) -> Result<serde_json::Value, StoreError> {
    serde_json::to_value(value).map_err(|error| StoreError::Corrupt(format!("setting {key}: {error}")))
}

pub(super) async fn load(store: &dyn Store) -> Result<DiscoverySettings, StoreError> {
    kept(store, KEY).await
}

/// When a schedule is due: counted from when somebody chose it, so that choosing it does not set off a scan at once.
pub(crate) fn schedule(settings: &DiscoverySettings, now: Timestamp) -> Option<Schedule> {
    let hours = settings.schedule_hours.filter(|hours| DiscoverySettings::HOURS.contains(hours))?;
    let every = Duration::from_hours(hours.into());
    // A clock that was set back lets nothing wait longer than one round.
    let since = settings.since.unwrap_or(Timestamp::EPOCH).min(now);
    let offset = u64::try_from(since.since(since.floor_to(every)).as_millis()).unwrap_or(0);
    Some(Schedule { kind: SCAN, every, offset: Duration::from_millis(offset), after: Some(since) })
}

impl Engine {
    pub fn discovery_settings(&self) -> DiscoverySettings {
        self.discovery.settings.read().clone()
    }

    /// Changes how the house looks by itself.
    pub async fn set_discovery_settings(
        &self,
        schedule_hours: Option<u8>,
        auto_add: bool,
        actor: &Actor,
    ) -> Result<DiscoverySettings, EngineError> {
        if schedule_hours.is_some_and(|hours| !DiscoverySettings::HOURS.contains(&hours)) {
            let why = Message::new("between 1 and 168 hours, or nothing");
            return Err(EngineError::Invalid { pointer: "/schedule_hours", why });
        }
        let _turn = self.settings_turn.lock().await;
        let (before, now) = (self.discovery_settings(), self.clock.now());
        let since = if schedule_hours == before.schedule_hours { before.since } else { Some(now) };
        let settings = DiscoverySettings { schedule_hours, since, auto_add };
        let (old, new) = (json(KEY, &before)?, json(KEY, &settings)?);
        let entry = AuditEntry::new(now, actor, "settings.discovery", "settings:discovery").before(old).after(new);
        self.store.audit_append(&entry).await?;
        keep(&*self.store, KEY, &settings).await?;
        *self.discovery.settings.write() = settings.clone();
        self.discovery.schedule_changed.notify_one();
        self.bus.say(HouseEvent::System);
        Ok(settings)
    }

    /// Where a scan goes that nobody has told where: the ranges of the house, else the networks around us.
    pub fn discovery_ground(&self) -> Vec<IpNet> {
        let said = self.house_settings().home_ranges;
        if said.is_empty() { self.discovery.vicinity().own_ranges() } else { said }
    }

    /// Books one more device that no person has added; false when the day's are used up.
    pub(super) async fn auto_add_book(&self) -> Result<bool, StoreError> {
        let now = self.clock.now();
        let mut added: Vec<Timestamp> = kept(&*self.store, ADDED_KEY).await?;
        added.retain(|at| now.since(*at) < A_DAY);
        if added.len() >= AUTO_ADD_MAX {
            return Ok(false);
        }
        added.push(now);
        keep(&*self.store, ADDED_KEY, &added).await?;
        Ok(true)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_schedule_is_counted_from_when_it_was_chosen() {
        let at = |minutes: i64| Timestamp::from_millis(minutes * 60_000);
        let chosen = at(10 * 60 + 20);
        let settings = DiscoverySettings { schedule_hours: Some(6), since: Some(chosen), auto_add: false };
        let due = |now: Timestamp| {
            let schedule = schedule(&settings, now).unwrap();
            (schedule.due(now).map(Timestamp::millis), schedule.next(now).millis())
        };
        let hours = |n: i64| at(10 * 60 + 20 + n * 60).millis();
        assert_eq!(due(chosen), (None, hours(6)));
        assert_eq!(due(at(16 * 60 + 19)), (None, hours(6)));
        assert_eq!(due(at(16 * 60 + 20)), (Some(hours(6)), hours(12)));
        assert_eq!(due(at(23 * 60)), (Some(hours(12)), hours(18)), "what was missed is made up for once");
        assert!(schedule(&DiscoverySettings::default(), chosen).is_none(), "off unless somebody said so");
        for wrong in [0, 169] {
            assert!(schedule(&DiscoverySettings { schedule_hours: Some(wrong), ..settings.clone() }, chosen).is_none());
        }
    }
}
