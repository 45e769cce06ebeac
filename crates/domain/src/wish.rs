//! Desired state: what somebody wants of a miner, and who wins.

use crate::ids::{CommandId, MinerId, ModeId};
use crate::miner::PowerState;
use crate::reading::{PoolInUse, PoolSet};
use crate::text::{Label, Message};
use crate::time::Timestamp;
use crate::units::{Frequency, Millivolts};
use serde::{Deserialize, Serialize};

/// Who wants something. Ordered: the greater wins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Owner {
    Default,
    PoolStrategy,
    PriceStrategy,
    Automation,
    Override,
    Safety,
}

/// A pool as a device is told of it. The password is never printed and never stored with a wish or a command.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolTarget {
    pub host: Label,
    pub port: u16,
    pub user: Message,
    /// `None`: whatever the device has stays.
    #[serde(skip)]
    pub password: Option<String>,
    pub tls: bool,
}

impl PoolTarget {
    /// Whether a device with this setting is set to this pool. What it does not show may be as it should.
    pub fn set_as(&self, set: &PoolSet) -> bool {
        set.host.as_str() == self.host.as_str()
            && set.port == Some(self.port)
            && set.user.as_ref().is_none_or(|user| *user == self.user)
            && set.tls.is_none_or(|tls| tls == self.tls)
    }

    /// Whether a device that works for `now` works for this pool. A long user name is shown cut.
    pub fn shown_by(&self, now: &PoolInUse) -> bool {
        now.host.as_str() == self.host.as_str()
            && now.port == Some(self.port)
            && now.user.as_ref().is_none_or(|user| {
                let cut = user.as_str().chars().count() == 64 && self.user.as_str().starts_with(user.as_str());
                cut || user.as_str() == self.user.as_str()
            })
    }
}

impl std::fmt::Debug for PoolTarget {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "PoolTarget({}:{})", self.host, self.port)
    }
}

/// The three fields that are arbitrated separately.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Field {
    Power,
    Mode,
    Pool,
}

impl Field {
    pub const ALL: [Self; 3] = [Self::Power, Self::Mode, Self::Pool];

    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Power => "power",
            Self::Mode => "mode",
            Self::Pool => "pool",
        }
    }
}

/// What is wanted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "field", content = "value", rename_all = "snake_case")]
pub enum Want {
    Power(PowerState),
    Mode(ModeId),
    /// An operating point without a name: only ever to go back to what was found.
    Point {
        frequency: Frequency,
        core_voltage: Millivolts,
    },
    Pool(PoolTarget),
}

impl Want {
    pub const fn field(&self) -> Field {
        match self {
            Self::Power(_) => Field::Power,
            Self::Mode(_) | Self::Point { .. } => Field::Mode,
            Self::Pool(_) => Field::Pool,
        }
    }
}

/// When a wish ends by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Until {
    At(Timestamp),
    /// At the next change of the price band. Without a price strategy that is: when somebody ends it.
    NextBand,
    /// When a person says so.
    Told,
}

impl Until {
    pub fn over(self, now: Timestamp) -> bool {
        matches!(self, Self::At(end) if end <= now)
    }
}

/// A person's wish, stored until it ends and its last step back is done.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Override {
    pub miner: MinerId,
    pub want: Want,
    /// The confirmed value it replaced: when it ends and nobody lower wants the field, one step goes back to this.
    pub replaced: Option<Want>,
    pub until: Until,
    pub by: Label,
    pub since: Timestamp,
    /// The command that answers for it.
    pub command: CommandId,
    /// It is over, and the step back is still owed.
    pub ended: bool,
}

/// The wish that won a field, with everything a person wants to know about it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wish {
    pub want: Want,
    pub owner: Owner,
    pub reason: Message,
    pub until: Option<Timestamp>,
    /// The command to settle when the wish is fulfilled, where a person waits for one.
    pub command: Option<CommandId>,
    /// What comes back when it ends, where that is known.
    pub back_to: Option<Want>,
}

/// What is wanted of one miner after arbitration.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Desired {
    pub power: Option<Wish>,
    pub mode: Option<Wish>,
    pub pool: Option<Wish>,
}

impl Desired {
    pub fn get(&self, field: Field) -> Option<&Wish> {
        match field {
            Field::Power => self.power.as_ref(),
            Field::Mode => self.mode.as_ref(),
            Field::Pool => self.pool.as_ref(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Reading;

    fn target() -> PoolTarget {
        PoolTarget { host: "a.test".into(), port: 3333, user: "me.rig".into(), password: None, tls: false }
    }

    #[test]
    fn a_device_is_set_to_a_pool_whether_or_not_it_works_for_it() {
        let set = |host: &str, port: u16, user: Option<&str>, tls: Option<bool>| {
            Some(PoolSet { host: host.into(), port: Some(port), user: user.map(Into::into), tls })
        };
        let works_for = |host: &str| Some(PoolInUse { host: host.into(), port: Some(3333), ..PoolInUse::default() });
        let here = || set("a.test", 3333, Some("me.rig"), Some(false));
        for (pool_set, pool, is) in [
            (here(), works_for("a.test"), Some(true)),
            (here(), works_for("fallback.test"), Some(true)),
            (here(), None, Some(true)),
            (set("a.test", 3333, None, None), None, Some(true)),
            (set("b.test", 3333, Some("me.rig"), None), works_for("a.test"), Some(false)),
            (set("a.test", 3334, Some("me.rig"), None), works_for("a.test"), Some(false)),
            (set("a.test", 3333, Some("you.rig"), None), works_for("a.test"), Some(false)),
            (set("a.test", 3333, Some("me.rig"), Some(true)), works_for("a.test"), Some(false)),
            (None, works_for("a.test"), Some(true)),
            (None, works_for("fallback.test"), Some(false)),
            (None, None, None),
        ] {
            let reading = Reading { pool, pool_set, ..Reading::default() };
            assert_eq!(reading.pool_is(&target()), is, "{reading:?}");
        }
    }
}
