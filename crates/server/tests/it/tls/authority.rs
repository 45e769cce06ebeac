//! What our authority can do, and what it cannot, whoever holds its key.

use super::client::{DAY, NOW, World, client, judge, shake};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmm_server::tls::{Authority, pem};
use hmm_store::{SecretBox, SecretKey};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair, KeyUsagePurpose,
    date_time_ymd,
};
use rustls::pki_types::CertificateDer;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

fn file(dir: &Path) -> PathBuf {
    dir.join("tls/authority.pem")
}

fn sealed_key(dir: &Path) -> Vec<u8> {
    let text = std::fs::read_to_string(file(dir)).unwrap();
    let (_, body) = text.split_once("-----BEGIN HMM SEALED KEY-----").unwrap();
    let (body, _) = body.split_once("-----END").unwrap();
    STANDARD.decode(body.split_whitespace().collect::<String>()).unwrap()
}

/// What a thief has who stole both the file and `secret.key`.
fn stolen_key(dir: &Path) -> KeyPair {
    let safe = SecretBox::new(&SecretKey::load_or_create(dir).unwrap());
    KeyPair::try_from(safe.open("tls.authority", &sealed_key(dir)).unwrap()).unwrap()
}

fn issuer(dir: &Path) -> Issuer<'static, KeyPair> {
    let der = Authority::certificate_of(dir).unwrap();
    // The name stands in the certificate as text, twice: as issuer and as subject.
    let text = String::from_utf8_lossy(&der).into_owned();
    let at = text.find("Home Miner Manager").unwrap();
    let name: String = text[at..].split(')').next().unwrap().to_owned() + ")";
    Issuer::new(named(&name), stolen_key(dir))
}

fn named(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = rcgen::DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, name);
    params.not_before = date_time_ymd(2026, 11, 19);
    params.not_after = date_time_ymd(2026, 12, 19);
    params
}

fn server(names: &[&str]) -> CertificateParams {
    let names: Vec<String> = names.iter().map(|name| (*name).to_owned()).collect();
    let mut params = named("thief");
    params.subject_alt_names = CertificateParams::new(names).unwrap().subject_alt_names;
    params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    params
}

fn signed(params: &CertificateParams, by: &Issuer<'_, KeyPair>) -> (CertificateDer<'static>, KeyPair) {
    let key = KeyPair::generate().unwrap();
    (params.signed_by(&key, by).unwrap().der().clone(), key)
}

#[tokio::test]
async fn d8_a_client_that_trusts_our_authority_alone_connects_by_name_and_by_address() {
    let dir = tempfile::tempdir().unwrap();
    let tls = World::home().open(dir.path(), NOW).unwrap();
    let root = tls.authority().unwrap();
    for name in ["localhost", "pi", "pi.local", "127.0.0.1", "::1", "192.168.1.5"] {
        let stream = shake(&tls, client(&root, NOW), name).await;
        assert_eq!(stream.unwrap().get_ref().1.alpn_protocol(), None, "{name}");
    }
    for other in ["bank.example", "local", "192.168.1.6"] {
        assert!(shake(&tls, client(&root, NOW), other).await.is_err(), "{other}");
    }
    let strangers = tempfile::tempdir().unwrap();
    let another = World::home().open(strangers.path(), NOW).unwrap().authority().unwrap();
    assert!(shake(&tls, client(&another, NOW), "pi.local").await.is_err(), "another house's authority");
}

#[test]
fn d8_a_certificate_for_a_foreign_name_under_our_authority_is_refused() {
    let dir = tempfile::tempdir().unwrap();
    let tls = World::home().open(dir.path(), NOW).unwrap();
    let (root, by) = (tls.authority().unwrap(), issuer(dir.path()));
    let judged = |names: &[&str], name: &str| judge(&root, &signed(&server(names), &by).0, &[], name);
    // The thief's key does sign: what is ours is believed.
    assert_eq!(judged(&["pi.local"], "pi.local"), Ok(()));
    assert_eq!(judged(&["192.168.1.5"], "192.168.1.5"), Ok(()));
    for foreign in ["bank.example", "example.local", "notpi", "api", "192.168.1.6", "8.8.8.8", "fd00::6"] {
        let refused = judged(&[foreign], foreign).unwrap_err().to_string();
        assert!(refused.contains("NameConstraintViolation"), "{foreign}: {refused}");
        // Not even under our name, as soon as a foreign one stands beside it.
        let refused = judged(&["pi.local", foreign], "pi.local").unwrap_err().to_string();
        assert!(refused.contains("NameConstraintViolation"), "{foreign}: {refused}");
    }
}

#[test]
fn d8_a_further_authority_under_ours_is_good_for_our_names_alone() {
    let dir = tempfile::tempdir().unwrap();
    let tls = World::home().open(dir.path(), NOW).unwrap();
    let (root, by) = (tls.authority().unwrap(), issuer(dir.path()));
    let mut below = named("below");
    below.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    below.key_usages = vec![KeyUsagePurpose::KeyCertSign];
    let (between, key) = signed(&below, &by);
    let below = Issuer::new(below, key);
    let refused =
        |name: &str| judge(&root, &signed(&server(&[name]), &below).0, std::slice::from_ref(&between), name).err();
    assert!(refused("bank.example").unwrap().to_string().contains("NameConstraintViolation"));
    // This client does not look at the length of a path below a root; others do, and the next test sees that it is there.
    assert_eq!(refused("pi.local"), None);
}

#[test]
fn d8_the_authority_says_in_its_certificate_that_it_signs_for_servers_alone_and_no_further_authority() {
    let dir = tempfile::tempdir().unwrap();
    let root = World::home().open(dir.path(), NOW).unwrap().authority().unwrap();
    let has = |bytes: &[u8]| root.windows(bytes.len()).any(|window| window == bytes);
    // Basic constraints, critical: an authority, with a path of length 0.
    assert!(has(&[0x55, 29, 19, 1, 1, 0xff, 4, 8, 0x30, 6, 1, 1, 0xff, 2, 1, 0]));
    // Key usage, critical: signing certificates, and nothing else.
    assert!(has(&[0x55, 29, 15, 1, 1, 0xff, 4, 4, 3, 2, 2, 4]));
    // Extended key usage: servers, and nobody else.
    assert!(has(&[0x55, 29, 37, 4, 12, 0x30, 10, 6, 8, 0x2b, 6, 1, 5, 5, 7, 3, 1]));
    // Name constraints, critical: who does not understand them has to refuse.
    assert!(has(&[0x55, 29, 30, 1, 1, 0xff]));
}

#[test]
fn d8_the_authoritys_key_is_encrypted_and_its_file_is_its_owners() {
    let dir = tempfile::tempdir().unwrap();
    World::home().open(dir.path(), NOW).unwrap();
    let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!((mode(&file(dir.path())), mode(&dir.path().join("tls"))), (0o600, 0o700));
    let (sealed, key) = (sealed_key(dir.path()), stolen_key(dir.path()).serialize_der());
    let secret = &key[36..68];
    assert!(!sealed.windows(secret.len()).any(|window| window == secret), "not in clear");
    // Another house's secret.key opens nothing, and nothing is made anew in silence.
    let before = std::fs::read(file(dir.path())).unwrap();
    std::fs::write(dir.path().join("secret.key"), [7; 32]).unwrap();
    let refused = World::home().open(dir.path(), NOW).err().unwrap();
    assert!(refused.contains("secret.key does not open its key") && refused.contains("hmm tls new-ca"), "{refused}");
    assert_eq!(std::fs::read(file(dir.path())).unwrap(), before);
}

#[test]
fn whatever_a_kill_leaves_behind_the_authority_is_the_old_one_or_the_new_one() {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("tls");
    let fresh = folder.join(".authority.pem.new");
    // Before there was one: an empty folder, then half a file that nobody had renamed.
    std::fs::create_dir(&folder).unwrap();
    std::fs::write(&fresh, "-----BEGIN CERTIFI").unwrap();
    let first = World::home().open(dir.path(), NOW).unwrap();
    assert!(!fresh.exists());
    // Another one was being written.
    let whole = std::fs::read(file(dir.path())).unwrap();
    for length in [0, 1, whole.len() / 2, whole.len()] {
        std::fs::write(&fresh, &whole[..length]).unwrap();
        let again = World::home().open(dir.path(), NOW).unwrap();
        assert_eq!(again.authority(), first.authority(), "{length}");
    }
    // What is written over a leftover is whole, and the other one.
    let again = World::home().open(dir.path(), NOW).unwrap();
    again.new_authority(NOW).unwrap();
    assert!(!fresh.exists());
    let second = World::home().open(dir.path(), NOW).unwrap();
    assert_eq!(second.authority(), again.authority());
    assert_ne!(second.authority(), first.authority());
}

#[test]
fn a_damaged_file_is_said_and_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    let tls = World::home().open(dir.path(), NOW).unwrap();
    let (root, whole) = (tls.authority().unwrap(), std::fs::read_to_string(file(dir.path())).unwrap());
    let key = sealed_key(dir.path());
    let mut bent = root.to_vec();
    bent.truncate(100);
    let stranger = rcgen::generate_simple_self_signed(["pi.local".to_owned()]).unwrap().cert.der().clone();
    let with = |certificate: &[u8], key: &[u8]| pem("CERTIFICATE", certificate) + &pem("HMM SEALED KEY", key);
    for (broken, why) in [
        (String::new(), "it is damaged"),
        (whole[..whole.len() / 2].to_owned(), "it is damaged"),
        (with(&bent, &key), "not one of ours"),
        (with(&stranger, &key), "not one of ours"),
        (with(&root, &key[1..]), "secret.key does not open its key"),
    ] {
        std::fs::write(file(dir.path()), &broken).unwrap();
        let refused = World::home().open(dir.path(), NOW).err().unwrap();
        assert!(refused.contains(why) && refused.contains("authority.pem"), "{refused}");
        assert_eq!(std::fs::read_to_string(file(dir.path())).unwrap(), broken, "left alone");
    }
}

#[tokio::test]
async fn a_new_authority_is_shown_at_once_and_the_old_one_is_believed_no_more() {
    let dir = tempfile::tempdir().unwrap();
    let world = World::home();
    let tls = world.open(dir.path(), NOW).unwrap();
    let old = tls.authority().unwrap();
    world.change(&["localhost", "pi", "pi.local"], &["127.0.0.1", "::1", "192.168.1.77"], &[]);
    tls.round(NOW);
    assert!(shake(&tls, client(&old, NOW), "192.168.1.77").await.is_err());
    let fingerprint = tls.new_authority(NOW + DAY).unwrap();
    assert_eq!(tls.report().ca_fingerprint.as_deref(), Some(fingerprint.as_str()));
    assert!(fingerprint.len() == 95 && fingerprint.split(':').all(|pair| pair.len() == 2), "{fingerprint}");
    let new = tls.authority().unwrap();
    assert!(shake(&tls, client(&old, NOW), "pi.local").await.is_err());
    assert!(shake(&tls, client(&new, NOW), "192.168.1.77").await.is_ok());
    assert!(tls.troubles().is_empty(), "{:?}", tls.troubles());
}
