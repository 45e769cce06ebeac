//! S4, S5: who may look without signing in, and under which name and from which page.

use super::desk::{Desk, HOST, PASSWORD, problem};
use hmm_domain::Role;
use hmm_server::api;
use hmm_server::auth::Need;
use serde_json::json;

#[tokio::test(flavor = "multi_thread")]
async fn s4_open_on_this_network_opens_fleet_prices_and_plan_and_nothing_else() {
    let desk = Desk::new().await;
    // There is an administrator: the set-up code opens nothing any more.
    desk.house.gatekeeper.setup.done();
    let path = "/api/settings/security";
    assert_eq!(desk.get(path).token(&desk.admin).send().await.json(), json!({ "open_on_network": false }));
    assert_eq!(desk.get("/api/miners").send().await.status, 401);
    let put = desk.ask("PUT", path).token(&desk.admin).json(&json!({ "open_on_network": true })).send().await;
    assert_eq!(put.status, 200);
    for stated in api::inventory().iter().filter(|stated| stated.need != Need::Open) {
        let path = stated.path.replace("{id}", "1").replace("{*file}", "x.css");
        let answer = desk.ask(stated.method.as_str(), &path).send().await;
        let open = stated.need == Need::Fleet;
        assert_eq!(answer.status != 401, open, "{} {path}: {}", stated.method, answer.status);
        assert!(!open || stated.method == "GET");
    }
    assert_eq!(desk.get("/api/miners").from("203.0.113.7").send().await.status, 401, "only this network");
    assert_eq!(desk.get("/api/miners").from("fd00::7").send().await.status, 200);
    let through = desk.get("/api/miners").header("x-forwarded-for", "192.168.1.7");
    assert_eq!(through.send().await.status, 401, "through a proxy that nobody listed");
    let live = desk.get("/api/miners/1/telemetry?live=true").send().await;
    assert_eq!(live.is(), problem(401, "sign-in-required"), "asking a device is no reading");
    let log = desk.get("/api/audit?action=settings.security").token(&desk.admin).send().await.json();
    assert_eq!((&log["items"][0]["before"], &log["items"][0]["after"]), (&json!(false), &json!(true)));
}

#[tokio::test(flavor = "multi_thread")]
async fn s4_health_gives_codes_to_anybody() {
    let desk = Desk::new().await;
    assert_eq!(desk.get("/api/health/live").send().await.json(), json!({ "state": "live", "problems": [] }));
    let ready = desk.get("/api/health/ready").send().await;
    assert_eq!((ready.status.as_u16(), ready.json()["state"].as_str()), (200, Some("ready")));
}

#[tokio::test(flavor = "multi_thread")]
async fn s5_a_foreign_name_is_answered_with_the_line_to_add() {
    let allow = |config: &mut hmm_server::config::Config| {
        config.security.allowed_hosts = vec!["miners.example.org".into()];
    };
    let desk = Desk::with(vec![], allow).await;
    for host in
        ["192.168.1.2", "192.168.1.2:8080", "[fd00::2]:8080", "localhost:8080", "hmm.local", "miners.example.org"]
    {
        let answer = desk.get("/api/miners").header("host", host).token(&desk.viewer).send().await;
        assert_eq!(answer.status, 200, "{host}");
    }
    for host in ["evil.example", "evil.example:8080", "1.2.3.4.evil.example", "", "a b", "hmm.local.evil.example"] {
        for path in ["/api/miners", "/api/health/live", "/", "/docs", "/api/auth/login"] {
            let answer = desk.get(path).header("host", host).token(&desk.viewer).send().await;
            assert_eq!(answer.is(), problem(421, "host-not-allowed"), "{host} {path}");
        }
    }
    let problem = desk.get("/").header("host", "evil.example").send().await;
    assert!(problem.text().contains("allowed_hosts: [evil.example]"), "{}", problem.text());
    let page = desk.get("/").header("host", "evil.example").header("accept", "text/html").send().await;
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert!(page.text().contains("allowed_hosts: [evil.example]"));
    let sly = desk.get("/").header("host", "<script>x").header("accept", "text/html").send().await;
    assert!(!sly.text().contains("<script>") && sly.text().contains("allowed_hosts: [the.name]"), "{}", sly.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn s5_cookie_writes_need_our_own_origin() {
    let desk = Desk::new().await;
    let ada = desk.person("ada", Role::Admin).await;
    let write = || desk.ask("PUT", "/api/system/mode").json(&json!({ "mode": "paused" }));
    let own = format!("http://{HOST}");
    assert_eq!(write().cookie(&ada).send().await.status, 200);
    for origin in
        ["null", "http://evil.example", "https://192.168.1.2:8080", "http://192.168.1.2", "http://192.168.1.3:8080", ""]
    {
        let answer = write().header("cookie", &ada).header("origin", origin).send().await;
        assert_eq!(answer.is(), problem(403, "wrong-origin"), "{origin}");
    }
    assert_eq!(write().header("cookie", &ada).send().await.is(), problem(403, "wrong-origin"), "missing");
    assert_eq!(write().token(&desk.operator).send().await.status, 200, "a token is no cookie");
    assert_eq!(desk.get("/api/system/mode").header("cookie", &ada).send().await.status, 200, "reading needs none");
    let body = json!({ "name": "ada", "password": PASSWORD });
    let login = || desk.post("/api/auth/login").json(&body);
    assert_eq!(login().header("origin", "http://evil.example").send().await.is(), problem(403, "wrong-origin"));
    assert_eq!(login().header("origin", &own).send().await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn s5_forwarded_headers_of_strangers_are_ignored() {
    let trusting = |config: &mut hmm_server::config::Config| {
        config.security.trusted_proxies = vec!["10.9.9.9/32".parse().unwrap()];
        config.security.allowed_hosts = vec!["miners.example.org".into()];
    };
    let desk = Desk::with(vec![], trusting).await;
    let ada = desk.person("ada", Role::Admin).await;
    // Behind TLS only the bound cookie counts.
    let ada = format!("{ada}; __Host-{ada}");
    let write = |peer: &str| {
        let ask = desk.ask("PUT", "/api/system/mode").json(&json!({ "mode": "paused" })).from(peer);
        ask.header("cookie", &ada)
            .header("origin", "https://miners.example.org")
            .header("x-forwarded-proto", "https")
            .header("x-forwarded-host", "miners.example.org")
            .header("x-forwarded-for", "192.168.7.7")
            .send()
    };
    assert_eq!(write("10.9.9.9").await.status, 200);
    assert_eq!(write("10.9.9.8").await.is(), problem(403, "wrong-origin"));
    let log = desk.get("/api/audit?action=system.mode").token(&desk.admin).send().await.json();
    assert_eq!(log["items"][0]["actor"]["address"], "192.168.7.7");
}

#[tokio::test(flavor = "multi_thread")]
async fn s5_a_token_in_the_url_opens_nothing() {
    let desk = Desk::new().await;
    for path in ["/api/miners?token=", "/api/miners?access_token=", "/metrics?token="] {
        let answer = desk.get(&format!("{path}{}", desk.admin)).send().await;
        assert_eq!(answer.is(), problem(401, "sign-in-required"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_of_the_api_are_kept_nowhere_and_may_do_nothing() {
    let desk = Desk::new().await;
    for path in ["/api/miners", "/api/nothing", "/metrics"] {
        let answer = desk.get(path).token(&desk.admin).send().await;
        assert_eq!(answer.header("cache-control"), "no-store", "{path}");
        assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
        assert!(answer.header("content-security-policy").starts_with("default-src 'none'"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_documentation_comes_from_inside_the_program() {
    let desk = Desk::new().await;
    assert_eq!(desk.get("/docs").send().await.is(), problem(401, "sign-in-required"));
    for spelling in ["/docs", "/docs/"] {
        let page = desk.get(spelling).token(&desk.viewer).send().await;
        assert_eq!(page.status, 200);
        assert!(!page.text().contains("http://") && !page.text().contains("https://"), "{}", page.text());
        let policy = page.header("content-security-policy");
        assert!(policy.contains("script-src 'self';"), "{policy}");
        for part in page.text().split('"').filter(|part| part.starts_with("/docs/")) {
            let file = desk.get(part).token(&desk.viewer).send().await;
            assert_eq!(file.status, 200, "{part}");
            assert!(!file.body.is_empty());
        }
    }
    let start = desk.get("/docs/swagger-initializer.js").token(&desk.viewer).send().await;
    assert!(
        start.header("content-encoding") == "gzip" || start.text().contains("/api/openapi.json"),
        "{}",
        start.text()
    );
}

#[tokio::test(flavor = "multi_thread")]
async fn while_there_is_no_house_only_health_answers() {
    use hmm_server::front::{Front, Starting};
    let desk = Desk::new().await;
    let front =
        std::sync::Arc::new(Front::new(desk.house.config.clone(), desk.visits.clone(), hmm_server::tls::Tls::off()));
    front.say(Starting { state: "migrating", problems: vec![("database_away", "secret detail".into())] });
    let starting = Desk { router: api::router(front), ..desk };
    assert_eq!(starting.get("/api/health/live").send().await.status, 200);
    let ready = starting.get("/api/health/ready").send().await;
    assert_eq!(
        (ready.status.as_u16(), ready.json()),
        (503, json!({ "state": "migrating", "problems": ["database_away"] }))
    );
    for path in
        ["/api/miners", "/api/auth/setup", "/api/auth/login", "/metrics", "/docs", "/ws/updates", "/api/nothing"]
    {
        let answer = starting.get(path).send().await;
        assert_eq!(answer.is(), problem(503, "starting"), "{path}");
        assert_eq!(answer.header("retry-after"), "2");
    }
    assert_eq!(starting.get("/").send().await.status, 503);
}
