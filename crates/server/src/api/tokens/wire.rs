//! Tokens, as the API shows them.

use crate::api::users::wire::RoleName;
use chrono::{DateTime, Utc};
use hmm_domain::Scope;
use hmm_domain::account::Token;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What a token may do: `read` as a viewer, `control` as an operator, `admin` as an administrator (but neither people nor
/// tokens), `metrics` for `/metrics` alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Scope)]
pub enum ScopeName {
    Read,
    Control,
    Metrics,
    Admin,
}

impl From<Scope> for ScopeName {
    fn from(scope: Scope) -> Self {
        match scope {
            Scope::Read => Self::Read,
            Scope::Control => Self::Control,
            Scope::Metrics => Self::Metrics,
            Scope::Admin => Self::Admin,
        }
    }
}

impl From<ScopeName> for Scope {
    fn from(scope: ScopeName) -> Self {
        match scope {
            ScopeName::Read => Self::Read,
            ScopeName::Control => Self::Control,
            ScopeName::Metrics => Self::Metrics,
            ScopeName::Admin => Self::Admin,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Token)]
pub struct TokenBody {
    pub id: i64,
    pub name: String,
    pub scopes: Vec<ScopeName>,
    /// It never does more than its maker could.
    pub role: RoleName,
    /// Whose it is; `null` when made at the command line.
    pub user_id: Option<i64>,
    pub created_at: DateTime<Utc>,
    pub expires_at: Option<DateTime<Utc>>,
    pub last_used_at: Option<DateTime<Utc>>,
    pub uses: u64,
}

impl From<Token> for TokenBody {
    fn from(token: Token) -> Self {
        Self {
            id: token.id.get(),
            name: token.name.to_string(),
            scopes: token.scopes.into_iter().map(Into::into).collect(),
            role: token.role.into(),
            user_id: token.creator.map(hmm_domain::UserId::get),
            created_at: token.created_at.to_chrono(),
            expires_at: token.expires_at.map(hmm_domain::Timestamp::to_chrono),
            last_used_at: token.last_used_at.map(hmm_domain::Timestamp::to_chrono),
            uses: token.uses,
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TokenAdd {
    pub name: String,
    pub scopes: Vec<ScopeName>,
    /// At most one's own; that when absent.
    pub role: Option<RoleName>,
    /// Never, when absent.
    pub expires_at: Option<DateTime<Utc>>,
}

/// A new token. `token` is shown this once.
#[derive(Serialize, ToSchema)]
pub struct TokenMade {
    pub id: i64,
    pub token: String,
    pub name: String,
    pub scopes: Vec<ScopeName>,
    pub role: RoleName,
    pub expires_at: Option<DateTime<Utc>>,
}
