//! The pool list of firmware 2.15: printed in info, written by PATCH, PUT and DELETE.
//!
//! **Invariant:** a write is checked whole before anything is stored, and the running connection is left alone.

use super::super::http::Reply;
use super::settings::wrong_input;
use crate::world::{PoolEntry, PoolSpec, Rig};
use serde_json::{Map, Value, json};

const ID_MAX: u8 = 7;
/// Printed instead of a password; written back, it keeps the old one.
const MASK: &str = "*****";

/// The firmware's one answer to everything that it does not accept.
pub(super) struct WrongInput;

/// A checked change of the list.
#[derive(Default)]
pub(super) struct Change {
    entries: Vec<PoolEntry>,
    primary: Option<u8>,
    secondary: Option<u8>,
}

impl Change {
    /// What a PATCH says about pools; none when it says nothing.
    pub(super) fn parse(rig: &Rig, wanted: &Map<String, Value>) -> Result<Option<Self>, WrongInput> {
        let mut change = Self::default();
        if let Some(list) = wanted.get("pools") {
            for item in list.as_array().ok_or(WrongInput)? {
                let id = id(item.get("id").ok_or(WrongInput)?)?;
                change.entries.push(entry(rig, id, item)?);
            }
        }
        change.primary = wanted.get("primaryPoolIndex").map(id).transpose()?;
        change.secondary = wanted.get("secondaryPoolIndex").map(id).transpose()?;
        let exists =
            |id: &u8| rig.settings.pools.find(*id).is_some() || change.entries.iter().any(|entry| entry.id == *id);
        if !change.primary.iter().chain(&change.secondary).all(exists) {
            return Err(WrongInput);
        }
        let empty = change.entries.is_empty() && change.primary.is_none() && change.secondary.is_none();
        Ok((!empty).then_some(change))
    }

    pub(super) fn store(self, rig: &mut Rig) {
        let pools = &mut rig.settings.pools;
        rig.flash_writes += 1;
        for entry in self.entries {
            let id = entry.id;
            *pools.entry(id) = entry;
        }
        pools.primary = self.primary.unwrap_or(pools.primary);
        pools.secondary = self.secondary.unwrap_or(pools.secondary);
    }
}

pub(super) fn put(rig: &mut Rig, id: u8, body: &[u8]) -> Reply {
    let Ok(item) = serde_json::from_slice::<Value>(body) else { return Reply::text(400, "Invalid JSON") };
    match entry(rig, id, &item) {
        Ok(entry) if id <= ID_MAX => {
            Change { entries: vec![entry], ..Change::default() }.store(rig);
            Reply::text(200, "")
        }
        _ => wrong_input(),
    }
}

pub(super) fn delete(rig: &mut Rig, id: u8) -> Reply {
    let pools = &mut rig.settings.pools;
    if id == pools.primary || id == pools.secondary || pools.find(id).is_none() {
        return wrong_input();
    }
    pools.remove(id);
    rig.flash_writes += 1;
    Reply::text(200, "")
}

pub(super) fn render(rig: &Rig) -> String {
    let list: Vec<Value> = rig.settings.pools.entries.iter().map(shown).collect();
    Value::from(list).to_string()
}

fn shown(entry: &PoolEntry) -> Value {
    json!({
        "id": entry.id,
        "stratumProtocol": "SV1",
        "stratumURL": entry.at.url,
        "stratumPort": entry.at.port,
        "stratumUser": entry.at.user,
        "stratumPassword": MASK,
        "stratumSuggestedDifficulty": entry.suggested_difficulty,
        "stratumExtranonceSubscribe": entry.extranonce,
        "stratumTLS": entry.tls,
        "stratumCert": "",
        "stratumDecodeCoinbase": entry.decode_coinbase,
        "stratumV2ChannelType": "extended",
        "stratumV2AuthorityPubkey": "",
        "stratumV2RequireAuth": false,
    })
}

fn id(value: &Value) -> Result<u8, WrongInput> {
    let id = value.as_u64().and_then(|id| u8::try_from(id).ok());
    id.filter(|id| *id <= ID_MAX).ok_or(WrongInput)
}

/// An entry as written: URL, port and user are required, the rest falls back to defaults.
fn entry(rig: &Rig, id: u8, item: &Value) -> Result<PoolEntry, WrongInput> {
    let required = |key: &str| item.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let url = required("stratumURL").ok_or(WrongInput)?;
    let user = required("stratumUser").ok_or(WrongInput)?;
    let port = item.get("stratumPort").and_then(Value::as_u64).and_then(|port| u16::try_from(port).ok());
    let port = port.filter(|port| *port > 0).ok_or(WrongInput)?;
    let mut entry = PoolEntry::stored(id, PoolSpec::new(url, port, user));
    match item.get("stratumPassword") {
        None => {}
        Some(Value::String(mask)) if mask == MASK => {
            if let Some(old) = rig.settings.pools.find(id) {
                entry.at.password.clone_from(&old.at.password);
            }
        }
        Some(Value::String(password)) => entry.at.password.clone_from(password),
        Some(_) => return Err(WrongInput),
    }
    if let Some(difficulty) = item.get("stratumSuggestedDifficulty") {
        let difficulty = difficulty.as_u64().and_then(|number| u32::try_from(number).ok());
        entry.suggested_difficulty = difficulty.ok_or(WrongInput)?;
    }
    if let Some(extranonce) = item.get("stratumExtranonceSubscribe") {
        entry.extranonce = extranonce.as_bool().ok_or(WrongInput)?;
    }
    Ok(entry)
}
