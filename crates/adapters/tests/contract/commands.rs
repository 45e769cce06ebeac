//! What a device says it can do, it does, and a later reading shows it; what it cannot do is refused without a word to it.

use crate::bench::{Bench, NOTHING};
use crate::list::ENTRIES;
use hmm_domain::command::{Command, Seen, Tuning};
use hmm_domain::miner::{PowerOff, PowerState, Profile};
use hmm_domain::port::{DriverError, Inspection};
use hmm_domain::units::CentiCelsius;
use hmm_domain::wish::PoolTarget;
use hmm_domain::{ModeId, Reading};
use hmm_sim::Fault;
use std::time::Duration;

pub(crate) fn pool() -> PoolTarget {
    PoolTarget { host: "other.example.org".into(), port: 4444, user: "wallet.other".into(), password: None, tls: false }
}

fn tune(tuning: Tuning) -> Command {
    Command::Tune { tuning }
}

/// Everything that a device of this profile can be asked for.
pub(crate) fn offered(learnt: &Inspection) -> Vec<Command> {
    let (profile, can) = (&learnt.profile, &learnt.profile.capabilities);
    let mode = |id: &ModeId| Command::SetMode { mode: id.clone(), clear_overheat: false };
    let mut all: Vec<Command> = profile.modes.iter().map(|it| mode(&it.id)).filter(|_| can.set_mode).collect();
    if can.power_off != PowerOff::None {
        all.push(Command::SetPower { power: PowerState::Off });
    }
    if can.set_pool {
        all.push(Command::SetPool { pool: pool() });
    }
    if can.restart {
        all.push(Command::Restart);
    }
    if can.identify {
        all.push(Command::Identify);
    }
    if let Some((least, most)) = can.fan_pct {
        all.push(tune(Tuning { fan_pct: Some(least.max(60).min(most)), ..Tuning::default() }));
    }
    if let Some((least, most)) = can.target_temperature {
        let middle = CentiCelsius::degrees((least.get() + most.get()) / 200);
        all.push(tune(Tuning { target_temperature: Some(middle), ..Tuning::default() }));
    }
    if let Some((least, _)) = can.frequency {
        all.push(tune(Tuning { frequency: Some(least), ..Tuning::default() }));
    }
    if let Some((least, _)) = can.core_voltage {
        all.push(tune(Tuning { core_voltage: Some(least), ..Tuning::default() }));
    }
    all
}

/// What a device of this profile cannot do, or not so.
fn beyond(profile: &Profile) -> Vec<Command> {
    let can = &profile.capabilities;
    let mut all = vec![
        Command::SetMode { mode: ModeId::new("ludicrous"), clear_overheat: false },
        tune(Tuning::default()),
        tune(Tuning { fan_pct: Some(can.fan_pct.map_or(50, |(_, most)| most.saturating_add(1))), ..Tuning::default() }),
    ];
    let far = hmm_domain::units::Frequency::mhz(65_000);
    all.push(tune(Tuning { frequency: Some(far), ..Tuning::default() }));
    all.push(tune(Tuning { core_voltage: Some(hmm_domain::units::Millivolts::new(9_000)), ..Tuning::default() }));
    all.push(tune(Tuning { target_temperature: Some(CentiCelsius::degrees(140)), ..Tuning::default() }));
    if can.power_off == PowerOff::None {
        all.extend([PowerState::Off, PowerState::On].map(|power| Command::SetPower { power }));
    }
    if !can.restart {
        all.push(Command::Restart);
    }
    if !can.identify {
        all.push(Command::Identify);
    }
    let pools = [
        PoolTarget { host: "a b".into(), ..pool() },
        PoolTarget { host: "".into(), ..pool() },
        PoolTarget { port: 0, ..pool() },
        PoolTarget { user: "".into(), ..pool() },
        PoolTarget { password: Some("line\nbreak".into()), ..pool() },
        PoolTarget { password: Some("\u{0}".into()), ..pool() },
    ];
    all.extend(pools.map(|pool| Command::SetPool { pool }));
    if !can.set_pool {
        all.push(Command::SetPool { pool: pool() });
    }
    all
}

/// Sends, waits as long as the house would, and says what the next reading shows.
async fn carried_out(bench: &Bench, learnt: &Inspection, before: &Reading, command: &Command) -> (Seen, Reading) {
    let name = bench.entry.name;
    let receipt = bench.send(learnt, command).await.unwrap_or_else(|error| panic!("{name} {command:?}: {error}"));
    // Some take their own answer along; then only the reading tells.
    drop(receipt);
    let patience = command.patience(&learnt.profile);
    bench.clock.advance(patience).await;
    let after = bench.read().await;
    (command.seen_in(&learnt.profile, Some(before), &after, patience), after)
}

#[tokio::test]
async fn what_it_can_do_is_seen_in_a_later_reading() {
    for entry in ENTRIES {
        let learnt = Bench::of(entry).await.inspect().await;
        for command in offered(&learnt) {
            let bench = Bench::of(entry).await;
            let (seen, after) = carried_out(&bench, &learnt, &bench.read().await, &command).await;
            assert_ne!(seen, Seen::NotYet, "{} {command:?}: {after:?}", entry.name);
            assert!(!bench.writes().is_empty(), "{} {command:?}: nothing was written", entry.name);
        }
    }
}

#[tokio::test]
async fn who_can_be_put_to_rest_rests_and_wakes() {
    for entry in ENTRIES {
        let bench = Bench::of(entry).await;
        let learnt = bench.inspect().await;
        if learnt.profile.capabilities.power_off == PowerOff::None {
            continue;
        }
        for (power, hashing) in [(PowerState::Off, false), (PowerState::On, true)] {
            let before = bench.read().await;
            let (seen, after) = carried_out(&bench, &learnt, &before, &Command::SetPower { power }).await;
            assert_eq!(seen, Seen::Yes, "{} {power:?}: {after:?}", entry.name);
            assert_eq!(bench.seen().truth.hashing, hashing, "{} {power:?}", entry.name);
        }
    }
}

#[tokio::test]
async fn a_pool_reaches_the_work_and_the_second_one_stays() {
    for entry in ENTRIES {
        let bench = Bench::of(entry).await;
        let learnt = bench.inspect().await;
        if !learnt.profile.capabilities.set_pool {
            continue;
        }
        let before = bench.read().await;
        let (seen, after) = carried_out(&bench, &learnt, &before, &Command::SetPool { pool: pool() }).await;
        assert_eq!(seen, Seen::Yes, "{}: {after:?}", entry.name);
        assert_eq!(bench.seen().truth.pool.url, "other.example.org", "{}", entry.name);
        bench.fault(Fault::PoolDown).await;
        bench.clock.advance(Duration::from_mins(3)).await;
        let after = bench.read().await;
        // Some show only where they work, and nobody can tell what is set while that is elsewhere.
        if after.pool_set.is_some() {
            assert_eq!(after.pool_is(&pool()), Some(true), "{}: it is still set first: {after:?}", entry.name);
        }
        assert_ne!(bench.seen().truth.pool.url, "other.example.org", "{}", entry.name);
    }
}

#[tokio::test]
async fn what_it_cannot_do_is_refused_and_not_sent() {
    for entry in ENTRIES {
        let bench = Bench::of(entry).await;
        let learnt = bench.inspect().await;
        for command in beyond(&learnt.profile) {
            let error = match bench.send(&learnt, &command).await {
                Ok(receipt) => panic!("{} {command:?}: {receipt:?}", entry.name),
                Err(error) => error,
            };
            let said = matches!(error, DriverError::Unsupported(_) | DriverError::Refused(_));
            assert!(said, "{} {command:?}: {error:?}", entry.name);
        }
        assert_eq!(bench.writes(), NOTHING, "{}", entry.name);
    }
}

#[tokio::test]
async fn what_the_device_refuses_or_swallows_is_not_taken_for_done() {
    for entry in ENTRIES {
        let learnt = Bench::of(entry).await.inspect().await;
        for command in offered(&learnt) {
            let bench = Bench::of(entry).await;
            bench.fault(Fault::RefuseWrites).await;
            let refused = bench.send(&learnt, &command).await;
            // Nobody answers a datagram.
            let done = matches!(&refused, Ok(receipt) if receipt.certain);
            assert!(!done, "{} {command:?}: {refused:?}", entry.name);

            let bench = Bench::of(entry).await;
            bench.fault(Fault::DropAfterWrite).await;
            let lost = bench.send(&learnt, &command).await;
            let perhaps = matches!(&lost, Ok(receipt) if !receipt.certain);
            assert!(perhaps, "{} {command:?}: {lost:?}", entry.name);
        }
    }
}
