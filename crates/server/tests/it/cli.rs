//! The command line, on the built program.
//!
//! **Invariant:** an error is one line on stderr that says what to do, and an exit code that is not 0.

use crate::program::{Running, hmm, run, text};
use std::io::Write;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;

const SQLITE: &str = "database: {type: sqlite}\napp: {host: 127.0.0.1}\n";

/// An empty folder, but for a configuration that needs no other program.
fn folder() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("config.yaml"), SQLITE).unwrap();
    folder
}

fn mode(path: &Path) -> u32 {
    std::fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn me(running: &Running, token: &str) -> String {
    running.get("/api/auth/me", &format!("Authorization: Bearer {token}\r\n"))
}

#[test]
fn from_an_empty_folder_to_ready_and_to_a_clean_stop() {
    let folder = folder();
    let mut running = Running::start(folder.path(), &[]);
    running.wait_ready();
    let code = running.line("set-up code: ");
    let code = code.trim_start_matches("set-up code: ");
    let file = folder.path().join("setup-code");
    assert_eq!(std::fs::read_to_string(&file).unwrap().trim(), code);
    for name in ["setup-code", "secret.key", "hmm.sock"] {
        assert_eq!(mode(&folder.path().join(name)), 0o600, "{name}");
    }
    let (exit, said) = running.stop();
    assert_eq!(exit, Some(0), "{said}");
    assert!(said.contains("stopped"), "{said}");
    assert!(!folder.path().join("hmm.sock").exists());
    let log: String = std::fs::read_dir(folder.path().join("logs"))
        .unwrap()
        .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
        .collect();
    assert!(log.contains("ready") && !log.contains(code), "the log file knows all but the code: {log}");
}

#[test]
fn a_token_is_made_with_and_without_a_running_manager() {
    let folder = folder();
    let create = ["token", "create", "--role", "viewer", "--name", "probe"];
    let alone = run(folder.path(), &create);
    assert!(alone.status.success(), "{}", text(&alone.stderr));
    let running = Running::start(folder.path(), &["serve"]);
    running.wait_ready();
    let beside = run(folder.path(), &create);
    assert!(beside.status.success(), "{}", text(&beside.stderr));
    for output in [alone, beside] {
        let printed = text(&output.stdout);
        assert_eq!(printed.lines().count(), 1, "the token alone: {printed}");
        let answer = me(&running, printed.trim());
        assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    }
    assert!(me(&running, "hmm_nonsense").starts_with("HTTP/1.1 401"));
}

#[test]
fn a_scope_narrows_a_token_and_cannot_widen_it() {
    let folder = folder();
    let wide = run(folder.path(), &["token", "create", "--role", "viewer", "--name", "x", "--scope", "admin"]);
    assert_eq!(wide.status.code(), Some(1));
    assert_eq!(text(&wide.stderr), "hmm: scope admin is more than the role viewer has\n");
    let narrow = run(folder.path(), &["token", "create", "--role", "admin", "--name", "x", "--scope", "metrics"]);
    assert!(narrow.status.success(), "{}", text(&narrow.stderr));
    let running = Running::start(folder.path(), &[]);
    running.wait_ready();
    let token = text(&narrow.stdout);
    let bearer = format!("Authorization: Bearer {}\r\n", token.trim());
    assert!(running.get("/metrics", &bearer).starts_with("HTTP/1.1 200"));
    assert!(running.get("/api/users", &bearer).starts_with("HTTP/1.1 403"));
}

#[test]
fn nobody_gets_a_new_password_who_is_not_there() {
    let folder = folder();
    let output = run(folder.path(), &["user", "reset-password", "ann"]);
    assert_eq!((output.status.code(), text(&output.stderr)), (Some(1), "hmm: there is no account ann\n".to_owned()));
}

#[test]
fn a_second_manager_on_the_same_folder_is_refused_in_one_line() {
    let folder = folder();
    let running = Running::start(folder.path(), &[]);
    running.wait_ready();
    let second = run(folder.path(), &["serve"]);
    assert_eq!(second.status.code(), Some(1));
    let said = text(&second.stderr);
    let expected = format!("runs on {}; stop it first", folder.path().display());
    assert!(said.starts_with("hmm: another hmm (process ") && said.contains(&expected), "{said}");
    assert_eq!(said.lines().count(), 1, "{said}");
    running.stop();
}

#[test]
fn a_wrong_line_in_the_configuration_is_named_and_nothing_starts() {
    let folder = folder();
    std::fs::write(folder.path().join("config.yaml"), "telemetry:\n  interval: soon\n").unwrap();
    for args in [&["serve"][..], &["token", "create", "--name", "x"], &["demo"]] {
        let output = run(folder.path(), args);
        assert_eq!(output.status.code(), Some(1));
        let said = text(&output.stderr);
        assert!(
            said.starts_with("hmm: config.yaml:2:13: key telemetry.interval: \"soon\" is not accepted here;"),
            "{said}"
        );
        assert_eq!((said.lines().count(), text(&output.stdout)), (1, String::new()));
    }
    assert!(!folder.path().join("data.db").exists());
}

#[test]
fn a_folder_that_cannot_be_written_is_said_plainly() {
    let folder = folder();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o555)).unwrap();
    let mut command = hmm(folder.path(), &["serve"]);
    // Root may write everywhere, so that another user tries.
    if is_root() {
        command.uid(65_534).gid(65_534);
    }
    let output = command.output().unwrap();
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{said}");
    let expected = format!("hmm: cannot write to the config folder {}: ", folder.path().display());
    assert!(said.starts_with(&expected) && said.contains("make it writable"), "{said}");
}

fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt;
    std::fs::metadata("/proc/self").unwrap().uid() == 0
}

#[test]
fn healthcheck_says_whether_the_manager_is_ready() {
    let folder = folder();
    let running = Running::start(folder.path(), &[]);
    running.wait_ready();
    let port = running.address.port().to_string();
    let check = |port: &str| hmm(folder.path(), &["healthcheck"]).env("WEB_PORT", port).output().unwrap();
    assert_eq!(check(&port).status.code(), Some(0));
    running.stop();
    let output = check(&port);
    assert_eq!(output.status.code(), Some(1));
    assert!(text(&output.stderr).contains("does not answer"));
}

#[test]
fn a_kill_leaves_a_house_that_starts_again_and_keeps_what_it_promised() {
    let folder = folder();
    let running = Running::start(folder.path(), &[]);
    running.wait_ready();
    let token = text(&run(folder.path(), &["token", "create", "--name", "kept"]).stdout);
    running.signal("KILL");
    drop(running);
    assert!(folder.path().join("hmm.sock").exists(), "a kill leaves the socket behind");
    let mut again = Running::start(folder.path(), &[]);
    again.wait_ready();
    assert!(me(&again, token.trim()).starts_with("HTTP/1.1 200"));
    again.signal("INT");
    assert_eq!(again.exit(), Some(0));
}

#[test]
fn postgresql_is_found_started_with_us_and_ended_with_us() {
    if !Path::new("/usr/lib/postgresql").is_dir() {
        println!("skipped: PostgreSQL is not installed");
        return;
    }
    let folder = folder();
    std::fs::write(folder.path().join("config.yaml"), "database: {type: postgresql}\napp: {host: 127.0.0.1}\n")
        .unwrap();
    // Its files belong to another user, who must get there.
    std::fs::set_permissions(folder.path(), std::fs::Permissions::from_mode(0o755)).unwrap();
    let running = Running::start(folder.path(), &[]);
    running.wait_ready();
    let token = text(&run(folder.path(), &["token", "create", "--role", "admin", "--name", "x"]).stdout);
    let bearer = format!("Authorization: Bearer {}\r\n", token.trim());
    let system = running.get("/api/system", &bearer);
    assert!(system.contains("\"engine\":\"PostgreSQL\""), "{system}");
    // The jobs that a first start finds due go through the queue of this database too.
    running.wait_for("/api/jobs?limit=1", &bearer, "\"state\":\"done\"");
    let (exit, said) = running.stop();
    assert_eq!(exit, Some(0), "{said}");
    assert!(said.contains("open database=\"PostgreSQL") && said.contains("ready"), "no line is lost: {said}");
    assert!(!folder.path().join("postgres/postmaster.pid").exists(), "it was shut down in order: {said}");
}

#[test]
fn a_house_without_its_database_waits_says_so_and_still_stops_in_order() {
    let folder = folder();
    let config = "database:\n  type: external\n  url: postgresql://u:hunter2@127.0.0.1:1/hmm\napp: {host: 127.0.0.1}\n";
    std::fs::write(folder.path().join("config.yaml"), config).unwrap();
    let running = Running::start(folder.path(), &[]);
    let health = running.wait_for("/api/health/ready", "", "waiting_for_database");
    assert!(health.starts_with("HTTP/1.1 503") && health.contains("database_away"), "{health}");
    assert!(running.get("/api/health/live", "").starts_with("HTTP/1.1 200"));
    let miners = running.get("/api/miners", "");
    assert!(miners.starts_with("HTTP/1.1 503") && miners.contains("/problems/starting"), "{miners}");
    let page = running.get("/", "Accept: text/html\r\n").to_ascii_lowercase();
    assert!(page.starts_with("http/1.1 503") && page.contains("refresh: 2"), "{page}");
    let token = run(folder.path(), &["token", "create", "--name", "x"]);
    let said = text(&token.stderr);
    assert_eq!(said, "hmm: the running manager is not ready (waiting_for_database); try again in a moment\n");
    let (exit, said) = running.stop();
    assert_eq!(exit, Some(0), "{said}");
    assert!(said.contains("the database is not there; trying again") && !said.contains("hunter2"), "{said}");
}

#[test]
fn whoever_does_not_finish_a_request_holds_nobody_up_and_a_second_signal_ends_all_waiting() {
    let folder = folder();
    let mut running = Running::start(folder.path(), &[]);
    running.wait_ready();
    let mut half = std::net::TcpStream::connect(running.address).unwrap();
    half.write_all(b"GET /api/health/live HTTP/1.1\r\nHo").unwrap();
    // Answered on another connection after the half request was accepted on its own.
    running.wait_ready();
    running.signal("TERM");
    running.line_with(" stopping");
    running.signal("INT");
    assert_eq!(running.exit(), Some(0));
    let said = running.said();
    assert!(said.contains("asked twice"), "{said}");
}

#[test]
fn below_a_base_path_everything_is_there_and_nowhere_else() {
    let folder = folder();
    let config = "database: {type: sqlite}\napp: {host: 127.0.0.1, base_path: /hmm}\nlogging: {json: true}\n";
    std::fs::write(folder.path().join("config.yaml"), config).unwrap();
    let running = Running::start(folder.path(), &[]);
    running.wait_for("/hmm/api/health/ready", "", "\"state\":\"ready\"");
    let answer = |path: &str| running.get(path, "").split("\r\n").next().unwrap_or_default().to_owned();
    assert_eq!(answer("/hmm/api/miners"), "HTTP/1.1 401 Unauthorized");
    assert_eq!(answer("/hmm"), answer("/hmm/"));
    assert_ne!(answer("/hmm/"), "HTTP/1.1 404 Not Found");
    assert_eq!(answer("/api/miners"), "HTTP/1.1 404 Not Found");
    assert!(running.get("/", "").contains("location: /hmm/\r\n"));
    let port = running.address.port().to_string();
    let healthy = hmm(folder.path(), &["healthcheck"]).env("WEB_PORT", port).status().unwrap();
    assert_eq!(healthy.code(), Some(0));
    let (_, said) = running.stop();
    assert!(
        said.lines().all(|line| line.starts_with('{') || line.contains(": ") || line.starts_with("listening")),
        "{said}"
    );
}

#[test]
fn a_backup_goes_from_one_house_to_an_empty_one_which_then_starts_paused() {
    let (old, new) = (folder(), folder());
    let running = Running::start(old.path(), &[]);
    running.wait_ready();
    let file = old.path().join("copy.hmmbak");
    let name = file.to_str().unwrap();
    let backup = run(old.path(), &["backup", name]);
    assert!(backup.status.success(), "{}", text(&backup.stderr));
    assert_eq!(mode(&file), 0o600);
    let twice = run(old.path(), &["backup", name]);
    assert!(text(&twice.stderr).contains("is there already"), "{}", text(&twice.stderr));
    let busy = run(old.path(), &["restore", name]);
    assert!(text(&busy.stderr).contains("stop it first"), "{}", text(&busy.stderr));
    let restore = run(new.path(), &["restore", name]);
    assert!(restore.status.success(), "{}", text(&restore.stderr));
    assert!(!run(new.path(), &["restore", name]).status.success(), "only an empty house is filled");
    let restored = Running::start(new.path(), &[]);
    restored.wait_ready();
    let token = text(&run(new.path(), &["token", "create", "--role", "admin", "--name", "x"]).stdout);
    let system = restored.get("/api/system", &format!("Authorization: Bearer {}\r\n", token.trim()));
    assert!(system.contains("\"mode\":\"paused\""), "{system}");
}

#[test]
fn a_demo_needs_nothing_and_leaves_nothing() {
    let mut command = std::process::Command::new(env!("CARGO_BIN_EXE_hmm"));
    let mut running =
        Running::of(command.args(["demo", "--port", "0", "--seed", "7", "--clock", "manual"]).env_remove("WEB_PORT"));
    assert!(running.address.ip().is_loopback());
    let control = running.line("control on http://").split("http://").nth(1).unwrap().to_owned();
    running.line("set-up code: ");
    running.wait_ready();
    assert!(control.starts_with("127.0.0.1:"), "{control}");
    let (exit, said) = running.stop();
    assert_eq!(exit, Some(0), "{said}");
}

#[test]
fn what_the_program_is_and_what_it_can_be_asked() {
    let folder = folder();
    assert_eq!(text(&run(folder.path(), &["--version"]).stdout), format!("hmm {}\n", env!("CARGO_PKG_VERSION")));
    let document: serde_json::Value = serde_json::from_slice(&run(folder.path(), &["openapi"]).stdout).unwrap();
    assert!(document["openapi"].as_str().unwrap().starts_with("3."));
    let help = text(&run(folder.path(), &["--help"]).stdout);
    assert!(!help.contains("__pg") && help.contains("healthcheck"), "{help}");
    assert_eq!(run(folder.path(), &["backtest"]).status.code(), Some(2));
}
