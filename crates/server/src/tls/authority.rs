//! Our own certificate authority: one per installation, good for our own names and nothing else (D8).
//!
//! **Invariant:** its key lies in memory only while it signs, and on disk only encrypted. What its own constraints do not
//! permit it is never asked to sign: a browser would refuse that, and rightly.

use super::names::Ours;
use super::{folder, x509};
use hmm_domain::Timestamp;
use hmm_store::SecretBox;
use rcgen::{
    BasicConstraints, CertificateParams, CidrSubnet, DistinguishedName, DnType, ExtendedKeyUsagePurpose,
    GeneralSubtree, IsCa, Issuer, KeyPair, KeyUsagePurpose, NameConstraints, SanType, date_time_ymd,
};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::sign::CertifiedKey;
use sha2::{Digest as _, Sha256};
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);
const AUTHORITY_LASTS: Duration = Duration::from_hours(24 * 365 * 10);
/// With the day that it reaches back, 90 days.
const LEAF_LASTS: Duration = Duration::from_hours(24 * 89);
/// Clocks in a house differ.
const REACHES_BACK: Duration = DAY;
/// Nothing of ours is older than the program. A machine without a clock begins in 1970, and an authority that was made
/// then would have ended long ago.
pub(super) const EARLIEST: Timestamp = Timestamp::from_millis(1_793_491_200_000);
/// What the sealed key is bound to.
const SEALED_FOR: &str = "tls.authority";

/// Why there is no authority, or why it did not sign.
#[derive(Debug, thiserror::Error)]
pub enum AuthorityError {
    /// Rights, or a full disk.
    #[error("cannot {what} {}: {why}", path.display())]
    File { what: &'static str, path: PathBuf, why: io::Error },
    /// The file is not what we wrote, or `secret.key` is not the one that encrypted it.
    #[error("{} cannot be used: {why}; put file and secret.key back from a copy, or make a new authority with: hmm tls new-ca", path.display())]
    Unusable { path: PathBuf, why: &'static str },
    /// No random numbers, or something that the library does not take.
    #[error("a certificate could not be made: {0}")]
    Make(String),
}

impl From<rcgen::Error> for AuthorityError {
    fn from(error: rcgen::Error) -> Self {
        Self::Make(error.to_string())
    }
}

/// The authority as it lies on disk: its certificate, and its key under lock.
pub struct Authority {
    certificate: CertificateDer<'static>,
    sealed_key: Vec<u8>,
    facts: x509::Facts,
    path: PathBuf,
}

/// A certificate for this machine with its key, ready to be shown.
pub struct Leaf {
    pub shown: Arc<CertifiedKey>,
    pub names: Vec<String>,
    pub addresses: Vec<IpAddr>,
    pub not_before: Timestamp,
    pub not_after: Timestamp,
}

impl Authority {
    /// The installation's own, made on the first start.
    pub fn load_or_make(dir: &Path, safe: &SecretBox, ours: &Ours, now: Timestamp) -> Result<Self, AuthorityError> {
        let path = folder::authority(dir);
        match std::fs::read(&path) {
            Ok(bytes) => {
                let authority = Self::parse(&bytes, path)?;
                // Now and not in sixty days is the time to hear that the key does not open.
                authority.key(safe)?;
                Ok(authority)
            }
            Err(missing) if missing.kind() == io::ErrorKind::NotFound => Self::make(dir, safe, ours, now),
            Err(why) => Err(AuthorityError::File { what: "read", path, why }),
        }
    }

    /// Makes a new one and puts it in the place of whatever is there.
    pub fn make(dir: &Path, safe: &SecretBox, ours: &Ours, now: Timestamp) -> Result<Self, AuthorityError> {
        let path = folder::authority(dir);
        let key = KeyPair::generate()?;
        let now = now.max(EARLIEST);
        // So that two authorities of one house can be told apart in the list of a device.
        let print = hex::encode_upper(&Sha256::digest(key.public_key_raw())[..2]);
        let of =
            ours.names.iter().find(|name| *name != "localhost").map(|name| format!(" of {name}")).unwrap_or_default();
        let mut params = named(&format!("Home Miner Manager{of} ({print})"));
        valid(&mut params, now - REACHES_BACK, now + AUTHORITY_LASTS);
        params.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
        params.key_usages = vec![KeyUsagePurpose::KeyCertSign];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let names = ours.names.iter().cloned().map(GeneralSubtree::DnsName);
        let addresses = ours.addresses.iter().chain(&ours.unserved).map(|ip| GeneralSubtree::IpAddress(single(*ip)));
        let permitted_subtrees = names.chain(addresses).collect();
        params.name_constraints = Some(NameConstraints { permitted_subtrees, excluded_subtrees: Vec::new() });
        let certificate = params.self_signed(&key)?.der().clone();
        let sealed_key = safe
            .seal(SEALED_FOR, key.serialized_der())
            .ok_or_else(|| AuthorityError::Make("the system gives no random numbers".to_owned()))?;
        let bytes = folder::format(&certificate, &sealed_key);
        folder::write(dir, &bytes).map_err(|why| AuthorityError::File { what: "write", path: path.clone(), why })?;
        Self::of(certificate, sealed_key, path)
    }

    /// The certificate alone, for who wants to check a connection with it.
    pub fn certificate_of(dir: &Path) -> Result<CertificateDer<'static>, AuthorityError> {
        let path = folder::authority(dir);
        let bytes =
            std::fs::read(&path).map_err(|why| AuthorityError::File { what: "read", path: path.clone(), why })?;
        Ok(Self::parse(&bytes, path)?.certificate)
    }

    fn parse(bytes: &[u8], path: PathBuf) -> Result<Self, AuthorityError> {
        match folder::parse(bytes) {
            Some((certificate, sealed_key)) => Self::of(certificate, sealed_key, path),
            None => Err(AuthorityError::Unusable { path, why: "it is damaged" }),
        }
    }

    fn of(certificate: CertificateDer<'static>, sealed_key: Vec<u8>, path: PathBuf) -> Result<Self, AuthorityError> {
        match x509::read(&certificate) {
            Some(facts) if facts.permitted.is_some() => Ok(Self { certificate, sealed_key, facts, path }),
            _ => Err(AuthorityError::Unusable { path, why: "its certificate is not one of ours" }),
        }
    }

    fn key(&self, safe: &SecretBox) -> Result<KeyPair, AuthorityError> {
        let unusable = |why| AuthorityError::Unusable { path: self.path.clone(), why };
        let der =
            safe.open(SEALED_FOR, &self.sealed_key).ok_or_else(|| unusable("secret.key does not open its key"))?;
        let key = KeyPair::try_from(der).map_err(|_| unusable("its key is damaged"))?;
        Ok(key)
    }

    pub fn certificate(&self) -> &CertificateDer<'static> {
        &self.certificate
    }

    pub fn not_after(&self) -> Timestamp {
        self.facts.not_after
    }

    /// As devices show it: `AB:CD:…`.
    pub fn fingerprint(&self) -> String {
        fingerprint(&self.certificate)
    }

    /// What of `ours` it may sign for.
    pub fn within(&self, ours: &Ours) -> Ours {
        let mut within = ours.clone();
        within.names.retain(|name| self.permits_name(name));
        within.addresses.retain(|address| self.permits_address(*address));
        within
    }

    /// What of `ours` it may not sign for, as far as somebody would miss it.
    pub fn outside(&self, ours: &Ours) -> Vec<String> {
        let names = ours.names.iter().filter(|name| !self.permits_name(name)).cloned();
        let missed = |address: &&IpAddr| !self.permits_address(**address) && !ours.passing.contains(address);
        names.chain(ours.addresses.iter().filter(missed).map(IpAddr::to_string)).collect()
    }

    fn permits_name(&self, name: &str) -> bool {
        self.facts.permitted.as_ref().is_some_and(|permitted| permitted.names.iter().any(|known| known == name))
    }

    fn permits_address(&self, address: IpAddr) -> bool {
        self.facts.permitted.as_ref().is_some_and(|permitted| permitted.addresses.contains(&address))
    }

    /// Signs a new certificate with a new key for what of `ours` it may sign for.
    pub fn issue(&self, safe: &SecretBox, ours: &Ours, now: Timestamp) -> Result<Leaf, AuthorityError> {
        // Certificates know no fractions of a second.
        let now = now.max(EARLIEST).floor_to(Duration::from_secs(1));
        // Never longer than the authority itself, and never backwards.
        let not_after = self.facts.not_after.min(now + LEAF_LASTS);
        let not_before = (now - REACHES_BACK).min(not_after - DAY);
        let Ours { names, addresses, .. } = self.within(ours);
        let key = KeyPair::generate()?;
        let mut params = named("Home Miner Manager");
        valid(&mut params, not_before, not_after);
        params.is_ca = IsCa::ExplicitNoCa;
        params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        params.use_authority_key_identifier_extension = true;
        for name in &names {
            params.subject_alt_names.push(SanType::DnsName(name.as_str().try_into()?));
        }
        params.subject_alt_names.extend(addresses.iter().copied().map(SanType::IpAddress));
        let issuer = named(self.facts.common_name.as_deref().unwrap_or_default());
        let certificate = params.signed_by(&key, &Issuer::new(issuer, self.key(safe)?))?.der().clone();
        let private = PrivateKeyDer::from(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let shown = CertifiedKey::from_der(vec![certificate], private, &super::provider())
            .map_err(|error| AuthorityError::Make(error.to_string()))?;
        Ok(Leaf { shown: Arc::new(shown), names, addresses, not_before, not_after })
    }
}

/// SHA-256 over a certificate, as devices show it.
pub(super) fn fingerprint(certificate: &[u8]) -> String {
    let bytes = Sha256::digest(certificate);
    bytes.iter().map(|byte| format!("{byte:02X}")).collect::<Vec<_>>().join(":")
}

fn named(common_name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = DistinguishedName::new();
    params.distinguished_name.push(DnType::CommonName, common_name);
    params
}

fn single(ip: IpAddr) -> CidrSubnet {
    CidrSubnet::from_addr_prefix(ip, if ip.is_ipv4() { 32 } else { 128 })
}

fn valid(params: &mut CertificateParams, from: Timestamp, until: Timestamp) {
    let epoch = date_time_ymd(1970, 1, 1);
    params.not_before = epoch + from.since(Timestamp::EPOCH);
    params.not_after = epoch + until.since(Timestamp::EPOCH);
}
