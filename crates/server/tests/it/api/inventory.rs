//! Every route of the table, with everything that can be wrong about a request.

use super::desk::{Ask, Desk, problem};
use hmm_domain::Role;
use hmm_server::api;
use hmm_server::api::route::Stated;
use hmm_server::auth::Need;
use serde_json::{Value, json};

fn path_of(stated: &Stated, id: &str) -> String {
    stated.path.replace("{id}", id).replace("{kind}", "invalid").replace("{*file}", "swagger-ui.css")
}

fn asking(desk: &Desk, stated: &Stated, id: &str) -> Ask {
    desk.ask(stated.method.as_str(), &path_of(stated, id))
}

/// With the least rights that suffice.
struct Keys {
    viewer: String,
    operator: String,
    admin: String,
    person: String,
    boss: String,
}

impl Keys {
    async fn new(desk: &Desk) -> Self {
        Self {
            viewer: desk.viewer.clone(),
            operator: desk.operator.clone(),
            admin: desk.admin.clone(),
            person: desk.person("vera", Role::Viewer).await,
            boss: desk.person("ada", Role::Admin).await,
        }
    }

    fn enough(&self, need: Need, ask: Ask) -> Ask {
        match need {
            Need::Open => ask,
            Need::Fleet | Need::Viewer => ask.token(&self.viewer),
            Need::Operator => ask.token(&self.operator),
            Need::Admin | Need::AdminOrCode | Need::Metrics => ask.token(&self.admin),
            Need::Person => ask.cookie(&self.person),
            Need::AdminInPerson => ask.cookie(&self.boss),
        }
    }

    fn too_little(&self, need: Need, ask: &Ask) -> Vec<Ask> {
        match need {
            Need::Open | Need::Fleet | Need::Viewer => vec![],
            Need::Operator | Need::Metrics => vec![ask.clone().token(&self.viewer), ask.clone().cookie(&self.person)],
            Need::Admin | Need::AdminOrCode => vec![ask.clone().token(&self.viewer), ask.clone().token(&self.operator)],
            Need::Person => vec![ask.clone().token(&self.viewer), ask.clone().token(&self.admin)],
            Need::AdminInPerson => vec![ask.clone().token(&self.admin), ask.clone().cookie(&self.person)],
        }
    }
}

#[test]
fn s3_every_route_states_who_may_call_it() {
    let table: Vec<String> = {
        let mut lines: Vec<_> = api::inventory()
            .iter()
            .map(|s| format!("{:<6} {:<38} {}", s.method.as_str(), s.path, s.need.as_str()))
            .collect();
        lines.sort_by_key(|line| line[7..].to_owned());
        lines
    };
    expect_test::expect_file!["routes.txt"].assert_eq(&(table.join("\n") + "\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_nobody_and_too_little_are_turned_away_everywhere() {
    let desk = Desk::new().await;
    let keys = Keys::new(&desk).await;
    // There is an administrator from here on: nobody gets in by the set-up code.
    desk.house.gatekeeper.setup.done();
    for stated in api::inventory() {
        let ask = asking(&desk, &stated, "1");
        let stranger = ask.clone().send().await;
        if stated.need == Need::Open {
            assert!(![401, 403].contains(&stranger.status.as_u16()), "{stated:?} {}", stranger.text());
            continue;
        }
        assert_eq!(stranger.is(), problem(401, "sign-in-required"), "{stated:?}");
        let forged = ask.clone().token("hmm_0000000000000000000000000000000000000000000").send().await;
        assert_eq!(forged.is(), problem(401, "sign-in-required"), "{stated:?}");
        for ask in keys.too_little(stated.need, &ask) {
            assert_eq!(ask.send().await.is(), problem(403, "forbidden"), "{stated:?}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_route_answers_an_unknown_or_senseless_id_with_not_found() {
    let desk = Desk::new().await;
    let keys = Keys::new(&desk).await;
    for stated in api::inventory().iter().filter(|stated| stated.path.contains("{id}")) {
        for id in ["999999", "abc", "-1", "99999999999999999999", "1%2F..", "%00"] {
            let ask = keys.enough(stated.need, asking(&desk, stated, id));
            let ask = match body_of(stated) {
                Some(body) => ask.json(&body),
                None => ask,
            };
            let ask = with_needed_query(stated, ask);
            let answer = ask.send().await;
            assert_eq!(answer.is(), problem(404, "not-found"), "{stated:?} {id} {}", answer.text());
        }
    }
}

/// A body that is right as far as a document can say.
fn body_of(stated: &Stated) -> Option<Value> {
    let last = stated.path.rsplit('/').next().unwrap();
    match (stated.method.as_str(), last) {
        ("POST", "mode") => Some(json!({ "mode": "eco" })),
        ("POST", "power") => Some(json!({ "power": "on" })),
        ("POST", "tuning") => Some(json!({ "fan_pct": 50 })),
        ("POST", "session") => Some(json!({ "code": "123456" })),
        ("POST", "apply") => Some(json!({ "miner_ids": [] })),
        ("PATCH", _) | ("POST", "add") | ("PUT", "credentials") => Some(json!({})),
        _ => None,
    }
}

fn with_needed_query(stated: &Stated, ask: Ask) -> Ask {
    match stated.path.as_str() {
        "/api/miners/{id}/override" => ask.query("field=mode"),
        "/api/miners/{id}/telemetry/series" => ask.query("metric=power"),
        _ => ask,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d2_every_write_is_small_flat_uncompressed_json_of_the_right_types() {
    let desk = Desk::new().await;
    let keys = Keys::new(&desk).await;
    let document: Value = serde_json::from_str(&hmm_server::openapi::document()).unwrap();
    let deep = format!("{}{}", "[".repeat(65), "]".repeat(65));
    for stated in api::inventory().iter().filter(|stated| !stated.method.is_safe()) {
        let ask = || keys.enough(stated.need, asking(&desk, stated, "1"));
        let limit = if stated.need == Need::Open { 16 * 1024 } else { 1024 * 1024 };
        // Set-up is open while it is needed, so that its body is looked at.
        let huge = format!("\"{}\"", "x".repeat(limit));
        assert_eq!(ask().raw(huge, "application/json").send().await.is(), problem(413, "body-too-large"), "{stated:?}");
        assert_eq!(
            ask().raw(deep.clone(), "application/json").send().await.is(),
            problem(400, "bad-json"),
            "{stated:?}"
        );
        for kind in ["text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x"] {
            assert_eq!(ask().raw("{}", kind).send().await.is(), problem(415, "not-json"), "{stated:?} {kind}");
        }
        let packed = ask().raw("{}", "application/json").header("content-encoding", "gzip").send().await;
        assert_eq!(packed.is(), problem(415, "not-json"), "{stated:?}");
        if document["paths"][&stated.path][stated.method.as_str().to_lowercase()]["requestBody"].is_null() {
            continue;
        }
        assert_eq!(ask().send().await.is(), problem(400, "bad-json"), "{stated:?}");
        assert_eq!(ask().raw("{\"", "application/json").send().await.is(), problem(400, "bad-json"), "{stated:?}");
        for wrong in [json!([1, 2]), json!("text"), json!(null), json!({ "no_such_field": 1 }), json!(7)] {
            let answer = ask().json(&wrong).send().await;
            assert_eq!(answer.is(), problem(422, "invalid"), "{stated:?} {wrong} {}", answer.text());
        }
        let nul = ask().json(&json!({ "name": "\0" })).send().await;
        assert_eq!(nul.is(), problem(422, "invalid"), "{stated:?}");
        assert!(nul.text().contains("NUL"), "{stated:?} {}", nul.text());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_read_names_the_parameter_that_it_cannot_use() {
    let desk = Desk::new().await;
    let keys = Keys::new(&desk).await;
    let document: Value = serde_json::from_str(&hmm_server::openapi::document()).unwrap();
    let mut tried = 0;
    for stated in api::inventory().iter().filter(|stated| stated.method == "GET" && !stated.path.contains("{id}")) {
        let parameters = document["paths"][&stated.path]["get"]["parameters"].as_array().cloned().unwrap_or_default();
        for parameter in parameters.iter().filter(|p| p["in"] == "query") {
            let name = parameter["name"].as_str().unwrap();
            let nul = keys.enough(stated.need, asking(&desk, stated, "1")).query(&format!("{name}=a%00")).send().await;
            assert_eq!(nul.is(), problem(422, "invalid"), "{stated:?} {name}");
            assert!(nul.text().contains("NUL"), "{stated:?} {name} {}", nul.text());
            if ["tag", "actor", "entity", "action"].contains(&name) {
                continue;
            }
            let rest =
                if stated.path.contains("series") && name != "metric" { "&metric=power&miner_ids=1" } else { "" };
            let rest = if name == "algorithm" || name == "miner_ids" { "&metric=power" } else { rest };
            let ask = keys.enough(stated.need, asking(&desk, stated, "1")).query(&format!("{name}=%F0%9F%98%80{rest}"));
            let answer = ask.send().await;
            assert_eq!(answer.is(), problem(422, "invalid"), "{stated:?} {name}: {}", answer.text());
            tried += 1;
        }
        let unknown = keys.enough(stated.need, asking(&desk, stated, "1")).query("no_such=1").send().await;
        if !parameters.is_empty() {
            assert_eq!(unknown.is(), problem(422, "invalid"), "{stated:?}");
        }
    }
    assert!(tried > 15, "{tried}");
}

#[tokio::test(flavor = "multi_thread")]
async fn both_spellings_of_a_path_are_the_same_and_what_is_not_there_is_a_problem() {
    let desk = Desk::new().await;
    for path in ["/api/miners", "/api/miners/", "/api/miners//"] {
        assert_eq!(desk.get(path).token(&desk.viewer).send().await.status, 200, "{path}");
    }
    for path in ["/api", "/api/", "/api/nothing", "/api/miners/1/nothing", "/ws/other", "/problems/none"] {
        assert_eq!(desk.get(path).token(&desk.viewer).send().await.is(), problem(404, "not-found"), "{path}");
    }
    let wrong = desk.ask("DELETE", "/api/miners").token(&desk.admin).send().await;
    assert_eq!(wrong.is(), problem(405, "method-not-allowed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn each_problem_has_a_page_without_signing_in() {
    let desk = Desk::new().await;
    for kind in hmm_server::problem::Kind::ALL {
        let answer = desk.get(&format!("/problems/{}", kind.slug())).send().await;
        assert_eq!(answer.status, 200, "{}", kind.slug());
        assert!(answer.text().starts_with("# "), "{}", answer.text());
        assert_eq!(answer.header("x-content-type-options"), "nosniff");
    }
}
