//! A look round a street with miners, strangers, the mute and the slow.

use crate::harness::{MIDNIGHT, TestHouse, open_with};
use hmm_adapters::miners::families_at;
use hmm_domain::job::{Job, JobState};
use hmm_domain::miner::{Identity, Profile};
use hmm_domain::port::{
    Answer, Clock, Connect, Driver, DriverError, Family, FamilyRegistry, Inspection, Knock, Receipt, Store,
};
use hmm_domain::{Actor, Command, FamilyId, JobId};
use hmm_engine::discovery::Found;
use hmm_engine::{Engine, MinerPatch};
use hmm_net::surroundings::{Surroundings, fixed};
use hmm_net::{Guard, Outbound};
use hmm_sim::{Fault, Generation, ManualClock, MinerSpec, Model};
use ipnet::IpNet;
use std::net::{Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
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

type News = tokio::sync::broadcast::Receiver<Arc<hmm_domain::event::HouseEvent>>;

async fn settled(store: &dyn Store, mut news: News, id: JobId) -> Job {
    loop {
        let job = store.job_find(id).await.unwrap().unwrap();
        if job.state.settled() {
            return job;
        }
        news.recv().await.unwrap();
    }
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
            "mute" | "noise" | "locked" => 1,
            _ => 2,
        };
        assert_eq!((asked, one.writes.len()), (expected, 0), "{}", one.truth.name);
        assert!(one.traffic.requests_at_once_max <= 1, "{}", one.truth.name);
    }
    assert_eq!(visitors.load(Ordering::SeqCst), 1, "and so is the printer");
    let of = |place: u8| found.iter().find(|one| one.address == Ipv4Addr::new(127, 77, 241, place)).unwrap();
    assert_eq!(house.engine.discovery_known(of(1)), Some(known));
    assert_eq!(house.engine.discovery_name(of(3)).as_str(), "evil", "D1");
    assert_eq!(house.engine.miners().len(), 1, "what is found is not added");
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

#[tokio::test(flavor = "multi_thread")]
async fn the_254_addresses_of_a_home_are_asked_in_two_waves_and_no_more_than_128_at_once() {
    // With fewer at once than this the first wave would never be whole.
    let crowd = Arc::new(Crowd { wave: Barrier::new(127), inside: AtomicUsize::new(0), most: AtomicUsize::new(0) });
    let door = Arc::clone(&crowd);
    let knock: Knock = Box::new(move |_| Arc::new(Door(Arc::clone(&door))));
    let family = |id: &str, knock| {
        let connect: Connect = Box::new(|_, _| unreachable!("a scan only knocks"));
        Arc::new(Family {
            id: FamilyId::new(id),
            label: id.into(),
            default_port: 80,
            algorithm: "sha256d",
            needs: &[],
            connect,
            knock,
        })
    };
    // The second family speaks at the same port: where nobody is for the first, nobody is for it.
    let other: Knock = Box::new(|_| unreachable!("asked at an empty address"));
    let families = FamilyRegistry::new(vec![family("crowd", knock), family("other", other)]);
    let dir = tempfile::tempdir().unwrap();
    let clock: Arc<dyn Clock> = Arc::new(ManualClock::new(MIDNIGHT));
    let (engine, store) = open_with(dir.path(), clock, families).await;
    let (job, _) = look_round(&engine, &*store, &["192.168.1.0/24".parse().unwrap()]).await;
    assert_eq!((job.state, job.done), (JobState::Done, 254));
    let most = crowd.most.load(Ordering::SeqCst);
    assert!((127..=128).contains(&most), "{most}");
}
