//! What was found, as the API shows it.

use crate::api::miners::wire::IdentityBody;
use crate::front::House;
use crate::problem::ProblemBody;
use chrono::{DateTime, Utc};
use hmm_domain::miner::Identity;
use hmm_engine::discovery::{Found, Moved};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Where to look.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DiscoveryScan)]
pub struct ScanBody {
    /// At most 16, each of at most 65,536 addresses and inside `network.device_ranges`. Absent: the ranges of the house
    /// (`/api/settings/house`), else the networks that this machine stands in (`/api/system/network`).
    #[schema(example = json!(["192.168.1.0/24"]), min_items = 1, max_items = 16)]
    pub ranges: Option<Vec<String>>,
}

/// A device that answered the last scan, or a miner of the house that is remembered there.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DiscoveryResult)]
pub struct FoundBody {
    /// Stays with the device until the manager is restarted.
    pub id: i64,
    pub address: String,
    pub port: u16,
    pub family: String,
    pub model: Option<String>,
    pub firmware: Option<String>,
    pub mac: Option<String>,
    /// Without MAC and serial number it is weak: a miner that moves is asked about, not followed.
    pub identity: IdentityBody,
    /// A name that no miner has; that of the miner, if it is one.
    pub name_suggestion: String,
    /// The miner of the house that it is.
    pub known_miner_id: Option<i64>,
    /// The miner of the house that answered somewhere else so far, where it was not followed by itself.
    pub moved_from: Option<MovedBody>,
    /// Every address at which a device says that it is this one, where there are several; else empty. Neither is added
    /// or followed, and a miner of the house that is disputed so is sent nothing but heat protection.
    pub claimants: Vec<String>,
    pub seen_at: DateTime<Utc>,
}

impl FoundBody {
    pub(super) fn new(house: &House, found: &Found) -> Self {
        let text = |label: &Option<hmm_domain::Label>| label.as_ref().map(ToString::to_string);
        let mac = match &found.identity {
            Identity::Mac(mac) => Some(mac.clone()),
            Identity::Serial(_) | Identity::Worker(_) | Identity::None => None,
        };
        Self {
            id: found.id,
            address: found.address.to_string(),
            port: found.port,
            family: found.family.to_string(),
            model: text(&found.model),
            firmware: text(&found.firmware),
            mac,
            identity: IdentityBody::from(&found.identity),
            name_suggestion: house.engine.discovery_name(found).to_string(),
            known_miner_id: house.engine.discovery_known(found).map(hmm_domain::MinerId::get),
            moved_from: house.engine.discovery_moved(found).map(Into::into),
            claimants: found.claimants.iter().map(ToString::to_string).collect(),
            seen_at: found.seen_at.to_chrono(),
        }
    }
}

/// Where a miner was.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DiscoveryMove)]
pub struct MovedBody {
    pub miner_id: i64,
    pub address: String,
    /// It says the same MAC or serial number. Otherwise it only looks like that miner: only a person knows.
    pub sure: bool,
}

impl From<Moved> for MovedBody {
    fn from(moved: Moved) -> Self {
        Self { miner_id: moved.miner.get(), address: moved.from.to_string(), sure: moved.sure }
    }
}

/// Which of the results to add.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DiscoveryAddMany)]
pub struct AddManyBody {
    /// Ids of results.
    #[schema(min_items = 1, max_items = 100)]
    pub ids: Vec<i64>,
}

/// What became of each.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DiscoveryAddedMany)]
pub struct AddedMany {
    pub items: Vec<AddedBody>,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = DiscoveryAdded)]
pub struct AddedBody {
    /// Of the result.
    pub id: i64,
    pub miner_id: Option<i64>,
    /// Why it was not added.
    pub problem: Option<ProblemBody>,
}

/// How to call it.
#[derive(Debug, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = DiscoveryAdd)]
pub struct AddBody {
    /// Absent: the suggested name.
    pub name: Option<String>,
    #[serde(default)]
    pub tags: Vec<String>,
}
