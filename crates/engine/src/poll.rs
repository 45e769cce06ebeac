//! One task per device: polls it, carries out its orders, one thing at a time.

use crate::device::{Ask, Device, State};
use crate::house::Engine;
use crate::rest::rest_until;
use hmm_domain::event::{HouseEvent, Level};
use hmm_domain::miner::{AsFound, Identity};
use hmm_domain::port::{Answer, DriverError, Inspection};
use hmm_domain::reading::PowerSource;
use hmm_domain::sample::Sample;
use hmm_domain::text::Message;
use hmm_domain::{MinerId, Timestamp};
use hmm_strategy::heat::HeatNews;
use hmm_strategy::spike::Neighbours;
use hmm_strategy::state::FAILURES_OFFLINE;
use std::sync::Arc;
use std::time::Duration;

/// A silent device is asked at least this often.
const BACK_OFF_MAX: Duration = Duration::from_mins(5);
/// A disabled device's task has nothing to do; a change of its settings wakes it.
const DISABLED_LOOK: Duration = Duration::from_hours(24);
/// After the start of the program the first polls are spread over this.
const FIRST_SPREAD: Duration = Duration::from_secs(3);

impl Engine {
    pub(crate) fn device_start(self: &Arc<Self>, device: Arc<Device>) {
        let engine = Arc::clone(self);
        let awake = self.clock.awake();
        self.tasks.spawn("device", async move { engine.device_loop(device, awake).await });
    }

    async fn device_loop(self: Arc<Self>, device: Arc<Device>, awake: hmm_domain::port::Awake) {
        let Some(mut outlet) = device.outlet.lock().take() else { return };
        let stop = self.tasks.stopping();
        let mut held = Some(awake);
        let mut next = self.first_poll(&device);
        loop {
            tokio::select! {
                biased;
                () = stop.cancelled() => return,
                () = device.gone.cancelled() => return,
                Some((ask, awake)) = outlet.recv() => {
                    held = Some(awake);
                    self.answer_ask(&device, ask).await;
                }
                awake = rest_until(&*self.clock, next, &mut held) => {
                    held = Some(awake);
                    // A disabled device is left alone, and nobody can speak to one without a driver.
                    if device.state.lock().asked() {
                        // The outcome stands in the state; who asked for this poll is the clock.
                        let _ = self.poll(&device).await;
                    }
                }
            }
            next = self.next_poll(&device);
        }
    }

    async fn answer_ask(self: &Arc<Self>, device: &Arc<Device>, ask: Ask) {
        match ask {
            Ask::Look => {}
            Ask::Carry(order) => self.carry_out(device, *order).await,
            Ask::Farewell(order, tell) => {
                let outcome = self.carry_farewell(device, *order).await;
                let _ = tell.send(outcome);
            }
            Ask::Read(tell) => {
                let (asked, gap) = {
                    let state = device.state.lock();
                    let answered = state.latest.as_ref().map(|(at, _)| *at);
                    (state.asked_at.max(answered), state.miner.profile.poll_gap_min)
                };
                let recent = asked.is_some_and(|at| self.clock.now().since(at) < gap);
                let outcome = if recent { Ok(()) } else { self.poll(device).await };
                let _ = tell.send(outcome);
            }
        }
    }

    /// One poll. A failed one writes nothing: what was known stays, and grows stale.
    pub(crate) async fn poll(self: &Arc<Self>, device: &Arc<Device>) -> Result<(), DriverError> {
        let (driver, inspect) = {
            let mut state = device.state.lock();
            state.asked_at = Some(self.clock.now());
            (Arc::clone(&state.driver), state.inspect)
        };
        let outcome = {
            // Closed only when the runtime goes away.
            let _permit = self.permits.acquire().await;
            if inspect {
                let found = driver.inspect().await;
                found.map(|found| {
                    self.take_inspection(device, &found);
                    found.answer
                })
            } else {
                driver.read().await
            }
        };
        let outcome = match outcome {
            Ok(answer) => {
                self.take_answer(device, answer);
                Ok(())
            }
            Err(error) => {
                self.take_failure(device, &error);
                Err(error)
            }
        };
        self.check_pending(device);
        self.retry_waiting(device).await;
        self.look(device);
        self.tasks.beat("poll", None);
        self.bus.say(HouseEvent::Reading(device.id));
        outcome
    }

    fn take_failure(&self, device: &Arc<Device>, error: &DriverError) {
        let mut state = device.state.lock();
        if state.family.is_none() {
            // Nobody asked it: that is not silence.
            return;
        }
        state.link.failures = state.link.failures.saturating_add(1);
        let shown = error.public();
        tracing::debug!(miner = %device.id, %error, "a poll failed");
        state.last_error = Some(Message::new(&shown));
        let expected = state.link.booting_until.is_some_and(|until| self.clock.now() < until);
        if state.link.failures >= FAILURES_OFFLINE && !expected && !state.link.offline_told {
            state.link.offline_told = true;
            let text = format!("{} does not answer: {shown}", state.miner.name);
            drop(state);
            self.notice(Level::Warning, "miner_offline", Some(device.id), &text);
        }
    }

    /// What the device says of itself replaces what we knew, except how it was found: that is kept from the first time.
    fn take_inspection(&self, device: &Arc<Device>, found: &Inspection) {
        let mut state = device.state.lock();
        if !state.miner.identity.agrees_with(&found.identity) || self.taken(&state, &found.identity) {
            return;
        }
        let mut miner = (*state.miner).clone();
        // Not every device says its firmware.
        let first = miner.profile.firmware.is_none() && miner.as_found == AsFound::default();
        miner.profile = found.profile.clone();
        if first {
            miner.as_found = found.as_found.clone();
        }
        state.inspect = false;
        self.keep_miner(&mut state, miner);
    }

    /// A miner that does not know who it is yet must not become one that is in the house already (S8).
    fn taken(&self, state: &State, identity: &Identity) -> bool {
        state.miner.identity == Identity::None
            && *identity != Identity::None
            && self.miners().iter().any(|live| live.miner.id != state.miner.id && live.miner.identity == *identity)
    }

    fn keep_miner(&self, state: &mut State, miner: hmm_domain::Miner) {
        if miner != *state.miner {
            self.later(crate::outbox::Write::Miner(Box::new(miner.clone())));
            self.bus.say(HouseEvent::Miner(miner.id));
            state.miner = Arc::new(miner);
        }
    }

    /// Takes a reply in: identity, growth, heat, sample. A reply of another device is not this miner's (S8).
    pub(crate) fn take_answer(&self, device: &Arc<Device>, answer: Answer) {
        let now = self.clock.now();
        let Answer { reading, identity, raw } = answer;
        let mut state = device.state.lock();
        let reading = with_typed_power(&state.miner, reading);
        if !state.miner.identity.agrees_with(&identity) || self.taken(&state, &identity) {
            self.take_stranger(&mut state, device.id, &identity);
            return;
        }
        let back = state.link.failures >= FAILURES_OFFLINE;
        if std::mem::take(&mut state.link.offline_told) {
            let text = format!("{} answers again", state.miner.name);
            self.notice(Level::Info, "miner_online", Some(device.id), &text);
        }
        state.link.wrong_device = false;
        state.link.failures = 0;
        state.link.answered_at = Some(now);
        state.last_error = None;
        if state.miner.identity == Identity::None && identity != Identity::None {
            let mut miner = (*state.miner).clone();
            miner.identity = identity;
            self.keep_miner(&mut state, miner);
        }
        if reading.firmware.is_some() && reading.firmware != state.miner.profile.firmware {
            state.inspect = true;
        }
        if reading.algorithm.is_some() && reading.algorithm != state.works_on {
            state.works_on.clone_from(&reading.algorithm);
            // Rates of another kind of work are no neighbours.
            state.spikes = Default::default();
        }
        let mode = state.miner.profile.mode_of(&reading);
        let spike = judge_spike(&mut state, mode.as_ref(), &reading);
        // A spike is shown and stored; energy is not counted from it.
        let wild = spike && reading.power > state.mark.power;
        let calm = wild.then(|| hmm_domain::Reading { power: state.mark.power, ..reading.clone() });
        let (growth, mark) = state.mark.grow(now, calm.as_ref().unwrap_or(&reading), self.settings.poll_interval);
        state.mark = mark;
        let moved = growth.accepted.unwrap_or(0) + growth.rejected.unwrap_or(0) > 0;
        if moved || back || state.link.shares_moved_at.is_none() || reading.hashing() != Some(true) {
            state.link.shares_moved_at = Some(now);
        }
        let reading = Arc::new(reading);
        self.take_heat(&mut state, device.id, &reading, now);
        state.latest = Some((now, Arc::clone(&reading)));
        let word = hmm_strategy::state_of(&state.miner, &state.link, Some(&reading), now);
        let sample =
            Sample { miner: device.id, at: now, reading: (*reading).clone(), mode, state: word, growth, spike };
        let algorithm = state.algorithm();
        drop(state);
        if !self.store.sample_push(&sample, algorithm.as_str()) {
            let dropped = self.store.samples_dropped();
            self.problem(
                "samples_dropped",
                &format!("{dropped} samples were dropped: the database does not take them"),
                None,
            );
        }
        self.store.last_push(&sample, mark);
        *device.raw.write() = Some(Arc::new(raw));
    }

    fn take_stranger(&self, state: &mut State, id: MinerId, identity: &Identity) {
        let text = format!("another device ({identity}) answers at the address of {}: left alone", state.miner.name);
        if !state.link.wrong_device {
            self.notice(Level::Error, "wrong_device", Some(id), &text);
        }
        state.link.wrong_device = true;
        state.last_error = Some(Message::new(&text));
    }

    fn take_heat(&self, state: &mut State, id: MinerId, reading: &hmm_domain::Reading, now: Timestamp) {
        let before = state.heat.clone();
        let miner = Arc::clone(&state.miner);
        let news = state.heat.take(&miner.profile, reading, now);
        let kept = |heat: &hmm_strategy::Heat| hmm_strategy::Heat { hot_readings: 0, cool_since: None, ..heat.clone() };
        if kept(&before) != kept(&state.heat) {
            self.keep_guard(id, &state.heat);
        }
        let Some(news) = news else { return };
        let name = &miner.name;
        let heat =
            reading.temperature.map_or_else(|| "its firmware says so".to_owned(), |t| format!("{} °C", t.as_celsius()));
        let (level, kind, text) = match news {
            HeatNews::Tripped => (Level::Error, "overheated", format!("{name} is too hot ({heat}): lowest mode")),
            HeatNews::StillHot => (Level::Error, "still_hot", format!("{name} is still hot ({heat}): off")),
            HeatNews::Latched => (
                Level::Error,
                "heat_latched",
                format!("{name} was too hot three times in a day ({heat}): off until a person acts"),
            ),
            HeatNews::Back => (Level::Info, "cooled", format!("{name} has been cool for ten minutes: back to work")),
        };
        self.notice(level, kind, Some(id), &text);
    }

    pub(crate) fn keep_guard(&self, id: MinerId, heat: &hmm_strategy::Heat) {
        match serde_json::to_value(heat) {
            Ok(guard) => self.later(crate::outbox::Write::Guard(id, guard)),
            Err(error) => tracing::error!(%error, "heat protection could not be put into words"),
        }
    }

    /// The first poll after a start, spread by miner so that a restart does not hit all devices at once.
    fn first_poll(&self, device: &Device) -> Timestamp {
        let state = device.state.lock();
        let now = self.clock.now();
        let fresh = state.latest.as_ref().is_some_and(|(at, _)| *at == now);
        if fresh { self.slot_after(device.id, now) } else { now + spread(device.id, 0, FIRST_SPREAD) }
    }

    fn next_poll(&self, device: &Device) -> Timestamp {
        let state = device.state.lock();
        let now = self.clock.now();
        let gap = state.miner.profile.poll_gap_min;
        if !state.asked() {
            return now + DISABLED_LOOK;
        }
        let watched = state.pending.is_some() || state.link.booting_until.is_some_and(|until| now < until);
        if watched {
            return now + gap;
        }
        match state.link.failures {
            0 => self.slot_after(device.id, now).max(now + gap / 2),
            failures => {
                let wait = (self.settings.poll_interval * 2u32.pow(failures.min(4) - 1)).min(BACK_OFF_MAX);
                now + wait + spread(device.id, u64::from(failures), wait / 10)
            }
        }
    }

    /// The next of this miner's poll times: every interval, at its own offset, moved a little each time. A hash of miner
    /// and interval, so a restart changes nothing.
    fn slot_after(&self, id: MinerId, now: Timestamp) -> Timestamp {
        let every = self.settings.poll_interval;
        let offset = spread(id, 0, every);
        let mut start = (now - offset).floor_to(every);
        loop {
            let index = u64::try_from(start.millis()).unwrap_or(0);
            let at = start + offset + spread(id, index, every / 10);
            if at > now {
                return at;
            }
            start = start + every;
        }
    }
}

/// What a person typed stands in for a meter that is not there, while it mines: at rest nobody knows.
fn with_typed_power(miner: &hmm_domain::Miner, mut reading: hmm_domain::Reading) -> hmm_domain::Reading {
    if reading.power.is_none() && reading.hashing() == Some(true) {
        reading.power = miner.typed_power;
        reading.power_source = miner.typed_power.map(|_| PowerSource::Estimated);
    }
    reading
}

/// A repeatable share of `range`.
fn spread(id: MinerId, index: u64, range: Duration) -> Duration {
    // SplitMix64: well mixed, and the same on every machine and in every version.
    let mut x = id.get().unsigned_abs().wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ index.wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    x ^= x >> 31;
    let range = u64::try_from(range.as_millis()).unwrap_or(u64::MAX).max(1);
    Duration::from_millis(x % range)
}

fn judge_spike(state: &mut State, mode: Option<&hmm_domain::ModeId>, reading: &hmm_domain::Reading) -> bool {
    if reading.hashing() != Some(true) {
        return false;
    }
    let rebooted = matches!((state.mark.uptime_s, reading.uptime_s), (Some(was), Some(is)) if is < was);
    if rebooted || state.spike_mode.as_ref() != mode {
        state.spike_mode = mode.cloned();
        state.spikes = [Neighbours::default(), Neighbours::default()];
    }
    let hashrate = reading.hashrate.and_then(|h| i64::try_from(h.get() / 1_000).ok());
    let power = reading.power.map(|p| i64::from(p.get()));
    let [of_hashrate, of_power] = &mut state.spikes;
    let a = hashrate.is_some_and(|value| of_hashrate.judge(value));
    let b = power.is_some_and(|value| of_power.judge(value));
    a || b
}
