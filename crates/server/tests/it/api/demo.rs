//! A visit to the demo house beside the real one: who may go, what is there, and that nothing of it is left.

use super::desk::{Answer, Ask, Desk, HOST, PASSWORD, gamma, problem};
use hmm_domain::Role;
use serde_json::json;
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;
use tokio::net::TcpStream;

const VISIT: &str = "/api/demo";

impl Desk {
    async fn visit(&self) -> String {
        cookie_of(&self.post(VISIT).token(&self.admin).json(&json!({})).send().await)
    }

    /// The house goes in its own time; nobody need wait for it but a test.
    async fn until_closed(&self) {
        while !self.visits.is_closed().await {
            tokio::task::yield_now().await;
        }
    }
}

/// `hmm_demo=…` of whoever was let in.
fn cookie_of(answer: &Answer) -> String {
    assert_eq!(answer.status, 201, "{}", answer.text());
    let set = answer.header("set-cookie");
    assert!(set.starts_with("hmm_demo=") && set.ends_with("; Path=/; HttpOnly; SameSite=Strict"), "{set}");
    set.split(';').next().unwrap().to_owned()
}

fn cleared(answer: &Answer) -> bool {
    let lines = answer.headers.get_all("set-cookie").iter().map(|line| line.to_str().unwrap());
    let ended: Vec<_> = lines.filter(|line| line.contains("Max-Age=0")).collect();
    ended.iter().any(|line| line.starts_with("hmm_demo=;")) && ended.iter().any(|l| l.starts_with("__Host-hmm_demo=;"))
}

async fn doors(desk: &Desk, cookie: &str) -> Vec<SocketAddr> {
    let miners = desk.get("/api/miners").cookie(cookie).send().await.json();
    let door = |miner: &serde_json::Value| {
        let ip: IpAddr = miner["address"].as_str().unwrap().parse().unwrap();
        SocketAddr::new(ip, miner["port"].as_u64().unwrap().try_into().unwrap())
    };
    miners["items"].as_array().unwrap().iter().map(door).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_visitor_is_the_guest_of_another_house_and_everybody_else_stays_in_the_real_one() {
    let desk = Desk::with(vec![gamma("blue")], |_| {}).await;
    desk.add("blue").await;
    let cookie = desk.visit().await;
    let ask = |path: &str| desk.get(path).cookie(&cookie);
    let me = ask("/api/auth/me").send().await.json();
    assert_eq!((&me["name"], &me["role"], &me["demo"]), (&json!("guest"), &json!("admin"), &json!(true)));
    let system = ask("/api/system").send().await.json();
    assert_eq!(
        (&system["demo"], &system["demo_visit"], &system["database"]["engine"]),
        (&json!(true), &json!(true), &json!("SQLite"))
    );
    let miners = ask("/api/miners").send().await.json();
    assert_eq!(miners["items"].as_array().unwrap().len(), 6, "{miners}");
    let house = ask("/api/settings/house").send().await.json();
    assert_eq!(house["set_up"], true, "nobody asks a visitor for a time zone");
    assert_eq!(ask("/api/auth/setup").send().await.is(), problem(404, "not-found"));
    assert_eq!(ask("/api/audit/verify").send().await.json()["verdict"], "whole");
    // Without the cookie nothing is different.
    let home = desk.get("/api/miners").token(&desk.viewer).send().await.json();
    assert_eq!((home["items"].as_array().unwrap().len(), &home["items"][0]["name"]), (1, &json!("blue")));
    let system = desk.get("/api/system").token(&desk.viewer).send().await.json();
    assert_eq!((&system["demo"], &system["demo_visit"]), (&json!(false), &json!(false)));
    // Once in, going in changes nothing.
    let again = desk.post(VISIT).cookie(&cookie).json(&json!({})).send().await;
    assert_eq!((again.status.as_u16(), again.header("set-cookie")), (201, ""));
    let log = desk.get("/api/audit?action=demo.enter").token(&desk.admin).send().await.json();
    assert_eq!((log["items"].as_array().unwrap().len(), &log["items"][0]["actor"]["name"]), (1, &json!("admin")));
    desk.visits.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s1_while_there_is_no_administrator_the_set_up_code_lets_in_and_stays_good() {
    let desk = Desk::new().await;
    let ask = |body: serde_json::Value| desk.post(VISIT).json(&body).send();
    assert_eq!(ask(json!({})).await.is(), problem(422, "invalid"));
    let mut cookies = vec![];
    for _ in 0..6 {
        cookies.push(cookie_of(&ask(json!({ "code": desk.setup_code })).await));
    }
    for _ in 0..5 {
        assert_eq!(ask(json!({ "code": "abcd-abcd" })).await.is(), problem(403, "setup-code-wrong"));
    }
    assert_eq!(ask(json!({ "code": desk.setup_code })).await.is(), problem(429, "too-many-attempts"));
    let elsewhere = desk.post(VISIT).from("192.168.1.77").json(&json!({ "code": desk.setup_code }));
    let other_page = elsewhere.clone().header("origin", "http://evil.example").send().await;
    assert_eq!(other_page.is(), problem(403, "wrong-origin"));
    cookies.push(cookie_of(&elsewhere.clone().send().await));
    let admin = json!({ "code": desk.setup_code, "name": "ada", "password": PASSWORD });
    let made = desk.post("/api/auth/setup").from("192.168.1.77").json(&admin).send().await;
    assert_eq!(made.status, 201, "the code was not used up: {}", made.text());
    assert_eq!(elsewhere.send().await.is(), problem(401, "sign-in-required"), "and now it is");
    cookies.dedup();
    assert_eq!(cookies.len(), 7, "everybody has a cookie of their own");
    desk.visits.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s2_neither_house_knows_the_sessions_of_the_other() {
    let desk = Desk::new().await;
    let ada = desk.person("ada", Role::Admin).await;
    let guest = cookie_of(&desk.post(VISIT).cookie(&ada).json(&json!({})).send().await);
    let value = |cookie: &str| cookie.split_once('=').unwrap().1.to_owned();
    // The guest's value under the real name, the real one under the guest's.
    let posing = desk.get("/api/users").cookie(&format!("hmm_session={}", value(&guest))).send().await;
    assert_eq!(posing.is(), problem(401, "sign-in-required"));
    let posing = desk.get("/api/users").cookie(&format!("hmm_demo={}", value(&ada))).send().await;
    assert_eq!(posing.is(), problem(401, "sign-in-required"));
    assert!(cleared(&posing), "a cookie that opens nothing is cleared");
    // A browser sends both: the demo answers, and the real session is as it was.
    let both = format!("{ada}; {guest}");
    assert_eq!(desk.get("/api/auth/me").cookie(&both).send().await.json()["name"], "guest");
    let token = desk.get("/api/miners").cookie(&guest).token(&desk.admin).send().await;
    assert_eq!(token.is(), problem(401, "sign-in-required"), "a token of the real house is nobody's over there");
    let out = desk.post("/api/auth/logout").cookie(&both).send().await;
    assert_eq!(out.status, 204);
    assert!(out.headers.get_all("set-cookie").iter().all(|line| line.to_str().unwrap().contains("hmm_demo=;")));
    let home = desk.get("/api/auth/me").cookie(&both).send().await;
    assert_eq!(home.json()["name"], "ada");
    assert!(cleared(&home));
    desk.until_closed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s5_leaving_and_writing_need_our_own_page() {
    let desk = Desk::new().await;
    let guest = desk.visit().await;
    for origin in ["null", "http://evil.example", "http://192.168.1.2"] {
        for ask in [desk.ask("DELETE", VISIT), desk.post(VISIT).json(&json!({}))] {
            let answer = ask.header("cookie", &guest).header("origin", origin).send().await;
            assert_eq!(answer.is(), problem(403, "wrong-origin"), "{origin}");
        }
    }
    let silent = desk.ask("DELETE", VISIT).header("cookie", &guest).send().await;
    assert_eq!(silent.is(), problem(403, "wrong-origin"));
    let foreign = desk.get("/api/system").cookie(&guest).header("host", "evil.example").send().await;
    assert_eq!(foreign.is(), problem(421, "host-not-allowed"));
    assert_eq!(desk.get("/api/auth/me").cookie(&guest).send().await.status, 200, "still in");
    let ada = desk.person("ada", Role::Admin).await;
    let abroad = desk.post(VISIT).header("cookie", &ada).header("origin", "http://evil.example").json(&json!({}));
    assert_eq!(abroad.send().await.is(), problem(403, "wrong-origin"));
    desk.visits.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_second_visitor_joins_and_the_last_one_closes_the_door() {
    let desk = Desk::new().await;
    let (one, two) = (desk.visit().await, desk.visit().await);
    let rename = desk.ask("PATCH", "/api/miners/1").cookie(&one).json(&json!({ "name": "seen by both" })).send().await;
    assert_eq!(rename.status, 200, "{}", rename.text());
    let seen = desk.get("/api/miners/1").cookie(&two).send().await.json();
    assert_eq!(seen["name"], "seen by both");
    let doors = doors(&desk, &two).await;
    assert_eq!(doors.len(), 6);
    let left = desk.ask("DELETE", VISIT).cookie(&one).send().await;
    assert!(left.status == 204 && cleared(&left), "{}", left.text());
    assert_eq!(desk.get("/api/auth/me").cookie(&one).send().await.is(), problem(401, "sign-in-required"));
    assert_eq!(desk.get("/api/auth/me").cookie(&two).send().await.status, 200, "the other is still there");
    assert!(TcpStream::connect(doors[0]).await.is_ok());
    assert_eq!(desk.ask("DELETE", VISIT).cookie(&two).send().await.status, 204);
    desk.until_closed().await;
    for door in doors {
        assert!(TcpStream::connect(door).await.is_err(), "{door} is closed");
    }
    // Whoever has left may say so again, and may come back: to a fresh house.
    assert_eq!(desk.ask("DELETE", VISIT).cookie(&two).send().await.status, 204);
    let third = desk.visit().await;
    assert_ne!(desk.get("/api/miners/1").cookie(&third).send().await.json()["name"], "seen by both");
    assert_eq!(desk.get("/api/auth/me").cookie(&two).send().await.status, 401, "with a new cookie only");
    desk.visits.stop().await;
    assert!(desk.visits.is_closed().await);
    let late = desk.post(VISIT).token(&desk.admin).json(&json!({})).send().await;
    assert_eq!(late.is(), problem(503, "stopping"));
}

#[tokio::test(flavor = "multi_thread")]
async fn half_an_hour_without_a_request_ends_the_visit() {
    let desk = Desk::new().await;
    let guest = desk.visit().await;
    let me = || desk.get("/api/auth/me").cookie(&guest);
    for _ in 0..3 {
        desk.clock.advance(Duration::from_mins(20)).await;
        assert_eq!(me().send().await.status, 200);
    }
    desk.clock.advance(Duration::from_mins(31)).await;
    desk.until_closed().await;
    let answer = me().send().await;
    assert_eq!(answer.is(), problem(401, "sign-in-required"));
    assert!(cleared(&answer));
}

#[tokio::test(flavor = "multi_thread")]
async fn s6_a_demo_beside_it_opens_no_loopback_to_the_real_house() {
    let desk = Desk::new().await;
    let guest = desk.visit().await;
    let doors = doors(&desk, &guest).await;
    let add = |ask: Ask, door: &SocketAddr| {
        let body = json!({ "name": "x", "address": door.ip().to_string(), "port": door.port() });
        ask.json(&body).send()
    };
    for door in &doors {
        let answer = add(desk.post("/api/miners").token(&desk.admin), door).await;
        assert_eq!(answer.is(), problem(422, "device-not-allowed"), "{door}");
    }
    // Nor does the demo reach anything but its own: this test's own neighbourhood and door stand on loopback too.
    let ours = desk.listen().await;
    for door in [ours, SocketAddr::new(doors[0].ip(), ours.port()), "192.168.1.20:80".parse().unwrap()] {
        let answer = add(desk.post("/api/miners").cookie(&guest), &door).await;
        assert_eq!(answer.is(), problem(422, "device-not-allowed"), "{door}");
    }
    desk.visits.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_live_feed_and_the_page_follow_the_cookie() {
    use super::live::{next, open};
    let desk = Desk::new().await;
    let guest = desk.visit().await;
    let at = desk.listen().await;
    let mut feed = open(at, ("cookie", guest.clone()), Some(&format!("http://{at}"))).await.unwrap();
    let first = next(&mut feed).await.unwrap();
    assert_eq!((&first["system"]["demo_visit"], &first["miners_total"]), (&json!(true), &json!(6)));
    assert!(open(at, ("cookie", guest.clone()), Some("http://evil.example")).await.is_err());
    let document = desk.get("/api/openapi.json").cookie(&guest).send().await;
    assert_eq!((document.status.as_u16(), desk.get("/api/openapi.json").send().await.status.as_u16()), (200, 401));
    desk.ask("DELETE", VISIT).cookie(&guest).send().await;
    while next(&mut feed).await.is_some() {}
    desk.until_closed().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn behind_tls_the_cookie_is_bound_to_this_host() {
    let desk = Desk::with(vec![], |config| {
        config.security.trusted_proxies = vec!["192.168.1.50/32".parse().unwrap()];
    })
    .await;
    let tls = |ask: Ask| ask.header("x-forwarded-proto", "https").header("origin", &format!("https://{HOST}"));
    let answer = tls(desk.post(VISIT).token(&desk.admin).json(&json!({}))).send().await;
    let set = answer.header("set-cookie");
    assert!(
        set.starts_with("__Host-hmm_demo=") && set.ends_with("; Path=/; HttpOnly; SameSite=Strict; Secure"),
        "{set}"
    );
    let cookie = set.split(';').next().unwrap();
    let me = tls(desk.get("/api/auth/me").header("cookie", cookie)).send().await;
    assert_eq!(me.json()["name"], "guest");
    let plain = cookie.trim_start_matches("__Host-");
    assert_eq!(tls(desk.get("/api/auth/me").header("cookie", plain)).send().await.status, 401);
    desk.visits.stop().await;
}
