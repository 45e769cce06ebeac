//! Commands on an installation: through the running program when there is one, on the store itself when there is none.
//!
//! **Invariant:** the store is never opened beside a running program: whoever opens it holds the folder's lock.

use super::say;
use crate::config::Config;
use crate::console::{self, Request};
use crate::tls;
use crate::wiring::{FolderLock, Foundation, LockError, Tools as ConsoleTools, perform, restore, runtime};
use anyhow::{Context, Result, anyhow, bail};
use hmm_domain::port::Clock as _;
use hmm_domain::{Actor, Role, Scope};
use hmm_engine::SystemClock;
use std::path::Path;

pub(super) fn token_create(config: &Config, role: Role, name: String, scopes: Vec<Scope>) -> Result<()> {
    ask(config, Request::TokenCreate { role, name, scopes })
}

pub(super) fn reset_password(config: &Config, name: String) -> Result<()> {
    ask(config, Request::ResetPassword { name })
}

pub(super) fn backup(config: &Config, file: &Path) -> Result<()> {
    let file = std::path::absolute(file).with_context(|| format!("cannot write {}", file.display()))?;
    if file.exists() {
        bail!("{} is there already; name a new file", file.display());
    }
    ask(config, Request::Backup { file })
}

pub(super) fn tls_new_ca(config: &Config) -> Result<()> {
    ask(config, Request::TlsNewCa)
}

/// Asks the running program, or does it here.
fn ask(config: &Config, request: Request) -> Result<()> {
    let line = runtime()?.block_on(async {
        let asked = console::ask(&config.dir, &request).await.context("the running manager cannot be asked")?;
        match asked {
            Some(answer) => answer.map_err(|why| anyhow!("{why}")),
            None => alone(config, request).await,
        }
    })?;
    say(&line);
    Ok(())
}

async fn alone(config: &Config, request: Request) -> Result<String> {
    let lock = FolderLock::take(&config.dir).map_err(|error| match error {
        LockError::Taken { .. } => anyhow!("the manager is starting or stopping; try again in a moment"),
        error @ LockError::CannotWrite { .. } => error.into(),
    })?;
    let foundation = Foundation::open(config).await?;
    let clock = SystemClock::new();
    let new_authority = || tls::new_authority(config, clock.now());
    let tools =
        ConsoleTools { store: &*foundation.store, sql: &foundation.sql, clock: &clock, new_authority: &new_authority };
    let answer = perform(&tools, request).await;
    foundation.close().await;
    drop(lock);
    answer.map_err(|why| anyhow!("{why}"))
}

/// Fills an empty installation from a backup, and leaves it PAUSED: the house it came from may still be running.
pub(super) fn restore_file(config: &Config, file: &Path) -> Result<()> {
    let file = std::path::absolute(file).with_context(|| format!("cannot read {}", file.display()))?;
    if !file.is_file() {
        bail!("{} is not there", file.display());
    }
    let _lock = FolderLock::take(&config.dir)?;
    let facts = restore::inspect(&file)?;
    let plan = restore::plan(file.clone(), false, &facts, &Actor::console(), SystemClock::new().now())?;
    runtime()?.block_on(async {
        Foundation::restore(config, &plan).await?.close().await;
        anyhow::Ok(())
    })?;
    say(&format!("restored {} into {}; the manager will start PAUSED", file.display(), config.dir.display()));
    if !facts.passwords {
        say("the backup holds no passwords: the set-up code of the next start gives an administrator a new one");
    }
    Ok(())
}
