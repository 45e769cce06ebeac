//! A certificate that somebody else made and renews: `app.tls: files`.
//!
//! **Invariant:** a pair that does not fit, or cannot be read, never replaces one that works.

use super::authority::Leaf;
use super::x509;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::sign::CertifiedKey;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// More than any chain has.
const BYTES_MAX: u64 = 256 * 1024;

/// What a person has to mend.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{key}: {} cannot be used: {why}", path.display())]
pub struct FilesError {
    key: &'static str,
    path: PathBuf,
    why: String,
}

/// Where the pair lies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Places {
    pub certificate: PathBuf,
    pub key: PathBuf,
}

/// The bytes of both, to notice a change: times of files do not tell when a link is turned to another file.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Bytes {
    certificate: Vec<u8>,
    key: Vec<u8>,
}

impl Places {
    pub(super) fn read(&self) -> Result<Bytes, FilesError> {
        let read = |key, path: &Path| read(path).map_err(|why| self.at(key, why));
        Ok(Bytes { certificate: read(CERTIFICATE, &self.certificate)?, key: read(KEY, &self.key)? })
    }

    /// Whether these bytes are a pair that can be shown.
    pub(super) fn pair(&self, bytes: &Bytes) -> Result<Leaf, FilesError> {
        let wrong = |why: &str| self.at(CERTIFICATE, why.to_owned());
        let chain: Result<Vec<_>, _> = CertificateDer::pem_slice_iter(&bytes.certificate).collect();
        let chain = chain.map_err(|_| wrong("it is no PEM text"))?;
        let first = chain.first().ok_or_else(|| wrong("there is no certificate in it"))?;
        let facts = x509::read(first).ok_or_else(|| wrong("its first certificate is damaged"))?;
        let key = PrivateKeyDer::from_pem_slice(&bytes.key).map_err(|_| self.at(KEY, no_key(&bytes.key).to_owned()))?;
        let shown = CertifiedKey::from_der(chain, key, &super::provider()).map_err(|error| match error {
            rustls::Error::InconsistentKeys(_) => {
                self.at(KEY, format!("it does not belong to the certificate in {}", self.certificate.display()))
            }
            other => self.at(KEY, other.to_string()),
        })?;
        let x509::Facts { names, addresses, not_before, not_after, .. } = facts;
        Ok(Leaf { shown: Arc::new(shown), names, addresses, not_before, not_after })
    }

    fn at(&self, key: &'static str, why: String) -> FilesError {
        let path = if key == KEY { &self.key } else { &self.certificate };
        FilesError { key, path: path.clone(), why }
    }
}

const CERTIFICATE: &str = "app.tls_certificate";
const KEY: &str = "app.tls_key";

fn read(path: &Path) -> Result<Vec<u8>, String> {
    use io::Read as _;
    let file = std::fs::File::open(path).map_err(|error| error.to_string())?;
    let mut bytes = Vec::new();
    let read = file.take(BYTES_MAX + 1).read_to_end(&mut bytes);
    read.map_err(|error| error.to_string())?;
    if bytes.len() as u64 > BYTES_MAX { Err("it is too large".to_owned()) } else { Ok(bytes) }
}

fn no_key(bytes: &[u8]) -> &'static str {
    let text = String::from_utf8_lossy(bytes);
    if text.contains("ENCRYPTED") {
        "the key has a passphrase; store it without one, readable for this program only"
    } else {
        "there is no private key in it"
    }
}
