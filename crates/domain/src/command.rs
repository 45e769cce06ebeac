//! What is sent to a device, and how it is known to have acted.

use crate::actor::Actor;
use crate::ids::{CommandId, MinerId, ModeId};
use crate::miner::{PowerState, Profile};
use crate::reading::Reading;
use crate::text::Message;
use crate::time::Timestamp;
use crate::units::{CentiCelsius, Frequency, Millivolts};
use crate::wish::{Owner, PoolTarget};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Settings below the level of a mode. `None` leaves a value as it is.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Tuning {
    pub frequency: Option<Frequency>,
    pub core_voltage: Option<Millivolts>,
    /// A fixed speed; switches the device's own regulation off.
    pub fan_pct: Option<u8>,
    /// Hands the fan back to the device's own regulation.
    pub target_temperature: Option<CentiCelsius>,
    /// Also clear the firmware's own heat trip.
    #[serde(default)]
    pub clear_overheat: bool,
}

/// One thing to tell a device.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Command {
    SetMode {
        mode: ModeId,
        /// Also clear the firmware's own heat trip.
        clear_overheat: bool,
    },
    /// Soft power: pause and resume, or standby.
    SetPower {
        power: PowerState,
    },
    SetPool {
        pool: PoolTarget,
    },
    Tune {
        tuning: Tuning,
    },
    Restart,
    Identify,
}

/// What a reading says about a command that was sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen {
    Yes,
    NotYet,
    /// This command leaves no trace in a reading (identify): the device's word is all there is.
    NeverVisible,
}

impl Command {
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::SetMode { .. } => "set_mode",
            Self::SetPower { .. } => "set_power",
            Self::SetPool { .. } => "set_pool",
            Self::Tune { .. } => "tune",
            Self::Restart => "restart",
            Self::Identify => "identify",
        }
    }

    /// Whether a device of this profile restarts in the course of it.
    pub const fn restarts(&self, profile: &Profile) -> bool {
        // The firmware lets go of its own heat trip only with a restart.
        match self {
            Self::Restart => true,
            Self::SetPool { .. } => profile.capabilities.pool_needs_restart,
            Self::SetMode { clear_overheat, .. } => *clear_overheat,
            Self::Tune { tuning } => tuning.clear_overheat,
            Self::SetPower { power: PowerState::On } => profile.capabilities.wake_needs_restart,
            Self::SetPower { power: PowerState::Off } | Self::Identify => false,
        }
    }

    /// How long the device has to show it.
    pub fn patience(&self, profile: &Profile) -> Duration {
        if self.restarts(profile) { profile.boot_deadline + Duration::from_secs(30) } else { Duration::from_secs(90) }
    }

    /// Compares what was asked with what a later reading shows. `before` is the last reading before the command and
    /// `since_sent` the time from sending to this reading.
    pub fn seen_in(&self, profile: &Profile, before: Option<&Reading>, after: &Reading, since_sent: Duration) -> Seen {
        let yes = match self {
            Self::Identify => return Seen::NeverVisible,
            Self::SetMode { mode, clear_overheat } => {
                let cleared = !clear_overheat || after.overheated != Some(true);
                cleared && profile.mode_of(after).as_ref() == Some(mode)
            }
            Self::SetPower { power: PowerState::Off } => after.paused == Some(true),
            Self::SetPower { power: PowerState::On } => after.paused == Some(false) || after.hashing() == Some(true),
            // Set and, where that is needed, restarted into: whether the pool then answers is another question.
            Self::SetPool { pool } => {
                let shown_is_used = profile.capabilities.pools_shown_are_used;
                let taken_up = shown_is_used || !self.restarts(profile) || restarted(before, after, since_sent);
                after.pool_is(pool) == Some(true) && taken_up
            }
            Self::Tune { tuning } => {
                let cleared = !tuning.clear_overheat || after.overheated != Some(true);
                cleared && tuning_shown(tuning, after)
            }
            Self::Restart => restarted(before, after, since_sent),
        };
        if yes { Seen::Yes } else { Seen::NotYet }
    }
}

fn tuning_shown(tuning: &Tuning, after: &Reading) -> bool {
    tuning.frequency.is_none_or(|wanted| after.frequency == Some(wanted))
        && tuning.core_voltage.is_none_or(|wanted| after.core_voltage == Some(wanted))
        && tuning
            .fan_pct
            .is_none_or(|wanted| after.fan_pct.is_some_and(|now| now.get().abs_diff(u16::from(wanted) * 100) <= 200))
}

/// A counter of seconds since start that is shorter than the time since we asked, or fell.
fn restarted(before: Option<&Reading>, after: &Reading, since_sent: Duration) -> bool {
    let Some(uptime) = after.uptime_s else { return false };
    let fell = before.and_then(|b| b.uptime_s).is_some_and(|was| uptime < was);
    fell || uptime <= since_sent.as_secs()
}

/// How a command ended, or where it stands. `GET /api/commands/{id}` shows this.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CommandState {
    /// Wanted; waits for its turn.
    Planned,
    /// Not sent, for the reason given.
    Refused,
    /// On its way or waiting to be seen.
    Sent,
    /// A later reading shows it.
    Confirmed,
    /// The device took it and has not been seen to act.
    Unconfirmed,
    /// The device said no, or could not be reached.
    Failed,
    /// A newer wish took its place.
    Superseded,
}

impl CommandState {
    pub const fn settled(self) -> bool {
        !matches!(self, Self::Planned | Self::Sent)
    }
}

/// A command as stored.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CommandRecord {
    pub id: CommandId,
    pub miner: MinerId,
    pub command: Command,
    pub owner: Owner,
    pub actor: Actor,
    pub state: CommandState,
    pub reason: Message,
    /// The device's words.
    pub reply: Option<Message>,
    pub planned_at: Timestamp,
    pub sent_at: Option<Timestamp>,
    pub settled_at: Option<Timestamp>,
}
