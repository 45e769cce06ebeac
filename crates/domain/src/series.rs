//! Samples over time, down-sampled: what a chart asks for and gets.

use crate::ids::MinerId;
use crate::metric::Metric;
use crate::time::Timestamp;
use std::time::Duration;

/// Whose numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Scope {
    Miner(MinerId),
    /// All miners of one algorithm together: hashrates of different algorithms are never summed.
    Fleet {
        algorithm: String,
    },
}

#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SeriesQuery {
    pub scope: Scope,
    pub metric: Metric,
    pub from: Timestamp,
    pub to: Timestamp,
    /// As many points as the chart has room for; at most this many come back.
    pub points: u32,
}

/// One bucket. In the base unit of the metric. For what grows, all three are the sum over the bucket.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    pub at: Timestamp,
    pub min: f64,
    pub avg: f64,
    pub max: f64,
}

/// Buckets without a sample are absent: a gap in the chart, never a zero.
#[derive(Debug, Clone, PartialEq)]
pub struct SeriesData {
    pub resolution: Duration,
    pub points: Vec<Point>,
}

/// What a fold of raw rows into roll-ups did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Folded {
    pub buckets: u64,
    pub up_to: Timestamp,
}
