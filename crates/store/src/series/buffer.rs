//! What is polled and not yet written. Taking a sample never waits for the database.
//!
//! **Invariant:** bounded: when the database stays away, the oldest sample makes room and is counted. A sample leaves the
//! buffer only after the transaction that wrote it is committed.

use super::columns::METRICS;
use hmm_domain::sample::{Mark, Sample};
use hmm_domain::{Metric, MinerId};
use parking_lot::Mutex;
use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::sync::RwLock;

/// No miner hashes, draws or finds that much; a number beyond it is a device's nonsense and must not overflow a sum.
const ABSURD_GROWTH: i64 = 1_000_000_000_000_000;

/// A sample as it will stand in the table.
#[derive(Debug, Clone)]
pub(super) struct Row {
    seq: u64,
    pub(super) at: i64,
    pub(super) miner: i64,
    pub(super) algorithm: Arc<str>,
    pub(super) values: [Option<i64>; METRICS],
    pub(super) covered_ms: i64,
    pub(super) spike: bool,
}

impl Row {
    pub(super) fn value(&self, metric: Metric) -> Option<i64> {
        Metric::all().position(|m| m == metric).and_then(|index| self.values[index])
    }
}

#[derive(Default)]
struct Inner {
    rows: VecDeque<Row>,
    pushed: u64,
    last: BTreeMap<MinerId, (Sample, Mark)>,
    /// What `series_miner` is known to hold.
    written_algorithms: HashMap<i64, Arc<str>>,
}

pub(crate) struct Buffer {
    inner: Mutex<Inner>,
    capacity: usize,
    dropped: AtomicU64,
    /// Readers hold it while they put rows and buffer together, a flush while rows change sides: nothing is seen twice
    /// or not at all.
    pub(super) gate: RwLock<()>,
}

/// What one flush writes.
pub(super) struct Batch {
    pub(super) rows: Vec<Row>,
    pub(super) last: Vec<(Sample, Mark)>,
    /// Miners that are new or changed their algorithm.
    pub(super) algorithms: BTreeMap<i64, Arc<str>>,
}

impl Batch {
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.last.is_empty()
    }
}

impl Buffer {
    pub(crate) fn new(capacity: usize) -> Self {
        Self { inner: Mutex::default(), capacity: capacity.max(1), dropped: AtomicU64::new(0), gate: RwLock::new(()) }
    }

    pub(super) fn push(&self, sample: &Sample, algorithm: &str) -> bool {
        let mut values = [None; METRICS];
        for (slot, metric) in values.iter_mut().zip(Metric::all()) {
            let value = metric.of(&sample.reading, &sample.growth);
            *slot = if Metric::GROWTHS.contains(&metric) {
                value.map(|v| v.clamp(-ABSURD_GROWTH, ABSURD_GROWTH))
            } else {
                value
            };
        }
        let mut inner = self.inner.lock();
        let known = inner.written_algorithms.get(&sample.miner.get()).filter(|known| ***known == *algorithm).cloned();
        let seq = inner.pushed;
        inner.pushed += 1;
        inner.rows.push_back(Row {
            seq,
            at: sample.at.millis(),
            miner: sample.miner.get(),
            algorithm: known.unwrap_or_else(|| algorithm.into()),
            values,
            covered_ms: i64::try_from(sample.growth.covered.as_millis()).unwrap_or(0),
            spike: sample.spike,
        });
        if inner.rows.len() <= self.capacity {
            return true;
        }
        inner.rows.pop_front();
        self.dropped.fetch_add(1, Ordering::Relaxed);
        false
    }

    pub(super) fn last_push(&self, sample: &Sample, mark: Mark) {
        self.inner.lock().last.insert(sample.miner, (sample.clone(), mark));
    }

    pub(super) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// A miner is going and its history with it.
    pub(crate) fn forget(&self, miner: MinerId) {
        let mut inner = self.inner.lock();
        inner.rows.retain(|row| row.miner != miner.get());
        inner.last.remove(&miner);
    }

    pub(super) fn batch(&self) -> Batch {
        let inner = self.inner.lock();
        let mut algorithms = BTreeMap::new();
        for row in &inner.rows {
            if inner.written_algorithms.get(&row.miner) != Some(&row.algorithm) {
                algorithms.insert(row.miner, row.algorithm.clone());
            }
        }
        Batch { rows: inner.rows.iter().cloned().collect(), last: inner.last.values().cloned().collect(), algorithms }
    }

    /// The batch is committed: what it held leaves, what came meanwhile stays.
    pub(super) fn written(&self, batch: &Batch) -> u64 {
        let mut inner = self.inner.lock();
        if let Some(newest) = batch.rows.last() {
            while inner.rows.front().is_some_and(|row| row.seq <= newest.seq) {
                inner.rows.pop_front();
            }
        }
        for (sample, _) in &batch.last {
            if inner.last.get(&sample.miner).is_some_and(|(kept, _)| kept.at == sample.at) {
                inner.last.remove(&sample.miner);
            }
        }
        inner.written_algorithms.extend(batch.algorithms.iter().map(|(miner, name)| (*miner, name.clone())));
        batch.rows.len() as u64
    }

    /// What is stored, with what is newer here in its place.
    pub(super) fn newest(&self, stored: Vec<(Sample, Mark)>) -> Vec<(Sample, Mark)> {
        let mut all: BTreeMap<MinerId, (Sample, Mark)> = stored.into_iter().map(|kept| (kept.0.miner, kept)).collect();
        for (miner, kept) in &self.inner.lock().last {
            all.insert(*miner, kept.clone());
        }
        all.into_values().collect()
    }

    /// Rows of `[from, to)` that are not written yet and that `wanted` wants.
    pub(super) fn rows(&self, from: i64, to: i64, wanted: impl Fn(&Row) -> bool) -> Vec<Row> {
        let inner = self.inner.lock();
        inner.rows.iter().filter(|row| (from..to).contains(&row.at) && wanted(row)).cloned().collect()
    }
}
