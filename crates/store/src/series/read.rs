//! What a chart asks for: the finest resolution that fits, put together from every level down to the buffer.
//!
//! **Invariant:** raw rows are read for at most a day. At most as many points as asked for, aligned to the resolution;
//! a bucket without a sample is absent.

use super::buffer::{Buffer, Row};
use super::columns::{fleet_parts, raw_parts, rollup_parts};
use super::state::{self, FoldState};
use super::{BUCKET, DAY, HOUR, MINUTE, floor, tail};
use crate::convert::at;
use crate::db::{Db, column};
use crate::error::Result;
use hmm_domain::series::{Point, Scope, SeriesData, SeriesQuery};
use hmm_domain::{Metric, Timestamp};
use std::collections::BTreeMap;
use std::time::Duration;

/// Resolutions to choose from: multiples of what is stored. Below five minutes they come from raw rows, and a minute is
/// the finest: every miner is polled in every minute.
const STEPS: [i64; 16] = [
    MINUTE,
    2 * MINUTE,
    BUCKET,
    2 * BUCKET,
    3 * BUCKET,
    6 * BUCKET,
    HOUR,
    2 * HOUR,
    3 * HOUR,
    6 * HOUR,
    12 * HOUR,
    DAY,
    2 * DAY,
    7 * DAY,
    14 * DAY,
    30 * DAY,
];

/// What is known of one metric in one bucket. `sum / n` is the mean; for what grows `sum` alone counts.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Cell {
    pub(super) sum: f64,
    pub(super) n: f64,
    pub(super) lo: Option<f64>,
    pub(super) hi: Option<f64>,
}

impl Cell {
    pub(super) fn add(&mut self, other: Self) {
        let pick = |a: Option<f64>, b: Option<f64>, f: fn(f64, f64) -> f64| match (a, b) {
            (Some(a), Some(b)) => Some(f(a, b)),
            (one, other) => one.or(other),
        };
        self.sum += other.sum;
        self.n += other.n;
        self.lo = pick(self.lo, other.lo, f64::min);
        self.hi = pick(self.hi, other.hi, f64::max);
    }

    /// From a buffered sample; nothing for a spike of a gauge.
    pub(super) fn of(row: &Row, metric: Metric) -> Option<Self> {
        let value = row.value(metric)? as f64;
        let grows = Metric::GROWTHS.contains(&metric);
        (grows || !row.spike).then_some(Self { sum: value, n: 1.0, lo: Some(value), hi: Some(value) })
    }

    fn point(&self, bucket: i64, grows: bool) -> Option<Point> {
        if self.n <= 0.0 {
            return None;
        }
        let avg = if grows { self.sum } else { self.sum / self.n };
        let (min, max) = if grows { (avg, avg) } else { (self.lo?, self.hi?) };
        Some(Point { at: at(bucket), min, avg, max })
    }
}

/// A query with its resolution chosen.
pub(super) struct Plan<'a> {
    pub(super) query: &'a SeriesQuery,
    pub(super) width: i64,
    pub(super) to: i64,
    pub(super) now: i64,
}

pub(super) type Cells = BTreeMap<i64, Cell>;

pub(super) async fn read(db: &Db, buffer: &Buffer, query: &SeriesQuery, now: Timestamp) -> Result<SeriesData> {
    let _no_flush_now = buffer.gate.read().await;
    let state = state::look(db).await?.unwrap_or(FoldState { folded_5m: 0, folded_1h: 0, folded_1d: 0, pruned: 0 });
    let width = resolution(query, state.pruned);
    let (from, to) = (floor(query.from.millis(), width), query.to.millis());
    let resolution = Duration::from_millis(width.unsigned_abs());
    let fleet = matches!(query.scope, Scope::Fleet { .. });
    if from >= to || (fleet && !query.metric.adds_up()) {
        return Ok(SeriesData { resolution, points: Vec::new() });
    }
    let plan = Plan { query, width, to, now: now.millis() };
    let mut cells = Cells::new();
    let mut reached = from;
    for (suffix, end) in levels(width, state) {
        let end = end.min(to);
        if reached < end {
            stored(db, &plan, suffix, reached, end, &mut cells).await?;
            reached = end;
        }
    }
    match &query.scope {
        Scope::Miner(id) => {
            if reached < to {
                raw(db, &plan, id.get(), reached, &mut cells).await?;
            }
            // What is not written yet is in no level, however old it is.
            for row in buffer.rows(from, to, |row| row.miner == id.get()) {
                if let Some(cell) = Cell::of(&row, query.metric) {
                    cells.entry(floor(row.at, width)).or_default().add(cell);
                }
            }
        }
        Scope::Fleet { algorithm } if reached < to => {
            tail::fleet(db, buffer, &plan, algorithm, reached, &mut cells).await?;
        }
        Scope::Fleet { .. } => {}
    }
    let grows = Metric::GROWTHS.contains(&query.metric);
    let points = cells.iter().filter_map(|(bucket, cell)| cell.point(*bucket, grows)).collect();
    Ok(SeriesData { resolution, points })
}

/// The finest width of which the range has no more than `points`.
fn resolution(query: &SeriesQuery, pruned: i64) -> i64 {
    let (from, to) = (query.from.millis(), query.to.millis());
    let points = i64::from(query.points.max(1));
    let raw = to - from <= DAY && from >= pruned;
    let fits = |width: i64| (to - floor(from, width) + width - 1).div_euclid(width) <= points;
    STEPS
        .into_iter()
        .find(|width| (*width >= BUCKET || raw) && fits(*width))
        .unwrap_or_else(|| ((to - from) / points / DAY + 2) * DAY)
}

/// Which tables serve this width, each up to its watermark; the rest is raw.
fn levels(width: i64, state: FoldState) -> Vec<(&'static str, i64)> {
    [(DAY, "1d", state.folded_1d), (HOUR, "1h", state.folded_1h), (BUCKET, "5m", state.folded_5m)]
        .into_iter()
        .filter(|(least, ..)| width >= *least)
        .map(|(_, suffix, end)| (suffix, end))
        .collect()
}

/// Adds the rows of a query that answers `bucket s n [lo hi]`.
async fn collect(
    db: &Db,
    plan: &Plan<'_>,
    sql: String,
    key: sea_orm::Value,
    span: (i64, i64),
    cells: &mut Cells,
) -> Result<()> {
    let grows = Metric::GROWTHS.contains(&plan.query.metric);
    for row in db.rows(sql, vec![key, span.0.into(), span.1.into()]).await? {
        let n: Option<f64> = column(&row, "n")?;
        let Some(n) = n.filter(|n| *n > 0.0) else { continue };
        let sum: Option<f64> = column(&row, "s")?;
        let (lo, hi) = if grows { (None, None) } else { (column(&row, "lo")?, column(&row, "hi")?) };
        let cell = Cell { sum: sum.unwrap_or(0.0), n, lo, hi };
        cells.entry(column(&row, "bucket")?).or_default().add(cell);
    }
    Ok(())
}

async fn stored(db: &Db, plan: &Plan<'_>, suffix: &str, from: i64, to: i64, cells: &mut Cells) -> Result<()> {
    let width = plan.width;
    // Rows that are one bucket each come in the order of the key and need no sorting.
    let as_stored = matches!((suffix, width), ("5m", BUCKET) | ("1h", HOUR) | ("1d", DAY));
    let group = if as_stored { "bucket".to_owned() } else { format!("bucket - bucket % {width}") };
    let (table, key, value, parts) = match &plan.query.scope {
        Scope::Miner(id) => ("rollup", "miner_id", id.get().into(), rollup_parts(plan.query.metric)),
        Scope::Fleet { algorithm } => ("fleet", "algorithm", algorithm.as_str().into(), fleet_parts(plan.query.metric)),
    };
    let sql = format!(
        "SELECT {group} AS bucket, {parts} FROM {table}_{suffix} \
         WHERE {key} = $1 AND bucket >= $2 AND bucket < $3 GROUP BY {group}"
    );
    collect(db, plan, sql, value, (from, to), cells).await
}

async fn raw(db: &Db, plan: &Plan<'_>, miner: i64, from: i64, cells: &mut Cells) -> Result<()> {
    let (width, parts) = (plan.width, raw_parts(plan.query.metric));
    let sql = format!(
        "SELECT at - at % {width} AS bucket, {parts} FROM sample \
         WHERE miner_id = $1 AND at >= $2 AND at < $3 GROUP BY at - at % {width}"
    );
    collect(db, plan, sql, miner.into(), (from, plan.to), cells).await
}

#[cfg(test)]
mod tests {
    use super::*;
    use hmm_domain::MinerId;

    fn chosen(hours: i64, points: u32) -> i64 {
        let query = SeriesQuery {
            scope: Scope::Miner(MinerId::new(1)),
            metric: Metric::Power,
            from: at(DAY * 1_000),
            to: at(DAY * 1_000 + hours * HOUR),
            points,
        };
        resolution(&query, 0)
    }

    #[test]
    fn the_resolution_is_the_finest_that_fits_and_raw_only_for_a_day() {
        assert_eq!(chosen(1, 500), MINUTE);
        assert_eq!(chosen(24, 1_500), MINUTE);
        assert_eq!(chosen(24, 500), BUCKET);
        assert_eq!(chosen(25, 5_000), BUCKET);
        assert_eq!(chosen(24 * 7, 500), 6 * BUCKET);
        assert_eq!(chosen(24 * 365, 500), DAY);
        assert_eq!(chosen(24 * 365, 1), 367 * DAY);
        assert_eq!(chosen(24 * 365, 0), 367 * DAY);
    }
}
