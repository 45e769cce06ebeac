//! A client as a browser is one: it trusts the roots it was given, and nothing else.

use hmm_domain::Timestamp;
use hmm_server::config::{Config, Environment, TlsMode};
use hmm_server::tls::{Look, Ours, Tls, provider};
use parking_lot::Mutex;
use rustls::client::WebPkiServerVerifier;
use rustls::client::danger::ServerCertVerifier as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::time_provider::TimeProvider;
use rustls::{ClientConfig, RootCertStore};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::DuplexStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

pub(super) const DAY: Duration = Duration::from_hours(24);
/// 20 November 2026, midnight.
pub(super) const NOW: Timestamp = Timestamp::from_millis(1_795_132_800_000);

#[derive(Debug)]
struct At(Timestamp);

impl TimeProvider for At {
    fn current_time(&self) -> Option<UnixTime> {
        Some(unix(self.0))
    }
}

fn unix(at: Timestamp) -> UnixTime {
    UnixTime::since_unix_epoch(at.since(Timestamp::EPOCH))
}

pub(super) fn roots(root: &CertificateDer<'static>) -> Arc<RootCertStore> {
    let mut roots = RootCertStore::empty();
    roots.add(root.clone()).unwrap();
    Arc::new(roots)
}

/// A client that trusts `root` alone and believes that it is `at`.
pub(super) fn client(root: &CertificateDer<'static>, at: Timestamp) -> Arc<ClientConfig> {
    let builder = ClientConfig::builder_with_details(Arc::new(provider()), Arc::new(At(at)));
    let builder = builder.with_safe_default_protocol_versions().unwrap();
    Arc::new(builder.with_root_certificates(roots(root)).with_no_client_auth())
}

/// What a client thinks of a certificate that is shown under this name.
pub(super) fn judge(
    root: &CertificateDer<'static>,
    shown: &CertificateDer<'_>,
    between: &[CertificateDer<'_>],
    name: &str,
) -> Result<(), rustls::Error> {
    let verifier = WebPkiServerVerifier::builder_with_provider(roots(root), Arc::new(provider())).build().unwrap();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    verifier.verify_server_cert(shown, between, &name, &[], unix(NOW)).map(drop)
}

/// Goes through a handshake with what `tls` shows now.
pub(super) async fn shake(
    tls: &Arc<Tls>,
    client: Arc<ClientConfig>,
    name: &str,
) -> std::io::Result<TlsStream<DuplexStream>> {
    let acceptor = tls.acceptor().unwrap().unwrap();
    let (here, there) = tokio::io::duplex(64 * 1024);
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let connector = TlsConnector::from(client);
    let (mine, _) = tokio::join!(connector.connect(name, here), acceptor.accept(there));
    mine
}

/// The certificate that is shown now, as a client that trusts `root` sees it.
pub(super) async fn shown(tls: &Arc<Tls>, root: &CertificateDer<'static>, at: Timestamp) -> CertificateDer<'static> {
    let stream = shake(tls, client(root, at), "localhost").await.unwrap();
    stream.get_ref().1.peer_certificates().unwrap()[0].clone()
}

/// What is ours, until a test says otherwise.
#[derive(Clone)]
pub(super) struct World(Arc<Mutex<Ours>>);

impl World {
    pub(super) fn new(names: &[&str], addresses: &[&str]) -> Self {
        let world = Self(Arc::default());
        world.change(names, addresses, &[]);
        world
    }

    pub(super) fn home() -> Self {
        Self::new(&["localhost", "pi", "pi.local"], &["127.0.0.1", "::1", "192.168.1.5"])
    }

    pub(super) fn change(&self, names: &[&str], addresses: &[&str], passing: &[&str]) {
        let ips = |list: &[&str]| list.iter().map(|ip| ip.parse().unwrap()).collect();
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        *self.0.lock() = Ours { names, addresses: ips(addresses), unserved: Vec::new(), passing: ips(passing) };
    }

    fn look(&self) -> Look {
        let ours = Arc::clone(&self.0);
        Arc::new(move || ours.lock().clone())
    }

    pub(super) fn open(&self, dir: &Path, at: Timestamp) -> Result<Arc<Tls>, String> {
        let mut config = Config::defaults(dir, Environment::default());
        config.app.tls = TlsMode::Auto;
        Tls::open_with(&config, self.look(), at).map_err(|error| error.to_string())
    }
}
