//! The drivers that only read, against the simulator's larger machines: every maker, every fault, and any bytes.
//!
//! **Invariant:** nothing is written, whatever is asked; a number that is shown is the simulator's truth.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod common;

use expect_test::expect;
use hmm_adapters::miners::{cgminer, families, whatsminer};
use hmm_domain::command::Command;
use hmm_domain::miner::{Identity, PowerState};
use hmm_domain::port::{Credentials, Driver, DriverError, Endpoint};
use hmm_domain::reading::PowerSource;
use hmm_domain::{FamilyId, ModeId, Timestamp};
use hmm_net::{Guard, Limits, Outbound, Surroundings};
use hmm_sim::{Avalon, Fault, ManualClock, MinerSpec, Model, Neighbourhood, NeighbourhoodConfig, Stock};
use proptest::prelude::*;
use std::fmt::Write;
use std::net::Ipv4Addr;
use std::sync::Arc;
use std::time::Duration;

const RIG: &str = "rig";

struct Bench {
    clock: ManualClock,
    neighbours: Neighbourhood,
    driver: Arc<dyn Driver>,
}

impl Bench {
    async fn new(which: Stock, whole: Duration) -> Self {
        let spec = MinerSpec::new(RIG, Model::S19, which, Ipv4Addr::new(127, 80, 2, 1));
        Self::with(spec, which.family(), whole).await
    }

    async fn with(spec: MinerSpec, family: &str, whole: Duration) -> Self {
        let clock = ManualClock::new(Timestamp::from_millis(1_790_000_000_000));
        let config = NeighbourhoodConfig { seed: 7, miners: vec![spec], clock: Arc::new(clock.clone()) };
        let neighbours = Neighbourhood::start(config).await.unwrap();
        let address = neighbours.address(RIG).unwrap();
        let at = Endpoint { host: address.ip().to_string(), port: address.port() };
        let around = hmm_net::surroundings::fixed(Surroundings::default());
        let guard = Guard::device(vec!["127.0.0.0/8".parse().unwrap()], around);
        let limits = Limits { connect: Duration::from_secs(5), whole, ..Limits::default() };
        let outbound = Outbound::device_with(guard, limits).unwrap();
        let driver = (families(&outbound).get(&FamilyId::new(family)).unwrap().connect)(at, Credentials::default());
        Self { clock, neighbours, driver }
    }
}

fn near(seen: f64, real: f64) -> bool {
    (seen - real).abs() <= 1.0_f64.max(real.abs() * 0.02)
}

#[tokio::test]
async fn every_maker_is_read_and_nothing_is_offered() {
    let mut table = String::new();
    for which in Stock::ALL {
        let bench = Bench::new(which, Duration::from_secs(5)).await;
        bench.clock.advance(Duration::from_mins(2)).await;
        let learnt = bench.driver.inspect().await.unwrap();
        let (reading, truth) = (&learnt.answer.reading, bench.neighbours.snapshot(RIG).unwrap().truth);
        let ghs = f64::from(u32::try_from(reading.hashrate.unwrap().get() / 1_000_000_000).unwrap());
        assert!(near(ghs, truth.hashrate_ghs), "{which:?}: {ghs} {}", truth.hashrate_ghs);
        assert!(reading.power.is_none_or(|power| near(power.as_watts(), truth.power_w)), "{which:?}");
        assert!(reading.temperature.is_none_or(|chip| near(chip.as_celsius(), truth.chip_c)), "{which:?}");
        assert!(reading.shares_accepted.is_none_or(|shares| shares == truth.shares_accepted), "{which:?}");
        assert_eq!(reading.pool.as_ref().unwrap().host.as_str(), "pool.example.org");
        let can = &learnt.profile.capabilities;
        assert!(!can.set_mode && !can.set_pool && !can.restart && !can.identify && learnt.profile.modes.is_empty());
        assert_eq!(can.measures_power, reading.power_source == Some(PowerSource::Measured));
        let kind = match &learnt.identity {
            Identity::Mac(_) => "MAC",
            Identity::Serial(_) => "serial",
            _ => "none",
        };
        let model = learnt.profile.model.as_ref().map(hmm_domain::Label::as_str);
        let firmware = learnt.profile.firmware.as_ref().map(hmm_domain::Label::as_str);
        writeln!(
            table,
            "{which:?}: {model:?}, {firmware:?}, {kind}, power {:?}, chip {}",
            reading.power_source,
            reading.temperature.is_some()
        )
        .unwrap();
        assert_eq!(bench.neighbours.snapshot(RIG).unwrap().traffic.connections_at_once_max, 1);
    }
    expect![[r#"
        Antminer: Some("Antminer S19 Pro"), Some("49.0.1.3"), serial, power None, chip true
        Vnish: Some("Antminer S19 Pro (vnish)"), Some("1.2.6"), serial, power None, chip true
        BraiinsOs: Some("Braiins OS"), Some("boser-openwrt 0.1.0-2f1a90c7"), none, power Some(Estimated), chip true
        LuxOs: Some("Antminer S19 Pro (LuxOS)"), Some("2025.4.9.151234-51ae04d2"), serial, power None, chip true
        Cgminer: None, Some("4.13.1"), none, power None, chip false
        Whatsminer: Some("Whatsminer"), Some("20220919.15.REL"), MAC, power Some(Measured), chip true
        Whatsminer3: Some("Whatsminer M60S_VK40"), Some("20251209.16.Rel2"), MAC, power Some(Measured), chip true
    "#]]
    .assert_eq(&table);
}

#[tokio::test]
async fn no_command_is_ever_sent() {
    for which in Stock::ALL {
        let bench = Bench::new(which, Duration::from_secs(5)).await;
        let learnt = bench.driver.inspect().await.unwrap();
        for command in [
            Command::Restart,
            Command::Identify,
            Command::SetPower { power: PowerState::Off },
            Command::SetMode { mode: ModeId::new("low"), clear_overheat: false },
        ] {
            let before = bench.neighbours.snapshot(RIG).unwrap().traffic.requests;
            let error = bench.driver.send(&learnt.identity, &learnt.profile, &command).await.unwrap_err();
            assert!(matches!(error, DriverError::Unsupported(_)), "{which:?}: {error}");
            assert_eq!(bench.neighbours.snapshot(RIG).unwrap().traffic.requests, before);
        }
        assert!(bench.neighbours.snapshot(RIG).unwrap().writes.is_empty());
    }
}

#[tokio::test]
async fn every_fault_and_what_a_poll_makes_of_it() {
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
        Fault::PoolDown,
    ];
    let kinds = [Stock::Antminer, Stock::BraiinsOs, Stock::Whatsminer, Stock::Whatsminer3];
    let mut table = String::new();
    for fault in faults {
        let mut cells = String::new();
        for which in kinds {
            let bench = Bench::new(which, Duration::from_millis(800)).await;
            bench.neighbours.fault(RIG, fault).await.unwrap();
            let read = bench.driver.read().await;
            if fault == Fault::Absurd {
                let reading = &read.as_ref().unwrap().reading;
                let unknown = (reading.hashrate, reading.power, reading.uptime_s);
                assert_eq!(unknown, (None, None, reading.uptime_s.filter(|_| which == Stock::Antminer)), "{which:?}");
                assert!(which == Stock::BraiinsOs || reading.temperature.is_none(), "{which:?}");
            }
            let word = read.map_or_else(|error| format!("{error:?}"), |_| "done".to_owned());
            write!(cells, "{:15} ", word.split([' ', '(', '{']).next().unwrap()).unwrap();
        }
        writeln!(table, "{:16} {}", format!("{fault:?}").split(" {").next().unwrap(), cells.trim_end()).unwrap();
    }
    expect![[r#"
        Silent           Unreachable     Unreachable     Unreachable     Unreachable
        Offline          Unreachable     Unreachable     Unreachable     Unreachable
        Slow             Unreachable     Unreachable     Unreachable     Unreachable
        Reset            Unreachable     Unreachable     Unreachable     Unreachable
        Truncated        Malformed       Malformed       Malformed       Malformed
        CutOff           Malformed       Malformed       Malformed       Unreachable
        Unauthorized401  Credentials     Credentials     Credentials     NotRecognised
        WrongTypes       done            done            done            done
        Absurd           done            done            done            done
        HugeBody         Malformed       Malformed       Malformed       Malformed
        EndlessBody      Malformed       Malformed       Malformed       Malformed
        RandomBytes      NotRecognised   NotRecognised   NotRecognised   Malformed
        OtherDevice      done            done            done            done
        PoolDown         done            done            done            done
    "#]]
    .assert_eq(&table);
}

#[tokio::test]
async fn each_knows_its_own_and_no_other() {
    let avalon = || MinerSpec::avalon(RIG, Avalon::Q, Ipv4Addr::new(127, 80, 2, 2));
    for family in ["cgminer", "whatsminer"] {
        let bench = Bench::with(avalon(), family, Duration::from_secs(1)).await;
        let error = bench.driver.inspect().await.unwrap_err();
        assert!(!matches!(error, DriverError::Refused(_)), "{family}: {error}");
    }
    for which in Stock::ALL {
        for family in ["avalon", "cgminer", "whatsminer"].into_iter().filter(|family| *family != which.family()) {
            let spec = MinerSpec::new(RIG, Model::S19, which, Ipv4Addr::new(127, 80, 2, 3));
            let bench = Bench::with(spec, family, Duration::from_secs(1)).await;
            assert!(bench.driver.inspect().await.is_err(), "{which:?} is no {family}");
        }
    }
}

#[test]
fn another_algorithm_is_not_counted_as_this_one() {
    let version = br#"{"STATUS":[{"STATUS":"S"}],"VERSION":[{"BMMiner":"1","Type":"Antminer L7"}]}"#;
    let Err(DriverError::NotRecognised(words)) = cgminer::answer(&[("version", version)]) else { panic!() };
    assert!(words.as_str().contains("algorithm"));
}

#[test]
fn a_newer_whatsminer_says_everything_where_others_have_words() {
    let summary = r#"{"STATUS":"S","When":5,"Code":131,"Msg":{"Elapsed":11367,"MHS av":122942400,"MHS 1m":123107336,
        "HS RT":123107336,"Temperature":80.00,"Env Temp":32.00,"Chip Temp Max":101.25,"Fan Speed In":4530,
        "Fan Speed Out":4540,"Power":3593,"MAC":"02:00:00:00:00:01"},"Description":"whatsminer v1.4.0"}"#;
    let refused = r#"{"STATUS":"E","When":5,"Code":14,"Msg":"invalid cmd","Description":"whatsminer v1.4.0"}"#;
    let learnt = cgminer::inspection(&[("version", refused.as_bytes()), ("summary", summary.as_bytes())]).unwrap();
    let reading = &learnt.answer.reading;
    assert_eq!(reading.hashrate.map(hmm_domain::units::Hashrate::get), Some(123_107_336_000_000));
    assert_eq!(reading.power.map(hmm_domain::units::Power::get), Some(3_593_000));
    assert_eq!(reading.temperature.map(hmm_domain::units::CentiCelsius::get), Some(10_125));
    assert_eq!((reading.uptime_s, reading.intake_temperature.is_some()), (Some(11_367), true));
    assert!(matches!(learnt.identity, Identity::Mac(_)));
    let nothing = cgminer::answer(&[("version", refused.as_bytes())]);
    assert!(matches!(nothing, Err(DriverError::NotRecognised(_))));
}

#[test]
fn whose_firmware_it_is_says_the_name_of_its_version() {
    for (version, model, firmware) in [
        (r#""BOSminer+":"1.0","Type":"S19j Pro""#, "Braiins OS", Some("1.0")),
        (r#""LUXminer":"2024.1","CGMiner":"4.12","Type":"Antminer S19""#, "Antminer S19 (LuxOS)", Some("2024.1")),
        (r#""VNish":"1.2.3","Type":"Antminer S19""#, "Antminer S19", Some("1.2.3")),
        (r#""BMMiner":"2.0","API":"3.1","Type":"Antminer S21""#, "Antminer S21", Some("2.0")),
    ] {
        let text = format!(r#"{{"STATUS":[{{"STATUS":"S"}}],"VERSION":[{{{version}}}]}}"#);
        let profile = cgminer::inspection(&[("version", text.as_bytes())]).unwrap().profile;
        assert_eq!(profile.model.as_ref().map(hmm_domain::Label::as_str), Some(model), "{version}");
        assert_eq!(profile.firmware.as_ref().map(hmm_domain::Label::as_str), firmware, "{version}");
    }
}

#[test]
fn rates_are_read_in_every_unit_and_as_text() {
    for (summary, ghs) in [
        (r#""GHS 5s":"13301.38""#, Some(13_301_380_000_000)),
        (r#""MHS 5s":13301380.0"#, Some(13_301_380_000_000)),
        (r#""THS 5s":13.30138"#, Some(13_301_380_000_000)),
        (r#""KHS 5s":13301380000"#, Some(13_301_380_000_000)),
        (r#""MHS 30s":1000"#, Some(1_000_000_000)),
        (r#""MHS av":1000"#, None),
        (r#""MHS 5s":-1"#, None),
    ] {
        let text = format!(r#"{{"SUMMARY":[{{{summary},"Accepted":1}}]}}"#);
        let version = r#"{"VERSION":[{"CGMiner":"4"}]}"#;
        let read = cgminer::answer(&[("version", version.as_bytes()), ("summary", text.as_bytes())]).unwrap().reading;
        assert_eq!(read.hashrate.map(hmm_domain::units::Hashrate::get), ghs, "{summary}");
    }
}

proptest! {
    #[test]
    fn any_bytes_never_panic(bytes: Vec<u8>) {
        for command in ["version", "summary", "stats", "pools", "version+summary"] {
            let _ = cgminer::inspection(&[("version", br#"{"VERSION":[{"CGMiner":"4"}]}"#), (command, &bytes)]);
        }
        for name in ["device", "summary", "pools"] {
            let _ = whatsminer::inspection(&[("device", br#"{"code":0,"msg":{"miner":{},"system":{}}}"#), (name, &bytes)]);
        }
    }

    #[test]
    fn any_value_in_any_place_is_read(value in prop_oneof![Just("null".to_owned()), Just("[]".to_owned()), Just("{\"a\":[]}".to_owned()), any::<f64>().prop_map(|n| serde_json::json!(n).to_string()), ".*".prop_map(|t: String| serde_json::json!(t).to_string())]) {
        let summary = format!(r#"{{"SUMMARY":[{{"Elapsed":{value},"GHS 5s":{value},"Accepted":{value},"Power":{value},"Power Mode":{value},"Chip Temp Max":{value},"Error Code Count":{value}}}]}}"#);
        let stats = format!(r#"{{"STATS":[{{"Type":"Antminer S9","miner_id":{value},"fan1":{value},"temp_chip1":{value},"temp2_1":{value},"total_rateideal":{value},"rate_unit":{value}}}]}}"#);
        let version = br#"{"VERSION":[{"CGMiner":"4"}]}"#;
        let one = cgminer::inspection(&[("version", version), ("summary", summary.as_bytes()), ("stats", stats.as_bytes())]);
        prop_assert!(one.is_ok());
        let reading = one.unwrap().answer.reading;
        prop_assert!(reading.temperature.is_none_or(|chip| (0.0..=150.0).contains(&chip.as_celsius())));
        prop_assert!(reading.power.is_none_or(|power| power.as_watts() <= 20_000.0));
        let device = format!(r#"{{"code":0,"msg":{{"miner":{{"type":{value},"working":{value}}},"system":{{"fwversion":{value}}},"network":{{"mac":{value}}}}}}}"#);
        let status = format!(r#"{{"code":0,"msg":{{"summary":{{"hash-realtime":{value},"power-realtime":{value},"board-temperature":{value},"elapsed":{value}}}}}}}"#);
        prop_assert!(whatsminer::inspection(&[("device", device.as_bytes()), ("summary", status.as_bytes())]).is_ok());
    }
}
