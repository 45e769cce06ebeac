//! What is wanted of a miner and what is seen of it, as the API shows it.

use chrono::{DateTime, Utc};
use hmm_domain::miner::PowerState;
use hmm_domain::wish::{Desired, Owner, Want, Wish};
use hmm_engine::Observed;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PowerState)]
pub enum PowerName {
    On,
    Off,
}

impl From<PowerState> for PowerName {
    fn from(power: PowerState) -> Self {
        match power {
            PowerState::On => Self::On,
            PowerState::Off => Self::Off,
        }
    }
}

impl From<PowerName> for PowerState {
    fn from(power: PowerName) -> Self {
        match power {
            PowerName::On => Self::On,
            PowerName::Off => Self::Off,
        }
    }
}

/// Who wants something. The later wins over the earlier.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = Owner)]
pub enum OwnerName {
    Default,
    PoolStrategy,
    PriceStrategy,
    Automation,
    Override,
    Safety,
}

impl From<Owner> for OwnerName {
    fn from(owner: Owner) -> Self {
        match owner {
            Owner::Default => Self::Default,
            Owner::PoolStrategy => Self::PoolStrategy,
            Owner::PriceStrategy => Self::PriceStrategy,
            Owner::Automation => Self::Automation,
            Owner::Override => Self::Override,
            Owner::Safety => Self::Safety,
        }
    }
}

/// The winning wish of each field; `null` where nobody wants anything.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Desired)]
pub struct DesiredBody {
    pub power: Option<DesiredPower>,
    pub mode: Option<DesiredMode>,
    pub pool: Option<DesiredPool>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DesiredPower {
    pub value: PowerName,
    pub owner: OwnerName,
    pub reason: String,
    pub until: Option<DateTime<Utc>>,
    /// What comes back when a person's wish ends: `on`, or how it ran; `null` where that is not known yet.
    pub goes_back_to: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DesiredMode {
    pub value: String,
    pub owner: OwnerName,
    pub reason: String,
    pub until: Option<DateTime<Utc>>,
    /// What comes back when a person's wish ends: a mode, or its settings; `null` where that is not known yet.
    pub goes_back_to: Option<String>,
}

#[derive(Debug, Serialize, ToSchema)]
pub struct DesiredPool {
    /// Id of the pool; `null` for one that is not in the list of pools.
    pub value: Option<i64>,
    pub owner: OwnerName,
    pub reason: String,
    pub until: Option<DateTime<Utc>>,
}

impl From<&Desired> for DesiredBody {
    fn from(desired: &Desired) -> Self {
        let common = |wish: &Wish| {
            (wish.owner.into(), wish.reason.to_string(), wish.until.map(hmm_domain::Timestamp::to_chrono))
        };
        let power = desired.power.as_ref().and_then(|wish| {
            let Want::Power(power) = &wish.want else { return None };
            let (owner, reason, until) = common(wish);
            Some(DesiredPower { value: (*power).into(), owner, reason, until, goes_back_to: back_to(wish) })
        });
        let mode = desired.mode.as_ref().map(|wish| {
            let (owner, reason, until) = common(wish);
            let value = match &wish.want {
                Want::Mode(mode) => mode.to_string(),
                Want::Point { .. } | Want::Power(_) | Want::Pool(_) => "custom".to_owned(),
            };
            DesiredMode { value, owner, reason, until, goes_back_to: back_to(wish) }
        });
        let pool = desired.pool.as_ref().map(|wish| {
            let (owner, reason, until) = common(wish);
            DesiredPool { value: None, owner, reason, until }
        });
        Self { power, mode, pool }
    }
}

fn back_to(wish: &Wish) -> Option<String> {
    match wish.back_to.as_ref()? {
        Want::Power(power) => Some(if *power == PowerState::On { "on" } else { "off" }.to_owned()),
        Want::Mode(mode) => Some(mode.to_string()),
        Want::Point { frequency, core_voltage } => {
            Some(format!("{} MHz, {} mV", frequency.as_mhz(), core_voltage.get()))
        }
        Want::Pool(_) => None,
    }
}

/// What the last fresh reading shows.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Observed)]
pub struct ObservedBody {
    pub power: Option<PowerName>,
    pub mode: Option<String>,
    /// Id of the pool, where it is one of the list.
    pub pool_id: Option<i64>,
}

impl From<&Observed> for ObservedBody {
    fn from(observed: &Observed) -> Self {
        Self {
            power: observed.power.map(Into::into),
            mode: observed.mode.as_ref().map(ToString::to_string),
            pool_id: None,
        }
    }
}
