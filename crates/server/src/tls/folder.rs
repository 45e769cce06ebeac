//! The one file of the authority: certificate and encrypted key together, `tls/authority.pem`.
//!
//! **Invariant:** one file and one rename, so that a kill at any moment leaves the old pair or the new one and never half of
//! each. Only the owner reads it.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use rustls::pki_types::CertificateDer;
use std::io::{self, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::path::{Path, PathBuf};

const FOLDER: &str = "tls";
const FILE_NAME: &str = "authority.pem";
const FRESH: &str = ".authority.pem.new";
const CERTIFICATE: &str = "CERTIFICATE";
const SEALED_KEY: &str = "HMM SEALED KEY";
const ABOUT: &str = "The certificate authority of this Home Miner Manager. Its key is encrypted with secret.key.\n";

pub(super) fn authority(dir: &Path) -> PathBuf {
    dir.join(FOLDER).join(FILE_NAME)
}

/// In the form that every tool knows.
pub fn pem(label: &str, bytes: &[u8]) -> String {
    let text = STANDARD.encode(bytes);
    let mut lines = String::with_capacity(text.len() + text.len() / 64 + 1);
    for line in text.as_bytes().chunks(64) {
        lines.extend(line.iter().map(|byte| char::from(*byte)));
        lines.push('\n');
    }
    format!("-----BEGIN {label}-----\n{lines}-----END {label}-----\n")
}

/// What lies between the lines of this label.
fn section(text: &str, label: &str) -> Option<Vec<u8>> {
    let (_, rest) = text.split_once(&format!("-----BEGIN {label}-----"))?;
    let (body, _) = rest.split_once(&format!("-----END {label}-----"))?;
    let plain: String = body.split_whitespace().collect();
    STANDARD.decode(plain).ok()
}

pub(super) fn format(certificate: &CertificateDer<'_>, sealed_key: &[u8]) -> String {
    format!("{ABOUT}{}{}", pem(CERTIFICATE, certificate), pem(SEALED_KEY, sealed_key))
}

pub(super) fn parse(bytes: &[u8]) -> Option<(CertificateDer<'static>, Vec<u8>)> {
    let text = std::str::from_utf8(bytes).ok()?;
    Some((section(text, CERTIFICATE)?.into(), section(text, SEALED_KEY)?))
}

/// Whole or not at all.
pub(super) fn write(dir: &Path, text: &str) -> io::Result<()> {
    let folder = dir.join(FOLDER);
    std::fs::DirBuilder::new().recursive(true).mode(0o700).create(&folder)?;
    let fresh = folder.join(FRESH);
    match std::fs::remove_file(&fresh) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
    file.write_all(text.as_bytes())?;
    file.sync_all()?;
    std::fs::rename(&fresh, authority(dir))?;
    // The names must be on disk too, the folder's own included.
    std::fs::File::open(&folder)?.sync_all()?;
    std::fs::File::open(dir)?.sync_all()
}
