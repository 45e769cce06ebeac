//! One port for TLS and for those who come without it.

use super::client::{NOW, client};
use crate::api::desk::{Desk, PASSWORD, problem};
use axum::Router;
use axum::body::Body;
use axum::extract::ConnectInfo;
use futures_util::StreamExt as _;
use hmm_domain::Role;
use hmm_server::api;
use hmm_server::config::{Config, TlsMode};
use hmm_server::tls::tell;
use hmm_server::wiring::http::{Limits, plain_router};
use http::Request;
use rustls::pki_types::ServerName;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_tungstenite::client_async;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;

fn auto(config: &mut Config) {
    config.app.tls = TlsMode::Auto;
}

async fn desk() -> Desk {
    Desk::with(vec![], auto).await
}

/// A caller over TLS, who trusts this house's authority alone.
async fn call(desk: &Desk, at: SocketAddr) -> std::io::Result<TlsStream<TcpStream>> {
    let connector = TlsConnector::from(client(&desk.front.tls.authority().unwrap(), NOW));
    connector.connect(ServerName::from(at.ip()), TcpStream::connect(at).await?).await
}

/// One request over TLS; the whole answer as text.
async fn ask(desk: &Desk, at: SocketAddr, line: &str, headers: &str, body: &str) -> String {
    let mut stream = call(desk, at).await.unwrap();
    let length = body.len();
    let request = format!(
        "{line} HTTP/1.1\r\nHost: {at}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.unwrap();
    answer
}

/// Speaks as told, without TLS, and hears until the end.
async fn heard(at: SocketAddr, words: &[u8]) -> Vec<u8> {
    let mut caller = TcpStream::connect(at).await.unwrap();
    caller.write_all(words).await.unwrap();
    let mut heard = Vec::new();
    let _ = caller.read_to_end(&mut heard).await;
    heard
}

fn plain(method: &str, path: &str, desk: &Desk) -> http::request::Builder {
    let request = Request::builder().method(method).uri(path).header("host", "192.168.1.2:8080");
    let request = request.header("authorization", format!("Bearer {}", desk.admin)).header("cookie", "hmm_session=x");
    request.extension(ConnectInfo(SocketAddr::from(([192, 168, 1, 50], 5_000))))
}

#[tokio::test(flavor = "multi_thread")]
async fn d8_plain_http_beside_tls_serves_the_authoritys_page_and_nothing_else() {
    let desk = desk().await;
    let router: Router = plain_router(&desk.front);
    let mut asked: Vec<(String, String)> = api::inventory()
        .iter()
        .map(|stated| (stated.method.to_string(), stated.path.replace("{id}", "1").replace("{kind}", "invalid")))
        .collect();
    for path in ["/", "/index.html", "/miners/1", "/assets/app.js", "/sw.js", "/manifest.webmanifest", "/ca/x", "/cab"]
    {
        asked.push(("GET".to_owned(), path.to_owned()));
    }
    let mut of_the_page = 0;
    for (method, path) in asked {
        for accept in ["application/json", "text/html,*/*"] {
            let request = plain(&method, &path, &desk).header("accept", accept).body(Body::empty()).unwrap();
            let answer = desk.through(router.clone(), request).await;
            assert!(!answer.headers.contains_key("set-cookie"), "{method} {path}");
            if method == "GET" && (path == "/ca" || path.starts_with("/ca/") && path != "/ca/x") {
                assert_eq!(answer.status, 200, "{path}");
                of_the_page += 1;
            } else if method == "GET" && accept.contains("html") {
                assert_eq!((answer.status.as_u16(), answer.header("location")), (307, "/ca"), "{path}");
            } else {
                assert_eq!(answer.is(), problem(403, "https-required"), "{method} {path}");
            }
        }
    }
    assert_eq!(of_the_page, 10);
    let foreign = plain("GET", "/ca", &desk).header("host", "x").body(Body::empty()).unwrap();
    let mut foreign = foreign;
    foreign.headers_mut().insert("host", "evil.example".parse().unwrap());
    assert_eq!(desk.through(router, foreign).await.is(), problem(421, "host-not-allowed"));
}

#[tokio::test(flavor = "multi_thread")]
async fn d8_the_authority_is_served_to_install_and_its_key_is_not() {
    let desk = desk().await;
    let root = desk.front.tls.authority().unwrap();
    let page = desk.get("/ca").header("host", "192.168.1.2:8080").header("user-agent", "iPhone").send().await;
    assert_eq!((page.status.as_u16(), page.header("content-type")), (200, "text/html; charset=utf-8"));
    let policy = page.header("content-security-policy").to_owned();
    assert!(policy.starts_with("default-src 'none'; style-src 'self';") && !page.text().contains("<script"));
    let print = desk.front.tls.report().ca_fingerprint.unwrap();
    assert_eq!(page.text().replace("</span> <span>", ":").matches(&print).count(), 1, "{}", page.text());
    assert!(page.text().contains("<details open><summary>iPhone, iPad"));
    let der = desk.get("/ca/home-miner-manager.der").send().await;
    assert_eq!((&der.body[..], der.header("content-type")), (&root[..], "application/x-x509-ca-cert"));
    assert_eq!(hex::encode_upper(Sha256::digest(&der.body)), print.replace(':', ""));
    let text = desk.get("/ca/home-miner-manager.crt").send().await.text();
    assert_eq!(text, hmm_server::tls::pem("CERTIFICATE", &root), "the certificate and nothing beside it");
    let profile = desk.get("/ca/home-miner-manager.mobileconfig").send().await;
    assert_eq!(profile.header("content-type"), "application/x-apple-aspen-config");
    assert!(profile.text().starts_with("<?xml") && profile.text().contains("com.apple.security.root"));
    assert!(!profile.text().contains("SEALED") && !page.text().contains("SEALED"));
    for path in ["/ca/authority.pem", "/tls/authority.pem", "/ca/../tls/authority.pem"] {
        assert!(!desk.get(path).send().await.text().contains("SEALED"), "{path}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn where_there_is_no_authority_the_page_says_so() {
    let desk = Desk::new().await;
    let page = desk.get("/ca").send().await;
    assert!(page.status == 404 && page.text().contains("There is no https here"), "{}", page.text());
    for path in ["/ca/home-miner-manager.crt", "/ca/home-miner-manager.der", "/ca/home-miner-manager.mobileconfig"] {
        assert_eq!(desk.get(path).send().await.is(), problem(404, "not-found"), "{path}");
    }
    let told = desk.get("/api/system/tls").token(&desk.viewer).send().await.json();
    let off = json!({ "mode": "off", "ca_fingerprint_sha256": null, "names": [], "not_after": null, "ca_page": null,
        "locked": false });
    assert_eq!(told, off);
}

#[tokio::test(flavor = "multi_thread")]
async fn tls_and_plain_http_meet_on_one_port() {
    let desk = desk().await;
    let at = desk.listen().await;
    let token = format!("Authorization: Bearer {}\r\n", desk.viewer);
    let told = ask(&desk, at, "GET /api/system/tls", &token, "").await;
    let told: Value = serde_json::from_str(told.split("\r\n\r\n").nth(1).unwrap()).unwrap();
    assert_eq!((&told["mode"], &told["ca_page"]), (&json!("auto"), &json!("/ca")));
    assert_eq!(told["ca_fingerprint_sha256"].as_str(), desk.front.tls.report().ca_fingerprint.as_deref());
    assert!(told["names"].as_array().unwrap().contains(&json!("localhost")), "{told}");
    assert_eq!(told["not_after"], "2027-02-17T00:00:00Z");
    let request = format!("GET /api/system/tls HTTP/1.1\r\nHost: {at}\r\n{token}Connection: close\r\n\r\n");
    let refused = String::from_utf8(heard(at, request.as_bytes()).await).unwrap();
    assert!(refused.starts_with("HTTP/1.1 403") && refused.contains("/problems/https-required"), "{refused}");
    let request = format!("GET / HTTP/1.1\r\nHost: {at}\r\nAccept: text/html\r\nConnection: close\r\n\r\n");
    let led = String::from_utf8(heard(at, request.as_bytes()).await).unwrap();
    assert!(led.starts_with("HTTP/1.1 307") && led.contains("location: /ca\r\n"), "{led}");
}

#[tokio::test(flavor = "multi_thread")]
async fn files_lead_plain_http_to_the_same_page_over_https() {
    let below = |config: &mut Config| {
        let pair = rcgen::generate_simple_self_signed(["pi.example".to_owned()]).unwrap();
        let text = [("page.pem", "CERTIFICATE", pair.cert.der().to_vec())];
        let key = ("page.key", "PRIVATE KEY", pair.signing_key.serialize_der());
        for (name, label, der) in text.into_iter().chain([key]) {
            std::fs::write(config.dir.join(name), hmm_server::tls::pem(label, &der)).unwrap();
        }
        config.app.tls = TlsMode::Files;
        config.app.tls_certificate = Some("page.pem".into());
        config.app.tls_key = Some("page.key".into());
        config.app.base_path = "/hmm".to_owned();
    };
    let desk = Desk::with(vec![], below).await;
    let router = plain_router(&desk.front);
    let html = plain("GET", "/hmm/miners?sort=name", &desk).header("accept", "text/html");
    let led = desk.through(router.clone(), html.body(Body::empty()).unwrap()).await;
    let place = "https://192.168.1.2:8080/hmm/miners?sort=name";
    assert_eq!((led.status.as_u16(), led.header("location")), (307, place));
    for (method, accept) in [("GET", "application/json"), ("POST", "text/html")] {
        let request = plain(method, "/hmm/api/miners", &desk).header("accept", accept).body(Body::empty()).unwrap();
        assert_eq!(desk.through(router.clone(), request).await.is(), problem(403, "https-required"));
    }
    let page = plain("GET", "/hmm/ca", &desk).body(Body::empty()).unwrap();
    let page = desk.through(router, page).await;
    assert!(page.status == 404 && page.text().contains("Nothing to install"), "{}", page.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn d2_half_a_tls_hello_does_not_hold_a_connection() {
    let desk = desk().await;
    let limits = Limits { head_within: Duration::from_millis(100), total: 1, ..Limits::default() };
    let at = desk.listen_within(limits).await;
    // A real hello, of which half is sent.
    let (mut listened, hello) = (Vec::new(), client(&desk.front.tls.authority().unwrap(), NOW));
    let mut connection = rustls::ClientConnection::new(hello, ServerName::try_from("localhost").unwrap()).unwrap();
    connection.write_tls(&mut listened).unwrap();
    assert_eq!(listened[0], 0x16);
    for half in [&listened[..0], &listened[..1], &listened[..listened.len() / 2]] {
        assert!(!String::from_utf8_lossy(&heard(at, half).await).contains("HTTP"));
    }
    // What only begins like one is told so, and gone.
    let alert = heard(at, b"\x16\x03\x01\xff\xff nonsense that is no hello").await;
    assert!(alert.is_empty() || alert[0] == 0x15, "{alert:?}");
    // The one seat there is is free again.
    while call(&desk, at).await.is_err() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d2_an_encrypted_connection_has_one_seat_and_gives_it_back() {
    let desk = desk().await;
    let at = desk.listen_within(Limits { total: 2, ..Limits::default() }).await;
    let mut callers = vec![call(&desk, at).await.unwrap(), call(&desk, at).await.unwrap()];
    assert!(call(&desk, at).await.is_err());
    callers.pop();
    while call(&desk, at).await.is_err() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s2_s5_over_tls_the_cookie_is_bound_and_an_origin_without_tls_is_another_page() {
    let desk = desk().await;
    desk.person("ada", Role::Admin).await;
    let at = desk.listen().await;
    let body = json!({ "name": "ada", "password": PASSWORD }).to_string();
    let kind = "Content-Type: application/json\r\n";
    let from = |scheme: &str| format!("{kind}Origin: {scheme}://{at}\r\n");
    let foreign = ask(&desk, at, "POST /api/auth/login", &from("http"), &body).await;
    assert!(foreign.contains("/problems/wrong-origin"), "{foreign}");
    let signed_in = ask(&desk, at, "POST /api/auth/login", &from("https"), &body).await;
    let set = signed_in.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    assert!(set.starts_with("__Host-hmm_session=") && set.contains("; Path=/;") && set.ends_with("; Secure"), "{set}");
    let cookie = format!("Cookie: {}\r\n", set.split(';').next().unwrap());
    let mode = json!({ "mode": "paused" }).to_string();
    for (scheme, status) in [("http", "403"), ("https", "200")] {
        let headers = from(scheme) + &cookie;
        let put = ask(&desk, at, "PUT /api/system/mode", &headers, &mode).await;
        assert!(put.starts_with(&format!("HTTP/1.1 {status}")), "{scheme}: {put}");
    }
    // No browser is told to forget plain http: the page that explains the certificate lives there.
    assert!(!signed_in.to_ascii_lowercase().contains("strict-transport-security"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_live_feed_runs_over_tls() {
    let desk = desk().await;
    let at = desk.listen().await;
    for (scheme, welcome) in [("http", false), ("https", true)] {
        let mut request = format!("wss://{at}/ws/updates").into_client_request().unwrap();
        let headers = request.headers_mut();
        headers.insert("authorization", format!("Bearer {}", desk.viewer).parse().unwrap());
        headers.insert("origin", format!("{scheme}://{at}").parse().unwrap());
        let opened = client_async(request, call(&desk, at).await.unwrap()).await;
        assert_eq!(opened.is_ok(), welcome, "{scheme}");
        if let Ok((mut socket, _)) = opened {
            let first = socket.next().await.unwrap().unwrap().into_text().unwrap();
            let first: Value = serde_json::from_str(first.as_str()).unwrap();
            assert_eq!(first["type"], "snapshot");
            desk.ask("PUT", "/api/system/mode").token(&desk.admin).json(&json!({ "mode": "live" })).send().await;
            let news = socket.next().await.unwrap().unwrap().into_text().unwrap();
            assert!(news.as_str().contains("\"seq\":1"), "{news}");
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_wrong_with_the_certificate_stands_on_the_system_page_until_it_is_mended() {
    let desk = desk().await;
    let (tls, engine) = (Arc::clone(&desk.front.tls), Arc::clone(&desk.house.engine));
    engine.tasks().spawn("tls-troubles", tell(Arc::clone(&tls), Arc::clone(&engine)));
    let problems = async || {
        let system = desk.get("/api/system").token(&desk.viewer).send().await.json();
        system["problems"].as_array().unwrap().iter().map(|problem| problem["kind"].clone()).collect::<Vec<_>>()
    };
    assert!(problems().await.is_empty());
    let end = NOW + Duration::from_hours(24 * 3_640);
    tls.round(end);
    while problems().await != [json!("tls_authority_ends")] {
        tokio::task::yield_now().await;
    }
    tls.new_authority(end).unwrap();
    while !problems().await.is_empty() {
        tokio::task::yield_now().await;
    }
}
