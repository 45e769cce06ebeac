//! People, sessions and tokens.
//!
//! **Invariant:** there is an admin as long as there was one: the change that would leave none is refused in the same
//! transaction that would have made it. A TOTP step and a recovery code count once, whoever asks at the same time. A change
//! writes its own column only, so that none undoes another.

mod access;
mod users;

use crate::error::Result;
use crate::store::SqlStore;
use async_trait::async_trait;
use hmm_domain::account::{Role, Session, Token, User};
use hmm_domain::port::Accounts;
use hmm_domain::{SessionId, Timestamp, TokenId, UserId};

/// The port has one trait; the two halves have a file each.
#[async_trait]
impl Accounts for SqlStore {
    async fn user_add(&self, user: &User) -> Result<UserId> {
        users::add(&self.db, user).await
    }

    async fn user_list(&self) -> Result<Vec<User>> {
        users::list(&self.db).await
    }

    async fn user_find(&self, id: UserId) -> Result<Option<User>> {
        users::find(&self.db, id).await
    }

    async fn user_by_name(&self, name: &str) -> Result<Option<User>> {
        users::by_name(&self.db, name).await
    }

    async fn user_role_set(&self, id: UserId, role: Role) -> Result<()> {
        users::role_set(&self.db, id, role).await
    }

    async fn user_password_set(&self, id: UserId, hash: &str, expected: Option<&str>) -> Result<bool> {
        users::password_set(&self.db, id, hash, expected).await
    }

    async fn user_totp_set(&self, id: UserId, on: bool) -> Result<()> {
        users::totp_set(&self.db, id, on).await
    }

    async fn user_remove(&self, id: UserId) -> Result<()> {
        users::remove(&self.db, id).await
    }

    async fn totp_step_use(&self, id: UserId, step: i64) -> Result<bool> {
        users::totp_step_use(&self.db, id, step).await
    }

    async fn recovery_put(&self, id: UserId, hashes: &[String]) -> Result<()> {
        users::recovery_put(&self.db, id, hashes).await
    }

    async fn recovery_use(&self, id: UserId, hash: &str) -> Result<bool> {
        users::recovery_use(&self.db, id, hash).await
    }

    async fn session_add(&self, session: &Session, password_hash: &str) -> Result<Option<SessionId>> {
        access::session_add(&self.db, session, password_hash).await
    }

    async fn session_by_hash(&self, hash: &str) -> Result<Option<Session>> {
        access::session_by_hash(&self.db, hash).await
    }

    async fn session_seen(&self, id: SessionId, at: Timestamp) -> Result<()> {
        access::session_seen(&self.db, id, at).await
    }

    async fn session_remove(&self, id: SessionId) -> Result<()> {
        access::session_remove(&self.db, id).await
    }

    async fn sessions_end(&self, user: Option<UserId>) -> Result<u64> {
        access::sessions_end(&self.db, user).await
    }

    async fn token_add(&self, token: &Token) -> Result<TokenId> {
        access::token_add(&self.db, token).await
    }

    async fn token_list(&self) -> Result<Vec<Token>> {
        access::token_list(&self.db).await
    }

    async fn token_by_hash(&self, hash: &str) -> Result<Option<Token>> {
        access::token_by_hash(&self.db, hash).await
    }

    async fn token_used(&self, id: TokenId, at: Timestamp, uses: u64) -> Result<()> {
        access::token_used(&self.db, id, at, uses).await
    }

    async fn token_remove(&self, id: TokenId) -> Result<bool> {
        access::token_remove(&self.db, id).await
    }

    async fn tokens_end(&self, creator: UserId) -> Result<u64> {
        access::tokens_end(&self.db, creator).await
    }

    async fn access_clean(&self, now: Timestamp) -> Result<u64> {
        access::clean(&self.db, now).await
    }
}
