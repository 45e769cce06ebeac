//! Samples and roll-ups. The layout and the figures behind it: docs/adr/0020-series-layout.md.
//!
//! **Invariant:** never edited once released; a new metric is a new step that adds columns.

use crate::step::Step;

const GAUGES: [&str; 9] =
    ["hashrate", "power", "temperature", "vr_temperature", "fan_rpm", "fan_pct", "frequency", "core_voltage", "rssi"];
const GROWTHS: [&str; 3] = ["energy", "shares_accepted", "shares_rejected"];

pub(crate) fn step() -> Step {
    let mut sql = vec![sample(), STATE.to_owned()];
    for (suffix, _) in RESOLUTIONS {
        sql.push(rollup(suffix));
        sql.push(fleet(suffix));
    }
    Step::new("m0010_series", sql.join(";\n")).and_postgres(POSTGRES)
}

const RESOLUTIONS: [(&str, u32); 3] = [("5m", 300), ("1h", 3_600), ("1d", 86_400)];

fn lines<'a>(names: impl IntoIterator<Item = &'a &'a str>, line: impl Fn(&str) -> String) -> String {
    names.into_iter().map(|name| line(name)).collect::<Vec<_>>().concat()
}

/// SQLite keeps the rows in the order of its key: time first, so that a flush dirties one page and not one per miner.
/// `spike` is NULL for every ordinary row, which costs nothing.
fn sample() -> String {
    let columns = lines(GAUGES.iter().chain(&GROWTHS), |name| format!("    {name} BIGINT,\n"));
    format!(
        "CREATE TABLE sample (\n    at BIGINT NOT NULL,\n    miner_id BIGINT NOT NULL,\n{columns}    \
         covered_ms BIGINT NOT NULL,\n    spike BIGINT,\n    PRIMARY KEY (at, miner_id)\n) {{CLUSTERED}}"
    )
}

/// `last_mark` is what the next sample is measured against and is written with every flush: older than the samples, it
/// would count shares twice after a kill. `last_reply` is large, only shown, and written every few minutes.
/// `series_miner` remembers the algorithm of a miner that is gone, so that the fleet's past does not change.
const STATE: &str = "CREATE TABLE series_miner (
    miner_id BIGINT NOT NULL PRIMARY KEY,
    algorithm TEXT NOT NULL
);
CREATE TABLE last_reply (
    miner_id BIGINT NOT NULL PRIMARY KEY,
    at BIGINT NOT NULL,
    sample TEXT NOT NULL
);
CREATE TABLE last_mark (
    miner_id BIGINT NOT NULL PRIMARY KEY,
    mark TEXT NOT NULL
);
CREATE TABLE fold_state (
    id BIGINT NOT NULL PRIMARY KEY,
    folded_5m BIGINT NOT NULL,
    folded_1h BIGINT NOT NULL,
    folded_1d BIGINT NOT NULL,
    pruned BIGINT NOT NULL
)";

/// Sums of gauges are floating point: an absurd reading must not make a sum overflow and the fold fail for ever.
fn rollup(suffix: &str) -> String {
    let gauges = lines(&GAUGES, |name| {
        format!(
            "    {name}_sum DOUBLE PRECISION,\n    {name}_n BIGINT,\n    {name}_min BIGINT,\n    {name}_max BIGINT,\n"
        )
    });
    let growths = lines(&GROWTHS, |name| format!("    {name}_sum BIGINT,\n"));
    format!(
        "CREATE TABLE rollup_{suffix} (\n    miner_id BIGINT NOT NULL,\n    bucket BIGINT NOT NULL,\n{gauges}{growths}    \
         covered_ms BIGINT NOT NULL,\n    samples BIGINT NOT NULL,\n    PRIMARY KEY (miner_id, bucket)\n) {{CLUSTERED}}"
    )
}

fn fleet(suffix: &str) -> String {
    let gauges = lines(&["hashrate", "power"], |name| {
        format!(
            "    {name}_avg DOUBLE PRECISION,\n    {name}_min DOUBLE PRECISION,\n    {name}_max DOUBLE PRECISION,\n"
        )
    });
    let growths = lines(&GROWTHS, |name| format!("    {name}_sum BIGINT,\n"));
    format!(
        "CREATE TABLE fleet_{suffix} (\n    algorithm TEXT NOT NULL,\n    bucket BIGINT NOT NULL,\n{gauges}{growths}    \
         span_ms BIGINT NOT NULL,\n    miners BIGINT NOT NULL,\n    PRIMARY KEY (algorithm, bucket)\n) {{CLUSTERED}}"
    )
}

/// A heap in the order of arrival; charts go by miner, the fold and the pruning go by time over a block range index.
const POSTGRES: &str = "
ALTER TABLE sample DROP CONSTRAINT sample_pkey;
ALTER TABLE sample ADD PRIMARY KEY (miner_id, at);
CREATE INDEX sample_at ON sample USING brin (at) WITH (pages_per_range = 32, autosummarize = off);
ALTER TABLE last_reply SET (fillfactor = 50);
ALTER TABLE last_mark SET (fillfactor = 50);
ALTER TABLE last_reply ALTER COLUMN sample SET STORAGE MAIN;
";
