//! The manual clock: order, waiting for work, cancellation, crowds.

use crate::START;
use hmm_domain::port::Clock;
use hmm_sim::ManualClock;
use parking_lot::Mutex;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;

const SECOND: Duration = Duration::from_secs(1);

fn at(seconds: u64) -> hmm_domain::Timestamp {
    START + SECOND * u32::try_from(seconds).expect("small")
}

#[tokio::test]
async fn time_stands_still_until_someone_advances_it() {
    let clock = ManualClock::new(START);
    assert_eq!((clock.now(), clock.ticks()), (START, 0));
    clock.advance(Duration::from_millis(1500)).await;
    assert_eq!((clock.now(), clock.ticks()), (START + Duration::from_millis(1500), 1500));
}

#[tokio::test]
async fn an_instant_that_is_past_does_not_sleep() {
    let clock = ManualClock::new(START);
    drop(clock.sleep_until(START).await);
    assert_eq!(clock.sleepers(), 0);
}

#[tokio::test]
async fn sleepers_wake_in_the_order_of_their_instants_and_see_exactly_these() {
    let clock = ManualClock::new(START);
    let seen = Arc::new(Mutex::new(Vec::new()));
    let mut tasks = JoinSet::new();
    for seconds in [30, 10, 20, 10] {
        let (clock, seen) = (clock.clone(), Arc::clone(&seen));
        let start = clock.awake();
        tasks.spawn(async move {
            let sleep = clock.sleep_until(at(seconds));
            drop(start);
            let _awake = sleep.await;
            seen.lock().push((seconds, clock.ticks()));
        });
    }
    clock.advance(SECOND * 25).await;
    assert_eq!(*seen.lock(), [(10, 10_000), (10, 10_000), (20, 20_000)]);
    assert_eq!(clock.next_wake(), Some(at(30)));
    clock.advance(SECOND * 5).await;
    assert_eq!(seen.lock().len(), 4);
}

#[tokio::test]
async fn the_clock_waits_for_work_that_a_wake_up_began() {
    let clock = ManualClock::new(START);
    let mut tasks = JoinSet::new();
    let (inside, outside) = (clock.clone(), clock.clone());
    let first = clock.awake();
    let worked = Arc::new(Mutex::new(Vec::new()));
    let notes = Arc::clone(&worked);
    tasks.spawn(async move {
        let mut awake = first;
        for _ in 0..5 {
            let next = inside.sleep_until(inside.now() + SECOND);
            drop(awake);
            awake = next.await;
            let began = inside.ticks();
            for _ in 0..50 {
                tokio::task::yield_now().await;
            }
            notes.lock().push((began, inside.ticks()));
        }
    });
    outside.advance(SECOND * 60).await;
    assert_eq!(*worked.lock(), [(1000, 1000), (2000, 2000), (3000, 3000), (4000, 4000), (5000, 5000)]);
}

#[tokio::test]
async fn a_guard_handed_to_another_task_still_holds_time() {
    let clock = ManualClock::new(START);
    let awake = clock.awake();
    let copy = awake.clone();
    drop(awake);
    let (open, opened) = tokio::sync::oneshot::channel::<()>();
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        opened.await.expect("told");
        drop(copy);
    });
    let advance = clock.advance(SECOND);
    tokio::pin!(advance);
    tokio::select! {
        biased;
        () = &mut advance => panic!("time moved while someone was awake"),
        () = tokio::task::yield_now() => {}
    }
    open.send(()).expect("the task waits");
    advance.await;
    assert_eq!(clock.ticks(), 1000);
}

#[tokio::test]
async fn a_sleep_that_is_given_up_leaves_no_trace() {
    let clock = ManualClock::new(START);
    let sleep = clock.sleep_until(at(10));
    assert_eq!(clock.sleepers(), 1, "on the list before the first poll");
    drop(sleep);
    assert_eq!((clock.sleepers(), clock.next_wake()), (0, None));
    clock.advance(SECOND * 20).await;
}

#[tokio::test]
async fn a_sleep_that_is_given_up_after_firing_gives_its_guard_back() {
    let clock = ManualClock::new(START);
    let sleep = clock.sleep_until(at(1));
    let advance = clock.advance(SECOND * 2);
    tokio::pin!(advance);
    tokio::select! {
        biased;
        () = &mut advance => panic!("the sleeper was counted from its firing on"),
        () = tokio::task::yield_now() => {}
    }
    assert_eq!(clock.ticks(), 1000);
    drop(sleep);
    advance.await;
    assert_eq!(clock.ticks(), 2000);
}

#[tokio::test]
async fn two_who_advance_at_the_same_time_add_up() {
    let clock = ManualClock::new(START);
    tokio::join!(clock.advance(SECOND), clock.advance(SECOND));
    assert_eq!(clock.ticks(), 2000);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_thousand_loops_keep_step_on_several_threads() {
    let clock = ManualClock::new(START);
    let rounds = Arc::new(Mutex::new(Vec::new()));
    let mut tasks = JoinSet::new();
    for _ in 0..1000 {
        let (clock, rounds) = (clock.clone(), Arc::clone(&rounds));
        let first = clock.awake();
        tasks.spawn(async move {
            let mut awake = first;
            loop {
                let next = clock.sleep_until(clock.now() + SECOND);
                drop(awake);
                awake = next.await;
                let began = clock.ticks();
                tokio::task::yield_now().await;
                rounds.lock().push((began, clock.ticks()));
            }
        });
    }
    clock.advance(SECOND * 10).await;
    let rounds = rounds.lock();
    assert_eq!(rounds.len(), 10_000);
    for (index, round) in rounds.iter().enumerate() {
        let expected = (index as u64 / 1000 + 1) * 1000;
        assert_eq!(*round, (expected, expected));
    }
}
