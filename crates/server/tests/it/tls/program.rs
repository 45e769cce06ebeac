//! The built program with HTTPS, from an empty folder.

use crate::program::{Running, hmm, run, text};
use hmm_server::tls::provider;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

const AUTO: &str = "database: {type: sqlite}\napp: {host: 127.0.0.1, tls: auto}\n";

fn folder(config: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("config.yaml"), config).unwrap();
    folder
}

/// One request of somebody who trusts `root` alone.
fn https(running: &Running, root: &CertificateDer<'static>, path: &str, headers: &str) -> std::io::Result<String> {
    let mut roots = RootCertStore::empty();
    roots.add(root.clone()).unwrap();
    let builder = ClientConfig::builder_with_provider(Arc::new(provider()));
    let builder = builder.with_safe_default_protocol_versions().unwrap();
    let client = Arc::new(builder.with_root_certificates(roots).with_no_client_auth());
    let connection = ClientConnection::new(client, ServerName::try_from("localhost").unwrap()).unwrap();
    let mut stream = StreamOwned::new(connection, TcpStream::connect(running.address)?);
    write!(stream, "GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}Connection: close\r\n\r\n")?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer)?;
    Ok(answer)
}

/// As a device takes it.
fn authority(running: &Running) -> CertificateDer<'static> {
    let answer = running.get("/ca/home-miner-manager.crt", "");
    CertificateDer::from_pem_slice(answer.split("\r\n\r\n").nth(1).unwrap().as_bytes()).unwrap()
}

#[expect(clippy::disallowed_methods, reason = "a test waits for another process in real time")]
fn wait_for(running: &Running, root: &CertificateDer<'static>, path: &str, wanted: &str) -> String {
    let began = Instant::now();
    loop {
        let answer = https(running, root, path, "").unwrap();
        if answer.contains(wanted) {
            return answer;
        }
        assert!(began.elapsed() < Duration::from_secs(30), "no {wanted} in time: {answer}");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn healthy(running: &Running, dir: &Path) -> std::process::Output {
    hmm(dir, &["healthcheck"]).env("WEB_PORT", running.address.port().to_string()).output().unwrap()
}

#[test]
fn from_an_empty_folder_to_a_trusted_page() {
    let folder = folder(AUTO);
    let mut running = Running::start(folder.path(), &[]);
    assert!(running.line("listening on ").starts_with("listening on https://127.0.0.1:"));
    let said = running.line("certificate authority SHA-256 ");
    let print = said.trim_start_matches("certificate authority SHA-256 ").to_owned();
    let root = authority(&running);
    wait_for(&running, &root, "/api/health/ready", "\"state\":\"ready\"");
    assert!(running.get("/ca", "").contains(&print[..11]), "the page shows what the log says");
    assert!(https(&running, &root, "/api/miners", "").unwrap().starts_with("HTTP/1.1 401"));
    assert!(running.get("/api/health/ready", "").starts_with("HTTP/1.1 403"), "not even health without TLS");
    let check = healthy(&running, folder.path());
    assert_eq!(check.status.code(), Some(0), "{}", text(&check.stderr));
    let file = folder.path().join("tls/authority.pem");
    assert_eq!(std::fs::metadata(file).unwrap().permissions().mode() & 0o777, 0o600);
    // A kill and a start later it is the same authority.
    running.signal("KILL");
    drop(running);
    let mut again = Running::start(folder.path(), &[]);
    assert_eq!(again.line("certificate authority SHA-256 "), said);
    wait_for(&again, &root, "/api/health/ready", "\"state\":\"ready\"");
    let (exit, said) = again.stop();
    assert_eq!(exit, Some(0), "{said}");
    assert!(said.contains(&format!("fingerprint=\"{print}\"")), "the log has it: {said}");
    let check = run(folder.path(), &["healthcheck"]);
    assert_eq!(check.status.code(), Some(1));
}

#[test]
fn tls_stands_before_the_database_does() {
    let folder = folder(
        "database: {type: external, url: 'postgresql://u:p@127.0.0.1:1/hmm'}\napp: {host: 127.0.0.1, tls: auto}\n",
    );
    let running = Running::start(folder.path(), &[]);
    let root = authority(&running);
    let health = wait_for(&running, &root, "/api/health/ready", "waiting_for_database");
    assert!(health.starts_with("HTTP/1.1 503"), "{health}");
    assert!(running.get("/ca", "").starts_with("HTTP/1.1 200"), "the time can be used to install it");
    let check = healthy(&running, folder.path());
    assert!(check.status.code() == Some(1) && text(&check.stderr).contains("not ready: 503"), "{check:?}");
}

#[test]
fn a_new_authority_is_made_beside_a_running_manager_and_without_one() {
    let folder = folder(AUTO);
    let new = ["tls", "new-ca"];
    let alone = text(&run(folder.path(), &new).stdout);
    assert!(alone.starts_with("certificate authority SHA-256 ") && alone.lines().count() == 1, "{alone}");
    let mut running = Running::start(folder.path(), &[]);
    assert_eq!(running.line("certificate authority SHA-256 "), alone.trim());
    let old = authority(&running);
    wait_for(&running, &old, "/api/health/ready", "\"state\":\"ready\"");
    let beside = text(&run(folder.path(), &new).stdout);
    assert!(beside.starts_with("certificate authority SHA-256 ") && beside != alone, "{beside}");
    let root = authority(&running);
    assert!(https(&running, &old, "/api/health/live", "").is_err(), "the old one is believed no more");
    assert_eq!(healthy(&running, folder.path()).status.code(), Some(0));
    let token = text(&run(folder.path(), &["token", "create", "--role", "admin", "--name", "x"]).stdout);
    let bearer = format!("Authorization: Bearer {}\r\n", token.trim());
    let log = https(&running, &root, "/api/audit?action=system.tls_new_ca", &bearer).unwrap();
    let print = beside.trim().rsplit(' ').next().unwrap();
    assert!(log.contains(print) && log.matches("system.tls_new_ca").count() == 2, "{log}");
}

#[test]
fn files_are_shown_and_what_is_wrong_with_them_is_one_line() {
    let pair = rcgen::generate_simple_self_signed(["localhost".to_owned()]).unwrap();
    let config = "database: {type: sqlite}\napp:\n  host: 127.0.0.1\n  tls: files\n  tls_certificate: page.pem\n  \
                  tls_key: page.key\n";
    let folder = folder(config);
    let put = |name: &str, label: &str, der: &[u8]| {
        std::fs::write(folder.path().join(name), hmm_server::tls::pem(label, der)).unwrap();
    };
    put("page.pem", "CERTIFICATE", pair.cert.der());
    let output = run(folder.path(), &["serve"]);
    let said = text(&output.stderr);
    assert_eq!(output.status.code(), Some(1));
    assert!(said.starts_with("hmm: app.tls_key: ") && said.contains("page.key cannot be used: No such file"), "{said}");
    assert!(!folder.path().join("data.db").exists(), "nothing was begun");
    put("page.key", "PRIVATE KEY", &pair.signing_key.serialize_der());
    let mut running = Running::start(folder.path(), &[]);
    let root = pair.cert.der().clone();
    wait_for(&running, &root, "/api/health/ready", "\"state\":\"ready\"");
    let check = healthy(&running, folder.path());
    assert_eq!(check.status.code(), Some(0), "{}", text(&check.stderr));
    let refused = run(folder.path(), &["tls", "new-ca"]);
    assert_eq!(text(&refused.stderr), "hmm: there is no authority here: app.tls in config.yaml is not auto\n");
    assert!(running.line("listening on ").contains("https://"));
    let (exit, said) = running.stop();
    assert!(exit == Some(0) && !said.contains("certificate authority"), "{said}");
}
