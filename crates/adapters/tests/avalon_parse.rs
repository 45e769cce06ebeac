//! What an Avalon says and what is read from it, sample by sample. The samples are made for this purpose.
//!
//! **Invariant:** a number may be absent, and may not be wrong: not of another place, another model or another time.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on says so")]

mod common;

use common::known;
use expect_test::{Expect, expect};
use hmm_adapters::miners::avalon::{answer, inspection};
use hmm_domain::miner::Identity;
use hmm_domain::port::DriverError;
use hmm_domain::reading::PowerSource;
use hmm_domain::units::CentiCelsius;
use hmm_domain::{ModeId, Reading};
use proptest::prelude::*;
use std::fmt::Write;

fn stats(words: &str) -> String {
    format!(
        r#"{{"STATUS":[{{"STATUS":"S","When":5,"Code":70,"Msg":"m"}}],"STATS":[{{"ID":"AVALON0","MM ID0":"{words}"}}],"id":1}}"#
    )
}

fn reading(words: &str) -> Reading {
    answer(&[("stats", stats(words).as_bytes())]).unwrap().reading
}

fn version(fields: &str) -> String {
    format!(r#"{{"STATUS":[{{"STATUS":"S","Code":22,"Msg":"m"}}],"VERSION":[{{{fields}}}],"id":1}}"#)
}

fn check(words: &str, expected: &Expect) {
    expected.assert_eq(&known(&reading(words)));
}

#[test]
fn a_working_nano_3s_says_all_of_this() {
    check(
        "Ver[Nano3s-1] LVer[26010101_abc] SYSTEMSTATU[Work: In Work, Hash Board: 1] Elapsed[100] DH[2.130%] ITemp[-273] \
         OTemp[58] TMax[96] TAvg[90] TarT[90] Fan1[1720] FanR[36%] PS[0 0 27697 4 0 3678 132] GHSspd[6423.03] \
         GHSmm[6580.20] GHSavg[6372.55] Freq[450.95] PING[71] SoftOFF[0] ECHU[0] WORKMODE[2] WORKLEVEL[0] MPO[133] ADJ[1]",
        &expect![[r#"
            calibrating              false
            error_pct                213
            expected_hashrate        6580200000000
            fan                      1720
            fan_pct                  3600
            firmware                 "26010101_abc"
            frequency                450950
            hashrate                 6423030000000
            mode                     "high"
            paused                   false
            power                    132000
            power_source             "measured"
            power_target             133000
            response_ms              71
            temperature              9600
            uptime_s                 100
        "#]],
    );
}

#[test]
fn a_q_at_rest_says_no_rate_of_before_and_no_temperature() {
    check(
        "Ver[Q-1] STATE[2] SYSTEMSTATU[Work: In Idle, Hash Board: 1] ITemp[26] HBITemp[27] HBOTemp[29] TMax[0] TAvg[0] \
         Fan1[0] Fan2[0] FanR[0%] PS[0 1222 4 0 0 2245 6] GHSspd[0.00] GHSmm[55032.79] GHSavg[44499.41] Freq[282.86] \
         PING[0] SoftOFF[4] WORKMODE[0] MPO[800] ADJ[1] RSSI[0]",
        &expect![[r#"
            board_temperature        2900
            calibrating              false
            fan                      0
            fan2                     0
            fan_pct                  0
            firmware                 "Q-1"
            frequency                282860
            hashrate                 0
            intake_temperature       2600
            mode                     "low"
            paused                   true
            power                    6000
            power_source             "measured"
            power_target             800000
        "#]],
    );
}

#[test]
fn watts_come_from_where_this_model_prints_them() {
    let mut table = String::new();
    for (what, words) in [
        ("3S high", "Ver[Nano3s-1] GHSspd[1] PS[0 0 27697 4 0 3678 132] MPO[133]"),
        ("3S medium", "Ver[Nano3s-1] GHSspd[1] PS[0 0 27575 3 0 3782 94] MPO[100]"),
        ("3S, longer", "Ver[Nano3s-1] GHSspd[1] PS[0 0 27458 4 0 3990 130 3400 4100] MPO[133]"),
        ("Nano 3", "Ver[nano3-1] GHSspd[1] PS[0 0 0 3 2780 92 314] MPO[90]"),
        ("Q idle", "Ver[Q-1] GHSspd[0] PS[0 1222 4 0 0 2245 146] MPO[800]"),
        ("A1246", "Ver[1246-83] GHSspd[1] PS[0 1214 1316 242 3189 1320 3504] MPO[3200]"),
        ("A15, wall too", "Ver[15-194-1] GHSspd[1] PS[0 1209 1187 297 3526 1188 3731] WALLPOWER[3731] MPO[3515]"),
        ("A10, six", "Ver[1066-1] GHSspd[1] PS[0 1212 1319 243 3206 1319]"),
        ("wall alone", "Ver[15-194-1] GHSspd[1] WALLPOWER[3731] MPO[3515]"),
        ("five", "Ver[Nano3s-1] GHSspd[1] PS[0 0 27458 4 0]"),
        ("none", "Ver[Nano3s-1] GHSspd[1] PS[]"),
        ("no number", "Ver[Nano3s-1] GHSspd[1] PS[0 0 27458 4 0 3990 x] MPO[133]"),
        ("negative", "Ver[Nano3s-1] GHSspd[1] PS[0 0 27458 4 0 3990 -1] MPO[133]"),
        ("above twice the target", "Ver[Nano3s-1] GHSspd[1] PS[0 0 27458 4 0 3990 267] MPO[133]"),
        ("no target, too much", "Ver[15-194-1] GHSspd[1] PS[0 1209 1187 297 3526 1188 4600]"),
        ("nothing while it works", "Ver[Nano3s-1] GHSspd[6400] PS[0 0 0 0 0 0 0] MPO[133]"),
        ("nothing at rest", "Ver[Q-1] GHSspd[0] PS[0 0 0 0 0 0 0] SoftOFF[1] MPO[800]"),
        ("Nano 3, cut short", "Ver[nano3-1] GHSspd[1] PS[0 0 0 3 2780] MPO[90]"),
        ("unknown model, seven", "Ver[Nano9-1] GHSspd[1] PS[0 0 27697 4 0 3678 132] MPO[133]"),
    ] {
        let reading = reading(words);
        let watts = reading.power.map(hmm_domain::units::Power::as_watts);
        writeln!(table, "{what:24} {watts:?} {:?}", reading.power_source).unwrap();
        assert_eq!(watts.is_some(), reading.power_source.is_some());
    }
    expect![[r#"
        3S high                  Some(132.0) Some(Measured)
        3S medium                Some(94.0) Some(Measured)
        3S, longer               Some(130.0) Some(Measured)
        Nano 3                   Some(92.0) Some(Measured)
        Q idle                   Some(146.0) Some(Measured)
        A1246                    Some(3504.0) Some(Measured)
        A15, wall too            Some(3731.0) Some(Measured)
        A10, six                 Some(3206.0) Some(Estimated)
        wall alone               Some(3731.0) Some(Measured)
        five                     None None
        none                     None None
        no number                None None
        negative                 None None
        above twice the target   None None
        no target, too much      None None
        nothing while it works   None None
        nothing at rest          Some(0.0) Some(Measured)
        Nano 3, cut short        None None
        unknown model, seven     Some(132.0) Some(Measured)
    "#]]
    .assert_eq(&table);
}

#[test]
fn several_modules_are_counted_together_or_not_at_all() {
    let both = |second: &str| {
        let text = format!(
            r#"{{"STATS":[{{"ID":"AVA100","MM ID0":"Ver[1066-1] GHSspd[50000.5] TMax[70] PS[0 0 0 0 0 0 2000]","MM ID1":"{second}"}}]}}"#
        );
        answer(&[("stats", text.as_bytes())]).unwrap().reading
    };
    let two = both("Ver[1066-1] GHSspd[49000.0] TMax[75] PS[0 0 0 0 0 0 2100]");
    assert_eq!(two.hashrate.unwrap().get(), 99_000_500_000_000);
    assert_eq!((two.power.unwrap().as_watts(), two.power_source), (4_100.0, Some(PowerSource::Measured)));
    assert_eq!(two.temperature, Some(CentiCelsius::degrees(75)));
    let poor = both("Ver[1066-1] TMax[75]");
    assert_eq!((poor.hashrate, poor.power), (None, None), "half a fleet's rate is a wrong one");
}

#[test]
fn an_empty_string_in_one_reply_does_not_hide_the_whole_one_in_another() {
    let (empty, whole) = (stats(""), stats("Ver[Q-1] GHSspd[50000] PS[0 1 2 3 4 5 800] MPO[800]"));
    let one = answer(&[("stats", empty.as_bytes()), ("estats", whole.as_bytes())]).unwrap().reading;
    assert_eq!((one.hashrate.unwrap().get(), one.power.unwrap().get()), (50_000_000_000_000, 800_000));
    let mute = answer(&[("stats", empty.as_bytes())]).unwrap().reading;
    assert_eq!(mute, Reading::default(), "it is an Avalon, and nothing is known of it");
}

#[test]
fn modes_are_told_by_the_number_that_the_model_counts_with() {
    let mut table = String::new();
    for words in [
        "Ver[Nano3s-1] WORKMODE[0]",
        "Ver[Nano3s-1] WORKMODE[1] WORKLEVEL[0]",
        "Ver[Nano3s-1] MODE[2] LEVEL[0]",
        "Ver[Nano3s-1] WORKMODE[7]",
        "Ver[Nano3s-1] WORKMODE[high]",
        "Ver[Nano3s-1] WORKLEVEL[0]",
        "Ver[nano3-1] WORKLEVEL[0]",
        "Ver[nano3-1] WORKLEVEL[2]",
        "Ver[Q-1] WORKMODE[1]",
        "Ver[Mini3-1] WORKMODE[2] WORKLEVEL[-1]",
        "Ver[Mini3-1] WORKMODE[0] WORKLEVEL[0]",
        "Ver[15-194-1] WORKMODE[1]",
        "Ver[Nano9-1] WORKMODE[1]",
    ] {
        let mode = reading(words).mode;
        writeln!(table, "{words:42} {:?}", mode.as_ref().map(ModeId::as_str)).unwrap();
    }
    expect![[r#"
        Ver[Nano3s-1] WORKMODE[0]                  Some("low")
        Ver[Nano3s-1] WORKMODE[1] WORKLEVEL[0]     Some("medium")
        Ver[Nano3s-1] MODE[2] LEVEL[0]             Some("high")
        Ver[Nano3s-1] WORKMODE[7]                  Some("custom")
        Ver[Nano3s-1] WORKMODE[high]               None
        Ver[Nano3s-1] WORKLEVEL[0]                 None
        Ver[nano3-1] WORKLEVEL[0]                  Some("low")
        Ver[nano3-1] WORKLEVEL[2]                  Some("high")
        Ver[Q-1] WORKMODE[1]                       Some("medium")
        Ver[Mini3-1] WORKMODE[2] WORKLEVEL[-1]     Some("low")
        Ver[Mini3-1] WORKMODE[0] WORKLEVEL[0]      Some("high")
        Ver[15-194-1] WORKMODE[1]                  None
        Ver[Nano9-1] WORKMODE[1]                   None
    "#]]
    .assert_eq(&table);
}

#[test]
fn rest_calibration_and_faults_are_told_apart() {
    let mut table = String::new();
    for words in [
        "SoftOFF[0] STATE[1] ADJ[1] SYSTEMSTATU[Work: In Work, Hash Board: 1] GHSspd[5]",
        "SoftOFF[4] STATE[2] ADJ[1] SYSTEMSTATU[Work: In Idle, Hash Board: 1] GHSspd[0]",
        "STATE[2]",
        "SoftOFF[0]",
        "GHSspd[0]",
        "ADJ[0]",
        "SYSTEMSTATU[Work: In Fault, Hash Board: 1] PS[2 0 0 0 0 0 5]",
        "SYSTEMSTATU[Work: In Work, Hash Board: 1] PS[2 0 0 0 0 0 5]",
        "SYSTEMSTATU[Work: In Fault] ECHU[0 512 0] ECMM[0]",
        "PS[2049 0 0 0 0 0 5]",
    ] {
        let one = reading(&format!("Ver[Q-1] {words}"));
        let fault = one.fault.as_ref().map_or("", |fault| fault.as_str());
        writeln!(
            table,
            "paused {:?} calibrating {:?} overheated {:?} {fault}",
            one.paused, one.calibrating, one.overheated
        )
        .unwrap();
    }
    expect![[r#"
        paused Some(false) calibrating Some(false) overheated None 
        paused Some(true) calibrating Some(false) overheated None 
        paused Some(true) calibrating None overheated None 
        paused Some(false) calibrating None overheated None 
        paused None calibrating None overheated None 
        paused None calibrating Some(true) overheated None 
        paused None calibrating None overheated Some(true) it says that it is in fault; its power supply reports: too hot
        paused None calibrating None overheated None its power supply reports: too hot
        paused None calibrating None overheated None it says that it is in fault; its hash board reports error 512
        paused None calibrating None overheated None its power supply reports: input voltage too low, fan
    "#]].assert_eq(&table);
}

#[test]
fn temperatures_of_sensors_that_are_not_there_are_unknown() {
    let one = reading("Ver[Q-1] TMax[0] ITemp[-273] HBITemp[-273] HBOTemp[0]");
    assert_eq!((one.temperature, one.intake_temperature, one.board_temperature), (None, None, None));
    let cold = reading("Ver[Q-1] TMax[12] ITemp[-8] HBITemp[5]");
    assert_eq!(cold.intake_temperature, Some(CentiCelsius::degrees(-8)));
    assert_eq!((cold.temperature.unwrap().as_celsius(), cold.board_temperature.unwrap().as_celsius()), (12.0, 5.0));
    assert_eq!(reading("Ver[nano3-1] Temp[52]").intake_temperature, Some(CentiCelsius::degrees(52)));
    assert_eq!(reading("Ver[Q-1] TMax[99999]").temperature, None);
    assert_eq!(reading("Ver[1246-1] MTmax[77 78 76]").temperature, Some(CentiCelsius::degrees(78)));
}

#[test]
fn who_it_is_says_its_mac_else_a_number_of_its_own() {
    let id = |version_fields: &str, words: &str| {
        let version = version(version_fields);
        answer(&[("version", version.as_bytes()), ("stats", stats(words).as_bytes())]).unwrap().identity
    };
    let serial = |text: &str| Identity::Serial(text.into());
    assert_eq!(
        id(r#""PROD":"Avalon Q","MAC":"e0e1a9000001","DNA":"0201000000000001""#, ""),
        Identity::from_mac("e0e1a9000001").unwrap()
    );
    assert_eq!(
        id(r#""PROD":"Avalon Q","MAC":"000000000000","DNA":"0201000000000001""#, ""),
        serial("0201000000000001")
    );
    assert_eq!(
        id(r#""PROD":"Avalonnano""#, "DNA[0000000000000000] HDNA[02010000000000AB]"),
        serial("02010000000000ab")
    );
    assert_eq!(id(r#""PROD":"Avalon Q","DNA":"<DELETED>""#, "DNA[ffffffffffffffff]"), Identity::None);
}

#[test]
fn rates_without_the_momentary_one_come_from_the_shortest_average_of_a_device_that_works() {
    let with = |words: &str, summary: &str| {
        let summary = format!(r#"{{"SUMMARY":[{{{summary}}}]}}"#);
        answer(&[("stats", stats(words).as_bytes()), ("summary", summary.as_bytes())]).unwrap().reading.hashrate
    };
    let rate = |ghs: u64| Some(hmm_domain::units::Hashrate::new(ghs * 1_000_000_000));
    assert_eq!(with("GHSspd[6400.0]", r#""MHS 5s":1.0"#), rate(6_400));
    assert_eq!(with("Ver[Q-1]", r#""MHS 5s":"6400000.00","MHS av":1.0"#), rate(6_400));
    assert_eq!(with("Ver[Q-1]", r#""GHS 5s":6400"#), rate(6_400));
    assert_eq!(with("Ver[Q-1] SoftOFF[4]", r#""MHS 5s":6400000.0"#), None, "a rate of before the rest");
    assert_eq!(with("GHSspd[1e300]", r#""MHS 5s":1.0"#), None, "nonsense is not replaced by a guess");
    assert_eq!(with("Ver[Q-1]", r#""MHS av":6400000.0"#), None, "an average since start is no rate of now");
}

#[test]
fn pools_are_read_with_their_slots() {
    let pools = r#"{"POOLS":[
        {"POOL":1,"URL":"stratum+tcp://b.example:3334","Status":"Alive","Priority":1,"User":"u.2","Stratum Active":true,"Stratum Difficulty":8192.0},
        {"POOL":0,"URL":"stratum+tcp://a.example:3333","Status":"Dead","Priority":0,"User":"u.1","Stratum Active":false},
        {"POOL":2,"URL":"","User":""},{"POOL":"x","URL":"y"},7]}"#;
    let one = answer(&[("stats", stats("Ver[Q-1]").as_bytes()), ("pools", pools.as_bytes())]).unwrap().reading;
    let shown: Vec<String> = one
        .pool_slots
        .iter()
        .map(|slot| format!("{} {} {:?} {:?}", slot.slot, slot.host, slot.active, slot.alive))
        .collect();
    assert_eq!(shown, ["0 a.example Some(false) Some(false)", "1 b.example Some(true) Some(true)"]);
    let (now, set) = (one.pool.unwrap(), one.pool_set.unwrap());
    assert_eq!(
        (now.host.as_str(), now.fallback, set.host.as_str(), set.tls),
        ("b.example", Some(true), "a.example", Some(false))
    );
    assert_eq!(one.pool_difficulty.unwrap().get(), 8_192);
}

#[test]
fn what_is_not_ours_is_not_recognised_and_never_shown() {
    for body in [
        version(r#""BMMiner":"4.11.1","Type":"Antminer S19""#),
        version(r#""BOSer":"boser-openwrt""#),
        version(r#""PROD":"Whatever","MODEL":"Avalon""#),
        version(r#""CGMiner":"4.11.1","API":"3.7""#),
        r#"{"STATUS":"S","Code":131,"Msg":{"fw_ver":"1"}}"#.to_owned(),
        "{}".to_owned(),
        "HTTP/1.1 400 Bad Request\r\n\r\n".to_owned(),
    ] {
        let Err(DriverError::NotRecognised(words)) = answer(&[("version", body.as_bytes())]) else { panic!("{body}") };
        assert!(!words.as_str().contains("Antminer") && !words.as_str().contains("boser"), "{words}");
    }
    let denied = r#"{"STATUS":[{"STATUS":"E","Code":45,"Msg":"Access denied to 'version' command"}]}"#;
    assert!(matches!(answer(&[("version", denied.as_bytes())]), Err(DriverError::Credentials(_))));
}

#[test]
fn d9_the_wifi_name_and_passwords_are_hidden_in_the_raw_reply() {
    let pools = r#"{"POOLS":[{"POOL":0,"URL":"stratum+tcp://a.example:1","User":"u","Password":"secret1"}]}"#;
    let words = stats("Ver[Q-1] SSID[my home] RSSI[-50]");
    let raw = answer(&[("stats", words.as_bytes()), ("pools", pools.as_bytes())]).unwrap().raw.to_string();
    assert!(!raw.contains("my home") && !raw.contains("secret1") && raw.contains("RSSI[-50]"), "{raw}");
}

#[test]
fn what_it_does_not_list_it_is_not_offered() {
    let help = |list: &str| format!(r#"{{"STATUS":[{{"STATUS":"I","Code":118,"Msg":"ASC 0 set info: {list}"}}]}}"#);
    let learnt = |words: &str, help: Option<&str>| {
        inspection(&[("stats", stats(words).as_bytes())], help.map(str::as_bytes)).unwrap().profile
    };
    let q = "Ver[Q-1] WORKMODE[0] GHSspd[1] PS[0 0 0 0 0 0 700]";
    let all = learnt(q, Some(&help("help|workmode|fan-spd|softon|softoff|reboot|target-temp|")));
    assert_eq!((all.modes.len(), all.capabilities.fan_pct, all.capabilities.restart), (3, Some((15, 100)), true));
    assert!(all.capabilities.target_temperature.is_some());
    let poor = learnt(q, Some(&help("help|voltage|softon|")));
    assert!(poor.modes.is_empty() && !poor.capabilities.set_mode && !poor.capabilities.restart);
    assert_eq!(poor.capabilities.power_off, hmm_domain::miner::PowerOff::None, "off without on is no standby");
    let mute = learnt(q, None);
    assert_eq!((mute.modes.len(), mute.capabilities.power_off), (3, hmm_domain::miner::PowerOff::Standby));
    let denied = r#"{"STATUS":[{"STATUS":"E","Code":45,"Msg":"Access denied to 'ascset' command"}]}"#;
    let closed = learnt(q, Some(denied));
    assert!(!closed.capabilities.set_mode && !closed.capabilities.set_pool && !closed.capabilities.restart);
    let nano = learnt("Ver[nano3-1] WORKMODE[1]", Some(&help("help|workmode|reboot|")));
    assert_eq!(nano.modes.len(), 3, "a Nano 3 that prints modes is set by modes");
}

proptest! {
    #[test]
    fn any_bytes_never_panic(bytes: Vec<u8>) {
        for command in ["version", "summary", "stats", "pools", "version+summary"] {
            let _ = answer(&[(command, &bytes)]);
            let _ = inspection(&[("stats", stats("Ver[Q-1] WORKMODE[0]").as_bytes()), (command, &bytes)], Some(&bytes));
        }
    }

    #[test]
    fn any_words_are_read_within_bounds(words in "([A-Za-z0-9]{1,8}\\[[ -Z^-~]{0,20}\\] ){0,20}", numbers in prop::collection::vec(any::<f64>(), 0..12)) {
        let list: Vec<String> = numbers.iter().map(ToString::to_string).collect();
        let words = words.replace(['"', '\\'], "");
        let first = numbers.first().copied().unwrap_or(1.0);
        let one = reading(&format!("{words} PS[{}] GHSspd[{first}] TMax[{first}] MPO[{first}] FanR[{first}]", list.join(" ")));
        prop_assert!(one.power.is_none_or(|power| power.as_watts() <= 20_000.0));
        prop_assert!(one.temperature.is_none_or(|chip| (0.0..=150.0).contains(&chip.as_celsius())));
        prop_assert!(one.power.is_some() == one.power_source.is_some());
    }

    #[test]
    fn any_fields_of_any_type_are_read(value in prop_oneof![Just("null".to_owned()), Just("[]".to_owned()), Just("{}".to_owned()), any::<f64>().prop_map(|n| serde_json::json!(n).to_string()), ".*".prop_map(|t: String| serde_json::json!(t).to_string())]) {
        let summary = format!(r#"{{"SUMMARY":[{{"Elapsed":{value},"MHS 5s":{value},"Accepted":{value},"Best Share":{value}}}]}}"#);
        let pools = format!(r#"{{"POOLS":[{{"POOL":{value},"URL":{value},"User":{value},"Priority":{value},"Stratum Active":{value}}}]}}"#);
        let version = version(&format!(r#""PROD":"Avalon Q","MAC":{value},"LVERSION":{value}"#));
        let one = answer(&[("version", version.as_bytes()), ("summary", summary.as_bytes()), ("pools", pools.as_bytes())]);
        prop_assert!(one.is_ok());
    }
}
