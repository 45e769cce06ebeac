//! People, as the API shows them.

use chrono::{DateTime, Utc};
use hmm_domain::Role;
use hmm_domain::account::User;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// What somebody may do. The later may do all that the earlier may.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Role)]
pub enum RoleName {
    Viewer,
    Operator,
    Admin,
}

impl From<Role> for RoleName {
    fn from(role: Role) -> Self {
        match role {
            Role::Viewer => Self::Viewer,
            Role::Operator => Self::Operator,
            Role::Admin => Self::Admin,
        }
    }
}

impl From<RoleName> for Role {
    fn from(role: RoleName) -> Self {
        match role {
            RoleName::Viewer => Self::Viewer,
            RoleName::Operator => Self::Operator,
            RoleName::Admin => Self::Admin,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = User)]
pub struct UserBody {
    pub id: i64,
    pub name: String,
    pub role: RoleName,
    pub totp_enabled: bool,
    pub created_at: DateTime<Utc>,
}

impl From<User> for UserBody {
    fn from(user: User) -> Self {
        Self {
            id: user.id.get(),
            name: user.name.to_string(),
            role: user.role.into(),
            totp_enabled: user.totp_enabled,
            created_at: user.created_at.to_chrono(),
        }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserAdd {
    pub name: String,
    /// 10 characters to 256 bytes.
    pub password: String,
    pub role: RoleName,
}

/// What changes; what is absent stays. Ends the person's sessions, tokens and live sockets.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct UserPatch {
    pub role: Option<RoleName>,
    pub password: Option<String>,
    /// `false` switches a lost second factor off.
    pub totp_enabled: Option<bool>,
}
