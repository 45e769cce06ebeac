//! Looking for miners, and adding what was found.

use super::desk::{Answer, Desk, problem};
use hmm_sim::{Fault, Generation, MinerSpec, Model};
use serde_json::{Value, json};
use std::net::Ipv4Addr;

/// A Gamma in a network of the test's own: 127.79.`net`.0/24.
fn gamma(name: &str, net: u8, place: u8) -> MinerSpec {
    MinerSpec::new(name, Model::Gamma, Generation::V2_12, Ipv4Addr::new(127, 79, net, place))
}

/// A house whose ranges and network are 127.79.`net`.0/24.
async fn street(miners: Vec<MinerSpec>, net: u8) -> Desk {
    let range = format!("127.79.{net}.0/24");
    let desk = Desk::with(miners, |config| config.network.device_ranges = vec![range.parse().unwrap()]).await;
    let body =
        json!({ "time_zone": "Europe/London", "currency": "GBP", "tariff_region": null, "home_ranges": [range] });
    let put = desk.ask("PUT", "/api/settings/house").token(&desk.admin).json(&body).send().await;
    assert_eq!(put.status, 200, "{}", put.text());
    desk
}

async fn scan(desk: &Desk, body: Value) -> Answer {
    desk.post("/api/discovery/scan").token(&desk.admin).json(&body).send().await
}

/// Scans and waits until it is over; the job and what was found.
async fn look_round(desk: &Desk) -> (Value, Vec<Value>) {
    let asked = scan(desk, json!({})).await;
    assert_eq!(asked.status, 202, "{}", asked.text());
    (settled(desk, &asked.json()["job_id"]).await, results(desk).await)
}

async fn settled(desk: &Desk, id: &Value) -> Value {
    let mut news = desk.house.engine.subscribe();
    loop {
        let job = desk.get(&format!("/api/jobs/{id}")).token(&desk.operator).send().await.json();
        if !["queued", "running"].contains(&job["state"].as_str().unwrap()) {
            return job;
        }
        news.recv().await.unwrap();
    }
}

async fn results(desk: &Desk) -> Vec<Value> {
    let page = desk.get("/api/discovery/results").token(&desk.admin).send().await;
    assert_eq!(page.status, 200, "{}", page.text());
    page.json()["items"].as_array().unwrap().clone()
}

fn at<'a>(found: &'a [Value], address: &str) -> &'a Value {
    found.iter().find(|one| one["address"] == address).unwrap_or_else(|| panic!("{address} in {found:?}"))
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_found_is_shown_with_what_is_known_already_and_added_once() {
    let desk = street(vec![gamma("blue", 1, 1), gamma("red", 1, 2)], 1).await;
    let blue = desk.add("blue").await;
    let (job, found) = look_round(&desk).await;
    assert_eq!((&job["kind"], &job["state"], &job["error"]), (&json!("discovery_scan"), &json!("done"), &Value::Null));
    assert_eq!(job["progress"], json!({ "done": 254, "total": 254 }));
    assert_eq!(
        job["results"],
        json!([{ "ranges": ["127.79.1.0/24"], "found": 2, "known": 1, "not_kept": 0, "added": 0, "followed": 0 }])
    );
    assert_eq!(found.len(), 2, "{found:?}");
    let red = at(&found, "127.79.1.2");
    let place = desk.sim.address("red").unwrap();
    let expected = json!({
        "id": red["id"], "address": "127.79.1.2", "port": place.port(), "family": "axeos", "model": "Bitaxe Gamma 601",
        "firmware": "v2.12.2", "mac": "02:a0:0e:4f:01:02", "name_suggestion": "bitaxe-red", "known_miner_id": null,
        "identity": { "kind": "mac", "value": "02:a0:0e:4f:01:02" }, "moved_from": null, "claimants": [],
        "seen_at": "2026-11-20T00:00:00Z",
    });
    assert_eq!(red, &expected);
    let known = at(&found, "127.79.1.1");
    assert_eq!((&known["known_miner_id"], &known["name_suggestion"]), (&json!(blue), &json!("blue")));

    let add = |id: &Value, body: Value| {
        desk.post(&format!("/api/discovery/results/{id}/add")).token(&desk.admin).json(&body).send()
    };
    assert_eq!(add(&known["id"], json!({})).await.is(), problem(409, "already-known"));
    let added = add(&red["id"], json!({ "tags": ["office"] })).await;
    assert_eq!(added.status, 201, "{}", added.text());
    assert_eq!((&added.json()["name"], &added.json()["tags"]), (&json!("bitaxe-red"), &json!(["office"])));
    assert_eq!(added.header("location"), format!("/api/miners/{}", added.json()["id"]));
    assert_eq!(add(&red["id"], json!({ "name": "twice" })).await.is(), problem(409, "already-known"));
    assert_eq!(at(&results(&desk).await, "127.79.1.2")["known_miner_id"], added.json()["id"]);

    let ids: Vec<_> = found.iter().map(|one| one["id"].clone()).collect();
    let again: Vec<_> = look_round(&desk).await.1.iter().map(|one| one["id"].clone()).collect();
    assert_eq!(ids, again, "a device that was seen before keeps its id");
}

#[tokio::test(flavor = "multi_thread")]
async fn s8_a_miner_that_moved_is_known_and_another_device_in_its_place_is_not_added_for_it() {
    let moved = MinerSpec { mac: "02:00:00:00:00:77".into(), ..gamma("there", 2, 20) };
    let desk = street(vec![MinerSpec { mac: moved.mac.clone(), ..gamma("here", 2, 10) }, moved], 2).await;
    let id = desk.add("here").await;
    desk.sim.fault("here", Fault::Offline).await.unwrap();
    desk.seconds(300).await;
    let (_, found) = look_round(&desk).await;
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(at(&found, "127.79.2.20")["known_miner_id"], id);
    assert_eq!(at(&found, "127.79.2.20")["moved_from"], Value::Null, "it was followed by itself");

    let desk = street(vec![gamma("red", 3, 1)], 3).await;
    let (_, found) = look_round(&desk).await;
    desk.sim.fault("red", Fault::OtherDevice).await.unwrap();
    let path = format!("/api/discovery/results/{}/add", found[0]["id"]);
    let other = desk.post(&path).token(&desk.admin).json(&json!({})).send().await;
    assert_eq!(other.is(), problem(409, "wrong-device"), "{}", other.text());
    desk.sim.fault("red", Fault::Offline).await.unwrap();
    let gone = desk.post(&path).token(&desk.admin).json(&json!({})).send().await;
    assert_eq!(gone.is(), problem(422, "device-unreachable"), "{}", gone.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn s6_a_scan_goes_only_where_miners_may_be() {
    let desk = street(vec![], 4).await;
    let refused = |ranges: Value| scan(&desk, json!({ "ranges": ranges }));
    for (ranges, pointer) in [
        (json!(["8.8.8.0/24"]), "/ranges/0"),
        (json!(["127.79.4.0/25", "192.168.1.0/24"]), "/ranges/1"),
        (json!(["127.0.0.0/8"]), "/ranges/0"),
        (json!(["0.0.0.0/0"]), "/ranges/0"),
        (json!(["home"]), "/ranges/0"),
        (json!([]), "/ranges"),
        (json!(["127.79.4.1"].repeat(17)), "/ranges"),
        (json!("127.79.4.0/24"), "/ranges"),
    ] {
        let answer = refused(ranges.clone()).await;
        assert_eq!(
            (answer.is(), &answer.json()["errors"][0]["pointer"]),
            (problem(422, "invalid"), &json!(pointer)),
            "{ranges}"
        );
    }
    // What the house stands in is not where its miners may be.
    let desk = Desk::with(vec![], |config| config.network.device_ranges = vec!["10.0.0.0/8".parse().unwrap()]).await;
    assert_eq!(scan(&desk, json!({})).await.json()["errors"][0]["pointer"], "/ranges");
    assert_eq!(desk.get("/api/jobs").token(&desk.admin).send().await.json()["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_scan_is_cancelled_at_any_time_and_there_is_one_at_a_time() {
    let desk = street(vec![gamma("slow", 5, 1), gamma("blue", 5, 2)], 5).await;
    desk.sim.fault("slow", Fault::Silent).await.unwrap();
    let mut news = desk.house.engine.subscribe();
    let id = scan(&desk, json!({})).await.json()["job_id"].clone();
    let path = format!("/api/jobs/{id}");
    // Everybody but the silent one has answered.
    while results(&desk).await.is_empty() {
        let job = desk.get(&path).token(&desk.operator).send().await.json();
        assert_ne!(job["state"], "done", "{job}");
        news.recv().await.unwrap();
    }
    assert_eq!(desk.get(&path).token(&desk.operator).send().await.json()["state"], "running");
    assert_eq!(scan(&desk, json!({})).await.is(), problem(409, "refused"));
    let cancel = |token: &str| desk.post(&format!("{path}/cancel")).token(token).send();
    assert_eq!(cancel(&desk.operator).await.is(), problem(403, "forbidden"));
    let cancelled = cancel(&desk.admin).await;
    assert_eq!(
        (cancelled.status.as_u16(), &cancelled.json()["state"]),
        (200, &json!("cancelled")),
        "{}",
        cancelled.text()
    );
    assert_eq!(results(&desk).await.len(), 1, "what was found until then stays");
    assert_eq!(cancel(&desk.admin).await.is(), problem(409, "refused"));
    desk.sim.clear_faults("slow").await.unwrap();
    assert_eq!(look_round(&desk).await.1.len(), 2, "and the next may begin");
}

#[tokio::test(flavor = "multi_thread")]
async fn results_come_in_pages_and_names_are_never_taken() {
    let same = |n: u8| MinerSpec { hostname: "bitaxe".into(), ..gamma(&format!("m{n}"), 6, n) };
    let desk = street((1..=5).map(same).collect(), 6).await;
    let (_, found) = look_round(&desk).await;
    let page = desk.get("/api/discovery/results?limit=2").token(&desk.admin).send().await.json();
    assert_eq!(page["items"], json!(found[..2]));
    let next = page["next"].as_str().unwrap();
    let rest =
        desk.get(&format!("/api/discovery/results?limit=9&cursor={next}")).token(&desk.admin).send().await.json();
    assert_eq!((&rest["items"], &rest["next"]), (&json!(found[2..]), &Value::Null));
    for (n, one) in found.iter().enumerate() {
        let path = format!("/api/discovery/results/{}/add", one["id"]);
        let added = desk.post(&path).token(&desk.admin).json(&json!({})).send().await;
        assert_eq!(added.status, 201, "{}", added.text());
        let last = one["address"].as_str().unwrap().rsplit('.').next().unwrap();
        assert_eq!(added.json()["name"], if n == 0 { "bitaxe".to_owned() } else { format!("bitaxe {last}") });
    }
    let taken = json!({ "name": " ", "tags": ["x\n"] });
    let wrong = desk.post("/api/discovery/results/1/add").token(&desk.admin).json(&taken).send().await;
    let pointers: Vec<_> = wrong.json()["errors"].as_array().unwrap().iter().map(|e| e["pointer"].clone()).collect();
    assert_eq!(pointers, ["/name", "/tags"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn s8_a_miner_with_a_password_moves_on_a_persons_word_and_takes_it_along() {
    let there = MinerSpec { mac: "02:00:00:00:00:78".into(), ..gamma("there", 84, 20) };
    let here = MinerSpec { mac: there.mac.clone(), ..gamma("here", 84, 10) };
    let desk = street(vec![here, there, gamma("blue", 84, 30)], 84).await;
    desk.sim.fault("there", Fault::Offline).await.unwrap();
    let id = desk.add("here").await;
    let path = format!("/api/miners/{id}/credentials");
    let put = desk.ask("PUT", &path).token(&desk.admin).json(&json!({ "password": "hunter2" })).send().await;
    assert_eq!(put.status, 204, "{}", put.text());
    desk.sim.fault("here", Fault::Offline).await.unwrap();
    desk.sim.clear_faults("there").await.unwrap();
    desk.seconds(300).await;
    let (_, found) = look_round(&desk).await;
    let moved = at(&found, "127.79.84.20");
    assert_eq!(moved["moved_from"], json!({ "miner_id": id, "address": "127.79.84.10", "sure": true }));

    let follow = |id: &Value| desk.post(&format!("/api/discovery/results/{id}/follow")).token(&desk.admin).send();
    let not_moved = follow(&at(&found, "127.79.84.30")["id"]).await;
    assert_eq!(not_moved.is(), problem(409, "refused"), "{}", not_moved.text());
    let followed = follow(&moved["id"]).await;
    assert_eq!((followed.status.as_u16(), &followed.json()["address"]), (200, &json!("127.79.84.20")));
    assert_eq!(follow(&moved["id"]).await.is(), problem(409, "refused"), "it is there");
    let kept = desk.house.store.secret_get(&format!("miner:{id}:credentials")).await.unwrap();
    assert!(kept.is_some_and(|kept| kept.contains("hunter2")));
    assert_eq!(at(&results(&desk).await, "127.79.84.20")["moved_from"], Value::Null);
}

#[tokio::test(flavor = "multi_thread")]
async fn several_are_added_at_once_and_each_has_its_own_answer() {
    let mut miners: Vec<_> = (1..=4).map(|n| gamma(&format!("m{n}"), 85, n)).collect();
    miners.extend([8, 9].map(|n| MinerSpec { mac: "02:00:00:00:00:79".into(), ..gamma(&format!("m{n}"), 85, n) }));
    let desk = street(miners, 85).await;
    let (_, found) = look_round(&desk).await;
    assert_eq!(found.len(), 5);
    let disputed = found.iter().find(|one| one["claimants"] != json!([])).unwrap();
    assert_eq!(disputed["claimants"], json!(["127.79.85.8", "127.79.85.9"]));
    desk.sim.fault("m2", Fault::Offline).await.unwrap();
    desk.add("m4").await;
    let add =
        |ids: Value| desk.post("/api/discovery/results/add").token(&desk.admin).json(&json!({ "ids": ids })).send();
    let id = |address: &str| at(&found, address)["id"].clone();
    let ids = [id("127.79.85.1"), id("127.79.85.2"), id("127.79.85.3"), id("127.79.85.4"), disputed["id"].clone()];
    let answer = add(json!([ids[0], ids[1], ids[2], ids[3], ids[4], 1, ids[0]])).await;
    assert_eq!(answer.status, 200, "{}", answer.text());
    let items = answer.json()["items"].as_array().unwrap().clone();
    let fate = |id: &Value| {
        let one = items.iter().find(|one| one["id"] == *id).unwrap();
        one["problem"]["type"].as_str().map_or_else(|| format!("{}", one["miner_id"].is_i64()), str::to_owned)
    };
    assert_eq!(items.len(), 6, "each once: {items:?}");
    let fates: Vec<_> = ids.iter().chain([&json!(1)]).map(fate).collect();
    let expected = ["true", "device-unreachable", "true", "already-known", "refused", "not-found"];
    let expected = expected.map(|word| if word == "true" { word.to_owned() } else { format!("/problems/{word}") });
    assert_eq!(fates, expected);
    assert_eq!(desk.house.engine.miners().len(), 3);
    for wrong in [json!([]), json!([1].repeat(101))] {
        let refused = add(wrong).await;
        assert_eq!((refused.is(), &refused.json()["errors"][0]["pointer"]), (problem(422, "invalid"), &json!("/ids")));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s9_what_the_house_does_by_itself_is_off_until_it_is_chosen() {
    let desk = street(vec![], 86).await;
    let get = async || desk.get("/api/settings/discovery").token(&desk.admin).send().await.json();
    let off = json!({ "schedule_hours": null, "auto_add": false, "ranges": ["127.79.86.0/24"] });
    assert_eq!(get().await, off);
    let put = |body: Value| desk.ask("PUT", "/api/settings/discovery").token(&desk.admin).json(&body).send();
    for hours in [0, 169] {
        let refused = put(json!({ "schedule_hours": hours, "auto_add": false })).await;
        let pointer = &refused.json()["errors"][0]["pointer"];
        assert_eq!((refused.is(), pointer), (problem(422, "invalid"), &json!("/schedule_hours")), "{hours}");
    }
    assert_eq!(get().await, off);
    let on = put(json!({ "schedule_hours": 168, "auto_add": true })).await;
    assert_eq!(on.json(), json!({ "schedule_hours": 168, "auto_add": true, "ranges": ["127.79.86.0/24"] }));
    assert_eq!(get().await, on.json());
    let audit = desk.get("/api/audit?limit=1").token(&desk.admin).send().await.json();
    let row = &audit["items"][0];
    assert_eq!((&row["action"], &row["after"]["schedule_hours"]), (&json!("settings.discovery"), &json!(168)), "{row}");
}
