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

/// Between two writings of a miner's last reply.
const REPLY_EVERY_MS: u64 = 5 * 60_000;

#[derive(Default)]
struct Inner {
    rows: VecDeque<Row>,
    pushed: u64,
    last: BTreeMap<MinerId, Last>,
    /// What `series_miner` is known to hold.
    written_algorithms: HashMap<i64, Arc<str>>,
}

/// The last reply of a miner and what of it is written.
struct Last {
    sample: Sample,
    mark: Mark,
    mark_written: bool,
    reply_written: bool,
    /// Time of the reply that stands in the table.
    stands: Option<i64>,
}

impl Last {
    /// A reply is large and only shown at the start: a few minutes old will do, except at the end.
    fn due(&self, all: bool) -> bool {
        let age = |stands: i64| self.sample.at.millis().abs_diff(stands) >= REPLY_EVERY_MS;
        !self.reply_written && (all || self.stands.is_none_or(age))
    }
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
    pub(super) marks: Vec<(MinerId, Mark)>,
    pub(super) replies: Vec<Sample>,
    /// Miners that are new or changed their algorithm.
    pub(super) algorithms: BTreeMap<i64, Arc<str>>,
}

impl Batch {
    pub(super) fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.marks.is_empty() && self.replies.is_empty()
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
        let mut inner = self.inner.lock();
        let stands = inner.last.get(&sample.miner).and_then(|last| last.stands);
        let fresh = Last { sample: sample.clone(), mark, mark_written: false, reply_written: false, stands };
        inner.last.insert(sample.miner, fresh);
    }

    pub(super) fn dropped(&self) -> u64 {
        self.dropped.load(Ordering::Relaxed)
    }

    /// A miner is going; with its history or not.
    pub(crate) fn forget(&self, miner: MinerId, history: bool) {
        let mut inner = self.inner.lock();
        if history {
            inner.rows.retain(|row| row.miner != miner.get());
        }
        inner.last.remove(&miner);
    }

    /// `all`: also the last replies that are not due yet.
    pub(super) fn batch(&self, all: bool) -> Batch {
        let inner = self.inner.lock();
        let mut algorithms = BTreeMap::new();
        for row in &inner.rows {
            if inner.written_algorithms.get(&row.miner) != Some(&row.algorithm) {
                algorithms.insert(row.miner, row.algorithm.clone());
            }
        }
        Batch {
            rows: inner.rows.iter().cloned().collect(),
            marks: inner.last.values().filter(|last| !last.mark_written).map(|l| (l.sample.miner, l.mark)).collect(),
            replies: inner.last.values().filter(|last| last.due(all)).map(|last| last.sample.clone()).collect(),
            algorithms,
        }
    }

    /// The batch is committed: what it held leaves, what came meanwhile stays.
    pub(super) fn written(&self, batch: &Batch) -> u64 {
        let mut inner = self.inner.lock();
        if let Some(newest) = batch.rows.last() {
            while inner.rows.front().is_some_and(|row| row.seq <= newest.seq) {
                inner.rows.pop_front();
            }
        }
        for (miner, mark) in &batch.marks {
            if let Some(last) = inner.last.get_mut(miner).filter(|last| last.mark == *mark) {
                last.mark_written = true;
            }
        }
        for sample in &batch.replies {
            if let Some(last) = inner.last.get_mut(&sample.miner) {
                last.stands = Some(sample.at.millis());
                last.reply_written |= last.sample.at == sample.at;
            }
        }
        inner.written_algorithms.extend(batch.algorithms.iter().map(|(miner, name)| (*miner, name.clone())));
        batch.rows.len() as u64
    }

    /// What is stored, with what is newer here in its place.
    pub(super) fn newest(&self, stored: Vec<(Sample, Mark)>) -> Vec<(Sample, Mark)> {
        let mut all: BTreeMap<MinerId, (Sample, Mark)> = stored.into_iter().map(|kept| (kept.0.miner, kept)).collect();
        for (miner, last) in &self.inner.lock().last {
            all.insert(*miner, (last.sample.clone(), last.mark));
        }
        all.into_values().collect()
    }

    /// Rows of `[from, to)` that are not written yet and that `wanted` wants.
    pub(super) fn rows(&self, from: i64, to: i64, wanted: impl Fn(&Row) -> bool) -> Vec<Row> {
        let inner = self.inner.lock();
        inner.rows.iter().filter(|row| (from..to).contains(&row.at) && wanted(row)).cloned().collect()
    }
}
