//! Passwords: the rule for a new one, and Argon2id, two at a time.
//!
//! **Invariant:** a check takes the same time whether the account exists or not, and never runs on a thread that serves
//! requests.

use argon2::Argon2;
use argon2::password_hash::phc::PasswordHash;
use argon2::password_hash::{PasswordHasher, PasswordVerifier};
use hmm_engine::Tasks;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use tokio::sync::Semaphore;

pub const LENGTH_MIN: usize = 10;
pub const BYTES_MAX: usize = 256;
/// Each takes 19 MB for a tenth of a second: two at a time is what a small machine bears.
const AT_ONCE: usize = 2;
/// More than this in the queue is no crowd of people.
const WAITING_MAX: usize = 32;

/// A hash that no password has, with the parameters of all others: what an unknown account is checked against.
const NOBODY: &str = "$argon2id$v=19$m=19456,t=2,p=1$bm9ib2R5bm9ib2R5$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Why a password was not hashed or checked.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum PasswordError {
    /// Try again in a moment.
    #[error("too many passwords are being checked")]
    Busy,
    #[error("the password could not be hashed: {0}")]
    Hash(String),
}

/// Why this is no good password, as a sentence.
pub fn fault(password: &str, name: &str) -> Option<&'static str> {
    if password.len() > BYTES_MAX {
        return Some("use at most 256 bytes");
    }
    if password.chars().count() < LENGTH_MIN {
        return Some("use at least 10 characters");
    }
    (password.to_lowercase() == name.to_lowercase()).then_some("use something else than the name")
}

/// The two desks where passwords are checked.
#[derive(Clone)]
pub struct Desk {
    permits: Arc<Semaphore>,
    waiting: Arc<AtomicUsize>,
}

impl Default for Desk {
    fn default() -> Self {
        Self { permits: Arc::new(Semaphore::new(AT_ONCE)), waiting: Arc::default() }
    }
}

struct Waiting<'a>(&'a AtomicUsize);

impl Drop for Waiting<'_> {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::Relaxed);
    }
}

impl Desk {
    pub async fn hash(&self, tasks: &Tasks, password: &str) -> Result<String, PasswordError> {
        let password = password.to_owned();
        self.queue(tasks, move || hash(&password)).await?
    }

    /// `None` as `stored` is an account that does not exist: the same work, and never true.
    pub async fn check(&self, tasks: &Tasks, password: &str, stored: Option<&str>) -> Result<bool, PasswordError> {
        let password = password.to_owned();
        let (known, stored) = (stored.is_some(), stored.unwrap_or(NOBODY).to_owned());
        let same = self.queue(tasks, move || matches(&password, &stored)).await?;
        Ok(same && known)
    }

    async fn queue<T: Send + 'static>(
        &self,
        tasks: &Tasks,
        work: impl FnOnce() -> T + Send + 'static,
    ) -> Result<T, PasswordError> {
        let before = self.waiting.fetch_add(1, Ordering::Relaxed);
        let _waiting = Waiting(&self.waiting);
        if before >= WAITING_MAX {
            return Err(PasswordError::Busy);
        }
        let _permit = self.permits.acquire().await.map_err(|_| PasswordError::Busy)?;
        Ok(tasks.spawn_blocking("password", work).await)
    }
}

/// Hashes where it stands. For the command line; the server queues at the [`Desk`].
pub fn hash(password: &str) -> Result<String, PasswordError> {
    Argon2::default()
        .hash_password(password.as_bytes())
        .map(|hash| hash.to_string())
        .map_err(|error| PasswordError::Hash(error.to_string()))
}

fn matches(password: &str, stored: &str) -> bool {
    let Ok(parsed) = PasswordHash::new(stored) else { return false };
    password.len() <= BYTES_MAX && Argon2::default().verify_password(password.as_bytes(), &parsed).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_is_long_enough_and_not_the_name() {
        assert_eq!(fault("correct horse", "ann"), None);
        assert_eq!(fault("short", "ann"), Some("use at least 10 characters"));
        assert_eq!(fault("Alexandrina", "alexandrina"), Some("use something else than the name"));
        assert_eq!(fault(&"x".repeat(257), "ann"), Some("use at most 256 bytes"));
    }

    #[test]
    fn a_hash_is_argon2id_and_knows_its_password() {
        let stored = hash("correct horse").unwrap();
        assert!(stored.starts_with("$argon2id$v=19$"), "{stored}");
        assert!(matches("correct horse", &stored));
        assert!(!matches("correct horsf", &stored));
        assert!(!matches("x", "no hash at all"));
    }

    #[test]
    fn an_unknown_account_is_checked_with_the_same_effort() {
        assert!(PasswordHash::new(NOBODY).is_ok());
        let effort = |hash: &str| hash.split('$').take(4).collect::<Vec<_>>().join("$");
        assert_eq!(effort(NOBODY), effort(&hash("correct horse").unwrap()));
    }
}
