//! The driver against the simulator's faces: every release, every command, every fault, and the one-time code.
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
use hmm_domain::{FamilyId, ModeId, Timestamp};
use hmm_net::{Guard, Limits, Outbound, Surroundings};
use hmm_sim::{
    BOOT_TIME, Fault, Firmware, Generation, ManualClock, MinerSpec, Model, Neighbourhood, NeighbourhoodConfig, Nerd,
    NerdRelease, RESTART_DELAY, Snapshot,
};
use std::fmt::Write;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

const RIG: &str = "rig";
const CODE: &str = "271828";

/// One simulated miner, and a driver that speaks to it.
struct Bench {
    clock: ManualClock,
    neighbours: Neighbourhood,
    driver: Arc<dyn Driver>,
    at: Endpoint,
}

fn speaker(family: &str, outbound: &Outbound, at: Endpoint, keys: Credentials) -> Arc<dyn Driver> {
    (families(outbound).get(&FamilyId::new(family)).unwrap().connect)(at, keys)
}

impl Bench {
    async fn new(firmware: impl Into<Firmware>) -> Self {
        Self::with(firmware, Model::NerdQaxePlusPlus, Duration::from_secs(5)).await
    }

    async fn with(firmware: impl Into<Firmware>, model: Model, whole: Duration) -> Self {
        let clock = ManualClock::new(Timestamp::from_millis(1_790_000_000_000));
        let miners = vec![MinerSpec::new(RIG, model, firmware, Ipv4Addr::new(127, 81, 0, 1))];
        let config = NeighbourhoodConfig { seed: 7, miners, clock: Arc::new(clock.clone()) };
        let neighbours = Neighbourhood::start(config).await.unwrap();
        let address = neighbours.address(RIG).unwrap();
        let at = Endpoint { host: address.ip().to_string(), port: address.port() };
        let driver = speaker("nerdos", &outbound(whole), at.clone(), Credentials::default());
        Self { clock, neighbours, driver, at }
    }

    /// The same device, spoken to with what it gave us.
    fn holding(&self, keys: Credentials) -> Arc<dyn Driver> {
        speaker("nerdos", &outbound(Duration::from_secs(5)), self.at.clone(), keys)
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

    async fn pass(&self, span: Duration) {
        self.clock.advance(span).await;
    }
}

const REBOOT: Duration = Duration::from_secs(RESTART_DELAY.as_secs() + BOOT_TIME.as_secs() + 2);

fn outbound(whole: Duration) -> Outbound {
    let around = hmm_net::surroundings::fixed(Surroundings::default());
    let guard = Guard::device(vec!["127.0.0.0/8".parse().unwrap()], around);
    let limits = Limits { connect: Duration::from_secs(5), whole, ..Limits::default() };
    Outbound::device_with(guard, limits).unwrap()
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
        ("off", Command::SetPower { power: PowerState::Off }),
        ("on", Command::SetPower { power: PowerState::On }),
        ("fan 55", tune(Tuning { fan_pct: Some(55), ..Tuning::default() })),
        ("target", tune(Tuning { target_temperature: Some(CentiCelsius::degrees(58)), ..Tuning::default() })),
        (
            "tune",
            tune(Tuning {
                frequency: Some(Frequency::mhz(515)),
                core_voltage: Some(Millivolts::new(1130)),
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

/// What is read is what is the case, and reading it writes nothing.
async fn agrees(bench: &Bench) -> bool {
    let (reading, snapshot) = (bench.driver.read().await.unwrap().reading, bench.truth());
    let truth = &snapshot.truth;
    let near = |seen: f64, real: f64| (0.9..=1.1).contains(&(seen / real));
    let ghs = f64::from(u32::try_from(reading.hashrate.unwrap().get() / 1_000_000_000).unwrap());
    assert!(reading.temperature.is_some() && reading.fan.is_some() && reading.fan_pct.is_some());
    near(reading.power.unwrap().as_watts(), truth.power_w)
        && near(ghs, truth.hashrate_ghs)
        && reading.shares_accepted == Some(truth.shares_accepted)
        && reading.shares_rejected == Some(truth.shares_rejected)
        && reading.uptime_s == Some(truth.uptime_s)
        && snapshot.writes.is_empty()
}

#[tokio::test]
async fn every_release_and_model_is_read_and_learnt() {
    let models = [
        Model::NerdQaxePlus,
        Model::NerdQaxePlusPlus,
        Model::NerdOctaxeGamma,
        Model::NerdOctaxeGammaRev3,
        Model::NerdHaxeGamma,
        Model::NerdAxe,
        Model::NerdAxeGamma,
    ];
    let mut table = String::new();
    for release in NerdRelease::ALL {
        for model in models {
            let bench = Bench::with(Nerd::new(release), model, Duration::from_secs(5)).await;
            let learnt = bench.inspect().await;
            assert!(agrees(&bench).await, "{release:?} {model:?}");
            // One board's name stands for two; without its lists the weaker one is assumed.
            let unlisted = model == Model::NerdOctaxeGammaRev3 && release == NerdRelease::V1_0_28;
            let found = if unlisted { "custom" } else { "standard" };
            assert_eq!(learnt.as_found.mode, Some(ModeId::new(found)), "{release:?} {model:?}");
            if matches!(release, NerdRelease::V1_0_28 | NerdRelease::V1_2) {
                write!(table, "{}\n{}", release.version(), common::learnt(&learnt)).unwrap();
            }
        }
    }
    expect_file!["expected/nerdos_models.txt"].assert_eq(&table);
}

#[tokio::test]
async fn every_command_on_every_release_and_what_was_sent() {
    let mut table = String::new();
    for release in NerdRelease::ALL {
        writeln!(table, "{}", release.version()).unwrap();
        for (name, command) in commands() {
            let bench = Bench::new(Nerd::new(release)).await;
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
    expect_file!["expected/nerdos_commands.txt"].assert_eq(&table);
}

#[tokio::test]
async fn what_was_done_is_seen_in_a_later_reading() {
    for release in NerdRelease::ALL {
        for (name, command) in commands() {
            let bench = Bench::new(Nerd::new(release)).await;
            let learnt = bench.inspect().await;
            if bench.send(&learnt, &command).await.is_err() {
                continue;
            }
            let waited = if command.restarts(&learnt.profile) { REBOOT } else { Duration::from_secs(90) };
            bench.pass(waited).await;
            let after = bench.driver.read().await.unwrap().reading;
            let seen = command.seen_in(&learnt.profile, Some(&learnt.answer.reading), &after, waited);
            assert_ne!(seen, Seen::NotYet, "{release:?} {name}: {after:?}");
        }
    }
}

#[tokio::test]
async fn it_stops_by_a_shut_down_and_comes_back_by_a_restart() {
    let bench = Bench::new(Nerd::new(NerdRelease::V1_1)).await;
    let learnt = bench.inspect().await;
    assert!(bench.send(&learnt, &Command::SetPower { power: PowerState::On }).await.unwrap().certain);
    assert!(bench.truth().writes.is_empty(), "who is awake is not restarted");
    bench.send(&learnt, &Command::SetPower { power: PowerState::Off }).await.unwrap();
    bench.pass(Duration::from_secs(5)).await;
    let resting = bench.driver.read().await.unwrap().reading;
    assert_eq!((resting.paused, resting.hashing()), (Some(true), Some(false)));
    assert!(!bench.truth().truth.hashing);
    bench.send(&learnt, &Command::SetPower { power: PowerState::On }).await.unwrap();
    bench.pass(REBOOT + Duration::from_secs(30)).await;
    let awake = bench.driver.read().await.unwrap().reading;
    assert_eq!((awake.paused, awake.hashing()), (Some(false), Some(true)));
    assert_eq!(bench.truth().truth.restarts, 1);
}

#[tokio::test]
async fn a_pool_is_taken_up_without_a_restart() {
    for release in NerdRelease::ALL {
        let bench = Bench::new(Nerd::new(release)).await;
        let learnt = bench.inspect().await;
        assert!(bench.send(&learnt, &Command::SetPool { pool: pool() }).await.unwrap().certain);
        let truth = bench.truth().truth;
        assert_eq!((truth.pool.url.as_str(), truth.restarts), ("new.example.org", 0), "{release:?}");
        bench.fault(Fault::PoolDown).await;
        let reading = bench.driver.read().await.unwrap().reading;
        let pool = reading.pool.unwrap();
        assert_eq!((pool.host.as_str(), pool.fallback), ("backup.example.org", Some(true)), "{release:?}");
        let active: Vec<_> = reading.pool_slots.iter().map(|slot| slot.active).collect();
        assert_eq!(active, [Some(false), Some(true)], "{release:?}");
    }
}

#[tokio::test]
async fn both_pools_at_once_are_one_miner() {
    let bench = Bench::new(Nerd::new(NerdRelease::V1_1).for_both_pools()).await;
    let (reading, truth) = (bench.driver.read().await.unwrap().reading, bench.truth().truth);
    assert_eq!(reading.shares_accepted, Some(truth.shares_accepted));
    assert_eq!(reading.shares_rejected, Some(truth.shares_rejected));
    assert!(reading.pool_slots.iter().all(|slot| slot.active == Some(true) && slot.alive == Some(true)));
    assert_eq!(reading.pool.unwrap().fallback, Some(false));
    bench.fault(Fault::PoolDown).await;
    let reading = bench.driver.read().await.unwrap().reading;
    let active: Vec<_> = reading.pool_slots.iter().map(|slot| slot.active).collect();
    assert_eq!(active, [Some(false), Some(true)], "the second does all the work");
}

#[tokio::test]
async fn settings_behind_a_one_time_code_are_written_with_a_session_and_only_then() {
    for release in [NerdRelease::V1_0_34, NerdRelease::V1_0_36, NerdRelease::V1_1, NerdRelease::V1_2] {
        let bench = Bench::new(Nerd::new(release).guarded_by(CODE)).await;
        let learnt = bench.inspect().await;
        for command in [mode("eco"), Command::SetPool { pool: pool() }] {
            let error = bench.send(&learnt, &command).await.unwrap_err();
            assert!(matches!(error, DriverError::Credentials(_)), "{error}");
        }
        assert!(bench.truth().writes.is_empty(), "asked for before anything is sent: every try counts towards a lock");
        let session = bench.driver.open_session(&format!(" {CODE} ")).await.unwrap();
        assert_eq!(session.lasts, Some(Duration::from_hours(24)));
        let token = session.credentials.token.clone().unwrap();
        assert!(!format!("{session:?}").contains(&token));
        let holding = bench.holding(session.credentials.clone());
        assert!(holding.send(&learnt.identity, &learnt.profile, &mode("eco")).await.unwrap().certain, "{release:?}");
        assert!(!holding.read().await.unwrap().raw.to_string().contains(&token));
        bench.pass(Duration::from_hours(25)).await;
        let error = holding.send(&learnt.identity, &learnt.profile, &mode("standard")).await.unwrap_err();
        assert!(matches!(error, DriverError::Credentials(_)), "a session ends: {error}");
        let off = bench.send(&learnt, &Command::SetPower { power: PowerState::Off }).await;
        assert_eq!(off.is_ok(), release >= NerdRelease::V1_0_36, "{release:?} is shut down without a code");
        let (first, rest) = (bench.truth().writes, bench.truth().traffic.connections_at_once_max);
        let tries = first.iter().filter(|write| write.path.contains("otp")).map(|write| write.status);
        assert_eq!((tries.filter(|status| *status == 200).count(), rest), (1, 1));
    }
}

#[tokio::test]
async fn five_wrong_codes_lock_it_and_it_says_so() {
    let bench = Bench::new(Nerd::new(NerdRelease::V1_1).guarded_by(CODE)).await;
    for _ in 0..5 {
        let error = bench.driver.open_session("000000").await.unwrap_err();
        assert!(matches!(&error, DriverError::Credentials(why) if why.as_str().contains("code was wrong")), "{error}");
    }
    let locked = bench.driver.open_session(CODE).await.unwrap_err();
    assert!(matches!(&locked, DriverError::Credentials(why) if why.as_str().contains("five minutes")), "{locked}");
    bench.pass(Duration::from_secs(301)).await;
    assert!(bench.driver.open_session(CODE).await.is_ok());
}

#[tokio::test]
async fn a_code_goes_only_to_a_device_that_wants_one() {
    let plain = Bench::new(Nerd::new(NerdRelease::V1_1)).await;
    let old = Bench::new(Nerd::new(NerdRelease::V1_0_32)).await;
    for bench in [&plain, &old] {
        assert!(matches!(bench.driver.open_session(CODE).await, Err(DriverError::Unsupported(_))));
        assert!(bench.truth().writes.is_empty());
    }
    for typed in ["", "12345", "1234567", "12345a", "１２３４５６"] {
        let error = plain.driver.open_session(typed).await.unwrap_err();
        assert!(matches!(error, DriverError::Refused(_)), "{typed:?}: {error}");
    }
    let bitaxe = Bench::with(Generation::V2_15, Model::Gamma, Duration::from_secs(5)).await;
    assert!(matches!(bitaxe.driver.open_session(CODE).await, Err(DriverError::NotRecognised(_))));
    assert!(bitaxe.truth().writes.is_empty());
}

#[tokio::test]
async fn s8_another_device_at_the_address_receives_nothing_and_sees_no_session() {
    for release in NerdRelease::ALL {
        let bench = Bench::new(Nerd::new(release)).await;
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
    let bench = Bench::new(Nerd::new(NerdRelease::V1_1)).await;
    let learnt = bench.inspect().await;
    let weak = Inspection { identity: Identity::None, ..learnt.clone() };
    assert!(bench.send(&weak, &mode("eco")).await.is_ok());
    let other = Inspection { identity: Identity::Serial("1".into()), ..learnt };
    assert!(matches!(bench.send(&other, &mode("eco")).await, Err(DriverError::WrongDevice { .. })));
}

#[tokio::test]
async fn what_the_device_does_not_offer_is_refused_before_sending() {
    let bench = Bench::new(Nerd::new(NerdRelease::V1_1)).await;
    let learnt = bench.inspect().await;
    let tune = |tuning| Command::Tune { tuning };
    let refused = [
        // Below its ceiling of 800, and not in its list.
        tune(Tuning { frequency: Some(Frequency::mhz(700)), ..Tuning::default() }),
        tune(Tuning { core_voltage: Some(Millivolts::new(1_300)), ..Tuning::default() }),
        tune(Tuning { target_temperature: Some(CentiCelsius::degrees(80)), ..Tuning::default() }),
        tune(Tuning { fan_pct: Some(50), target_temperature: Some(CentiCelsius::degrees(60)), ..Tuning::default() }),
        mode("turbo"),
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
async fn after_it_got_too_hot_it_rests_until_it_is_told_to_go_on() {
    let bench = Bench::new(Nerd::new(NerdRelease::V1_1)).await;
    let learnt = bench.inspect().await;
    bench.fault(Fault::Overheat).await;
    assert_eq!(bench.driver.read().await.unwrap().reading.paused, Some(true));
    assert!(bench.send(&learnt, &mode("eco")).await.is_ok(), "h1: the lowest mode is never refused");
    bench.pass(Duration::from_mins(10)).await;
    assert!(!bench.truth().truth.hashing);
    let clear = Command::SetMode { mode: ModeId::new("standard"), clear_overheat: true };
    assert!(bench.send(&learnt, &clear).await.unwrap().certain);
    bench.pass(REBOOT + Duration::from_mins(1)).await;
    let truth = bench.truth().truth;
    assert!(!truth.tripped && truth.hashing, "{truth:?}");
}

#[tokio::test]
async fn a_pool_that_was_accepted_and_not_stored_is_refused() {
    let bench = Bench::new(Nerd::new(NerdRelease::V1_1)).await;
    let learnt = bench.inspect().await;
    bench.fault(Fault::IgnoreWrites).await;
    let error = bench.send(&learnt, &Command::SetPool { pool: pool() }).await.unwrap_err();
    assert!(matches!(&error, DriverError::Refused(why) if why.as_str().contains("not stored")), "{error}");
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
        let bench = Bench::with(Nerd::new(NerdRelease::V1_1), Model::NerdQaxePlus, Duration::from_millis(800)).await;
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
        WrongTypes                 done            done            Refused         done            3
        Absurd                     done            done            done            done            3
        HugeBody                   Malformed       Malformed       Malformed       Malformed       0
        EndlessBody                Malformed       Malformed       Malformed       Malformed       0
        RandomBytes                NotRecognised   NotRecognised   NotRecognised   NotRecognised   0
        OtherDevice                done            WrongDevice     WrongDevice     WrongDevice     0
        StuckShares                done            done            done            done            3
        RejectShares               done            done            done            done            3
        PoolDown                   done            done            done            done            3
        Latency                    done            done            done            done            3
        IgnoreWrites               done            done            Refused         done            0
        RefuseWrites               done            Refused         Refused         Refused         0
        DropAfterWrite             done            perhaps         perhaps         perhaps         3
    "#]]
    .assert_eq(&table);
}

#[tokio::test]
async fn a_bitaxe_is_none_of_these_and_these_are_no_bitaxe() {
    for (firmware, model) in [
        (Firmware::from(Generation::V2_4), Model::Gamma),
        (Generation::V2_15.into(), Model::Gt),
        (Nerd::new(NerdRelease::V1_0_28).into(), Model::NerdAxe),
        (Nerd::new(NerdRelease::V1_2).into(), Model::NerdOctaxeGamma),
    ] {
        let bench = Bench::with(firmware, model, Duration::from_secs(5)).await;
        let way = outbound(Duration::from_secs(5));
        let mut taken = Vec::new();
        for family in ["axeos", "nerdos"] {
            let learnt = speaker(family, &way, bench.at.clone(), Credentials::default()).inspect().await;
            match learnt {
                Ok(_) => taken.push(family),
                Err(error) => assert!(matches!(error, DriverError::NotRecognised(_)), "{firmware:?}: {error}"),
            }
        }
        assert_eq!(taken, [firmware.family()], "{firmware:?}");
        assert!(bench.truth().writes.is_empty());
    }
}
