//! The driver against the simulator's faces: every generation, every command, every fault.
//!
//! **Invariant:** the simulator shares no code with the driver, so what passes here agrees with the facts twice.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod common;

use expect_test::{expect, expect_file};
use hmm_adapters::miners::families;
use hmm_domain::command::{Command, Seen, Tuning};
use hmm_domain::miner::{Identity, PowerState};
use hmm_domain::port::{Credentials, Driver, DriverError, Endpoint, Inspection, Receipt};
use hmm_domain::units::{CentiCelsius, Frequency, Millivolts};
use hmm_domain::wish::PoolTarget;
use hmm_domain::{FamilyId, ModeId, Reading, Timestamp};
use hmm_net::{Guard, Limits, Outbound, Surroundings};
use hmm_sim::{BOOT_TIME, Fault, Generation, ManualClock, MinerSpec, Model, Neighbourhood, NeighbourhoodConfig};
use hmm_sim::{RESTART_DELAY, Snapshot};
use std::fmt::Write;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

/// One simulated miner, and a driver that speaks to it.
struct Bench {
    clock: ManualClock,
    neighbours: Neighbourhood,
    driver: Arc<dyn Driver>,
    at: Endpoint,
}

fn axeos(outbound: &Outbound, at: Endpoint) -> Arc<dyn Driver> {
    (families(outbound).get(&FamilyId::new("axeos")).unwrap().connect)(at, Credentials::default())
}

const RIG: &str = "rig";

impl Bench {
    async fn new(generation: Generation) -> Self {
        Self::with(generation, Model::Gamma, Duration::from_secs(5)).await
    }

    async fn with(generation: Generation, model: Model, whole: Duration) -> Self {
        let clock = ManualClock::new(Timestamp::from_millis(1_790_000_000_000));
        let miners = vec![MinerSpec::new(RIG, model, generation, Ipv4Addr::LOCALHOST)];
        let config = NeighbourhoodConfig { seed: 7, miners, clock: Arc::new(clock.clone()) };
        let neighbours = Neighbourhood::start(config).await.unwrap();
        let address = neighbours.address(RIG).unwrap();
        let at = Endpoint { host: address.ip().to_string(), port: address.port() };
        let driver = axeos(&outbound(whole), at.clone());
        Self { clock, neighbours, driver, at }
    }

    async fn inspect(&self) -> Inspection {
        self.driver.inspect().await.unwrap()
    }

    async fn send(&self, inspection: &Inspection, command: &Command) -> Result<Receipt, DriverError> {
        self.driver.send(&inspection.identity, &inspection.profile, command).await
    }

    fn truth(&self) -> Snapshot {
        self.neighbours.snapshot(RIG).unwrap()
    }

    async fn fault(&self, fault: Fault) {
        self.neighbours.fault(RIG, fault).await.unwrap();
    }

    async fn reboot_passes(&self) {
        self.clock.advance(RESTART_DELAY + BOOT_TIME + Duration::from_secs(2)).await;
    }
}

fn outbound(whole: Duration) -> Outbound {
    let around = hmm_net::surroundings::fixed(Surroundings::default());
    let guard = Guard::device(vec!["127.0.0.0/8".parse().unwrap()], around);
    let limits = Limits { connect: Duration::from_secs(5), whole, ..Limits::default() };
    Outbound::device_with(guard, limits).unwrap()
}

fn gigahashes(reading: &Reading) -> f64 {
    u32::try_from(reading.hashrate.unwrap().get() / 1_000_000_000).unwrap().into()
}

fn mode(id: &str) -> Command {
    Command::SetMode { mode: ModeId::new(id), clear_overheat: false }
}

fn pool() -> PoolTarget {
    PoolTarget { host: "new.example.org".into(), port: 4444, user: "bc1qnew.rig".into(), password: None, tls: false }
}

fn commands() -> Vec<(&'static str, Command)> {
    let tune = |tuning| Command::Tune { tuning };
    vec![
        ("eco", mode("eco")),
        ("clear", Command::SetMode { mode: ModeId::new("eco"), clear_overheat: true }),
        ("pause", Command::SetPower { power: PowerState::Off }),
        ("resume", Command::SetPower { power: PowerState::On }),
        ("fan 55", tune(Tuning { fan_pct: Some(55), ..Tuning::default() })),
        ("target", tune(Tuning { target_temperature: Some(CentiCelsius::degrees(58)), ..Tuning::default() })),
        (
            "tune",
            tune(Tuning {
                frequency: Some(Frequency::mhz(490)),
                core_voltage: Some(Millivolts::new(1100)),
                ..Tuning::default()
            }),
        ),
        ("identify", Command::Identify),
        ("restart", Command::Restart),
        ("pool", Command::SetPool { pool: pool() }),
    ]
}

fn outcome(result: &Result<Receipt, DriverError>) -> String {
    match result {
        Ok(receipt) => {
            let words = receipt.reply.as_ref().map_or("", |words| words.as_str());
            format!("{} {words}", if receipt.certain { "done" } else { "perhaps" }).trim().to_owned()
        }
        Err(error) => {
            let debug = format!("{error:?}");
            debug.split([' ', '(', '{']).next().unwrap_or_default().to_owned()
        }
    }
}

#[tokio::test]
async fn every_generation_is_read_and_learnt() {
    let mut table = String::new();
    for generation in Generation::ALL {
        for model in [Model::Ultra, Model::Gt] {
            let bench = Bench::with(generation, model, Duration::from_secs(5)).await;
            let learnt = bench.inspect().await;
            write!(table, "{}\n{}", generation.version(), common::learnt(&learnt)).unwrap();
            let (reading, truth) = (bench.driver.read().await.unwrap().reading, bench.truth());
            let near = |seen: f64, real: f64| (0.9..=1.1).contains(&(seen / real));
            assert!(near(reading.power.unwrap().as_watts(), truth.truth.power_w), "{generation:?}");
            assert!(near(gigahashes(&reading), truth.truth.hashrate_ghs), "{generation:?}");
            assert_eq!(reading.shares_accepted, Some(truth.truth.shares_accepted));
            assert_eq!(reading.uptime_s, Some(truth.truth.uptime_s));
            assert!(reading.temperature.is_some() && reading.fan.is_some() && reading.fan_pct.is_some());
            assert_eq!(learnt.as_found.mode, Some(ModeId::new("standard")));
            assert!(truth.writes.is_empty(), "reading writes nothing");
        }
    }
    expect![[r#"
        v2.4.5
        model Some("Bitaxe Ultra 204"), identity Mac
        modes eco 400/1100, standard 485/1200, turbo 500/1200, oc 575/1300
        power_off None, measures_power true, pool true in 2, identify false, target false, limit Some(25.0) W
        v2.4.5
        model Some("Bitaxe GT 801"), identity Mac
        modes eco 400/1000, standard 525/1150, turbo 550/1150, oc 625/1250
        power_off None, measures_power true, pool true in 2, identify false, target false, limit Some(60.0) W
        v2.10.1
        model Some("Bitaxe Ultra 204"), identity Mac
        modes eco 400/1100, standard 485/1200, turbo 500/1200, oc 575/1300
        power_off None, measures_power true, pool true in 2, identify false, target true, limit Some(25.0) W
        v2.10.1
        model Some("Bitaxe GT 801"), identity Mac
        modes eco 400/1000, standard 525/1150, turbo 550/1150, oc 625/1250
        power_off None, measures_power true, pool true in 2, identify false, target true, limit Some(60.0) W
        v2.12.2
        model Some("Bitaxe Ultra 204"), identity Mac
        modes eco 400/1100, standard 485/1200, turbo 500/1200, oc 575/1300
        power_off None, measures_power true, pool true in 2, identify true, target true, limit Some(25.0) W
        v2.12.2
        model Some("Bitaxe GT 801"), identity Mac
        modes eco 400/1000, standard 525/1150, turbo 550/1150, oc 625/1250
        power_off None, measures_power true, pool true in 2, identify true, target true, limit Some(60.0) W
        v2.14.2
        model Some("Bitaxe Ultra 204"), identity Mac
        modes eco 400/1100, standard 485/1200, turbo 500/1200, oc 575/1300
        power_off Pause, measures_power true, pool true in 2, identify true, target true, limit Some(25.0) W
        v2.14.2
        model Some("Bitaxe GT 801"), identity Mac
        modes eco 400/1000, standard 525/1150, turbo 550/1150, oc 625/1250
        power_off Pause, measures_power true, pool true in 2, identify true, target true, limit Some(60.0) W
        v2.15.0
        model Some("Bitaxe Ultra 204"), identity Mac
        modes eco 400/1100, standard 485/1200, turbo 500/1200, oc 575/1300
        power_off Pause, measures_power true, pool true in 2, identify true, target true, limit Some(25.0) W
        v2.15.0
        model Some("Bitaxe GT 801"), identity Mac
        modes eco 400/1000, standard 525/1150, turbo 550/1150, oc 625/1250
        power_off Pause, measures_power true, pool true in 2, identify true, target true, limit Some(60.0) W
    "#]]
    .assert_eq(&table);
}

#[tokio::test]
async fn every_command_on_every_generation_and_what_was_sent() {
    let mut table = String::new();
    for generation in Generation::ALL {
        writeln!(table, "{}", generation.version()).unwrap();
        for (name, command) in commands() {
            let bench = Bench::new(generation).await;
            let learnt = bench.inspect().await;
            let result = bench.send(&learnt, &command).await;
            writeln!(table, "  {name}: {}", outcome(&result)).unwrap();
            let snapshot = bench.truth();
            for write in &snapshot.writes {
                writeln!(table, "    {} {} {}", write.method, write.path, common::sorted(&write.body)).unwrap();
            }
            assert_eq!(snapshot.traffic.connections_at_once_max, 1, "{name}");
        }
    }
    expect_file!["expected/axeos_commands.txt"].assert_eq(&table);
}

#[tokio::test]
async fn what_was_done_is_seen_in_a_later_reading() {
    for generation in Generation::ALL {
        for (name, command) in commands() {
            let bench = Bench::new(generation).await;
            let learnt = bench.inspect().await;
            if bench.send(&learnt, &command).await.is_err() {
                continue;
            }
            let sent_for = if command.restarts(&learnt.profile) {
                bench.reboot_passes().await;
                RESTART_DELAY + BOOT_TIME + Duration::from_secs(2)
            } else {
                bench.clock.advance(Duration::from_secs(90)).await;
                Duration::from_secs(90)
            };
            let after = bench.driver.read().await.unwrap().reading;
            let seen = command.seen_in(&learnt.profile, Some(&learnt.answer.reading), &after, sent_for);
            assert_ne!(seen, Seen::NotYet, "{generation:?} {name}: {after:?}");
        }
    }
}

#[tokio::test]
async fn a_pool_reaches_the_hardware_in_both_formats_and_the_others_stay() {
    for generation in [Generation::V2_4, Generation::V2_14, Generation::V2_15] {
        let bench = Bench::new(generation).await;
        let learnt = bench.inspect().await;
        let receipt = bench.send(&learnt, &Command::SetPool { pool: pool() }).await.unwrap();
        assert!(receipt.certain);
        bench.reboot_passes().await;
        let running = bench.truth().truth.pool;
        assert!(format!("{running:?}").contains("new.example.org"), "{generation:?}: {running:?}");
        bench.fault(Fault::PoolDown).await;
        bench.clock.advance(Duration::from_mins(2)).await;
        let pool = bench.driver.read().await.unwrap().reading.pool.unwrap();
        assert_eq!((pool.host.as_str(), pool.fallback), ("backup.example.org", Some(true)), "{generation:?}");
    }
}

#[tokio::test]
async fn s8_another_device_at_the_address_receives_nothing() {
    for generation in Generation::ALL {
        let bench = Bench::new(generation).await;
        let learnt = bench.inspect().await;
        bench.fault(Fault::OtherDevice).await;
        for (name, command) in commands() {
            let error = bench.send(&learnt, &command).await.unwrap_err();
            assert!(matches!(error, DriverError::WrongDevice { .. }), "{name}: {error}");
        }
        assert!(bench.truth().writes.is_empty());
    }
}

#[tokio::test]
async fn s8_a_weak_identity_is_commanded_and_a_known_one_is_not_replaced_by_another_kind() {
    let bench = Bench::new(Generation::V2_12).await;
    let learnt = bench.inspect().await;
    let weak = Inspection { identity: Identity::None, ..learnt.clone() };
    assert!(bench.send(&weak, &Command::Identify).await.is_ok());
    let other = Inspection { identity: Identity::Serial("1".into()), ..learnt };
    assert!(matches!(bench.send(&other, &Command::Identify).await, Err(DriverError::WrongDevice { .. })));
}

#[tokio::test]
async fn what_the_device_does_not_offer_is_refused_before_sending() {
    let bench = Bench::new(Generation::V2_14).await;
    let learnt = bench.inspect().await;
    let tune = |tuning| Command::Tune { tuning };
    let refused = [
        tune(Tuning { frequency: Some(Frequency::mhz(650)), ..Tuning::default() }),
        tune(Tuning { frequency: Some(Frequency::new(490_500)), ..Tuning::default() }),
        tune(Tuning { core_voltage: Some(Millivolts::new(1_300)), ..Tuning::default() }),
        tune(Tuning { core_voltage: Some(Millivolts::new(900)), ..Tuning::default() }),
        tune(Tuning { fan_pct: Some(101), ..Tuning::default() }),
        tune(Tuning { target_temperature: Some(CentiCelsius::degrees(80)), ..Tuning::default() }),
        tune(Tuning { fan_pct: Some(50), target_temperature: Some(CentiCelsius::degrees(60)), ..Tuning::default() }),
        tune(Tuning::default()),
        mode("ludicrous"),
        Command::SetPool { pool: PoolTarget { user: "a\",\"b".into(), ..pool() } },
        Command::SetPool { pool: PoolTarget { password: Some("a\nb".into()), ..pool() } },
    ];
    for command in refused {
        let error = bench.send(&learnt, &command).await.unwrap_err();
        assert!(matches!(error, DriverError::Refused(_) | DriverError::Unsupported(_)), "{command:?}: {error}");
    }
    assert!(bench.truth().writes.is_empty());
}

#[tokio::test]
async fn after_its_own_heat_trip_a_device_is_slowed_but_not_run_faster() {
    let bench = Bench::new(Generation::V2_12).await;
    let learnt = bench.inspect().await;
    bench.fault(Fault::Overheat).await;
    assert_eq!(bench.driver.read().await.unwrap().reading.overheated, Some(true));
    let error = bench.send(&learnt, &mode("standard")).await.unwrap_err();
    assert!(matches!(&error, DriverError::Refused(why) if why.as_str().contains("heat protection")), "{error}");
    assert!(bench.truth().writes.is_empty());
    assert!(bench.send(&learnt, &mode("eco")).await.is_ok(), "h1: the lowest mode is never refused");
    bench.clock.advance(Duration::from_mins(10)).await;
    let clear = Command::SetMode { mode: ModeId::new("standard"), clear_overheat: true };
    assert!(bench.send(&learnt, &clear).await.unwrap().certain);
    bench.reboot_passes().await;
    bench.clock.advance(Duration::from_mins(1)).await;
    let truth = bench.truth().truth;
    assert!(!truth.overheat_mode && !truth.tripped && truth.hashing, "{truth:?}");
}

#[tokio::test]
async fn every_fault_and_what_a_poll_and_a_command_make_of_it() {
    let faults = [
        Fault::Silent,
        Fault::Offline,
        Fault::Slow { first_byte_ms: 10, drip_ms: 100 },
        Fault::Reset,
        Fault::Truncated,
        Fault::CutOff,
        Fault::Redirect302,
        Fault::Unauthorized401,
        Fault::WrongTypes,
        Fault::Absurd,
        Fault::HugeBody,
        Fault::EndlessBody,
        Fault::RandomBytes,
        Fault::OtherDevice,
        Fault::StuckShares,
        Fault::StuckUntilRestart,
        Fault::RejectShares,
        Fault::PoolDown,
        Fault::Latency { ms: 20 },
        Fault::IgnoreWrites,
        Fault::RefuseWrites,
        Fault::DropAfterWrite,
    ];
    let mut table =
        format!("{:26} {:15} {:15} {:15} {:15} {}\n", "", "read", "eco", "pool", "restart", "writes acted on");
    for fault in faults {
        let bench = Bench::with(Generation::V2_15, Model::Gamma, Duration::from_millis(800)).await;
        let learnt = bench.inspect().await;
        bench.fault(fault).await;
        let read = bench.driver.read().await;
        let read = read.map(|_| Receipt { reply: None, certain: true });
        let mut cells = vec![outcome(&read)];
        for command in [mode("eco"), Command::SetPool { pool: pool() }, Command::Restart] {
            let result = bench.send(&learnt, &command).await;
            let word = outcome(&result);
            cells.push(word.split(' ').next().unwrap_or_default().to_owned());
        }
        let acted = bench.truth().writes.iter().filter(|write| write.acted).count();
        let cells: String = cells.iter().fold(String::new(), |all, cell| format!("{all}{cell:15} "));
        writeln!(table, "{:26} {cells}{acted}", format!("{fault:?}").split(" {").next().unwrap()).unwrap();
    }
    expect![[r#"
                                   read            eco             pool            restart         writes acted on
        Silent                     Unreachable     Unreachable     Unreachable     Unreachable     0
        Offline                    Unreachable     Unreachable     Unreachable     Unreachable     0
        Slow                       Unreachable     Unreachable     Unreachable     Unreachable     0
        Reset                      Unreachable     Unreachable     Unreachable     Unreachable     0
        Truncated                  Malformed       Malformed       Malformed       Malformed       0
        CutOff                     Unreachable     Unreachable     Unreachable     Unreachable     0
        Redirect302                NotRecognised   NotRecognised   NotRecognised   NotRecognised   0
        Unauthorized401            Credentials     Credentials     Credentials     Credentials     0
        WrongTypes                 done            done            Unsupported     done            2
        Absurd                     done            done            done            done            4
        HugeBody                   Malformed       Malformed       Malformed       Malformed       0
        EndlessBody                Malformed       Malformed       Malformed       Malformed       0
        RandomBytes                NotRecognised   NotRecognised   NotRecognised   NotRecognised   0
        OtherDevice                done            WrongDevice     WrongDevice     WrongDevice     0
        StuckShares                done            done            done            done            4
        StuckUntilRestart          done            done            done            done            4
        RejectShares               done            done            done            done            4
        PoolDown                   done            done            done            done            4
        Latency                    done            done            done            done            4
        IgnoreWrites               done            done            Refused         done            0
        RefuseWrites               done            Refused         Refused         Refused         0
        DropAfterWrite             done            perhaps         perhaps         perhaps         4
    "#]]
    .assert_eq(&table);
}

#[tokio::test]
async fn a_pool_that_was_accepted_and_not_stored_is_refused_and_nothing_restarts() {
    for generation in [Generation::V2_4, Generation::V2_15] {
        let bench = Bench::new(generation).await;
        let learnt = bench.inspect().await;
        bench.fault(Fault::IgnoreWrites).await;
        let error = bench.send(&learnt, &Command::SetPool { pool: pool() }).await.unwrap_err();
        assert!(matches!(&error, DriverError::Refused(why) if why.as_str().contains("not stored")), "{error}");
        assert_eq!(bench.truth().truth.restarts, 0);
        assert!(bench.truth().writes.iter().all(|write| write.method != "POST"));
    }
}

#[tokio::test]
async fn spoiled_values_leave_the_others_readable() {
    let bench = Bench::new(Generation::V2_15).await;
    bench.fault(Fault::Absurd).await;
    let reading = bench.driver.read().await.unwrap().reading;
    assert_eq!((reading.hashrate, reading.uptime_s, reading.response_ms), (None, None, None));
    assert!(reading.firmware.is_some() && reading.pool.is_some());
    bench.neighbours.clear_faults(RIG).await.unwrap();
    bench.fault(Fault::WrongTypes).await;
    let answer = bench.driver.read().await.unwrap();
    assert!(matches!(answer.identity, Identity::Mac(_)));
    assert!(answer.reading.temperature.is_some(), "a number in quotes is a number");
    assert_eq!(answer.reading.pool, None, "a number is not a host");
}

#[tokio::test]
async fn an_unknown_device_is_recognised_and_a_stranger_is_not() {
    let bench = Bench::new(Generation::V2_12).await;
    let learnt = bench.inspect().await;
    assert!(learnt.host_name.is_some() && matches!(learnt.identity, Identity::Mac(_)));
    for fault in [Fault::Redirect302, Fault::RandomBytes] {
        bench.neighbours.clear_faults(RIG).await.unwrap();
        bench.fault(fault).await;
        let error = bench.driver.inspect().await.unwrap_err();
        assert!(matches!(error, DriverError::NotRecognised(_)), "{fault:?}: {error}");
    }
}

#[tokio::test]
async fn s6_a_device_outside_the_ranges_is_not_spoken_to() {
    let bench = Bench::new(Generation::V2_12).await;
    let around = hmm_net::surroundings::fixed(Surroundings::default());
    let guarded = Outbound::device(Guard::device(hmm_net::default_device_ranges(), around)).unwrap();
    let error = axeos(&guarded, bench.at.clone()).inspect().await.unwrap_err();
    assert!(matches!(error, DriverError::NotAllowed { .. }), "{error}");
    assert_eq!(bench.truth().traffic.connections, 0);
}
