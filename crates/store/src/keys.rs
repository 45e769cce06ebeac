//! The key of the house and what is sealed with it.
//!
//! **Invariant:** `secret.key` is 32 random bytes, mode 0600, written once. It never leaves this file's types: others get
//! sub-keys derived with a label, so that a leak of one says nothing about the next.

use crate::error::OpenError;
use chacha20poly1305::aead::{Aead, KeyInit, Payload};
use chacha20poly1305::{XChaCha20Poly1305, XNonce};
use hmac::{Hmac, Mac};
use sha2::Sha256;
use std::io::Write;
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::Path;

const NONCE: usize = 24;

/// The root of everything that is keyed.
#[derive(Clone)]
pub struct SecretKey([u8; 32]);

impl std::fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretKey")
    }
}

impl SecretKey {
    /// Reads `secret.key` of the config folder, or makes it on the first start. Permissions that let others read are
    /// repaired and said.
    pub fn load_or_create(config_dir: &Path) -> Result<Self, OpenError> {
        let path = config_dir.join("secret.key");
        match std::fs::read(&path) {
            Ok(bytes) => Self::checked(&path, &bytes),
            Err(e) if e.kind() == std::io::ErrorKind::NotFound => Self::create(config_dir, &path),
            Err(e) => Err(OpenError::files("read", &path, &e)),
        }
    }

    fn checked(path: &Path, bytes: &[u8]) -> Result<Self, OpenError> {
        let key: [u8; 32] = bytes.try_into().map_err(|_| {
            OpenError::Unusable(format!(
                "{} has {} bytes instead of 32. Put the file back from a copy; without it stored passwords and the \
                 audit log cannot be read.",
                path.display(),
                bytes.len()
            ))
        })?;
        let mode = std::fs::metadata(path).map_err(|e| OpenError::files("look at", path, &e))?.permissions().mode();
        if mode & 0o077 != 0 {
            std::fs::set_permissions(path, std::fs::Permissions::from_mode(0o600))
                .map_err(|e| OpenError::files("restrict", path, &e))?;
            tracing::warn!(file = %path.display(), mode = format!("{:o}", mode & 0o777), "others could read the key of the house; its mode is 600 again");
        }
        Ok(Self(key))
    }

    fn create(config_dir: &Path, path: &Path) -> Result<Self, OpenError> {
        let mut key = [0; 32];
        random(&mut key)?;
        let fresh = config_dir.join(".secret.key.new");
        let write = || -> std::io::Result<()> {
            let _ = std::fs::remove_file(&fresh);
            let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
            file.write_all(&key)?;
            file.sync_all()?;
            std::fs::rename(&fresh, path)?;
            std::fs::File::open(config_dir)?.sync_all()
        };
        write().map_err(|e| OpenError::files("write", path, &e))?;
        Ok(Self(key))
    }

    /// A key for one purpose. The same label gives the same key, for ever.
    pub fn derive(&self, label: &str) -> [u8; 32] {
        mac(&self.0, &[b"hmm/1/", label.as_bytes()])
    }

    /// For tests and for keys that come from elsewhere.
    pub fn from_bytes(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

/// HMAC-SHA256 over the parts, one after the other.
pub(crate) fn mac(key: &[u8; 32], parts: &[&[u8]]) -> [u8; 32] {
    // Only a key of unusual type can fail here; HMAC takes any length.
    let Ok(mut mac) = <Hmac<Sha256> as KeyInit>::new_from_slice(key) else { return [0; 32] };
    for part in parts {
        mac.update(part);
    }
    mac.finalize().into_bytes().into()
}

pub(crate) fn random(bytes: &mut [u8]) -> Result<(), OpenError> {
    getrandom::fill(bytes).map_err(|e| OpenError::Unusable(format!("the system gives no random numbers: {e}")))
}

/// Seals and opens small secrets: XChaCha20-Poly1305, the name as associated data, so that one secret's bytes put in
/// another's place do not open.
#[derive(Clone)]
pub struct SecretBox {
    cipher: XChaCha20Poly1305,
}

impl std::fmt::Debug for SecretBox {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SecretBox")
    }
}

impl SecretBox {
    pub fn new(key: &SecretKey) -> Self {
        Self { cipher: XChaCha20Poly1305::new(&key.derive("secrets").into()) }
    }

    /// Nonce and ciphertext. `None` when the system gives no random numbers.
    pub fn seal(&self, name: &str, secret: &[u8]) -> Option<Vec<u8>> {
        let mut nonce = [0; NONCE];
        random(&mut nonce).ok()?;
        let text = self.cipher.encrypt(&XNonce::from(nonce), Payload { msg: secret, aad: name.as_bytes() }).ok()?;
        Some([nonce.as_slice(), &text].concat())
    }

    /// `None` when these bytes were not sealed for this name with this key.
    pub fn open(&self, name: &str, sealed: &[u8]) -> Option<Vec<u8>> {
        let (nonce, text) = sealed.split_at_checked(NONCE)?;
        let nonce: [u8; NONCE] = nonce.try_into().ok()?;
        self.cipher.decrypt(&XNonce::from(nonce), Payload { msg: text, aad: name.as_bytes() }).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn folder() -> tempfile::TempDir {
        tempfile::tempdir().unwrap()
    }

    #[test]
    fn the_key_is_made_once_and_only_its_owner_reads_it() {
        let dir = folder();
        let first = SecretKey::load_or_create(dir.path()).unwrap();
        let path = dir.path().join("secret.key");
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        std::fs::set_permissions(&path, std::fs::Permissions::from_mode(0o644)).unwrap();
        let again = SecretKey::load_or_create(dir.path()).unwrap();
        assert_eq!(first.derive("audit"), again.derive("audit"));
        assert_ne!(first.derive("audit"), first.derive("secrets"));
        assert_eq!(std::fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn a_key_of_the_wrong_length_is_refused_and_left_alone() {
        let dir = folder();
        std::fs::write(dir.path().join("secret.key"), b"short").unwrap();
        assert!(matches!(SecretKey::load_or_create(dir.path()), Err(OpenError::Unusable(_))));
        assert_eq!(std::fs::read(dir.path().join("secret.key")).unwrap(), b"short");
    }

    #[test]
    fn a_secret_opens_only_under_its_own_name_and_untouched() {
        let safe = SecretBox::new(&SecretKey::from_bytes([7; 32]));
        let mut sealed = safe.seal("pool.password", b"hunter2").unwrap();
        assert_eq!(safe.open("pool.password", &sealed).unwrap(), b"hunter2");
        assert_eq!(safe.open("mqtt.password", &sealed), None);
        assert_eq!(SecretBox::new(&SecretKey::from_bytes([8; 32])).open("pool.password", &sealed), None);
        assert_ne!(safe.seal("pool.password", b"hunter2").unwrap(), sealed);
        *sealed.last_mut().unwrap() ^= 1;
        assert_eq!(safe.open("pool.password", &sealed), None);
        assert_eq!(safe.open("pool.password", b"x"), None);
    }
}
