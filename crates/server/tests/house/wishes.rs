//! What a person wants: carried out, confirmed by a reading, ended, and taken back.

use crate::harness::{TestHouse, mode, one};
use hmm_domain::command::Tuning;
use hmm_domain::miner::PowerState;
use hmm_domain::port::Clock;
use hmm_domain::units::Frequency;
use hmm_domain::wish::{Field, Until, Want};
use hmm_domain::{Command, CommandState};
use hmm_sim::Generation;
use std::time::Duration;

#[tokio::test(flavor = "multi_thread")]
async fn a_wish_is_confirmed_by_a_reading_on_every_firmware() {
    for generation in Generation::ALL {
        let house = TestHouse::new(vec![one("blue", generation)]).await;
        let blue = house.add("blue").await;
        let wish = house.wants(blue, mode("eco"), Until::Told).await;
        house.minutes(2).await;
        let (state, reason) = house.state_of(wish).await;
        assert_eq!(state, CommandState::Confirmed, "{generation:?}: {reason}");
        assert_eq!(house.engine.miner(blue).unwrap().observed.mode.as_ref().unwrap().as_str(), "eco");
        let log = house.store.audit_list(&filter()).await.unwrap();
        let actions: Vec<_> = log.iter().rev().map(|row| row.entry.action.as_str()).collect();
        assert_eq!(actions, ["miner.add", "wish.set", "command.send", "command.outcome"]);
        assert_eq!(log[0].entry.settles, Some(log[1].id));
    }
}

fn filter() -> hmm_domain::audit::AuditFilter {
    hmm_domain::audit::AuditFilter { limit: 100, ..Default::default() }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wish_with_an_end_ends_by_itself_and_what_ran_before_comes_back_once() {
    let house = TestHouse::new(vec![one("blue", Generation::V2_14)]).await;
    let blue = house.add("blue").await;
    let end = house.clock.now() + Duration::from_hours(1);
    house.wants(blue, mode("eco"), Until::At(end)).await;
    house.wants(blue, Want::Power(PowerState::Off), Until::At(end)).await;
    house.minutes(59).await;
    assert!(house.sim.snapshot("blue").unwrap().truth.paused);
    house.minutes(6).await;
    let truth = house.sim.snapshot("blue").unwrap().truth;
    assert!(!truth.paused);
    assert!((truth.frequency_mhz - 525.0).abs() < 1.0, "{}", truth.frequency_mhz);
    let writes = house.sim.snapshot("blue").unwrap().writes.len();
    house.minutes(120).await;
    assert_eq!(house.sim.snapshot("blue").unwrap().writes.len(), writes);
    assert!(house.store.override_list().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_persons_own_tuning_comes_back_after_a_wish() {
    let house = TestHouse::new(vec![one("blue", Generation::V2_12)]).await;
    let blue = house.add("blue").await;
    let tuning = Tuning { frequency: Some(Frequency::mhz(450)), ..Tuning::default() };
    let tuned = house.asks(blue, Command::Tune { tuning }).await;
    house.minutes(2).await;
    assert_eq!(house.state_of(tuned).await.0, CommandState::Confirmed);
    house.wants(blue, mode("eco"), Until::Told).await;
    house.minutes(3).await;
    house.engine.wish_end(blue, Field::Mode, &house.ana).await.unwrap();
    house.minutes(3).await;
    let truth = house.sim.snapshot("blue").unwrap().truth;
    assert!((truth.frequency_mhz - 450.0).abs() < 1.0, "{}", truth.frequency_mhz);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newer_wish_supersedes_the_older_one_and_inherits_what_it_replaced() {
    let house = TestHouse::new(vec![one("blue", Generation::V2_14)]).await;
    let blue = house.add("blue").await;
    house.wants(blue, mode("eco"), Until::Told).await;
    house.minutes(2).await;
    house.wants(blue, mode("standard"), Until::Told).await;
    let first = house.wants(blue, mode("eco"), Until::Told).await;
    let second = house.wants(blue, mode("standard"), Until::Told).await;
    house.minutes(3).await;
    assert_eq!(house.state_of(second).await.0, CommandState::Confirmed);
    assert_eq!(house.state_of(first).await.0, CommandState::Superseded);
    house.engine.wish_end(blue, Field::Mode, &house.ana).await.unwrap();
    house.minutes(3).await;
    let truth = house.sim.snapshot("blue").unwrap().truth;
    assert!((truth.frequency_mhz - 525.0).abs() < 1.0, "{}", truth.frequency_mhz);
}

#[tokio::test(flavor = "multi_thread")]
async fn restart_is_seen_by_the_uptime_and_identify_by_the_devices_word() {
    let house = TestHouse::new(vec![one("blue", Generation::V2_12)]).await;
    let blue = house.add("blue").await;
    let restart = house.asks(blue, Command::Restart).await;
    house.seconds(15).await;
    assert_eq!(house.engine.miner(blue).unwrap().state, hmm_domain::MinerState::Booting);
    house.minutes(3).await;
    assert_eq!(house.state_of(restart).await.0, CommandState::Confirmed);
    let identify = house.asks(blue, Command::Identify).await;
    house.minutes(1).await;
    assert_eq!(house.state_of(identify).await.0, CommandState::Confirmed);
    let truth = house.sim.snapshot("blue").unwrap().truth;
    assert_eq!((truth.restarts, truth.identifies), (1, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pool_is_changed_in_both_formats_and_seen_after_the_restart() {
    for generation in [Generation::V2_10, Generation::V2_14, Generation::V2_15] {
        let house = TestHouse::new(vec![one("blue", generation)]).await;
        let blue = house.add("blue").await;
        let pool = hmm_domain::wish::PoolTarget {
            host: "pool.example".into(),
            port: 3_334,
            user: "wallet.blue".into(),
            password: Some("x".into()),
            tls: false,
        };
        let wish = house.wants(blue, Want::Pool(pool), Until::Told).await;
        house.minutes(5).await;
        let (state, reason) = house.state_of(wish).await;
        assert_eq!(state, CommandState::Confirmed, "{generation:?}: {reason}");
        let truth = house.sim.snapshot("blue").unwrap().truth;
        assert_eq!((truth.pool.url.as_str(), truth.pool.port), ("pool.example", 3_334), "{generation:?}");
        assert_eq!(truth.restarts, 1);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_pool_that_is_down_is_not_set_again_and_the_way_back_leads_to_what_was_set_first() {
    for generation in [Generation::V2_12, Generation::V2_15] {
        let mut blue = one("blue", generation);
        // Longer than a name that is shown.
        blue.primary.user = format!("bc1q{}.a_rather_long_worker", "x".repeat(60));
        let was = (blue.primary.url.clone(), blue.primary.port, blue.primary.user.clone());
        let house = TestHouse::new(vec![blue]).await;
        let blue = house.add("blue").await;
        // It works for its fallback when the wish comes, and for the fallback it goes on working.
        house.sim.fault("blue", hmm_sim::Fault::PoolDown).await.unwrap();
        house.minutes(2).await;
        let target = hmm_domain::wish::PoolTarget {
            host: "pool.example".into(),
            port: 3_334,
            user: "wallet.blue".into(),
            password: None,
            tls: false,
        };
        let end = house.clock.now() + Duration::from_hours(1);
        let wish = house.wants(blue, Want::Pool(target), Until::At(end)).await;
        house.minutes(50).await;
        let (state, reason) = house.state_of(wish).await;
        assert_eq!(state, CommandState::Confirmed, "{generation:?}: {reason}");
        assert_eq!(house.sim.snapshot("blue").unwrap().truth.restarts, 1, "{generation:?}: set once");
        house.minutes(30).await;
        house.sim.clear_faults("blue").await.unwrap();
        let truth = house.sim.snapshot("blue").unwrap().truth;
        assert_eq!((truth.pool.url, truth.pool.port, truth.pool.user), was, "{generation:?}");
        assert_eq!(truth.restarts, 2, "{generation:?}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn two_commands_in_a_row_are_both_carried_out_and_both_answered() {
    let house = TestHouse::new(vec![one("blue", Generation::V2_14)]).await;
    let blue = house.add("blue").await;
    let tune = |mhz| Command::Tune { tuning: Tuning { frequency: Some(Frequency::mhz(mhz)), ..Tuning::default() } };
    let (first, second) = (house.asks(blue, tune(490)).await, house.asks(blue, tune(400)).await);
    house.minutes(3).await;
    assert_eq!(house.state_of(first).await.0, CommandState::Confirmed);
    assert_eq!(house.state_of(second).await.0, CommandState::Confirmed);
    assert!((house.sim.snapshot("blue").unwrap().truth.frequency_mhz - 400.0).abs() < 1.0);
    assert!(house.store.audit_open("command.send").await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_step_that_waits_to_be_seen_is_not_sent_again_because_of_another_command() {
    let house = TestHouse::new(vec![one("blue", Generation::V2_14)]).await;
    let blue = house.add("blue").await;
    house.wants(blue, Want::Power(PowerState::Off), Until::Told).await;
    house.seconds(1).await;
    let identify = house.asks(blue, Command::Identify).await;
    house.minutes(3).await;
    assert_eq!(house.state_of(identify).await.0, CommandState::Confirmed);
    let paths: Vec<_> = house.sim.snapshot("blue").unwrap().writes.into_iter().map(|write| write.path).collect();
    assert_eq!(paths, ["/api/system/pause", "/api/system/identify"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn wishing_the_same_again_is_a_new_beginning() {
    let house = TestHouse::new(vec![one("blue", Generation::V2_12)]).await;
    let blue = house.add("blue").await;
    house.sim.fault("blue", hmm_sim::Fault::RefuseWrites).await.unwrap();
    house.wants(blue, mode("eco"), Until::Told).await;
    house.minutes(120).await;
    house.sim.clear_faults("blue").await.unwrap();
    house.minutes(120).await;
    assert!(house.engine.miner(blue).unwrap().sentence.as_str().contains("left alone"));
    let again = house.wants(blue, mode("eco"), Until::Told).await;
    house.minutes(3).await;
    assert_eq!(house.state_of(again).await.0, CommandState::Confirmed);
}
