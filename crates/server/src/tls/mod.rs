//! Built-in HTTPS: which certificate is shown, where it comes from, and what is wrong with it.
//!
//! **Invariant:** there is always one certificate to show, from before the database is opened until the end; whatever
//! replaces it has been checked first. TLS lives in real time, whatever clock the house goes by: browsers do too.

mod authority;
mod files;
mod folder;
mod keeper;
mod names;
mod round;
mod x509;

pub use authority::{Authority, AuthorityError};
pub use files::FilesError;
pub use folder::pem;
pub use keeper::{keep, tell};
pub use names::{Look, Ours, own_name};

use crate::config::{Config, TlsMode};
use authority::Leaf;
use files::Places;
use hmm_domain::Timestamp;
use hmm_store::{OpenError, SecretBox, SecretKey};
use parking_lot::{Mutex, RwLock};
use round::{Auto, Files};
use rustls::crypto::{CryptoProvider, ring};
use rustls::pki_types::CertificateDer;
use rustls::server::{ClientHello, ResolvesServerCert};
use rustls::sign::CertifiedKey;
use std::collections::BTreeMap;
use std::net::IpAddr;
use std::sync::Arc;
use tokio::sync::watch;
use tokio_rustls::TlsAcceptor;

/// Why the program does not start, or an authority was not made.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error(transparent)]
    Authority(#[from] AuthorityError),
    #[error(transparent)]
    Files(#[from] FilesError),
    #[error(transparent)]
    Key(#[from] OpenError),
    /// Nothing that a person could mend.
    #[error("TLS cannot be prepared: {0}")]
    Prepare(#[from] rustls::Error),
    /// The person must choose another mode first.
    #[error("there is no authority here: app.tls in config.yaml is not auto")]
    NotAuto,
}

/// The one cryptography of the program.
pub fn provider() -> CryptoProvider {
    ring::default_provider()
}

/// HTTPS, or its absence.
pub struct Tls {
    source: Source,
    /// What is shown, in which names, until when.
    leaf: RwLock<Option<Arc<Leaf>>>,
    troubles: RwLock<BTreeMap<&'static str, String>>,
    /// One change at a time.
    turn: Mutex<()>,
    changed: watch::Sender<()>,
}

enum Source {
    Off,
    Auto(Auto),
    Files(Files),
}

/// What can be said of it, for the page that explains how to install.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    pub mode: TlsMode,
    pub ca_fingerprint: Option<String>,
    /// Names and addresses that the certificate speaks for.
    pub names: Vec<String>,
    pub not_after: Option<Timestamp>,
}

impl Tls {
    /// Plain http.
    pub fn off() -> Arc<Self> {
        Arc::new(Self::of(Source::Off))
    }

    /// As the configuration says. The folder's lock must be held.
    pub fn open(config: &Config, now: Timestamp) -> Result<Arc<Self>, TlsError> {
        Self::open_with(config, names::look(config), now)
    }

    /// The same, with other eyes: for tests.
    pub fn open_with(config: &Config, look: Look, now: Timestamp) -> Result<Arc<Self>, TlsError> {
        let tls = match config.app.tls {
            TlsMode::Off => return Ok(Self::off()),
            TlsMode::Auto => {
                let safe = SecretBox::new(&SecretKey::load_or_create(&config.dir)?);
                let authority = Authority::load_or_make(&config.dir, &safe, &look(), now)?;
                Self::of(Source::Auto(Auto::new(config.dir.clone(), safe, look, authority)))
            }
            TlsMode::Files => {
                let place = |path: &Option<std::path::PathBuf>| config.dir.join(path.clone().unwrap_or_default());
                let app = &config.app;
                let places = Places { certificate: place(&app.tls_certificate), key: place(&app.tls_key) };
                Self::of(Source::Files(Files::new(places)))
            }
        };
        tls.first(now)?;
        Ok(Arc::new(tls))
    }

    fn of(source: Source) -> Self {
        Self {
            source,
            leaf: RwLock::new(None),
            troubles: RwLock::default(),
            turn: Mutex::new(()),
            changed: watch::Sender::new(()),
        }
    }

    pub fn mode(&self) -> TlsMode {
        match self.source {
            Source::Off => TlsMode::Off,
            Source::Auto(_) => TlsMode::Auto,
            Source::Files(_) => TlsMode::Files,
        }
    }

    /// What answers a TLS handshake; `None` where there is no TLS.
    pub fn acceptor(self: &Arc<Self>) -> Result<Option<TlsAcceptor>, TlsError> {
        if matches!(self.source, Source::Off) {
            return Ok(None);
        }
        let mut config = rustls::ServerConfig::builder_with_provider(Arc::new(provider()))
            .with_safe_default_protocol_versions()?
            .with_no_client_auth()
            .with_cert_resolver(Arc::new(Shown(Arc::clone(self))));
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Some(Arc::new(config).into()))
    }

    /// The authority's certificate, for people to install.
    pub fn authority(&self) -> Option<CertificateDer<'static>> {
        match &self.source {
            Source::Auto(auto) => Some(auto.authority().certificate().clone()),
            Source::Off | Source::Files(_) => None,
        }
    }

    pub fn report(&self) -> Report {
        let leaf = self.leaf.read().clone();
        let addresses = leaf.iter().flat_map(|leaf| leaf.addresses.iter().map(IpAddr::to_string));
        let names = leaf.iter().flat_map(|leaf| leaf.names.iter().cloned()).chain(addresses).collect();
        Report {
            mode: self.mode(),
            ca_fingerprint: self.authority().map(|certificate| authority::fingerprint(&certificate)),
            names,
            not_after: leaf.map(|leaf| leaf.not_after),
        }
    }

    /// What is wrong, by kind.
    pub fn troubles(&self) -> BTreeMap<&'static str, String> {
        self.troubles.read().clone()
    }

    /// Changes whenever the certificate or its troubles do.
    pub fn watch(&self) -> watch::Receiver<()> {
        self.changed.subscribe()
    }

    fn show(&self, leaf: Leaf) {
        tracing::info!(
            not_after = %leaf.not_after, names = leaf.names.join(" "),
            addresses = leaf.addresses.iter().map(IpAddr::to_string).collect::<Vec<_>>().join(" "),
            "this certificate is shown from now on"
        );
        *self.leaf.write() = Some(Arc::new(leaf));
        self.changed.send_replace(());
    }
}

/// Makes a new authority while the program does not run. Returns its fingerprint.
pub fn new_authority(config: &Config, now: Timestamp) -> Result<String, TlsError> {
    if config.app.tls != TlsMode::Auto {
        return Err(TlsError::NotAuto);
    }
    let safe = SecretBox::new(&SecretKey::load_or_create(&config.dir)?);
    let ours = names::look(config)();
    Ok(Authority::make(&config.dir, &safe, &ours, now)?.fingerprint())
}

/// Hands the certificate of the moment to each handshake.
struct Shown(Arc<Tls>);

impl std::fmt::Debug for Shown {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Shown")
    }
}

impl ResolvesServerCert for Shown {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        self.0.leaf.read().as_ref().map(|leaf| Arc::clone(&leaf.shown))
    }
}
