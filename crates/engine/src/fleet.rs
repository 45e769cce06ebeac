//! Which miners there are: loaded at the start, added, changed, removed.

use crate::device::{Ask, Device, Order, QUEUE, State};
use crate::error::EngineError;
use crate::house::Engine;
use crate::live::LiveMiner;
use crate::outbox::Write;
use crate::reconcile::settle;
use hmm_domain::audit::AuditEntry;
use hmm_domain::command::{Command, Tuning};
use hmm_domain::event::{HouseEvent, Level};
use hmm_domain::miner::{AsFound, Capabilities, Identity, LeaveAs, Miner, PowerOff, PowerState, Profile};
use hmm_domain::port::{Credentials, Driver, DriverError, Endpoint, Family, Inspection, StoreError};
use hmm_domain::text::{Label, Message};
use hmm_domain::units::{CentiCelsius, Power};
use hmm_domain::wish::{Desired, Owner};
use hmm_domain::{Actor, CommandState, FamilyId, MinerId, ModeId};
use hmm_strategy::{Decision, Observed};
use parking_lot::{Mutex, RwLock};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// What a person says of a new miner.
#[derive(Debug, Clone)]
pub struct AddMiner {
    pub name: Label,
    pub address: String,
    pub port: Option<u16>,
    /// Found out by asking when absent.
    pub family: Option<FamilyId>,
    pub credentials: Credentials,
    pub tags: Vec<Label>,
    /// Ask the device first. Without it the family must be given, and what the miner can do is learnt at its first answer.
    pub verify: bool,
}

/// A device that is about to become a miner.
pub(crate) struct Newcomer {
    pub(crate) add: AddMiner,
    pub(crate) family: Arc<Family>,
    pub(crate) port: u16,
    /// What it said when it was asked.
    pub(crate) found: Option<Inspection>,
    pub(crate) enabled: bool,
}

/// What changes; `None` leaves it.
#[derive(Debug, Clone, Default)]
pub struct MinerPatch {
    pub name: Option<Label>,
    pub address: Option<String>,
    pub port: Option<u16>,
    pub tags: Option<Vec<Label>>,
    pub enabled: Option<bool>,
    pub may_overclock: Option<bool>,
    /// `Some(None)` takes it away.
    pub typed_power: Option<Option<Power>>,
}

impl MinerPatch {
    fn onto(self, mut miner: Miner) -> Miner {
        let Self { name, address, port, tags, enabled, may_overclock, typed_power } = self;
        miner.name = name.unwrap_or(miner.name);
        miner.address = address.unwrap_or(miner.address);
        miner.port = port.unwrap_or(miner.port);
        miner.tags = tags.unwrap_or(miner.tags);
        miner.enabled = enabled.unwrap_or(miner.enabled);
        miner.may_overclock = may_overclock.unwrap_or(miner.may_overclock);
        miner.typed_power = typed_power.unwrap_or(miner.typed_power);
        miner
    }
}

impl Engine {
    pub(crate) async fn fleet_load(self: &Arc<Self>) -> Result<(), EngineError> {
        for miner in self.store.miner_list().await? {
            let id = miner.id;
            let credentials = self.credentials_of(id).await?;
            let device = self.device_make(miner, credentials);
            self.devices.write().insert(id, device);
        }
        self.families_check();
        self.permits_follow();
        for wish in self.store.override_list().await? {
            if let Ok(device) = self.device(wish.miner) {
                device.state.lock().overrides.push(wish);
            }
        }
        for (id, guard) in self.store.guard_load().await? {
            let Ok(device) = self.device(id) else { continue };
            match serde_json::from_value(guard) {
                Ok(heat) => device.state.lock().heat = heat,
                Err(error) => return Err(StoreError::Corrupt(format!("guard of miner {id}: {error}")).into()),
            }
        }
        for (sample, mark) in self.store.last_samples().await? {
            let Ok(device) = self.device(sample.miner) else { continue };
            let mut state = device.state.lock();
            state.latest = Some((sample.at, Arc::new(sample.reading)));
            state.mark = mark;
            state.state = sample.state;
            state.link.answered_at = Some(sample.at);
        }
        self.commands_recover().await?;
        for device in self.device_list() {
            self.publish(&device);
        }
        Ok(())
    }

    /// A family that nothing here knows any more is no reason to lose the miner.
    fn device_make(&self, miner: Miner, credentials: Credentials) -> Arc<Device> {
        let family = self.families().get(&miner.family).cloned();
        let driver = driver_of(family.as_ref(), &miner, credentials);
        let (inbox, outlet) = mpsc::channel(QUEUE);
        let now = self.clock.now();
        let live = LiveMiner {
            miner: Arc::new(miner.clone()),
            algorithm: family.as_ref().map_or("unknown", |family| family.algorithm).into(),
            state: hmm_domain::MinerState::Unknown,
            state_since: now,
            stale: true,
            desired: Desired::default(),
            observed: Observed::default(),
            decision: Decision::Rest,
            heat: hmm_strategy::Heat::default(),
            latest: None,
            sentence: Message::default(),
            last_error: None,
        };
        Arc::new(Device {
            id: miner.id,
            inbox,
            outlet: Mutex::new(Some(outlet)),
            state: Mutex::new(State::new(miner, driver, family, now)),
            live: RwLock::new(Arc::new(live)),
            raw: RwLock::default(),
            gone: CancellationToken::new(),
        })
    }

    pub(crate) fn family(&self, id: &FamilyId) -> Result<Arc<Family>, EngineError> {
        self.families().get(id).cloned().ok_or_else(|| EngineError::Invalid {
            pointer: "/family",
            why: Message::new(&format!("this program knows no family {id}")),
        })
    }

    /// Adds a miner. With `verify` the device is asked first; nothing is written to it (H5).
    pub async fn miner_add(self: &Arc<Self>, add: AddMiner, actor: &Actor) -> Result<MinerId, EngineError> {
        self.miner_add_expecting(add, None, actor).await
    }

    /// The same for a device that was seen before: another one at its address is not added (S8).
    pub(crate) async fn miner_add_expecting(
        self: &Arc<Self>,
        add: AddMiner,
        expected: Option<&Identity>,
        actor: &Actor,
    ) -> Result<MinerId, EngineError> {
        let turn = self.fleet_turn.lock().await;
        let (family, port, found) = if add.verify {
            let (family, port, found) =
                self.recognise(&add.address, add.port, add.family.as_ref(), &add.credentials).await?;
            (family, port, Some(found))
        } else {
            let id = add.family.as_ref().ok_or(EngineError::Invalid {
                pointer: "/family",
                why: Message::new("say the family, or let the device be asked"),
            })?;
            let family = self.family(id)?;
            {
                let port = add.port.unwrap_or(family.default_port);
                (family, port, None)
            }
        };
        let identity = found.as_ref().map_or(Identity::None, |found| found.identity.clone());
        if let Some(expected) = expected.filter(|expected| **expected != identity) {
            let (expected, found) = (expected.to_string(), identity.to_string());
            return Err(DriverError::WrongDevice { expected, found }.into());
        }
        let newcomer = Newcomer { add, family, port, found, enabled: true };
        self.miner_take_in(&turn, newcomer, actor).await
    }

    /// Makes a miner of what was asked, or of what a person says.
    pub(crate) async fn miner_take_in(
        self: &Arc<Self>,
        _turn: &tokio::sync::MutexGuard<'_, ()>,
        newcomer: Newcomer,
        actor: &Actor,
    ) -> Result<MinerId, EngineError> {
        let Newcomer { add, family, port, found, enabled } = newcomer;
        let now = self.clock.now();
        let identity = found.as_ref().map_or(Identity::None, |found| found.identity.clone());
        self.refuse_known(&identity, &add.name)?;
        let mut miner = Miner {
            id: MinerId::new(0),
            name: add.name,
            address: add.address,
            port,
            family: family.id.clone(),
            identity,
            profile: found.as_ref().map_or_else(unread_profile, |found| found.profile.clone()),
            as_found: found.as_ref().map_or_else(AsFound::default, |found| found.as_found.clone()),
            enabled,
            may_overclock: false,
            tags: add.tags,
            added_at: now,
            typed_power: None,
        };
        miner.id = match self.store.miner_add(&miner).await {
            // Checked above; what the database knows and we do not is somebody else's hand.
            Err(StoreError::Conflict(what)) => {
                return Err(EngineError::Refused(Message::new(&format!("{what} is in the house already"))));
            }
            other => other?,
        };
        let entry = AuditEntry::new(now, actor, "miner.add", format!("miner:{}", miner.id)).after(described(&miner));
        self.store.audit_append(&entry).await?;
        let id = miner.id;
        self.credentials_keep(id, &add.credentials).await?;
        let device = self.device_make(miner, add.credentials);
        self.devices.write().insert(id, Arc::clone(&device));
        self.permits_follow();
        if let Some(found) = found {
            self.take_answer(&device, found.answer);
        }
        self.publish(&device);
        self.device_start(device);
        self.bus.say(HouseEvent::Miner(id));
        Ok(id)
    }

    fn refuse_known(&self, identity: &Identity, name: &Label) -> Result<(), EngineError> {
        for live in self.miners() {
            if *identity != Identity::None && live.miner.identity == *identity {
                return Err(EngineError::IdentityKnown(live.miner.id));
            }
            if live.miner.name == *name {
                return Err(EngineError::NameTaken);
            }
        }
        Ok(())
    }

    /// Changes what a person may change. A new address is a person's decision (S8): the identity check of the next
    /// reading still decides whether it is the same device.
    pub async fn miner_change(
        self: &Arc<Self>,
        id: MinerId,
        patch: MinerPatch,
        actor: &Actor,
    ) -> Result<(), EngineError> {
        let _turn = self.fleet_turn.lock().await;
        let device = self.device(id)?;
        let before = Arc::clone(&device.state.lock().miner);
        if let Some(name) = &patch.name {
            let taken = self.miners().iter().any(|live| live.miner.id != id && live.miner.name == *name);
            if taken {
                return Err(EngineError::NameTaken);
            }
        }
        let patched = |miner: &Miner| patch.clone().onto(miner.clone());
        let miner = patched(&before);
        if miner == *before {
            return Ok(());
        }
        let entry = AuditEntry::new(self.clock.now(), actor, "miner.change", format!("miner:{id}"))
            .before(described(&before))
            .after(described(&miner));
        self.store.audit_append(&entry).await?;
        if (&miner.address, miner.port) != (&before.address, before.port) {
            // S7: a secret is bound to host and port. Forgotten before anything is sent to the new place.
            self.credentials_keep(id, &Credentials::default()).await?;
        }
        {
            // What the device said of itself meanwhile stays; the row is queued in the order of the changes.
            let mut state = device.state.lock();
            let miner = patched(&state.miner);
            if (&miner.address, miner.port) != (&before.address, before.port) {
                state.driver = driver_of(state.family.as_ref(), &miner, Credentials::default());
                state.link = hmm_strategy::Link::default();
            }
            self.later(Write::Miner(Box::new(miner.clone())));
            state.miner = Arc::new(miner);
        }
        self.outbox_drain().await?;
        self.look(&device);
        // A full queue will look anyway.
        let _ = device.inbox.try_send((Ask::Look, self.clock.awake()));
        self.bus.say(HouseEvent::Miner(id));
        Ok(())
    }

    /// Removes a miner, and leaves the device as the person says (H5).
    pub async fn miner_remove(
        &self,
        id: MinerId,
        leave: LeaveAs,
        history: bool,
        actor: &Actor,
    ) -> Result<(), EngineError> {
        let _turn = self.fleet_turn.lock().await;
        let device = self.device(id)?;
        let miner = Arc::clone(&device.state.lock().miner);
        let commands = farewell(&device, &miner, leave)?;
        // Nobody wants anything of it from here on; should it refuse to be left so, everything stays as it was.
        let wishes = std::mem::take(&mut device.state.lock().overrides);
        for command in commands {
            if let Err(error) = self.part(&device, command, actor).await {
                device.state.lock().overrides = wishes;
                return Err(error);
            }
        }
        let entry = AuditEntry::new(self.clock.now(), actor, "miner.remove", format!("miner:{id}"))
            .before(described(&miner))
            .after(serde_json::json!({ "left": leave, "history_deleted": history }));
        self.store.audit_append(&entry).await?;
        self.credentials_keep(id, &Credentials::default()).await?;
        self.store.miner_remove(id, history).await?;
        self.devices.write().remove(&id);
        device.gone.cancel();
        self.forget(&device);
        self.bus.say(HouseEvent::MinerGone(id));
        self.notice(Level::Info, "miner_removed", None, &format!("{} removed {}", actor.name, miner.name));
        Ok(())
    }

    /// Commands that nobody will see the end of.
    fn forget(&self, device: &Arc<Device>) {
        let now = self.clock.now();
        let mut state = device.state.lock();
        let pending = state.pending.take();
        let waiting = std::mem::take(&mut state.waiting).into_iter().filter_map(|order| order.record);
        let open: std::collections::BTreeSet<_> = std::mem::take(&mut state.open).into_iter().chain(waiting).collect();
        drop(state);
        let watched = pending.as_ref().and_then(|pending| pending.record);
        for id in open.into_iter().filter(|id| Some(*id) != watched) {
            self.later(settle(id, CommandState::Superseded, "the miner was removed", now));
        }
        if let Some(pending) = pending {
            self.let_go(device, pending, "the miner was removed before it was seen");
        }
    }

    /// Sends the last command and waits for the device's word: a person stands there and wants to know.
    async fn part(&self, device: &Arc<Device>, command: Command, actor: &Actor) -> Result<(), EngineError> {
        if !self.operation_mode().lets(Owner::Override) {
            return Err(EngineError::Refused(Message::new(
                "hands off: nothing is sent; remove it as it is, or leave hands off first",
            )));
        }
        if device.state.lock().ledger.disputed {
            return Err(EngineError::Refused(Message::new(hmm_strategy::DISPUTED)));
        }
        let order = Order {
            command,
            owner: Owner::Override,
            actor: actor.clone(),
            reason: Message::new("the miner is being removed"),
            want: None,
            record: None,
        };
        let (tell, told) = oneshot::channel();
        let ask = Ask::Farewell(Box::new(order), tell);
        device.inbox.send((ask, self.clock.awake())).await.map_err(|_| EngineError::Stopping)?;
        told.await.map_err(|_| EngineError::Stopping)??;
        Ok(())
    }
}

/// The driver of a miner, or one that says that there is none.
pub(crate) fn driver_of(family: Option<&Arc<Family>>, miner: &Miner, credentials: Credentials) -> Arc<dyn Driver> {
    match family {
        Some(family) => connect(family, &miner.address, miner.port, credentials),
        None => Arc::new(crate::families::Nobody(miner.family.clone())),
    }
}

pub(crate) fn connect(family: &Family, address: &str, port: u16, credentials: Credentials) -> Arc<dyn Driver> {
    (family.connect)(Endpoint { host: address.to_owned(), port }, credentials)
}

/// The commands that leave a device as asked; none when it stays as it is.
fn farewell(device: &Device, miner: &Miner, leave: LeaveAs) -> Result<Vec<Command>, EngineError> {
    if leave == LeaveAs::Leave {
        return Ok(Vec::new());
    }
    let mode = match leave {
        LeaveAs::AsFound => miner.as_found.mode.clone(),
        LeaveAs::Leave | LeaveAs::Standard => Some(ModeId::new("standard")),
    };
    let found =
        Tuning { frequency: miner.as_found.frequency, core_voltage: miner.as_found.core_voltage, ..Tuning::default() };
    let run = match mode.filter(|mode| miner.profile.mode(mode).is_some()) {
        Some(mode) => Command::SetMode { mode, clear_overheat: false },
        None if leave == LeaveAs::AsFound && found.frequency.is_some() => Command::Tune { tuning: found },
        None if leave == LeaveAs::AsFound => {
            return Err(EngineError::Unsupported(Message::new("it is not known how this device was found")));
        }
        None => return Err(EngineError::Unsupported(Message::new("this model has no standard mode"))),
    };
    // Nobody would wake it any more.
    let paused = device.state.lock().latest.as_ref().is_some_and(|(_, reading)| reading.paused == Some(true));
    let found_paused = leave == LeaveAs::AsFound && miner.as_found.paused == Some(true);
    let wake = (paused && !found_paused).then_some(Command::SetPower { power: PowerState::On });
    Ok(wake.into_iter().chain([run]).collect())
}

/// Before the first answer nothing is known, and so nothing can be asked of the device.
fn unread_profile() -> Profile {
    Profile {
        model: None,
        firmware: None,
        capabilities: Capabilities {
            set_mode: false,
            power_off: PowerOff::None,
            measures_power: false,
            set_pool: false,
            pool_slots: 0,
            pool_needs_restart: true,
            pools_shown_are_used: false,
            wake_needs_restart: false,
            restart: false,
            identify: false,
            frequency: None,
            core_voltage: None,
            fan_pct: None,
            target_temperature: None,
        },
        modes: Vec::new(),
        temperature_limit: CentiCelsius::degrees(70),
        power_limit: None,
        poll_gap_min: Duration::from_secs(10),
        boot_deadline: Duration::from_secs(90),
    }
}

/// What the audit log keeps of a miner.
pub(crate) fn described(miner: &Miner) -> serde_json::Value {
    serde_json::json!({
        "name": miner.name, "address": miner.address, "port": miner.port, "family": miner.family,
        "identity": miner.identity, "model": miner.profile.model, "enabled": miner.enabled,
        "may_overclock": miner.may_overclock, "tags": miner.tags,
    })
}
