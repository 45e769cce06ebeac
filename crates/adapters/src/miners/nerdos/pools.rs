//! Pools of a NerdOS device: which it is set to, which it works for, how the first is written.
//!
//! **Invariant:** a list of one entry tells of the pool that is worked for, a list of two is in the order of the settings.

use super::parse::Status;
use super::wire::{Info, PoolState};
use crate::miners::shared::pools::{PoolSetting, bare_host, check};
use crate::miners::shared::unsupported;
use hmm_domain::port::DriverError;
use hmm_domain::reading::{PoolInUse, PoolSlot};
use hmm_domain::wish::PoolTarget;
use serde_json::{Map, Value};

/// The pool that is set first.
pub(super) fn primary(info: &Info) -> Option<PoolSetting> {
    PoolSetting::new(&info.stratum_url, info.stratum_port, &info.stratum_user, info.stratum_tls)
}

/// The pool to fall back to, or the second of two that are worked for at once.
fn secondary(info: &Info) -> Option<PoolSetting> {
    PoolSetting::new(
        &info.fallback_stratum_url,
        info.fallback_stratum_port,
        &info.fallback_stratum_user,
        info.fallback_stratum_tls,
    )
}

/// How it works for its two pools.
#[derive(Debug, Clone, Copy)]
pub(super) struct Pools<'a> {
    /// Both at once.
    pub(super) dual: bool,
    /// The second instead of the first.
    fallback: Option<bool>,
    states: [Option<&'a PoolState>; 2],
    /// Of the one that is worked for, where nothing else tells.
    connected: Option<bool>,
}

impl<'a> Pools<'a> {
    pub(super) fn of(info: &'a Info) -> Self {
        let stratum = info.stratum.0.as_ref();
        let mode = stratum.and_then(|stratum| stratum.active_pool_mode.count().or(stratum.pool_mode.count()));
        let dual = mode == Some(1);
        let listed = stratum.and_then(|stratum| stratum.pools.0.as_deref()).unwrap_or_default();
        let at = |place: usize| listed.get(place).and_then(Option::as_ref);
        let said = stratum.and_then(|stratum| stratum.using_fallback.0).or(info.is_using_fallback_stratum.0);
        let active = |place: usize| at(place).and_then(|pool| pool.active.0);
        let connected = |place: usize| at(place).and_then(|pool| pool.connected.0);
        let fallback = if dual {
            // Neither is a fallback, unless only the second is there.
            Some(connected(0) == Some(false) && connected(1) == Some(true))
        } else {
            said.or_else(|| Some(active(0)? != active(1)? && active(1)?))
        };
        let states = match listed.len() {
            1 if !dual && fallback == Some(true) => [None, at(0)],
            1 if !dual && fallback.is_none() => [None, None],
            _ => [at(0), at(1)],
        };
        Self { dual, fallback, states, connected: info.is_stratum_connected.0 }
    }

    fn in_use(&self) -> usize {
        usize::from(self.fallback == Some(true))
    }

    /// The state of the pool that gets the work.
    pub(super) fn current(&self) -> Option<&'a PoolState> {
        self.states[self.in_use()]
    }

    pub(super) fn states(&self) -> impl Iterator<Item = &'a PoolState> {
        self.states.into_iter().flatten()
    }

    /// A counter over both pools, where both tell.
    pub(super) fn sum(&self, counter: impl Fn(&PoolState) -> Option<u64>) -> Option<u64> {
        let [first, second] = self.states.map(|state| state.and_then(&counter));
        Some(first?.saturating_add(second?))
    }

    pub(super) fn working_for(&self, info: &Info) -> Option<PoolInUse> {
        let setting = if self.in_use() == 1 { secondary(info) } else { primary(info) };
        let PoolSetting { host, port, user, tls: _ } = setting?;
        Some(PoolInUse { host: host.into(), port, user: user.map(Into::into), fallback: self.fallback })
    }

    pub(super) fn slots(&self, info: &Info) -> Vec<PoolSlot> {
        let slot = |number: u8, setting: PoolSetting| {
            let place = usize::from(number);
            let state = self.states[place];
            let alone = (!self.dual && place == self.in_use()).then_some(self.connected).flatten();
            let alive = state.and_then(|state| state.connected.0).or(alone);
            let chosen = if self.dual { Some(true) } else { self.fallback.map(|_| place == self.in_use()) };
            PoolSlot {
                slot: number,
                host: setting.host.into(),
                port: setting.port,
                user: setting.user.map(Into::into),
                active: chosen.map(|chosen| chosen && alive != Some(false)),
                alive,
            }
        };
        [(0, primary(info)), (1, secondary(info))]
            .into_iter()
            .filter_map(|(number, setting)| Some(slot(number, setting?)))
            .collect()
    }
}

/// The body of the PATCH that sets `target` as the first pool. Strict types: what has another one is passed over without
/// a word.
pub(super) fn write(status: &Status, target: &PoolTarget) -> Result<Map<String, Value>, DriverError> {
    check(target)?;
    let mut body = Map::new();
    body.insert("stratumURL".into(), bare_host(target.host.as_str()).0.into());
    body.insert("stratumPort".into(), target.port.into());
    body.insert("stratumUser".into(), target.user.as_str().into());
    if let Some(password) = &target.password {
        body.insert("stratumPassword".into(), password.as_str().into());
    }
    match status.info.stratum_tls.0 {
        Some(on) if on != target.tls => {
            body.insert("stratumTLS".into(), target.tls.into());
        }
        None if target.tls => return Err(unsupported("this firmware cannot reach a pool over TLS")),
        Some(_) | None => {}
    }
    // A pool that was set to the second version of the protocol leaves that behind.
    if status.info.stratum_protocol.count().is_some_and(|version| version > 0) {
        body.insert("stratumProtocol".into(), 0.into());
    }
    Ok(body)
}
