//! Compares desired with observed, for every miner, on every reading, at every edge and every minute.
//!
//! **Invariant:** it takes no hint. It reads the state, so a lost event costs a delay and never a wrong step; it never
//! awaits a device or the database.

use crate::device::{Ask, Device, Order, State};
use crate::house::Engine;
use crate::live::{Latest, LiveMiner};
use crate::outbox::Write;
use crate::rest::rest_until;
use hmm_domain::event::{HouseEvent, Level};
use hmm_domain::port::Awake;
use hmm_domain::text::Message;
use hmm_domain::wish::{Field, Owner, Until};
use hmm_domain::{Actor, CommandState, Reading, Timestamp};
use hmm_strategy::state::FAILURES_OFFLINE;
use hmm_strategy::{Decision, Observed, Phase, Step, View, arbitrate, next_step, sentence, state_of};
use parking_lot::Mutex;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

const EVERY: Duration = Duration::from_mins(1);
/// A wall clock that moves so much more or less than time itself was set by somebody.
const JUMP: Duration = Duration::from_mins(1);

/// The next instant at which something changes by itself: a wish ends, a pause is over.
#[derive(Default)]
pub(crate) struct Edges {
    next: Mutex<(Option<Timestamp>, Option<Awake>)>,
    nearer: Notify,
}

impl Edges {
    fn add(&self, at: Timestamp, awake: Awake) {
        let mut next = self.next.lock();
        if next.0.is_none_or(|was| at < was) {
            *next = (Some(at), Some(awake));
            drop(next);
            self.nearer.notify_one();
        }
    }
}

impl Engine {
    pub(crate) async fn reconcile_loop(self: Arc<Self>) {
        let stop = self.tasks.stopping();
        let mut held = Some(self.clock.awake());
        let mut minute = self.clock.now().floor_to(EVERY) + EVERY;
        self.tasks.expect("reconcile", minute);
        let mut before = (self.clock.now(), self.clock.ticks());
        loop {
            let edge = {
                let mut next = self.edges.next.lock();
                held = next.1.take().or(held);
                next.0
            };
            let due = edge.map_or(minute, |edge| edge.min(minute));
            let awake = tokio::select! {
                biased;
                () = stop.cancelled() => return,
                awake = rest_until(&*self.clock, due, &mut held) => awake,
                () = self.edges.nearer.notified() => continue,
            };
            held = Some(awake);
            let now = self.clock.now();
            self.notice_jump(before, now);
            before = (now, self.clock.ticks());
            // A clock that was set back must not make this minute last a day.
            if now >= minute || minute.since(now) > EVERY {
                minute = now.floor_to(EVERY) + EVERY;
            }
            *self.edges.next.lock() = (None, None);
            for device in self.device_list() {
                self.check_pending(&device);
                self.look(&device);
            }
            self.tasks.beat("reconcile", Some(minute));
        }
    }

    /// Says so when the wall clock was set, and lets nothing wait for an instant that is a day away again.
    fn notice_jump(&self, before: (Timestamp, u64), now: Timestamp) {
        let ticked = i64::try_from(self.clock.ticks().saturating_sub(before.1)).unwrap_or(i64::MAX);
        let jump = now.millis().saturating_sub(before.0.millis()).saturating_sub(ticked);
        if u128::from(jump.unsigned_abs()) < JUMP.as_millis() {
            return;
        }
        let text = format!("the clock of this machine was set by {} s", jump / 1_000);
        self.notice(Level::Warning, "clock_jumped", None, &text);
        for device in self.device_list() {
            device.state.lock().not_after(now);
        }
    }

    /// Looks at one miner: ends what is over, decides, queues the step, shows the result.
    pub(crate) fn look(&self, device: &Arc<Device>) {
        let now = self.clock.now();
        let mut state = device.state.lock();
        self.end_wishes(&mut state, now);
        let desired = arbitrate(&state.miner.profile, &state.heat, &state.overrides, now);
        let fresh = self.fresh(&state, now);
        let observed = fresh.as_deref().map(|r| Observed::of(&state.miner.profile, r)).unwrap_or_default();
        let view = View {
            miner: &state.miner,
            desired: &desired,
            observed: &observed,
            fresh: fresh.as_deref(),
            heat: &state.heat,
            ledger: &state.ledger,
            operation: self.operation_mode(),
        };
        let (fulfilled, decision) = next_step(&view, now);
        for field in fulfilled {
            self.fulfil(&mut state, &desired, field, now);
        }
        if let Decision::Send(step) = &decision {
            self.queue(device, &mut state, step);
        }
        if let Decision::Hold { until: Some(until), .. } = &decision {
            self.edges.add(*until, self.clock.awake());
        }
        for wish in &state.overrides {
            if let (Until::At(end), false) = (wish.until, wish.ended) {
                self.edges.add(end, self.clock.awake());
            }
        }
        state.decision = decision;
        drop(state);
        self.publish(device);
    }

    /// The last reading, while it is fresh: not older than three intervals, and the device has not fallen silent.
    fn fresh(&self, state: &State, now: Timestamp) -> Option<Arc<Reading>> {
        let (at, reading) = state.latest.as_ref()?;
        let young = now.since(*at) <= self.settings.poll_interval * 3;
        (young && state.family.is_some() && state.link.failures < FAILURES_OFFLINE && !state.link.wrong_device)
            .then(|| Arc::clone(reading))
    }

    /// Marks wishes whose time is over; those with nothing to go back to are gone at once.
    fn end_wishes(&self, state: &mut State, now: Timestamp) {
        let mut kept = Vec::with_capacity(state.overrides.len());
        for mut wish in std::mem::take(&mut state.overrides) {
            if !wish.ended && wish.until.over(now) {
                wish.ended = true;
                let sent = state.pending.as_ref().is_some_and(|pending| pending.record == Some(wish.command));
                if !sent && state.open.remove(&wish.command) {
                    self.later(settle(
                        wish.command,
                        CommandState::Superseded,
                        "the wish ended before it was seen",
                        now,
                    ));
                }
                self.later(match wish.replaced {
                    Some(_) => Write::Override(Box::new(wish.clone())),
                    None => Write::OverrideGone(wish.miner, wish.want.field()),
                });
                self.bus.say(HouseEvent::Miner(wish.miner));
            }
            if !wish.ended || wish.replaced.is_some() {
                kept.push(wish);
            }
        }
        state.overrides = kept;
    }

    /// A wish is so: its command is settled, a way back is done.
    fn fulfil(&self, state: &mut State, desired: &hmm_domain::wish::Desired, field: Field, now: Timestamp) {
        let Some(wish) = desired.get(field) else { return };
        state.ledger.took(field);
        // Whoever had the last word in this field, what heat protection once owed is void.
        let cool = state.heat.phase == Phase::Cool;
        let paid = match field {
            Field::Mode if cool => state.heat.give_back.take().is_some(),
            Field::Power if cool => std::mem::take(&mut state.heat.resume),
            Field::Mode | Field::Power | Field::Pool => false,
        };
        if paid {
            self.keep_guard(state.miner.id, &state.heat);
        }
        if let Some(id) = wish.command.filter(|id| state.open.contains(id)) {
            let under_way = state.pending.as_ref().is_some_and(|pending| pending.record == Some(id));
            if !under_way && state.ledger.busy.is_none() {
                state.open.remove(&id);
                self.later(settle(id, CommandState::Confirmed, "the device shows it", now));
            }
        }
        if wish.owner != Owner::Default {
            return;
        }
        let done = |o: &hmm_domain::wish::Override| o.ended && o.replaced.as_ref() == Some(&wish.want);
        for over in state.overrides.iter().filter(|o| done(o)) {
            self.later(Write::OverrideGone(over.miner, over.want.field()));
        }
        state.overrides.retain(|o| !done(o));
    }

    fn queue(&self, device: &Arc<Device>, state: &mut State, step: &Step) {
        let actor = match step.owner {
            Owner::Safety => Actor::safety(),
            _ => Actor::system(),
        };
        let order = Order {
            command: step.command.clone(),
            owner: step.owner,
            actor,
            reason: step.reason.clone(),
            want: Some(step.want.clone()),
            record: step.answers.filter(|id| state.open.contains(id)),
        };
        // A full queue is tried again at the next look.
        let owner = order.owner;
        if device.inbox.try_send((Ask::Carry(Box::new(order)), self.clock.awake())).is_ok() {
            state.ledger.busy = Some(owner);
        }
    }

    /// Puts what is known into one value for everybody to read.
    pub(crate) fn publish(&self, device: &Arc<Device>) {
        let now = self.clock.now();
        let mut state = device.state.lock();
        let desired = arbitrate(&state.miner.profile, &state.heat, &state.overrides, now);
        let fresh = self.fresh(&state, now);
        let word = state_of(&state.miner, &state.link, fresh.as_deref(), now);
        if word != state.state {
            state.state = word;
            state.state_since = match word {
                hmm_domain::MinerState::Offline => state.link.answered_at.unwrap_or(now),
                hmm_domain::MinerState::Stuck => state.link.shares_moved_at.unwrap_or(now),
                _ => now,
            };
        }
        let observed = fresh.as_deref().map(|r| Observed::of(&state.miner.profile, r)).unwrap_or_default();
        let view = View {
            miner: &state.miner,
            desired: &desired,
            observed: &observed,
            fresh: fresh.as_deref(),
            heat: &state.heat,
            ledger: &state.ledger,
            operation: self.operation_mode(),
        };
        let said = match &state.family {
            Some(_) => sentence(&view, state.state, state.state_since, &state.decision),
            None => crate::families::without(&state.miner.family),
        };
        let live = Arc::new(LiveMiner {
            miner: Arc::clone(&state.miner),
            algorithm: state.algorithm(),
            state: state.state,
            state_since: state.state_since,
            stale: fresh.is_none(),
            latest: state.latest.as_ref().map(|(at, reading)| Latest {
                at: *at,
                power_source: reading.power_source,
                reading: Arc::clone(reading),
            }),
            observed,
            desired,
            decision: state.decision.clone(),
            heat: state.heat.clone(),
            sentence: said,
            last_error: state.last_error.clone(),
        });
        drop(state);
        let mut shown = device.live.write();
        let changed = (&shown.state, &shown.desired, &shown.sentence, &shown.miner)
            != (&live.state, &live.desired, &live.sentence, &live.miner);
        *shown = live;
        drop(shown);
        if changed {
            self.bus.say(HouseEvent::Miner(device.id));
        }
    }
}

pub(crate) fn settle(id: hmm_domain::CommandId, state: CommandState, reason: &str, at: Timestamp) -> Write {
    Write::Settle { id, state, reason: Message::new(reason), reply: None, at }
}
