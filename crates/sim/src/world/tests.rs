//! What the world promises: the same trajectory however often it is asked, a meter that never runs back, and heat.

#![expect(clippy::needless_raw_string_hashes, reason = "expect-test writes them")]
#![expect(clippy::cast_precision_loss, reason = "counts of a day fit")]

use super::*;
use expect_test::{Expect, expect};
use proptest::prelude::*;
use std::fmt::Write as _;
use std::net::Ipv4Addr;
use std::time::Duration;

const START: Timestamp = Timestamp::from_millis(1_763_596_800_000);

fn after(seconds: u64) -> Timestamp {
    START + Duration::from_secs(seconds)
}

fn gamma() -> MinerSpec {
    MinerSpec::new("kitchen", Model::Gamma, Generation::V2_15, Ipv4Addr::new(127, 77, 0, 1))
}

fn world_of(spec: MinerSpec) -> World {
    let mut world = World::new(7, START);
    world.add(spec);
    world
}

/// One line per instant: what the miner really does.
fn check(mut world: World, seconds: &[u64], expected: &Expect) {
    let lines = seconds.iter().map(|second| {
        let truth = world.rig_at(0, after(*second)).truth();
        format!(
            "at {second:>4} s {:<8} {:>4.0} MHz {:>5.0} GH/s {:>5.1} W {:>4.1} °C fan {:>3.0} % {:>8} mJ\n",
            format!("{:?}", truth.power),
            truth.actual_mhz,
            truth.hashrate_ghs,
            truth.power_w,
            truth.chip_c,
            truth.fan_pct,
            truth.energy_mj,
        )
    });
    expected.assert_eq(&lines.collect::<String>());
}

#[test]
fn a_cold_miner_boots_ramps_and_settles_at_its_target_temperature() {
    check(
        world_of(gamma().cold()),
        &[0, 10, 19, 21, 30, 45, 120, 600, 3600],
        &expect![[r#"
            at    0 s Booting     0 MHz     0 GH/s   2.3 W 21.0 °C fan  30 %        0 mJ
            at   10 s Booting     0 MHz     0 GH/s   2.3 W 21.0 °C fan  25 %    22775 mJ
            at   19 s Booting     0 MHz     0 GH/s   2.3 W 21.0 °C fan  25 %    43250 mJ
            at   21 s Running    25 MHz    50 GH/s   3.0 W 21.1 °C fan  25 %    48537 mJ
            at   30 s Running   250 MHz   517 GH/s   9.6 W 25.3 °C fan  25 %   108826 mJ
            at   45 s Running   525 MHz  1079 GH/s  17.8 W 41.5 °C fan  25 %   334647 mJ
            at  120 s Running   525 MHz  1092 GH/s  17.9 W 63.7 °C fan  39 %  1668376 mJ
            at  600 s Running   525 MHz  1075 GH/s  17.9 W 60.0 °C fan  45 % 10274259 mJ
            at 3600 s Running   525 MHz  1068 GH/s  17.9 W 60.0 °C fan  45 % 64055259 mJ
        "#]],
    );
}

#[test]
fn a_warm_miner_begins_in_equilibrium() {
    check(
        world_of(gamma()),
        &[1, 60, 3600],
        &expect![[r#"
            at    1 s Running   525 MHz  1012 GH/s  17.9 W 60.0 °C fan  45 %    17927 mJ
            at   60 s Running   525 MHz  1073 GH/s  17.9 W 60.0 °C fan  45 %  1075620 mJ
            at 3600 s Running   525 MHz  1054 GH/s  17.9 W 60.0 °C fan  45 % 64537200 mJ
        "#]],
    );
}

#[test]
fn power_follows_frequency_and_the_square_of_voltage() {
    let mut lines = String::new();
    for (mhz, mv) in [(400.0, 1000), (525.0, 1150), (625.0, 1150), (625.0, 1250)] {
        let mut world = world_of(gamma());
        let rig = world.rig_at(0, START);
        rig.settings.frequency_mhz = mhz;
        rig.settings.core_voltage_mv = mv;
        let truth = world.rig_at(0, after(1800)).truth();
        let rate = world.rig(0).hashing.ten_minutes;
        let _ = writeln!(lines, "{mhz} MHz {mv} mV: {:.1} W, {rate:.0} GH/s", truth.power_w);
    }
    expect![[r#"
        400 MHz 1000 mV: 11.2 W, 829 GH/s
        525 MHz 1150 mV: 17.9 W, 1071 GH/s
        625 MHz 1150 mV: 21.1 W, 1152 GH/s
        625 MHz 1250 mV: 24.7 W, 1266 GH/s
    "#]]
    .assert_eq(&lines);
}

#[test]
fn a_hot_room_trips_the_miner_and_it_stays_down_until_cleared_and_restarted() {
    let mut world = world_of(gamma());
    world.rig_at(0, after(10)).heat.ambient_c = 62.0;
    let rig = world.rig_at(0, after(600));
    assert!(rig.tripped && rig.settings.overheat_mode && !rig.is_hashing());
    assert_eq!((rig.settings.frequency_mhz, rig.settings.manual_fan_pct, rig.settings.auto_fan), (50.0, 100, false));
    rig.heat.ambient_c = 20.0;
    rig.restart();
    let rig = world.rig_at(0, after(700));
    assert!(!rig.is_hashing(), "a restart alone does not clear the trip");
    rig.settings.overheat_mode = false;
    assert!(!world.rig_at(0, after(800)).is_hashing(), "clearing alone does not start the chips");
    world.rig_at(0, after(800)).restart();
    assert!(world.rig_at(0, after(830)).is_hashing());
}

#[test]
fn a_restart_answers_for_one_second_and_takes_twenty_more() {
    let mut world = world_of(gamma());
    world.rig_at(0, after(100)).restart();
    let open = |world: &mut World, ms: u64| world.rig_at(0, START + Duration::from_millis(ms)).outlook().open;
    assert!(open(&mut world, 100_999));
    assert!(!open(&mut world, 101_000));
    assert!(!open(&mut world, 120_999));
    assert!(open(&mut world, 121_000));
    let rig = world.rig(0);
    assert_eq!((rig.uptime().as_secs(), rig.shares.accepted, rig.restarts), (20, 0, 1));
    assert!(rig.shares.best_ever > 0.0, "the best difficulty ever survives");
}

#[test]
fn a_miner_without_power_draws_nothing_and_forgets_nothing() {
    let mut world = world_of(gamma());
    let rig = world.rig_at(0, after(60));
    rig.settings.core_voltage_mv = 1060;
    rig.plug(false);
    let before = rig.energy_mj;
    let rig = world.rig_at(0, after(3660));
    assert_eq!(rig.energy_mj, before);
    rig.plug(true);
    let rig = world.rig_at(0, after(3700));
    assert_eq!(rig.settings.core_voltage_mv, 1060);
    assert!(rig.is_hashing() && rig.energy_mj > before);
}

#[test]
fn shares_come_at_the_rate_of_the_hashrate() {
    let mut world = world_of(gamma());
    let before = world.rig(0).truth();
    let day = world.rig_at(0, after(86_400)).truth();
    let found = (day.shares_accepted + day.shares_rejected) - (before.shares_accepted + before.shares_rejected);
    let expected = 1071e9 * 86_400.0 / (1000.0 * 4_294_967_296.0);
    let off = (found as f64 / expected - 1.0).abs();
    assert!(off < 0.02, "{found} shares, {expected:.0} expected");
    let rejected = (day.shares_rejected - before.shares_rejected) as f64 / found as f64;
    assert!((0.002..0.007).contains(&rejected), "{rejected}");
}

#[test]
fn stuck_counters_stand_still_while_the_uptime_goes_on() {
    let mut world = world_of(gamma());
    let rig = world.rig_at(0, after(60));
    rig.ailments.stuck_until_restart = true;
    let before = rig.truth();
    let rig = world.rig_at(0, after(660));
    assert_eq!((rig.shares.accepted, rig.uptime().as_secs()), (before.shares_accepted, before.uptime_s + 600));
    assert!(rig.power_w() > 10.0);
    rig.restart();
    assert!(world.rig_at(0, after(900)).shares.accepted > 0);
}

#[test]
fn a_miner_is_the_same_whoever_else_lives_there() {
    let mut alone = world_of(gamma());
    let mut crowd = World::new(7, START);
    let others = bench_fleet(3, Duration::ZERO);
    for spec in others {
        crowd.add(spec);
    }
    let number = crowd.add(gamma());
    assert_eq!(alone.rig_at(0, after(5000)).truth(), crowd.rig_at(number, after(5000)).truth());
}

proptest! {
    #[test]
    fn asking_often_changes_nothing(seed: u64, cold: bool, restart_at in 0..900_u64, asks in prop::collection::vec(0..1_800_000_u64, 0..60)) {
        let spec = if cold { gamma().cold() } else { gamma() };
        let run = |asks: &[u64]| {
            let mut world = World::new(seed, START);
            world.add(spec.clone());
            let mut asks = asks.to_vec();
            asks.sort_unstable();
            let (early, late): (Vec<u64>, Vec<u64>) = asks.iter().partition(|at| **at <= restart_at * 1000);
            for at in early {
                world.step_to(START + Duration::from_millis(at));
            }
            let rig = world.rig_at(0, after(restart_at));
            rig.settings.frequency_mhz = 600.0;
            rig.restart();
            for at in late {
                world.step_to(START + Duration::from_millis(at));
            }
            world.rig_at(0, after(1800)).truth()
        };
        prop_assert_eq!(run(&asks), run(&[]));
    }

    #[test]
    fn the_meter_never_runs_back(seed: u64, steps in prop::collection::vec((0..400_u64, 0..5_u8), 1..40)) {
        let mut world = World::new(seed, START);
        world.add(gamma().cold());
        let (mut now, mut last) = (START, 0);
        for (seconds, act) in steps {
            now = now + Duration::from_secs(seconds);
            let rig = world.rig_at(0, now);
            prop_assert!(rig.energy_mj >= last);
            prop_assert!(rig.energy_mj - last <= seconds * 60_000, "more than 60 W");
            last = rig.energy_mj;
            match act {
                0 => rig.plug(false),
                1 => rig.plug(true),
                2 => rig.restart(),
                3 => rig.trip(),
                _ => rig.resume(),
            }
        }
    }
}
