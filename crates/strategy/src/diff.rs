//! From desired and observed to the one next step, or the reason why there is none.

use crate::OperationMode;
use crate::heat::Heat;
use crate::state::Observed;
use hmm_domain::command::{Command, Tuning};
use hmm_domain::miner::{Miner, PowerOff, PowerState};
use hmm_domain::text::Message;
use hmm_domain::time::Timestamp;
use hmm_domain::wish::{Desired, Field, Owner, Want, Wish};
use hmm_domain::{CommandId, Reading};
use std::time::Duration;

/// Between two writes of the automatic side to one device: its flash wears, its chip ramps.
pub const COOL_DOWN: Duration = Duration::from_mins(1);
/// Between two writes a person asked for.
pub const COOL_DOWN_PERSON: Duration = Duration::from_secs(15);
/// After this many steps that did not take, a wish is left alone until it changes.
pub const ATTEMPTS_MAX: u32 = 5;

/// Why nothing is sent to a miner that several devices claim to be (S8).
pub const DISPUTED: &str = "several devices say that they are this miner: nothing is sent until only one does";

/// What has been sent to a device lately.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Ledger {
    pub last_write: Option<Timestamp>,
    /// Steps towards the same want that failed or were not seen, by field.
    pub attempts: [Attempts; 3],
    /// Whose step is queued, under way, or waiting to be seen.
    pub busy: Option<Owner>,
    /// Several devices say that they are this one: nothing but heat protection is sent (S8).
    pub disputed: bool,
}

#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Attempts {
    pub want: Option<Want>,
    /// Counted apart for heat protection: what failed for others does not hold it back.
    pub safety: bool,
    pub count: u32,
    pub not_before: Timestamp,
}

impl Ledger {
    /// Books a step that did not take: the next try waits, twice as long each time, up to an hour.
    /// Heat protection never waits longer than the pause between two writes.
    pub fn failed(&mut self, want: &Want, owner: Owner, now: Timestamp) {
        let safety = owner == Owner::Safety;
        let slot = &mut self.attempts[want.field() as usize];
        if slot.want.as_ref() != Some(want) || slot.safety != safety {
            *slot = Attempts { want: Some(want.clone()), safety, ..Attempts::default() };
        }
        slot.count += 1;
        slot.not_before = now + if safety { COOL_DOWN } else { Duration::from_mins(1) * 2u32.pow(slot.count.min(6)) };
    }

    pub fn took(&mut self, field: Field) {
        self.attempts[field as usize] = Attempts::default();
    }
}

/// One command that moves observed towards desired.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    pub command: Command,
    pub want: Want,
    pub owner: Owner,
    pub reason: Message,
    /// The command somebody waits for.
    pub answers: Option<CommandId>,
}

/// What follows from comparing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Decision {
    /// Nothing is wanted, or everything wanted is so.
    #[default]
    Rest,
    Send(Step),
    /// Something is wanted and not sent now.
    Hold {
        field: Field,
        why: Message,
        until: Option<Timestamp>,
    },
}

/// One miner as the comparison sees it.
pub struct View<'a> {
    pub miner: &'a Miner,
    pub desired: &'a Desired,
    pub observed: &'a Observed,
    /// The last reading, if it is fresh; without one nothing is sent.
    pub fresh: Option<&'a Reading>,
    pub heat: &'a Heat,
    pub ledger: &'a Ledger,
    pub operation: OperationMode,
}

/// Compares one miner: the fields whose wish is fulfilled, and the one next step or why there is none.
pub fn next_step(view: &View<'_>, now: Timestamp) -> (Vec<Field>, Decision) {
    let mut fulfilled = Vec::new();
    let mut decision = Decision::Rest;
    for field in Field::ALL {
        let Some(wish) = view.desired.get(field) else { continue };
        if field != Field::Power && resting(view.desired, view.miner) {
            // A device that should be off is not told how to run; one that cannot be off is told the lowest mode.
            continue;
        }
        let next = match view.fresh {
            None => hold(field, "waits for an answer of the device", None),
            Some(reading) => match command_for(view, wish, reading) {
                None => {
                    fulfilled.push(field);
                    continue;
                }
                Some(command) => may_send(view, wish, command, now),
            },
        };
        // One step at a time: the first field that needs one, in the order power, mode, pool.
        if decision == Decision::Rest {
            decision = next;
        }
    }
    (fulfilled, decision)
}

fn hold(field: Field, why: &str, until: Option<Timestamp>) -> Decision {
    Decision::Hold { field, why: Message::new(why), until }
}

fn resting(desired: &Desired, miner: &Miner) -> bool {
    let off = desired.power.as_ref().is_some_and(|wish| wish.want == Want::Power(PowerState::Off));
    let safety = desired.mode.as_ref().is_some_and(|wish| wish.owner == Owner::Safety);
    off && !(safety && miner.profile.capabilities.power_off == PowerOff::None)
}

/// The command a wish needs; `None` when it is fulfilled.
fn command_for(view: &View<'_>, wish: &Wish, reading: &Reading) -> Option<Command> {
    let View { miner, observed, heat, .. } = view;
    let capabilities = &miner.profile.capabilities;
    match &wish.want {
        Want::Power(wanted) if observed.power == Some(*wanted) => None,
        Want::Power(_) if capabilities.power_off == PowerOff::Pause || capabilities.power_off == PowerOff::Standby => {
            let Want::Power(power) = wish.want else { return None };
            Some(Command::SetPower { power })
        }
        // It cannot be switched off: the lowest mode is all there is. Nor is there anything to switch on.
        Want::Power(PowerState::On) => None,
        Want::Power(PowerState::Off) => {
            let lowest = miner.profile.lowest()?.id.clone();
            (observed.mode.as_ref() != Some(&lowest))
                .then_some(Command::SetMode { mode: lowest, clear_overheat: false })
        }
        Want::Mode(mode) => {
            // The firmware's own trip is cleared only on the way up again, never by heat protection itself.
            let clear_overheat = heat.clear_overheat && wish.owner != Owner::Safety;
            let so = observed.mode.as_ref() == Some(mode) && !clear_overheat;
            (!so).then(|| Command::SetMode { mode: mode.clone(), clear_overheat })
        }
        Want::Point { frequency, core_voltage } => {
            let so = reading.frequency == Some(*frequency) && reading.core_voltage == Some(*core_voltage);
            let tuning = Tuning { frequency: Some(*frequency), core_voltage: Some(*core_voltage), ..Tuning::default() };
            (!so).then_some(Command::Tune { tuning })
        }
        Want::Pool(pool) => (reading.pool_is(pool) != Some(true)).then(|| Command::SetPool { pool: pool.clone() }),
    }
}

fn may_send(view: &View<'_>, wish: &Wish, command: Command, now: Timestamp) -> Decision {
    let View { miner, ledger, operation, .. } = view;
    let field = wish.want.field();
    if !miner.enabled {
        return hold(field, "the miner is disabled", None);
    }
    if !operation.lets(wish.owner) {
        let why = match operation {
            OperationMode::Paused => "hands off: nothing but heat protection is sent",
            OperationMode::DryRun | OperationMode::Live => "dry run: would be sent",
        };
        return hold(field, why, None);
    }
    let safety = wish.owner == Owner::Safety;
    if ledger.disputed && !safety {
        return hold(field, DISPUTED, None);
    }
    // Heat protection waits for nobody's step but its own.
    if ledger.busy.is_some_and(|by| !safety || by == Owner::Safety) {
        return hold(field, "waits for the step before", None);
    }
    let attempts = &ledger.attempts[field as usize];
    if attempts.want.as_ref() == Some(&wish.want) && attempts.safety == safety {
        if attempts.count >= ATTEMPTS_MAX && !safety {
            return hold(field, "tried five times without effect: left alone until the wish changes", None);
        }
        if now < attempts.not_before {
            return hold(field, "the last try did not take: waits before the next", Some(attempts.not_before));
        }
    }
    let pause = if wish.owner == Owner::Override { COOL_DOWN_PERSON } else { COOL_DOWN };
    // A write from the future is a clock that jumped back: it holds nobody up.
    let last = ledger.last_write.filter(|last| *last <= now);
    if let Some(free) = last.map(|last| last + pause).filter(|free| now < *free && !safety) {
        return hold(field, "waits between two writes to the device", Some(free));
    }
    let step = Step {
        command,
        want: wish.want.clone(),
        owner: wish.owner,
        reason: wish.reason.clone(),
        answers: wish.command,
    };
    Decision::Send(step)
}
