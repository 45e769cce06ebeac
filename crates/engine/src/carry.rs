//! Carries out one order: intent written, sent, and its fate known or watched for.
//!
//! **Invariant:** no intent row, no command. Going down for heat is the exception: it is journalled on disk and written
//! to the audit log when the database is back.

use crate::device::{Device, Order, Pending, State};
use crate::house::Engine;
use crate::outbox::Write;
use hmm_domain::audit::AuditEntry;
use hmm_domain::command::{Command, CommandRecord, Seen};
use hmm_domain::event::{HouseEvent, Level};
use hmm_domain::miner::{PowerOff, PowerState};
use hmm_domain::port::{DriverError, Receipt, StoreError};
use hmm_domain::text::Message;
use hmm_domain::wish::{Owner, PoolTarget, Want};
use hmm_domain::{AuditId, CommandId, CommandState, Label, Timestamp};
use hmm_strategy::heat::running_point;
use hmm_strategy::{Observed, arbitrate};
use std::collections::VecDeque;
use std::io::Write as _;
use std::sync::Arc;
use std::time::Duration;

/// Heat protection waits this long for its intent to be written.
const INTENT_MAX: Duration = Duration::from_secs(3);

impl Engine {
    pub(crate) async fn carry_out(&self, device: &Arc<Device>, mut order: Order) {
        if !self.still_due(device, &mut order) {
            return;
        }
        // What was decided in one mode of operation is not sent in another.
        let (enabled, disputed) = {
            let state = device.state.lock();
            (state.miner.enabled, state.ledger.disputed && order.owner != Owner::Safety)
        };
        if !self.operation_mode().lets(order.owner) || !enabled || disputed {
            if let (Some(id), None) = (order.record, &order.want) {
                let why = if disputed { hmm_strategy::DISPUTED } else { "hands off, or disabled, meanwhile" };
                self.later(crate::reconcile::settle(id, CommandState::Refused, why, self.clock.now()));
            }
            device.state.lock().free();
            return;
        }
        let intended = tokio::select! {
            biased;
            intended = self.intend(device, &order) => intended,
            // A database that neither answers nor fails does not hold up heat protection.
            _awake = self.clock.sleep_until(self.clock.now() + INTENT_MAX), if order.owner == Owner::Safety => {
                Err(StoreError::Away("it takes too long".to_owned()))
            }
        };
        let intent = match intended {
            Ok(intent) => intent,
            Err(error) if order.owner == Owner::Safety => {
                self.store_trouble(&error, self.clock.now());
                self.journal(device, &order);
                (None, None)
            }
            Err(error) => {
                self.store_trouble(&error, self.clock.now());
                let mut state = device.state.lock();
                state.free();
                // A wish is looked at again by itself; an order without one would be forgotten.
                if order.want.is_none() {
                    state.waiting.push_front(order);
                }
                return;
            }
        };
        let outcome = self.send(device, &order.command).await;
        self.took(device, &order, intent, outcome);
        self.look(device);
    }

    /// The last command to a device that leaves the house. Nothing is watched afterwards.
    pub(crate) async fn carry_farewell(&self, device: &Arc<Device>, order: Order) -> Result<Receipt, DriverError> {
        let (record, intent) = self
            .intend(device, &order)
            .await
            .map_err(|error| DriverError::Refused(Message::new(&format!("nothing was sent: {error}"))))?;
        let outcome = self.send(device, &order.command).await;
        let (state, reason) = match &outcome {
            Ok(_) => (CommandState::Unconfirmed, "sent as the miner was removed".to_owned()),
            Err(error) => (CommandState::Failed, error.public()),
        };
        self.settled(device, &order, (record, intent), state, &reason, None);
        outcome
    }

    async fn send(&self, device: &Arc<Device>, command: &Command) -> Result<Receipt, DriverError> {
        let (driver, miner) = {
            let state = device.state.lock();
            (Arc::clone(&state.driver), Arc::clone(&state.miner))
        };
        driver.send(&miner.identity, &miner.profile, command).await
    }

    /// Writes down what is about to be done, durably. Also what a person's wish replaces, before it is replaced.
    async fn intend(
        &self,
        device: &Arc<Device>,
        order: &Order,
    ) -> Result<(Option<CommandId>, Option<AuditId>), StoreError> {
        let now = self.clock.now();
        {
            // Queued under the lock: the rows are written in the order in which the state changed.
            let mut state = device.state.lock();
            if let Some(wish) = remember_replaced(&mut state, order) {
                self.later(Write::Override(Box::new(wish)));
            }
        }
        self.outbox_drain().await?;
        let id = match order.record {
            Some(id) => id,
            None => self.store.command_add(&record_of(device, order, now)).await?,
        };
        let entry = AuditEntry::new(now, &order.actor, "command.send", format!("miner:{}", device.id))
            .before(Self::running(device))
            .after(serde_json::json!({
                "command_id": id, "command": order.command, "owner": order.owner, "reason": order.reason,
            }));
        let intent = self.store.audit_append(&entry).await?;
        self.store.command_sent(id, now).await?;
        self.bus.say(HouseEvent::Command(id));
        Ok((Some(id), Some(intent)))
    }

    /// What ran before, for the audit log.
    fn running(device: &Device) -> serde_json::Value {
        let state = device.state.lock();
        let Some((_, reading)) = &state.latest else { return serde_json::Value::Null };
        serde_json::json!({
            "mode": state.miner.profile.mode_of(reading),
            "frequency_mhz": reading.frequency.map(hmm_domain::units::Frequency::as_mhz),
            "core_voltage_mv": reading.core_voltage.map(hmm_domain::units::Millivolts::get),
            "paused": reading.paused,
            "pool": reading.pool.as_ref().map(|pool| pool.host.clone()),
        })
    }

    /// The device answered, or did not.
    fn took(
        &self,
        device: &Arc<Device>,
        order: &Order,
        ids: (Option<CommandId>, Option<AuditId>),
        outcome: Result<Receipt, DriverError>,
    ) {
        let now = self.clock.now();
        let mut state = device.state.lock();
        match outcome {
            Ok(receipt) => {
                let never =
                    order.command.seen_in(&state.miner.profile, None, &hmm_domain::Reading::default(), Duration::ZERO);
                if never == Seen::NeverVisible {
                    state.free();
                    drop(state);
                    let (word, reason) = if receipt.certain {
                        (CommandState::Confirmed, "the device said yes; nothing else shows it")
                    } else {
                        (CommandState::Unconfirmed, "the connection dropped after sending")
                    };
                    self.settled(device, order, ids, word, reason, receipt.reply);
                    return;
                }
                let old = state.pending.take();
                watch(&mut state, order, ids, receipt, now);
                drop(state);
                if let Some(old) = old {
                    self.let_go(device, old, "heat protection took its place before it was seen");
                }
            }
            Err(error) => {
                state.free();
                if let DriverError::WrongDevice { .. } = error {
                    state.link.wrong_device = true;
                }
                if let Some(want) = &order.want {
                    state.ledger.failed(want, order.owner, now);
                }
                state.last_error = Some(Message::new(&error.public()));
                let name = state.miner.name.clone();
                drop(state);
                let text = format!("{name}: {} failed: {}", order.command.kind(), error.public());
                self.notice(Level::Warning, "command_failed", Some(device.id), &text);
                self.settled(device, order, ids, CommandState::Failed, &error.public(), None);
            }
        }
    }

    /// Whether an order is still to be carried out now. What was queued is judged again when its turn comes: a wish may
    /// have ended or been replaced, and what was sent before may not have been seen yet.
    fn still_due(&self, device: &Arc<Device>, order: &mut Order) -> bool {
        let mut state = device.state.lock();
        if state.pending.is_some() && order.owner != Owner::Safety {
            // A wish comes again by itself.
            if order.want.is_none() {
                state.waiting.push_back(order.clone());
            }
            state.free();
            return false;
        }
        let Some(want) = &order.want else { return true };
        let desired = arbitrate(&state.miner.profile, &state.heat, &state.overrides, self.clock.now());
        let wanted = desired.get(want.field()).is_some_and(|wish| wish.want == *want && wish.owner == order.owner);
        order.record = order.record.filter(|id| state.open.contains(id));
        if !wanted {
            state.free();
            drop(state);
            self.look(device);
        }
        wanted
    }

    pub(crate) async fn retry_waiting(&self, device: &Arc<Device>) {
        let order = {
            let mut state = device.state.lock();
            if state.pending.is_some() { None } else { state.waiting.pop_front() }
        };
        if let Some(order) = order {
            self.carry_out(device, order).await;
        }
    }

    /// Books how a command ended: its row, and the outcome line of the audit log.
    pub(crate) fn settled(
        &self,
        device: &Arc<Device>,
        order: &Order,
        (record, intent): (Option<CommandId>, Option<AuditId>),
        word: CommandState,
        reason: &str,
        reply: Option<Message>,
    ) {
        let at = self.clock.now();
        if let Some(id) = record {
            device.state.lock().open.remove(&id);
            self.later(Write::Settle { id, state: word, reason: Message::new(reason), reply, at });
        }
        let said = serde_json::to_value(word).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default();
        let entry = AuditEntry::new(at, &order.actor, "command.outcome", format!("miner:{}", device.id))
            .outcome(intent, &format!("{said}: {reason}"));
        self.later(Write::Audit(Box::new(entry)));
    }

    /// Without a database, a step of heat protection is noted in a file of its own.
    fn journal(&self, device: &Device, order: &Order) {
        let Some(path) = &self.settings.journal else { return };
        let line = serde_json::json!({
            "at": self.clock.now(), "miner": device.id, "command": order.command, "reason": order.reason,
        });
        let written = std::fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(path)
            .and_then(|mut file| writeln!(file, "{line}").and_then(|()| file.sync_data()));
        if let Err(error) = written {
            tracing::error!(%error, %line, "a step of heat protection could be noted nowhere but here");
        }
    }

    /// What was journalled goes into the audit log, once.
    pub(crate) async fn journal_replay(&self) {
        let Some(path) = &self.settings.journal else { return };
        // Set aside first: what is noted meanwhile begins a new file. What an earlier replay left over goes first.
        let aside = path.with_extension("replaying");
        if !aside.exists() && std::fs::rename(path, &aside).is_err() {
            return;
        }
        let Ok(text) = std::fs::read_to_string(&aside) else { return };
        let mut left: VecDeque<&str> = text.lines().collect();
        while let Some(line) = left.front() {
            if let Ok(noted) = serde_json::from_str::<serde_json::Value>(line) {
                let at = noted["at"].as_i64().map_or_else(|| self.clock.now(), Timestamp::from_millis);
                let miner = format!("miner:{}", noted["miner"]);
                let entry = AuditEntry::new(at, &hmm_domain::Actor::safety(), "command.journal", miner).after(noted);
                if self.store.audit_append(&entry).await.is_err() {
                    break;
                }
            }
            left.pop_front();
        }
        let kept = if left.is_empty() {
            std::fs::remove_file(&aside)
        } else {
            std::fs::write(&aside, left.make_contiguous().join("\n") + "\n")
        };
        if let Err(error) = kept {
            tracing::error!(%error, "the journal of heat protection could not be put away");
        }
    }
}

fn record_of(device: &Device, order: &Order, now: Timestamp) -> CommandRecord {
    CommandRecord {
        id: CommandId::new(0),
        miner: device.id,
        command: order.command.clone(),
        owner: order.owner,
        actor: order.actor.clone(),
        state: CommandState::Planned,
        reason: order.reason.clone(),
        reply: None,
        planned_at: now,
        sent_at: None,
        settled_at: None,
    }
}

/// A person's wish remembers what it replaces, the first time it is carried out.
fn remember_replaced(state: &mut State, order: &Order) -> Option<hmm_domain::wish::Override> {
    let want = order.want.as_ref().filter(|_| order.owner == Owner::Override)?;
    let (_, reading) = state.latest.clone()?;
    let miner = Arc::clone(&state.miner);
    let wish = state.overrides.iter_mut().find(|o| o.want == *want && !o.ended && o.replaced.is_none())?;
    let observed = Observed::of(&miner.profile, &reading);
    wish.replaced = match want {
        // What cannot be switched off is sent to its lowest mode, and back from there.
        Want::Power(PowerState::Off) if miner.profile.capabilities.power_off == PowerOff::None => {
            running_point(&miner.profile, &reading)
        }
        Want::Power(_) => observed.power.map(Want::Power),
        // While heat protection held it down, what ran before that is what was replaced.
        Want::Mode(_) | Want::Point { .. } => {
            state.heat.give_back.clone().or_else(|| running_point(&miner.profile, &reading))
        }
        Want::Pool(_) => pool_of(&reading).map(Want::Pool),
    };
    wish.replaced.is_some().then(|| wish.clone())
}

/// The pool that is set, else the one it works for. A device that was found on its fallback is not left on it.
fn pool_of(reading: &hmm_domain::Reading) -> Option<PoolTarget> {
    if let Some(set) = reading.pool_set.clone() {
        let (user, tls) = (set.user.unwrap_or_default(), set.tls.unwrap_or(false));
        return Some(PoolTarget { host: set.host, port: set.port?, user, password: None, tls });
    }
    // A name of this length may have been cut: it is not written back.
    let pool = reading.pool.clone().filter(|pool| pool.fallback != Some(true))?;
    let user = pool.user.as_ref().map_or("", Label::as_str);
    let whole = user.chars().count() < 64;
    let target = PoolTarget { host: pool.host, port: pool.port?, user: Message::new(user), password: None, tls: false };
    whole.then_some(target)
}

fn watch(
    state: &mut State,
    order: &Order,
    ids: (Option<CommandId>, Option<AuditId>),
    receipt: Receipt,
    now: Timestamp,
) {
    let patience = order.command.patience(&state.miner.profile);
    // Pause and resume leave no mark in the flash; everything else wears it.
    if !matches!(order.command, Command::SetPower { .. }) {
        state.ledger.last_write = Some(now);
    }
    if order.command.restarts(&state.miner.profile) {
        state.link.booting_until = Some(now + state.miner.profile.boot_deadline);
    }
    state.ledger.busy = Some(order.owner);
    state.pending = Some(Pending {
        record: ids.0,
        intent: ids.1,
        command: order.command.clone(),
        want: order.want.clone(),
        owner: order.owner,
        actor: order.actor.clone(),
        before: state.latest.as_ref().map(|(_, reading)| Arc::clone(reading)),
        sent_at: now,
        deadline: now + patience,
        reply: receipt.reply,
    });
}
