//! The fleet's newest buckets, which no fold has seen yet: raw rows of every miner and what is still in the buffer.
//!
//! **Invariant:** the newest point is not lower because a part of the fleet has not been asked yet: a bucket is shown
//! when every miner has had time to answer in it. A sample that comes late into a bucket that is folded shows with the
//! flush that writes it.

use super::buffer::Buffer;
use super::read::{Cell, Cells, Plan};
use super::{BUCKET, MINUTE, floor};
use crate::db::{Db, column};
use crate::error::Result;
use hmm_domain::Metric;
use hmm_domain::series::Scope;
use std::collections::BTreeMap;

/// A bucket of five minutes is young when it may not have seen every miner twice.
const YOUNG: i64 = MINUTE + MINUTE / 2;

/// One miner in one bucket.
#[derive(Default, Clone, Copy)]
struct Part {
    cell: Cell,
    covered_ms: f64,
}

pub(super) async fn fleet(
    db: &Db,
    buffer: &Buffer,
    plan: &Plan<'_>,
    algorithm: &str,
    from: i64,
    cells: &mut Cells,
) -> Result<()> {
    debug_assert!(matches!(plan.query.scope, Scope::Fleet { .. }));
    let metric = plan.query.metric;
    let width = plan.width.min(BUCKET);
    let mut parts: BTreeMap<(i64, i64), Part> = BTreeMap::new();
    let inner = super::columns::raw_parts(metric);
    let sql = format!(
        "SELECT s.miner_id AS miner_id, s.at - s.at % {width} AS bucket, {inner}, \
         CAST(SUM(s.covered_ms) AS DOUBLE PRECISION) AS covered FROM sample s \
         JOIN series_miner m ON m.miner_id = s.miner_id WHERE m.algorithm = $1 AND s.at >= $2 AND s.at < $3 \
         GROUP BY s.miner_id, s.at - s.at % {width}"
    );
    for row in db.rows(sql, vec![algorithm.into(), from.into(), plan.to.into()]).await? {
        let part = parts.entry((column(&row, "bucket")?, column(&row, "miner_id")?)).or_default();
        part.covered_ms += column::<Option<f64>>(&row, "covered")?.unwrap_or(0.0);
        let n: Option<f64> = column(&row, "n")?;
        part.cell.n += n.unwrap_or(0.0);
        part.cell.sum += column::<Option<f64>>(&row, "s")?.unwrap_or(0.0);
    }
    for row in buffer.rows(from, plan.to, |row| *row.algorithm == *algorithm) {
        let part = parts.entry((floor(row.at, width), row.miner)).or_default();
        part.covered_ms += row.covered_ms as f64;
        if let Some(cell) = Cell::of(&row, metric) {
            part.cell.n += cell.n;
            part.cell.sum += cell.sum;
        }
    }
    let grows = Metric::GROWTHS.contains(&metric);
    for (bucket, cell) in summed(&parts, width, plan.now, grows) {
        cells.entry(floor(bucket, plan.width)).or_default().add(cell);
    }
    Ok(())
}

/// Miners of a bucket added up, each by how much of the bucket it was there for.
fn summed(parts: &BTreeMap<(i64, i64), Part>, width: i64, now: i64, grows: bool) -> Cells {
    let mut sums: BTreeMap<i64, Option<f64>> = BTreeMap::new();
    for ((bucket, _), part) in parts {
        if part.cell.n <= 0.0 {
            continue;
        }
        let age = now - bucket;
        let young = if width < BUCKET { age < width } else { age < YOUNG };
        let share = if grows {
            part.cell.sum
        } else if young {
            continue;
        } else {
            let elapsed = width.min(age.max(1)) as f64;
            let whole = width < BUCKET || part.covered_ms * 8.0 >= elapsed * 7.0;
            if !whole && part.covered_ms <= 0.0 {
                continue;
            }
            part.cell.sum / part.cell.n * if whole { 1.0 } else { part.covered_ms / elapsed }
        };
        *sums.entry(*bucket).or_default().get_or_insert(0.0) += share;
    }
    let span = width as f64;
    sums.into_iter()
        .filter_map(|(bucket, sum)| sum.map(|sum| (bucket, sum)))
        .map(|(bucket, sum)| {
            let cell = if grows {
                Cell { sum, n: 1.0, lo: None, hi: None }
            } else {
                Cell { sum: sum * span, n: span, lo: Some(sum), hi: Some(sum) }
            };
            (bucket, cell)
        })
        .collect()
}
