//! Watches for the effect of what was sent, and picks up after a restart of the program what was under way before.

use crate::device::{Device, Order, Pending};
use crate::error::EngineError;
use crate::house::Engine;
use crate::reconcile::settle;
use hmm_domain::CommandState;
use hmm_domain::command::{Command, CommandRecord, Seen};
use hmm_domain::event::Level;
use hmm_domain::wish::Want;
use std::sync::Arc;
use std::time::Duration;

/// A command that was never sent is still worth sending this long after it was asked for.
const LATE_MAX: Duration = Duration::from_mins(5);

impl Engine {
    /// Compares the last reading with what was sent.
    pub(crate) fn check_pending(&self, device: &Arc<Device>) {
        let now = self.clock.now();
        let mut state = device.state.lock();
        let Some(pending) = state.pending.clone() else { return };
        let after = state.latest.as_ref().filter(|(at, _)| *at > pending.sent_at).cloned();
        let seen = after.is_some_and(|(at, reading)| {
            pending.command.seen_in(
                &state.miner.profile,
                pending.before.as_deref(),
                &reading,
                at.since(pending.sent_at),
            ) == Seen::Yes
        });
        if !seen && now < pending.deadline {
            return;
        }
        state.pending = None;
        state.ledger.busy = None;
        let (word, reason) = if seen {
            if pending.command.restarts(&state.miner.profile) {
                state.link.booting_until = None;
            }
            if let Some(want) = &pending.want {
                state.ledger.took(want.field());
            }
            (CommandState::Confirmed, "a later reading shows it")
        } else {
            if let Some(want) = &pending.want {
                state.ledger.failed(want, pending.owner, now);
            }
            (CommandState::Unconfirmed, "accepted, and not seen to act in time")
        };
        let name = state.miner.name.clone();
        drop(state);
        if !seen {
            let text = format!("{name}: {} was accepted and not seen to act", pending.command.kind());
            self.notice(Level::Warning, "command_unconfirmed", Some(device.id), &text);
        }
        self.close(device, pending, word, reason);
    }

    fn close(&self, device: &Arc<Device>, pending: Pending, word: CommandState, reason: &str) {
        let ids = (pending.record, pending.intent);
        let reply = pending.reply.clone();
        self.settled(device, &order_of(pending), ids, word, reason, reply);
    }

    /// Nobody will look for the effect of this one any more.
    pub(crate) fn let_go(&self, device: &Arc<Device>, pending: Pending, why: &str) {
        self.close(device, pending, CommandState::Unconfirmed, why);
    }

    /// Sent commands are watched on, never sent again; planned ones are sent if they are still worth it.
    pub(crate) async fn commands_recover(&self) -> Result<(), EngineError> {
        let now = self.clock.now();
        let intents = self.store.audit_open("command.send").await?;
        for record in self.store.command_unsettled().await? {
            let Ok(device) = self.device(record.miner) else {
                self.later(settle(record.id, CommandState::Superseded, "the miner is gone", now));
                continue;
            };
            if let Some(sent_at) = record.sent_at {
                let intent = intents
                    .iter()
                    .find(|row| row.entry.after.as_ref().is_some_and(|after| after["command_id"] == record.id.get()))
                    .map(|row| row.id);
                let mut state = device.state.lock();
                let deadline =
                    (sent_at + record.command.patience(&state.miner.profile)).max(now + Duration::from_mins(1));
                if state.overrides.iter().any(|wish| wish.command == record.id) {
                    state.open.insert(record.id);
                }
                let older = state.pending.take();
                state.ledger.busy = Some(record.owner);
                state.pending = Some(Pending {
                    record: Some(record.id),
                    intent,
                    want: want_of(&record.command),
                    command: record.command,
                    owner: record.owner,
                    actor: record.actor,
                    before: None,
                    sent_at,
                    deadline,
                    reply: None,
                });
                drop(state);
                if let Some(older) = older {
                    self.let_go(&device, older, "a later command took its place before it was seen");
                }
                continue;
            }
            self.plan_again(&device, record, now);
        }
        Ok(())
    }

    fn plan_again(&self, device: &Arc<Device>, record: CommandRecord, now: hmm_domain::Timestamp) {
        let mut state = device.state.lock();
        if state.overrides.iter().any(|wish| wish.command == record.id && !wish.ended) {
            state.open.insert(record.id);
            return;
        }
        let direct = matches!(record.command, Command::Restart | Command::Identify | Command::Tune { .. });
        if direct && now.since(record.planned_at) < LATE_MAX {
            state.waiting.push_back(Order {
                command: record.command,
                owner: record.owner,
                actor: record.actor,
                reason: record.reason,
                want: None,
                record: Some(record.id),
            });
            return;
        }
        drop(state);
        self.later(settle(
            record.id,
            CommandState::Refused,
            "the program was not running when it was due: nothing was sent",
            now,
        ));
    }
}

fn order_of(pending: Pending) -> Order {
    Order {
        command: pending.command,
        owner: pending.owner,
        actor: pending.actor,
        reason: hmm_domain::Message::default(),
        want: pending.want,
        record: pending.record,
    }
}

fn want_of(command: &Command) -> Option<Want> {
    match command {
        Command::SetMode { mode, .. } => Some(Want::Mode(mode.clone())),
        Command::SetPower { power } => Some(Want::Power(*power)),
        Command::SetPool { pool } => Some(Want::Pool(pool.clone())),
        Command::Tune { .. } | Command::Restart | Command::Identify => None,
    }
}
