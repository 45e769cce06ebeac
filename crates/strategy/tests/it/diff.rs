//! The next step, or why there is none.

use crate::world::{NOON, after, message, miner, reading};
use hmm_domain::command::Command;
use hmm_domain::miner::{Miner, PowerOff, PowerState};
use hmm_domain::reading::{PoolInUse, PoolSet};
use hmm_domain::wish::{Desired, Owner, PoolTarget, Want, Wish};
use hmm_domain::{ModeId, Reading, Timestamp};
use hmm_strategy::{Decision, Heat, Ledger, Observed, OperationMode, View, next_step};
use proptest::prelude::*;

fn wanted(want: Want, owner: Owner) -> Wish {
    Wish { want, owner, reason: message("because"), until: None, command: None, back_to: None }
}

fn mode(id: &str) -> Want {
    Want::Mode(ModeId::new(id))
}

struct Case {
    miner: Miner,
    desired: Desired,
    reading: Option<Reading>,
    ledger: Ledger,
    operation: OperationMode,
}

impl Case {
    fn new(wishes: Vec<Wish>) -> Self {
        let mut desired = Desired::default();
        for wish in wishes {
            match wish.want {
                Want::Power(_) => desired.power = Some(wish),
                Want::Mode(_) | Want::Point { .. } => desired.mode = Some(wish),
                Want::Pool(_) => desired.pool = Some(wish),
            }
        }
        Self {
            miner: miner(PowerOff::Pause),
            desired,
            reading: Some(reading(525, 1_150)),
            ledger: Ledger::default(),
            operation: OperationMode::Live,
        }
    }

    fn decide(&self, now: Timestamp) -> Decision {
        let observed = self.reading.as_ref().map(|r| Observed::of(&self.miner.profile, r)).unwrap_or_default();
        let view = View {
            miner: &self.miner,
            desired: &self.desired,
            observed: &observed,
            fresh: self.reading.as_ref(),
            heat: &Heat::default(),
            ledger: &self.ledger,
            operation: self.operation,
        };
        next_step(&view, now).1
    }

    fn sends(&self, now: Timestamp) -> Option<Command> {
        match self.decide(now) {
            Decision::Send(step) => Some(step.command),
            Decision::Rest | Decision::Hold { .. } => None,
        }
    }
}

fn set(id: &str) -> Option<Command> {
    Some(Command::SetMode { mode: ModeId::new(id), clear_overheat: false })
}

#[test]
fn what_is_so_needs_no_step_and_what_is_not_needs_one() {
    assert_eq!(Case::new(vec![wanted(mode("standard"), Owner::Override)]).decide(NOON), Decision::Rest);
    assert_eq!(Case::new(vec![wanted(mode("eco"), Owner::Override)]).sends(NOON), set("eco"));
}

#[test]
fn a_pool_is_wished_for_as_what_is_set_and_a_fallback_is_no_reason_to_set_it_again() {
    let target = PoolTarget { host: "a.test".into(), port: 3333, user: "me.rig".into(), password: None, tls: false };
    let works_for = |host: &str| Some(PoolInUse { host: host.into(), port: Some(3333), ..PoolInUse::default() });
    let set = |host: &str| {
        Some(PoolSet { host: host.into(), port: Some(3333), user: Some("me.rig".into()), tls: Some(false) })
    };
    for (pool_set, pool, sent) in [
        (set("a.test"), works_for("a.test"), false),
        (set("a.test"), works_for("fallback.test"), false),
        (set("b.test"), works_for("a.test"), true),
        (None, works_for("a.test"), false),
        (None, works_for("fallback.test"), true),
        (None, None, true),
    ] {
        let mut case = Case::new(vec![wanted(Want::Pool(target.clone()), Owner::Override)]);
        let reading = case.reading.as_mut().unwrap();
        (reading.pool_set, reading.pool) = (pool_set.clone(), pool.clone());
        let expected = sent.then(|| Command::SetPool { pool: target.clone() });
        assert_eq!(case.sends(NOON), expected, "{pool_set:?} {pool:?}");
    }
}

#[test]
fn power_comes_before_mode_and_a_device_that_should_rest_is_not_told_how_to_run() {
    let both = vec![wanted(Want::Power(PowerState::Off), Owner::Override), wanted(mode("eco"), Owner::Override)];
    let mut case = Case::new(both);
    assert_eq!(case.sends(NOON), Some(Command::SetPower { power: PowerState::Off }));
    case.reading.as_mut().unwrap().paused = Some(true);
    assert_eq!(case.decide(NOON), Decision::Rest);
}

#[test]
fn what_cannot_be_switched_off_goes_to_its_lowest_mode() {
    let mut case = Case::new(vec![wanted(Want::Power(PowerState::Off), Owner::Override)]);
    case.miner = miner(PowerOff::None);
    assert_eq!(case.sends(NOON), set("eco"));
    case.reading = Some(reading(400, 1_000));
    assert_eq!(case.decide(NOON), Decision::Rest);
}

#[test]
fn a_silent_device_and_a_disabled_one_are_sent_nothing() {
    let mut case = Case::new(vec![wanted(mode("eco"), Owner::Safety)]);
    case.miner.enabled = false;
    assert_eq!(case.sends(NOON), None);
    case.miner.enabled = true;
    case.reading = None;
    assert_eq!(case.sends(NOON), None);
}

#[test]
fn dry_run_withholds_the_automatic_side_and_paused_everything_but_heat() {
    let may = |owner, operation| {
        let mut case = Case::new(vec![wanted(mode("eco"), owner)]);
        case.operation = operation;
        case.sends(NOON).is_some()
    };
    for (owner, live, dry, paused) in [
        (Owner::Safety, true, true, true),
        (Owner::Override, true, true, false),
        (Owner::Default, true, true, false),
        (Owner::Automation, true, false, false),
        (Owner::PriceStrategy, true, false, false),
        (Owner::PoolStrategy, true, false, false),
    ] {
        let seen =
            (may(owner, OperationMode::Live), may(owner, OperationMode::DryRun), may(owner, OperationMode::Paused));
        assert_eq!(seen, (live, dry, paused), "{owner:?}");
    }
}

#[test]
fn between_two_writes_there_is_a_pause_except_for_heat() {
    let mut case = Case::new(vec![wanted(mode("eco"), Owner::PriceStrategy)]);
    case.ledger.last_write = Some(NOON);
    assert_eq!(case.sends(after(59)), None);
    assert_eq!(case.sends(after(60)), set("eco"));
    case.desired.mode = Some(wanted(mode("eco"), Owner::Override));
    assert_eq!((case.sends(after(14)), case.sends(after(15))), (None, set("eco")));
    case.desired.mode = Some(wanted(mode("eco"), Owner::Safety));
    assert_eq!(case.sends(after(1)), set("eco"));
}

#[test]
fn a_step_that_does_not_take_is_tried_later_and_later_and_after_five_times_left_alone() {
    let mut case = Case::new(vec![wanted(mode("eco"), Owner::Override)]);
    let mut now = NOON;
    for wait in [120, 240, 480, 960, 1_920] {
        assert_eq!(case.sends(now), set("eco"));
        case.ledger.failed(&mode("eco"), Owner::Override, now);
        assert_eq!(case.sends(now + std::time::Duration::from_secs(wait - 1)), None, "{wait}");
        now = now + std::time::Duration::from_secs(wait);
    }
    assert_eq!(case.sends(after(1_000_000)), None);
    case.desired.mode = Some(wanted(mode("turbo"), Owner::Override));
    assert_eq!(case.sends(now), set("turbo"));
}

#[test]
fn h1_heat_protection_waits_for_nobody_elses_failures_or_steps() {
    let mut case = Case::new(vec![wanted(mode("eco"), Owner::Safety)]);
    for _ in 0..5 {
        case.ledger.failed(&mode("eco"), Owner::Override, NOON);
    }
    case.ledger.busy = Some(Owner::Override);
    assert_eq!(case.sends(NOON), set("eco"));
    for n in 0..20 {
        case.ledger.failed(&mode("eco"), Owner::Safety, after(n * 60));
        assert_eq!((case.sends(after(n * 60 + 59)), case.sends(after(n * 60 + 60))), (None, set("eco")), "{n}");
    }
    case.ledger.busy = Some(Owner::Safety);
    assert_eq!(case.sends(after(10_000)), None);
}

fn any_want() -> impl Strategy<Value = Option<Want>> {
    prop_oneof![
        Just(None),
        Just(Some(Want::Power(PowerState::On))),
        Just(Some(Want::Power(PowerState::Off))),
        Just(Some(mode("eco"))),
        Just(Some(mode("turbo"))),
    ]
}

proptest! {
    #[test]
    fn while_a_step_is_under_way_no_other_is_sent(a in any_want(), b in any_want(), paused: bool, busy: bool) {
        let wishes = [a, b].into_iter().flatten().map(|want| wanted(want, Owner::Override)).collect();
        let mut case = Case::new(wishes);
        case.ledger.busy = busy.then_some(Owner::PriceStrategy);
        case.reading.as_mut().unwrap().paused = Some(paused);
        if busy {
            prop_assert_eq!(case.sends(NOON), None);
        }
    }

    #[test]
    fn following_the_steps_one_by_one_comes_to_rest(a in any_want(), b in any_want(), paused: bool, can_pause: bool) {
        let wishes = [a, b].into_iter().flatten().map(|want| wanted(want, Owner::Override)).collect();
        let mut case = Case::new(wishes);
        case.miner = miner(if can_pause { PowerOff::Pause } else { PowerOff::None });
        case.reading.as_mut().unwrap().paused = Some(paused && can_pause);
        for _ in 0..4 {
            let Some(command) = case.sends(NOON) else { return Ok(()) };
            let told = case.reading.as_mut().unwrap();
            match command {
                Command::SetPower { power } => told.paused = Some(power == PowerState::Off),
                Command::SetMode { mode, .. } => {
                    let point = case.miner.profile.mode(&mode).unwrap();
                    (told.frequency, told.core_voltage) = (point.frequency, point.core_voltage);
                }
                other => prop_assert!(false, "{:?}", other),
            }
        }
        prop_assert!(false, "it never rests");
    }
}
