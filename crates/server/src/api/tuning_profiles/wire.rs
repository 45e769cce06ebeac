//! Tuning profiles, as the API shows them.

use crate::api::extract::Checks;
use crate::api::miners::command::TuningBody;
use chrono::{DateTime, Utc};
use hmm_domain::TuningProfile;
use hmm_domain::command::Tuning;
use hmm_domain::units::{CentiCelsius, Frequency, Millivolts};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = TuningProfile)]
pub struct ProfileBody {
    pub id: i64,
    pub name: String,
    pub family: String,
    /// Absent: for every model of the family in whose range it is.
    pub model: Option<String>,
    pub tuning: TuningShown,
    pub made_by: String,
    pub made_at: DateTime<Utc>,
}

/// What it sets. What is absent stays as it is.
#[derive(Debug, Serialize, ToSchema)]
pub struct TuningShown {
    pub frequency_mhz: Option<f64>,
    pub core_voltage_mv: Option<u32>,
    pub fan_pct: Option<u8>,
    pub target_temperature_c: Option<f64>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileAdd {
    pub name: String,
    /// The miner whose family, model and, where `tuning` is absent, present frequency and voltage it takes.
    pub miner_id: i64,
    pub tuning: Option<TuningBody>,
    /// For every model of the family, not for this miner's alone.
    #[serde(default)]
    pub any_model: bool,
}

/// What changes; what is absent stays.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileChange {
    pub name: Option<String>,
    pub tuning: Option<TuningBody>,
}

#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct ProfileApply {
    pub miner_ids: Vec<i64>,
}

impl From<TuningProfile> for ProfileBody {
    fn from(profile: TuningProfile) -> Self {
        let Tuning { frequency, core_voltage, fan_pct, target_temperature, .. } = profile.tuning;
        Self {
            id: profile.id.get(),
            name: profile.name.to_string(),
            family: profile.family.to_string(),
            model: profile.model.map(|model| model.to_string()),
            tuning: TuningShown {
                frequency_mhz: frequency.map(Frequency::as_mhz),
                core_voltage_mv: core_voltage.map(Millivolts::get),
                fan_pct,
                target_temperature_c: target_temperature.map(CentiCelsius::as_celsius),
            },
            made_by: profile.made_by.to_string(),
            made_at: profile.made_at.to_chrono(),
        }
    }
}

/// Checked as far as no device is needed for it; each miner's own ranges are looked at when it is applied.
pub(super) fn read(checks: Checks, body: &TuningBody) -> (Checks, Tuning) {
    let (faults, tuning) = body.read("/tuning");
    (checks.and(faults), tuning)
}
