//! What writes do, to whom, since when; and the record of them.

use crate::Street;
use expect_test::expect;
use hmm_sim::{Generation, Write};
use std::fmt::Write as _;

#[tokio::test]
async fn frequency_and_voltage_act_live_and_the_rate_follows() {
    let street = Street::with(Generation::V2_12).await;
    let miner = street.kitchen();
    assert_eq!(miner.patch(r#"{"frequency":400,"coreVoltage":1000}"#).await.line(), "200 ");
    let info = miner.info().await;
    assert_eq!((info["frequency"].as_i64(), info["coreVoltage"].as_i64()), (Some(400), Some(1000)));
    let before = street.sim.snapshot("kitchen").expect("known").truth.power_w;
    street.advance(120).await;
    let truth = street.sim.snapshot("kitchen").expect("known").truth;
    assert!((truth.actual_mhz, truth.restarts) == (400.0, 0) && truth.power_w < before - 5.0);
}

#[tokio::test]
async fn a_wrong_value_saves_nothing_and_an_unknown_key_is_ignored() {
    let street = Street::with(Generation::V2_12).await;
    let mut lines = String::new();
    for body in [
        r#"{"frequency":400,"coreVoltage":"1000"}"#,
        r#"{"frequency":400,"temptarget":67}"#,
        r#"{"frequency":0}"#,
        r#"{"coreVoltage":65536}"#,
        r#"{"overheat_mode":1}"#,
        r#"{"hostname":"with blank"}"#,
        r#"not json"#,
        r#"{"voltage":1000}"#,
        r#"{"fanspeed":30}"#,
        r#"{"frequency":65535,"coreVoltage":1}"#,
    ] {
        let reply = street.kitchen().patch(body).await.line();
        let info = street.kitchen().info().await;
        let _ = writeln!(lines, "{body} -> {reply:?} {} MHz {} mV", info["frequency"], info["coreVoltage"]);
    }
    expect![[r#"
        {"frequency":400,"coreVoltage":"1000"} -> "400 Wrong API input" 525 MHz 1150 mV
        {"frequency":400,"temptarget":67} -> "400 Wrong API input" 525 MHz 1150 mV
        {"frequency":0} -> "400 Wrong API input" 525 MHz 1150 mV
        {"coreVoltage":65536} -> "400 Wrong API input" 525 MHz 1150 mV
        {"overheat_mode":1} -> "400 Wrong API input" 525 MHz 1150 mV
        {"hostname":"with blank"} -> "400 Wrong API input" 525 MHz 1150 mV
        not json -> "400 Invalid JSON" 525 MHz 1150 mV
        {"voltage":1000} -> "200 " 525 MHz 1150 mV
        {"fanspeed":30} -> "200 " 525 MHz 1150 mV
        {"frequency":65535,"coreVoltage":1} -> "200 " 65535 MHz 1 mV
    "#]]
    .assert_eq(&lines);
}

#[tokio::test]
async fn flat_pool_keys_work_until_2_14_after_a_restart_and_are_ignored_by_2_15() {
    let body = r#"{"stratumURL":"new.example.org","stratumPort":4444,"stratumUser":"me","stratumPassword":"secret"}"#;
    let mut lines = String::new();
    for generation in Generation::ALL {
        let street = Street::with(generation).await;
        let miner = street.kitchen();
        let status = miner.patch(body).await.status;
        let stored = miner.info().await["stratumURL"].clone();
        let pool = |street: &Street| street.sim.snapshot("kitchen").expect("known").truth.pool.url;
        let before = pool(&street);
        miner.post("/api/system/restart").await;
        street.advance(30).await;
        let _ = writeln!(lines, "{generation:?} {status} stored {stored} running {before} then {}", pool(&street));
    }
    expect![[r#"
        V2_4 200 stored "new.example.org" running pool.example.org then new.example.org
        V2_10 200 stored "new.example.org" running pool.example.org then new.example.org
        V2_12 200 stored "new.example.org" running pool.example.org then new.example.org
        V2_14 200 stored "new.example.org" running pool.example.org then new.example.org
        V2_15 200 stored "pool.example.org" running pool.example.org then pool.example.org
    "#]]
    .assert_eq(&lines);
}

#[tokio::test]
async fn the_pool_list_of_2_15_is_written_whole_or_not_at_all() {
    let street = Street::with(Generation::V2_15).await;
    let miner = street.kitchen();
    let mut lines = String::new();
    for (method, path, body) in [
        ("PATCH", "/api/system", r#"{"pools":[{"id":0,"stratumURL":"a.example.org","stratumPort":1}]}"#),
        ("PATCH", "/api/system", r#"{"pools":[{"id":8,"stratumURL":"a","stratumPort":1,"stratumUser":"u"}]}"#),
        ("PATCH", "/api/system", r#"{"primaryPoolIndex":5}"#),
        (
            "PATCH",
            "/api/system",
            r#"{"pools":[{"id":3,"stratumURL":"d.example.org","stratumPort":3,"stratumUser":"u"}],"primaryPoolIndex":3}"#,
        ),
        ("PUT", "/api/system/pools/0", r#"{"stratumURL":"a.example.org","stratumPort":0,"stratumUser":"u"}"#),
        (
            "PUT",
            "/api/system/pools/0",
            r#"{"stratumURL":"a.example.org","stratumPort":1,"stratumUser":"u","stratumPassword":"*****"}"#,
        ),
        ("DELETE", "/api/system/pools/3", ""),
        ("DELETE", "/api/system/pools/1", ""),
        ("DELETE", "/api/system/pools/0", ""),
        ("PUT", "/api/system/pools/x", "{}"),
    ] {
        let status = miner.send(method, path, body).await.expect("an answer").status;
        let info = miner.info().await;
        let urls: Vec<String> = info["pools"]
            .as_array()
            .expect("a list")
            .iter()
            .map(|pool| format!("{}:{}", pool["id"], pool["stratumURL"]))
            .collect();
        let _ = writeln!(
            lines,
            "{method:<6} {status} primary {} flat {} list {}",
            info["primaryPoolIndex"],
            info["stratumURL"],
            urls.join(" ")
        );
    }
    expect![[r#"
        PATCH  400 primary 0 flat "pool.example.org" list 0:"pool.example.org" 1:"backup.example.org"
        PATCH  400 primary 0 flat "pool.example.org" list 0:"pool.example.org" 1:"backup.example.org"
        PATCH  400 primary 0 flat "pool.example.org" list 0:"pool.example.org" 1:"backup.example.org"
        PATCH  200 primary 3 flat "d.example.org" list 0:"pool.example.org" 1:"backup.example.org" 3:"d.example.org"
        PUT    400 primary 3 flat "d.example.org" list 0:"pool.example.org" 1:"backup.example.org" 3:"d.example.org"
        PUT    200 primary 3 flat "d.example.org" list 0:"a.example.org" 1:"backup.example.org" 3:"d.example.org"
        DELETE 400 primary 3 flat "d.example.org" list 0:"a.example.org" 1:"backup.example.org" 3:"d.example.org"
        DELETE 400 primary 3 flat "d.example.org" list 0:"a.example.org" 1:"backup.example.org" 3:"d.example.org"
        DELETE 200 primary 3 flat "d.example.org" list 1:"backup.example.org" 3:"d.example.org"
        PUT    302 primary 3 flat "d.example.org" list 1:"backup.example.org" 3:"d.example.org"
    "#]]
    .assert_eq(&lines);
}

#[tokio::test]
async fn what_a_generation_cannot_do_is_a_redirect() {
    let mut lines = String::new();
    for generation in Generation::ALL {
        let street = Street::with(generation).await;
        let _ = write!(lines, "{generation:?}");
        for (method, path) in [
            ("POST", "/api/system/identify"),
            ("POST", "/api/system/pause"),
            ("POST", "/api/system/resume"),
            ("GET", "/api/system/statistics"),
            ("DELETE", "/api/system/pools/5"),
            ("GET", "/nothing"),
        ] {
            let status = street.kitchen().send(method, path, "").await.expect("an answer").status;
            let _ = write!(lines, " {}={status}", path.rsplit('/').next().expect("a name"));
        }
        lines.push('\n');
    }
    expect![[r#"
        V2_4 identify=302 pause=302 resume=302 statistics=302 5=302 nothing=302
        V2_10 identify=302 pause=302 resume=302 statistics=200 5=302 nothing=302
        V2_12 identify=200 pause=302 resume=302 statistics=200 5=302 nothing=302
        V2_14 identify=200 pause=200 resume=200 statistics=200 5=302 nothing=302
        V2_15 identify=200 pause=200 resume=200 statistics=200 5=400 nothing=302
    "#]]
    .assert_eq(&lines);
}

#[tokio::test]
async fn a_restart_is_told_in_text_first_and_in_json_later() {
    let mut lines = String::new();
    for generation in Generation::ALL {
        let reply = Street::with(generation).await.kitchen().post("/api/system/restart").await;
        let _ = writeln!(lines, "{generation:?} {}", reply.line());
    }
    expect![[r#"
        V2_4 200 System will restart shortly.
        V2_10 200 System will restart shortly.
        V2_12 200 System will restart shortly.
        V2_14 200 {"message":"System will restart shortly."}
        V2_15 200 {"message":"System will restart shortly."}
    "#]]
    .assert_eq(&lines);
}

#[tokio::test]
async fn pause_stops_the_chips_and_resume_starts_them() {
    let street = Street::with(Generation::V2_15).await;
    let miner = street.kitchen();
    assert_eq!(miner.post("/api/system/pause").await.line(), r#"200 {"message":"Mining paused"}"#);
    street.advance(60).await;
    let truth = street.sim.snapshot("kitchen").expect("known").truth;
    assert!(truth.paused && !truth.hashing && truth.power_w < 4.0);
    miner.post("/api/system/resume").await;
    street.advance(60).await;
    assert!(street.sim.snapshot("kitchen").expect("known").truth.hashing);
}

#[tokio::test]
async fn identify_says_hi_and_asked_again_stops() {
    let street = Street::with(Generation::V2_12).await;
    let miner = street.kitchen();
    let says =
        |reply: crate::client::Answer| reply.json()["message"].as_str().expect("a text").contains("for 30 seconds");
    assert!(says(miner.post("/api/system/identify").await));
    assert!(!says(miner.post("/api/system/identify").await));
    street.advance(31).await;
    assert!(says(miner.post("/api/system/identify").await));
    assert_eq!(street.sim.snapshot("kitchen").expect("known").truth.identifies, 3);
}

#[tokio::test]
async fn every_write_is_on_record_with_its_outcome_and_reads_are_not() {
    let street = Street::with(Generation::V2_12).await;
    let miner = street.kitchen();
    miner.info().await;
    miner.patch(r#"{"frequency":490}"#).await;
    street.advance(5).await;
    miner.patch(r#"{"frequency":"fast"}"#).await;
    miner.post("/api/system/pause").await;
    let snapshot = street.sim.snapshot("kitchen").expect("known");
    let mut lines = String::new();
    for Write { at_ms, method, path, body, status, acted } in &snapshot.writes {
        let after = (at_ms - crate::START.millis()) / 1000;
        let _ = writeln!(lines, "+{after} s {method} {path} {body} {status} {acted}");
    }
    expect![[r#"
        +0 s PATCH /api/system {"frequency":490} 200 true
        +5 s PATCH /api/system {"frequency":"fast"} 400 false
        +5 s POST /api/system/pause  302 false
    "#]]
    .assert_eq(&lines);
    assert_eq!((snapshot.truth.flash_writes, snapshot.traffic.requests), (1, 4));
}

#[tokio::test]
async fn a_page_from_elsewhere_is_kept_out() {
    let street = Street::with(Generation::V2_12).await;
    let mut lines = String::new();
    for origin in
        ["http://192.168.1.20", "http://home.local:8080", "https://example.org", "http://127.0.0.1:8080", "null"]
    {
        let headers = format!("Origin: {origin}\r\n");
        let reply = street.kitchen().send_with("GET", "/api/system/info", &headers, "").await.expect("an answer");
        let _ = writeln!(lines, "{origin} {}", reply.status);
    }
    expect![[r#"
        http://192.168.1.20 200
        http://home.local:8080 200
        https://example.org 401
        http://127.0.0.1:8080 401
        null 401
    "#]]
    .assert_eq(&lines);
}
