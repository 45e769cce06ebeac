//! The driver against the simulator's faces: HTTP, the old page, datagrams, and settings by datagram.
//!
//! **Invariant:** the simulator shares no code with the driver, so what passes here agrees with the facts twice.
#![expect(clippy::disallowed_methods, reason = "the listener is a task of the test, and what is dropped is waited for")]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod common;

use expect_test::{expect, expect_file};
use hmm_adapters::miners::{families, nmminer};
use hmm_domain::command::{Command, Seen, Tuning};
use hmm_domain::miner::{Identity, PowerState};
use hmm_domain::port::{Credentials, Driver, DriverError, Endpoint, Inspection, Receipt};
use hmm_domain::wish::PoolTarget;
use hmm_domain::{FamilyId, ModeId, Timestamp};
use hmm_net::{Guard, Limits, Outbound, Surroundings};
use hmm_sim::{Fault, ManualClock, MinerSpec, Model, Neighbourhood, NeighbourhoodConfig, NmRelease, Snapshot};
use std::fmt::Write;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;

const RIG: &str = "rig";

/// One simulated miner, a driver that speaks to it, and an ear that hears it.
struct Bench {
    clock: ManualClock,
    neighbours: Neighbourhood,
    outbound: Outbound,
    driver: Arc<dyn Driver>,
    at: Endpoint,
    ear: SocketAddr,
    listening: tokio::task::JoinHandle<()>,
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

fn model(release: NmRelease) -> Model {
    if release == NmRelease::Axe { Model::NmAxe } else { Model::NmMiner }
}

impl Bench {
    /// Each test has an address of its own: settings are heard at one port only.
    async fn new(release: NmRelease, place: u8) -> Self {
        let clock = ManualClock::new(Timestamp::from_millis(1_790_000_000_000));
        let ip = Ipv4Addr::new(127, 81, 10, place);
        let miners = vec![MinerSpec::new(RIG, model(release), release, ip)];
        let config = NeighbourhoodConfig { seed: 7, miners, clock: Arc::new(clock.clone()) };
        let neighbours = Neighbourhood::start(config).await.unwrap();
        let address = neighbours.address(RIG).unwrap();
        let at = Endpoint { host: address.ip().to_string(), port: address.port() };
        let outbound = outbound();
        let here = SocketAddr::from((Ipv4Addr::new(127, 81, 11, place), 0));
        let ear = outbound.ear(here, Arc::new(clock.clone()), nmminer::accepts).unwrap();
        let door = ear.address().unwrap();
        let listening = tokio::spawn(async move {
            let _ = ear.listen().await;
        });
        let driver = speaker(&outbound, at.clone(), Credentials::default());
        Self { clock, neighbours, outbound, driver, at, ear: door, listening }
    }

    fn holding(&self, user: &str, password: &str) -> Arc<dyn Driver> {
        let keys = Credentials { user: Some(user.into()), password: Some(password.into()), token: None };
        speaker(&self.outbound, self.at.clone(), keys)
    }

    /// Calls, and waits until it was heard.
    async fn call(&self) {
        self.neighbours.call(RIG, self.ear).await.unwrap();
        let from = self.at.host.parse().unwrap();
        while self.outbound.hearsay().newest(from, Duration::ZERO).is_none() {
            tokio::task::yield_now().await;
        }
    }

    async fn inspect(&self) -> Inspection {
        self.driver.inspect().await.unwrap()
    }

    fn truth(&self) -> Snapshot {
        self.neighbours.snapshot(RIG).unwrap()
    }

    async fn fault(&self, fault: Fault) {
        self.neighbours.fault(RIG, fault).await.unwrap();
    }
}

fn outbound() -> Outbound {
    let around = hmm_net::surroundings::fixed(Surroundings::default());
    let guard = Guard::device(vec!["127.0.0.0/8".parse().unwrap()], around);
    let limits = Limits { connect: Duration::from_secs(5), whole: Duration::from_secs(2), ..Limits::default() };
    Outbound::device_with(guard, limits).unwrap()
}

fn speaker(outbound: &Outbound, at: Endpoint, keys: Credentials) -> Arc<dyn Driver> {
    (families(outbound).get(&FamilyId::new("nmminer")).unwrap().connect)(at, keys)
}

fn pool() -> PoolTarget {
    PoolTarget { host: "new.example.org".into(), port: 4444, user: "bc1qnew.rig".into(), password: None, tls: false }
}

fn commands() -> Vec<(&'static str, Command)> {
    vec![
        ("pool", Command::SetPool { pool: pool() }),
        ("restart", Command::Restart),
        ("identify", Command::Identify),
        ("eco", Command::SetMode { mode: ModeId::new("eco"), clear_overheat: false }),
        ("tune", Command::Tune { tuning: Tuning { fan_pct: Some(50), ..Tuning::default() } }),
        ("off", Command::SetPower { power: PowerState::Off }),
    ]
}

fn outcome(result: &Result<Receipt, DriverError>) -> String {
    match result {
        Ok(receipt) => if receipt.certain { "done" } else { "perhaps" }.to_owned(),
        Err(error) => format!("{error:?}").split([' ', '(', '{']).next().unwrap_or_default().to_owned(),
    }
}

#[tokio::test]
async fn every_release_is_read_learnt_and_commanded_as_far_as_it_goes() {
    let mut table = String::new();
    for (place, release) in (50..).zip(NmRelease::ALL) {
        let bench = Bench::new(release, place).await;
        bench.call().await;
        let learnt = bench.inspect().await;
        write!(table, "{}\n{}", release.version(), common::learnt(&learnt)).unwrap();
        let (reading, truth) = (bench.driver.read().await.unwrap().reading, bench.truth());
        let ghs = |hashes: u64| f64::from(u32::try_from(hashes / 1_000).unwrap()) / 1e6;
        let (seen, real) = (ghs(reading.hashrate.unwrap().get()), truth.truth.hashrate_ghs);
        assert!((0.9..=1.1).contains(&(seen / real)), "{release:?}: {seen} {real}");
        assert_eq!(reading.shares_accepted, Some(truth.truth.shares_accepted), "{release:?}");
        assert_eq!(reading.uptime_s, Some(truth.truth.uptime_s), "{release:?}");
        assert_eq!(reading.pool.as_ref().unwrap().host.as_str(), "pool.example.org", "{release:?}");
        assert_eq!(reading.power.is_some(), release == NmRelease::Axe, "{release:?}");
        assert!(truth.writes.is_empty(), "reading writes nothing");
        for (name, command) in commands() {
            let result = bench.driver.send(&learnt.identity, &learnt.profile, &command).await;
            writeln!(table, "  {name}: {}", outcome(&result)).unwrap();
        }
        for write in &bench.truth().writes {
            writeln!(table, "    {} {} {}", write.method, write.path, common::sorted(&write.body)).unwrap();
        }
        assert!(bench.truth().traffic.connections_at_once_max <= 1);
    }
    expect_file!["expected/nmminer_releases.txt"].assert_eq(&table);
}

#[tokio::test]
async fn what_was_done_is_seen_in_a_later_reading() {
    for (place, command) in (60..).zip([Command::SetPool { pool: pool() }, Command::Restart]) {
        let bench = Bench::new(NmRelease::V2_0, place).await;
        let learnt = bench.inspect().await;
        assert!(bench.driver.send(&learnt.identity, &learnt.profile, &command).await.unwrap().certain);
        bench.clock.advance(Duration::from_secs(30)).await;
        let after = bench.driver.read().await.unwrap().reading;
        let seen = command.seen_in(&learnt.profile, Some(&learnt.answer.reading), &after, Duration::from_secs(30));
        assert_eq!(seen, Seen::Yes, "{command:?}");
    }
}

#[tokio::test]
async fn a_device_of_few_words_is_read_from_what_it_calls_while_that_is_new() {
    let bench = Bench::new(NmRelease::V0_3, 3).await;
    let error = bench.driver.read().await.unwrap_err();
    assert!(matches!(error, DriverError::NotRecognised(_)), "not heard yet: {error}");
    bench.call().await;
    let requests = bench.truth().traffic.requests;
    let reading = bench.driver.read().await.unwrap().reading;
    assert!(reading.hashrate.is_some() && reading.firmware.is_some());
    assert_eq!(bench.truth().traffic.requests, requests, "who tells everything is not asked besides");
    bench.fault(Fault::Offline).await;
    bench.clock.advance(Duration::from_secs(29)).await;
    assert!(bench.driver.read().await.is_ok());
    bench.clock.advance(Duration::from_secs(2)).await;
    assert!(
        matches!(bench.driver.read().await, Err(DriverError::Unreachable { .. })),
        "what is old says nothing of now"
    );
}

#[tokio::test]
async fn http_tells_more_and_what_is_called_stands_in_while_it_is_silent() {
    let bench = Bench::new(NmRelease::Axe, 4).await;
    bench.call().await;
    assert!(bench.driver.read().await.unwrap().reading.vr_temperature.is_some());
    bench.fault(Fault::Offline).await;
    let heard = bench.driver.read().await.unwrap().reading;
    assert!(heard.vr_temperature.is_none() && heard.power.is_some());
}

#[tokio::test]
async fn s9_the_word_of_another_address_is_nobodys() {
    let (bench, other) = (Bench::new(NmRelease::V0_3, 5).await, Bench::new(NmRelease::V0_3, 6).await);
    let socket = tokio::net::UdpSocket::bind("127.81.10.7:0").await.unwrap();
    let claim = br#"{"IP":"127.81.10.5","BoardType":"x","HashRate":"9.9T","PoolInUse":"evil.test:1"}"#;
    socket.send_to(claim, bench.ear).await.unwrap();
    other.neighbours.call(RIG, bench.ear).await.unwrap();
    while bench.outbound.hearsay().strangers(Duration::ZERO).is_empty() {
        tokio::task::yield_now().await;
    }
    assert_eq!(
        bench.outbound.hearsay().strangers(Duration::ZERO),
        ["127.81.10.6".parse::<std::net::IpAddr>().unwrap()]
    );
    assert!(bench.driver.read().await.is_err());
}

#[tokio::test]
async fn the_pool_of_an_old_one_goes_out_with_its_wi_fi_or_not_at_all() {
    let bench = Bench::new(NmRelease::V0_3, 8).await;
    bench.call().await;
    let learnt = bench.inspect().await;
    let command = Command::SetPool { pool: pool() };
    let without = bench.driver.send(&learnt.identity, &learnt.profile, &command).await.unwrap_err();
    assert!(matches!(without, DriverError::Credentials(_)), "{without}");
    let holding = bench.holding("Home", "hunter2222");
    let receipt = holding.send(&learnt.identity, &learnt.profile, &command).await.unwrap();
    assert_eq!(receipt, Receipt { reply: None, certain: false });
    while bench.truth().writes.is_empty() {
        tokio::task::yield_now().await;
    }
    let snapshot = bench.truth();
    assert!(snapshot.writes[0].acted && snapshot.writes.len() == 1 && snapshot.faults.is_empty(), "{snapshot:?}");
    assert_eq!((snapshot.truth.pool.url.as_str(), snapshot.truth.pool.port), ("new.example.org", 4444));
    bench.clock.advance(Duration::from_secs(5)).await;
    bench.call().await;
    let answer = holding.read().await.unwrap();
    let seen = command.seen_in(&learnt.profile, Some(&learnt.answer.reading), &answer.reading, Duration::from_secs(5));
    assert_eq!(seen, Seen::Yes);
}

#[tokio::test]
async fn s8_a_known_device_is_not_replaced_by_one_that_says_nothing() {
    let bench = Bench::new(NmRelease::V2_0, 9).await;
    let learnt = bench.inspect().await;
    let known = Identity::from_mac("02:00:00:00:00:01").unwrap();
    let error = bench.driver.send(&known, &learnt.profile, &Command::Restart).await.unwrap_err();
    assert!(matches!(error, DriverError::WrongDevice { .. }), "{error}");
    assert!(bench.truth().writes.is_empty());
}

#[tokio::test]
async fn every_fault_and_what_a_poll_and_a_command_make_of_it() {
    let faults = [
        Fault::Silent,
        Fault::Offline,
        Fault::Reset,
        Fault::Truncated,
        Fault::CutOff,
        Fault::Redirect302,
        Fault::Unauthorized401,
        Fault::WrongTypes,
        Fault::Absurd,
        Fault::HugeBody,
        Fault::RandomBytes,
        Fault::IgnoreWrites,
        Fault::RefuseWrites,
        Fault::DropAfterWrite,
    ];
    let mut table = format!("{:20} {:15} {:15} {:15} {}\n", "", "read", "pool", "restart", "writes acted on");
    for (place, fault) in (20..).zip(faults) {
        let bench = Bench::new(NmRelease::V2_0, place).await;
        let learnt = bench.inspect().await;
        bench.fault(fault).await;
        let read = bench.driver.read().await.map(|_| Receipt { reply: None, certain: true });
        let mut cells = vec![outcome(&read)];
        for command in [Command::SetPool { pool: pool() }, Command::Restart] {
            cells.push(outcome(&bench.driver.send(&learnt.identity, &learnt.profile, &command).await));
        }
        let acted = bench.truth().writes.iter().filter(|write| write.acted).count();
        let cells: String = cells.iter().fold(String::new(), |all, cell| format!("{all}{cell:15} "));
        writeln!(table, "{:20} {cells}{acted}", format!("{fault:?}")).unwrap();
    }
    expect![[r#"
                             read            pool            restart         writes acted on
        Silent               Unreachable     Unreachable     Unreachable     0
        Offline              Unreachable     Unreachable     Unreachable     0
        Reset                Unreachable     Unreachable     Unreachable     0
        Truncated            Malformed       Malformed       Malformed       0
        CutOff               Unreachable     Unreachable     Unreachable     0
        Redirect302          NotRecognised   NotRecognised   NotRecognised   0
        Unauthorized401      Credentials     Credentials     Credentials     0
        WrongTypes           done            done            done            2
        Absurd               done            done            done            2
        HugeBody             Malformed       Malformed       Malformed       0
        RandomBytes          NotRecognised   NotRecognised   NotRecognised   0
        IgnoreWrites         done            Refused         done            0
        RefuseWrites         done            Refused         Refused         0
        DropAfterWrite       done            perhaps         perhaps         2
    "#]]
    .assert_eq(&table);
}

#[tokio::test]
async fn an_nmaxe_is_no_bitaxe() {
    let bench = Bench::new(NmRelease::Axe, 40).await;
    for family in families(&bench.outbound).iter() {
        let learnt = (family.connect)(bench.at.clone(), Credentials::default()).inspect().await;
        assert_eq!(learnt.is_ok(), family.id == FamilyId::new("nmminer"), "{}", family.id);
    }
}
