//! People, sessions and tokens, as stored. Hashing is the server's work; nothing here is a secret in clear.

use crate::ids::{SessionId, TokenId, UserId};
use crate::text::Label;
use crate::time::Timestamp;
use serde::{Deserialize, Serialize};

/// What a person may do. Ordered: the greater may do all that the lesser may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    Viewer,
    Operator,
    Admin,
}

/// What a token may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Scope {
    Read,
    Control,
    Metrics,
    Admin,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct User {
    pub id: UserId,
    pub name: Label,
    pub role: Role,
    pub password_hash: String,
    pub totp_enabled: bool,
    /// The last time step that was accepted: a step counts once.
    pub totp_last_step: Option<i64>,
    pub created_at: Timestamp,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Session {
    pub id: SessionId,
    pub user: UserId,
    /// SHA-256 of the cookie value.
    pub hash: String,
    pub created_at: Timestamp,
    pub last_seen_at: Timestamp,
    pub expires_at: Timestamp,
    pub address: Option<String>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub id: TokenId,
    pub name: Label,
    /// SHA-256 of the token.
    pub hash: String,
    pub scopes: Vec<Scope>,
    /// Never above its creator's.
    pub role: Role,
    /// `None` when made at the command line.
    pub creator: Option<UserId>,
    pub created_at: Timestamp,
    pub expires_at: Option<Timestamp>,
    pub last_used_at: Option<Timestamp>,
    pub uses: u64,
}

/// An answer kept so that the same request gets it again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct KeptAnswer {
    pub status: u16,
    pub content_type: String,
    pub body: Vec<u8>,
}
