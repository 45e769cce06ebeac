//! What people ask for: wishes with an end, and direct commands. Neither touches a device here.

use crate::device::{Ask, Device, Order};
use crate::error::EngineError;
use crate::house::Engine;
use crate::live::LiveMiner;
use crate::outbox::Write;
use crate::reconcile::settle;
use hmm_domain::audit::AuditEntry;
use hmm_domain::command::{Command, CommandRecord, Tuning};
use hmm_domain::event::HouseEvent;
use hmm_domain::miner::{Miner, PowerState};
use hmm_domain::text::Message;
use hmm_domain::wish::{Field, Override, Owner, Until, Want};
use hmm_domain::{Actor, CommandId, CommandState, MinerId, ModeId};
use std::sync::Arc;
use tokio::sync::oneshot;

impl Engine {
    /// Writes a person's wish. The command that answers for it is settled when a reading shows it.
    pub async fn wish(&self, id: MinerId, want: Want, until: Until, actor: &Actor) -> Result<CommandId, EngineError> {
        let device = self.device(id)?;
        let now = self.clock.now();
        let miner = Arc::clone(&device.state.lock().miner);
        check_want(&miner, &want)?;
        if until.over(now) {
            return Err(EngineError::Invalid { pointer: "/until", why: Message::new("this is in the past") });
        }
        let field = want.field();
        let command = command_of(&want);
        if let Some(why) = self.refusal(&device, &miner) {
            return self.refuse(&device, command, actor, why).await;
        }
        let command_id = self.plan(&device, command, actor, "waits for its turn").await?;
        let old = device.state.lock().overrides.iter().find(|o| o.want.field() == field).cloned();
        let wish = Override {
            miner: id,
            want: want.clone(),
            // What ran before the first of a row of wishes is what comes back at the end of the last.
            replaced: old.as_ref().and_then(|old| old.replaced.clone()),
            until,
            by: actor.name.clone(),
            since: now,
            command: command_id,
            ended: false,
        };
        let entry = AuditEntry::new(now, actor, "wish.set", format!("miner:{id}"))
            .before(old.as_ref().filter(|old| !old.ended).map_or(serde_json::Value::Null, |old| json(&old.want)))
            .after(serde_json::json!({ "want": want, "until": until, "command_id": command_id }));
        self.store.audit_append(&entry).await?;
        {
            // Queued under the lock: the rows are written in the order in which the state changed.
            let mut state = device.state.lock();
            self.later(Write::Override(Box::new(wish.clone())));
            state.ledger.took(field);
            state.overrides.retain(|o| o.want.field() != field);
            state.overrides.push(wish);
            state.open.insert(command_id);
            if let Some(old) = old.filter(|old| state.open.remove(&old.command)) {
                let sent = state.pending.as_ref().is_some_and(|pending| pending.record == Some(old.command));
                if !sent {
                    self.later(settle(old.command, CommandState::Superseded, "a newer wish took its place", now));
                }
            }
            // A person acts: the latch of heat protection opens (H1).
            if want == Want::Power(PowerState::On) && state.heat.latched {
                state.heat.release();
                self.keep_guard(id, &state.heat);
            }
        }
        self.outbox_drain().await?;
        self.look(&device);
        self.bus.say(HouseEvent::Miner(id));
        Ok(command_id)
    }

    /// Ends a wish now. What it replaced comes back, if nobody else wants the field.
    pub async fn wish_end(&self, id: MinerId, field: Field, actor: &Actor) -> Result<(), EngineError> {
        let device = self.device(id)?;
        let now = self.clock.now();
        let held = device.state.lock().overrides.iter().find(|o| o.want.field() == field && !o.ended).cloned();
        let Some(wish) = held else { return Ok(()) };
        let entry = AuditEntry::new(now, actor, "wish.end", format!("miner:{id}")).before(json(&wish.want));
        self.store.audit_append(&entry).await?;
        for kept in &mut device.state.lock().overrides {
            if kept.command == wish.command {
                kept.until = Until::At(now);
                self.later(Write::Override(Box::new(kept.clone())));
            }
        }
        self.look(&device);
        self.outbox_drain().await?;
        self.bus.say(HouseEvent::Miner(id));
        Ok(())
    }

    /// Restart, identify, tuning: done once, when the device's queue comes to it.
    pub async fn command(&self, id: MinerId, command: Command, actor: &Actor) -> Result<CommandId, EngineError> {
        let device = self.device(id)?;
        let miner = Arc::clone(&device.state.lock().miner);
        check_command(&miner, &command)?;
        let reason = format!("{} asked for it", actor.name);
        self.order(&device, &miner, command, actor, &reason).await
    }

    /// Sets what was set before. What ran already needs no leave; the driver still keeps to what the device takes.
    pub(crate) async fn tune_back(
        &self,
        id: MinerId,
        was: Tuning,
        actor: &Actor,
        reason: &str,
    ) -> Result<CommandId, EngineError> {
        let device = self.device(id)?;
        let miner = Arc::clone(&device.state.lock().miner);
        self.order(&device, &miner, Command::Tune { tuning: was }, actor, reason).await
    }

    async fn order(
        &self,
        device: &Arc<Device>,
        miner: &Miner,
        command: Command,
        actor: &Actor,
        reason: &str,
    ) -> Result<CommandId, EngineError> {
        if let Some(why) = self.refusal(device, miner) {
            return self.refuse(device, command, actor, why).await;
        }
        if device.inbox.capacity() == 0 {
            return Err(EngineError::Refused(Message::new("too many commands wait for this miner already")));
        }
        let record = self.plan(device, command.clone(), actor, "waits for its turn").await?;
        let order = Order {
            command,
            owner: Owner::Override,
            actor: actor.clone(),
            reason: Message::new(reason),
            want: None,
            record: Some(record),
        };
        if device.inbox.try_send((Ask::Carry(Box::new(order)), self.clock.awake())).is_err() {
            self.later(settle(
                record,
                CommandState::Refused,
                "too many commands wait for this miner",
                self.clock.now(),
            ));
        }
        Ok(record)
    }

    /// *All off now* (H8): every enabled miner, until a person says otherwise.
    ///
    /// One that cannot be told does not keep the others running: each has its own answer.
    pub async fn all_off(&self, actor: &Actor) -> Vec<(MinerId, Result<CommandId, EngineError>)> {
        let mut answers = Vec::new();
        for live in self.miners().iter().filter(|live| live.miner.enabled) {
            let id = live.miner.id;
            answers.push((id, self.wish(id, Want::Power(PowerState::Off), Until::Told, actor).await));
        }
        answers
    }

    /// Asks the device now, unless it was asked within its poll gap.
    pub async fn read_now(&self, id: MinerId) -> Result<Arc<LiveMiner>, EngineError> {
        let device = self.device(id)?;
        if !device.state.lock().miner.enabled {
            return Err(EngineError::Refused(Message::new("a disabled miner is left alone")));
        }
        let (tell, told) = oneshot::channel();
        device.inbox.send((Ask::Read(tell), self.clock.awake())).await.map_err(|_| EngineError::Stopping)?;
        told.await.map_err(|_| EngineError::Stopping)??;
        Ok(device.live.read().clone())
    }

    fn refusal(&self, device: &Device, miner: &Miner) -> Option<&'static str> {
        if self.tasks.stopping().is_cancelled() {
            return Some("the program is stopping");
        }
        if !self.operation_mode().lets(Owner::Override) {
            return Some("hands off: nothing but heat protection is sent");
        }
        if device.state.lock().ledger.disputed {
            return Some(hmm_strategy::DISPUTED);
        }
        (!miner.enabled).then_some("the miner is disabled")
    }

    /// A refused command is recorded too: whoever asked can read why.
    async fn refuse(
        &self,
        device: &Device,
        command: Command,
        actor: &Actor,
        why: &str,
    ) -> Result<CommandId, EngineError> {
        let id = self.plan(device, command.clone(), actor, why).await?;
        let now = self.clock.now();
        self.store.command_settle(id, CommandState::Refused, &Message::new(why), None, now).await?;
        let entry = AuditEntry::new(now, actor, "command.refuse", format!("miner:{}", device.id))
            .after(serde_json::json!({ "command_id": id, "command": command }))
            .outcome(None, &format!("refused: {why}"));
        self.store.audit_append(&entry).await?;
        self.bus.say(HouseEvent::Command(id));
        Ok(id)
    }

    async fn plan(
        &self,
        device: &Device,
        command: Command,
        actor: &Actor,
        reason: &str,
    ) -> Result<CommandId, EngineError> {
        let record = CommandRecord {
            id: CommandId::new(0),
            miner: device.id,
            command,
            owner: Owner::Override,
            actor: actor.clone(),
            state: CommandState::Planned,
            reason: Message::new(reason),
            reply: None,
            planned_at: self.clock.now(),
            sent_at: None,
            settled_at: None,
        };
        Ok(self.store.command_add(&record).await?)
    }
}

fn json(want: &Want) -> serde_json::Value {
    serde_json::to_value(want).unwrap_or_default()
}

fn command_of(want: &Want) -> Command {
    match want {
        Want::Power(power) => Command::SetPower { power: *power },
        Want::Mode(mode) => Command::SetMode { mode: mode.clone(), clear_overheat: false },
        Want::Point { frequency, core_voltage } => Command::Tune {
            tuning: Tuning { frequency: Some(*frequency), core_voltage: Some(*core_voltage), ..Tuning::default() },
        },
        Want::Pool(pool) => Command::SetPool { pool: pool.clone() },
    }
}

fn check_want(miner: &Miner, want: &Want) -> Result<(), EngineError> {
    let unsupported = |why: &str| Err(EngineError::Unsupported(Message::new(why)));
    let profile = &miner.profile;
    match want {
        // What cannot be switched off goes to its lowest mode instead; without modes there is not even that.
        Want::Power(_) if profile.modes.is_empty() && profile.firmware.is_none() => {
            unsupported("it has not answered yet, so it is not known what it can do")
        }
        Want::Mode(_) if !profile.capabilities.set_mode => unsupported("its mode cannot be set"),
        Want::Mode(mode) => {
            let known = profile.mode(mode).is_some();
            if !known {
                let names: Vec<_> = profile.modes.iter().map(|mode| mode.id.as_str()).collect();
                let why = format!("this miner has the modes {}", names.join(", "));
                return Err(EngineError::Invalid { pointer: "/mode", why: Message::new(&why) });
            }
            if needs_overclock(mode) && !miner.may_overclock {
                let why = "turbo and oc are only for miners marked \"may be overclocked\" (H6): mark it first";
                return Err(EngineError::Refused(Message::new(why)));
            }
            Ok(())
        }
        Want::Point { .. } => unsupported("an operating point without a name is set through tuning"),
        Want::Pool(_) if !profile.capabilities.set_pool => unsupported("its pool cannot be set"),
        Want::Power(_) | Want::Pool(_) => Ok(()),
    }
}

fn needs_overclock(mode: &ModeId) -> bool {
    matches!(mode.as_str(), "turbo" | "oc")
}

fn check_command(miner: &Miner, command: &Command) -> Result<(), EngineError> {
    let unsupported = |why: &str| Err(EngineError::Unsupported(Message::new(why)));
    let capabilities = &miner.profile.capabilities;
    match command {
        Command::Restart if !capabilities.restart => unsupported("it cannot be restarted over the network"),
        Command::Identify if !capabilities.identify => unsupported("its firmware cannot make itself known"),
        Command::Restart | Command::Identify => Ok(()),
        Command::Tune { tuning } => check_tuning(miner, tuning),
        Command::SetMode { .. } | Command::SetPower { .. } | Command::SetPool { .. } => {
            unsupported("mode, power and pool are wished for, not commanded")
        }
    }
}

/// Inclusive ranges, each with the pointer that a wrong value is answered with.
fn check_tuning(miner: &Miner, tuning: &Tuning) -> Result<(), EngineError> {
    let capabilities = &miner.profile.capabilities;
    within("/frequency_mhz", tuning.frequency, capabilities.frequency, |f| format!("{} MHz", f.as_mhz()))?;
    within("/core_voltage_mv", tuning.core_voltage, capabilities.core_voltage, |v| format!("{} mV", v.get()))?;
    within("/fan_pct", tuning.fan_pct, capabilities.fan_pct, |f| format!("{f} %"))?;
    let target = capabilities.target_temperature;
    within("/target_temperature_c", tuning.target_temperature, target, |t| format!("{} °C", t.as_celsius()))?;
    let standard = miner.profile.mode(&ModeId::new("standard"));
    let above = |standard: &hmm_domain::miner::Mode| {
        tuning.frequency > standard.frequency || tuning.core_voltage > standard.core_voltage
    };
    if !miner.may_overclock && standard.is_some_and(above) {
        let why = "above the factory's setting only for miners marked \"may be overclocked\" (H6): mark it first";
        return Err(EngineError::Refused(Message::new(why)));
    }
    Ok(())
}

fn within<T: PartialOrd + Copy>(
    pointer: &'static str,
    value: Option<T>,
    range: Option<(T, T)>,
    shown: impl Fn(T) -> String,
) -> Result<(), EngineError> {
    match (value, range) {
        (Some(_), None) => Err(EngineError::Invalid { pointer, why: Message::new("this miner cannot be set so") }),
        (Some(value), Some((least, most))) if value < least || value > most => {
            let why = format!("between {} and {}", shown(least), shown(most));
            Err(EngineError::Invalid { pointer, why: Message::new(&why) })
        }
        (None, _) | (Some(_), Some(_)) => Ok(()),
    }
}
