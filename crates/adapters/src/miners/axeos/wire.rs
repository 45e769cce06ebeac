//! AxeOS's own words. Names are matched to the letter: `fanSpeed` was revolutions when `fanspeed` was percent.
//!
//! **Invariant:** every field may be missing and may be of any type; see [`loose`](crate::miners::shared::loose).

use crate::miners::shared::loose::{Flag, List, Maybe, Number, Numbers, Switch, Text, TextOrNumber};
use serde::Deserialize;

/// `GET /api/system/info`, all generations in one.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Info {
    #[serde(rename = "ASICModel")]
    pub(super) asic_model: Text,
    /// Only 2.1.9 to 2.8; later in `/api/system/asic`.
    pub(super) asic_count: Number,
    pub(super) board_version: TextOrNumber,
    pub(super) version: Text,
    #[serde(rename = "axeOSVersion")]
    pub(super) axe_os_version: Text,
    pub(super) mac_addr: Text,
    pub(super) hostname: Text,

    pub(super) hash_rate: Number,
    #[serde(rename = "hashRate_1m")]
    pub(super) hash_rate_1m: Number,
    #[serde(rename = "hashRate_10m")]
    pub(super) hash_rate_10m: Number,
    #[serde(rename = "hashRate_1h")]
    pub(super) hash_rate_1h: Number,
    pub(super) expected_hashrate: Number,
    pub(super) error_percentage: Number,
    pub(super) hashrate_monitor: Maybe<HashrateMonitor>,

    pub(super) power: Number,
    pub(super) max_power: Number,
    pub(super) temp: Number,
    pub(super) temp2: Number,
    pub(super) vr_temp: Number,
    pub(super) boardtemp1: Number,
    pub(super) boardtemp2: Number,

    /// Percent, in every generation.
    pub(super) fanspeed: Number,
    /// Revolutions per minute, newest name first.
    pub(super) fanrpm: Number,
    pub(super) fan_speed_rpm: Number,
    pub(super) fan_speed: Number,
    pub(super) fan2rpm: Number,

    pub(super) frequency: Number,
    pub(super) actual_frequency: Number,
    pub(super) core_voltage: Number,
    pub(super) core_voltage_actual: Number,

    pub(super) shares_accepted: Number,
    pub(super) shares_rejected: Number,
    pub(super) shares_rejected_reasons: List<RejectedReason>,
    /// Text with a suffix up to 2.10, a number since.
    pub(super) best_diff: TextOrNumber,
    pub(super) best_session_diff: TextOrNumber,

    #[serde(rename = "stratumURL")]
    pub(super) stratum_url: Text,
    pub(super) stratum_port: Number,
    pub(super) stratum_user: Text,
    #[serde(rename = "stratumTLS")]
    pub(super) stratum_tls: Switch,
    #[serde(rename = "fallbackStratumURL")]
    pub(super) fallback_stratum_url: Text,
    pub(super) fallback_stratum_port: Number,
    pub(super) fallback_stratum_user: Text,
    pub(super) is_using_fallback_stratum: Flag,
    /// Since 2.15; its presence decides how a pool is written.
    pub(super) pools: List<PoolEntry>,
    pub(super) primary_pool_index: Number,
    pub(super) secondary_pool_index: Number,
    pub(super) pool_difficulty: Number,
    /// The older name of the same.
    pub(super) stratum_diff: Number,
    pub(super) response_time: Number,

    pub(super) uptime_seconds: Number,
    #[serde(rename = "wifiRSSI")]
    pub(super) wifi_rssi: Number,
    pub(super) free_heap: Number,
    #[serde(rename = "overheat_mode")]
    pub(super) overheat_mode: Flag,
    pub(super) mining_paused: Flag,
    /// Present only while there is a fault.
    #[serde(rename = "power_fault")]
    pub(super) power_fault: TextOrNumber,
    #[serde(rename = "hardware_fault")]
    pub(super) hardware_fault: TextOrNumber,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct HashrateMonitor {
    pub(super) asics: List<MonitoredAsic>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct MonitoredAsic {
    pub(super) error_count: Number,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct RejectedReason {
    pub(super) message: Text,
    pub(super) count: Number,
}

/// One of up to eight pools since 2.15.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct PoolEntry {
    pub(super) id: Number,
    #[serde(rename = "stratumURL")]
    pub(super) stratum_url: Text,
    pub(super) stratum_port: Number,
    pub(super) stratum_user: Text,
    #[serde(rename = "stratumTLS")]
    pub(super) stratum_tls: Switch,
}

/// `GET /api/system/asic`, since 2.7.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Asic {
    #[serde(rename = "ASICModel")]
    pub(super) chip: Text,
    /// The family of boards ("Gamma"); NerdQAxe prints the same key in info, a Bitaxe only here.
    pub(super) device_model: Text,
    #[serde(rename = "asicCount")]
    pub(super) chips: Number,
    pub(super) default_frequency: Number,
    pub(super) frequency_options: Numbers,
    pub(super) default_voltage: Number,
    pub(super) voltage_options: Numbers,
}
