//! A custom family against a device that behaves, and against several that do not.

use crate::device::{Asked, Device, Said};
use crate::jq;
use expect_test::expect;
use hmm_adapters::miners::custom::{Access, Body, Call, Definition, Order, OrderKind, Ranges, Template, family};
use hmm_domain::command::{Command, Tuning};
use hmm_domain::miner::{Identity, Mode, PowerState};
use hmm_domain::port::{Credentials, Driver, DriverError, Endpoint};
use hmm_domain::reading::PowerSource;
use hmm_domain::units::{CentiCelsius, Frequency};
use hmm_domain::wish::PoolTarget;
use hmm_domain::{FamilyId, Label, ModeId};
use hmm_net::surroundings::{Surroundings, fixed};
use hmm_net::{Guard, Method, Outbound};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use std::time::Duration;

fn order(kind: OrderKind, method: Method, path: &str, body: Option<Body>) -> (OrderKind, Order) {
    let path = Template::parse(path, kind.values()).unwrap();
    (kind, Order { method, path, body, taken: None })
}

fn text(kind: OrderKind, text: &str) -> Body {
    Body::Text(Template::parse(text, kind.values()).unwrap())
}

fn call(name: &str, path: &str, text: bool, optional: bool) -> Call {
    Call { name: name.to_owned(), path: path.to_owned(), text, optional }
}

fn mode(id: &str, level: u8) -> Mode {
    Mode { id: ModeId::new(id), label: Label::new(id), frequency: None, core_voltage: None, level: Some(level) }
}

fn bench() -> Definition {
    let pool = Body::Object(vec![
        ("url".into(), text(OrderKind::Pool, "stratum+tcp://{pool_host}:{pool_port}")),
        ("user".into(), text(OrderKind::Pool, "{pool_user}")),
        ("port".into(), text(OrderKind::Pool, "{pool_port}")),
    ]);
    let mut commands = BTreeMap::from([
        order(OrderKind::Mode, Method::POST, "/set?level={level}", None),
        order(OrderKind::Pool, Method::PUT, "/pool", Some(pool)),
        order(OrderKind::PowerOff, Method::GET, "/pause", None),
        order(OrderKind::PowerOn, Method::GET, "/resume", None),
        order(OrderKind::Frequency, Method::POST, "/clock/{frequency_mhz}", None),
        order(OrderKind::Restart, Method::POST, "/restart", None),
    ]);
    commands.get_mut(&OrderKind::Restart).unwrap().taken = Some(".ok".to_owned());
    let named = |pairs: &[(&'static str, &str)]| pairs.iter().map(|(name, code)| (*name, (*code).to_owned())).collect();
    Definition {
        id: FamilyId::new("bench"),
        label: "Bench".into(),
        default_port: 80,
        algorithm: "scrypt",
        access: Access::Token,
        poll_gap: Duration::from_secs(10),
        boot_deadline: Duration::from_mins(1),
        temperature_limit: CentiCelsius::degrees(70),
        power_source: PowerSource::Measured,
        calls: vec![call("info", "/info", false, false), call("note", "/note", true, true)],
        probe: ".info.make == \"bench\"".into(),
        identity: named(&[("mac", ".info.mac"), ("host_name", ".info.name"), ("model", ".info.model")]),
        reading: named(&[
            ("hashrate_ghs", ".info.gh"),
            ("power_w", ".info.watts"),
            ("temperature_c", ".info.temp"),
            ("mode", "[\"low\",\"high\"][.info.level]"),
            ("frequency_mhz", ".info.clock"),
            ("paused", ".info.paused"),
            ("uptime_s", ".info.up"),
            ("shares_accepted", ".note | split(\" \")[1] | tonumber"),
            ("fan_pct", ".info.a, .info.b"),
            ("fan_rpm", ".info.name"),
        ]),
        modes: vec![mode("low", 0), mode("high", 1)],
        ranges: Ranges { frequency: Some((Frequency::mhz(100), Frequency::mhz(200))), ..Ranges::default() },
        pool_needs_restart: false,
        commands,
    }
}

/// A device whose state a test can spoil.
fn info() -> Value {
    json!({
        "make": "bench", "mac": "02:00:00:00:00:07", "name": "bench-7", "model": "Bench 1", "gh": 1.5, "watts": "17.5",
        "temp": 60, "level": 0, "clock": 150, "paused": 0, "up": 100, "password": "hunter2", "token": "t0ken",
    })
}

fn answering(info: Value) -> impl Fn(&Asked) -> Said + Send + Sync + 'static {
    let info = Mutex::new(info);
    move |(method, path, _): &Asked| match (method.as_str(), path.as_str()) {
        ("GET", "/info") => (200, info.lock().unwrap().to_string()),
        ("GET", "/note") => (200, "accepted 12 of t0ken".to_owned()),
        ("POST", "/restart") => (200, r#"{"ok":false,"message":"not now"}"#.to_owned()),
        _ => (200, r#"{"message":"done"}"#.to_owned()),
    }
}

fn driver(device: &Device, definition: Definition) -> Arc<dyn Driver> {
    let guard = Guard::device(vec!["127.83.0.0/16".parse().unwrap()], fixed(Surroundings::default()));
    let (family, _) = family(&Outbound::device(guard).unwrap(), &jq(), definition);
    let at = Endpoint { host: device.address.ip().to_string(), port: device.address.port() };
    let credentials = Credentials { token: Some("t0ken".into()), ..Credentials::default() };
    (family.connect)(at, credentials)
}

async fn refused(info: Value, command: Command) -> (DriverError, Vec<Asked>) {
    let device = Device::start(answering(info)).await;
    let driver = driver(&device, bench());
    let profile = driver.inspect().await.unwrap().profile;
    device.asked();
    let known = Identity::from_mac("02:00:00:00:00:07").unwrap();
    let error = driver.send(&known, &profile, &command).await.unwrap_err();
    let written = device.asked().into_iter().filter(|(_, path, _)| path != "/info" && path != "/note").collect();
    (error, written)
}

#[tokio::test]
async fn a_device_is_read_as_its_file_says() {
    let device = Device::start(answering(info())).await;
    let driver = driver(&device, bench());
    let found = driver.inspect().await.unwrap();
    let reading = serde_json::to_value(&found.answer.reading).unwrap();
    let known: BTreeMap<_, _> = reading
        .as_object()
        .unwrap()
        .iter()
        .filter(|(_, v)| !v.is_null() && v.as_array().is_none_or(|a| !a.is_empty()))
        .collect();
    let table: Vec<String> = known.iter().map(|(key, value)| format!("{key:20} {value}\n")).collect();
    expect![[r#"
        frequency            150000
        hashrate             1500000000
        mode                 "low"
        paused               false
        power                17500
        power_source         "measured"
        shares_accepted      12
        temperature          6000
        uptime_s             100
    "#]]
    .assert_eq(&table.concat());
    let can = &found.profile.capabilities;
    assert_eq!(found.identity.to_string(), "02:00:00:00:00:07");
    assert_eq!(
        (found.host_name.as_ref().unwrap().as_str(), found.profile.model.as_ref().unwrap().as_str()),
        ("bench-7", "Bench 1")
    );
    assert!(can.set_mode && can.set_pool && can.restart && can.measures_power && !can.identify, "{can:?}");
    assert_eq!(can.frequency, Some((Frequency::mhz(100), Frequency::mhz(200))));
    // D9: neither what a key gives away nor what we gave it; and what was not understood is said.
    let raw = found.answer.raw.to_string();
    assert!(!raw.contains("hunter2") && !raw.contains("t0ken"), "{raw}");
    let odd = &found.answer.raw["not_understood"];
    assert_eq!(odd.as_object().unwrap().len(), 2, "{odd}");
    assert!(odd["fan_pct"].as_str().unwrap().contains("2 values"), "{odd}");
    // H5, S6: two GETs, with the token in a header.
    assert!(device.heads().iter().all(|head| head.to_lowercase().contains("authorization: bearer t0ken")));
    let asked: Vec<_> = device.asked().into_iter().map(|(method, path, _)| format!("{method} {path}")).collect();
    assert_eq!(asked, ["GET /info", "GET /note"]);
}

#[tokio::test]
async fn commands_leave_as_their_templates_say() {
    let device = Device::start(answering(info())).await;
    let driver = driver(&device, bench());
    let found = driver.inspect().await.unwrap();
    let pool =
        PoolTarget { host: "a.test".into(), port: 3333, user: "me\",\"x\":\"y".into(), password: None, tls: false };
    let tuning = Tuning { frequency: Some(Frequency::mhz(140)), ..Tuning::default() };
    for command in [
        Command::SetMode { mode: ModeId::new("high"), clear_overheat: false },
        Command::SetPower { power: PowerState::Off },
        Command::SetPool { pool },
        Command::Tune { tuning },
    ] {
        let receipt = driver.send(&found.identity, &found.profile, &command).await.unwrap();
        assert!(receipt.certain && receipt.reply.unwrap().as_str() == "done");
    }
    let written = device.asked().into_iter().filter(|(_, path, _)| path != "/info" && path != "/note");
    let written: Vec<String> = written.map(|(method, path, body)| format!("{method} {path} {body}\n")).collect();
    expect![[r#"
        POST /set?level=1 
        GET /pause 
        PUT /pool {"port":3333,"url":"stratum+tcp://a.test:3333","user":"me\",\"x\":\"y"}
        POST /clock/140 
    "#]]
    .assert_eq(&written.concat());
}

#[tokio::test]
async fn what_must_not_be_sent_is_not_sent() {
    let high = || Command::SetMode { mode: ModeId::new("high"), clear_overheat: false };
    let spoilt = |key: &str, value: Value| {
        let mut info = info();
        info[key] = value;
        info
    };
    let faster = |mhz| Command::Tune { tuning: Tuning { frequency: Some(Frequency::mhz(mhz)), ..Tuning::default() } };
    for (info, command, words) in [
        // S8
        (spoilt("mac", json!("02:00:00:00:00:08")), high(), "nothing was written"),
        (spoilt("mac", json!(null)), high(), "nothing was written"),
        // H1
        (spoilt("temp", json!(75)), high(), "hotter than its limit"),
        (spoilt("temp", json!(75)), faster(180), "hotter than its limit"),
        (info(), faster(201), "outside"),
        (info(), faster(99), "outside"),
        (info(), Command::SetMode { mode: ModeId::new("oc"), clear_overheat: false }, "no mode called oc"),
        (info(), Command::Identify, "no command identify"),
    ] {
        let (error, written) = refused(info, command).await;
        assert!(error.to_string().contains(words), "{error}");
        assert_eq!(written, Vec::<Asked>::new(), "{error}");
    }
    let (error, written) = refused(info(), Command::Restart).await;
    assert_eq!((error, written.len()), (DriverError::Refused("not now".into()), 1), "it said that it does not");
}

#[tokio::test]
async fn s6_a_stranger_is_asked_once_and_its_words_are_not_shown() {
    for body in ["{\"make\":\"other\",\"x\":\"<script>\"}", "<html>router</html>", "", "[1]", "{\"make\":"] {
        let device = Device::start(move |_| (200, body.to_owned())).await;
        let error = driver(&device, bench()).read().await.unwrap_err();
        assert!(matches!(error, DriverError::NotRecognised(_)), "{body} {error}");
        assert!(!error.public().contains("script") && !error.public().contains("router"), "{error}");
        assert_eq!(device.asked().len(), 1, "{body}");
    }
    for (status, kind) in [(401, "credentials"), (302, "not recognised"), (404, "not recognised"), (500, "status 500")]
    {
        let device = Device::start(move |_| (status, String::new())).await;
        let error = driver(&device, bench()).read().await.unwrap_err().to_string();
        assert!(error.contains(kind), "{status} {error}");
    }
}

#[tokio::test]
async fn s9_a_scan_gives_no_token_away() {
    let device = Device::start(answering(info())).await;
    let guard = Guard::device(vec!["127.83.0.0/16".parse().unwrap()], fixed(Surroundings::default()));
    let (family, _) = family(&Outbound::device(guard).unwrap(), &jq(), bench());
    let at = Endpoint { host: device.address.ip().to_string(), port: device.address.port() };
    (family.knock)(at).inspect().await.unwrap();
    assert!(device.heads().iter().all(|head| !head.to_lowercase().contains("authorization")));
}

#[tokio::test]
async fn s6_only_hosts_of_the_device_ranges_are_asked() {
    let device = Device::start(answering(info())).await;
    let guard = Guard::device(vec!["127.84.0.0/16".parse().unwrap()], fixed(Surroundings::default()));
    let (family, _) = family(&Outbound::device(guard).unwrap(), &jq(), bench());
    let at = Endpoint { host: device.address.ip().to_string(), port: device.address.port() };
    let error = (family.connect)(at, Credentials::default()).read().await.unwrap_err();
    assert!(matches!(error, DriverError::NotAllowed { .. }), "{error}");
    assert_eq!(device.asked(), Vec::<Asked>::new());
}

#[tokio::test]
async fn d3_an_expression_without_end_costs_its_family_a_reading_and_says_why() {
    let device = Device::start(answering(info())).await;
    let guard = Guard::device(vec!["127.83.0.0/16".parse().unwrap()], fixed(Surroundings::default()));
    let mut definition = bench();
    definition.reading.insert("hash_errors", "last(range(1e15))".to_owned());
    let (family, trouble) = family(&Outbound::device(guard).unwrap(), &jq(), definition);
    let at = Endpoint { host: device.address.ip().to_string(), port: device.address.port() };
    let error = (family.connect)(at, Credentials::default()).read().await.unwrap_err();
    assert!(error.to_string().contains("took longer"), "{error}");
    assert!(trouble.get().unwrap().as_str().contains("took longer"));
}
