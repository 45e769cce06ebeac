//! A restore at the door: who may, what is taken, and that nothing closes for a file that is no whole backup. What the
//! program then does is in `tests/it/restore.rs`.

use super::desk::{Ask, Desk, HOST, problem};
use hmm_domain::Role;
use hmm_store::backup::Content;
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::os::unix::fs::PermissionsExt;

const RESTORE: &str = "/api/restore";
const FILE: &str = "application/octet-stream";

impl Desk {
    /// A backup of this very house, as bytes.
    async fn backup(&self) -> Vec<u8> {
        let file = self.dir.path().join("made.hmmbak");
        self.sql.backup(&file, Content::Portable, "1.2.3", hmm_domain::Timestamp::from_millis(5)).await.unwrap();
        let bytes = std::fs::read(&file).unwrap();
        std::fs::remove_file(&file).unwrap();
        bytes
    }

    fn send_file(&self, bytes: impl Into<bytes::Bytes>) -> Ask {
        self.post(RESTORE).raw(bytes, FILE).header("x-restore", "yes")
    }

    fn uploads(&self) -> usize {
        std::fs::read_dir(self.dir.path().join("incoming")).map_or(0, Iterator::count)
    }

    async fn goes_on(&mut self) {
        assert_eq!(self.get("/api/miners").token(&self.viewer).send().await.status, 200);
        assert_eq!((self.uploads(), self.orders.try_recv().is_err()), (0, true));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn d7_nothing_closes_for_a_file_that_is_no_whole_backup_of_ours() {
    let mut desk = Desk::new().await;
    let whole = desk.backup().await;
    let mut text = String::new();
    flate2::read::GzDecoder::new(whole.as_slice()).read_to_string(&mut text).unwrap();
    let packed = |text: &str| {
        let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
        out.write_all(text.as_bytes()).unwrap();
        out.finish().unwrap()
    };
    let bad = [
        Vec::new(),
        b"not a backup".to_vec(),
        whole[..whole.len() - 10].to_vec(),
        packed(&text.replacen("\"format\":1", "\"format\":9", 1)),
        packed(&text.replacen("\"program\":\"1.2.3\"", "\"program\":\"1.2.4\"", 1)),
    ];
    for (n, bytes) in bad.into_iter().enumerate() {
        let answer = desk.send_file(bytes).token(&desk.admin).send().await;
        assert_eq!(answer.is(), problem(422, "backup-unusable"), "{n}");
        assert!(answer.text().contains("nothing was changed"), "{}", answer.text());
        desk.goes_on().await;
    }
    // Of another schema, with a checksum to match.
    let newer = text.replacen("\"schema_version\":\"m", "\"schema_version\":\"n", 1);
    let body = newer.trim_end().rsplit_once('\n').unwrap().0.to_owned() + "\n";
    let sum = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(body.as_bytes()));
    let rows = body.lines().filter(|line| line.starts_with('[')).count();
    let newer = packed(&format!("{body}{}\n", json!({ "rows": rows, "sha256": sum })));
    let answer = desk.send_file(newer).token(&desk.admin).send().await;
    assert_eq!(answer.is(), problem(422, "backup-newer"), "{}", answer.text());
    desk.goes_on().await;
    let huge = desk.send_file("").header("content-length", "2000000000").token(&desk.admin).send().await;
    assert_eq!(huge.is(), problem(413, "body-too-large"));
    desk.goes_on().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s5_no_form_and_no_other_page_sends_a_file() {
    let mut desk = Desk::new().await;
    let whole = desk.backup().await;
    let ada = desk.person("ada", Role::Admin).await;
    let bare = desk.post(RESTORE).raw(whole.clone(), FILE).cookie(&ada).send().await;
    assert_eq!(bare.is(), problem(415, "not-json"), "without the header that a form cannot send");
    for kind in ["multipart/form-data; boundary=x", "text/plain"] {
        let form = desk.post(RESTORE).raw(whole.clone(), kind).header("x-restore", "yes").cookie(&ada).send().await;
        assert_eq!(form.is(), problem(415, "not-json"), "{kind}");
    }
    for origin in ["null", "http://evil.example", "https://192.168.1.2:8080"] {
        let abroad = desk.send_file(whole.clone()).header("cookie", &ada).header("origin", origin).send().await;
        assert_eq!(abroad.is(), problem(403, "wrong-origin"), "{origin}");
        let code = desk.send_file(whole.clone()).header("origin", origin);
        let code = code.from("192.168.1.9").header("x-setup-code", &desk.setup_code.clone()).send().await;
        assert_eq!(code.is(), problem(403, "wrong-origin"), "{origin}");
    }
    desk.goes_on().await;
    let own = desk.send_file(whole).cookie(&ada).header("origin", &format!("http://{HOST}")).send().await;
    assert_eq!(own.status, 202, "{}", own.text());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_whole_backup_closes_the_house_before_the_answer_is_given() {
    let mut desk = Desk::new().await;
    let whole = desk.backup().await;
    let answer = desk.send_file(whole.clone()).token(&desk.admin).send().await;
    assert_eq!(answer.status, 202, "{}", answer.text());
    let begun = answer.json();
    assert_eq!((&begun["program"], &begun["miners"], &begun["passwords"]), (&json!("1.2.3"), &json!(0), &json!(false)));
    assert_eq!(begun["made_at"], "1970-01-01T00:00:00.005Z");
    for path in ["/api/miners", "/api/auth/setup", "/api/demo", RESTORE, "/ws/updates", "/api/system"] {
        let answer = desk.get(path).token(&desk.admin).send().await;
        assert_eq!(answer.is(), problem(503, "restoring"), "{path}");
        assert_eq!(answer.header("retry-after"), "2");
    }
    let ready = desk.get("/api/health/ready").send().await;
    assert_eq!((ready.status.as_u16(), &ready.json()["state"]), (503, &json!("restoring")));
    let page = desk.get("/").header("accept", "text/html").send().await;
    assert!(page.status == 503 && page.text().contains("A backup is being restored"), "{}", page.text());
    let order = desk.orders.try_recv().unwrap();
    assert_eq!(std::fs::read(&order.file).unwrap(), whole);
    assert_eq!(std::fs::metadata(&order.file).unwrap().permissions().mode() & 0o777, 0o600);
    assert!(order.throw_away && order.file.starts_with(desk.dir.path()));
    assert_eq!(order.actor.name.as_str(), "admin");
}

#[tokio::test(flavor = "multi_thread")]
async fn s1_on_the_first_run_the_set_up_code_is_asked_before_a_byte_is_taken() {
    let mut desk = Desk::new().await;
    let whole = desk.backup().await;
    let file = |code: Option<&str>| {
        let ask = desk.send_file(whole.clone());
        match code {
            Some(code) => ask.header("x-setup-code", code),
            None => ask,
        }
    };
    assert_eq!(file(None).send().await.is(), problem(403, "setup-code-wrong"));
    for _ in 0..5 {
        assert_eq!(file(Some("abcd-abcd")).send().await.is(), problem(403, "setup-code-wrong"));
    }
    let code = desk.setup_code.clone();
    assert_eq!(file(Some(&code)).send().await.is(), problem(429, "too-many-attempts"));
    let right = file(Some(&code)).from("192.168.1.77");
    let answer = right.send().await;
    assert_eq!(answer.status, 202, "{}", answer.text());
    assert_eq!(desk.uploads(), 1);
    let order = desk.orders.try_recv().unwrap();
    assert_eq!((order.actor.name.as_str(), order.actor.address.as_deref()), ("hmm", Some("192.168.1.77")));
}

#[tokio::test(flavor = "multi_thread")]
async fn once_there_is_an_administrator_only_one_of_them_may() {
    let mut desk = Desk::new().await;
    let whole = desk.backup().await;
    desk.house.gatekeeper.setup.done();
    let code = desk.setup_code.clone();
    let stranger = desk.send_file(whole.clone()).header("x-setup-code", &code).send().await;
    assert_eq!(stranger.is(), problem(401, "sign-in-required"));
    for token in [&desk.viewer, &desk.operator] {
        assert_eq!(desk.send_file(whole.clone()).token(token).send().await.is(), problem(403, "forbidden"));
    }
    desk.goes_on().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_backup_that_lies_here_is_named_by_its_number() {
    let mut desk = Desk::new().await;
    let folder = desk.dir.path().join("backups");
    std::fs::create_dir(&folder).unwrap();
    let whole = desk.backup().await;
    for name in ["nightly.hmmbak", "before-restore-20261120T000000Z.hmmbak"] {
        std::fs::write(folder.join(name), &whole).unwrap();
    }
    let listed = desk.get("/api/backups").token(&desk.admin).send().await.json();
    assert_eq!(listed["items"].as_array().unwrap().len(), 1);
    let ask = |id: &Value| desk.post(RESTORE).json(&json!({ "backup_id": id })).token(&desk.admin);
    assert_eq!(ask(&json!(7)).send().await.is(), problem(404, "not-found"));
    desk.goes_on().await;
    let answer = desk.post(RESTORE).json(&json!({ "backup_id": listed["items"][0]["id"] })).token(&desk.admin);
    assert_eq!(answer.send().await.status, 202);
    let order = desk.orders.try_recv().unwrap();
    assert_eq!((order.file, order.throw_away), (folder.join("nightly.hmmbak"), false));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_house_that_is_only_visited_is_not_replaced() {
    let mut desk = Desk::new().await;
    let whole = desk.backup().await;
    let entered = desk.post("/api/demo").token(&desk.admin).json(&json!({})).send().await;
    let guest = entered.header("set-cookie").split(';').next().unwrap().to_owned();
    let answer = desk.send_file(whole).cookie(&guest).send().await;
    assert_eq!(answer.is(), problem(409, "refused"));
    assert_eq!(desk.get("/api/auth/me").cookie(&guest).send().await.status, 200);
    desk.goes_on().await;
    desk.visits.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_upload_that_is_broken_off_leaves_nothing() {
    use tokio::io::AsyncWriteExt;
    let mut desk = Desk::new().await;
    let whole = desk.backup().await;
    let at = desk.listen().await;
    let mut caller = tokio::net::TcpStream::connect(at).await.unwrap();
    let head = format!(
        "POST {RESTORE} HTTP/1.1\r\nHost: {at}\r\nAuthorization: Bearer {}\r\nX-Restore: yes\r\nContent-Type: {FILE}\r\n\
         Content-Length: {}\r\n\r\n",
        desk.admin,
        whole.len()
    );
    caller.write_all(head.as_bytes()).await.unwrap();
    caller.write_all(&whole[..whole.len() / 2]).await.unwrap();
    while desk.uploads() == 0 {
        tokio::task::yield_now().await;
    }
    // Nobody else begins one meanwhile.
    let second = desk.send_file(whole).token(&desk.admin).send().await;
    assert_eq!(second.is(), problem(503, "busy"));
    drop(caller);
    while desk.uploads() > 0 {
        tokio::task::yield_now().await;
    }
    desk.goes_on().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_restored_house_says_so_until_somebody_switches_it_on() {
    let desk = Desk::new().await;
    let system = async || desk.get("/api/system").token(&desk.viewer).send().await.json()["restored"].clone();
    assert_eq!(system().await, Value::Null);
    desk.house.store.setting_put("restored", &json!({ "at": 7_000, "made_at": 5_000 })).await.unwrap();
    let told = json!({ "at": "1970-01-01T00:00:07Z", "made_at": "1970-01-01T00:00:05Z" });
    assert_eq!(system().await, told);
    for (mode, expected) in [("paused", &told), ("dry_run", &Value::Null)] {
        let put = desk.ask("PUT", "/api/system/mode").token(&desk.admin).json(&json!({ "mode": mode })).send().await;
        assert_eq!((put.status.as_u16(), &system().await), (200, expected), "{mode}");
    }
}
