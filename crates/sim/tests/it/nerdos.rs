//! NerdOS as a client without our code sees it: strict types, settings that are stored and not in force, one-time codes.

use crate::Street;
use crate::client::Client;
use expect_test::expect;
use hmm_sim::{MinerSpec, Model, Nerd, NerdRelease};
use std::fmt::Write as _;
use std::net::Ipv4Addr;

const CODE: &str = "314159";

async fn street(nerd: Nerd, model: Model) -> Street {
    Street::of(vec![MinerSpec::new("kitchen", model, nerd, Ipv4Addr::new(127, 81, 200, 1))]).await
}

async fn write(miner: &Client, headers: &str, body: &str) -> String {
    miner.send_with("PATCH", "/api/system", headers, body).await.expect("an answer").line()
}

#[tokio::test]
async fn a_value_of_another_type_is_passed_over_and_its_neighbours_are_stored() {
    let street = street(Nerd::new(NerdRelease::V1_1), Model::NerdQaxePlusPlus).await;
    let mut lines = String::new();
    for body in [
        r#"{"frequency":525.5,"coreVoltage":1130}"#,
        r#"{"frequency":"500","coreVoltage":1140}"#,
        r#"{"frequency":500,"coreVoltage":65536}"#,
        r#"{"frequency":0}"#,
        r#"{"flipscreen":0,"frequency":515}"#,
        r#"{"stratumPort":"4444","stratumURL":"new.example.org"}"#,
        r#"{"voltage":1000}"#,
        "not json",
    ] {
        let reply = write(&street.kitchen(), "", body).await;
        let info = street.kitchen().info().await;
        let pool = format!("{}:{}", info["stratumURL"], info["stratumPort"]);
        let (mhz, mv, flip) = (&info["frequency"], &info["coreVoltage"], &info["flipscreen"]);
        let _ = writeln!(lines, "{body} -> {reply:?} {mhz} MHz {mv} mV flip {flip} {pool}");
    }
    expect![[r#"
        {"frequency":525.5,"coreVoltage":1130} -> "200 " 600 MHz 1130 mV flip 1 "pool.example.org":3333
        {"frequency":"500","coreVoltage":1140} -> "200 " 600 MHz 1140 mV flip 1 "pool.example.org":3333
        {"frequency":500,"coreVoltage":65536} -> "200 " 500 MHz 1140 mV flip 1 "pool.example.org":3333
        {"frequency":0} -> "200 " 500 MHz 1140 mV flip 1 "pool.example.org":3333
        {"flipscreen":0,"frequency":515} -> "200 " 515 MHz 1140 mV flip 1 "pool.example.org":3333
        {"stratumPort":"4444","stratumURL":"new.example.org"} -> "200 " 515 MHz 1140 mV flip 1 "new.example.org":3333
        {"voltage":1000} -> "200 " 515 MHz 1140 mV flip 1 "new.example.org":3333
        not json -> "400 Invalid JSON" 515 MHz 1140 mV flip 1 "new.example.org":3333
    "#]]
    .assert_eq(&lines);
}

#[tokio::test]
async fn what_is_above_the_ceiling_is_stored_and_not_applied_and_cut_at_the_next_start() {
    let street = street(Nerd::new(NerdRelease::V1_1), Model::NerdQaxePlusPlus).await;
    assert_eq!(write(&street.kitchen(), "", r#"{"frequency":950,"coreVoltage":1500}"#).await, "200 ");
    street.advance(120).await;
    let truth = |street: &Street| street.sim.snapshot("kitchen").expect("known").truth;
    let info = street.kitchen().info().await;
    assert_eq!((info["frequency"].as_u64(), info["coreVoltage"].as_u64()), (Some(950), Some(1500)));
    assert!((truth(&street).actual_mhz - 600.0).abs() < 0.5);
    street.kitchen().post("/api/system/restart").await;
    street.advance(25).await;
    let after = truth(&street);
    assert_eq!((after.frequency_mhz, after.core_voltage_mv), (800.0, 1400));
    assert_eq!(street.kitchen().info().await["frequency"].as_u64(), Some(950));
}

#[tokio::test]
async fn a_pool_is_connected_to_at_once() {
    let street = street(Nerd::new(NerdRelease::V1_0_28), Model::NerdAxe).await;
    write(&street.kitchen(), "", r#"{"stratumURL":"new.example.org","stratumPort":4444,"stratumUser":"me"}"#).await;
    let truth = street.sim.snapshot("kitchen").expect("known").truth;
    assert_eq!((truth.pool.url.as_str(), truth.pool.port, truth.restarts), ("new.example.org", 4444, 0));
}

#[tokio::test]
async fn a_write_needs_a_code_or_a_session_and_five_wrong_ones_lock() {
    let street = street(Nerd::new(NerdRelease::V1_1).guarded_by(CODE), Model::NerdQaxePlusPlus).await;
    let miner = street.kitchen();
    let body = r#"{"frequency":500}"#;
    let mut lines = String::new();
    let _ = writeln!(lines, "none: {}", write(&miner, "", body).await);
    let _ = writeln!(lines, "code: {}", write(&miner, &format!("X-TOTP: {CODE}\r\n"), body).await);
    let opened = miner.send_with("POST", "/api/v2/otp/session", &format!("X-TOTP: {CODE}\r\n"), "").await;
    let opened = opened.expect("an answer").json();
    let session = format!("X-OTP-Session: {}\r\n", opened["token"].as_str().expect("a token"));
    let _ = writeln!(lines, "session: {} for {} ms", write(&miner, &session, body).await, opened["ttlMs"]);
    let _ = writeln!(lines, "restart: {}", miner.post("/api/system/shutdown").await.line());
    for _ in 0..4 {
        let _ = writeln!(lines, "wrong: {}", write(&miner, "X-TOTP: 000000\r\n", body).await);
    }
    let _ = writeln!(lines, "session, locked: {}", write(&miner, &session, body).await);
    street.advance(301).await;
    let _ = writeln!(lines, "session, after five minutes: {}", write(&miner, &session, body).await);
    street.advance(86_400).await;
    let _ = writeln!(lines, "session, a day later: {}", write(&miner, &session, body).await);
    expect![[r#"
        none: 401 OTP/Session required
        code: 200 
        session: 200  for 86400000 ms
        restart: 200 System will shutdown shortly.
        wrong: 401 OTP/Session required
        wrong: 401 OTP/Session required
        wrong: 401 OTP/Session required
        wrong: 401 OTP/Session required
        session, locked: 401 blocked for 5 minutes
        session, after five minutes: 200 
        session, a day later: 401 OTP/Session required
    "#]]
    .assert_eq(&lines);
}

#[tokio::test]
async fn each_release_has_its_own_paths_and_fields() {
    let mut lines = String::new();
    for release in NerdRelease::ALL {
        let street = street(Nerd::new(release).guarded_by(CODE), Model::NerdOctaxeGamma).await;
        let _ = write!(lines, "{}", release.version());
        for (method, path) in [
            ("GET", "/api/system/asic"),
            ("GET", "/api/v2/identify"),
            ("POST", "/api/otp/session"),
            ("POST", "/api/v2/otp/session"),
            ("POST", "/api/system/shutdown"),
            ("GET", "/nothing"),
        ] {
            let status = street.kitchen().send(method, path, "").await.expect("an answer").status;
            let _ = write!(lines, " {}={status}", path.trim_start_matches("/api/"));
        }
        let info = street.kitchen().info().await;
        let has: Vec<&str> =
            ["shutdown", "otp", "stratum", "hashRate_1m", "fans", "isUsingFallbackStratum", "boardVersion"]
                .into_iter()
                .filter(|key| info.get(*key).is_some())
                .collect();
        let entries = info["stratum"]["pools"].as_array().map_or(0, Vec::len);
        let _ = writeln!(lines, " {} {has:?} {entries} {}", info["deviceModel"], info["bestDiff"].is_string());
    }
    expect![[r#"
        v1.0.28 system/asic=302 v2/identify=302 otp/session=405 v2/otp/session=405 system/shutdown=405 /nothing=302 "NerdOCTAXEGamma" ["isUsingFallbackStratum"] 0 true
        v1.0.32 system/asic=200 v2/identify=302 otp/session=405 v2/otp/session=405 system/shutdown=200 /nothing=302 "NerdOCTAXE-γ" ["shutdown", "isUsingFallbackStratum"] 0 true
        v1.0.34 system/asic=200 v2/identify=302 otp/session=400 v2/otp/session=405 system/shutdown=401 /nothing=302 "NerdOCTAXE-γ" ["shutdown", "otp", "isUsingFallbackStratum"] 0 true
        v1.0.36 system/asic=200 v2/identify=302 otp/session=400 v2/otp/session=405 system/shutdown=200 /nothing=302 "NerdOCTAXE-γ" ["shutdown", "otp", "stratum", "hashRate_1m"] 1 false
        v1.1.0 system/asic=200 v2/identify=200 otp/session=405 v2/otp/session=400 system/shutdown=200 /nothing=302 "NerdOCTAXE-γ" ["shutdown", "otp", "stratum", "hashRate_1m", "fans"] 1 false
        v1.2.0 system/asic=200 v2/identify=200 otp/session=405 v2/otp/session=400 system/shutdown=200 /nothing=302 "NerdOCTAXE-γ" ["shutdown", "otp", "stratum", "hashRate_1m", "fans"] 2 false
    "#]].assert_eq(&lines);
}
