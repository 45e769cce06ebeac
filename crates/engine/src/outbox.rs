//! Writes that may be late but must not be lost or reordered: outcomes, notices, ended wishes. One task writes them;
//! while the database is away they wait in memory.
//!
//! **Invariant:** intents do not pass here. Without a written intent nothing is sent.

use crate::house::Engine;
use hmm_domain::audit::AuditEntry;
use hmm_domain::event::{HouseEvent, Level, Notice};
use hmm_domain::port::{Awake, StoreError};
use hmm_domain::text::Message;
use hmm_domain::wish::{Field, Override};
use hmm_domain::{CommandId, CommandState, MinerId, Timestamp};
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

/// Beyond this, the oldest notices are dropped and counted; nothing else ever is.
const WAITING_MAX: usize = 10_000;
const RETRY: Duration = Duration::from_secs(5);

#[derive(Debug, Clone)]
pub(crate) enum Write {
    Settle { id: CommandId, state: CommandState, reason: Message, reply: Option<Message>, at: Timestamp },
    Audit(Box<AuditEntry>),
    Notice { at: Timestamp, level: Level, kind: &'static str, miner: Option<MinerId>, text: Message },
    Override(Box<Override>),
    OverrideGone(MinerId, Field),
    Guard(MinerId, serde_json::Value),
    Miner(Box<hmm_domain::Miner>),
}

#[derive(Default)]
pub(crate) struct Outbox {
    waiting: parking_lot::Mutex<VecDeque<(Write, Awake)>>,
    bell: tokio::sync::Notify,
    /// The database does not take them: what waits must not keep a driven clock from stepping to the next try.
    stuck: AtomicBool,
    /// One drain at a time, so that order holds.
    turn: tokio::sync::Mutex<()>,
}

impl Engine {
    /// Queues a write. Never waits.
    pub(crate) fn later(&self, write: Write) {
        let mut waiting = self.outbox.waiting.lock();
        if waiting.len() >= WAITING_MAX
                        // The first may be under way.
            && let Some(oldest) = waiting.iter().skip(1).position(|(write, _)| matches!(write, Write::Notice { .. }))
        {
            waiting.remove(oldest + 1);
        }
        let awake = if self.outbox.stuck.load(Ordering::Acquire) { Awake::default() } else { self.clock.awake() };
        waiting.push_back((write, awake));
        drop(waiting);
        self.outbox.bell.notify_one();
    }

    pub(crate) fn notice(&self, level: Level, kind: &'static str, miner: Option<MinerId>, text: &str) {
        self.later(Write::Notice { at: self.clock.now(), level, kind, miner, text: Message::new(text) });
    }

    pub(crate) async fn outbox_loop(self: Arc<Self>) {
        let stop = self.tasks.stopping();
        loop {
            tokio::select! {
                () = self.outbox.bell.notified() => {}
                () = stop.cancelled() => return,
            }
            while let Err(error) = self.outbox_drain().await {
                let next = self.clock.now() + RETRY;
                self.store_trouble(&error, next);
                self.outbox.stuck.store(true, Ordering::Release);
                self.outbox.waiting.lock().iter_mut().for_each(|(_, awake)| *awake = Awake::default());
                tokio::select! {
                    _awake = self.clock.sleep_until(next) => {}
                    () = stop.cancelled() => return,
                }
            }
            self.outbox.stuck.store(false, Ordering::Release);
            self.tasks.beat("outbox", None);
            self.store_well();
        }
    }

    /// Writes what waits, in order. At the first failure the rest stays.
    pub(crate) async fn outbox_drain(&self) -> Result<(), StoreError> {
        let _turn = self.outbox.turn.lock().await;
        loop {
            let Some(write) = self.outbox.waiting.lock().front().map(|(write, _)| write.clone()) else { return Ok(()) };
            match self.write(&write).await {
                // A row that can never be written must not hold up the others.
                Err(StoreError::Corrupt(why)) => tracing::error!(?write, why, "a write is given up"),
                Err(StoreError::Conflict(what)) => tracing::error!(?write, what, "a write is given up"),
                other => other?,
            }
            self.outbox.waiting.lock().pop_front();
        }
    }

    async fn write(&self, write: &Write) -> Result<(), StoreError> {
        match write {
            Write::Settle { id, state, reason, reply, at } => {
                self.store.command_settle(*id, *state, reason, reply.as_ref(), *at).await?;
                self.bus.say(HouseEvent::Command(*id));
            }
            Write::Audit(entry) => {
                self.store.audit_append(entry).await?;
            }
            Write::Notice { at, level, kind, miner, text } => {
                let id = self.store.event_add(*at, *level, kind, *miner, text).await?;
                let notice =
                    Notice { id, at: *at, level: *level, kind: (*kind).to_owned(), miner: *miner, text: text.clone() };
                self.bus.say(HouseEvent::Notice(notice));
            }
            Write::Override(wish) => self.store.override_put(wish).await?,
            Write::OverrideGone(miner, field) => self.store.override_remove(*miner, *field).await?,
            Write::Guard(miner, guard) => self.store.guard_save(*miner, guard).await?,
            Write::Miner(miner) => self.store.miner_save(miner).await?,
        }
        Ok(())
    }
}
