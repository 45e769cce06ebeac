//! `hmm healthcheck`: asks the running manager whether it is ready, for Docker.
//!
//! **Invariant:** ends within a few seconds, whatever answers or does not. It sends nothing that must stay secret.

use super::{folder, warn};
use crate::config::{Config, Environment, FILE_NAME, TlsMode};
use crate::tls::{self, Authority};
use anyhow::{Context, Result, bail};
use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{WebPkiSupportedAlgorithms, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, ClientConnection, DigitallySignedStruct, RootCertStore, SignatureScheme, StreamOwned};
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Duration;

const PATIENCE: Duration = Duration::from_secs(3);

pub(super) fn ask(dir: Option<&Path>) -> ExitCode {
    match ready(dir) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            warn(&format!("hmm: {error:#}"));
            ExitCode::FAILURE
        }
    }
}

fn ready(dir: Option<&Path>) -> Result<()> {
    let dir = folder(dir);
    let environment = Environment::read()?;
    // Writes nothing: a check must not make a folder that nobody asked for.
    let text = std::fs::read_to_string(dir.join(FILE_NAME)).unwrap_or_default();
    let config = Config::parse(&text, &dir, environment).map_err(|fault| anyhow::anyhow!("{fault}"))?;
    let host = match config.app.host {
        IpAddr::V4(host) if host.is_unspecified() => Ipv4Addr::LOCALHOST.into(),
        IpAddr::V6(host) if host.is_unspecified() => Ipv6Addr::LOCALHOST.into(),
        host => host,
    };
    let address = SocketAddr::new(host, config.environment.web_port);
    let tls = client(&config)?;
    let answer = fetch(address, &format!("{}/api/health/ready", config.app.base_path), tls)
        .with_context(|| format!("{address} does not answer"))?;
    let status = answer.split(' ').nth(1).unwrap_or_default();
    if status != "200" {
        let body = answer.split("\r\n\r\n").nth(1).unwrap_or_default().trim();
        bail!("not ready: {status} {body}");
    }
    Ok(())
}

fn fetch(address: SocketAddr, path: &str, tls: Option<ClientConnection>) -> std::io::Result<String> {
    let stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    match tls {
        None => exchange(stream, address, path),
        Some(tls) => exchange(StreamOwned::new(tls, stream), address, path),
    }
}

fn exchange(mut stream: impl Read + Write, address: SocketAddr, path: &str) -> std::io::Result<String> {
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    stream.flush()?;
    let mut answer = Vec::new();
    match stream.take(16 * 1024).read_to_end(&mut answer) {
        // Whoever answered whole may close without a TLS farewell.
        Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof && !answer.is_empty() => {}
        other => drop(other?),
    }
    Ok(String::from_utf8_lossy(&answer).into_owned())
}

/// What speaks TLS with the manager; `None` where it speaks plain http.
fn client(config: &Config) -> Result<Option<ClientConnection>> {
    let provider = Arc::new(tls::provider());
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions()?;
    let client = match config.app.tls {
        TlsMode::Off => return Ok(None),
        TlsMode::Auto => {
            let mut roots = RootCertStore::empty();
            roots.add(Authority::certificate_of(&config.dir)?)?;
            builder.with_root_certificates(roots).with_no_client_auth()
        }
        TlsMode::Files => {
            let verifier = Arc::new(Whoever(provider.signature_verification_algorithms));
            builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth()
        }
    };
    // Each certificate of our own has this name, whatever the addresses are.
    Ok(Some(ClientConnection::new(Arc::new(client), ServerName::try_from("localhost")?)?))
}

/// Believes any certificate. A certificate of files is made for other names than this machine's own address, may be signed by
/// somebody unknown here, and may be older than its file. Nothing is at stake: the question is public, and so is the answer.
#[derive(Debug)]
struct Whoever(WebPkiSupportedAlgorithms);

impl ServerCertVerifier for Whoever {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, rustls::Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls12_signature(message, certificate, signed, &self.0)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, rustls::Error> {
        verify_tls13_signature(message, certificate, signed, &self.0)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.supported_schemes()
    }
}
