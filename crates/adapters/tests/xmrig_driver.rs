//! The driver against the simulated XMRig: every release, every kind of access, every command, every fault.
//!
//! **Invariant:** the simulator shares no code with the driver, so what passes here agrees with the facts twice.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod common;

use expect_test::expect;
use hmm_adapters::miners::families;
use hmm_domain::command::{Command, Seen};
use hmm_domain::miner::{Identity, PowerState};
use hmm_domain::port::{Credentials, Driver, DriverError, Endpoint, Inspection, Receipt};
use hmm_domain::wish::PoolTarget;
use hmm_domain::{FamilyId, Timestamp};
use hmm_net::{Guard, Limits, Outbound, Surroundings};
use hmm_sim::{Access, Fault, ManualClock, MinerSpec, Model, Neighbourhood, NeighbourhoodConfig};
use hmm_sim::{Release, Snapshot, XMRIG_TOKEN, XmRig};
use serde_json::Value;
use std::fmt::Write;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

const DEN: &str = "den";

/// One simulated PC, and what a driver needs to speak to it.
struct Bench {
    clock: ManualClock,
    neighbours: Neighbourhood,
    outbound: Outbound,
    at: Endpoint,
    driver: Arc<dyn Driver>,
}

impl Bench {
    /// With the token that fits the access.
    async fn new(release: Release, access: Access) -> Self {
        let token = matches!(access, Access::Read | Access::Control).then_some(XMRIG_TOKEN);
        Self::with(MinerSpec::new(DEN, Model::Pc, XmRig::new(release, access), home()), token, 5_000).await
    }

    async fn with(spec: MinerSpec, token: Option<&str>, whole_ms: u64) -> Self {
        let clock = ManualClock::new(Timestamp::from_millis(1_790_000_000_000));
        let config = NeighbourhoodConfig { seed: 7, miners: vec![spec], clock: Arc::new(clock.clone()) };
        let neighbours = Neighbourhood::start(config).await.unwrap();
        let address = neighbours.address(DEN).unwrap();
        let at = Endpoint { host: address.ip().to_string(), port: address.port() };
        let around = hmm_net::surroundings::fixed(Surroundings::default());
        let guard = Guard::device(vec!["127.0.0.0/8".parse().unwrap()], around);
        let whole = Duration::from_millis(whole_ms);
        let outbound = Outbound::device_with(guard, Limits { whole, ..Limits::default() }).unwrap();
        let driver = connect(&outbound, &at, token);
        Self { clock, neighbours, outbound, at, driver }
    }

    async fn inspect(&self) -> Inspection {
        self.driver.inspect().await.unwrap()
    }

    async fn send(&self, inspection: &Inspection, command: &Command) -> Result<Receipt, DriverError> {
        self.driver.send(&inspection.identity, &inspection.profile, command).await
    }

    fn truth(&self) -> Snapshot {
        self.neighbours.snapshot(DEN).unwrap()
    }

    async fn fault(&self, fault: Fault) {
        self.neighbours.fault(DEN, fault).await.unwrap();
    }
}

fn home() -> Ipv4Addr {
    Ipv4Addr::new(127, 82, 0, 1)
}

fn connect(outbound: &Outbound, at: &Endpoint, token: Option<&str>) -> Arc<dyn Driver> {
    let credentials = Credentials { token: token.map(str::to_owned), ..Credentials::default() };
    (families(outbound).get(&FamilyId::new("xmrig")).unwrap().connect)(at.clone(), credentials)
}

fn pool() -> PoolTarget {
    PoolTarget { host: "new.example.org".into(), port: 4444, user: "48new.den".into(), password: None, tls: false }
}

fn commands() -> Vec<(&'static str, Command)> {
    vec![
        ("pause", Command::SetPower { power: PowerState::Off }),
        ("resume", Command::SetPower { power: PowerState::On }),
        ("pool", Command::SetPool { pool: pool() }),
        ("restart", Command::Restart),
        ("identify", Command::Identify),
        ("tune", Command::Tune { tuning: hmm_domain::command::Tuning { fan_pct: Some(50), ..Default::default() } }),
        ("mode", Command::SetMode { mode: hmm_domain::ModeId::new("eco"), clear_overheat: false }),
    ]
}

fn outcome(result: &Result<Receipt, DriverError>) -> String {
    match result {
        Ok(receipt) => if receipt.certain { "done" } else { "perhaps" }.to_owned(),
        Err(error) => format!("{error:?}").split([' ', '(', '{']).next().unwrap_or_default().to_owned(),
    }
}

#[tokio::test]
async fn every_release_is_read_and_learnt() {
    let mut table = String::new();
    for release in [Release::V2_6, Release::V6_12, Release::V6_22_1, Release::V6_24] {
        let bench = Bench::new(release, Access::Control).await;
        let learnt = bench.inspect().await;
        write!(table, "{}\n{}", release.version(), common::learnt(&learnt)).unwrap();
        let (reading, truth) = (bench.driver.read().await.unwrap().reading, bench.truth());
        let real = truth.truth.hashrate_ghs * 1e9;
        let seen = f64::from(u32::try_from(reading.hashrate.unwrap().get()).unwrap());
        assert!((0.9..=1.1).contains(&(seen / real)), "{release:?}: {seen} {real}");
        assert_eq!(reading.shares_accepted, Some(truth.truth.shares_accepted));
        assert_eq!(reading.shares_rejected, Some(truth.truth.shares_rejected));
        assert_eq!((reading.power, reading.temperature), (None, None));
        assert_eq!(reading.algorithm.unwrap().as_str(), "randomx");
        assert_eq!(reading.pool.unwrap().host.as_str(), truth.truth.pool.url);
        let uptime = (release != Release::V2_6).then_some(truth.truth.uptime_s);
        assert_eq!(reading.uptime_s, uptime, "{release:?}");
        assert_eq!(learnt.identity, Identity::Worker("xmrig-den".into()));
        assert!(truth.writes.is_empty(), "reading writes nothing");
    }
    expect![[r#"
        2.6.5
        model Some("AMD Ryzen 7 5800X 8-Core Processor"), identity Worker
        modes 
        power_off None, measures_power false, pool false in 1, identify false, target false, limit None W
        6.12.2
        model Some("AMD Ryzen 7 5800X 8-Core Processor"), identity Worker
        modes 
        power_off Pause, measures_power false, pool true in 2, identify false, target false, limit None W
        6.22.1
        model Some("AMD Ryzen 7 5800X 8-Core Processor"), identity Worker
        modes 
        power_off Pause, measures_power false, pool true in 2, identify false, target false, limit None W
        6.24.0
        model Some("AMD Ryzen 7 5800X 8-Core Processor"), identity Worker
        modes 
        power_off Pause, measures_power false, pool true in 2, identify false, target false, limit None W
    "#]]
    .assert_eq(&table);
}

#[tokio::test]
async fn who_is_let_in_and_what_is_said_to_those_who_are_not() {
    let mut table = String::new();
    for access in [Access::Open, Access::Read, Access::Control, Access::Locked] {
        let spec = MinerSpec::new(DEN, Model::Pc, XmRig::new(Release::V6_24, access), home());
        let bench = Bench::with(spec, None, 5_000).await;
        for (what, token) in [("none", None), ("right", Some(XMRIG_TOKEN)), ("wrong", Some("other"))] {
            let found = connect(&bench.outbound, &bench.at, token).inspect().await;
            let said = match found {
                Ok(found) => {
                    let can = found.profile.capabilities;
                    format!("power_off {:?}, set_pool {}", can.power_off, can.set_pool)
                }
                Err(error) => {
                    assert!(matches!(error, DriverError::Credentials(_)), "{error:?}");
                    error.to_string()
                }
            };
            assert!(!said.contains(XMRIG_TOKEN), "{said}");
            writeln!(table, "{access:?}, token {what}: {said}").unwrap();
        }
        assert!(bench.truth().writes.is_empty());
    }
    expect![[r#"
        Open, token none: power_off None, set_pool false
        Open, token right: the device refused our credentials: XMRig has no access token and turns away whoever brings one: forget the token here, or write it as access-token into the http section of its configuration
        Open, token wrong: the device refused our credentials: XMRig has no access token and turns away whoever brings one: forget the token here, or write it as access-token into the http section of its configuration
        Read, token none: the device refused our credentials: XMRig wants its access token: it is the access-token in the http section of its configuration. One that is not restricted answers nobody without a token
        Read, token right: power_off None, set_pool false
        Read, token wrong: the device refused our credentials: the token is not the access-token in the http section of XMRig's configuration
        Control, token none: the device refused our credentials: XMRig wants its access token: it is the access-token in the http section of its configuration. One that is not restricted answers nobody without a token
        Control, token right: power_off Pause, set_pool true
        Control, token wrong: the device refused our credentials: the token is not the access-token in the http section of XMRig's configuration
        Locked, token none: the device refused our credentials: XMRig wants its access token: it is the access-token in the http section of its configuration. One that is not restricted answers nobody without a token
        Locked, token right: the device refused our credentials: XMRig has no access token and turns away whoever brings one: forget the token here, or write it as access-token into the http section of its configuration
        Locked, token wrong: the device refused our credentials: XMRig has no access token and turns away whoever brings one: forget the token here, or write it as access-token into the http section of its configuration
    "#]].assert_eq(&table);
}

#[tokio::test]
async fn every_command_with_every_access_and_what_was_sent() {
    let mut table = String::new();
    for (release, access) in
        [(Release::V2_6, Access::Open), (Release::V6_24, Access::Open), (Release::V6_24, Access::Control)]
    {
        writeln!(table, "{} {access:?}", release.version()).unwrap();
        for (name, command) in commands() {
            let bench = Bench::new(release, access).await;
            let learnt = bench.inspect().await;
            let result = bench.send(&learnt, &command).await;
            let said = result.as_ref().err().map(|error| format!(": {error}")).unwrap_or_default();
            writeln!(table, "  {name}: {}{said}", outcome(&result)).unwrap();
            let snapshot = bench.truth();
            for write in &snapshot.writes {
                let body: Value = serde_json::from_str(&write.body).unwrap();
                let shown =
                    body.get("pools").map_or_else(|| common::sorted(&write.body), |pools| pools[0]["url"].to_string());
                writeln!(table, "    {} {} {shown}", write.method, write.path).unwrap();
            }
            assert_eq!(snapshot.traffic.connections_at_once_max, 1, "{name}");
        }
    }
    expect![[r#"
        2.6.5 Open
          pause: Unsupported: this device cannot do that: this version of XMRig cannot be paused from afar
          resume: Unsupported: this device cannot do that: this version of XMRig cannot be paused from afar
          pool: Unsupported: this device cannot do that: it does not show its configuration, so it is not written
          restart: Unsupported: this device cannot do that: XMRig cannot restart itself: restart it on its PC
          identify: Unsupported: this device cannot do that: XMRig has nothing to show itself with
          tune: Unsupported: this device cannot do that: XMRig has no modes and no tuning that could be set from afar
          mode: Unsupported: this device cannot do that: XMRig has no modes and no tuning that could be set from afar
        6.24.0 Open
          pause: Unsupported: this device cannot do that: XMRig lets itself be read only: write "restricted": false and an access-token into the http section of its configuration, and enter the token here
          resume: Unsupported: this device cannot do that: XMRig lets itself be read only: write "restricted": false and an access-token into the http section of its configuration, and enter the token here
          pool: Unsupported: this device cannot do that: XMRig lets itself be read only: write "restricted": false and an access-token into the http section of its configuration, and enter the token here
          restart: Unsupported: this device cannot do that: XMRig cannot restart itself: restart it on its PC
          identify: Unsupported: this device cannot do that: XMRig has nothing to show itself with
          tune: Unsupported: this device cannot do that: XMRig has no modes and no tuning that could be set from afar
          mode: Unsupported: this device cannot do that: XMRig has no modes and no tuning that could be set from afar
        6.24.0 Control
          pause: done
            POST /json_rpc {"id":1,"jsonrpc":"2.0","method":"pause"}
          resume: done
            POST /json_rpc {"id":1,"jsonrpc":"2.0","method":"resume"}
          pool: done
            PUT /1/config "new.example.org:4444"
          restart: Unsupported: this device cannot do that: XMRig cannot restart itself: restart it on its PC
          identify: Unsupported: this device cannot do that: XMRig has nothing to show itself with
          tune: Unsupported: this device cannot do that: XMRig has no modes and no tuning that could be set from afar
          mode: Unsupported: this device cannot do that: XMRig has no modes and no tuning that could be set from afar
    "#]].assert_eq(&table);
}

#[tokio::test]
async fn what_was_done_is_seen_in_a_later_reading_and_can_be_undone() {
    let bench = Bench::new(Release::V6_24, Access::Control).await;
    let learnt = bench.inspect().await;
    let minute = Duration::from_mins(1);
    for (command, hashing) in [
        (Command::SetPower { power: PowerState::Off }, false),
        (Command::SetPower { power: PowerState::On }, true),
        (Command::SetPool { pool: pool() }, true),
    ] {
        assert!(bench.send(&learnt, &command).await.unwrap().certain);
        bench.clock.advance(minute).await;
        let after = bench.driver.read().await.unwrap().reading;
        let seen = command.seen_in(&learnt.profile, Some(&learnt.answer.reading), &after, minute);
        assert_eq!(seen, Seen::Yes, "{command:?}: {after:?}");
        assert_eq!(bench.truth().truth.hashing, hashing);
    }
    assert_eq!(bench.truth().truth.restarts, 0, "a new pool needs no restart");
}

#[tokio::test]
async fn a_new_pool_leaves_everything_else_as_it_was() {
    let bench = Bench::new(Release::V6_24, Access::Control).await;
    let learnt = bench.inspect().await;
    bench.send(&learnt, &Command::SetPool { pool: pool() }).await.unwrap();
    bench.clock.advance(Duration::from_secs(2)).await;
    let reading = bench.driver.read().await.expect("the token and the door are as they were").reading;
    assert_eq!(bench.truth().truth.pool.url, "new.example.org");
    let slots: Vec<_> = reading.pool_slots.iter().map(|slot| (slot.host.as_str(), slot.active)).collect();
    assert_eq!(slots, [("new.example.org", Some(true)), ("backup.example.org", Some(false))]);
    let written: Value = serde_json::from_str(&bench.truth().writes[0].body).unwrap();
    assert_eq!((&written["pools"][0]["pass"], &written["donate-level"]), (&Value::from("x"), &Value::from(1)));
    bench.fault(Fault::PoolDown).await;
    let reading = bench.driver.read().await.unwrap().reading;
    let in_use = reading.pool.clone().unwrap();
    assert_eq!((in_use.host.as_str(), in_use.fallback), ("backup.example.org", Some(true)));
    assert_eq!(reading.pool_is(&pool()), Some(true), "it is still set first");
}

#[tokio::test]
async fn an_answer_that_breaks_off_is_explained_until_a_quarter_of_an_hour_has_passed() {
    let spec = MinerSpec::new(DEN, Model::Pc, XmRig::new(Release::V6_22_1, Access::Open), home()).cold();
    let bench = Bench::with(spec, None, 5_000).await;
    bench.clock.advance(Duration::from_mins(5)).await;
    let error = bench.driver.read().await.unwrap_err();
    assert!(matches!(&error, DriverError::Unreachable { why, .. } if why.contains("6.22.1")), "{error}");
    assert_eq!(error.public(), error.to_string(), "a person may see it");
    bench.clock.advance(Duration::from_mins(15)).await;
    assert!(bench.driver.read().await.unwrap().reading.hashrate.is_some());
}

#[tokio::test]
async fn rates_come_one_after_the_other_when_it_starts() {
    let spec = MinerSpec::new(DEN, Model::Pc, XmRig::new(Release::V6_24, Access::Open), home()).cold();
    let bench = Bench::with(spec, None, 5_000).await;
    bench.clock.advance(Duration::from_secs(25)).await;
    let young = bench.driver.read().await.unwrap().reading;
    assert_eq!((young.hashrate, young.hashrate_1m), (None, None));
    bench.clock.advance(Duration::from_secs(30)).await;
    let older = bench.driver.read().await.unwrap().reading;
    assert!(older.hashrate.is_some() && older.hashrate_1m.is_none());
}

#[tokio::test]
async fn s8_another_program_at_the_address_receives_nothing() {
    let bench = Bench::new(Release::V6_24, Access::Control).await;
    let learnt = bench.inspect().await;
    bench.fault(Fault::OtherDevice).await;
    for (name, command) in commands() {
        let error = bench.send(&learnt, &command).await.unwrap_err();
        assert!(matches!(error, DriverError::WrongDevice { .. }), "{name}: {error}");
    }
    assert!(bench.truth().writes.is_empty());
}

#[tokio::test]
async fn s10_a_pool_that_would_leave_its_frame_is_not_sent() {
    let bench = Bench::new(Release::V6_24, Access::Control).await;
    let learnt = bench.inspect().await;
    for bad in [
        PoolTarget { host: "a b".into(), ..pool() },
        PoolTarget { port: 0, ..pool() },
        PoolTarget { user: "".into(), ..pool() },
        PoolTarget { password: Some("a\nb".into()), ..pool() },
    ] {
        let error = bench.send(&learnt, &Command::SetPool { pool: bad }).await.unwrap_err();
        assert!(matches!(error, DriverError::Refused(_)), "{error}");
    }
    assert!(bench.truth().writes.is_empty());
}

#[tokio::test]
async fn a_token_that_cannot_be_sent_is_said_and_not_sent() {
    let bench = Bench::new(Release::V6_24, Access::Control).await;
    let error = connect(&bench.outbound, &bench.at, Some("a\nb")).read().await.unwrap_err();
    assert!(matches!(error, DriverError::Credentials(_)), "{error}");
    assert_eq!(bench.truth().traffic.requests, 0);
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
        Fault::Overheat,
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
    let mut table = format!("{:20} {:15} {:15} {:15} {}\n", "", "read", "pause", "pool", "writes acted on");
    for fault in faults {
        let spec = MinerSpec::new(DEN, Model::Pc, XmRig::new(Release::V6_24, Access::Control), home());
        let bench = Bench::with(spec, Some(XMRIG_TOKEN), 800).await;
        let learnt = bench.inspect().await;
        bench.fault(fault).await;
        let read = bench.driver.read().await;
        let mut cells = vec![outcome(&read.map(|_| Receipt { reply: None, certain: true }))];
        for command in [Command::SetPower { power: PowerState::Off }, Command::SetPool { pool: pool() }] {
            cells.push(outcome(&bench.send(&learnt, &command).await));
        }
        let acted = bench.truth().writes.iter().filter(|write| write.acted).count();
        let cells: String = cells.iter().fold(String::new(), |all, cell| format!("{all}{cell:15} "));
        writeln!(table, "{:20} {cells}{acted}", format!("{fault:?}").split(" {").next().unwrap()).unwrap();
    }
    expect![[r#"
                             read            pause           pool            writes acted on
        Silent               Unreachable     Unreachable     Unreachable     0
        Offline              Unreachable     Unreachable     Unreachable     0
        Slow                 Unreachable     Unreachable     Unreachable     0
        Reset                Unreachable     Unreachable     Unreachable     0
        Truncated            Malformed       Malformed       Malformed       0
        CutOff               Unreachable     Unreachable     Unreachable     0
        Redirect302          NotRecognised   NotRecognised   NotRecognised   0
        Unauthorized401      Credentials     Credentials     Credentials     0
        WrongTypes           done            done            done            2
        Overheat             done            done            done            2
        Absurd               done            done            done            2
        HugeBody             Malformed       Malformed       Malformed       0
        EndlessBody          Malformed       Malformed       Malformed       0
        RandomBytes          NotRecognised   NotRecognised   NotRecognised   0
        OtherDevice          done            WrongDevice     WrongDevice     0
        StuckShares          done            done            done            2
        RejectShares         done            done            done            2
        PoolDown             done            done            done            2
        Latency              done            done            done            2
        IgnoreWrites         done            done            done            0
        RefuseWrites         done            Refused         Refused         0
        DropAfterWrite       done            perhaps         perhaps         2
    "#]]
    .assert_eq(&table);
}

#[tokio::test]
async fn spoiled_values_leave_the_others_readable() {
    let bench = Bench::new(Release::V6_24, Access::Control).await;
    bench.fault(Fault::Absurd).await;
    let reading = bench.driver.read().await.unwrap().reading;
    assert_eq!((reading.hashrate, reading.uptime_s, reading.response_ms, reading.pool), (None, None, None, None));
    assert_eq!((reading.shares_accepted, reading.shares_rejected, reading.pool_difficulty), (None, None, None));
    assert!(reading.firmware.is_some() && reading.paused == Some(false) && reading.pool_set.is_some());
    bench.neighbours.clear_faults(DEN).await.unwrap();
    bench.fault(Fault::WrongTypes).await;
    let answer = bench.driver.read().await.unwrap();
    assert!(matches!(answer.identity, Identity::Worker(_)));
    assert!(answer.reading.uptime_s.is_some(), "a number in quotes is a number");
    assert_eq!((answer.reading.hashrate, answer.reading.paused), (None, None), "an object is no list, a word no truth");
}
