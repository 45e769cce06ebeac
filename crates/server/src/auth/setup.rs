//! The first administrator: whoever can read the config folder or the log, and nobody else on the network (S1).
//!
//! **Invariant:** there is a code exactly while there is no administrator who could sign in: none at all, or none with a
//! password, after a restore from a backup that holds none. Five tries in ten minutes from one network
//! address, thirty from all together; setting the clock changes nothing about that.

use super::random::{self, NoRandomness};
use super::throttle::network;
use hmm_domain::Role;
use hmm_domain::port::{Accounts, Clock, StoreError};
use parking_lot::Mutex;
use std::collections::VecDeque;
use std::io::Write as _;
use std::net::IpAddr;
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

pub const FILE_NAME: &str = "setup-code";
const TRIES: usize = 5;
const TRIES_OF_ALL: usize = 30;
const WINDOW: Duration = Duration::from_mins(10);

/// Why no set-up code could be made.
#[derive(Debug, thiserror::Error)]
pub enum SetupError {
    #[error(transparent)]
    Store(#[from] StoreError),
    #[error(transparent)]
    Random(#[from] NoRandomness),
    /// A person must change rights or make room.
    #[error("cannot write {}: {why}", path.display())]
    File { path: PathBuf, why: std::io::Error },
}

/// What came of a try.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Tried {
    Right,
    Wrong,
    /// Too many tries; the next may be made after this.
    Wait(Duration),
    /// There is an administrator.
    Over,
}

/// The one-time code, while it is needed.
pub struct SetupCode {
    path: PathBuf,
    clock: Arc<dyn Clock>,
    code: Mutex<Option<String>>,
    /// There are administrators, and none of them has a password.
    restored: bool,
    /// When, by the clock's ticks, and from where.
    tries: Mutex<VecDeque<(Duration, String)>>,
    /// Held while an administrator is being made: two cannot be the first.
    pub(super) turn: tokio::sync::Mutex<()>,
}

impl SetupCode {
    /// Makes a code and writes it beside the configuration when no administrator could sign in; removes an old one
    /// otherwise.
    pub async fn ensure(dir: &Path, store: &dyn Accounts, clock: Arc<dyn Clock>) -> Result<Self, SetupError> {
        let path = dir.join(FILE_NAME);
        let (admins, able) = admins(store).await?;
        let code = if able {
            remove(&path);
            None
        } else {
            let code = random::code(4, 4)?;
            write(&path, &code).map_err(|why| SetupError::File { path: path.clone(), why })?;
            Some(code)
        };
        let restored = admins && !able;
        let (code, tries, turn) = (Mutex::new(code), Mutex::default(), tokio::sync::Mutex::default());
        Ok(Self { path, clock, code, restored, tries, turn })
    }

    /// The accounts came back from a backup without their passwords.
    pub fn restored(&self) -> bool {
        self.restored
    }

    /// After somebody may have got a password in another way.
    pub async fn look_again(&self, store: &dyn Accounts) -> Result<(), StoreError> {
        if self.needed() && admins(store).await?.1 {
            self.done();
        }
        Ok(())
    }

    /// For the log of the first start, which is the other place where a person finds it.
    pub fn code(&self) -> Option<String> {
        self.code.lock().clone()
    }

    pub fn needed(&self) -> bool {
        self.code.lock().is_some()
    }

    pub fn attempt_from(&self, typed: &str, address: IpAddr) -> Tried {
        let now = Duration::from_millis(self.clock.ticks());
        let Some(code) = self.code() else { return Tried::Over };
        let from = network(address);
        let mut tries = self.tries.lock();
        tries.retain(|(at, _)| now.saturating_sub(*at) < WINDOW);
        // The oldest of as many as there may be has to go first.
        let of_all = tries.iter().rev().nth(TRIES_OF_ALL - 1);
        let of_these = tries.iter().rev().filter(|(_, other)| *other == from).nth(TRIES - 1);
        if let Some(first) = of_all.into_iter().chain(of_these).map(|(at, _)| *at).max() {
            return Tried::Wait((first + WINDOW).saturating_sub(now));
        }
        if random::same(&random::typed(typed), &random::typed(&code)) {
            // Whoever knows it has guessed nothing, and may need it again.
            return Tried::Right;
        }
        tries.push_back((now, from));
        Tried::Wrong
    }

    /// There is an administrator now.
    pub fn done(&self) {
        *self.code.lock() = None;
        remove(&self.path);
    }
}

/// Whether there are administrators, and whether one of them has a password.
async fn admins(store: &dyn Accounts) -> Result<(bool, bool), StoreError> {
    let users = store.user_list().await?;
    let mut admins = users.iter().filter(|user| user.role == Role::Admin).peekable();
    Ok((admins.peek().is_some(), admins.any(|user| !user.password_hash.is_empty())))
}

/// Readable by the owner from the first byte on, and whole or not there.
fn write(path: &Path, code: &str) -> std::io::Result<()> {
    let fresh = path.with_extension("new");
    remove(&fresh);
    let mut file = std::fs::OpenOptions::new().write(true).create_new(true).mode(0o600).open(&fresh)?;
    writeln!(file, "{code}")?;
    file.sync_all()?;
    std::fs::rename(&fresh, path)
}

fn remove(path: &Path) {
    if let Err(error) = std::fs::remove_file(path)
        && error.kind() != std::io::ErrorKind::NotFound
    {
        tracing::warn!(path = %path.display(), %error, "an old set-up code could not be removed; it opens nothing");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::auth::throttle::tests::Ticks;

    #[test]
    fn s1_five_tries_from_one_address_and_thirty_from_all() {
        let ticks = Arc::new(Ticks::default());
        let setup = SetupCode {
            path: PathBuf::from("/nowhere/setup-code"),
            clock: Arc::clone(&ticks) as Arc<dyn Clock>,
            code: Mutex::new(Some("abcd".to_owned())),
            restored: false,
            tries: Mutex::default(),
            turn: tokio::sync::Mutex::default(),
        };
        let from = |n: u8| IpAddr::from([10, 0, 0, n]);
        for n in 0..6 {
            for _ in 0..TRIES {
                assert_eq!(setup.attempt_from("wrong", from(n)), Tried::Wrong);
            }
            assert_eq!(setup.attempt_from("abcd", from(n)), Tried::Wait(WINDOW));
            ticks.pass(Duration::from_secs(1));
        }
        let rest = WINDOW.saturating_sub(Duration::from_secs(6));
        assert_eq!(setup.attempt_from("abcd", from(7)), Tried::Wait(rest), "all together");
        ticks.pass(rest);
        assert_eq!(setup.attempt_from("abcd", from(7)), Tried::Right);
    }
}
