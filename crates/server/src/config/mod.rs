//! `config.yaml` and the environment: what is fixed for an installation. What a person edits in the web page is in the
//! database.
//!
//! **Invariant:** a [`Config`] is whole or there is none. An unknown key, a wrong value or a broken file is one line with
//! file, line, column and key, and nothing starts.

mod duration;
mod environment;
mod read;
pub(crate) mod tree;

pub use duration::{parse as parse_duration, show as show_duration};
pub use environment::{Environment, EnvironmentError};
pub(crate) use read::unknown_key;

use ipnet::IpNet;
use std::fmt;
use std::net::{IpAddr, Ipv4Addr};
use std::path::{Path, PathBuf};
use std::time::Duration;

/// The name of the file in the config folder.
pub const FILE_NAME: &str = "config.yaml";
/// What a first start writes: every key with its default, commented out.
pub const DEFAULT_FILE: &str = include_str!("default.yaml");

const MINUTE: Duration = Duration::from_mins(1);
const DAY: Duration = Duration::from_hours(24);

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Config {
    /// The folder that holds everything.
    pub dir: PathBuf,
    pub environment: Environment,
    pub app: App,
    pub database: Database,
    pub telemetry: Telemetry,
    pub network: Network,
    pub logging: Logging,
    pub security: Security,
    /// Keys that stand in the file, in its order: `telemetry.interval`.
    locked: Vec<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct App {
    pub host: IpAddr,
    /// Empty, or `/hmm`: begins with a slash, ends without one.
    pub base_path: String,
    pub tls: TlsMode,
    /// Set exactly when `tls` is `Files`; relative to the config folder.
    pub tls_certificate: Option<PathBuf>,
    pub tls_key: Option<PathBuf>,
}

/// Where the certificate of the web page comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TlsMode {
    /// Nowhere: plain http.
    Off,
    /// An authority of our own.
    Auto,
    Files,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Database {
    pub kind: DatabaseKind,
    /// Set exactly when `kind` is `External`.
    pub url: Option<Secret>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DatabaseKind {
    Auto,
    Postgresql,
    Sqlite,
    External,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Telemetry {
    pub interval: Duration,
    pub raw_retention: Duration,
    pub flush: Duration,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    pub device_ranges: Vec<IpNet>,
    /// Where NMMiner boards are heard; `None` is nowhere.
    pub nmminer_port: Option<u16>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logging {
    pub level: tracing::Level,
    pub json: bool,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Security {
    /// Lower case, without port.
    pub allowed_hosts: Vec<String>,
    pub trusted_proxies: Vec<IpNet>,
    pub session_idle: Duration,
    pub session_max: Duration,
}

/// A text that no log, error or `Debug` shows.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    pub fn new(text: String) -> Self {
        Self(text)
    }

    /// The text itself, for the one place that needs it.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("••••")
    }
}

/// Why there is no configuration.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The person must change that line.
    #[error("{0}")]
    Fault(Fault),
    /// The person must change rights or path.
    #[error("{what} {}: {why}", path.display())]
    Folder { what: &'static str, path: PathBuf, why: std::io::Error },
}

/// What is wrong in the file, and what to write instead.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    pub line: u64,
    pub column: u64,
    pub key: Option<String>,
    pub say: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{FILE_NAME}:{}:{}: ", self.line, self.column)?;
        match &self.key {
            Some(key) => write!(f, "key {key}: {}", self.say),
            None => f.write_str(&self.say),
        }
    }
}

impl Config {
    /// Reads the folder's file; makes the folder and writes the commented file on the first start.
    pub fn load(dir: &Path, environment: Environment) -> Result<Self, ConfigError> {
        let path = dir.join(FILE_NAME);
        let text = match std::fs::read(&path) {
            Ok(bytes) => text_of(&bytes).map_err(ConfigError::Fault)?,
            Err(missing) if missing.kind() == std::io::ErrorKind::NotFound => {
                std::fs::create_dir_all(dir).map_err(|why| folder("cannot make the config folder", dir, why))?;
                std::fs::write(&path, DEFAULT_FILE).map_err(|why| folder("cannot write", &path, why))?;
                DEFAULT_FILE.to_owned()
            }
            Err(why) => return Err(folder("cannot read", &path, why)),
        };
        Self::parse(&text, dir, environment).map_err(ConfigError::Fault)
    }

    /// The configuration that `text` describes.
    pub fn parse(text: &str, dir: &Path, environment: Environment) -> Result<Self, Fault> {
        let mut config = Self::defaults(dir, environment);
        if let Some(root) = tree::parse(text)? {
            config.locked = read::apply(&mut config, &root)?;
        }
        Ok(config)
    }

    /// What holds when the file says nothing.
    pub fn defaults(dir: &Path, environment: Environment) -> Self {
        Self {
            dir: dir.to_owned(),
            environment,
            app: App {
                host: Ipv4Addr::UNSPECIFIED.into(),
                base_path: String::new(),
                tls: TlsMode::Off,
                tls_certificate: None,
                tls_key: None,
            },
            database: Database { kind: DatabaseKind::Auto, url: None },
            telemetry: Telemetry { interval: MINUTE / 2, raw_retention: 7 * DAY, flush: 2 * MINUTE },
            network: Network {
                device_ranges: hmm_net::default_device_ranges(),
                nmminer_port: Some(hmm_adapters::miners::nmminer::PORT),
            },
            logging: Logging { level: tracing::Level::INFO, json: false },
            security: Security {
                allowed_hosts: Vec::new(),
                trusted_proxies: Vec::new(),
                session_idle: 7 * DAY,
                session_max: 30 * DAY,
            },
            locked: Vec::new(),
        }
    }

    /// Keys that stand in the file and therefore win over the web page.
    pub fn locked(&self) -> &[String] {
        &self.locked
    }
}

fn folder(what: &'static str, path: &Path, why: std::io::Error) -> ConfigError {
    ConfigError::Folder { what, path: path.to_owned(), why }
}

fn text_of(bytes: &[u8]) -> Result<String, Fault> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        let before = &bytes[..error.valid_up_to()];
        let line = before.split(|byte| *byte == b'\n').count() as u64;
        let column = 1 + before.iter().rev().take_while(|byte| **byte != b'\n').count() as u64;
        Fault { line, column, key: None, say: "this is not UTF-8 text; save the file as UTF-8".to_owned() }
    })?;
    Ok(text.to_owned())
}
