//! Drivers from files through the door: D2, D3, H5, S8, and the example of the documentation against its device.

use super::desk::{Desk, gamma, problem};
use hmm_server::plugins::{EXAMPLES, watch};
use serde_json::{Value, json};
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpListener;

/// A plug, as far as the documentation of its firmware goes.
struct Plug {
    port: u16,
    on: Arc<AtomicBool>,
    asked: Arc<Mutex<Vec<String>>>,
}

const PLUG: &str = "127.79.83.1";

impl Plug {
    #[expect(clippy::disallowed_methods, reason = "the plug is a task of the test")]
    async fn start() -> Self {
        let listener = TcpListener::bind((PLUG, 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let (on, asked) = (Arc::new(AtomicBool::new(true)), Arc::<Mutex<Vec<String>>>::default());
        let (state, notes) = (Arc::clone(&on), Arc::clone(&asked));
        tokio::spawn(async move {
            while let Ok((mut stream, _)) = listener.accept().await {
                let mut head = Vec::new();
                let mut buffer = [0; 2048];
                // What is no request is answered at once, as web servers do.
                let odd = |head: &[u8]| head.iter().zip(b"GET ").any(|(is, wanted)| is != wanted);
                while !head.windows(4).any(|end| end == b"\r\n\r\n") && !odd(&head) {
                    match stream.read(&mut buffer).await {
                        Ok(count) if count > 0 => head.extend_from_slice(&buffer[..count]),
                        _ => break,
                    }
                }
                let first = String::from_utf8_lossy(&head).lines().next().unwrap_or_default().to_owned();
                let reply = answer(&first, state.load(Ordering::SeqCst));
                notes.lock().unwrap().push(first);
                let _ = stream.write_all(reply.as_bytes()).await;
                let _ = stream.shutdown().await;
            }
        });
        Self { port, on, asked }
    }
}

fn answer(first: &str, on: bool) -> String {
    if !first.starts_with("GET /cm?cmnd=Status%200 ") {
        return "HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n".to_owned();
    }
    let (word, watts) = if on { ("ON", 137) } else { ("OFF", 0) };
    let body = json!({
        "Status": { "Module": 1, "DeviceName": "Heater", "Power": u8::from(on) },
        "StatusFWR": { "Version": "14.2.0(tasmota)", "Hardware": "ESP8266EX" },
        "StatusNET": { "Hostname": "tasmota-0107", "IPAddress": PLUG, "Mac": "02:00:00:00:01:07" },
        "StatusSNS": { "Time": "2026-11-20T12:00:00", "ENERGY": { "Power": watts, "Voltage": 231, "Total": 3.185 } },
        "StatusSTS": {
            "UptimeSec": 4_242, "Heap": 25, "POWER": word,
            "Wifi": { "AP": 1, "SSId": "home", "RSSI": 78, "Signal": -61 },
        },
    });
    let body = body.to_string();
    format!("HTTP/1.1 200 OK\r\ncontent-type: application/json\r\ncontent-length: {}\r\n\r\n{body}", body.len())
}

/// A house whose folder is looked into, as in the real program.
async fn desk() -> Desk {
    let desk = Desk::with(vec![gamma("blue")], |_| {}).await;
    let (house, tasks) = (&desk.house, desk.house.engine.tasks());
    let clock = Arc::clone(&house.clock);
    tasks.spawn("plugins", watch(Arc::clone(&house.plugins), Arc::clone(&house.engine), clock, tasks.clone()));
    desk
}

fn file(desk: &Desk, name: &str) -> PathBuf {
    let folder = desk.dir.path().join("plugins/miners");
    std::fs::create_dir_all(&folder).unwrap();
    folder.join(name)
}

async fn shown(desk: &Desk) -> Value {
    desk.get("/api/plugins").token(&desk.admin).send().await.json()
}

async fn saved(desk: &Desk, name: &str, text: &str) -> Value {
    std::fs::write(file(desk, name), text).unwrap();
    desk.seconds(6).await;
    shown(desk).await
}

/// What is wrong, a line each.
fn faults(shown: &Value, name: &str) -> String {
    let files = shown["files"].as_array().unwrap();
    let file = files.iter().find(|file| file["name"] == name).unwrap();
    let line = |error: &Value| {
        let key = error["key"].as_str().map(|key| format!("{key}: ")).unwrap_or_default();
        format!("{}:{}: {key}{}\n", error["line"], error["column"], error["text"].as_str().unwrap())
    };
    file["errors"].as_array().unwrap().iter().map(line).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn the_example_of_the_documentation_reads_its_device() {
    let (desk, plug) = (desk().await, Plug::start().await);
    let empty = shown(&desk).await;
    assert_eq!(empty["files"], json!([]));
    assert_eq!(empty["examples"][0]["text"], EXAMPLES[0].1);
    let (name, text) = EXAMPLES[0];
    let one = saved(&desk, name, text).await;
    assert_eq!(faults(&one, name), "");
    assert_eq!((&one["files"][0]["state"], &one["files"][0]["family"]), (&json!("loaded"), &json!("tasmota_plug")));
    let body = json!({ "name": "heater", "address": PLUG, "port": plug.port });
    let added = desk.post("/api/miners").token(&desk.admin).json(&body).send().await;
    assert_eq!(added.status, 201, "{}", added.text());
    let id = added.json()["id"].as_i64().unwrap();
    // What other families asked before it was known.
    plug.asked.lock().unwrap().clear();
    desk.seconds(31).await;
    let path = format!("/api/miners/{id}");
    let miner = desk.get(&path).token(&desk.viewer).send().await.json();
    assert_eq!(miner["family"], "tasmota_plug");
    assert_eq!(miner["identity"], json!({ "kind": "mac", "value": "02:00:00:00:01:07" }));
    assert_eq!((&miner["model"], &miner["firmware"]), (&json!("Tasmota plug ESP8266EX"), &json!("14.2.0(tasmota)")));
    let latest = &miner["latest"];
    assert_eq!((&latest["power_w"], &latest["power_source"]), (&json!(137.0), &json!("plug")));
    assert_eq!((&latest["uptime_s"], &latest["rssi_dbm"]), (&json!(4_242), &json!(-61)));
    assert_eq!((&latest["hashrate_hs"], &latest["temperature_c"]), (&Value::Null, &Value::Null));
    plug.on.store(false, Ordering::SeqCst);
    desk.seconds(31).await;
    let miner = desk.get(&path).token(&desk.viewer).send().await.json();
    assert_eq!((&miner["state"], &miner["latest"]["power_w"]), (&json!("paused"), &json!(0.0)));
    let raw = desk.get(&format!("{path}/raw")).token(&desk.operator).send().await.text();
    assert!(raw.contains("StatusSNS") && !raw.contains("\"home\""), "{raw}");
    // H5: it was read and nothing else; and it cannot be told anything.
    let asked = plug.asked.lock().unwrap().clone();
    assert!(asked.len() >= 2 && asked.iter().all(|first| first.starts_with("GET /cm?cmnd=Status%200 ")), "{asked:?}");
    let off = desk.post(&format!("{path}/restart")).token(&desk.operator).json(&json!({})).send().await;
    assert!(off.status.is_client_error(), "{}", off.text());
    assert_eq!(shown(&desk).await["files"][0]["miners"], 1);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_miner_whose_file_is_gone_or_broken_stays_and_says_so_until_it_is_back() {
    let (desk, plug) = (desk().await, Plug::start().await);
    let blue = desk.add("blue").await;
    let (name, text) = EXAMPLES[0];
    saved(&desk, name, text).await;
    let body = json!({ "name": "heater", "address": PLUG, "port": plug.port });
    let id = desk.post("/api/miners").token(&desk.admin).json(&body).send().await.json()["id"].as_i64().unwrap();
    desk.seconds(31).await;
    let live = |id| desk.house.engine.miner(hmm_domain::MinerId::new(id)).unwrap();
    let problem_there = || desk.house.engine.problems().iter().any(|problem| problem.kind == "family_unknown");
    assert!(live(id).latest.is_some() && !problem_there());
    for broken in [Some(text.replace("power_w:", "power:")), None] {
        if let Some(text) = &broken {
            drop(saved(&desk, name, text).await);
        } else {
            std::fs::remove_file(file(&desk, name)).unwrap();
            desk.seconds(6).await;
        }
        plug.asked.lock().unwrap().clear();
        desk.seconds(600).await;
        let miner = live(id);
        assert!(
            miner.sentence.as_str().contains("Nothing here speaks to the family tasmota_plug"),
            "{}",
            miner.sentence
        );
        assert!(miner.stale && miner.latest.is_some() && problem_there(), "what was known is kept");
        assert_eq!(plug.asked.lock().unwrap().len(), 0, "it is left alone");
        let told = desk.post(&format!("/api/miners/{id}/restart")).token(&desk.operator).json(&json!({})).send().await;
        assert!(told.status.is_client_error(), "{}", told.text());
        assert!(!live(blue).stale, "the others do not notice");
        saved(&desk, name, text).await;
        desk.seconds(31).await;
        assert!(!live(id).stale && !problem_there(), "{}", live(id).sentence);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn all_faults_of_a_file_are_told_with_their_lines_and_disable_no_other() {
    let desk = desk().await;
    let (name, text) = EXAMPLES[0];
    saved(&desk, name, text).await;
    let bad = "\
family: My-Miner
label: Mine
algorithm: sha256
default_port: 0
poll_gap: 1ms
colour: blue
calls:
  status: http://10.0.0.1/x
probe: .status
reading:
  power: .x
  hashrate_hs: .status.hashrate |
  uptime_s: .status.uptime | nowhere
  fan_pct: .status.fan | input
modes:
  - {id: eco, level: 300}
  - {id: custom}
commands:
  mode: {method: DELETE, path: '/set?m={mode}&x={fan_pct}'}
  pause: {path: /pause}
";
    let all = saved(&desk, "bad.yaml", bad).await;
    expect_test::expect![[r#"
        1:1: family: "My-Miner" is not accepted here; write 2 to 32 small letters, digits and _, beginning with a letter, such as my_miner
        3:1: algorithm: "sha256" is not accepted here; write one of sha256d, scrypt, randomx, x11, kheavyhash, ethash, etchash, kawpow, equihash, verushash, autolykos2, octopus, blake3, ghostrider, yespower, lyra2rev3, none
        4:1: default_port: "0" is not accepted here; write a number from 1 to 65535
        5:1: poll_gap: "1ms" is not accepted here; write a duration from 1s to 1h, such as 30s or 5m
        6:1: colour: unknown; remove it. Known here: family, label, algorithm, default_port, access, poll_gap, boot_deadline, temperature_limit_c, power_source, calls, probe, identity, reading, modes, ranges, pool_needs_restart, commands
        8:3: calls.status: "http://10.0.0.1/x" is not accepted here; write a path such as /api/status, without spaces and without http://
        11:3: reading.power: unknown; remove it. Known here: hashrate_hs, hashrate_1m_hs, hashrate_10m_hs, hashrate_1h_hs, expected_hashrate_hs, power_w, power_target_w, temperature_c, vr_temperature_c, board_temperature_c, intake_temperature_c, fan_pct, fan_rpm, fan2_rpm, frequency_mhz, actual_frequency_mhz, core_voltage_mv, actual_core_voltage_mv, shares_accepted, shares_rejected, shares_stale, best_difficulty, best_session_difficulty, pool_difficulty, pool_host, pool_port, pool_user, pool_fallback, response_ms, uptime_s, rssi_dbm, firmware, mode, paused, calibrating, overheated, fault, error_pct, hash_errors, free_heap_bytes, hashrate_khs, hashrate_mhs, hashrate_ghs, hashrate_ths
        16:15: modes[0].level: "300" is not accepted here; write a number from 0 to 255
        17:5: modes[1]: a mode needs an id such as eco, standard, turbo, oc, low, medium or high
        17:6: modes[1].id: "custom" is not accepted here; write eco, standard, turbo, oc, low, medium, high, or another word of small letters, digits and _
        19:3: commands.mode: it needs a path
        19:10: commands.mode.method: "DELETE" is not accepted here; write one of GET, POST, PUT, PATCH
        19:26: commands.mode.path: {fan_pct} is not known here; this command may insert {mode}, {level}, {frequency_mhz}, {core_voltage_mv}
    "#]]
    .assert_eq(&faults(&all, "bad.yaml"));
    assert_eq!(faults(&all, name), "");
    let jq = "family: jq_faults\nlabel: Mine\nalgorithm: none\ncalls: {a: /a}\nprobe: .a\nreading:\n  power_w: .a |\n  uptime_s: .a | nowhere\n  fan_pct: .a | input\n";
    let all = saved(&desk, "jq.yaml", jq).await;
    expect_test::expect![[r#"
        7:3: reading.power_w: expected term (at character 5 of the expression)
        8:3: reading.uptime_s: there is no filter nowhere here (at character 6 of the expression)
        9:3: reading.fan_pct: there is no filter input here (at character 6 of the expression)
    "#]]
    .assert_eq(&faults(&all, "jq.yaml"));
    let states: Vec<_> = all["files"].as_array().unwrap().iter().map(|file| file["state"].as_str().unwrap()).collect();
    assert_eq!(states, ["failed", "failed", "loaded"]);
}

#[tokio::test(flavor = "multi_thread")]
async fn d2_files_that_are_too_large_too_deep_or_no_yaml_are_told_of() {
    let desk = desk().await;
    let deep = format!("family: {}x{}", "[".repeat(40), "]".repeat(40));
    let alias = "family: &a x\nlabel: *a\n";
    let twice = "family: a\nfamily: b\n";
    for (name, text, word) in [
        ("large.yaml", "#".repeat(300 * 1024), "at most"),
        ("deep.yaml", deep, "deeper than 32"),
        ("alias.yaml", alias.to_owned(), "aliases"),
        ("twice.yaml", twice.to_owned(), "twice"),
        ("empty.yaml", "# nothing\n".to_owned(), "empty"),
        ("text.yaml", "just a text".to_owned(), "section"),
    ] {
        let told = faults(&saved(&desk, name, &text).await, name);
        assert!(told.contains(word), "{name}: {told}");
    }
    std::fs::write(file(&desk, "latin.yaml"), b"family: \xe9").unwrap();
    std::fs::create_dir(file(&desk, "folder.yaml")).unwrap();
    std::fs::write(file(&desk, "notes.txt"), "not a driver").unwrap();
    desk.seconds(6).await;
    let shown = shown(&desk).await;
    assert!(faults(&shown, "latin.yaml").contains("UTF-8") && faults(&shown, "folder.yaml").contains("no file"));
    assert!(!shown.to_string().contains("notes.txt"));
}

#[tokio::test(flavor = "multi_thread")]
async fn one_family_has_one_driver() {
    let desk = desk().await;
    let text = EXAMPLES[0].1;
    saved(&desk, "a.yaml", text).await;
    let both = saved(&desk, "b.yaml", text).await;
    assert!(faults(&both, "a.yaml").is_empty() && faults(&both, "b.yaml").contains("a.yaml is the driver"));
    let ours = saved(&desk, "c.yaml", &text.replace("tasmota_plug", "axeos")).await;
    assert!(faults(&ours, "c.yaml").contains("this program speaks axeos itself"));
    std::fs::remove_file(file(&desk, "a.yaml")).unwrap();
    desk.seconds(6).await;
    assert_eq!(faults(&shown(&desk).await, "b.yaml"), "");
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_only_an_administrator_sees_them() {
    let desk = Desk::new().await;
    for token in [&desk.viewer, &desk.operator] {
        assert_eq!(desk.get("/api/plugins").token(token).send().await.is(), problem(403, "forbidden"));
    }
}
