//! What only an XMRig has: releases, who is let in, and a configuration that is read and written whole.
//!
//! **Invariant:** who is let in follows from the configuration in force, so that a write of half of one locks its writer
//! out, as it does at home.

use super::model::Hardware;
use super::spec::{MinerSpec, PoolSpec};
use hmm_domain::Timestamp;
use serde_json::{Value, json};
use std::time::Duration;

/// Between a write of the configuration and the program's noticing that its file has changed.
const RELOAD: Duration = Duration::from_secs(1);

/// The token of every simulated XMRig that has one.
pub const XMRIG_TOKEN: &str = "simulated-access-token";

pub(super) static PC: Hardware = Hardware {
    family: "PC",
    asic: "AMD Ryzen 7 5800X 8-Core Processor",
    board: "",
    colour: "",
    asics: 1,
    // 10 kH/s at 4 GHz.
    small_cores: 2.5e-6,
    supply_volts: 12,
    max_power_w: 142,
    default_mhz: 4_000,
    default_mv: 1_200,
    mhz_options: &[4_000],
    mv_options: &[1_200],
    watts_per_mhz_v2: 0.0165,
    idle_w: 35.0,
    trip_c: 95.0,
    sink: 0.19,
    current_at_core: false,
};

/// A release, with who may do what.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct XmRig {
    pub release: Release,
    pub access: Access,
}

/// What has changed between releases. Later compares as greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Release {
    /// Version 1 of the API only, and nothing can be written.
    V2_6,
    V6_12,
    /// Cuts its summary short until it has run for 15 minutes.
    V6_22_1,
    V6_24,
}

/// The `http` section of the configuration.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// Everybody may read; whoever brings a token is turned away.
    Open,
    /// Whoever has the token may read.
    Read,
    /// Whoever has the token may do everything.
    Control,
    /// Not restricted and without a token: nobody is let in at all.
    Locked,
}

impl XmRig {
    pub const fn new(release: Release, access: Access) -> Self {
        Self { release, access }
    }
}

impl Release {
    pub const ALL: [Self; 4] = [Self::V2_6, Self::V6_12, Self::V6_22_1, Self::V6_24];

    pub const fn version(self) -> &'static str {
        match self {
            Self::V2_6 => "2.6.5",
            Self::V6_12 => "6.12.2",
            Self::V6_22_1 => "6.22.1",
            Self::V6_24 => "6.24.0",
        }
    }
}

/// The program's own state.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Program {
    /// In force.
    pub(crate) config: Value,
    /// Written, and in force from then on.
    pub(crate) written: Option<(Timestamp, Value)>,
}

impl Program {
    pub(super) fn new(spec: &MinerSpec, access: Access) -> Self {
        let token = matches!(access, Access::Read | Access::Control).then_some(XMRIG_TOKEN);
        let restricted = matches!(access, Access::Open | Access::Read);
        let pool = |at: &PoolSpec| {
            json!({
                "algo": null, "coin": null, "url": format!("{}:{}", at.url, at.port), "user": at.user, "pass": at.password,
                "rig-id": null, "nicehash": false, "keepalive": false, "enabled": true, "tls": false,
                "tls-fingerprint": null, "daemon": false, "socks5": null, "self-select": null,
            })
        };
        let config = json!({
            "api": { "id": null, "worker-id": null },
            "http": {
                "enabled": true, "host": "0.0.0.0", "port": spec.port, "access-token": token, "restricted": restricted,
            },
            "autosave": true, "background": false, "colors": true, "title": true,
            "randomx": { "init": -1, "init-avx2": -1, "mode": "auto", "1gb-pages": false, "rdmsr": true, "wrmsr": true },
            "cpu": { "enabled": true, "huge-pages": true, "priority": null, "max-threads-hint": 100, "rx": [0, 1, 2, 3] },
            "opencl": { "enabled": false }, "cuda": { "enabled": false }, "log-file": null, "donate-level": 1,
            "pools": [pool(&spec.primary), pool(&spec.fallback)],
            "retries": 5, "retry-pause": 5, "print-time": 60, "user-agent": null, "watch": true,
        });
        Self { config, written: None }
    }

    /// Takes a configuration that makes sense; the program notices a moment later.
    pub(crate) fn write(&mut self, config: Value, now: Timestamp) -> bool {
        let sensible = pools(&config).iter().any(|pool| pool.enabled);
        if sensible {
            self.written = Some((now + RELOAD, config));
        }
        sensible
    }

    /// Puts in force what was written long enough ago; the pools to work for when there are new ones.
    pub(crate) fn settle(&mut self, now: Timestamp) -> Option<Vec<Place>> {
        let (_, config) = self.written.take_if(|(at, _)| *at <= now)?;
        let (before, after) = (pools(&self.config), pools(&config));
        self.config = config;
        (before != after).then_some(after)
    }

    pub(crate) fn token(&self) -> Option<&str> {
        self.config.pointer("/http/access-token").and_then(Value::as_str)
    }

    pub(crate) fn restricted(&self) -> bool {
        self.config.pointer("/http/restricted") != Some(&Value::Bool(false))
    }
}

/// A pool of the configuration.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Place {
    pub(crate) at: PoolSpec,
    pub(crate) enabled: bool,
    pub(crate) tls: bool,
}

fn pools(config: &Value) -> Vec<Place> {
    let list = config.get("pools").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    list.iter().filter_map(place).collect()
}

fn place(pool: &Value) -> Option<Place> {
    let text = |key: &str| pool.get(key).and_then(Value::as_str).unwrap_or_default();
    let flag = |key: &str, usual: bool| pool.get(key).and_then(Value::as_bool).unwrap_or(usual);
    let url = text("url");
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let (host, port) = rest.rsplit_once(':').unwrap_or((rest, "3333"));
    let mut at = PoolSpec::new(host, port.parse().ok()?, text("user"));
    text("pass").clone_into(&mut at.password);
    let tls = flag("tls", false) || scheme == "stratum+ssl";
    (!host.is_empty()).then_some(Place { at, enabled: flag("enabled", true), tls })
}
