//! The same request sent twice is done once.

use super::desk::{Desk, gamma, problem};
use hmm_domain::Role;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn s3_a_key_belongs_to_one_principal_route_and_body() {
    let desk = Desk::with(vec![gamma("blue")], |_| {}).await;
    let id = desk.add("blue").await;
    let restart = || desk.post(&format!("/api/miners/{id}/restart")).header("idempotency-key", "k1");
    let first = restart().token(&desk.operator).send().await;
    assert_eq!(first.status, 202, "{}", first.text());
    let again = restart().token(&desk.operator).send().await;
    assert_eq!((again.status.as_u16(), again.json()), (202, first.json()));
    assert_eq!(again.header("idempotency-replayed"), "true");
    let commands = desk.get("/api/commands").token(&desk.operator).send().await.json();
    assert_eq!(commands["items"].as_array().unwrap().len(), 1, "one command for two requests");

    let mismatch = problem(422, "idempotency-mismatch");
    assert_eq!(restart().token(&desk.admin).send().await.is(), mismatch, "another principal");
    let other = desk.post(&format!("/api/miners/{id}/identify")).header("idempotency-key", "k1");
    assert_eq!(other.token(&desk.operator).send().await.is(), mismatch, "another route");
    let mode = |mode: &str| {
        let ask = desk.post(&format!("/api/miners/{id}/mode")).token(&desk.operator).header("idempotency-key", "k2");
        ask.json(&json!({ "mode": mode })).send()
    };
    assert_eq!(mode("eco").await.status, 202);
    assert_eq!(mode("standard").await.is(), mismatch, "another body");
    desk.seconds(24 * 3_600 + 1).await;
    let next_day = restart().token(&desk.operator).send().await;
    assert_eq!((next_day.status.as_u16(), next_day.header("idempotency-replayed")), (202, ""));
}

#[tokio::test(flavor = "multi_thread")]
async fn two_at_once_under_one_key_are_done_once() {
    let desk = Desk::with(vec![gamma("blue")], |_| {}).await;
    let id = desk.add("blue").await;
    let ask = desk.post(&format!("/api/miners/{id}/restart")).token(&desk.operator).header("idempotency-key", "twice");
    let (a, b) = tokio::join!(ask.clone().send(), ask.clone().send());
    for answer in [&a, &b] {
        assert!([202, 409].contains(&answer.status.as_u16()), "{}", answer.text());
    }
    let commands = desk.get("/api/commands").token(&desk.operator).send().await.json();
    assert_eq!(commands["items"].as_array().unwrap().len(), 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_refused_for_lack_of_rights_or_of_sense_is_no_claim() {
    let desk = Desk::new().await;
    let put = |token: &str, body: serde_json::Value| {
        desk.ask("PUT", "/api/system/mode").token(token).header("idempotency-key", "k").json(&body).send()
    };
    assert_eq!(put(&desk.viewer, json!({ "mode": "paused" })).await.status, 403);
    assert_eq!(put(&desk.operator, json!({ "mode": "paused" })).await.status, 200);
    let long = desk.ask("PUT", "/api/system/mode").token(&desk.operator).header("idempotency-key", &"x".repeat(200));
    assert_eq!(long.json(&json!({ "mode": "live" })).send().await.is(), problem(422, "invalid"));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_answer_that_holds_a_secret_is_not_kept() {
    let desk = Desk::new().await;
    let ada = desk.person("ada", Role::Admin).await;
    let make = || {
        let ask = desk.post("/api/tokens").cookie(&ada).header("idempotency-key", "t");
        ask.json(&json!({ "name": "t", "scopes": ["read"] })).send()
    };
    let first = make().await;
    assert_eq!(first.status, 201);
    assert_eq!(make().await.is(), problem(409, "shown-once"));
    let secret = first.json()["token"].as_str().unwrap().to_owned();
    for file in std::fs::read_dir(desk.dir.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap_or_default();
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()));
    }
}
