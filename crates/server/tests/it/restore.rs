//! Restore and visit on the built program: the same process closes one house and opens the other, and a kill in the
//! middle leaves one of the two.

use crate::program::{Answer, Running, run, text};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::path::Path;

const DATABASES: [&str; 2] = ["sqlite", "postgresql"];

fn folder(database: &str) -> tempfile::TempDir {
    use std::os::unix::fs::PermissionsExt;
    let folder = tempfile::tempdir().unwrap();
    let config = format!("database: {{type: {database}}}\napp: {{host: 127.0.0.1}}\n");
    std::fs::write(folder.path().join("config.yaml"), config).unwrap();
    // PostgreSQL's files belong to another user, who must get there.
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    folder
}

fn databases() -> &'static [&'static str] {
    if Path::new("/usr/lib/postgresql").is_dir() {
        return &DATABASES;
    }
    eprintln!("skipped: PostgreSQL is not installed");
    &DATABASES[..1]
}

fn admin_token(folder: &Path) -> String {
    let made = run(folder, &["token", "create", "--role", "admin", "--name", "shell"]);
    assert!(made.status.success(), "{}", text(&made.stderr));
    format!("Authorization: Bearer {}\r\n", text(&made.stdout).trim())
}

/// A house in which ana lives, LIVE, with `events` lines in its log; and its backup.
fn lived_in(folder: &Path, lines: usize) -> Vec<u8> {
    let running = Running::start(folder, &[]);
    running.wait_ready();
    let code = std::fs::read_to_string(folder.join("setup-code")).unwrap();
    let ana = json!({ "code": code.trim(), "name": "ana", "password": "correct horse battery" });
    assert_eq!(running.post("/api/auth/setup", "", &ana).status, 201);
    let token = admin_token(folder);
    for n in 0..lines {
        let mode = if n % 2 == 0 { "paused" } else { "live" };
        assert_eq!(running.put("/api/system/mode", &token, &json!({ "mode": mode })).status, 200);
    }
    assert_eq!(running.put("/api/system/mode", &token, &json!({ "mode": "live" })).status, 200);
    let file = folder.join("copy.hmmbak");
    assert!(run(folder, &["backup", file.to_str().unwrap()]).status.success());
    running.stop();
    std::fs::read(file).unwrap()
}

fn send(running: &Running, headers: &str, file: &[u8]) -> Answer {
    running.send("POST", "/api/restore", &format!("X-Restore: yes\r\n{headers}"), "application/octet-stream", file)
}

fn names(running: &Running, headers: &str) -> Vec<String> {
    let users = running.ask("/api/users", headers).json();
    users["items"].as_array().unwrap().iter().map(|user| user["name"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn d7_a_first_run_from_a_backup_starts_paused_and_asks_for_a_new_password() {
    let old = folder("sqlite");
    let backup = lived_in(old.path(), 3);
    for database in databases() {
        let new = folder(database);
        let running = Running::start(new.path(), &[]);
        running.wait_ready();
        let code = std::fs::read_to_string(new.path().join("setup-code")).unwrap();
        let accepted = send(&running, &format!("X-Setup-Code: {}\r\n", code.trim()), &backup);
        assert_eq!((accepted.status, &accepted.json()["passwords"]), (202, &json!(false)), "{accepted:?}");
        running.wait_ready();
        // The same process, another house: its own code, and its people without their passwords.
        let fresh = std::fs::read_to_string(new.path().join("setup-code")).unwrap();
        assert_ne!(fresh, code, "{database}");
        let status = running.ask("/api/auth/setup", "").json();
        assert_eq!((&status["needed"], &status["restored"]), (&json!(true), &json!(true)));
        let claim = |name: &str| json!({ "code": fresh.trim(), "name": name, "password": "a second password" });
        let ana = running.post("/api/auth/setup", "", &claim("ana"));
        assert_eq!(ana.status, 201, "{ana:?}");
        let cookie = format!("Cookie: {}\r\nOrigin: http://{}\r\n", ana.cookie(), running.address);
        assert_eq!(names(&running, &cookie), ["ana"], "she is who she was, and nobody was added");
        assert_eq!(running.post("/api/auth/setup", "", &claim("eve")).status, 404);
        let system = running.ask("/api/system", &cookie).json();
        assert_eq!(system["mode"], "paused", "it was live when the backup was made: {database}");
        assert_eq!(running.ask("/api/system/mode", &cookie).json()["before"], "dry_run", "{database}");
        assert!(system["restored"]["made_at"].is_string(), "{system}");
        assert_eq!(running.ask("/api/audit/verify", &cookie).json()["verdict"], "whole");
        let log = running.ask("/api/audit?action=house.restore", &cookie).json();
        assert_eq!(log["items"].as_array().unwrap().len(), 1, "{log}");
        assert_eq!(running.put("/api/system/mode", &cookie, &json!({ "mode": "dry_run" })).status, 200);
        assert_eq!(running.ask("/api/system", &cookie).json()["restored"], Value::Null);
        assert!(std::fs::read_dir(new.path().join("incoming")).unwrap().next().is_none(), "the upload is gone");
        let (exit, said) = running.stop();
        assert_eq!(exit, Some(0), "{said}");
    }
}

#[test]
fn d7_a_restore_ends_sessions_and_tokens_and_keeps_a_copy_of_what_was_there() {
    for database in databases() {
        let folder = folder(database);
        lived_in(folder.path(), 1);
        let running = Running::start(folder.path(), &[]);
        running.wait_ready();
        let token = admin_token(folder.path());
        let job = running.post("/api/backups", &token, &json!({}));
        assert_eq!(job.status, 202, "{job:?}");
        let job = format!("/api/jobs/{}", job.json()["job_id"]);
        running.wait_for(&job, &token, "\"state\":\"done\"");
        // After the backup: gone with the restore.
        assert_eq!(running.put("/api/system/mode", &token, &json!({ "mode": "dry_run" })).status, 200);
        let backups = running.ask("/api/backups", &token).json();
        let accepted = running.post("/api/restore", &token, &json!({ "backup_id": backups["items"][0]["id"] }));
        assert_eq!(accepted.status, 202, "{accepted:?}");
        running.wait_ready();
        assert_eq!(running.ask("/api/auth/me", &token).status, 401, "{database}");
        let token = admin_token(folder.path());
        assert_eq!(running.ask("/api/system", &token).json()["mode"], "paused");
        assert_eq!(running.ask("/api/audit/verify", &token).json()["verdict"], "whole");
        let copies = std::fs::read_dir(folder.path().join("backups")).unwrap();
        let copies =
            copies.filter(|file| file.as_ref().unwrap().file_name().to_string_lossy().starts_with("before-restore-"));
        assert_eq!(copies.count(), 1);
        let listed = running.ask("/api/backups", &token).json().to_string();
        assert!(listed.contains("hmmbak") && !listed.contains("before-"), "the copy stays here: {listed}");
        // At the command line her password is given back: the code is not needed any more.
        assert!(folder.path().join("setup-code").exists());
        let reset = run(folder.path(), &["user", "reset-password", "ana"]);
        assert!(reset.status.success(), "{}", text(&reset.stderr));
        assert_eq!(running.ask("/api/auth/setup", "").status, 404);
        assert!(!folder.path().join("setup-code").exists());
        let login = json!({ "name": "ana", "password": text(&reset.stdout).trim() });
        assert_eq!(running.post("/api/auth/login", "", &login).status, 200);
        assert_eq!(running.stop().0, Some(0));
    }
}

/// The backup with other words in it, and a checksum to match.
fn forged(backup: &[u8], change: impl Fn(&str) -> String) -> Vec<u8> {
    let mut text = String::new();
    flate2::read::GzDecoder::new(backup).read_to_string(&mut text).unwrap();
    let changed = change(text.trim_end().rsplit_once('\n').unwrap().0) + "\n";
    assert!(!text.starts_with(&changed), "nothing was changed");
    let rows = changed.lines().filter(|line| line.starts_with('[')).count();
    let sum = hex::encode(<sha2::Sha256 as sha2::Digest>::digest(changed.as_bytes()));
    let mut out = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::fast());
    out.write_all(format!("{changed}{}\n", json!({ "rows": rows, "sha256": sum })).as_bytes()).unwrap();
    out.finish().unwrap()
}

#[test]
fn d7_when_a_whole_backup_cannot_be_loaded_the_house_opens_again_as_it_was_and_says_so() {
    for database in databases() {
        let old = folder("sqlite");
        let backup = lived_in(old.path(), 2);
        let folder = folder(database);
        lived_in(folder.path(), 2);
        let running = Running::start(folder.path(), &[]);
        running.wait_ready();
        let token = admin_token(folder.path());
        // Two people of one name.
        let twice = forged(&backup, |text| {
            let line = text.lines().find(|line| line.starts_with("[1,\"ana\",")).unwrap();
            let second = line.replacen("[1,", "[2,", 1);
            let both = text.replacen(line, &format!("{line}\n{second}"), 1);
            both.replacen("\"house_user\":1", "\"house_user\":2", 1)
        });
        assert_eq!(send(&running, &token, &twice).status, 202);
        running.wait_ready();
        let system = running.ask("/api/system", &token).json();
        assert_eq!((&system["mode"], &system["restored"]), (&json!("live"), &Value::Null), "{database} {system}");
        assert_eq!(names(&running, &token), ["ana"]);
        let events = running.ask("/api/events?level=error", &token).json();
        assert_eq!(events["items"][0]["kind"], "restore_failed", "{events}");
        let log = running.ask("/api/audit?action=house.restore", &token).json();
        assert!(log["items"][0]["outcome"].as_str().unwrap().starts_with("failed: "), "{log}");
        assert_eq!(log["items"][0]["settles"], log["items"][1]["id"]);
        // Rows that the database takes and nobody can live among: what was there is put back.
        let nonsense = forged(&backup, |text| {
            let line = text.lines().find(|line| line.starts_with("[\"house\",")).unwrap();
            text.replacen(line, "[\"house\",\"7\"]", 1)
        });
        assert_eq!(send(&running, &token, &nonsense).status, 202);
        running.wait_ready();
        assert_eq!(running.ask("/api/auth/me", &token).status, 401, "signed out in any case");
        let token = admin_token(folder.path());
        let events = running.ask("/api/events?level=error", &token).json();
        assert_eq!(events["items"].as_array().unwrap().len(), 2, "{database} {events}");
        assert_eq!(running.ask("/api/system", &token).json()["mode"], "paused");
        assert_eq!(running.ask("/api/audit/verify", &token).json()["verdict"], "whole");
        assert!(std::fs::read_dir(folder.path().join("incoming")).unwrap().next().is_none());
        assert_eq!(running.stop().0, Some(0));
    }
}

#[test]
fn a_kill_in_the_middle_of_a_restore_leaves_the_old_house_or_the_new_one() {
    for database in databases() {
        let old = folder(database);
        let backup = lived_in(old.path(), 40);
        let folder = folder(database);
        lived_in(folder.path(), 2);
        let (mut olds, mut news) = (0, 0);
        for round in 0..8 {
            let running = Running::start(folder.path(), &[]);
            running.wait_ready();
            let token = admin_token(folder.path());
            let before = running.ask("/api/audit?limit=1", &token).json()["items"][0]["id"].as_i64().unwrap();
            assert_eq!(send(&running, &token, &backup).status, 202);
            // A little later each time.
            for _ in 0..round * round {
                running.ask("/api/health/ready", "");
            }
            running.signal("KILL");
            drop(running);
            let again = Running::start(folder.path(), &[]);
            again.wait_ready();
            let token = admin_token(folder.path());
            assert_eq!(again.ask("/api/audit/verify", &token).json()["verdict"], "whole", "{database} {round}");
            assert!(!folder.path().join("incoming").exists(), "what was sent is swept away");
            let system = again.ask("/api/system", &token).json();
            let restored = system["restored"].is_object();
            if restored {
                assert_eq!(system["mode"], "paused", "{database} {round}");
                news += 1;
                // Back to a house that nobody restored.
                assert_eq!(again.put("/api/system/mode", &token, &json!({ "mode": "live" })).status, 200);
            } else {
                assert_eq!(system["mode"], "live", "{database} {round}");
                let log = again.ask("/api/audit?action=house.restore&limit=1", &token).json();
                assert!(log["items"][0]["id"].as_i64().unwrap() > before, "what was about to happen is in the log");
                olds += 1;
            }
            assert_eq!(again.stop().0, Some(0));
        }
        assert!(olds > 0, "{database}: {olds} old, {news} new");
    }
}

#[test]
fn a_visit_leaves_nothing_behind_not_even_after_a_kill() {
    let (folder, temporary) = (folder("sqlite"), tempfile::tempdir().unwrap());
    let start = || {
        let mut command = crate::program::hmm(folder.path(), &["serve"]);
        let running = Running::of(command.env("TMPDIR", temporary.path()));
        running.wait_ready();
        running
    };
    let visits = || std::fs::read_dir(temporary.path()).unwrap().count();
    let running = start();
    let code = std::fs::read_to_string(folder.path().join("setup-code")).unwrap();
    let enter = |running: &Running| {
        let entered = running.post("/api/demo", "", &json!({ "code": code.trim() }));
        assert_eq!(entered.status, 201, "{entered:?}");
        format!("Cookie: {}\r\nOrigin: http://{}\r\n", entered.cookie(), running.address)
    };
    let guest = enter(&running);
    assert_eq!(visits(), 1);
    running.wait_for("/api/miners", &guest, "\"state\":\"mining\"");
    assert_eq!(running.send("DELETE", "/api/demo", &guest, "application/json", b"").status, 204);
    running.wait_until(|| visits() == 0);
    // Left standing, it goes with the program.
    enter(&running);
    let (exit, said) = running.stop();
    assert_eq!((exit, visits()), (Some(0), 0), "{said}");
    let running = start();
    let code = std::fs::read_to_string(folder.path().join("setup-code")).unwrap();
    assert_eq!(running.post("/api/demo", "", &json!({ "code": code.trim() })).status, 201);
    running.signal("KILL");
    drop(running);
    assert_eq!(visits(), 1, "a kill leaves the folder");
    let running = start();
    assert_eq!(visits(), 0, "and the next start removes it");
    assert_eq!(running.stop().0, Some(0));
}
