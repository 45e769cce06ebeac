//! One device inside the engine: its queue, and the state that polling and reconciling share.

use crate::live::LiveMiner;
use hmm_domain::actor::Actor;
use hmm_domain::command::Command;
use hmm_domain::miner::{Miner, MinerState};
use hmm_domain::port::{Awake, Driver, DriverError, Family, Receipt};
use hmm_domain::sample::Mark;
use hmm_domain::text::{Label, Message};
use hmm_domain::wish::{Override, Owner, Want};
use hmm_domain::{AuditId, CommandId, MinerId, Reading, Timestamp};
use hmm_strategy::spike::Neighbours;
use hmm_strategy::{Decision, Heat, Ledger, Link, Phase};
use parking_lot::{Mutex, RwLock};
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;
use tokio::sync::{mpsc, oneshot};
use tokio_util::sync::CancellationToken;

/// More than this many requests waiting for one device are refused.
pub(crate) const QUEUE: usize = 16;

/// One thing to send, whoever wants it.
#[derive(Debug, Clone)]
pub(crate) struct Order {
    pub(crate) command: Command,
    pub(crate) owner: Owner,
    pub(crate) actor: Actor,
    pub(crate) reason: Message,
    /// The wish behind it; none for restart, identify and tuning.
    pub(crate) want: Option<Want>,
    /// The record that exists already.
    pub(crate) record: Option<CommandId>,
}

/// What can be asked of a device's queue.
pub(crate) enum Ask {
    /// Read now, if the poll gap allows.
    Read(oneshot::Sender<Result<(), DriverError>>),
    Carry(Box<Order>),
    /// As the last thing before the miner is removed: the answer is awaited.
    Farewell(Box<Order>, oneshot::Sender<Result<Receipt, DriverError>>),
    /// Settings changed: look at the state again.
    Look,
}

/// Sent, and waiting to be seen in a reading.
#[derive(Debug, Clone)]
pub(crate) struct Pending {
    pub(crate) record: Option<CommandId>,
    pub(crate) intent: Option<AuditId>,
    pub(crate) command: Command,
    pub(crate) want: Option<Want>,
    pub(crate) owner: Owner,
    pub(crate) actor: Actor,
    pub(crate) before: Option<Arc<Reading>>,
    pub(crate) sent_at: Timestamp,
    pub(crate) deadline: Timestamp,
    pub(crate) reply: Option<Message>,
}

#[expect(clippy::struct_field_names, reason = "the state of the miner is the word people know")]
pub(crate) struct State {
    pub(crate) miner: Arc<Miner>,
    pub(crate) driver: Arc<dyn Driver>,
    /// How it is spoken to; none while nothing here knows how.
    pub(crate) family: Option<Arc<Family>>,
    pub(crate) link: Link,
    pub(crate) latest: Option<(Timestamp, Arc<Reading>)>,
    /// What it said last that it works on; what its family works on where it says nothing.
    pub(crate) works_on: Option<Label>,
    /// When it was last asked, whether it answered or not.
    pub(crate) asked_at: Option<Timestamp>,
    pub(crate) mark: Mark,
    pub(crate) heat: Heat,
    pub(crate) overrides: Vec<Override>,
    pub(crate) ledger: Ledger,
    pub(crate) pending: Option<Pending>,
    /// Wishes whose command is not settled yet.
    pub(crate) open: BTreeSet<CommandId>,
    /// Orders whose intent could not be written: no database, no command.
    pub(crate) waiting: VecDeque<Order>,
    pub(crate) spikes: [Neighbours; 2],
    pub(crate) spike_mode: Option<hmm_domain::ModeId>,
    pub(crate) state: MinerState,
    pub(crate) state_since: Timestamp,
    pub(crate) decision: Decision,
    pub(crate) last_error: Option<Message>,
    /// The profile was never read from the device, or its firmware has changed since.
    pub(crate) inspect: bool,
}

impl State {
    pub(crate) fn new(miner: Miner, driver: Arc<dyn Driver>, family: Option<Arc<Family>>, now: Timestamp) -> Self {
        Self {
            inspect: miner.profile.firmware.is_none(),
            miner: Arc::new(miner),
            driver,
            family,
            link: Link::default(),
            latest: None,
            works_on: None,
            asked_at: None,
            mark: Mark::default(),
            heat: Heat::default(),
            overrides: Vec::new(),
            ledger: Ledger::default(),
            pending: None,
            open: BTreeSet::new(),
            waiting: VecDeque::new(),
            spikes: Default::default(),
            spike_mode: None,
            state: MinerState::Unknown,
            state_since: now,
            decision: Decision::Rest,
            last_error: None,
        }
    }
}

impl State {
    /// What it mines, for the sums.
    pub(crate) fn algorithm(&self) -> Label {
        let usual = || self.family.as_ref().map_or("unknown", |family| family.algorithm).into();
        self.works_on.clone().unwrap_or_else(usual)
    }

    /// Whether it is polled at all.
    pub(crate) fn asked(&self) -> bool {
        self.miner.enabled && self.family.is_some()
    }

    /// A step came to nothing: the next may be sent, unless one that was sent before is still to be seen.
    pub(crate) fn free(&mut self) {
        self.ledger.busy = self.pending.as_ref().map(|pending| pending.owner);
    }

    /// The wall clock was set back: nothing here may lie in the future, or it would be waited for.
    pub(crate) fn not_after(&mut self, now: Timestamp) {
        let clamp = |at: &mut Timestamp| *at = (*at).min(now);
        match &mut self.heat.phase {
            Phase::Cool => {}
            Phase::Lowest { since } | Phase::Off { since } => clamp(since),
        }
        self.heat.cool_since.iter_mut().for_each(clamp);
        self.heat.trips.iter_mut().for_each(clamp);
        self.link.answered_at.iter_mut().for_each(clamp);
        self.link.shares_moved_at.iter_mut().for_each(clamp);
        self.ledger.last_write.iter_mut().for_each(clamp);
        self.ledger.attempts.iter_mut().for_each(|a| a.not_before = a.not_before.min(now));
        self.latest.iter_mut().for_each(|(at, _)| clamp(at));
        self.state_since = self.state_since.min(now);
        let boot = now + self.miner.profile.boot_deadline;
        self.link.booting_until.iter_mut().for_each(|until| *until = (*until).min(boot));
        if let Some(pending) = &mut self.pending {
            pending.sent_at = pending.sent_at.min(now);
            pending.deadline = pending.deadline.min(now + pending.command.patience(&self.miner.profile));
        }
    }
}

pub(crate) struct Device {
    pub(crate) id: MinerId,
    pub(crate) inbox: mpsc::Sender<(Ask, Awake)>,
    /// Taken by the task when it starts.
    pub(crate) outlet: Mutex<Option<mpsc::Receiver<(Ask, Awake)>>>,
    pub(crate) state: Mutex<State>,
    pub(crate) live: RwLock<Arc<LiveMiner>>,
    pub(crate) raw: RwLock<Option<Arc<serde_json::Value>>>,
    /// Ends this device's task when the miner is removed.
    pub(crate) gone: CancellationToken,
}
