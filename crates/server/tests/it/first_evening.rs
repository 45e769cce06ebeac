//! From an empty folder to a confirmed mode, through the built program and with nothing but HTTP.

use crate::program::Running;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::net::{SocketAddr, TcpStream};

/// One request of a browser on the page itself; returns status, head and body.
fn ask(at: SocketAddr, cookie: &str, method: &str, path: &str, body: &Value) -> (u16, String, Value) {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    let mut stream = TcpStream::connect(at).unwrap();
    write!(
        stream,
        "{method} {path} HTTP/1.1\r\nHost: {at}\r\nOrigin: http://{at}\r\nCookie: {cookie}\r\nContent-Type: application/json\r\n\
         Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split_whitespace().nth(1).unwrap().parse().unwrap();
    (status, head.to_owned(), serde_json::from_str(body).unwrap_or(Value::Null))
}

/// The control port of the neighbourhood takes no request that comes from a page.
fn control(at: SocketAddr, method: &str, path: &str, body: &Value) -> Value {
    let body = body.to_string();
    let mut stream = TcpStream::connect(at).unwrap();
    let length = body.len();
    write!(stream, "{method} {path} HTTP/1.1\r\nHost: {at}\r\nContent-Type: application/json\r\nContent-Length: {length}\r\nConnection: close\r\n\r\n{body}").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap_or(Value::Null)
}

#[test]
fn from_an_empty_folder_to_mode_confirmed_with_nothing_but_http() {
    let folder = tempfile::tempdir().unwrap();
    let mut running = Running::start(folder.path(), &["demo", "--port", "0", "--seed", "7", "--clock", "manual"]);
    let neighbourhood: SocketAddr =
        running.line("control on http://").trim_start_matches("control on http://").parse().unwrap();
    running.wait_ready();
    let at = running.address;
    let code = std::fs::read_to_string(folder.path().join("setup-code")).unwrap();
    let admin = json!({ "code": code.trim(), "name": "ana", "password": "correct horse battery" });
    let (status, head, _) = ask(at, "", "POST", "/api/auth/setup", &admin);
    assert_eq!(status, 201);
    let cookie = head.lines().find_map(|line| line.strip_prefix("set-cookie: ")).unwrap();
    let cookie = cookie.split(';').next().unwrap();
    assert!(!folder.path().join("setup-code").exists());

    let (status, _, accepted) = ask(at, cookie, "POST", "/api/discovery/scan", &json!({}));
    assert_eq!(status, 202, "{accepted}");
    let job = format!("/api/jobs/{}", accepted["job_id"]);
    running.wait_for(&job, &format!("Cookie: {cookie}\r\n"), "\"state\":\"done\"");
    let (_, _, found) = ask(at, cookie, "GET", "/api/discovery/results", &Value::Null);
    let found = found["items"].as_array().unwrap();
    let door = |one: &Value| format!("{}:{}", one["address"].as_str().unwrap(), one["port"]);
    let world = control(neighbourhood, "GET", "/world", &Value::Null);
    let mut doors: Vec<_> = found.iter().map(door).collect();
    let mut expected: Vec<_> =
        world["miners"].as_array().unwrap().iter().map(|one| one["address"].as_str().unwrap().to_owned()).collect();
    doors.sort();
    expected.sort();
    assert_eq!((doors.len(), doors), (8, expected), "the whole neighbourhood is found");

    let path = format!("/api/discovery/results/{}/add", found[0]["id"]);
    let (status, _, miner) = ask(at, cookie, "POST", &path, &json!({ "name": "blue" }));
    assert_eq!(status, 201, "{miner}");
    assert_eq!(miner["observed"]["mode"], "standard");

    let (status, _, accepted) = ask(at, cookie, "POST", "/api/miners/1/mode", &json!({ "mode": "eco" }));
    assert_eq!(status, 202, "{accepted}");
    control(neighbourhood, "POST", "/advance", &json!({ "seconds": 120 }));
    let (_, _, command) = ask(at, cookie, "GET", &format!("/api/commands/{}", accepted["command_id"]), &Value::Null);
    assert_eq!(command["state"], "confirmed", "{command}");
    let (_, _, miner) = ask(at, cookie, "GET", "/api/miners/1", &Value::Null);
    assert_eq!(miner["observed"]["mode"], "eco");
    assert!(miner["sentence"].as_str().unwrap().contains("ana wants it"), "{miner}");
    let (_, _, verdict) = ask(at, cookie, "GET", "/api/audit/verify", &Value::Null);
    assert_eq!(verdict["verdict"], "whole", "{verdict}");
    assert_eq!(running.stop().0, Some(0));
}
