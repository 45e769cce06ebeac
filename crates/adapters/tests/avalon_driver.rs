//! The driver against the simulator's Avalons: every model, every command, every fault.
//!
//! **Invariant:** the simulator shares no code with the driver, so what passes here agrees with the facts twice.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod common;

use expect_test::{expect, expect_file};
use hmm_adapters::miners::families;
use hmm_domain::command::{Command, Seen, Tuning};
use hmm_domain::miner::{Identity, PowerState};
use hmm_domain::port::{Credentials, Driver, DriverError, Endpoint, Inspection, Receipt};
use hmm_domain::units::{CentiCelsius, Frequency};
use hmm_domain::wish::PoolTarget;
use hmm_domain::{FamilyId, ModeId, Reading, Timestamp};
use hmm_net::{Guard, Limits, Outbound, Surroundings};
use hmm_sim::{Avalon, Fault, Firmware, Generation, ManualClock, MinerSpec, Model, Neighbourhood, NeighbourhoodConfig};
use hmm_sim::{RESTART_DELAY, Snapshot};
use std::fmt::Write;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

const RIG: &str = "rig";
const START: Timestamp = Timestamp::from_millis(1_790_000_000_000);

/// One simulated Avalon, and a driver that speaks to it.
struct Bench {
    clock: ManualClock,
    neighbours: Neighbourhood,
    driver: Arc<dyn Driver>,
    at: Endpoint,
}

fn driver(outbound: &Outbound, family: &str, at: Endpoint, login: Credentials) -> Arc<dyn Driver> {
    (families(outbound).get(&FamilyId::new(family)).unwrap().connect)(at, login)
}

fn login(which: Avalon) -> Credentials {
    let (user, password) = which.login();
    Credentials { user: Some(user.into()), password: Some(password.into()), token: None }
}

fn outbound(whole: Duration) -> Outbound {
    let around = hmm_net::surroundings::fixed(Surroundings::default());
    let guard = Guard::device(vec!["127.0.0.0/8".parse().unwrap()], around);
    Outbound::device_with(guard, Limits { connect: Duration::from_secs(5), whole, ..Limits::default() }).unwrap()
}

impl Bench {
    async fn new(which: Avalon) -> Self {
        Self::with(MinerSpec::avalon(RIG, which, Ipv4Addr::new(127, 80, 0, 1)), Duration::from_secs(5), login(which))
            .await
    }

    async fn with(spec: MinerSpec, whole: Duration, login: Credentials) -> Self {
        let clock = ManualClock::new(START);
        let config = NeighbourhoodConfig { seed: 7, miners: vec![spec], clock: Arc::new(clock.clone()) };
        let neighbours = Neighbourhood::start(config).await.unwrap();
        let address = neighbours.address(RIG).unwrap();
        let at = Endpoint { host: address.ip().to_string(), port: address.port() };
        let driver = driver(&outbound(whole), "avalon", at.clone(), login);
        Self { clock, neighbours, driver, at }
    }

    async fn inspect(&self) -> Inspection {
        self.driver.inspect().await.unwrap()
    }

    async fn reading(&self) -> Reading {
        self.driver.read().await.unwrap().reading
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

    async fn advance(&self, seconds: u64) {
        self.clock.advance(Duration::from_secs(seconds)).await;
    }

    /// Until it has been restarted and answers again.
    async fn reboot_passes(&self) {
        let boot = self.truth().truth.family;
        assert_eq!(boot, "avalon");
        self.clock.advance(RESTART_DELAY + Firmware::from(Avalon::Q).boot_time() + Duration::from_secs(2)).await;
    }
}

fn mode(id: &str) -> Command {
    Command::SetMode { mode: ModeId::new(id), clear_overheat: false }
}

fn pool(host: &str) -> PoolTarget {
    PoolTarget { host: host.into(), port: 4444, user: "bc1qnew.rig".into(), password: None, tls: false }
}

/// The second slot, as the simulator has it from the factory.
fn spare() -> PoolTarget {
    PoolTarget { port: 3334, user: "bc1qsimulated.rig".into(), ..pool("backup.example.org") }
}

fn commands() -> Vec<(&'static str, Command)> {
    let tune = |tuning| Command::Tune { tuning };
    vec![
        ("low", mode("low")),
        ("high", mode("high")),
        ("off", Command::SetPower { power: PowerState::Off }),
        ("on", Command::SetPower { power: PowerState::On }),
        ("fan 55", tune(Tuning { fan_pct: Some(55), ..Tuning::default() })),
        ("target", tune(Tuning { target_temperature: Some(CentiCelsius::degrees(70)), ..Tuning::default() })),
        ("tune", tune(Tuning { frequency: Some(Frequency::mhz(400)), ..Tuning::default() })),
        ("identify", Command::Identify),
        ("restart", Command::Restart),
        ("new pool", Command::SetPool { pool: pool("new.example.org") }),
        ("spare pool", Command::SetPool { pool: spare() }),
    ]
}

fn outcome(result: &Result<Receipt, DriverError>) -> String {
    match result {
        Ok(receipt) => {
            let words = receipt.reply.as_ref().map_or("", |words| words.as_str());
            format!("{} {words}", if receipt.certain { "done" } else { "perhaps" }).trim().to_owned()
        }
        Err(error) => format!("{error:?}").split([' ', '(', '{']).next().unwrap_or_default().to_owned(),
    }
}

fn near(seen: f64, real: f64, off: f64) -> bool {
    (seen - real).abs() <= off.max(real.abs() * 0.02)
}

fn terahashes(reading: &Reading) -> f64 {
    u32::try_from(reading.hashrate.unwrap().get() / 1_000_000_000).unwrap().into()
}

#[tokio::test]
async fn every_model_is_read_and_learnt() {
    let mut table = String::new();
    for which in Avalon::ALL {
        let bench = Bench::new(which).await;
        bench.advance(60).await;
        let learnt = bench.inspect().await;
        write!(table, "{which:?}\n{}", common::learnt(&learnt)).unwrap();
        let can = &learnt.profile.capabilities;
        let found = learnt.as_found.mode.as_ref().map(|mode| mode.as_str().to_owned());
        writeln!(
            table,
            "restart {}, fan {:?}, target {:?}, found {found:?}",
            can.restart,
            can.fan_pct,
            can.target_temperature.is_some()
        )
        .unwrap();
        let (reading, snapshot) = (bench.reading().await, bench.truth());
        let truth = &snapshot.truth;
        assert!(
            near(reading.power.unwrap().as_watts(), truth.power_w, 1.0),
            "{which:?}: {:?} {}",
            reading.power,
            truth.power_w
        );
        assert!(near(terahashes(&reading), truth.hashrate_ghs, 1.0), "{which:?}");
        assert!(near(reading.temperature.unwrap().as_celsius(), truth.chip_c, 1.0), "{which:?}");
        assert!(near(reading.fan_pct.unwrap().as_percent(), truth.fan_pct, 1.0), "{which:?}");
        assert_eq!(reading.shares_accepted, Some(truth.shares_accepted));
        assert_eq!(reading.uptime_s, Some(truth.uptime_s));
        assert_eq!((reading.paused, reading.calibrating), (Some(false), Some(false)));
        assert_eq!(reading.pool.unwrap().host.as_str(), "pool.example.org");
        assert_eq!(reading.pool_slots.len(), 3);
        assert!(snapshot.writes.is_empty(), "reading writes nothing");
        assert_eq!(snapshot.traffic.connections, 3, "a poll is one connection, a look two");
        assert_eq!(snapshot.traffic.connections_at_once_max, 1);
    }
    expect![[r#"
        Nano3
        model Some("Avalon Nano 3"), identity Serial
        modes low (Low), medium (Medium), high (High)
        power_off None, measures_power true, pool true in 3, identify false, target false, limit None W
        restart true, fan None, target false, found Some("medium")
        Nano3s
        model Some("Avalon Nano 3S"), identity Mac
        modes low (Low), medium (Medium), high (High)
        power_off None, measures_power true, pool true in 3, identify false, target true, limit None W
        restart true, fan Some((15, 100)), target true, found Some("high")
        Mini3
        model Some("Avalon Mini 3"), identity Mac
        modes low (Eco), high (Super)
        power_off Standby, measures_power true, pool true in 3, identify false, target false, limit None W
        restart true, fan Some((15, 100)), target false, found Some("high")
        Q
        model Some("Avalon Q"), identity Mac
        modes low (Low), medium (Medium), high (High)
        power_off Standby, measures_power true, pool true in 3, identify false, target true, limit None W
        restart true, fan Some((15, 100)), target true, found Some("low")
        A15
        model Some("AvalonMiner 15-194"), identity Mac
        modes 
        power_off Standby, measures_power true, pool true in 3, identify true, target false, limit None W
        restart true, fan Some((15, 100)), target false, found None
    "#]]
    .assert_eq(&table);
}

#[tokio::test]
async fn every_command_on_every_model_and_what_was_sent() {
    let mut table = String::new();
    for which in Avalon::ALL {
        writeln!(table, "{which:?}").unwrap();
        for (name, command) in commands() {
            let bench = Bench::new(which).await;
            let learnt = bench.inspect().await;
            let result = bench.send(&learnt, &command).await;
            writeln!(table, "  {name}: {}", outcome(&result)).unwrap();
            let snapshot = bench.truth();
            for write in &snapshot.writes {
                writeln!(table, "    {} {}", write.method, write.path).unwrap();
            }
            assert_eq!(snapshot.traffic.connections_at_once_max, 1, "{name}");
        }
    }
    expect_file!["expected/avalon_commands.txt"].assert_eq(&table);
}

#[tokio::test]
async fn what_was_done_is_seen_in_a_later_reading() {
    for which in Avalon::ALL {
        for (name, command) in commands() {
            let bench = Bench::new(which).await;
            let learnt = bench.inspect().await;
            let wakes = matches!(command, Command::SetPower { power: PowerState::On });
            if wakes && bench.send(&learnt, &Command::SetPower { power: PowerState::Off }).await.is_ok() {
                bench.advance(60).await;
                assert_eq!(bench.reading().await.paused, Some(true), "{which:?}");
            }
            if bench.send(&learnt, &command).await.is_err() {
                continue;
            }
            let restarts = command.restarts(&learnt.profile);
            let seconds = if restarts { 85 } else { 90 };
            bench.advance(seconds).await;
            let after = bench.reading().await;
            let seen =
                command.seen_in(&learnt.profile, Some(&learnt.answer.reading), &after, Duration::from_secs(seconds));
            assert_ne!(seen, Seen::NotYet, "{which:?} {name}: {after:?}");
        }
    }
}

#[tokio::test]
async fn a_device_in_standby_says_so_and_shows_no_rate_of_before() {
    for which in [Avalon::Mini3, Avalon::Q, Avalon::A15] {
        let bench = Bench::new(which).await;
        let learnt = bench.inspect().await;
        let off = Command::SetPower { power: PowerState::Off };
        let receipt = bench.send(&learnt, &off).await.unwrap();
        assert!(receipt.certain && receipt.reply.is_some());
        let told = bench.truth().writes[0].path.rsplit(':').next().unwrap().parse::<i64>().unwrap();
        assert_eq!(told - START.millis() / 1_000, 5, "a moment ahead of its own clock");
        bench.advance(4).await;
        assert_eq!(bench.reading().await.paused, Some(false), "not yet");
        bench.advance(1_200).await;
        let (reading, truth) = (bench.reading().await, bench.truth().truth);
        assert!(truth.paused && !truth.hashing);
        assert_eq!((reading.paused, terahashes(&reading), reading.temperature), (Some(true), 0.0, None), "{which:?}");
        assert!(near(reading.power.unwrap().as_watts(), truth.power_w, 1.0));
        assert_eq!((reading.expected_hashrate, reading.hashing()), (None, Some(false)));
    }
}

#[tokio::test]
async fn a_new_pool_is_stored_and_restarted_into_and_a_known_one_is_gone_over_to() {
    for which in Avalon::ALL {
        let bench = Bench::new(which).await;
        let learnt = bench.inspect().await;
        let new = Command::SetPool { pool: PoolTarget { password: Some("pw".into()), ..pool("new.example.org") } };
        assert!(bench.send(&learnt, &new).await.unwrap().certain);
        assert_eq!(bench.truth().truth.pool.url, "pool.example.org", "{which:?}: it is used after the restart only");
        bench.reboot_passes().await;
        assert_eq!((bench.truth().truth.pool.url.as_str(), bench.truth().truth.restarts), ("new.example.org", 1));
        let spare = Command::SetPool { pool: spare() };
        assert!(bench.send(&learnt, &spare).await.unwrap().certain);
        let truth = bench.truth().truth;
        assert_eq!((truth.pool.url.as_str(), truth.restarts), ("backup.example.org", 1), "{which:?}");
        let again = bench.send(&learnt, &spare).await.unwrap();
        assert!(again.certain && again.reply.unwrap().as_str().contains("already"));
        assert_eq!(bench.truth().writes.len(), 3, "nothing is written for what is so");
        let reading = bench.reading().await;
        assert_eq!(reading.pool.unwrap().fallback, Some(false), "the one it prefers now");
    }
}

#[tokio::test]
async fn a_q_that_has_just_started_is_asked_once_more() {
    let bench = Bench::new(Avalon::Q).await;
    let learnt = bench.inspect().await;
    bench.send(&learnt, &Command::Restart).await.unwrap();
    bench.reboot_passes().await;
    let before = bench.truth().traffic.connections;
    let reading = bench.reading().await;
    assert!(reading.hashrate.is_some() && reading.power.is_some() && reading.mode.is_some(), "{reading:?}");
    assert_eq!(bench.truth().traffic.connections - before, 2);
    bench.advance(120).await;
    bench.reading().await;
    assert_eq!(bench.truth().traffic.connections - before, 3, "and later it is not");
}

#[tokio::test]
async fn a_dead_pool_shows_as_the_fallback() {
    let bench = Bench::new(Avalon::Q).await;
    bench.fault(Fault::PoolDown).await;
    let reading = bench.reading().await;
    let pool = reading.pool.unwrap();
    assert_eq!((pool.host.as_str(), pool.fallback), ("backup.example.org", Some(true)));
    assert_eq!(reading.pool_set.unwrap().host.as_str(), "pool.example.org");
    assert_eq!(reading.pool_slots[0].alive, Some(false));
}

#[tokio::test]
async fn without_the_login_no_pool_is_written_and_with_a_wrong_one_it_is_asked_for() {
    let new = Command::SetPool { pool: pool("new.example.org") };
    for which in Avalon::ALL {
        let spec = || MinerSpec::avalon(RIG, which, Ipv4Addr::new(127, 80, 0, 2));
        let bench = Bench::with(spec(), Duration::from_secs(5), Credentials::default()).await;
        let learnt = bench.inspect().await;
        let error = bench.send(&learnt, &new).await.unwrap_err();
        assert!(matches!(&error, DriverError::Credentials(why) if why.as_str().contains("web page")), "{error}");
        assert!(bench.truth().writes.is_empty());
        assert!(bench.send(&learnt, &Command::SetPool { pool: spare() }).await.is_ok(), "a slot needs none");
        for (user, password) in [("root", "hunter22"), ("nobody", "root"), ("admin", "hunter22")] {
            let login = Credentials { user: Some(user.into()), password: Some(password.into()), token: None };
            let bench = Bench::with(spec(), Duration::from_secs(5), login).await;
            let error = bench.send(&learnt, &new).await.unwrap_err();
            assert!(matches!(error, DriverError::Credentials(_)), "{which:?}: {error}");
            assert!(!error.to_string().contains("hunter22"));
            assert_eq!(bench.truth().truth.restarts, 0);
        }
    }
}

#[tokio::test]
async fn s10_what_would_leave_its_place_is_refused_before_sending() {
    let bench = Bench::new(Avalon::Nano3s).await;
    let learnt = bench.inspect().await;
    let tune = |tuning| Command::Tune { tuning };
    let refused = [
        Command::SetPool { pool: PoolTarget { user: "a,0,stratum+tcp://evil:1,b".into(), ..pool("new.example.org") } },
        Command::SetPool { pool: PoolTarget { user: "a|switchpool".into(), ..pool("new.example.org") } },
        Command::SetPool { pool: PoolTarget { password: Some("p\nq".into()), ..pool("new.example.org") } },
        Command::SetPool { pool: pool("new.example.org,x") },
        Command::SetPool { pool: PoolTarget { tls: true, ..pool("new.example.org") } },
        Command::SetPool { pool: PoolTarget { password: Some("x".repeat(5_000)), ..pool("new.example.org") } },
        mode("ludicrous"),
        Command::SetPower { power: PowerState::Off },
        Command::Identify,
        tune(Tuning { fan_pct: Some(10), ..Tuning::default() }),
        tune(Tuning { fan_pct: Some(101), ..Tuning::default() }),
        tune(Tuning { target_temperature: Some(CentiCelsius::degrees(95)), ..Tuning::default() }),
        tune(Tuning { fan_pct: Some(50), target_temperature: Some(CentiCelsius::degrees(60)), ..Tuning::default() }),
        tune(Tuning { frequency: Some(Frequency::mhz(400)), ..Tuning::default() }),
        tune(Tuning::default()),
    ];
    for command in refused {
        let error = bench.send(&learnt, &command).await.unwrap_err();
        assert!(matches!(error, DriverError::Refused(_) | DriverError::Unsupported(_)), "{command:?}: {error}");
    }
    assert!(bench.truth().writes.is_empty());
}

#[tokio::test]
async fn while_it_calibrates_it_says_so_and_takes_no_mode() {
    let bench = Bench::new(Avalon::Q).await;
    let learnt = bench.inspect().await;
    bench.fault(Fault::Calibrating).await;
    assert_eq!(bench.reading().await.calibrating, Some(true));
    let error = bench.send(&learnt, &mode("high")).await.unwrap_err();
    assert!(matches!(&error, DriverError::Refused(why) if why.as_str().contains("measuring its chips")), "{error}");
    bench.neighbours.clear_faults(RIG).await.unwrap();
    assert!(bench.send(&learnt, &mode("high")).await.unwrap().certain);
}

#[tokio::test]
async fn s8_another_device_at_the_address_receives_nothing() {
    for which in Avalon::ALL {
        let bench = Bench::new(which).await;
        let learnt = bench.inspect().await;
        assert_ne!(learnt.identity, Identity::None, "{which:?}");
        bench.fault(Fault::OtherDevice).await;
        for (name, command) in commands() {
            let error = bench.send(&learnt, &command).await.unwrap_err();
            assert!(matches!(error, DriverError::WrongDevice { .. }), "{name}: {error}");
        }
        assert!(bench.truth().writes.is_empty());
    }
}

#[tokio::test]
async fn a_stop_for_heat_is_seen_and_ends_with_a_restart() {
    let bench = Bench::new(Avalon::Q).await;
    let learnt = bench.inspect().await;
    bench.fault(Fault::Overheat).await;
    let reading = bench.reading().await;
    assert_eq!(reading.overheated, Some(true));
    assert!(reading.fault.unwrap().as_str().contains("too hot"));
    assert!(bench.send(&learnt, &mode("low")).await.is_ok(), "h1: the lowest mode is never refused");
    assert!(!bench.truth().truth.hashing);
    let clear = Command::SetMode { mode: ModeId::new("medium"), clear_overheat: true };
    assert!(bench.send(&learnt, &clear).await.is_ok());
    bench.reboot_passes().await;
    bench.advance(60).await;
    assert!(bench.truth().truth.hashing);
    assert_eq!(bench.reading().await.overheated, None);
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
        Fault::Calibrating,
        Fault::IgnoreWrites,
        Fault::RefuseWrites,
        Fault::DropAfterWrite,
    ];
    let mut table =
        format!("{:26} {:15} {:15} {:15} {:15} {}\n", "", "read", "low", "pool", "restart", "writes acted on");
    for fault in faults {
        let spec = MinerSpec::avalon(RIG, Avalon::Nano3s, Ipv4Addr::new(127, 80, 0, 3));
        let bench = Bench::with(spec, Duration::from_millis(800), login(Avalon::Nano3s)).await;
        let learnt = bench.inspect().await;
        bench.fault(fault).await;
        let read = bench.driver.read().await;
        let read = read.map(|_| Receipt { reply: None, certain: true });
        let mut cells = vec![outcome(&read)];
        for command in [mode("low"), Command::SetPool { pool: pool("new.example.org") }, Command::Restart] {
            let result = bench.send(&learnt, &command).await;
            cells.push(outcome(&result).split(' ').next().unwrap_or_default().to_owned());
        }
        let acted = bench.truth().writes.iter().filter(|write| write.acted).count();
        let cells: String = cells.iter().fold(String::new(), |all, cell| format!("{all}{cell:15} "));
        writeln!(table, "{:26} {cells}{acted}", format!("{fault:?}").split(" {").next().unwrap()).unwrap();
    }
    expect![[r#"
                                   read            low             pool            restart         writes acted on
        Silent                     Unreachable     Unreachable     Unreachable     Unreachable     0
        Offline                    Unreachable     Unreachable     Unreachable     Unreachable     0
        Slow                       Unreachable     Unreachable     Unreachable     Unreachable     0
        Reset                      Unreachable     Unreachable     Unreachable     Unreachable     0
        Truncated                  Malformed       Malformed       Malformed       Malformed       0
        CutOff                     Malformed       Malformed       Malformed       Malformed       0
        Unauthorized401            Credentials     Credentials     Credentials     Credentials     0
        WrongTypes                 done            done            done            done            4
        Absurd                     done            done            done            done            4
        HugeBody                   Malformed       Malformed       Malformed       Malformed       0
        EndlessBody                Malformed       Malformed       Malformed       Malformed       0
        RandomBytes                NotRecognised   NotRecognised   NotRecognised   NotRecognised   0
        OtherDevice                done            WrongDevice     WrongDevice     WrongDevice     0
        StuckShares                done            done            done            done            4
        RejectShares               done            done            done            done            4
        PoolDown                   done            done            done            done            4
        Latency                    done            done            done            done            4
        Calibrating                done            Refused         done            done            3
        IgnoreWrites               done            done            done            done            0
        RefuseWrites               done            Refused         Refused         Refused         0
        DropAfterWrite             done            perhaps         perhaps         perhaps         3
    "#]]
    .assert_eq(&table);
}

#[tokio::test]
async fn nonsense_is_unknown_and_never_a_number() {
    for which in Avalon::ALL {
        let bench = Bench::new(which).await;
        bench.fault(Fault::Absurd).await;
        let reading = bench.reading().await;
        let unknown = (reading.hashrate, reading.hashrate_1m, reading.power, reading.temperature, reading.fan_pct);
        assert_eq!(unknown, (None, None, None, None, None), "{which:?}");
        assert_eq!((reading.response_ms, reading.shares_accepted, reading.power_target), (None, None, None));
        assert!(reading.firmware.is_some() && reading.pool.is_some());
        bench.neighbours.clear_faults(RIG).await.unwrap();
        bench.fault(Fault::WrongTypes).await;
        let answer = bench.driver.read().await.unwrap();
        assert!(answer.reading.shares_accepted.is_some(), "a number in quotes is a number");
        assert_eq!((answer.reading.pool, answer.reading.power), (None, None), "a number is no address and no words");
    }
}

#[tokio::test]
async fn one_who_keeps_silent_keeps_us_waiting_and_then_it_goes_on() {
    let bench = Bench::new(Avalon::Nano3s).await;
    let address = bench.neighbours.address(RIG).unwrap();
    let silent = tokio::net::TcpStream::connect(address).await.unwrap();
    while bench.truth().traffic.connections == 0 {
        tokio::task::yield_now().await;
    }
    let quick = driver(&outbound(Duration::from_millis(300)), "avalon", bench.at.clone(), Credentials::default());
    assert!(matches!(quick.read().await, Err(DriverError::Unreachable { .. })), "somebody else is being served");
    drop(silent);
    assert!(bench.driver.read().await.is_ok());
}

#[tokio::test]
async fn a_bitaxe_is_no_avalon_and_an_avalon_is_no_bitaxe() {
    let ways = outbound(Duration::from_secs(5));
    let bench = Bench::new(Avalon::Q).await;
    let bitaxe = driver(&ways, "axeos", bench.at.clone(), Credentials::default());
    assert!(matches!(bitaxe.inspect().await, Err(DriverError::NotRecognised(_) | DriverError::Unreachable { .. })));
    let spec = MinerSpec::new(RIG, Model::Gamma, Generation::V2_12, Ipv4Addr::new(127, 80, 0, 4));
    let other = Bench::with(spec, Duration::from_secs(1), Credentials::default()).await;
    let error = other.driver.inspect().await.unwrap_err();
    assert!(matches!(error, DriverError::NotRecognised(_) | DriverError::Unreachable { .. }), "{error}");
}

#[tokio::test]
async fn s6_a_device_outside_the_ranges_is_not_spoken_to() {
    let bench = Bench::new(Avalon::Q).await;
    let around = hmm_net::surroundings::fixed(Surroundings::default());
    let guarded = Outbound::device(Guard::device(hmm_net::default_device_ranges(), around)).unwrap();
    let error = driver(&guarded, "avalon", bench.at.clone(), Credentials::default()).inspect().await.unwrap_err();
    assert!(matches!(error, DriverError::NotAllowed { .. }), "{error}");
    assert_eq!(bench.truth().traffic.connections, 0);
}
