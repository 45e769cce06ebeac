//! Heat protection (H1), as a state machine over fresh readings.
//!
//! Hot: the firmware's own overheat mode, or two fresh readings above the model's limit. Then the lowest mode; after
//! two minutes still hot: off. Back after ten minutes at ten degrees below the limit. Three trips in a day latch the
//! device off until a person acts.

use hmm_domain::miner::Profile;
use hmm_domain::time::Timestamp;
use hmm_domain::units::CentiCelsius;
use hmm_domain::wish::Want;
use hmm_domain::{ModeId, Reading};
use serde::{Deserialize, Serialize};
use std::time::Duration;

/// Still hot after this: off.
pub const OFF_AFTER: Duration = Duration::from_mins(2);
/// This long cool: back.
pub const BACK_AFTER: Duration = Duration::from_mins(10);
/// Cool is this far below the limit.
pub const COOL_BELOW: CentiCelsius = CentiCelsius::degrees(10);
/// This many trips within [`TRIP_WINDOW`] latch.
pub const TRIPS_MAX: usize = 3;
pub const TRIP_WINDOW: Duration = Duration::from_hours(24);

#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(tag = "phase", rename_all = "snake_case")]
pub enum Phase {
    #[default]
    Cool,
    /// Wants the lowest mode.
    Lowest { since: Timestamp },
    /// Wants it off.
    Off { since: Timestamp },
}

#[expect(clippy::struct_excessive_bools, reason = "each is remembered, and owed, by itself")]
/// What heat protection remembers of a miner. Stored, so that a restart of the program forgets no trip.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Heat {
    pub phase: Phase,
    /// Fresh readings above the limit in a row.
    pub hot_readings: u8,
    pub cool_since: Option<Timestamp>,
    pub trips: Vec<Timestamp>,
    pub latched: bool,
    /// How it ran when it was last well, and so how it runs again.
    pub well: Option<Want>,
    /// Where it goes back to once it is cool, if nobody wants anything else.
    pub give_back: Option<Want>,
    /// It was switched off by this protection and is owed its power.
    pub resume: bool,
    /// The firmware's own trip stands and is to be cleared with the next mode.
    pub clear_overheat: bool,
    /// Cool again: until the firmware's flag is cleared it is no new trip.
    pub clearing: bool,
}

/// What a reading changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeatNews {
    Tripped,
    StillHot,
    Latched,
    Back,
}

impl Heat {
    /// Takes a fresh reading in. Returns what changed, for the log.
    pub fn take(&mut self, profile: &Profile, reading: &Reading, now: Timestamp) -> Option<HeatNews> {
        let overheated = reading.overheated == Some(true);
        let above = reading.temperature.is_some_and(|t| t > profile.temperature_limit);
        self.hot_readings = if above { self.hot_readings.saturating_add(1) } else { 0 };
        self.clear_overheat = overheated;
        self.clearing &= overheated;
        match self.phase {
            Phase::Cool if (overheated && !self.clearing) || self.hot_readings >= 2 => Some(self.trip(reading, now)),
            Phase::Cool => {
                if !above && !overheated {
                    self.well = running_point(profile, reading).or_else(|| self.well.take());
                }
                None
            }
            Phase::Lowest { since } => {
                // Without a temperature, the firmware's word is all there is.
                let hot = above || (overheated && reading.temperature.is_none());
                if hot && now.since(since) >= OFF_AFTER {
                    self.off(reading, now);
                    return Some(HeatNews::StillHot);
                }
                self.cool_down(profile, reading, now)
            }
            Phase::Off { .. } => self.cool_down(profile, reading, now),
        }
    }

    /// A device that rested already is not woken by the end of this.
    fn off(&mut self, reading: &Reading, now: Timestamp) {
        self.phase = Phase::Off { since: now };
        self.cool_since = None;
        self.resume |= reading.paused == Some(false);
    }

    fn trip(&mut self, reading: &Reading, now: Timestamp) -> HeatNews {
        self.trips.retain(|trip| now.since(*trip) < TRIP_WINDOW && *trip <= now);
        self.trips.push(now);
        self.cool_since = None;
        self.give_back.clone_from(&self.well);
        if self.trips.len() >= TRIPS_MAX {
            self.latched = true;
            self.off(reading, now);
            return HeatNews::Latched;
        }
        self.phase = Phase::Lowest { since: now };
        HeatNews::Tripped
    }

    fn cool_down(&mut self, profile: &Profile, reading: &Reading, now: Timestamp) -> Option<HeatNews> {
        let cool_limit = CentiCelsius::new(profile.temperature_limit.get() - COOL_BELOW.get());
        // A chip that is switched off reports no temperature; one that makes no hashes makes no heat either.
        let cool = reading.temperature.map_or(reading.hashing() == Some(false), |t| t <= cool_limit);
        if !cool {
            self.cool_since = None;
            return None;
        }
        let since = *self.cool_since.get_or_insert(now);
        // A wall clock that jumped back starts the ten minutes anew rather than never.
        if since > now {
            self.cool_since = Some(now);
            return None;
        }
        if self.latched || now.since(since) < BACK_AFTER {
            return None;
        }
        self.phase = Phase::Cool;
        self.cool_since = None;
        self.hot_readings = 0;
        self.clearing = self.clear_overheat;
        Some(HeatNews::Back)
    }

    /// A person acted: the latch opens, and the next hot readings trip it again.
    pub fn release(&mut self) {
        self.latched = false;
        self.trips.clear();
        self.phase = Phase::Cool;
        self.hot_readings = 0;
        self.cool_since = None;
        self.clearing = self.clear_overheat;
    }
}

/// The operating point a reading shows, by name where it has one.
pub fn running_point(profile: &Profile, reading: &Reading) -> Option<Want> {
    let mode = profile.mode_of(reading)?;
    if mode != ModeId::new("custom") {
        return Some(Want::Mode(mode));
    }
    Some(Want::Point { frequency: reading.frequency?, core_voltage: reading.core_voltage? })
}
