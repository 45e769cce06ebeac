//! Who wins, and what is said about it.

use crate::world::{NOON, after, miner, reading, wish};
use expect_test::expect;
use hmm_domain::ModeId;
use hmm_domain::miner::{MinerState, PowerOff, PowerState};
use hmm_domain::wish::{Owner, Until, Want};
use hmm_strategy::{Decision, Heat, Ledger, Observed, OperationMode, Phase, View, arbitrate, sentence};

fn mode(id: &str) -> Want {
    Want::Mode(ModeId::new(id))
}

#[test]
fn a_person_wins_until_the_end_and_then_one_step_goes_back() {
    let profile = miner(PowerOff::Pause).profile;
    let wishes = [wish(mode("eco"), Until::At(after(60)), Some(mode("standard")))];
    let at = |seconds| arbitrate(&profile, &Heat::default(), &wishes, after(seconds)).mode.unwrap();
    assert_eq!((at(59).owner, at(59).want), (Owner::Override, mode("eco")));
    assert_eq!((at(60).owner, at(60).want), (Owner::Default, mode("standard")));
    assert_eq!((at(59).back_to, at(60).back_to), (Some(mode("standard")), None), "it is said before it is done");
}

#[test]
fn default_wants_nothing() {
    let desired = arbitrate(&miner(PowerOff::Pause).profile, &Heat::default(), &[], NOON);
    assert_eq!(desired, hmm_domain::wish::Desired::default());
}

#[test]
fn h1_safety_wins_over_a_person_in_power_and_mode_but_has_no_say_in_the_pool() {
    let profile = miner(PowerOff::Pause).profile;
    let hot = Heat { phase: Phase::Off { since: NOON }, ..Heat::default() };
    let wishes = [wish(mode("turbo"), Until::Told, None), wish(Want::Power(PowerState::On), Until::Told, None)];
    let desired = arbitrate(&profile, &hot, &wishes, NOON);
    assert_eq!(desired.power.unwrap().want, Want::Power(PowerState::Off));
    assert_eq!(desired.mode.unwrap().want, mode("eco"));
    assert_eq!(desired.pool, None);
}

#[test]
fn the_sentence_says_state_owner_end_and_what_comes_next() {
    let miner = miner(PowerOff::None);
    let heat = Heat::default();
    let wishes = [wish(Want::Power(PowerState::Off), Until::At(after(3_600)), None)];
    let desired = arbitrate(&miner.profile, &heat, &wishes, NOON);
    let told = reading(525, 1_150);
    let observed = Observed::of(&miner.profile, &told);
    let view = View {
        miner: &miner,
        desired: &desired,
        observed: &observed,
        fresh: Some(&told),
        heat: &heat,
        ledger: &Ledger::default(),
        operation: OperationMode::Live,
    };
    let (_, decision) = hmm_strategy::next_step(&view, NOON);
    assert!(matches!(decision, Decision::Send(_)));
    let said = sentence(&view, MinerState::Mining, NOON, &decision);
    expect!["Mining in standard; power off: ana wants it until 2026-11-22 13:00 UTC (it cannot be switched off: lowest mode instead); next: set mode."].assert_eq(said.as_str());
}
