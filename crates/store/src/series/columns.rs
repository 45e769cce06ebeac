//! SQL generated from the list of metrics, so that a new metric is one line in `domain` and one migration.
//!
//! **Invariant:** every name in these texts comes from `Metric::name` or from this file; values are always bound.

use hmm_domain::Metric;

pub(super) const METRICS: usize = Metric::GAUGES.len() + Metric::GROWTHS.len();

/// The metrics that a fleet adds up and averages; growths are summed besides.
pub(super) const FLEET_GAUGES: [Metric; 2] = [Metric::Hashrate, Metric::Power];

/// Columns of `sample`, in the order in which rows are written.
pub(super) fn sample_columns() -> Vec<&'static str> {
    let mut names = vec!["at", "miner_id"];
    names.extend(Metric::all().map(Metric::name));
    names.extend(["covered_ms", "spike"]);
    names
}

fn whole(inner: &str) -> String {
    format!("CAST(SUM({inner}) AS BIGINT)")
}

/// A target column and what fills it.
struct Filled(String, String);

fn insert(table: &str, filled: &[Filled], rest: &str, key: &[&str], overwrite: bool) -> String {
    let names: Vec<&str> = filled.iter().map(|f| f.0.as_str()).collect();
    let values: Vec<String> = filled.iter().map(|f| format!("{} AS {}", f.1, f.0)).collect();
    let updates: Vec<String> =
        names.iter().filter(|n| !key.contains(n)).map(|n| format!("{n} = excluded.{n}")).collect();
    let action = if overwrite { format!("DO UPDATE SET {}", updates.join(", ")) } else { "DO NOTHING".to_owned() };
    format!(
        "INSERT INTO {table} ({}) SELECT {} {rest} ON CONFLICT ({}) {action}",
        names.join(", "),
        values.join(", "),
        key.join(", ")
    )
}

const MINER_KEY: [&str; 2] = ["miner_id", "bucket"];
const FLEET_KEY: [&str; 2] = ["algorithm", "bucket"];

/// Raw rows of `[$1, $2)` into 5-minute buckets. `overwrite` is false where raw rows may have been pruned: a bucket that
/// stands there knows more than what is left.
pub(super) fn fold_raw(overwrite: bool) -> String {
    let mut filled = vec![
        Filled("miner_id".into(), "miner_id".into()),
        Filled("bucket".into(), format!("at - at % {}", super::BUCKET)),
    ];
    for name in Metric::GAUGES.map(Metric::name) {
        let kept = format!("CASE WHEN spike IS NULL THEN {name} END");
        filled.push(Filled(format!("{name}_sum"), format!("SUM(CAST({kept} AS DOUBLE PRECISION))")));
        filled.push(Filled(format!("{name}_n"), format!("COUNT({kept})")));
        filled.push(Filled(format!("{name}_min"), format!("MIN({kept})")));
        filled.push(Filled(format!("{name}_max"), format!("MAX({kept})")));
    }
    for name in Metric::GROWTHS.map(Metric::name) {
        filled.push(Filled(format!("{name}_sum"), whole(name)));
    }
    filled.push(Filled("covered_ms".into(), whole("covered_ms")));
    filled.push(Filled("samples".into(), "COUNT(*)".into()));
    let rest = format!(
        "FROM sample WHERE at >= $1 AND at < $2 GROUP BY miner_id, at - at % {0} ORDER BY miner_id, at - at % {0}",
        super::BUCKET
    );
    insert("rollup_5m", &filled, &rest, &MINER_KEY, overwrite)
}

/// Finer buckets of `[$1, $2)` into coarser ones, miner by miner along the primary key.
pub(super) fn fold_miner(from: &str, into: &str, width: i64) -> String {
    let bucket = format!("r.bucket - r.bucket % {width}");
    let mut filled = vec![Filled("miner_id".into(), "r.miner_id".into()), Filled("bucket".into(), bucket.clone())];
    for name in Metric::GAUGES.map(Metric::name) {
        filled.push(Filled(format!("{name}_sum"), format!("SUM(r.{name}_sum)")));
        filled.push(Filled(format!("{name}_n"), whole(&format!("r.{name}_n"))));
        filled.push(Filled(format!("{name}_min"), format!("MIN(r.{name}_min)")));
        filled.push(Filled(format!("{name}_max"), format!("MAX(r.{name}_max)")));
    }
    for name in Metric::GROWTHS.map(Metric::name) {
        filled.push(Filled(format!("{name}_sum"), whole(&format!("r.{name}_sum"))));
    }
    filled.push(Filled("covered_ms".into(), whole("r.covered_ms")));
    filled.push(Filled("samples".into(), whole("r.samples")));
    let rest = format!(
        "FROM series_miner m CROSS JOIN {from} r WHERE r.miner_id = m.miner_id AND r.bucket >= $1 AND r.bucket < $2 \
         GROUP BY r.miner_id, {bucket} ORDER BY r.miner_id, {bucket}"
    );
    insert(into, &filled, &rest, &MINER_KEY, true)
}

/// How much of a bucket a miner was there for. One missing poll of ten does not count as absence: polls are jittered.
const WEIGHT: &str = "CASE WHEN r.covered_ms * 8 >= 300000 * 7 THEN 1.0 ELSE r.covered_ms / 300000.0 END";

/// Miners' 5-minute buckets of `[$1, $2)` into the fleet's.
pub(super) fn fold_fleet() -> String {
    let mut filled = vec![Filled("algorithm".into(), "m.algorithm".into()), Filled("bucket".into(), "r.bucket".into())];
    for name in FLEET_GAUGES.map(Metric::name) {
        let share = format!("r.{name}_sum / r.{name}_n * CAST({WEIGHT} AS DOUBLE PRECISION)");
        let sum = format!("SUM(CASE WHEN r.{name}_n > 0 AND r.covered_ms > 0 THEN {share} END)");
        for part in ["avg", "min", "max"] {
            filled.push(Filled(format!("{name}_{part}"), sum.clone()));
        }
    }
    for name in Metric::GROWTHS.map(Metric::name) {
        filled.push(Filled(format!("{name}_sum"), whole(&format!("r.{name}_sum"))));
    }
    filled.push(Filled("span_ms".into(), super::BUCKET.to_string()));
    filled.push(Filled("miners".into(), "COUNT(*)".into()));
    let rest = "FROM series_miner m CROSS JOIN rollup_5m r WHERE r.miner_id = m.miner_id AND r.bucket >= $1 \
                AND r.bucket < $2 GROUP BY m.algorithm, r.bucket ORDER BY m.algorithm, r.bucket";
    insert("fleet_5m", &filled, rest, &FLEET_KEY, true)
}

/// Finer fleet buckets into coarser ones: the mean of those that are there, the least and the most among them.
pub(super) fn fold_fleet_up(from: &str, into: &str, width: i64) -> String {
    let bucket = format!("f.bucket - f.bucket % {width}");
    let mut filled = vec![Filled("algorithm".into(), "f.algorithm".into()), Filled("bucket".into(), bucket.clone())];
    for name in FLEET_GAUGES.map(Metric::name) {
        let (sum, span) = fleet_mean("f.", name);
        filled.push(Filled(format!("{name}_avg"), format!("{sum} / {span}")));
        filled.push(Filled(format!("{name}_min"), format!("MIN(f.{name}_min)")));
        filled.push(Filled(format!("{name}_max"), format!("MAX(f.{name}_max)")));
    }
    for name in Metric::GROWTHS.map(Metric::name) {
        filled.push(Filled(format!("{name}_sum"), whole(&format!("f.{name}_sum"))));
    }
    filled.push(Filled("span_ms".into(), whole("f.span_ms")));
    filled.push(Filled("miners".into(), "MAX(f.miners)".into()));
    let rest = format!(
        "FROM (SELECT DISTINCT algorithm FROM series_miner) a CROSS JOIN {from} f WHERE f.algorithm = a.algorithm \
         AND f.bucket >= $1 AND f.bucket < $2 GROUP BY f.algorithm, {bucket} ORDER BY f.algorithm, {bucket}"
    );
    insert(into, &filled, &rest, &FLEET_KEY, true)
}

/// Numerator and denominator of a mean weighted by span, over fleet rows.
pub(super) fn fleet_mean(prefix: &str, name: &str) -> (String, String) {
    (
        format!("SUM({prefix}{name}_avg * {prefix}span_ms)"),
        format!("CAST(SUM(CASE WHEN {prefix}{name}_avg IS NOT NULL THEN {prefix}span_ms END) AS DOUBLE PRECISION)"),
    )
}

/// `s n lo hi` of a metric over miner roll-ups; for a growth only `s` means anything.
pub(super) fn rollup_parts(metric: Metric) -> String {
    let name = metric.name();
    if Metric::GROWTHS.contains(&metric) {
        return format!(
            "CAST(SUM({name}_sum) AS DOUBLE PRECISION) AS s, CAST(COUNT({name}_sum) AS DOUBLE PRECISION) AS n"
        );
    }
    format!(
        "SUM({name}_sum) AS s, CAST(SUM({name}_n) AS DOUBLE PRECISION) AS n, \
         CAST(MIN({name}_min) AS DOUBLE PRECISION) AS lo, CAST(MAX({name}_max) AS DOUBLE PRECISION) AS hi"
    )
}

/// The same over fleet roll-ups.
pub(super) fn fleet_parts(metric: Metric) -> String {
    let name = metric.name();
    if Metric::GROWTHS.contains(&metric) {
        return rollup_parts(metric);
    }
    let (sum, span) = fleet_mean("", name);
    format!("{sum} AS s, {span} AS n, MIN({name}_min) AS lo, MAX({name}_max) AS hi")
}

/// The same over raw rows.
pub(super) fn raw_parts(metric: Metric) -> String {
    let name = metric.name();
    if Metric::GROWTHS.contains(&metric) {
        return format!("CAST(SUM({name}) AS DOUBLE PRECISION) AS s, CAST(COUNT({name}) AS DOUBLE PRECISION) AS n");
    }
    let kept = format!("CAST(CASE WHEN spike IS NULL THEN {name} END AS DOUBLE PRECISION)");
    format!("SUM({kept}) AS s, CAST(COUNT({kept}) AS DOUBLE PRECISION) AS n, MIN({kept}) AS lo, MAX({kept}) AS hi")
}
