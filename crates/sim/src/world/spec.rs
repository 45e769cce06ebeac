//! What a simulated miner is when it is added to the world.
//!
//! **Invariant:** plain data; a world is its seed, its start and its specs, nothing else.

use super::avalon::Avalon;
use super::firmware::Firmware;
use super::model::Model;
use serde::{Deserialize, Serialize};
use std::net::Ipv4Addr;
use std::time::Duration;

/// A generation of the AxeOS firmware. Later compares as greater.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Generation {
    #[serde(rename = "2.4")]
    V2_4,
    #[serde(rename = "2.10")]
    V2_10,
    #[serde(rename = "2.12")]
    V2_12,
    #[serde(rename = "2.14")]
    V2_14,
    #[serde(rename = "2.15")]
    V2_15,
}

impl Generation {
    pub const ALL: [Self; 5] = [Self::V2_4, Self::V2_10, Self::V2_12, Self::V2_14, Self::V2_15];

    /// The version string that the firmware prints.
    pub const fn version(self) -> &'static str {
        match self {
            Self::V2_4 => "v2.4.5",
            Self::V2_10 => "v2.10.1",
            Self::V2_12 => "v2.12.2",
            Self::V2_14 => "v2.14.2",
            Self::V2_15 => "v2.15.0",
        }
    }

    pub(crate) const fn idf(self) -> &'static str {
        match self {
            Self::V2_4 => "v5.4",
            Self::V2_10 => "v5.4.1",
            Self::V2_12 | Self::V2_14 | Self::V2_15 => "v5.5.1",
        }
    }
}

/// One place to get work from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PoolSpec {
    /// Host only: the firmware knows no scheme.
    pub url: String,
    pub port: u16,
    pub user: String,
    pub password: String,
}

impl PoolSpec {
    pub fn new(url: &str, port: u16, user: &str) -> Self {
        Self { url: url.to_owned(), port, user: user.to_owned(), password: "x".to_owned() }
    }
}

/// A miner to add to the world. The fields are open: start from [`MinerSpec::new`] and change what matters.
#[derive(Debug, Clone, PartialEq)]
pub struct MinerSpec {
    /// Unique; tests and the control port call the miner by it.
    pub name: String,
    pub model: Model,
    pub firmware: Firmware,
    pub ip: Ipv4Addr,
    /// 0 lets the system choose: one port for all that say so and answer at the same kind of door.
    pub port: u16,
    pub mac: String,
    pub hostname: String,
    pub ambient_c: f64,
    /// Has been running for hours when the world begins; otherwise it starts with a boot.
    pub warm: bool,
    /// Real time added to every reply.
    pub latency: Duration,
    pub primary: PoolSpec,
    pub fallback: PoolSpec,
}

impl MinerSpec {
    pub fn new(name: &str, model: Model, firmware: impl Into<Firmware>, ip: Ipv4Addr) -> Self {
        let [_, b, c, d] = ip.octets();
        let firmware = firmware.into();
        let kind = if matches!(firmware, Firmware::XmRig(_)) { "xmrig" } else { "bitaxe" };
        Self {
            name: name.to_owned(),
            model,
            firmware,
            ip,
            port: 0,
            mac: format!("02:A0:0E:{b:02X}:{c:02X}:{d:02X}"),
            hostname: format!("{kind}-{}", name.replace(|c: char| !c.is_ascii_alphanumeric(), "-").to_lowercase()),
            ambient_c: 21.0,
            warm: true,
            latency: Duration::ZERO,
            primary: PoolSpec::new("pool.example.org", 3333, &format!("bc1qsimulated.{name}")),
            fallback: PoolSpec::new("backup.example.org", 3334, &format!("bc1qsimulated.{name}")),
        }
    }

    /// An Avalon as it comes from the factory.
    pub fn avalon(name: &str, which: Avalon, ip: Ipv4Addr) -> Self {
        Self { hostname: String::new(), ..Self::new(name, which.model(), which, ip) }
    }

    #[must_use]
    pub fn on_port(mut self, port: u16) -> Self {
        self.port = port;
        self
    }

    #[must_use]
    pub fn at_ambient(mut self, ambient_c: f64) -> Self {
        self.ambient_c = ambient_c;
        self
    }

    /// Begins with a boot instead of hours of work behind it.
    #[must_use]
    pub fn cold(mut self) -> Self {
        self.warm = false;
        self
    }
}

/// The neighbourhood that the demo and the browser tests show.
pub fn demo_fleet() -> Vec<MinerSpec> {
    use Generation::{V2_4, V2_10, V2_12, V2_14, V2_15};
    use Model::{Gamma, Gt, Supra, Ultra};
    let rooms = [
        ("kitchen", Gamma, V2_12, 22.0),
        ("garage", Gt, V2_15, 14.0),
        ("office", Gamma, V2_14, 21.5),
        ("attic", Supra, V2_4, 25.0),
        ("hallway", Ultra, V2_10, 19.0),
        ("workshop", Gamma, V2_15, 16.0),
        ("living-room", Supra, V2_12, 21.0),
        ("cellar", Gt, V2_14, 12.0),
    ];
    (1..)
        .zip(rooms)
        .map(|(n, (name, model, generation, ambient_c))| {
            MinerSpec::new(name, model, generation, Ipv4Addr::new(127, 77, 0, n)).at_ambient(ambient_c)
        })
        .collect()
}

/// `n` miners of mixed models and generations for measurements; each reply takes `latency` of real time. At most
/// 63,000: they live from 127.77.1.1 upwards.
pub fn bench_fleet(n: u16, latency: Duration) -> Vec<MinerSpec> {
    let models = [Model::Gamma, Model::Supra, Model::Ultra, Model::Gt];
    (0..n)
        .map(|i| {
            let ip = Ipv4Addr::new(
                127,
                77,
                u8::try_from(i / 250 + 1).unwrap_or(255),
                u8::try_from(i % 250 + 1).unwrap_or(255),
            );
            let (model, generation) = (models[usize::from(i) % 4], Generation::ALL[usize::from(i) % 5]);
            let mut spec = MinerSpec::new(&format!("bench-{i:04}"), model, generation, ip);
            spec.latency = latency;
            spec
        })
        .collect()
}
