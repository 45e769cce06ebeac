//! Bulk operations and tuning profiles through the front door.

use super::desk::{Desk, gamma, problem};
use serde_json::{Value, json};

async fn street(count: usize) -> (Desk, Vec<i64>) {
    let names: Vec<String> = (0..count).map(|n| format!("m{n}")).collect();
    let desk = Desk::with(names.iter().map(|name| gamma(name)).collect(), |_| {}).await;
    let mut ids = Vec::new();
    for name in &names {
        ids.push(desk.add(name).await);
    }
    (desk, ids)
}

/// The job's lines, once it is over.
async fn over(desk: &Desk, job: &Value) -> Vec<Value> {
    for _ in 0..200 {
        let shown = desk.get(&format!("/api/jobs/{job}")).token(&desk.operator).send().await.json();
        if shown["state"] == "done" {
            return shown["results"].as_array().unwrap().clone();
        }
        desk.seconds(10).await;
    }
    panic!("job {job} is not over");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_bulk_change_answers_with_a_job_that_has_a_line_for_each_miner() {
    let (desk, ids) = street(3).await;
    let body = json!({ "ids": ids, "mode": "eco", "until": "told" });
    let taken = desk.post("/api/miners/bulk/mode").token(&desk.operator).json(&body).send().await;
    assert_eq!(taken.status, 202);
    let lines = over(&desk, &taken.json()["job_id"]).await;
    let told: Vec<_> =
        lines.iter().map(|line| (line["name"].as_str().unwrap(), line["outcome"].as_str().unwrap())).collect();
    assert_eq!(told, [("m0", "confirmed"), ("m1", "confirmed"), ("m2", "confirmed")]);
    assert!(lines.iter().all(|line| line["command_id"].is_i64()));
    let tags = json!({ "ids": ids, "add": ["attic"] });
    let denied = desk.post("/api/miners/bulk/tags").token(&desk.operator).json(&tags).send().await;
    assert_eq!(denied.is(), problem(403, "forbidden"));
    let taken = desk.post("/api/miners/bulk/tags").token(&desk.admin).json(&tags).send().await;
    over(&desk, &taken.json()["job_id"]).await;
    assert_eq!(
        desk.get(&format!("/api/miners/{}", ids[2])).token(&desk.viewer).send().await.json()["tags"],
        json!(["attic"])
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_a_bulk_request_is_said_before_anything_is_sent() {
    let (desk, ids) = street(1).await;
    let bad = [
        ("restart", json!({ "ids": [] }), "/ids"),
        ("restart", json!({ "ids": [ids[0], 999_999] }), "/ids"),
        ("mode", json!({ "ids": ids, "mode": "eco", "until": "yesterday" }), "/until"),
        ("mode", json!({ "ids": ids, "mode": "eco", "until": "2001-01-01T00:00:00Z" }), "/until"),
        ("profile", json!({ "ids": ids, "profile_id": 7 }), "/profile_id"),
        ("tags", json!({ "ids": ids }), "/add"),
        ("tags", json!({ "ids": ids, "add": ["two\nlines"] }), "/add"),
    ];
    for (verb, body, pointer) in bad {
        let answer = desk.post(&format!("/api/miners/bulk/{verb}")).token(&desk.admin).json(&body).send().await;
        assert_eq!(
            (answer.status.as_u16(), &answer.json()["errors"][0]["pointer"]),
            (422, &json!(pointer)),
            "{verb} {body}"
        );
    }
    assert_eq!(desk.get("/api/jobs").token(&desk.operator).send().await.json()["items"], json!([]));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_tuning_profile_is_made_of_what_runs_and_set_on_others_of_its_kind() {
    let (desk, ids) = street(2).await;
    desk.seconds(60).await;
    let add = |body: Value| desk.post("/api/tuning-profiles").token(&desk.admin).json(&body).send();
    let made = add(json!({ "name": "as it runs", "miner_id": ids[0] })).await;
    assert_eq!(made.status, 201, "{}", made.text());
    let made = made.json();
    assert_eq!((&made["tuning"]["frequency_mhz"], &made["tuning"]["core_voltage_mv"]), (&json!(525.0), &json!(1_150)));
    assert_eq!((&made["family"], &made["model"]), (&json!("axeos"), &json!("Bitaxe Gamma 601")));
    let again = add(json!({ "name": "as it runs", "miner_id": ids[0] })).await;
    assert_eq!(again.problem(), "name-taken");
    let odd = add(json!({ "name": "odd", "miner_id": ids[0], "tuning": { "fan_pct": 101 } })).await;
    assert_eq!(odd.json()["errors"][0]["pointer"], "/tuning/fan_pct");
    let night = add(
        json!({ "name": "night", "miner_id": ids[0], "tuning": { "frequency_mhz": 490, "core_voltage_mv": 1_100 } }),
    );
    let night = night.await.json()["id"].clone();
    let path = format!("/api/tuning-profiles/{night}");
    let apply = desk.post(&format!("{path}/apply")).token(&desk.operator).json(&json!({ "miner_ids": ids }));
    let lines = over(&desk, &apply.send().await.json()["job_id"]).await;
    assert!(lines.iter().all(|line| line["outcome"] == "confirmed"), "{lines:?}");
    let shown = desk.get(&format!("/api/miners/{}", ids[1])).token(&desk.viewer).send().await.json();
    assert_eq!(shown["latest"]["frequency_mhz"], 490.0);
    let renamed =
        desk.ask("PATCH", &path).token(&desk.admin).json(&json!({ "name": "quiet night" })).send().await.json();
    assert_eq!((&renamed["name"], &renamed["tuning"]["frequency_mhz"]), (&json!("quiet night"), &json!(490.0)));
    assert_eq!(desk.ask("DELETE", &path).token(&desk.admin).send().await.status, 204);
    assert_eq!(desk.get(&path).token(&desk.operator).send().await.is(), problem(404, "not-found"));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_for_another_model_is_refused_before_anything_is_sent() {
    let (desk, ids) = street(1).await;
    let profile = hmm_domain::TuningProfile {
        id: hmm_domain::ProfileId::new(0),
        name: "for a GT".into(),
        family: hmm_domain::FamilyId::new("axeos"),
        model: Some("Bitaxe GT 801".into()),
        tuning: hmm_domain::command::Tuning::default(),
        made_by: "ana".into(),
        made_at: super::desk::MIDNIGHT,
    };
    let id = desk.house.store.profile_add(&profile).await.unwrap();
    let body = json!({ "ids": ids, "profile_id": id });
    let answer = desk.post("/api/miners/bulk/profile").token(&desk.operator).json(&body).send().await;
    assert_eq!(answer.json()["errors"][0]["pointer"], "/ids");
    assert!(answer.text().contains("Bitaxe GT 801") && answer.text().contains("Bitaxe Gamma 601"), "{}", answer.text());
    assert!(desk.sim.snapshot("m0").unwrap().writes.is_empty());
}
