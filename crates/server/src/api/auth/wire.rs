//! The words of signing in.

use crate::api::users::wire::{RoleName, UserBody};
use crate::auth::{Principal, Who};
use chrono::{DateTime, Utc};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
pub struct SetupStatus {
    /// Nobody can sign in yet: the set-up code is needed.
    pub needed: bool,
    /// The accounts came back from a backup that holds no passwords: set-up with the name of an administrator gives them
    /// a new one.
    pub restored: bool,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SetupBody {
    /// From the log, or from the file `setup-code` of the config folder.
    pub code: String,
    pub name: String,
    /// 10 characters to 256 bytes.
    pub password: String,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct LoginBody {
    pub name: String,
    pub password: String,
    /// Six digits, or a recovery code: for accounts with a second factor.
    pub totp: Option<String>,
}

/// Signed in. The session itself is in the cookie.
#[derive(Serialize, ToSchema)]
pub struct SignedIn {
    pub user: UserBody,
    /// The session ends at the latest then.
    pub expires_at: DateTime<Utc>,
}

/// Who is asking.
#[derive(Serialize, ToSchema)]
pub struct MeBody {
    pub kind: CallerKind,
    pub id: i64,
    pub name: String,
    /// What may be done with this session or token; `null` for one that is for metrics alone.
    pub role: Option<RoleName>,
    /// For people: a second factor is on.
    pub totp_enabled: Option<bool>,
    /// The miners are simulated.
    pub demo: bool,
}

#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub enum CallerKind {
    Person,
    Token,
}

impl MeBody {
    pub fn new(caller: &Principal, totp_enabled: Option<bool>, demo: bool) -> Self {
        let (kind, id) = match caller.who {
            Who::Person { user, .. } => (CallerKind::Person, user.get()),
            Who::Token { token, .. } => (CallerKind::Token, token.get()),
        };
        Self { kind, id, name: caller.name.to_string(), role: caller.role.map(Into::into), totp_enabled, demo }
    }
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct PasswordBody {
    pub current: String,
    pub password: String,
    pub totp: Option<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TotpEnrolBody {
    /// The present password, once more.
    pub password: String,
}

/// A second factor that counts after its first code.
#[derive(Serialize, ToSchema)]
pub struct TotpEnrolled {
    /// Base32, for typing.
    pub secret: String,
    /// The same as a link.
    pub uri: String,
    /// The link as a QR code for a camera: rows of `1` (dark) and `0`, from the top, without the light edge around it.
    pub qr: Vec<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TotpConfirmBody {
    pub code: String,
}

/// For the day when the phone is lost: each counts once. Shown this once.
#[derive(Serialize, ToSchema)]
pub struct RecoveryCodes {
    pub recovery_codes: Vec<String>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct TotpDisableBody {
    pub password: String,
    pub totp: String,
}
