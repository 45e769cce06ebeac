//! A certificate that somebody else makes.

use super::client::{DAY, NOW, client, shake};
use hmm_domain::port::Clock;
use hmm_engine::Tasks;
use hmm_server::config::{Config, Environment, TlsMode};
use hmm_server::tls::{Tls, keep, pem};
use hmm_sim::ManualClock;
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair, KeyUsagePurpose, date_time_ymd};
use rustls::pki_types::CertificateDer;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// Somebody else's authority.
struct Maker {
    root: CertificateDer<'static>,
    issuer: Issuer<'static, KeyPair>,
}

/// What it gives away, as text.
struct Pair {
    certificate: String,
    key: String,
}

impl Maker {
    fn new() -> Self {
        let mut params = CertificateParams::default();
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        let key = KeyPair::generate().unwrap();
        Self { root: params.self_signed(&key).unwrap().der().clone(), issuer: Issuer::new(params, key) }
    }

    fn pair(&self, name: &str) -> Pair {
        let mut params = CertificateParams::new([name.to_owned()]).unwrap();
        params.not_before = date_time_ymd(2026, 11, 1);
        params.not_after = date_time_ymd(2026, 12, 31);
        let key = KeyPair::generate().unwrap();
        let leaf = params.signed_by(&key, &self.issuer).unwrap();
        let certificate = pem("CERTIFICATE", leaf.der()) + &pem("CERTIFICATE", &self.root);
        Pair { certificate, key: pem("PRIVATE KEY", &key.serialize_der()) }
    }
}

fn put(dir: &Path, pair: &Pair) {
    std::fs::write(dir.join("page.pem"), &pair.certificate).unwrap();
    std::fs::write(dir.join("page.key"), &pair.key).unwrap();
}

fn config(dir: &Path) -> Config {
    let mut config = Config::defaults(dir, Environment::default());
    config.app.tls = TlsMode::Files;
    config.app.tls_certificate = Some("page.pem".into());
    config.app.tls_key = Some("page.key".into());
    config
}

fn open(dir: &Path) -> Result<Arc<Tls>, String> {
    Tls::open(&config(dir), NOW).map_err(|error| error.to_string())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_renewed_certificate_is_taken_without_a_restart_and_a_broken_one_is_not() {
    let (dir, maker) = (tempfile::tempdir().unwrap(), Maker::new());
    put(dir.path(), &maker.pair("old.example"));
    let tls = open(dir.path()).unwrap();
    let clock: Arc<ManualClock> = Arc::new(ManualClock::new(NOW));
    let shared: Arc<dyn Clock> = clock.clone();
    let tasks = Tasks::new(Arc::clone(&shared));
    tasks.spawn("tls", keep(Arc::clone(&tls), shared, tasks.clone()));
    clock.settle().await;
    let reached = async |name: &str| shake(&tls, client(&maker.root, NOW), name).await.is_ok();
    assert!(reached("old.example").await);

    let renewed = maker.pair("new.example");
    // Caught between the two files: the certificate is new, its key is not.
    std::fs::write(dir.path().join("page.pem"), &renewed.certificate).unwrap();
    clock.advance(Duration::from_mins(1)).await;
    let said = tls.troubles()["tls_files"].clone();
    assert!(said.contains("app.tls_key: ") && said.contains("page.key cannot be used: it does not belong"), "{said}");
    assert!(said.contains("still shown, it lasts until 2026-12-31") && reached("old.example").await, "{said}");
    clock.advance(Duration::from_mins(5)).await;
    assert!(tls.troubles().contains_key("tls_files"), "said as long as it is so");

    put(dir.path(), &renewed);
    clock.advance(Duration::from_mins(1)).await;
    assert!(tls.troubles().is_empty() && reached("new.example").await && !reached("old.example").await);
    assert_eq!(tls.report().names, ["new.example"]);

    std::fs::remove_file(dir.path().join("page.key")).unwrap();
    clock.advance(Duration::from_mins(1)).await;
    assert!(tls.troubles()["tls_files"].contains("No such file") && reached("new.example").await);
    // A link that is turned to another folder, as some tools do it.
    let other = dir.path().join("other");
    std::fs::create_dir(&other).unwrap();
    put(&other, &maker.pair("linked.example"));
    for name in ["page.pem", "page.key"] {
        let _ = std::fs::remove_file(dir.path().join(name));
        std::os::unix::fs::symlink(other.join(name), dir.path().join(name)).unwrap();
    }
    clock.advance(Duration::from_mins(1)).await;
    assert!(tls.troubles().is_empty() && reached("linked.example").await);
    tasks.stop().await;
}

#[test]
fn a_file_that_cannot_be_used_at_the_start_is_named_with_the_reason() {
    let (dir, maker) = (tempfile::tempdir().unwrap(), Maker::new());
    let refused = |pair: &Pair| {
        put(dir.path(), pair);
        open(dir.path()).err().unwrap()
    };
    let good = || maker.pair("pi.example");
    let refused_with = |certificate: &str| refused(&Pair { certificate: certificate.to_owned(), key: good().key });
    assert!(refused_with("").contains("page.pem cannot be used: there is no certificate in it"));
    assert!(refused_with(&good().key).contains("there is no certificate in it"));
    assert!(refused_with("-----BEGIN CERTIFICATE-----\n!\n-----END CERTIFICATE-----\n").contains("it is no PEM text"));
    assert!(refused_with(&pem("CERTIFICATE", b"x")).contains("its first certificate is damaged"));
    assert!(refused_with(&good().certificate).contains("page.key cannot be used: it does not belong"));
    let with_key = |key: &str| refused(&Pair { key: key.to_owned(), ..good() });
    assert!(with_key("").contains("app.tls_key: ") && with_key("").contains("there is no private key in it"));
    assert!(with_key(&pem("ENCRYPTED PRIVATE KEY", b"x")).contains("the key has a passphrase"));
    assert!(with_key(&pem("PRIVATE KEY", b"x")).starts_with("app.tls_key: "));
    assert!(refused_with(&"x".repeat(300_000)).contains("it is too large"));
    std::fs::remove_file(dir.path().join("page.pem")).unwrap();
    let missing = open(dir.path()).err().unwrap();
    let place = dir.path().join("page.pem").display().to_string();
    assert!(missing.starts_with(&format!("app.tls_certificate: {place} cannot be used: No such file")), "{missing}");
}

#[test]
fn a_certificate_of_files_that_ends_soon_is_said() {
    let (dir, maker) = (tempfile::tempdir().unwrap(), Maker::new());
    put(dir.path(), &maker.pair("pi.example"));
    let tls = open(dir.path()).unwrap();
    let said = |days: u32| {
        tls.round(NOW + days * DAY);
        tls.troubles().get("tls_certificate_ends").cloned().unwrap_or_default()
    };
    assert_eq!(said(26), "");
    assert!(said(30).contains("ends on 2026-12-31; renew it"));
    assert!(said(60).contains("ended on 2026-12-31"));
    assert!(Tls::open(&config(dir.path()), NOW + 60 * DAY).is_ok(), "it can still be seen what is wrong");
}
