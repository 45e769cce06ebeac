//! The figures behind docs/adr/0020-series-layout.md, measured by hand:
//!
//! ```text
//! cargo run -p hmm-store --profile quick --example series_figures -- sqlite|postgresql [rows in millions] [folder]
//! ```
//! Fills a fresh house with samples of 496 miners, folds them, asks for charts, then polls ten miners for a while and counts
//! what the process tree has written.

#![expect(clippy::print_stdout, reason = "that is what it is for")]
#![expect(clippy::cast_precision_loss, reason = "figures")]

use async_trait::async_trait;
use hmm_domain::miner::MinerState;
use hmm_domain::port::{Awake, Clock, Series, Store};
use hmm_domain::sample::{Growth, Mark, Sample};
use hmm_domain::series::{Scope, SeriesQuery};
use hmm_domain::units::{
    CentiCelsius, CentiPercent, Dbm, Difficulty, Energy, Frequency, Hashrate, Millivolts, Power, Rpm,
};
use hmm_domain::{Label, Metric, MinerId, Reading, Timestamp};
use hmm_store::{DatabaseKind, Opened, Owner, SqlStore, StoreSettings};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

struct Now;

#[async_trait]
impl Clock for Now {
    #[expect(clippy::disallowed_methods, reason = "figures are taken in real time")]
    fn now(&self) -> Timestamp {
        Timestamp::from_chrono(chrono::Utc::now())
    }

    #[expect(clippy::disallowed_methods, reason = "figures are taken in real time")]
    async fn sleep_until(&self, at: Timestamp) -> Awake {
        tokio::time::sleep(at.since(self.now())).await;
        Awake::default()
    }

    fn awake(&self) -> Awake {
        Awake::default()
    }

    #[expect(clippy::disallowed_methods, reason = "figures are taken in real time")]
    fn ticks(&self) -> u64 {
        chrono::Utc::now().timestamp_micros().unsigned_abs()
    }
}

const MINERS: i64 = 496;
const POLL: i64 = 30_000;
const HOUR: i64 = 3_600_000;
const DAY: i64 = 24 * HOUR;
/// A midnight.
const T0: i64 = 20_000 * DAY;

/// What a Gamma says, full.
fn sample(miner: i64, at: i64) -> Sample {
    let wobble = (at / POLL * 7_919 + miner * 104_729).unsigned_abs() % 1_000;
    let small = u32::try_from(wobble).unwrap_or(0);
    Sample {
        miner: MinerId::new(miner),
        at: Timestamp::from_millis(at),
        reading: Reading {
            hashrate: Some(Hashrate::new(1_200_000_000_000 + wobble * 1_000_003)),
            hashrate_1m: Some(Hashrate::new(1_201_000_000_000)),
            hashrate_10m: Some(Hashrate::new(1_202_000_000_000)),
            expected_hashrate: Some(Hashrate::new(1_071_000_000_000)),
            power: Some(Power::new(17_500 + small)),
            temperature: Some(CentiCelsius::new(5_800 + i32::try_from(wobble % 200).unwrap_or(0))),
            vr_temperature: Some(CentiCelsius::new(6_300)),
            fan: Some(Rpm::new(4_400 + small)),
            fan_pct: Some(CentiPercent::new(4_500)),
            frequency: Some(Frequency::new(525_000)),
            core_voltage: Some(Millivolts::new(1_150)),
            actual_core_voltage: Some(Millivolts::new(1_139)),
            rssi: Some(Dbm::new(-61)),
            shares_accepted: Some(1_000 + wobble),
            shares_rejected: Some(3),
            best_difficulty: Some(Difficulty::new(1_234_567_890)),
            best_session_difficulty: Some(Difficulty::new(34_567_890)),
            uptime_s: Some(86_400),
            firmware: Some(Label::new("v2.12.1")),
            free_heap_bytes: Some(8_000_000),
            paused: Some(false),
            ..Reading::default()
        },
        mode: None,
        state: MinerState::Mining,
        growth: Growth {
            covered: Duration::from_millis(POLL.unsigned_abs()),
            energy: Some(Energy::new(i64::from(17_500 + small) * 30)),
            accepted: Some(wobble % 3),
            rejected: Some(0),
        },
        spike: false,
    }
}

/// Bytes written by this process and all below it.
fn written() -> u64 {
    let mut tree = vec![std::process::id()];
    let mut next = 0;
    while next < tree.len() {
        for process in std::fs::read_dir("/proc").into_iter().flatten().flatten() {
            let Ok(pid) = process.file_name().to_string_lossy().parse::<u32>() else { continue };
            let stat = std::fs::read_to_string(process.path().join("stat")).unwrap_or_default();
            let parent = stat.rsplit_once(") ").and_then(|(_, rest)| rest.split(' ').nth(1)?.parse::<u32>().ok());
            if parent == Some(tree[next]) && !tree.contains(&pid) {
                tree.push(pid);
            }
        }
        next += 1;
    }
    tree.iter()
        .filter_map(|pid| {
            let io = std::fs::read_to_string(format!("/proc/{pid}/io")).ok()?;
            io.lines().find_map(|line| line.strip_prefix("write_bytes: ")?.parse::<u64>().ok())
        })
        .sum()
}

fn millis(from: u64) -> f64 {
    (Now.ticks() - from) as f64 / 1e3
}

async fn fill(store: &SqlStore, rows: i64) -> i64 {
    let polls = rows / MINERS;
    let began = Now.ticks();
    for poll in 0..polls {
        let at = T0 + poll * POLL;
        for miner in 1..=MINERS {
            store.sample_push(&sample(miner, at + miner * 50), "SHA256");
        }
        if poll % 20 == 19 || poll + 1 == polls {
            store.samples_flush().await.expect("flush");
        }
    }
    let took = millis(began);
    println!("filled {} rows: {:.0} rows/s", polls * MINERS, (polls * MINERS) as f64 / took * 1e3);
    let end = T0 + polls * POLL;
    let began = Now.ticks();
    let folded = store.fold(Timestamp::from_millis(end + 3 * 60_000)).await.expect("fold");
    println!("folded {} buckets in {:.1} s", folded.buckets, millis(began) / 1e3);
    end
}

async fn chart(store: &SqlStore, name: &str, scope: Scope, span: i64, end: i64, points: u32) {
    let mut times = Vec::new();
    let mut shape = (Duration::ZERO, 0);
    for round in 0..25 {
        let miner = match &scope {
            Scope::Miner(_) => Scope::Miner(MinerId::new(1 + round * 17)),
            Scope::Fleet { algorithm } => Scope::Fleet { algorithm: algorithm.clone() },
        };
        let query = SeriesQuery {
            scope: miner,
            metric: Metric::Hashrate,
            from: Timestamp::from_millis(end - span),
            to: Timestamp::from_millis(end),
            points,
        };
        let began = Now.ticks();
        let data = store.series_read(&query, Timestamp::from_millis(end)).await.expect("chart");
        times.push(millis(began));
        shape = (data.resolution, data.points.len());
    }
    times.sort_by(f64::total_cmp);
    println!(
        "{name}: p50 {:.2} ms, max {:.2} ms ({} points of {} s)",
        times[times.len() / 2],
        times[times.len() - 1],
        shape.1,
        shape.0.as_secs()
    );
}

/// Bytes of log that PostgreSQL has ever written.
async fn log_position(opened: &Opened) -> i64 {
    match &opened.jobs {
        hmm_store::Pools::Sqlite(_) => 0,
        hmm_store::Pools::Postgres(pool) => {
            let sql = "SELECT CAST(pg_current_wal_insert_lsn() - '0/0' AS BIGINT)";
            sqlx::query_scalar(sql).fetch_one(pool).await.expect("log")
        }
    }
}

/// What a minute of real time does: the system writes back what is dirty, PostgreSQL's log writer has its turn.
async fn settle(opened: &Opened, folder: &Path) {
    match &opened.jobs {
        hmm_store::Pools::Sqlite(_) => {
            for file in ["data.db-wal", "data.db"] {
                std::fs::File::open(folder.join(file)).and_then(|file| file.sync_all()).expect("sync");
            }
        }
        hmm_store::Pools::Postgres(pool) => {
            sqlx::query("SELECT pg_logical_emit_message(true, 'hmm', '')").execute(pool).await.expect("log");
        }
    }
}

/// Ten miners, polled every 30 s, flushed every minute, folded every half hour, for `hours`, as fast as it goes. On
/// PostgreSQL a checkpoint is asked for where half an hour would have brought one.
async fn wear(opened: &Opened, folder: &Path, hours: i64, from: i64) {
    let store = &opened.store;
    let before = written();
    let log = log_position(opened).await;
    let mut samples = 0_u64;
    for minute in 0..hours * 60 {
        for half in 0..2 {
            for miner in 1..=10 {
                let at = from + minute * 60_000 + half * POLL + miner * 50;
                store.sample_push(&sample(miner, at), "SHA256");
                store.last_push(&sample(miner, at), Mark { at: Timestamp::from_millis(at), ..Mark::default() });
                samples += 1;
            }
        }
        store.samples_flush().await.expect("flush");
        settle(opened, folder).await;
        if minute % 30 == 29 {
            store.fold(Timestamp::from_millis(from + (minute + 3) * 60_000)).await.expect("fold");
            if let hmm_store::Pools::Postgres(pool) = &opened.jobs {
                sqlx::query("CHECKPOINT").execute(pool).await.expect("checkpoint");
            }
        }
    }
    drop(Now.sleep_until(Now.now() + Duration::from_secs(6)).await);
    let bytes = written() - before;
    println!("wear: {samples} samples of 10 miners in {hours} h: {} bytes written per sample", bytes / samples);
    println!("      of which log records: {}", (log_position(opened).await - log).unsigned_abs() / samples);
}

/// A year of a fleet's roll-ups, written by hand: ten million raw rows hold a week.
async fn year(opened: &Opened, end: i64) {
    let sql = |suffix: &str, width: i64| {
        format!(
            "WITH RECURSIVE t(b) AS (SELECT CAST({0} AS BIGINT) UNION ALL SELECT b + {width} FROM t WHERE b + {width} < {1}) \
             INSERT INTO fleet_{suffix} (algorithm, bucket, hashrate_avg, hashrate_min, hashrate_max, power_avg, \
             power_min, power_max, energy_sum, span_ms, miners) SELECT 'SHA256', b, 1e12, 9e11, 2e12, 1e7, 9e6, 2e7, 5, \
             {width}, 496 FROM t WHERE b >= 0 ON CONFLICT DO NOTHING",
            end - 365 * DAY,
            end - 9 * DAY
        )
    };
    for (suffix, width) in [("5m", 300_000), ("1h", HOUR), ("1d", DAY)] {
        let sql = sqlx::AssertSqlSafe(sql(suffix, width));
        match &opened.jobs {
            hmm_store::Pools::Sqlite(pool) => drop(sqlx::query(sql).execute(pool).await.expect("year")),
            hmm_store::Pools::Postgres(pool) => drop(sqlx::query(sql).execute(pool).await.expect("year")),
        }
    }
}

async fn measure(engine: &str, rows: i64, folder: PathBuf) {
    let kind = if engine == "sqlite" { DatabaseKind::Sqlite } else { DatabaseKind::Postgresql };
    let mut settings = StoreSettings::new(&folder, kind, std::env::current_exe().expect("own path"));
    settings.owner = Some(Owner { uid: 65_534, gid: 65_534 });
    #[expect(clippy::disallowed_methods, reason = "figures are taken in real time")]
    let spawner: hmm_store::Spawner = Arc::new(|_, task| drop(tokio::spawn(task)));
    let began = Now.ticks();
    let opened = hmm_store::open(&settings, Arc::new(Now), spawner).await.expect("open");
    println!("{}: first open {:.0} ms", opened.description, millis(began));
    // The first round makes log segments and fills caches: it happens once.
    for day in [30, 28] {
        wear(&opened, &folder, 6, T0 - day * DAY).await;
    }
    let end = fill(&opened.store, rows).await;
    year(&opened, end).await;
    let fleet = Scope::Fleet { algorithm: "SHA256".into() };
    let one = Scope::Miner(MinerId::new(1));
    chart(&opened.store, "7 days of one miner", one.clone(), 7 * DAY, end, 400).await;
    chart(&opened.store, "7 days of one miner, 5 min", one.clone(), 7 * DAY, end, 2_100).await;
    chart(&opened.store, "24 h of one miner", one.clone(), DAY, end, 300).await;
    chart(&opened.store, "1 h of one miner, raw", one, HOUR, end, 120).await;
    chart(&opened.store, "1 year of the fleet", fleet.clone(), 365 * DAY, end, 400).await;
    chart(&opened.store, "1 year of the fleet, hours", fleet.clone(), 365 * DAY, end, 9_000).await;
    chart(&opened.store, "24 h of the fleet", fleet, DAY, end, 300).await;
    let began = Now.ticks();
    let gone = opened.store.prune(Timestamp::from_millis(end), Duration::from_hours(144)).await.expect("prune");
    println!("pruned {gone} rows in {:.1} s", millis(began) / 1e3);
    println!("{:?}", opened.store.describe().await.expect("describe"));
    opened.running.stop().await;
}

fn main() {
    let args: Vec<String> = std::env::args().collect();
    if args.get(1).is_some_and(|word| word == "__pg") {
        let Err(e) = hmm_store::pg_child(std::env::args_os().skip(2));
        eprintln!("{e}");
        std::process::exit(1);
    }
    let engine = args.get(1).map_or("sqlite", String::as_str);
    let rows = args.get(2).and_then(|n| n.parse().ok()).unwrap_or(10_i64) * 1_000_000;
    let folder = args.get(3).map_or_else(|| std::env::temp_dir().join(format!("hmm-figures-{engine}")), PathBuf::from);
    let runtime = tokio::runtime::Runtime::new().expect("runtime");
    runtime.block_on(measure(engine, rows, folder));
}
