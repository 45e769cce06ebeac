//! A look round a street with miners, strangers, the mute and the slow.

use crate::harness::{MIDNIGHT, Street, TestHouse, open_with, settled};
use hmm_adapters::miners::families_at;
use hmm_domain::job::{Job, JobState};
use hmm_domain::miner::{Identity, Profile};
use hmm_domain::port::{
    Answer, Clock, Connect, Driver, DriverError, Family, FamilyRegistry, Inspection, Knock, Neighbour, Receipt, Store,
};
use hmm_domain::{Actor, Command, FamilyId};
use hmm_engine::discovery::Found;
use hmm_engine::{Engine, MinerPatch};
use hmm_net::surroundings::{Surroundings, fixed};
use hmm_net::{Guard, Outbound};
use hmm_sim::{
    Access, Avalon, Fault, Firmware, Generation, ManualClock, MinerSpec, Model, Nerd, NerdRelease, Release, Stock,
    XmRig,
};
use ipnet::IpNet;
use std::collections::BTreeSet;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::sync::Barrier;

fn gamma(name: &str, street: u8, place: u8) -> MinerSpec {
    MinerSpec::new(name, Model::Gamma, Generation::V2_12, Ipv4Addr::new(127, 77, street, place))
}

fn ground(street: u8) -> Vec<IpNet> {
    vec![format!("127.77.{street}.0/24").parse().unwrap()]
}

async fn look_round(engine: &Engine, store: &dyn Store, ranges: &[IpNet]) -> (Job, Vec<Arc<Found>>) {
    let news = engine.subscribe();
    let id = engine.discovery_start(ranges, &Actor::console()).await.unwrap();
    (settled(store, news, id).await, engine.discovery_found())
}

/// Answers every path with its own page, and counts who came.
async fn printer(at: SocketAddr) -> Arc<AtomicUsize> {
    let visitors = Arc::new(AtomicUsize::new(0));
    let (listener, counted) = (TcpListener::bind(at).await.unwrap(), Arc::clone(&visitors));
    #[expect(clippy::disallowed_methods, reason = "the printer is a task of the test")]
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            counted.fetch_add(1, Ordering::SeqCst);
            let page = "<html><title>Printer</title>hashRate ASICModel BM1370 toner low</html>";
            let head = format!("HTTP/1.1 200 OK\r\ncontent-type: text/html\r\ncontent-length: {}\r\n\r\n", page.len());
            let mut request = [0; 4096];
            if stream.read(&mut request).await.is_ok() {
                let _ = stream.write_all((head + page).as_bytes()).await;
            }
        }
    });
    visitors
}

/// A door behind which nobody ever takes a connection: knocks are not even refused.
async fn nobody_home(at: SocketAddr) -> (TcpListener, TcpStream) {
    let socket = TcpSocket::new_v4().unwrap();
    socket.bind(at).unwrap();
    let listener = socket.listen(0).unwrap();
    let first_in_line = TcpStream::connect(at).await.unwrap();
    (listener, first_in_line)
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_miners_are_found_among_strangers_the_mute_and_the_slow() {
    let mut specs: Vec<_> = (1..=20).map(|n| gamma(&format!("m{n}"), 241, n)).collect();
    specs[2].hostname = "\u{202e}evil\u{1b}[31m\r\n".into();
    specs.extend(["slow", "mute", "noise", "locked"].iter().zip(30..).map(|(name, place)| gamma(name, 241, place)));
    let house = TestHouse::new(specs).await;
    let slow = Fault::Slow { first_byte_ms: 700, drip_ms: 1 };
    let wrong =
        [("slow", slow), ("mute", Fault::Silent), ("noise", Fault::RandomBytes), ("locked", Fault::Unauthorized401)];
    for (name, fault) in wrong {
        house.sim.fault(name, fault).await.unwrap();
    }
    let port = house.sim.ports()["axeos"];
    let at_the_port = house.sim.ports().values().filter(|other| **other == port).count();
    let visitors = printer((Ipv4Addr::new(127, 77, 241, 40), port).into()).await;
    let mut empty = Vec::new();
    for place in 50..90 {
        empty.push(nobody_home((Ipv4Addr::new(127, 77, 241, place), port).into()).await);
    }
    let known = house.add("m1").await;
    let before: Vec<_> = house.sim.snapshots().iter().map(|one| one.traffic.requests).collect();

    let (job, found) = look_round(&house.engine, &*house.store, &ground(241)).await;
    assert_eq!((job.state, job.done, job.total), (JobState::Done, 254, 254));
    let mut places: Vec<_> = found.iter().map(|one| one.address.to_string()).collect();
    places.sort_by_key(|address| address.rsplit('.').next().unwrap().parse::<u8>().unwrap());
    let expected: Vec<_> = (1..=20).chain([30]).map(|n| format!("127.77.241.{n}")).collect();
    assert_eq!(places, expected);
    for (one, before) in house.sim.snapshots().iter().zip(before) {
        let asked = one.traffic.requests - before;
        // A miner says who it is and what it can do; the one of the house is left to its own poll; a stranger is asked
        // once.
        let expected = match one.truth.name.as_str() {
            "m1" => 0,
            "mute" => 1,
            // By each of the families that speak at this port.
            "noise" | "locked" => u64::try_from(at_the_port).unwrap(),
            _ => 2,
        };
        assert_eq!((asked, one.writes.len()), (expected, 0), "{}", one.truth.name);
        assert!(one.traffic.requests_at_once_max <= 1, "{}", one.truth.name);
    }
    assert_eq!(visitors.load(Ordering::SeqCst), at_the_port, "and so is the printer");
    let of = |place: u8| found.iter().find(|one| one.address == Ipv4Addr::new(127, 77, 241, place)).unwrap();
    assert_eq!(house.engine.discovery_known(of(1)), Some(known));
    assert_eq!(house.engine.discovery_name(of(3)).as_str(), "evil", "D1");
    assert_eq!(house.engine.miners().len(), 1, "what is found is not added");
}

/// One of everything that the simulator knows, as far as it lets anybody ask who it is.
fn kinds() -> Vec<(Model, Firmware)> {
    let mut kinds: Vec<(Model, Firmware)> = vec![
        (Model::Supra, Generation::V2_4.into()),
        (Model::Gamma, Generation::V2_15.into()),
        (Model::NerdAxe, Nerd::new(NerdRelease::V1_0_28).into()),
        (Model::NerdQaxePlusPlus, Nerd::new(NerdRelease::V1_2).into()),
        (Model::Pc, XmRig::new(Release::V6_24, Access::Open).into()),
        (Model::Nano3, Avalon::Nano3.into()),
        (Model::Nano3s, Avalon::Nano3s.into()),
        (Model::Mini3, Avalon::Mini3.into()),
        (Model::AvalonQ, Avalon::Q.into()),
        (Model::A15, Avalon::A15.into()),
    ];
    kinds.extend(Stock::ALL.map(|stock| (Model::S19, stock.into())));
    kinds
}

/// A street of all kinds, over and over.
fn all_kinds(street: u8, count: u8) -> Vec<MinerSpec> {
    let of = |(n, (model, firmware)): (u8, &(Model, Firmware))| {
        let ip = Ipv4Addr::new(127, 84, street, n);
        MinerSpec::new(&format!("m{n}"), *model, *firmware, ip)
    };
    (1..=count).zip(kinds().iter().cycle()).map(of).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn twenty_miners_of_all_kinds_are_found_every_time_and_within_three_seconds() {
    let specs = all_kinds(10, 20);
    let kinds: BTreeSet<&str> = specs.iter().map(|spec| spec.firmware.family()).collect();
    let house = TestHouse::new(specs).await;
    house.engine.stand_in(Street::new(10));
    for run in 1..=10 {
        let before = real_time();
        let found = house.look_round().await;
        let took = before.elapsed();
        let found: BTreeSet<&str> = found.iter().map(|one| one.family.as_str()).collect();
        assert_eq!(found, kinds, "run {run}");
        let mut places: Vec<_> = house.engine.discovery_found().iter().map(|one| one.address).collect();
        places.sort();
        assert_eq!(places, (1..=20).map(|n| Ipv4Addr::new(127, 84, 10, n)).collect::<Vec<_>>(), "run {run}");
        assert!(took < Duration::from_secs(3), "run {run} took {took:?}");
    }
    for one in house.sim.snapshots() {
        assert_eq!(one.writes.len(), 0, "{}", one.truth.name);
        assert!(one.traffic.connections_at_once_max <= 1, "{}", one.truth.name);
    }
}

#[expect(clippy::disallowed_methods, reason = "how long a person waits is real time")]
fn real_time() -> std::time::Instant {
    std::time::Instant::now()
}

#[tokio::test(flavor = "multi_thread")]
async fn where_nobody_answers_for_an_address_no_second_port_is_tried() {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let empty: Knock = Box::new(move |_| {
        counted.fetch_add(1, Ordering::SeqCst);
        Arc::new(Empty)
    });
    let counted = Arc::clone(&asked);
    let second: Knock = Box::new(move |_| {
        counted.fetch_add(1_000, Ordering::SeqCst);
        Arc::new(Empty)
    });
    let families = FamilyRegistry::new(vec![kind("web", 80, empty), kind("line", 4_028, second)]);
    let dir = tempfile::tempdir().unwrap();
    let (engine, store) = open_with(dir.path(), Arc::new(ManualClock::new(MIDNIGHT)), families).await;
    let street = Street::new(11);
    // Of the six, one is seen to be nobody's; of the others nothing is known.
    street.neighbours.lock().unwrap().insert("127.84.11.1".parse().unwrap(), Neighbour::Nobody);
    engine.stand_in(street);
    look_round(&engine, &*store, &["127.84.11.0/29".parse().unwrap()]).await;
    assert_eq!(asked.load(Ordering::SeqCst), 5_006);
}

#[tokio::test(flavor = "multi_thread")]
async fn who_calls_out_is_asked_by_every_family_although_its_door_is_closed() {
    let asked: Arc<Mutex<Vec<String>>> = Arc::default();
    let family = |name: &'static str| {
        let asked = Arc::clone(&asked);
        let knock: Knock = Box::new(move |at| {
            asked.lock().unwrap().push(format!("{name} {}", at.host));
            Arc::new(Empty)
        });
        kind(name, 80, knock)
    };
    let families = FamilyRegistry::new(vec![family("web"), family("called")]);
    let dir = tempfile::tempdir().unwrap();
    let (engine, store) = open_with(dir.path(), Arc::new(ManualClock::new(MIDNIGHT)), families).await;
    let street = Street::new(14);
    *street.calling.lock().unwrap() = ["127.84.14.1", "127.84.15.9"].map(|at| at.parse().unwrap()).to_vec();
    engine.stand_in(street);
    look_round(&engine, &*store, &["127.84.14.0/30".parse().unwrap()]).await;
    let mut asked = asked.lock().unwrap().clone();
    asked.sort();
    let calling = ["called 127.84.14.1", "called 127.84.15.9", "web 127.84.14.1"];
    assert_eq!(asked, [&calling[..], &["web 127.84.14.2", "web 127.84.15.9"]].concat());
}

#[tokio::test(flavor = "multi_thread")]
async fn who_announces_itself_beside_the_ranges_is_asked_too_and_where_it_may_not_be_never() {
    let house = TestHouse::new(vec![gamma_at("inside", 12, 1), gamma_at("beside", 13, 1)]).await;
    let street = Street::new(12);
    let heard = ["127.84.12.1", "127.84.13.1", "127.84.13.9", "127.0.0.1", "8.8.8.8"].map(|at| at.parse().unwrap());
    *street.announced.lock().unwrap() = Ok(heard.to_vec());
    house.engine.stand_in(Arc::clone(&street) as _);
    let found = house.look_round().await;
    let places: Vec<_> = found.iter().map(|one| one.address.to_string()).collect();
    assert_eq!(places, ["127.84.12.1", "127.84.13.1"]);
    assert_eq!(house.sim.snapshot("inside").unwrap().traffic.connections, 2, "who is it, what can it do: once each");

    *street.announced.lock().unwrap() = Err("the port is taken".into());
    house.look_round().await;
    let problems = house.engine.problems();
    assert_eq!((problems[0].kind, problems[0].text.as_str()), ("mdns_unavailable", "the port is taken"));
    *street.announced.lock().unwrap() = Ok(Vec::new());
    house.look_round().await;
    assert!(house.engine.problems().is_empty());
}

fn gamma_at(name: &str, street: u8, place: u8) -> MinerSpec {
    MinerSpec::new(name, Model::Gamma, Generation::V2_12, Ipv4Addr::new(127, 84, street, place))
}

#[tokio::test(flavor = "multi_thread")]
async fn a_miner_that_is_left_alone_is_not_asked_by_a_scan_either() {
    let house = TestHouse::new(vec![gamma("blue", 242, 1)]).await;
    let blue = house.add("blue").await;
    let patch = MinerPatch { enabled: Some(false), ..MinerPatch::default() };
    house.engine.miner_change(blue, patch, &house.ana).await.unwrap();
    house.minutes(10).await;
    let requests = house.sim.snapshot("blue").unwrap().traffic.requests;
    let (_, found) = look_round(&house.engine, &*house.store, &ground(242)).await;
    assert_eq!(house.sim.snapshot("blue").unwrap().traffic.requests, requests);
    assert_eq!(found.len(), 1);
    assert_eq!((house.engine.discovery_known(&found[0]), found[0].seen_at), (Some(blue), MIDNIGHT));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_that_the_stop_breaks_off_is_done_after_the_start() {
    let mut house = TestHouse::new(vec![gamma("blue", 243, 1), gamma("mute", 243, 2)]).await;
    house.sim.fault("mute", Fault::Silent).await.unwrap();
    let mut news = house.engine.subscribe();
    let id = house.engine.discovery_start(&ground(243), &house.ana).await.unwrap();
    while house.engine.discovery_found().is_empty() {
        news.recv().await.unwrap();
    }
    house.engine.stop().await;
    assert_eq!(house.store.job_find(id).await.unwrap().unwrap().state, JobState::Running, "nobody ended it");
    house.sim.clear_faults("mute").await.unwrap();
    house.reopen().await;
    let news = house.engine.subscribe();
    let job = settled(&*house.store, news, id).await;
    assert_eq!((job.state, job.done, house.engine.discovery_found().len()), (JobState::Done, 254, 2));
}

#[tokio::test(flavor = "multi_thread")]
async fn s6_our_own_doors_are_never_knocked_at() {
    let house = TestHouse::new(vec![gamma("ours", 244, 1)]).await;
    let port = house.sim.ports()["axeos"];
    let around = Surroundings { ports: vec![port], ..Surroundings::default() };
    let guard = Guard::device(vec!["127.77.0.0/16".parse().unwrap()], fixed(around));
    let dir = tempfile::tempdir().unwrap();
    let clock: Arc<dyn Clock> = Arc::new(house.clock.clone());
    let families = families_at(&Outbound::device(guard).unwrap(), &house.sim.ports());
    let (engine, store) = open_with(dir.path(), clock, families).await;
    let (job, found) = look_round(&engine, &*store, &ground(244)).await;
    assert_eq!((job.state, found.len()), (JobState::Done, 0));
    assert_eq!(house.sim.snapshot("ours").unwrap().traffic.connections, 0);
}

/// Nobody is there; whoever knocks waits until enough others knock too.
struct Crowd {
    wave: Barrier,
    inside: AtomicUsize,
    most: AtomicUsize,
}

struct Door(Arc<Crowd>);

#[async_trait::async_trait]
impl Driver for Door {
    async fn read(&self) -> Result<Answer, DriverError> {
        unreachable!("a scan asks who is there")
    }

    async fn inspect(&self) -> Result<Inspection, DriverError> {
        self.0.most.fetch_max(self.0.inside.fetch_add(1, Ordering::SeqCst) + 1, Ordering::SeqCst);
        self.0.wave.wait().await;
        self.0.inside.fetch_sub(1, Ordering::SeqCst);
        Err(DriverError::Unreachable { tried: "asking".into(), why: "nobody".into() })
    }

    async fn send(&self, _: &Identity, _: &Profile, _: &Command) -> Result<Receipt, DriverError> {
        unreachable!("a scan writes nothing")
    }
}

/// Where nobody ever is.
struct Empty;

#[async_trait::async_trait]
impl Driver for Empty {
    async fn read(&self) -> Result<Answer, DriverError> {
        unreachable!("a scan asks who is there")
    }

    async fn inspect(&self) -> Result<Inspection, DriverError> {
        Err(DriverError::Unreachable { tried: "asking".into(), why: "nobody".into() })
    }

    async fn send(&self, _: &Identity, _: &Profile, _: &Command) -> Result<Receipt, DriverError> {
        unreachable!("a scan writes nothing")
    }
}

/// A family that a scan can only knock for.
fn kind(id: &str, port: u16, knock: Knock) -> Arc<Family> {
    let connect: Connect = Box::new(|_, _| unreachable!("a scan only knocks"));
    Arc::new(Family {
        id: FamilyId::new(id),
        label: id.into(),
        default_port: port,
        algorithm: "sha256d",
        needs: &[],
        connect,
        knock,
    })
}

#[tokio::test(flavor = "multi_thread")]
async fn the_254_addresses_of_a_home_are_asked_in_one_wave_and_no_more_than_256_at_once() {
    // With fewer at once than this the wave would never be whole.
    let crowd = Arc::new(Crowd { wave: Barrier::new(254), inside: AtomicUsize::new(0), most: AtomicUsize::new(0) });
    let door = Arc::clone(&crowd);
    let knock: Knock = Box::new(move |_| Arc::new(Door(Arc::clone(&door))));
    // The second family speaks at the same port: where nobody is for the first, nobody is for it.
    let other: Knock = Box::new(|_| unreachable!("asked at an empty address"));
    let families = FamilyRegistry::new(vec![kind("crowd", 80, knock), kind("other", 80, other)]);
    let dir = tempfile::tempdir().unwrap();
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::new(MIDNIGHT));
    let (engine, store) = open_with(dir.path(), clock, families).await;
    let (job, _) = look_round(&engine, &*store, &["192.168.1.0/24".parse().unwrap()]).await;
    assert_eq!((job.state, job.done), (JobState::Done, 254));
    let most = crowd.most.load(Ordering::SeqCst);
    assert_eq!(most, 254);
    let two = ["192.168.1.0/24", "192.168.2.0/24"].map(|range| range.parse().unwrap());
    let (job, _) = look_round(&engine, &*store, &two).await;
    assert_eq!((job.state, job.done), (JobState::Done, 508));
    assert!(crowd.most.load(Ordering::SeqCst) <= 256);
}
