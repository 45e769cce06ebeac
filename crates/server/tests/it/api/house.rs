//! The settings of the house, and where it stands in the network.

use super::desk::{Desk, problem};
use hmm_domain::Role;
use hmm_domain::port::{Clock, FamilyRegistry, Store};
use hmm_engine::{Engine, EngineParts, EngineSettings, Tasks};
use serde_json::{Value, json};
use std::sync::Arc;
use std::time::Duration;

const PATH: &str = "/api/settings/house";

async fn shown(desk: &Desk) -> Value {
    let answer = desk.get(PATH).token(&desk.viewer).send().await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    answer.json()
}

fn lisbon() -> Value {
    json!({ "time_zone": "Europe/Lisbon", "currency": "EUR", "tariff_region": null, "home_ranges": ["192.168.7.9/24"],
        "set_up": true })
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_house_has_first_values_and_its_first_run_before_it() {
    let desk = Desk::with(vec![], |config| config.environment.time_zone = chrono_tz::Asia::Tokyo).await;
    let first = json!({ "time_zone": "Asia/Tokyo", "currency": "GBP", "tariff_region": null, "home_ranges": [],
        "set_up": false, "locked": [] });
    assert_eq!(shown(&desk).await, first);
    desk.person("ada", Role::Admin).await;
    let again = reopened(&desk).await;
    assert!(!again.house_settings().set_up, "a first run that was broken off goes on");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_decided_stays_is_audited_and_cannot_be_undone_by_halves() {
    let desk = Desk::new().await;
    let put = |body: Value| desk.ask("PUT", PATH).token(&desk.admin).json(&body).send();
    let done = put(lisbon()).await;
    assert_eq!(done.status, 200, "{}", done.text());
    assert_eq!(done.json()["home_ranges"], json!(["192.168.7.0/24"]));
    assert_eq!(shown(&desk).await, done.json());
    let mut later = lisbon();
    later["tariff_region"] = json!("H");
    later["set_up"] = json!(false);
    assert_eq!(put(later).await.json()["set_up"], true, "what is set up stays so");
    let lines = desk.get("/api/audit?entity=settings:house").token(&desk.admin).send().await.json();
    let lines = lines["items"].as_array().unwrap();
    assert_eq!(lines.len(), 2);
    assert_eq!(
        (&lines[0]["before"]["tariff_region"], &lines[0]["after"]["tariff_region"]),
        (&json!(null), &json!("H"))
    );
    assert_eq!(lines[1]["before"]["time_zone"], Value::Null, "nobody had decided");
    let kept = reopened(&desk).await.house_settings();
    assert_eq!((kept.time_zone.as_deref(), kept.set_up), (Some("Europe/Lisbon"), true));
}

#[tokio::test(flavor = "multi_thread")]
async fn settings_that_cannot_be_used_are_all_named_at_once() {
    let desk = Desk::new().await;
    let before = shown(&desk).await;
    let wrong = json!({ "time_zone": "Mars/Olympus", "currency": "gbp", "tariff_region": "I",
        "home_ranges": ["192.168.1.0/24", "8.8.8.0/24", "10.0.0.0/8"] });
    let answer = desk.ask("PUT", PATH).token(&desk.admin).json(&wrong).send().await;
    assert_eq!(answer.is(), problem(422, "invalid"));
    let pointers: Vec<_> = answer.json()["errors"].as_array().unwrap().iter().map(|e| e["pointer"].clone()).collect();
    assert_eq!(pointers, ["/time_zone", "/currency", "/tariff_region", "/home_ranges/1", "/home_ranges/2"]);
    assert_eq!(shown(&desk).await, before);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_house_that_was_lived_in_before_these_settings_counts_as_set_up() {
    let desk = Desk::new().await;
    desk.person("ada", Role::Admin).await;
    // As an earlier version left it.
    let file = desk.dir.path().join("data.db");
    let pool = sqlx::SqlitePool::connect_with(sqlx::sqlite::SqliteConnectOptions::new().filename(file)).await.unwrap();
    sqlx::query("DELETE FROM setting WHERE key = 'house'").execute(&pool).await.unwrap();
    assert!(reopened(&desk).await.house_settings().set_up);
}

/// Another engine on the same database, as after a restart.
async fn reopened(desk: &Desk) -> Arc<Engine> {
    let clock: Arc<dyn Clock> = Arc::new(desk.clock.clone());
    let settings =
        EngineSettings { poll_interval: Duration::from_secs(30), flush_every: Duration::from_mins(1), journal: None };
    let store: Arc<dyn Store> = Arc::clone(&desk.house.store);
    let families = FamilyRegistry::default();
    Engine::open(EngineParts { tasks: Tasks::new(Arc::clone(&clock)), clock, store, families, settings }).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_house_says_where_it_stands() {
    let desk = Desk::new().await;
    let answer = desk.get("/api/system/network").token(&desk.admin).send().await;
    let expected = json!({
        "container": false, "bridged": false, "host_name": "desk", "addresses": ["192.168.1.2/24"],
        "own_ranges": ["192.168.1.0/24"],
        "device_ranges": ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"], "note": null,
    });
    assert_eq!((answer.status.as_u16(), answer.json()), (200, expected));
}
