//! Miners through the door: added, read, wished for, removed; S6, S7, S8, D1, D9, H5, H8.

use super::desk::{Desk, gamma, problem};
use hmm_domain::Role;
use hmm_sim::Fault;
use serde_json::{Value, json};

async fn one() -> (Desk, i64) {
    let desk = Desk::with(vec![gamma("blue")], |_| {}).await;
    let id = desk.add("blue").await;
    desk.seconds(60).await;
    (desk, id)
}

async fn miner(desk: &Desk, id: i64) -> Value {
    desk.get(&format!("/api/miners/{id}")).token(&desk.viewer).send().await.json()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_miner_is_shown_exactly_as_the_contract_says() {
    let (desk, id) = one().await;
    let shown = miner(&desk, id).await;
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    for key in [
        "id",
        "name",
        "family",
        "model",
        "firmware",
        "address",
        "port",
        "mac",
        "enabled",
        "tags",
        "state",
        "state_since",
        "stale",
        "capabilities",
        "identity",
        "temperature_limit_c",
        "pool_sees_it",
        "desired",
        "observed",
        "latest",
    ] {
        assert!(keys(&shown).contains(&key.to_owned()), "{key} in {shown}");
    }
    assert_eq!(keys(&shown["desired"]), ["mode", "pool", "power"]);
    assert_eq!(keys(&shown["observed"]), ["mode", "pool_id", "power"]);
    assert_eq!(keys(&shown["identity"]), ["kind", "value"]);
    let mut latest = keys(&shown["latest"]);
    latest.sort();
    let mut wanted = [
        "at",
        "hashrate_hs",
        "hashrate_1m_hs",
        "expected_hashrate_hs",
        "power_w",
        "power_source",
        "temperature_c",
        "vr_temperature_c",
        "fan_rpm",
        "fan_pct",
        "frequency_mhz",
        "core_voltage_mv",
        "shares_accepted",
        "shares_rejected",
        "best_difficulty",
        "pool_url",
        "uptime_s",
        "rssi_dbm",
    ];
    wanted.sort_unstable();
    assert_eq!(latest, wanted);
    assert_eq!((&shown["family"], &shown["state"]), (&json!("axeos"), &json!("mining")));
    assert_eq!(shown["identity"]["value"], shown["mac"]);
    assert!(shown["latest"]["at"].as_str().unwrap().ends_with('Z'));
    let listed = desk.get("/api/miners").token(&desk.viewer).send().await.json();
    assert_eq!(listed, json!({ "items": [shown], "next": null }));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_fleet_comes_in_pages_and_by_tag_and_state() {
    let desk = Desk::with((0..5).map(|n| gamma(&format!("m{n}"))).collect(), |_| {}).await;
    for n in 0..5 {
        desk.add(&format!("m{n}")).await;
    }
    let names = |page: &Value| page["items"].as_array().unwrap().iter().map(|m| m["name"].clone()).collect::<Vec<_>>();
    let first = desk.get("/api/miners?limit=3").token(&desk.viewer).send().await.json();
    assert_eq!(names(&first), ["m0", "m1", "m2"]);
    let next = format!("/api/miners?limit=3&cursor={}", first["next"].as_str().unwrap());
    let second = desk.get(&next).token(&desk.viewer).send().await.json();
    assert_eq!((names(&second), &second["next"]), (vec![json!("m3"), json!("m4")], &Value::Null));
    let tags = json!({ "tags": ["office", "quiet"] });
    assert_eq!(desk.ask("PATCH", "/api/miners/2").token(&desk.admin).json(&tags).send().await.status, 200);
    let tagged = desk.get("/api/miners?tag=quiet").token(&desk.viewer).send().await.json();
    assert_eq!(names(&tagged), ["m1"]);
    let tags = desk.get("/api/tags").token(&desk.viewer).send().await.json();
    assert_eq!(tags["items"], json!([{ "name": "office", "miners": 1 }, { "name": "quiet", "miners": 1 }]));
    let off = desk.get("/api/miners?state=offline").token(&desk.viewer).send().await.json();
    assert_eq!(names(&off), Vec::<Value>::new());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_added_says_why() {
    let (desk, _) = one().await;
    let at = desk.sim.address("blue").unwrap();
    let add = |body: Value| desk.post("/api/miners").token(&desk.admin).json(&body).send();
    let known = add(json!({ "name": "again", "address": at.ip().to_string(), "port": at.port() })).await;
    assert_eq!(known.is(), problem(409, "already-known"));
    let taken = add(json!({ "name": "blue", "address": "127.78.200.1", "verify": false, "family": "axeos" })).await;
    assert_eq!(taken.is(), problem(409, "name-taken"));
    let silent = add(json!({ "name": "x", "address": "127.78.200.1" })).await;
    assert_eq!(silent.is(), problem(422, "device-unreachable"));
    let wrong = add(json!({ "name": " x", "address": "http://1.2.3.4/", "tags": [""] })).await;
    let pointers: Vec<_> = wrong.json()["errors"].as_array().unwrap().iter().map(|e| e["pointer"].clone()).collect();
    assert_eq!(pointers, ["/name", "/address", "/tags"]);
    let family = add(json!({ "name": "x", "address": "127.78.200.1", "family": "none such" })).await;
    assert_eq!(family.json()["errors"][0]["pointer"], "/family");
}

#[tokio::test(flavor = "multi_thread")]
async fn s6_only_an_administrator_says_where_devices_are_and_only_where_miners_may_live() {
    let (desk, id) = one().await;
    let path = format!("/api/miners/{id}");
    for body in [json!({ "port": 22 }), json!({ "address": "192.168.1.77" }), json!({ "may_overclock": true })] {
        let answer = desk.ask("PATCH", &path).token(&desk.operator).json(&body).send().await;
        assert_eq!(answer.is(), problem(403, "forbidden"), "{body}");
    }
    let add = json!({ "name": "x", "address": "192.168.1.77", "port": 22 });
    assert_eq!(desk.post("/api/miners").token(&desk.operator).json(&add).send().await.is(), problem(403, "forbidden"));
    for address in ["127.0.0.1", "169.254.169.254", "10.0.0.1", "::1", "::ffff:127.0.0.1", "0.0.0.0", "8.8.8.8"] {
        let body = json!({ "name": "x", "address": address });
        let answer = desk.post("/api/miners").token(&desk.admin).json(&body).send().await;
        assert_eq!(answer.is(), problem(422, "device-not-allowed"), "{address}");
    }
    let off = desk.ask("PATCH", &path).token(&desk.operator).json(&json!({ "enabled": false })).send().await;
    assert_eq!((off.status.as_u16(), &off.json()["state"]), (200, &json!("disabled")));
}

#[tokio::test(flavor = "multi_thread")]
async fn who_answers_can_be_asked_before_it_is_added() {
    let desk = Desk::with(vec![gamma("blue"), gamma("red")], |_| {}).await;
    let ask = |body: Value| desk.post("/api/miners/inspect").token(&desk.admin).json(&body).send();
    let place = |name: &str| {
        let at = desk.sim.address(name).unwrap();
        json!({ "address": at.ip().to_string(), "port": at.port() })
    };
    let said = ask(place("blue")).await;
    assert_eq!(said.status, 200, "{}", said.text());
    let said = said.json();
    assert_eq!((&said["family"], &said["model"]), (&json!("axeos"), &json!("Bitaxe Gamma 601")), "{said}");
    assert_eq!((&said["known_miner_id"], &said["identity"]["value"]), (&Value::Null, &said["mac"]), "{said}");
    assert!(said["name_suggestion"].as_str().is_some_and(|name| !name.is_empty()), "{said}");
    let nobody = desk.get("/api/miners").token(&desk.viewer).send().await.json();
    assert_eq!(nobody["items"], json!([]), "asking adds nobody");
    let id = desk.add("blue").await;
    let known = ask(place("blue")).await.json();
    assert_eq!((&known["known_miner_id"], &known["name_suggestion"]), (&json!(id), &json!("blue")));
    // A name that is free: two devices of one model do not get the same.
    let red = ask(place("red")).await.json()["name_suggestion"].clone();
    assert_ne!(red, "blue");
    assert_eq!(ask(json!({ "address": "127.78.200.1" })).await.is(), problem(422, "device-unreachable"));
    let wrong = ask(json!({ "address": "http://1.2.3.4/", "port": 0 })).await.json();
    let pointers: Vec<_> = wrong["errors"].as_array().unwrap().iter().map(|e| e["pointer"].clone()).collect();
    assert_eq!(pointers, ["/address", "/port"]);
    let forbidden = desk.post("/api/miners/inspect").token(&desk.operator).json(&place("red")).send().await;
    assert_eq!(forbidden.is(), problem(403, "forbidden"));
}

#[tokio::test(flavor = "multi_thread")]
async fn s6_what_was_not_recognised_is_not_shown() {
    let desk = Desk::with(vec![gamma("blue")], |_| {}).await;
    desk.sim.fault("blue", Fault::Redirect302).await.unwrap();
    let at = desk.sim.address("blue").unwrap();
    let body = json!({ "name": "x", "address": at.ip().to_string(), "port": at.port() });
    let answer = desk.post("/api/miners").token(&desk.admin).json(&body).send().await;
    assert!(["device-not-recognised", "device-malformed"].contains(&answer.problem().as_str()), "{}", answer.text());
    assert!(!answer.text().contains("hashRate"), "{}", answer.text());
    let place = json!({ "address": at.ip().to_string(), "port": at.port() });
    let asked = desk.post("/api/miners/inspect").token(&desk.admin).json(&place).send().await;
    assert!(["device-not-recognised", "device-malformed"].contains(&asked.problem().as_str()), "{}", asked.text());
    assert!(!asked.text().contains("hashRate"), "{}", asked.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn s7_a_new_place_forgets_what_the_miner_signs_in_with() {
    let (desk, id) = one().await;
    let name = format!("miner:{id}:credentials");
    let keep = async || desk.house.store.secret_put(&name, Some("secret")).await.unwrap();
    let kept = async || desk.house.store.secret_get(&name).await.unwrap().is_some();
    let change = |body: Value| desk.ask("PATCH", &format!("/api/miners/{id}")).token(&desk.admin).json(&body).send();
    keep().await;
    assert_eq!(change(json!({ "name": "red" })).await.status, 200);
    assert!(kept().await, "a new name is no new place");
    change(json!({ "port": 8_099 })).await;
    assert!(!kept().await, "another port is another place");
    keep().await;
    change(json!({ "address": "127.78.250.1" })).await;
    assert!(!kept().await, "another address is another place");
    keep().await;
    assert_eq!(desk.ask("DELETE", &format!("/api/miners/{id}")).token(&desk.admin).send().await.status, 204);
    assert!(!kept().await, "and a miner that is gone needs none");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_device_wants_to_let_us_in_is_tried_before_it_is_kept_and_never_shown() {
    let (desk, id) = one().await;
    let path = format!("/api/miners/{id}/credentials");
    let put = |body: Value| desk.ask("PUT", &path).token(&desk.admin).json(&body).send();
    let kept = async || desk.house.store.secret_get(&format!("miner:{id}:credentials")).await.unwrap();
    let first = json!({ "user": "root", "password": "tulip-9" });
    assert_eq!(put(first).await.status, 204);
    assert!(kept().await.unwrap().contains("tulip-9"));
    desk.sim.fault("blue", Fault::Unauthorized401).await.unwrap();
    assert_eq!(put(json!({ "password": "wrong" })).await.problem(), "credentials-refused");
    desk.sim.fault("blue", Fault::Offline).await.unwrap();
    assert_eq!(put(json!({ "password": "wrong" })).await.problem(), "device-unreachable");
    assert!(kept().await.unwrap().contains("tulip-9"), "what did not let us in replaces nothing");
    assert_eq!(put(json!({ "password": "two\nlines" })).await.json()["errors"][0]["pointer"], "/password");
    let code = desk.post(&format!("{path}/session")).token(&desk.admin).json(&json!({ "code": "123456" }));
    assert_eq!(code.send().await.problem(), "unsupported", "a Bitaxe knows no one-time codes");
    let audit = desk.get("/api/audit").token(&desk.admin).send().await;
    assert!(audit.text().contains("miner.credentials") && !audit.text().contains("tulip-9"));
    assert_eq!(desk.ask("DELETE", &path).token(&desk.admin).send().await.status, 204, "forgotten without asking it");
    assert_eq!(kept().await, None);
}

#[tokio::test(flavor = "multi_thread")]
async fn s8_credentials_are_not_kept_for_another_device_than_the_miner() {
    let (desk, id) = one().await;
    desk.sim.fault("blue", Fault::OtherDevice).await.unwrap();
    let put = desk.ask("PUT", &format!("/api/miners/{id}/credentials")).token(&desk.admin);
    let answer = put.json(&json!({ "password": "tulip-9" })).send().await;
    assert_eq!(answer.problem(), "wrong-device", "{}", answer.text());
    assert_eq!(desk.house.store.secret_get(&format!("miner:{id}:credentials")).await.unwrap(), None);
}

#[tokio::test(flavor = "multi_thread")]
async fn d1_names_that_people_type_are_taken_as_they_stand_or_not_at_all() {
    let (desk, id) = one().await;
    let path = format!("/api/miners/{id}");
    let ada = desk.person("ada", Role::Admin).await;
    for name in ["", "\u{1b}[31mred", "two\nlines", "\u{202e}evil", " x ", &"x".repeat(65), "a\u{0}b", "\u{200b}"] {
        let answer = desk.ask("PATCH", &path).token(&desk.admin).json(&json!({ "name": name })).send().await;
        assert_eq!(
            (answer.problem(), &answer.json()["errors"][0]["pointer"]),
            ("invalid".into(), &json!("/name")),
            "{name:?}"
        );
        let body = json!({ "name": name, "password": "a long enough password", "role": "viewer" });
        let answer = desk.post("/api/users").cookie(&ada).json(&body).send().await;
        assert_eq!(answer.json()["errors"][0]["pointer"], "/name", "{name:?}");
    }
    let odd = desk.ask("PATCH", &path).token(&desk.admin).json(&json!({ "name": "<b>Küche & 2</b>" })).send().await;
    assert_eq!(odd.json()["name"], "<b>Küche & 2</b>", "escaping is each exit's work");
}

#[tokio::test(flavor = "multi_thread")]
async fn d9_raw_replies_are_an_operators_and_masked_and_live_readings_too() {
    let (desk, id) = one().await;
    let path = format!("/api/miners/{id}/raw");
    assert_eq!(desk.get(&path).token(&desk.viewer).send().await.is(), problem(403, "forbidden"));
    let raw = desk.get(&path).token(&desk.operator).send().await;
    assert_eq!(raw.status, 200);
    assert!(raw.json().to_string().contains("hashRate"), "{}", raw.text());
    assert_eq!(raw.json()["ssid"], "••••", "{}", raw.text());
    let live = format!("/api/miners/{id}/telemetry?live=true");
    assert_eq!(desk.get(&live).token(&desk.viewer).send().await.is(), problem(403, "forbidden"));
    let polls = async || format!("{:?}", desk.sim.snapshot("blue").unwrap().traffic);
    let fresh = desk.get(&live).token(&desk.operator).send().await;
    assert_eq!(fresh.status, 200, "{}", fresh.text());
    let before = polls().await;
    for _ in 0..5 {
        assert_eq!(desk.get(&live).token(&desk.operator).send().await.status, 200);
    }
    assert_eq!(polls().await, before, "the device's poll gap is kept");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wish_is_carried_out_confirmed_and_ended() {
    let (desk, id) = one().await;
    let modes = desk.get(&format!("/api/miners/{id}/modes")).token(&desk.viewer).send().await.json();
    assert!(modes["items"].as_array().unwrap().iter().any(|mode| mode["id"] == "eco"), "{modes}");
    let path = format!("/api/miners/{id}/mode");
    let wish = |body: Value| desk.post(&path).token(&desk.operator).json(&body).send();
    assert_eq!(wish(json!({ "mode": "warp" })).await.json()["errors"][0]["pointer"], "/mode");
    assert_eq!(wish(json!({ "mode": "eco", "until": "tomorrow" })).await.json()["errors"][0]["pointer"], "/until");
    assert_eq!(wish(json!({ "mode": "turbo" })).await.is(), problem(409, "refused"), "H6");
    let taken = wish(json!({ "mode": "eco", "until": "told" })).await;
    assert_eq!(taken.status, 202, "{}", taken.text());
    desk.seconds(240).await;
    let command = format!("/api/commands/{}", taken.json()["command_id"]);
    let command = desk.get(&command).token(&desk.operator).send().await.json();
    assert_eq!((&command["state"], &command["value"]), (&json!("confirmed"), &json!("eco")), "{command}");
    let shown = miner(&desk, id).await;
    assert_eq!(shown["observed"]["mode"], "eco");
    assert_eq!(
        (&shown["desired"]["mode"]["value"], &shown["desired"]["mode"]["owner"]),
        (&json!("eco"), &json!("override"))
    );
    assert_eq!(shown["desired"]["mode"]["goes_back_to"], "standard", "what follows can be said before it happens");
    let end = desk.ask("DELETE", &format!("/api/miners/{id}/override?field=mode")).token(&desk.operator).send().await;
    assert_eq!(end.status, 204);
    desk.seconds(240).await;
    assert_eq!(miner(&desk, id).await["observed"]["mode"], "standard");
    let verdict = desk.get("/api/audit/verify").token(&desk.admin).send().await.json();
    assert_eq!(verdict["verdict"], "whole");
    let lines = desk.get(&format!("/api/audit?entity=miner:{id}&limit=2")).token(&desk.admin).send().await.json();
    assert_eq!(lines["items"].as_array().unwrap().len(), 2);
    assert!(lines["next"].is_string());
}

#[tokio::test(flavor = "multi_thread")]
async fn h5_a_miner_leaves_as_told_and_its_history_stays_unless_told() {
    let (desk, id) = one().await;
    let path = format!("/api/miners/{id}");
    let wrong = desk.ask("DELETE", &format!("{path}?then=explode")).token(&desk.admin).send().await;
    assert_eq!(wrong.is(), problem(422, "invalid"));
    assert_eq!(desk.ask("DELETE", &format!("{path}?then=leave")).token(&desk.admin).send().await.status, 204);
    assert_eq!(desk.get(&path).token(&desk.viewer).send().await.is(), problem(404, "not-found"));
    assert_eq!(desk.get("/api/miners").token(&desk.viewer).send().await.json()["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn h8_all_off_and_hands_off_are_one_call_each() {
    let desk = Desk::with(vec![gamma("blue"), gamma("red")], |_| {}).await;
    let (blue, red) = (desk.add("blue").await, desk.add("red").await);
    desk.seconds(60).await;
    assert_eq!(desk.post("/api/miners/all-off").token(&desk.viewer).send().await.is(), problem(403, "forbidden"));
    let all = desk.post("/api/miners/all-off").token(&desk.operator).send().await;
    assert_eq!(all.status, 202, "{}", all.text());
    assert_eq!(all.json()["items"].as_array().unwrap().len(), 2);
    for id in [blue, red] {
        let power = miner(&desk, id).await["desired"]["power"].clone();
        assert_eq!((&power["value"], &power["until"]), (&json!("off"), &Value::Null), "until a person says otherwise");
    }
    let mode =
        |mode: &str| desk.ask("PUT", "/api/system/mode").token(&desk.operator).json(&json!({ "mode": mode })).send();
    assert_eq!(mode("paused").await.status, 200);
    let refused = desk.post(&format!("/api/miners/{blue}/restart")).token(&desk.operator).send().await;
    let command = format!("/api/commands/{}", refused.json()["command_id"]);
    let command = desk.get(&command).token(&desk.operator).send().await.json();
    assert_eq!(command["state"], "refused", "{command}");
    // It began in DRY-RUN, and pausing twice does not make the pause its own way back.
    assert_eq!(mode("paused").await.json(), json!({ "mode": "paused", "before": "dry_run" }));
    let seen = desk.get("/api/system/mode").token(&desk.viewer).send().await.json();
    assert_eq!(seen, json!({ "mode": "paused", "before": "dry_run" }));
    assert_eq!(mode("live").await.json(), json!({ "mode": "live", "before": null }));
    assert_eq!(mode("paused").await.json()["before"], "live");
}

#[tokio::test(flavor = "multi_thread")]
async fn samples_become_a_chart() {
    let (desk, id) = one().await;
    desk.seconds(600).await;
    let path = format!("/api/miners/{id}/telemetry/series?metric=power&points=20");
    let one = desk.get(&path).token(&desk.viewer).send().await.json();
    assert_eq!((&one["metric"], &one["unit"], &one["miner_id"]), (&json!("power"), &json!("w"), &json!(id)));
    let points = one["points"].as_array().unwrap();
    assert!(!points.is_empty(), "{one}");
    for point in points {
        let [at, min, avg, max] = std::array::from_fn(|n| point[n].as_f64().unwrap());
        assert!(at > 1e12 && min <= avg && avg <= max && (5.0..40.0).contains(&avg), "{point}");
        assert!(point[0].is_i64() || point[0].is_u64(), "milliseconds are whole: {point}");
    }
    let many = format!("/api/telemetry/series?miner_ids={id}&metric=hashrate");
    let many = desk.get(&many).token(&desk.viewer).send().await.json();
    assert_eq!(many["items"][0]["miner_id"], id);
    let fleet = "/api/telemetry/series?scope=fleet&algorithm=sha256d&metric=hashrate";
    let fleet = desk.get(fleet).token(&desk.viewer).send().await;
    assert_eq!((fleet.status.as_u16(), &fleet.json()["metric"]), (200, &json!("hashrate")), "{}", fleet.text());
    for bad in
        ["metric=nothing", "metric=power&points=0", "metric=power&from=2026-01-02T00:00:00Z&to=2026-01-01T00:00:00Z"]
    {
        let answer = desk.get(&format!("/api/miners/{id}/telemetry/series?{bad}")).token(&desk.viewer).send().await;
        assert_eq!(answer.is(), problem(422, "invalid"), "{bad}");
    }
    let warm = "/api/telemetry/series?scope=fleet&algorithm=sha256d&metric=temperature";
    assert_eq!(desk.get(warm).token(&desk.viewer).send().await.is(), problem(422, "invalid"), "they do not add up");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_system_says_how_it_is() {
    let (desk, _) = one().await;
    let system = desk.get("/api/system").token(&desk.viewer).send().await.json();
    assert_eq!((&system["mode"], &system["uptime_s"]), (&json!("dry_run"), &json!(60)));
    assert_eq!(system["database"]["engine"], "SQLite", "{system}");
    desk.ask("PUT", "/api/system/mode").token(&desk.admin).json(&json!({ "mode": "live" })).send().await;
    desk.seconds(1).await;
    let events = desk.get("/api/events?limit=5").token(&desk.operator).send().await.json();
    assert!(events["items"].as_array().is_some_and(|items| !items.is_empty()), "{events}");
    let metrics = desk.get("/metrics").token(&desk.admin).send().await.text();
    assert!(metrics.contains("hmm_miner_hashrate_hs{"), "{metrics}");
}

#[tokio::test(flavor = "multi_thread")]
async fn s8_another_device_at_a_known_address_is_never_commanded() {
    let desk = Desk::with(vec![gamma("blue"), gamma("red")], |_| {}).await;
    let blue = desk.add("blue").await;
    desk.seconds(60).await;
    let red = desk.sim.address("red").unwrap();
    let moved = json!({ "address": red.ip().to_string(), "port": red.port() });
    desk.ask("PATCH", &format!("/api/miners/{blue}")).token(&desk.admin).json(&moved).send().await;
    let taken = desk.post(&format!("/api/miners/{blue}/restart")).token(&desk.operator).send().await;
    desk.seconds(300).await;
    if taken.status == 202 {
        let command = format!("/api/commands/{}", taken.json()["command_id"]);
        let command = desk.get(&command).token(&desk.operator).send().await.json();
        assert!(["failed", "refused"].contains(&command["state"].as_str().unwrap()), "{command}");
    }
    assert_eq!(format!("{:?}", desk.sim.snapshot("red").unwrap().writes), "[]", "nothing was written to it");
}

#[tokio::test(flavor = "multi_thread")]
async fn d6_the_audit_log_holds_every_change_and_proves_it() {
    let (desk, id) = one().await;
    let ada = desk.person("ada", Role::Admin).await;
    desk.post("/api/tokens").cookie(&ada).json(&json!({ "name": "t", "scopes": ["read"] })).send().await;
    let user = json!({ "name": "bob", "password": "a long enough password", "role": "viewer" });
    let bob = desk.post("/api/users").cookie(&ada).json(&user).send().await.json()["id"].clone();
    desk.ask("PATCH", &format!("/api/users/{bob}")).cookie(&ada).json(&json!({ "role": "operator" })).send().await;
    desk.ask("PATCH", &format!("/api/miners/{id}")).cookie(&ada).json(&json!({ "name": "red" })).send().await;
    desk.ask("PUT", "/api/system/mode").cookie(&ada).json(&json!({ "mode": "live" })).send().await;
    desk.ask("DELETE", &format!("/api/users/{bob}")).cookie(&ada).send().await;
    let log = desk.get("/api/audit?actor=ada").token(&desk.admin).send().await.json();
    let intents: Vec<_> = log["items"].as_array().unwrap().iter().filter(|row| row["settles"].is_null()).collect();
    let actions: Vec<_> = intents.iter().map(|row| row["action"].as_str().unwrap()).collect();
    assert_eq!(actions, ["user.remove", "system.mode", "miner.change", "user.role", "user.add", "token.create"]);
    let role = intents[3];
    assert_eq!((&role["before"], &role["after"]), (&json!("viewer"), &json!("operator")));
    assert_eq!(role["actor"]["address"], "192.168.1.50");
    assert!(!log.to_string().contains("a long enough password"));
    let verdict = desk.get("/api/audit/verify").token(&desk.admin).send().await.json();
    assert_eq!(verdict["verdict"], "whole", "{verdict}");
    assert_eq!(desk.get("/api/audit/verify").token(&desk.operator).send().await.is(), problem(403, "forbidden"));
}

#[tokio::test(flavor = "multi_thread")]
async fn backups_are_listed_and_downloaded_by_number() {
    let desk = Desk::new().await;
    let folder = desk.dir.path().join("backups");
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(folder.join("hmm-20261101T031000Z.hmmbak"), "everything").unwrap();
    std::fs::write(folder.join("half.new"), "half").unwrap();
    let list = desk.get("/api/backups").token(&desk.admin).send().await.json();
    assert_eq!((list["items"].as_array().unwrap().len(), &list["items"][0]["size_bytes"]), (1, &json!(10)), "{list}");
    let path = format!("/api/backups/{}/download", list["items"][0]["id"]);
    let file = desk.get(&path).token(&desk.admin).send().await;
    assert_eq!((file.text().as_str(), file.header("content-length")), ("everything", "10"));
    assert!(file.header("content-disposition").contains("hmm-20261101T031000Z.hmmbak"));
    assert_eq!(desk.get(&path).token(&desk.operator).send().await.is(), problem(403, "forbidden"));
}
