//! Where concrete types meet ports: the start of the house, its life, and its stop.
//!
//! **Invariant:** nothing is global. What a room needs is handed to it here, in this order: folder lock, socket,
//! database, engine, listeners and jobs, open doors; and taken away in the opposite one.

mod console;
mod database;
mod demo;
pub mod ear;
mod furnish;
pub mod http;
mod life;
mod lock;
pub mod restore;
mod signals;
mod standing;
pub mod visit;

pub use console::{Tools, perform};
pub use database::Foundation;
pub use demo::DemoOptions;
pub use lock::{FolderLock, LockError};

use crate::config::{Config, DatabaseKind, Secret};
use crate::container;
use crate::logging;
use anyhow::{Context, Result};
use std::net::{IpAddr, Ipv4Addr};

/// What the program is started for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Purpose {
    Serve,
    Demo(DemoOptions),
}

/// Runs until a signal ends it. Errors are those that only a person can mend.
pub fn run(config: Config, purpose: Purpose) -> Result<()> {
    let config = fitted(config, &purpose);
    let lock = FolderLock::take(&config.dir)?;
    let logs = logging::start(&config.logging, &config.dir);
    restore::sweep(&config.dir);
    visit::sweep(&std::env::temp_dir());
    if let Some(url) = &config.database.url {
        logs.hidden.hide(url.reveal());
        if let Some(password) = password_of(url) {
            logs.hidden.hide(password);
        }
    }
    if let Some(said) = container::ignored(&config.environment) {
        tracing::info!("{said}");
    }
    let done = runtime()?.block_on(life::live(config, purpose, &logs.hidden));
    drop(lock);
    done
}

/// One worker for each core; a small machine has one.
pub fn runtime() -> Result<tokio::runtime::Runtime> {
    tokio::runtime::Builder::new_multi_thread()
        .enable_all()
        .thread_name("hmm")
        .build()
        .context("cannot start the program's threads")
}

/// The demo's own settings, where the file does not say otherwise.
fn fitted(mut config: Config, purpose: &Purpose) -> Config {
    let Purpose::Demo(demo) = purpose else { return config };
    if !config.locked().iter().any(|key| key == "app.host") {
        config.app.host = IpAddr::V4(Ipv4Addr::LOCALHOST);
    }
    if let Some(port) = demo.port {
        config.environment.web_port = port;
    }
    if demo.throw_away {
        config.database.kind = DatabaseKind::Sqlite;
        config.database.url = None;
    }
    config.network.device_ranges = demo::ranges();
    config
}

/// The part of a database's address that no log may show.
fn password_of(url: &Secret) -> Option<&str> {
    let (_, rest) = url.reveal().split_once("://")?;
    let (account, _) = rest.rsplit_once('@')?;
    account.split_once(':').map(|(_, password)| password)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Environment;
    use std::path::Path;

    #[test]
    fn s5_the_demo_listens_on_loopback_and_reaches_its_own_miners_only() {
        let demo = |text: &str| {
            let config = Config::parse(text, Path::new("/d"), Environment::default()).unwrap();
            let options = DemoOptions { port: Some(0), seed: 1, manual_clock: false, throw_away: true };
            fitted(config, &Purpose::Demo(options))
        };
        let config = demo("network: {device_ranges: [192.168.0.0/16]}\ndatabase: {type: postgresql}\n");
        assert_eq!(config.app.host.to_string(), "127.0.0.1");
        assert_eq!(config.network.device_ranges, ["127.77.0.0/16".parse().unwrap()]);
        assert_eq!((config.database.kind, config.environment.web_port), (DatabaseKind::Sqlite, 0));
        assert_eq!(demo("app: {host: 0.0.0.0}\n").app.host.to_string(), "0.0.0.0");
    }

    #[test]
    fn the_password_of_a_database_is_known_so_that_it_can_be_hidden() {
        let password = |url: &str| password_of(&Secret::new(url.to_owned())).map(str::to_owned);
        assert_eq!(password("postgresql://u:p@ss@h/d").as_deref(), Some("p@ss"));
        assert_eq!(password("postgresql://u@h/d"), None);
    }
}
