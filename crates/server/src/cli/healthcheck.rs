//! `hmm healthcheck`: asks the running manager whether it is ready, for Docker.
//!
//! **Invariant:** ends within a few seconds, whatever answers or does not.

use super::{folder, warn};
use crate::config::{Config, Environment, FILE_NAME};
use anyhow::{Context, Result, bail};
use std::io::{Read, Write};
use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpStream};
use std::path::Path;
use std::process::ExitCode;
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
    let answer = fetch(address, &format!("{}/api/health/ready", config.app.base_path))
        .with_context(|| format!("{address} does not answer"))?;
    let status = answer.split(' ').nth(1).unwrap_or_default();
    if status != "200" {
        let body = answer.split("\r\n\r\n").nth(1).unwrap_or_default().trim();
        bail!("not ready: {status} {body}");
    }
    Ok(())
}

fn fetch(address: SocketAddr, path: &str) -> std::io::Result<String> {
    let mut stream = TcpStream::connect_timeout(&address, PATIENCE)?;
    stream.set_read_timeout(Some(PATIENCE))?;
    stream.set_write_timeout(Some(PATIENCE))?;
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.take(16 * 1024).read_to_end(&mut answer)?;
    Ok(String::from_utf8_lossy(&answer).into_owned())
}
