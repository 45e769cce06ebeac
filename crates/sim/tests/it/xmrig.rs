//! XMRig's face: who is let in, what the two versions of its API tell, what a written configuration does.

use crate::Street;
use crate::client::{Answer, Client};
use expect_test::expect;
use hmm_sim::{Access, Fault, MinerSpec, Model, PowerState, Release, XMRIG_TOKEN, XmRig};
use serde_json::{Value, json};
use std::fmt::Write as _;
use std::net::Ipv4Addr;

const JSON: &str = "Content-Type: application/json\r\n";

fn den(release: Release, access: Access) -> MinerSpec {
    MinerSpec::new("den", Model::Pc, XmRig::new(release, access), Ipv4Addr::new(127, 82, 1, 1))
}

struct Den {
    street: Street,
    client: Client,
}

impl Den {
    async fn of(spec: MinerSpec) -> Self {
        let street = Street::of(vec![spec]).await;
        let client = Client::at(street.sim.address("den").expect("there is a den"));
        Self { street, client }
    }

    async fn new(release: Release, access: Access) -> Self {
        Self::of(den(release, access)).await
    }

    async fn with_token(&self, method: &str, path: &str, headers: &str, body: &str) -> Answer {
        let headers = format!("Authorization: Bearer {XMRIG_TOKEN}\r\n{headers}");
        self.client.send_with(method, path, &headers, body).await.expect("an answer")
    }

    async fn call(&self, method: &str) -> Answer {
        let body = json!({ "id": 7, "jsonrpc": "2.0", "method": method }).to_string();
        self.with_token("POST", "/json_rpc", JSON, &body).await
    }
}

#[tokio::test]
async fn who_is_let_in() {
    let mut table = String::new();
    for access in [Access::Open, Access::Read, Access::Control, Access::Locked] {
        let den = Den::new(Release::V6_24, access).await;
        for (who, headers) in [
            ("nobody", String::new()),
            ("right", format!("Authorization: Bearer {XMRIG_TOKEN}\r\n")),
            ("wrong", "Authorization: Bearer other\r\n".to_owned()),
            ("basic", format!("Authorization: Basic {XMRIG_TOKEN}\r\n")),
        ] {
            let mut seen = Vec::new();
            for (method, path, more) in
                [("GET", "/2/summary", ""), ("GET", "/1/config", ""), ("POST", "/json_rpc", JSON)]
            {
                let body = if method == "POST" { r#"{"id":1,"method":"resume"}"# } else { "" };
                let headers = format!("{headers}{more}");
                seen.push(den.client.send_with(method, path, &headers, body).await.expect("an answer").status);
            }
            let _ = writeln!(table, "{:8} {who:7} {seen:?}", format!("{access:?}"));
        }
    }
    expect![[r#"
        Open     nobody  [200, 403, 403]
        Open     right   [401, 401, 401]
        Open     wrong   [401, 401, 401]
        Open     basic   [401, 401, 401]
        Read     nobody  [401, 401, 401]
        Read     right   [200, 403, 403]
        Read     wrong   [403, 403, 403]
        Read     basic   [403, 403, 403]
        Control  nobody  [401, 401, 401]
        Control  right   [200, 200, 200]
        Control  wrong   [403, 403, 403]
        Control  basic   [403, 403, 403]
        Locked   nobody  [401, 401, 401]
        Locked   right   [401, 401, 401]
        Locked   wrong   [401, 401, 401]
        Locked   basic   [401, 401, 401]
    "#]]
    .assert_eq(&table);
}

#[tokio::test]
async fn a_write_needs_its_content_type_to_the_letter() {
    let den = Den::new(Release::V6_24, Access::Control).await;
    for (headers, status) in [(JSON, 200), ("Content-Type: application/json; charset=utf-8\r\n", 415), ("", 415)] {
        let reply = den.with_token("POST", "/json_rpc", headers, r#"{"method":"pause"}"#).await;
        assert_eq!(reply.status, status, "{headers}");
    }
}

#[tokio::test]
async fn the_two_versions_tell_this() {
    let mut table = String::new();
    for (release, path) in [
        (Release::V2_6, "/1/summary"),
        (Release::V2_6, "/2/summary"),
        (Release::V6_24, "/1/summary"),
        (Release::V6_24, "/2/summary"),
        (Release::V6_24, "/2/backends"),
    ] {
        let reply = Den::new(release, Access::Open).await.client.get(path).await;
        let value: Value = reply.json();
        let names: Vec<&str> = match &value {
            Value::Array(items) => items[0].as_object().expect("an object").keys().map(String::as_str).collect(),
            value => value.as_object().expect("an object").keys().map(String::as_str).collect(),
        };
        let _ = writeln!(
            table,
            "{} {path} {}\n  {}\n  {} {}",
            release.version(),
            reply.status,
            names.join(" "),
            value["hashrate"],
            value["hugepages"]
        );
    }
    expect![[r#"
        2.6.5 /1/summary 200
          algo connection cpu donate_level hashrate hugepages id kind results ua version worker_id
          {"highest":10200.0,"threads":[[1250.0,1250.0,1250.0],[1250.0,1250.0,1250.0],[1250.0,1250.0,1250.0],[1250.0,1250.0,1250.0],[1250.0,1250.0,1250.0],[1250.0,1250.0,1250.0],[1250.0,1250.0,1250.0],[1250.0,1250.0,1250.0]],"total":[10000.0,10000.0,10000.0]} true
        2.6.5 /2/summary 404
          error status
          null null
        6.24.0 /1/summary 200
          algo algorithms connection cpu donate_level features hashrate hugepages id kind paused resources restricted results ua uptime version worker_id
          {"highest":10200.0,"threads":[[1250.0,1250.0,1250.0],[1250.0,1250.0,1250.0],[1250.0,1250.0,1250.0],[1250.0,1250.0,1250.0],[1250.0,1250.0,1250.0],[1250.0,1250.0,1250.0],[1250.0,1250.0,1250.0],[1250.0,1250.0,1250.0]],"total":[10000.0,10000.0,10000.0]} true
        6.24.0 /2/summary 200
          algo algorithms connection cpu donate_level features hashrate hugepages id kind paused resources restricted results ua uptime version worker_id
          {"highest":10200.0,"total":[10000.0,10000.0,10000.0]} [1168,1168]
        6.24.0 /2/backends 200
          algo argon2-impl asm enabled hashrate hugepages hw-aes memory msr priority profile threads type
          null null
    "#]].assert_eq(&table);
}

#[tokio::test]
async fn one_release_cuts_its_summary_short_for_a_quarter_of_an_hour() {
    let den = Den::of(den(Release::V6_22_1, Access::Open).cold()).await;
    den.street.advance(60).await;
    let reply = den.client.get("/2/summary").await;
    assert!(
        serde_json::from_str::<Value>(&reply.body).is_err() && reply.body.contains("XMRig/6.22.1"),
        "{}",
        reply.body
    );
    assert!(reply.head.contains(&format!("Content-Length: {}\r\n", reply.body.len())), "it believes its own count");
    den.street.advance(900).await;
    assert!(den.client.get("/2/summary").await.json()["hashrate"]["total"][2].is_number());
}

#[tokio::test]
async fn pause_resume_and_the_end() {
    let den = Den::new(Release::V6_24, Access::Control).await;
    let mut lines = String::new();
    for method in ["pause", "resume", "restart"] {
        let reply = den.call(method).await;
        den.street.advance(2).await;
        let truth = den.street.sim.snapshot("den").expect("known").truth;
        let _ = writeln!(lines, "{method}: {} hashing {}", reply.line(), truth.hashing);
    }
    expect![[r#"
        pause: 200 {"id":7,"jsonrpc":"2.0","result":{"status":"OK"}} hashing false
        resume: 200 {"id":7,"jsonrpc":"2.0","result":{"status":"OK"}} hashing true
        restart: 200 {"error":{"code":-32601,"message":"Method not found"},"id":7,"jsonrpc":"2.0"} hashing true
    "#]]
    .assert_eq(&lines);
    // The program takes its own answer along.
    let headers = format!("Authorization: Bearer {XMRIG_TOKEN}\r\n{JSON}");
    den.client.send_with("POST", "/json_rpc", &headers, r#"{"method":"stop"}"#).await.expect_err("it is gone");
    assert_eq!(den.street.sim.snapshot("den").expect("known").truth.power, PowerState::Off);
    den.client.connect().await.expect_err("for good");
}

#[tokio::test]
async fn a_written_configuration_is_in_force_a_moment_later_and_whole() {
    let den = Den::new(Release::V6_24, Access::Control).await;
    let mut config = den.with_token("GET", "/1/config", "", "").await.json();
    config["pools"][0]["url"] = "elsewhere.example:4444".into();
    let reply = den.with_token("PUT", "/1/config", JSON, &config.to_string()).await;
    assert_eq!((reply.status, reply.body.as_str()), (204, ""));
    let pool = |summary: Value| summary["connection"]["pool"].clone();
    assert_eq!(pool(den.with_token("GET", "/2/summary", "", "").await.json()), "pool.example.org:3333");
    den.street.advance(2).await;
    assert_eq!(pool(den.with_token("GET", "/2/summary", "", "").await.json()), "elsewhere.example:4444");
    for nonsense in ["", "[]", "{}", r#"{"pools":[]}"#, r#"{"pools":[{"url":"a:1","enabled":false}]}"#] {
        assert_eq!(den.with_token("PUT", "/1/config", JSON, nonsense).await.status, 400, "{nonsense}");
    }
    let half = json!({ "pools": config["pools"] }).to_string();
    assert_eq!(den.with_token("PUT", "/1/config", JSON, &half).await.status, 204);
    den.street.advance(2).await;
    assert_eq!(
        den.with_token("GET", "/2/summary", "", "").await.status,
        401,
        "without its http section it knows no token"
    );
    assert_eq!(den.client.get("/2/summary").await.status, 200);
}

#[tokio::test]
async fn faults_bend_what_is_told_and_leave_the_identity() {
    let den = Den::new(Release::V6_24, Access::Open).await;
    let mut lines = String::new();
    for fault in [Fault::WrongTypes, Fault::Absurd, Fault::OtherDevice, Fault::Redirect302, Fault::Unauthorized401] {
        den.street.sim.clear_faults("den").await.expect("known");
        den.street.sim.fault("den", fault).await.expect("known");
        let reply = den.client.get("/2/summary").await;
        let value: Value = serde_json::from_str(&reply.body).unwrap_or_default();
        let shown: Vec<String> =
            ["worker_id", "uptime", "hashrate"].iter().map(|key| value[*key].to_string()).collect();
        let _ = writeln!(lines, "{fault:?}: {} {}", reply.status, shown.join(" "));
    }
    expect![[r#"
        WrongTypes: 200 "xmrig-den" "833525" {"highest":"10200.0","total":{"unexpected":null}}
        Absurd: 200 "xmrig-den" -1 {"highest":-1,"total":[1e+300,-1,"nan"]}
        OtherDevice: 200 "somebody-else" 833525 {"highest":10200.0,"total":[10000.0,10000.0,10000.0]}
        Redirect302: 302 null null null
        Unauthorized401: 401 null null null
    "#]]
    .assert_eq(&lines);
}
