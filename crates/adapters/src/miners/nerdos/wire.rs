//! NerdOS's own words, the generations with flat keys and those with a nested `stratum` in one.
//!
//! **Invariant:** every field may be missing and may be of any type; see [`loose`](crate::miners::shared::loose).

use crate::miners::shared::loose::{Flag, List, Maybe, Number, Numbers, Row, Switch, Text, TextOrNumber};
use serde::Deserialize;

/// `GET /api/system/info`.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Info {
    pub(super) device_model: Text,
    pub(super) version: Text,
    pub(super) mac_addr: Text,
    pub(super) hostname: Text,
    /// Writes need a one-time code, or a session that was opened with one.
    pub(super) otp: Flag,

    /// GH/s.
    pub(super) hash_rate: Number,
    #[serde(rename = "hashRate_1m")]
    pub(super) hash_rate_1m: Number,
    #[serde(rename = "hashRate_10m")]
    pub(super) hash_rate_10m: Number,
    #[serde(rename = "hashRate_1h")]
    pub(super) hash_rate_1h: Number,

    pub(super) power: Number,
    /// The end of the band in which its page shows no warning.
    pub(super) max_power: Number,
    /// The hottest chip.
    pub(super) temp: Number,
    /// All zero where they are not measured.
    pub(super) asic_temps: Numbers,
    pub(super) vr_temp: Number,
    /// The regulator's own sensor, beside the one on its body.
    pub(super) vr_temp_int: Number,
    pub(super) boardtemp1: Number,
    pub(super) boardtemp2: Number,
    /// Where it shuts itself down.
    #[serde(rename = "overheat_temp")]
    pub(super) overheat_temp: Number,
    #[serde(rename = "overheat_mode")]
    pub(super) overheat_mode: Flag,
    pub(super) board_error: Number,

    pub(super) fanspeed: Number,
    pub(super) fanrpm: Number,
    pub(super) fanrpm2: Number,
    pub(super) fan_count: Number,
    pub(super) fans: List<Fan>,
    /// -1 where the board has no such regulation.
    pub(super) pid_target_temp: Number,

    pub(super) frequency: Number,
    pub(super) core_voltage: Number,
    pub(super) core_voltage_actual: Number,

    pub(super) shares_accepted: Number,
    pub(super) shares_rejected: Number,
    /// Text with a suffix in older builds.
    pub(super) best_diff: TextOrNumber,
    pub(super) best_session_diff: TextOrNumber,
    pub(super) pool_difficulty: Number,
    pub(super) lastpingrtt: Number,

    #[serde(rename = "stratumURL")]
    pub(super) stratum_url: Text,
    pub(super) stratum_port: Number,
    pub(super) stratum_user: Text,
    #[serde(rename = "stratumTLS")]
    pub(super) stratum_tls: Switch,
    /// 0 is the usual protocol, 1 its second version.
    pub(super) stratum_protocol: Number,
    #[serde(rename = "fallbackStratumURL")]
    pub(super) fallback_stratum_url: Text,
    pub(super) fallback_stratum_port: Number,
    pub(super) fallback_stratum_user: Text,
    #[serde(rename = "fallbackStratumTLS")]
    pub(super) fallback_stratum_tls: Switch,
    /// Of the older builds, which have no `stratum`.
    pub(super) is_using_fallback_stratum: Flag,
    pub(super) is_stratum_connected: Flag,
    pub(super) stratum: Maybe<Stratum>,

    pub(super) uptime_seconds: Number,
    #[serde(rename = "wifiRSSI")]
    pub(super) wifi_rssi: Number,
    pub(super) free_heap: Number,
    /// The chips are off: by request, or because it got too hot.
    pub(super) shutdown: Flag,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Fan {
    pub(super) rpm: Number,
    pub(super) speed_perc: Number,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Stratum {
    /// 0: one pool and one to fall back to. 1: both at once.
    pub(super) pool_mode: Number,
    /// The same, as it runs: a change waits for the next start.
    pub(super) active_pool_mode: Number,
    pub(super) using_fallback: Flag,
    pub(super) total_best_diff: TextOrNumber,
    /// Older builds list only the pool that is worked for, newer ones both in the order of the settings.
    pub(super) pools: Row<PoolState>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct PoolState {
    /// In the newer builds.
    pub(super) active: Flag,
    pub(super) connected: Flag,
    pub(super) accepted: Number,
    pub(super) rejected: Number,
    pub(super) pool_difficulty: Number,
    pub(super) ping_rtt: Number,
    /// Of this session.
    pub(super) best_diff: TextOrNumber,
    /// Why the firmware does not work for this pool.
    pub(super) verify_blocked: Text,
}

/// `GET /api/system/asic`, since 1.0.32.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub(super) struct Asic {
    pub(super) default_frequency: Number,
    pub(super) frequency_options: Numbers,
    pub(super) default_voltage: Number,
    pub(super) voltage_options: Numbers,
    /// What it refuses to apply, although it stores it; 0 is no limit.
    pub(super) abs_max_frequency: Number,
    pub(super) abs_max_voltage: Number,
    /// 0 is none.
    pub(super) eco_frequency: Number,
    pub(super) eco_voltage: Number,
}
