//! A year of samples, written through the store's own door as the engine would: in order of time, flushed and folded on
//! the way.
//!
//! The last 89 days are sampled every 30 s, for raw samples are kept no longer than 90 days; the rest of the year every
//! five minutes by two miners, so that the fleet has a year to show.

use crate::Bench;
use crate::house::{Database, House, database_user};
use anyhow::{Result, ensure};
use hmm_domain::miner::MinerState;
use hmm_domain::port::{Clock, Store};
use hmm_domain::sample::{Growth, Sample};
use hmm_domain::units::{CentiCelsius, CentiPercent, Dbm, Frequency, Hashrate, Millivolts, Power, Rpm};
use hmm_domain::{MinerId, Reading, Timestamp};
use hmm_engine::{SystemClock, Tasks};
use hmm_store::{DatabaseKind, Owner, StoreSettings};
use serde_json::json;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

const DAY: Duration = Duration::from_hours(24);
const HOUR: Duration = Duration::from_hours(1);
const DENSE: Duration = Duration::from_secs(30);
const SPARSE: Duration = Duration::from_mins(5);
const DENSE_DAYS: u32 = 89;
const SPARSE_MINERS: usize = 2;

/// What is to be written.
pub(crate) struct Year {
    pub(crate) miners: usize,
    dense_days: u32,
}

impl Year {
    /// At least so many samples, every 30 s, in the last weeks.
    pub(crate) fn new(samples: u64) -> Self {
        let of_one = u64::from(DENSE_DAYS) * DAY.as_secs() / DENSE.as_secs();
        let miners = usize::try_from(samples.div_ceil(of_one)).unwrap_or(usize::MAX);
        if miners >= SPARSE_MINERS {
            return Self { miners, dense_days: DENSE_DAYS };
        }
        // Small, to try it: a fortnight.
        Self { miners: SPARSE_MINERS, dense_days: 14 }
    }

    pub(crate) fn samples(&self) -> u64 {
        self.miners as u64 * u64::from(self.dense_days) * DAY.as_secs() / DENSE.as_secs()
    }
}

/// Miners that nobody polls.
pub(crate) async fn miners(house: &House, count: usize) -> Result<Vec<i64>> {
    let addresses: Vec<SocketAddr> = (1..).take(count).map(|n: u16| SocketAddr::from(([127, 77, 250, 1], n))).collect();
    let ids = house.add(&addresses, false).await?;
    let mut client = house.client();
    for id in &ids {
        client.json("PATCH", &format!("/api/miners/{id}"), Some(&json!({"enabled": false}))).await?;
    }
    Ok(ids)
}

/// Fills the database of a stopped house; returns the time of the last sample.
pub(crate) async fn fill(bench: &Bench, dir: &Path, database: Database, ids: &[i64], year: &Year) -> Result<Timestamp> {
    let clock: Arc<dyn Clock> = Arc::new(SystemClock::new());
    let tasks = Tasks::new(Arc::clone(&clock));
    let spawner = tasks.clone();
    let kind = match database {
        Database::Sqlite => DatabaseKind::Sqlite,
        Database::Postgresql => DatabaseKind::Postgresql,
    };
    let mut settings = StoreSettings::new(dir, kind, &bench.program);
    settings.owner = database_user().ok().map(|(uid, gid)| Owner { uid, gid });
    let spawn = Arc::new(move |name, task| spawner.spawn(name, task));
    let opened = hmm_store::open(&settings, Arc::clone(&clock), spawn).await?;
    let ids: Vec<MinerId> = ids.iter().copied().map(MinerId::new).collect();
    let filled = write(&*opened.port(), clock.now(), &ids, year).await;
    opened.running.stop().await;
    tasks.stop().await;
    filled
}

async fn write(store: &dyn Store, now: Timestamp, ids: &[MinerId], year: &Year) -> Result<Timestamp> {
    let dense_from = (now - DAY * year.dense_days).floor_to(HOUR);
    let mut at = (now - DAY * 366).floor_to(HOUR);
    let mut pen = Pen { store, seed: 7, turned: at };
    while at < dense_from {
        for miner in &ids[..SPARSE_MINERS.min(ids.len())] {
            pen.push(*miner, at, SPARSE)?;
        }
        at = at + SPARSE;
        pen.turn(at, DAY).await?;
    }
    while at < now {
        for miner in ids {
            pen.push(*miner, at, DENSE)?;
        }
        at = at + DENSE;
        pen.turn(at, HOUR).await?;
    }
    store.samples_flush().await?;
    store.fold(now).await?;
    store.prune(now, DAY * 90).await?;
    ensure!(store.samples_dropped() == 0, "{} samples were dropped", store.samples_dropped());
    Ok(at - DENSE)
}

struct Pen<'a> {
    store: &'a dyn Store,
    seed: u64,
    /// When it was last flushed.
    turned: Timestamp,
}

impl Pen<'_> {
    fn push(&mut self, miner: MinerId, at: Timestamp, covered: Duration) -> Result<()> {
        let power = Power::new(17_000 + self.up_to(2_000));
        let reading = Reading {
            hashrate: Some(Hashrate::new(1_100_000_000_000 + u64::from(self.up_to(100_000_000)) * 1_000)),
            power: Some(power),
            temperature: Some(CentiCelsius::new(5_500 + i32::try_from(self.up_to(800))?)),
            vr_temperature: Some(CentiCelsius::new(6_000 + i32::try_from(self.up_to(800))?)),
            fan: Some(Rpm::new(4_000 + self.up_to(400))),
            fan_pct: Some(CentiPercent::new(4_000 + u16::try_from(self.up_to(500))?)),
            frequency: Some(Frequency::new(525_000)),
            core_voltage: Some(Millivolts::new(1_150)),
            rssi: Some(Dbm::new(-55 - i16::try_from(self.up_to(9))?)),
            ..Reading::default()
        };
        let growth = Growth {
            covered,
            energy: Some(power.over(covered)),
            accepted: Some(u64::from(self.up_to(5))),
            rejected: Some(0),
        };
        let sample = Sample { miner, at, reading, mode: None, state: MinerState::Mining, growth, spike: false };
        ensure!(self.store.sample_push(&sample, "sha256d"), "the buffer of samples overflowed");
        Ok(())
    }

    /// What the clock of a running house would do: flush whenever `every` is over, and fold every day.
    async fn turn(&mut self, at: Timestamp, every: Duration) -> Result<()> {
        if at.floor_to(every) == self.turned.floor_to(every) {
            return Ok(());
        }
        let day_over = at.floor_to(DAY) != self.turned.floor_to(DAY);
        self.turned = at;
        self.store.samples_flush().await?;
        if day_over {
            self.store.fold(at).await?;
        }
        Ok(())
    }

    /// A repeatable number below `end`.
    fn up_to(&mut self, end: u32) -> u32 {
        self.seed = self.seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u32::try_from(self.seed >> 33).unwrap_or_default() % end
    }
}
