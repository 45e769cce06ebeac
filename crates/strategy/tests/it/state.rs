//! One word for what a miner is doing.

use crate::world::{NOON, after, miner, reading};
use hmm_domain::miner::{MinerState, PowerOff};
use hmm_domain::units::Hashrate;
use hmm_domain::{Reading, Timestamp};
use hmm_strategy::{Link, state_of};

fn link() -> Link {
    Link { answered_at: Some(NOON), shares_moved_at: Some(NOON), ..Link::default() }
}

fn word(link: &Link, told: Option<&Reading>, now: Timestamp) -> MinerState {
    state_of(&miner(PowerOff::Pause), link, told, now)
}

#[test]
fn the_states_of_a_miner() {
    let mining = reading(525, 1_150);
    let resting = Reading { paused: Some(true), ..mining.clone() };
    let cold = Reading { hashrate: Some(Hashrate::new(0)), ..mining.clone() };
    let young = Reading { uptime_s: Some(5), ..cold.clone() };
    let mute = Reading { hashrate: None, ..mining.clone() };
    assert_eq!(word(&link(), Some(&mining), NOON), MinerState::Mining);
    assert_eq!(word(&link(), Some(&resting), NOON), MinerState::Paused);
    assert_eq!(word(&link(), Some(&cold), NOON), MinerState::Idle);
    assert_eq!(word(&link(), Some(&young), NOON), MinerState::Booting);
    assert_eq!(word(&link(), Some(&mute), NOON), MinerState::Unknown);
    assert_eq!(word(&Link::default(), None, NOON), MinerState::Unknown);
    let silent = Link { failures: 3, ..link() };
    assert_eq!(word(&silent, Some(&mining), NOON), MinerState::Offline);
    let restarted = Link { booting_until: Some(after(90)), ..silent };
    assert_eq!(word(&restarted, None, after(89)), MinerState::Booting);
    assert_eq!(word(&restarted, None, after(90)), MinerState::Offline);
    let mut disabled = miner(PowerOff::Pause);
    disabled.enabled = false;
    assert_eq!(state_of(&disabled, &link(), Some(&mining), NOON), MinerState::Disabled);
}

#[test]
fn one_lost_poll_is_not_an_outage() {
    let once = Link { failures: 1, ..link() };
    assert_eq!(word(&once, Some(&reading(525, 1_150)), NOON), MinerState::Mining);
}

#[test]
fn a_device_that_answers_and_finds_nothing_is_stuck_and_a_slow_one_is_given_time() {
    let mining = reading(525, 1_150);
    assert_eq!(word(&link(), Some(&mining), after(600)), MinerState::Mining);
    assert_eq!(word(&link(), Some(&mining), after(601)), MinerState::Stuck);
    let slow = Reading { pool_difficulty: Some(hmm_domain::units::Difficulty::new(1_000_000)), ..mining };
    assert_eq!(word(&link(), Some(&slow), after(3_600)), MinerState::Mining);
}

#[test]
fn s8_another_device_at_the_address_is_not_this_miner() {
    let wrong = Link { wrong_device: true, ..link() };
    assert_eq!(word(&wrong, Some(&reading(525, 1_150)), NOON), MinerState::Unknown);
}
