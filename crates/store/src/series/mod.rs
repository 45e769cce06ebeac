//! Samples and roll-ups: what grows without end. Raw SQL, one text for both databases.
//!
//! ```text
//! sample_push ─► buffer ─► flush ─► sample ─► fold ─► rollup_5m ─► rollup_1h ─► rollup_1d     per miner
//!                                                        └► fleet_5m ─► fleet_1h ─► fleet_1d    per algorithm
//! ```
//! Each level has a watermark in `fold_state`: below it everything is in the coarser level, above it readers go to the
//! finer one, and above the lowest to the raw rows and the buffer. So the newest sample is in every chart, and a fold is
//! never in a hurry.
//!
//! **Invariant:** `folded_1d ≤ folded_1h ≤ folded_5m`, and `pruned ≤ folded_5m`. A sample that arrives late lowers the
//! watermarks in the transaction that writes it.

mod buffer;
mod columns;
mod fold;
mod prune;
#[expect(clippy::cast_precision_loss, reason = "means and charts are statistics")]
mod read;
mod state;
#[expect(clippy::cast_precision_loss, reason = "means and charts are statistics")]
mod tail;
mod write;

pub(crate) use buffer::Buffer;
pub(crate) use state::forget_raw;

use crate::convert::{from_json, json};
use crate::db::column;
use crate::error::Result;
use crate::store::SqlStore;
use async_trait::async_trait;
use hmm_domain::miner::MinerState;
use hmm_domain::port::Series;
use hmm_domain::sample::{Growth, Mark, Sample};
use hmm_domain::series::{Folded, SeriesData, SeriesQuery};
use hmm_domain::units::{Energy, Power};
use hmm_domain::{MinerId, ModeId, Reading, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::time::Duration;

pub(crate) const MINUTE: i64 = 60_000;
pub(crate) const BUCKET: i64 = 5 * MINUTE;
/// The fold works on whole blocks: on PostgreSQL a miner's rows of one block lie together.
pub(crate) const BLOCK: i64 = 30 * MINUTE;
pub(crate) const HOUR: i64 = 60 * MINUTE;
pub(crate) const DAY: i64 = 24 * HOUR;

pub(crate) fn floor(at: i64, width: i64) -> i64 {
    at.div_euclid(width) * width
}

impl SqlStore {
    /// `all`: also the last replies that are not due yet, for the stop.
    pub(crate) async fn flush(&self, all: bool) -> Result<u64> {
        let _readers_wait = self.series.gate.write().await;
        let batch = self.series.batch(all);
        if batch.is_empty() {
            return Ok(0);
        }
        write::flush(&self.db, &batch).await?;
        Ok(self.series.written(&batch))
    }
}

#[async_trait]
impl Series for SqlStore {
    fn sample_push(&self, sample: &Sample, algorithm: &str) -> bool {
        self.series.push(sample, algorithm)
    }

    async fn samples_flush(&self) -> Result<u64> {
        self.flush(false).await
    }

    fn samples_dropped(&self) -> u64 {
        self.series.dropped()
    }

    async fn last_samples(&self) -> Result<Vec<(Sample, Mark)>> {
        let sql = "SELECT l.sample, k.mark FROM last_reply l JOIN last_mark k ON k.miner_id = l.miner_id \
                   JOIN miner m ON m.id = l.miner_id ORDER BY l.miner_id";
        let rows = self.db.rows(sql, Vec::new()).await?;
        let stored = rows.iter().map(|row| {
            let (sample, mark): (String, String) = (column(row, "sample")?, column(row, "mark")?);
            Ok((LastSample::read(&sample)?, LastMark::read(&mark)?))
        });
        Ok(self.series.newest(stored.collect::<Result<Vec<_>>>()?))
    }

    fn last_push(&self, sample: &Sample, mark: Mark) {
        self.series.last_push(sample, mark);
    }

    async fn series_read(&self, query: &SeriesQuery, now: Timestamp) -> Result<SeriesData> {
        read::read(&self.db, &self.series, query, now).await
    }

    async fn fold(&self, now: Timestamp) -> Result<Folded> {
        fold::fold(&self.db, now).await
    }

    async fn prune(&self, now: Timestamp, keep: Duration) -> Result<u64> {
        prune::prune(&self.db, now, keep).await
    }
}

/// A sample as `last_reply` keeps it: JSON without what is absent.
#[derive(Serialize, Deserialize)]
struct LastSample {
    miner: MinerId,
    at: Timestamp,
    reading: Value,
    mode: Option<ModeId>,
    state: MinerState,
    covered_ms: u64,
    energy: Option<i64>,
    accepted: Option<u64>,
    rejected: Option<u64>,
    spike: bool,
}

impl LastSample {
    fn write(sample: &Sample) -> Result<String> {
        let mut reading = serde_json::to_value(&sample.reading)
            .map_err(|e| hmm_domain::port::StoreError::Corrupt(format!("reading: {e}")))?;
        if let Value::Object(fields) = &mut reading {
            fields.retain(|_, value| !value.is_null() && value.as_array().is_none_or(|list| !list.is_empty()));
        }
        json(&Self {
            miner: sample.miner,
            at: sample.at,
            reading,
            mode: sample.mode.clone(),
            state: sample.state,
            covered_ms: u64::try_from(sample.growth.covered.as_millis()).unwrap_or(u64::MAX),
            energy: sample.growth.energy.map(Energy::get),
            accepted: sample.growth.accepted,
            rejected: sample.growth.rejected,
            spike: sample.spike,
        })
    }

    fn read(text: &str) -> Result<Sample> {
        let last: Self = from_json("last reply", text)?;
        let reading: Reading = serde_json::from_value(last.reading)
            .map_err(|e| hmm_domain::port::StoreError::Corrupt(format!("last reply: {e}")))?;
        Ok(Sample {
            miner: last.miner,
            at: last.at,
            reading,
            mode: last.mode,
            state: last.state,
            growth: Growth {
                covered: Duration::from_millis(last.covered_ms),
                energy: last.energy.map(Energy::new),
                accepted: last.accepted,
                rejected: last.rejected,
            },
            spike: last.spike,
        })
    }
}

#[derive(Serialize, Deserialize)]
struct LastMark {
    at: Timestamp,
    power: Option<Power>,
    accepted: Option<u64>,
    rejected: Option<u64>,
    uptime_s: Option<u64>,
    remainder_uj: u32,
}

impl LastMark {
    fn write(m: &Mark) -> Result<String> {
        json(&Self {
            at: m.at,
            power: m.power,
            accepted: m.accepted,
            rejected: m.rejected,
            uptime_s: m.uptime_s,
            remainder_uj: m.remainder_uj,
        })
    }

    fn read(text: &str) -> Result<Mark> {
        let m: Self = from_json("mark", text)?;
        Ok(Mark {
            at: m.at,
            power: m.power,
            accepted: m.accepted,
            rejected: m.rejected,
            uptime_s: m.uptime_s,
            remainder_uj: m.remainder_uj,
        })
    }
}
