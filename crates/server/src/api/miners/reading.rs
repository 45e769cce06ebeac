//! Readings, as the API shows them: the short form inside a miner, the whole on its own.

use chrono::{DateTime, Utc};
use hmm_domain::reading::{PoolInUse, PowerSource};
use hmm_domain::units::{CentiCelsius, CentiPercent, Dbm, Difficulty, Frequency, Hashrate, Millivolts, Power, Rpm};
use hmm_engine::Latest;
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Clone, Copy, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = PowerSource)]
pub enum PowerSourceName {
    Measured,
    Plug,
    Estimated,
}

impl From<PowerSource> for PowerSourceName {
    fn from(source: PowerSource) -> Self {
        match source {
            PowerSource::Measured => Self::Measured,
            PowerSource::Plug => Self::Plug,
            PowerSource::Estimated => Self::Estimated,
        }
    }
}

/// The last reading, in short.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Latest)]
pub struct LatestBody {
    pub at: DateTime<Utc>,
    pub hashrate_hs: Option<u64>,
    pub hashrate_1m_hs: Option<u64>,
    pub expected_hashrate_hs: Option<u64>,
    pub power_w: Option<f64>,
    pub power_source: Option<PowerSourceName>,
    pub temperature_c: Option<f64>,
    pub vr_temperature_c: Option<f64>,
    pub fan_rpm: Option<u32>,
    pub fan_pct: Option<f64>,
    pub frequency_mhz: Option<f64>,
    pub core_voltage_mv: Option<u32>,
    pub shares_accepted: Option<u64>,
    pub shares_rejected: Option<u64>,
    pub best_difficulty: Option<u64>,
    pub pool_url: Option<String>,
    pub uptime_s: Option<u64>,
    pub rssi_dbm: Option<i16>,
}

impl From<&Latest> for LatestBody {
    fn from(latest: &Latest) -> Self {
        let reading = &latest.reading;
        Self {
            at: latest.at.to_chrono(),
            hashrate_hs: reading.hashrate.map(Hashrate::get),
            hashrate_1m_hs: reading.hashrate_1m.map(Hashrate::get),
            expected_hashrate_hs: reading.expected_hashrate.map(Hashrate::get),
            power_w: reading.power.map(Power::as_watts),
            power_source: latest.power_source.or(reading.power_source).map(Into::into),
            temperature_c: reading.temperature.map(CentiCelsius::as_celsius),
            vr_temperature_c: reading.vr_temperature.map(CentiCelsius::as_celsius),
            fan_rpm: reading.fan.map(Rpm::get),
            fan_pct: reading.fan_pct.map(CentiPercent::as_percent),
            frequency_mhz: reading.frequency.map(Frequency::as_mhz),
            core_voltage_mv: reading.core_voltage.map(Millivolts::get),
            shares_accepted: reading.shares_accepted,
            shares_rejected: reading.shares_rejected,
            best_difficulty: reading.best_difficulty.map(Difficulty::get),
            pool_url: reading.pool.as_ref().map(pool_url),
            uptime_s: reading.uptime_s,
            rssi_dbm: reading.rssi.map(Dbm::get),
        }
    }
}

fn pool_url(pool: &PoolInUse) -> String {
    match pool.port {
        Some(port) => format!("stratum+tcp://{}:{port}", pool.host),
        None => format!("stratum+tcp://{}", pool.host),
    }
}

/// Why shares were refused, in the pool's words.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = RejectReason)]
pub struct RejectReasonBody {
    pub message: String,
    pub count: u64,
}

/// Everything the device said in its last reply.
#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Telemetry)]
pub struct TelemetryBody {
    pub miner_id: i64,
    #[serde(flatten)]
    pub latest: LatestBody,
    pub hashrate_10m_hs: Option<u64>,
    pub hashrate_1h_hs: Option<u64>,
    pub board_temperature_c: Option<f64>,
    pub intake_temperature_c: Option<f64>,
    pub fan2_rpm: Option<u32>,
    pub actual_frequency_mhz: Option<f64>,
    pub actual_core_voltage_mv: Option<u32>,
    pub shares_stale: Option<u64>,
    pub reject_reasons: Vec<RejectReasonBody>,
    pub best_session_difficulty: Option<u64>,
    pub pool_difficulty: Option<u64>,
    /// The device fell back to its second pool.
    pub pool_fallback: Option<bool>,
    pub pool_response_ms: Option<u32>,
    pub firmware: Option<String>,
    pub paused: Option<bool>,
    pub overheated: Option<bool>,
    /// A fault that the device reports of itself.
    pub fault: Option<String>,
    pub error_pct: Option<f64>,
    pub hash_errors: Option<u64>,
    pub free_heap_bytes: Option<u64>,
}

impl TelemetryBody {
    pub fn new(miner_id: i64, latest: &Latest) -> Self {
        let reading = &latest.reading;
        let reasons = reading.reject_reasons.iter();
        Self {
            miner_id,
            latest: latest.into(),
            hashrate_10m_hs: reading.hashrate_10m.map(Hashrate::get),
            hashrate_1h_hs: reading.hashrate_1h.map(Hashrate::get),
            board_temperature_c: reading.board_temperature.map(CentiCelsius::as_celsius),
            intake_temperature_c: reading.intake_temperature.map(CentiCelsius::as_celsius),
            fan2_rpm: reading.fan2.map(Rpm::get),
            actual_frequency_mhz: reading.actual_frequency.map(Frequency::as_mhz),
            actual_core_voltage_mv: reading.actual_core_voltage.map(Millivolts::get),
            shares_stale: reading.shares_stale,
            reject_reasons: reasons
                .map(|r| RejectReasonBody { message: r.message.to_string(), count: r.count })
                .collect(),
            best_session_difficulty: reading.best_session_difficulty.map(Difficulty::get),
            pool_difficulty: reading.pool_difficulty.map(Difficulty::get),
            pool_fallback: reading.pool.as_ref().and_then(|pool| pool.fallback),
            pool_response_ms: reading.response_ms,
            firmware: reading.firmware.as_ref().map(ToString::to_string),
            paused: reading.paused,
            overheated: reading.overheated,
            fault: reading.fault.as_ref().map(ToString::to_string),
            error_pct: reading.error_pct.map(CentiPercent::as_percent),
            hash_errors: reading.hash_errors,
            free_heap_bytes: reading.free_heap_bytes,
        }
    }
}
