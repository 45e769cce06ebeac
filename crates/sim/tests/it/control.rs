//! The control port: what a browser test can do.

use crate::{Client, Street};
use expect_test::expect;
use futures_util::FutureExt;
use hmm_sim::{AdvanceHook, Control, Generation, SimError};
use std::fmt::Write as _;
use std::sync::Arc;

fn open(street: &Street) -> Control {
    let clock = street.clock.clone();
    let advance: AdvanceHook = Arc::new(move |by| {
        let clock = clock.clone();
        async move { clock.advance(by).await }.boxed()
    });
    Control::start(Arc::clone(&street.sim), ([127, 0, 0, 1], 0).into(), advance).expect("the port opens")
}

#[tokio::test]
async fn a_browser_test_can_turn_the_clock_and_break_a_miner() {
    let street = Street::with(Generation::V2_15).await;
    let control = open(&street);
    let desk = Client::at(control.address());
    let mut lines = String::new();
    for (method, path, body) in [
        ("POST", "/advance", r#"{"seconds":90.5}"#),
        ("POST", "/miners/kitchen/fault", r#"{"fault":"pool_down"}"#),
        ("POST", "/miners/kitchen/fault", r#"{"fault":{"slow":{"first_byte_ms":1,"drip_ms":1}}}"#),
        ("POST", "/miners/kitchen/ambient", r#"{"celsius":35}"#),
        ("POST", "/miners/kitchen/plug", r#"{"on":false}"#),
        ("POST", "/miners/kitchen/fault", r#"{"fault":"sleepy"}"#),
        ("POST", "/miners/moon/fault", r#"{"fault":"silent"}"#),
        ("POST", "/advance", r#"{"seconds":-1}"#),
        ("GET", "/nothing", ""),
    ] {
        let reply = desk.send(method, path, body).await.expect("an answer");
        let _ = writeln!(lines, "{method} {path} {body} -> {}", reply.line());
    }
    expect![[r#"
        POST /advance {"seconds":90.5} -> 200 {"ok":true}
        POST /miners/kitchen/fault {"fault":"pool_down"} -> 200 {"ok":true}
        POST /miners/kitchen/fault {"fault":{"slow":{"first_byte_ms":1,"drip_ms":1}}} -> 200 {"ok":true}
        POST /miners/kitchen/ambient {"celsius":35} -> 200 {"ok":true}
        POST /miners/kitchen/plug {"on":false} -> 200 {"ok":true}
        POST /miners/kitchen/fault {"fault":"sleepy"} -> 400 {"error":"unknown variant `sleepy`, expected one of `silent`, `offline`, `slow`, `reset`, `truncated`, `cut_off`, `redirect302`, `unauthorized401`, `wrong_types`, `overheat`, `stuck_shares`, `stuck_until_restart`, `reject_shares`, `pool_down`, `absurd`, `huge_body`, `endless_body`, `random_bytes`, `other_device`, `latency`, `ignore_writes`, `refuse_writes`, `drop_after_write`, `calibrating` at line 1 column 17"}
        POST /miners/moon/fault {"fault":"silent"} -> 404 {"error":"there is no simulated miner \"moon\""}
        POST /advance {"seconds":-1} -> 400 {"error":"seconds must be between 0 and a year"}
        GET /nothing  -> 404 {"error":"the control port knows no such path"}
    "#]].assert_eq(&lines);
    let world = desk.get("/world").await.json();
    let kitchen = &world["miners"][0];
    expect![[r#"
        "kitchen" "off" 35.0 ["pool_down",{"slow":{"drip_ms":1,"first_byte_ms":1}}] "v2.15.0" "gamma"
    "#]]
    .assert_eq(&format!(
        "{} {} {} {} {} {}\n",
        kitchen["name"],
        kitchen["power"],
        kitchen["ambient_c"],
        kitchen["faults"],
        kitchen["firmware"],
        kitchen["model"]
    ));
    desk.send("DELETE", "/miners/kitchen/faults", "").await.expect("an answer");
    assert!(street.sim.snapshot("kitchen").expect("known").faults.is_empty());
    control.stop().await;
    assert!(desk.connect().await.is_err());
}

#[tokio::test]
async fn the_control_port_is_on_loopback_only_and_no_page_may_use_it() {
    let street = Street::with(Generation::V2_15).await;
    let anywhere = Control::start(Arc::clone(&street.sim), ([0, 0, 0, 0], 0).into(), Arc::new(|_| async {}.boxed()));
    assert!(matches!(anywhere, Err(SimError::NotLoopback(_))));
    let control = open(&street);
    let desk = Client::at(control.address());
    let reply = desk.send_with("GET", "/world", "Origin: http://localhost:8080\r\n", "").await.expect("an answer");
    assert_eq!(reply.status, 403);
}
