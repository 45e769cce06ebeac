//! The words of a visit to the demo house.

use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct DemoBody {
    /// The set-up code, while there is no administrator. It stays good.
    pub code: Option<String>,
}

/// In. From here on the cookie leads every request of this browser into the demo house.
#[derive(Serialize, ToSchema)]
pub struct DemoEntered {}
