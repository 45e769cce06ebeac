//! Samples and roll-ups by hand-made numbers; random ones are in `model`.

use crate::for_both;
use crate::house::{House, at, miner, sample};
use hmm_domain::miner::Identity;
use hmm_domain::port::{Miners, Series, StoreError};
use hmm_domain::sample::Mark;
use hmm_domain::series::{Point, Scope, SeriesData, SeriesQuery};
use hmm_domain::units::{Hashrate, Power};
use hmm_domain::{Metric, MinerId, Reading, Sample};
use hmm_store::SqlStore;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Mutex;

for_both!(
    the_newest_sample_is_in_the_chart_wherever_it_stands,
    a_growth_is_summed_and_a_gauge_averaged_at_every_resolution,
    a_fold_is_incremental_and_a_rerun_changes_nothing,
    a_gap_of_days_is_filled_and_costs_no_rows,
    a_clock_that_jumped_back_or_forward_loses_nothing,
    late_samples_are_folded_again,
    prune_never_deletes_what_is_not_folded_and_a_pruned_bucket_is_never_overwritten,
    a_spike_is_kept_out_of_averages_and_its_energy_counts,
    absurd_numbers_do_not_stop_the_fold,
    the_fleet_adds_up_what_was_there_and_never_mixes_algorithms,
    the_newest_fleet_point_does_not_fall,
    a_full_buffer_drops_the_oldest_and_counts,
    the_last_reply_and_its_mark_survive_a_restart,
    a_removed_miner_takes_its_history_along_only_when_told,
    every_metric_has_its_columns,
);

type Shared = Arc<Mutex<House>>;

const MINUTE: i64 = 60_000;
const HOUR: i64 = 60 * MINUTE;
const DAY: i64 = 24 * HOUR;
/// A midnight.
const T0: i64 = 20_000 * DAY;

fn push(store: &SqlStore, samples: impl IntoIterator<Item = Sample>) {
    for sample in samples {
        assert!(store.sample_push(&sample, "SHA256"));
    }
}

/// One every 30 seconds, at second 15 and 45.
fn steady(miner: i64, from: i64, to: i64, hashrate: u64) -> impl Iterator<Item = Sample> {
    (from..to).step_by(30_000).map(move |t| sample(miner, t + 15_000, hashrate, 20_000))
}

async fn ask(store: &SqlStore, scope: Scope, metric: Metric, from: i64, to: i64, points: u32, now: i64) -> SeriesData {
    let query = SeriesQuery { scope, metric, from: at(from), to: at(to), points };
    store.series_read(&query, at(now)).await.unwrap()
}

fn one(id: i64) -> Scope {
    Scope::Miner(MinerId::new(id))
}

fn fleet() -> Scope {
    Scope::Fleet { algorithm: "SHA256".into() }
}

fn flat(data: &SeriesData) -> Vec<(i64, i64)> {
    data.points.iter().map(|p| (p.at.millis(), p.avg.round() as i64)).collect()
}

async fn the_newest_sample_is_in_the_chart_wherever_it_stands(house: Shared) {
    let store = house.lock().await.store();
    let now = T0 + 3 * HOUR + 10_000;
    push(&store, steady(1, T0, T0 + 3 * HOUR, 100));
    store.samples_flush().await.unwrap();
    store.fold(at(now)).await.unwrap();
    push(&store, [sample(1, now - 1_000, 400, 20_000)]);
    for points in [200, 40, 20, 8, 4, 1] {
        let data = ask(&store, one(1), Metric::Hashrate, T0, now, points, now).await;
        assert!(data.points.len() <= points as usize && !data.points.is_empty(), "{points}: {data:?}");
        let last = data.points.last().unwrap();
        assert_eq!(last.max, 400.0, "{points}: {last:?}");
        assert_eq!(last.at.millis() % i64::try_from(data.resolution.as_millis()).unwrap(), 0);
    }
    store.samples_flush().await.unwrap();
    let data = ask(&store, one(1), Metric::Hashrate, T0, now, 200, now).await;
    assert_eq!(data.resolution, Duration::from_mins(1));
    assert_eq!(data.points.last().unwrap().avg, 400.0);
    assert_eq!(data.points[..180].iter().map(|p| p.avg).sum::<f64>(), 18_000.0);
}

async fn a_growth_is_summed_and_a_gauge_averaged_at_every_resolution(house: Shared) {
    let store = house.lock().await.store();
    let now = T0 + 3 * DAY + 40 * MINUTE;
    push(&store, (T0..now).step_by(30_000).map(|t| sample(1, t, if t < T0 + DAY { 100 } else { 200 }, 10_000)));
    store.samples_flush().await.unwrap();
    let folded = store.fold(at(now)).await.unwrap();
    assert_eq!(folded.up_to, at(T0 + 3 * DAY + 30 * MINUTE));
    let each = 30 * 10_000;
    for points in [4_000, 900, 400, 80, 40, 10, 5, 2, 1] {
        let energy = ask(&store, one(1), Metric::Energy, T0, now, points, now).await;
        let total: f64 = energy.points.iter().map(|p| p.avg).sum();
        assert_eq!(total as i64, (now - T0) / 30_000 * each, "{points}: {:?}", energy.resolution);
        let shares = ask(&store, one(1), Metric::SharesAccepted, T0, now, points, now).await;
        assert_eq!(shares.points.iter().map(|p| p.avg).sum::<f64>() as i64, (now - T0) / 30_000 * 2);
        assert!(shares.points.iter().all(|p| p.min == p.avg && p.max == p.avg));
    }
    let days = ask(&store, one(1), Metric::Hashrate, T0, T0 + 3 * DAY, 3, now).await;
    assert_eq!(flat(&days), [(T0, 100), (T0 + DAY, 200), (T0 + 2 * DAY, 200)]);
    let rejected = ask(&store, one(1), Metric::SharesRejected, T0, now, 100, now).await;
    assert_eq!(rejected.points, []);
}

async fn a_fold_is_incremental_and_a_rerun_changes_nothing(house: Shared) {
    let house = house.lock().await;
    let store = house.store();
    push(&store, steady(1, T0, T0 + 2 * HOUR, 100));
    store.samples_flush().await.unwrap();
    assert_eq!(store.fold(at(T0 + 31 * MINUTE)).await.unwrap().buckets, 0);
    let first = store.fold(at(T0 + 32 * MINUTE)).await.unwrap();
    assert_eq!((first.buckets, first.up_to), (6, at(T0 + 30 * MINUTE)));
    let second = store.fold(at(T0 + 2 * HOUR + 2 * MINUTE)).await.unwrap();
    assert_eq!((second.buckets, second.up_to), (18, at(T0 + 2 * HOUR)));
    let sums = "SELECT CAST(SUM(hashrate_sum) AS BIGINT) + CAST(SUM(energy_sum) AS BIGINT) FROM ";
    let before = (house.number(&format!("{sums} rollup_5m")).await, house.number(&format!("{sums} rollup_1h")).await);
    assert_eq!(store.fold(at(T0 + 2 * HOUR + 3 * MINUTE)).await.unwrap().buckets, 0);
    house.sql(&format!("UPDATE fold_state SET folded_5m = {T0}, folded_1h = {T0}, folded_1d = {T0}")).await;
    assert_eq!(store.fold(at(T0 + 2 * HOUR + 3 * MINUTE)).await.unwrap().buckets, 24);
    let after = (house.number(&format!("{sums} rollup_5m")).await, house.number(&format!("{sums} rollup_1h")).await);
    assert_eq!(before, after);
    assert_eq!(house.number("SELECT COUNT(*) FROM rollup_5m").await, 24);
    assert_eq!(house.number("SELECT COUNT(*) FROM fleet_1h").await, 2);
}

async fn a_gap_of_days_is_filled_and_costs_no_rows(house: Shared) {
    let house = house.lock().await;
    let store = house.store();
    let late = T0 + 400 * DAY;
    push(&store, steady(1, T0, T0 + HOUR, 100));
    push(&store, steady(1, late, late + HOUR, 300));
    store.samples_flush().await.unwrap();
    let folded = store.fold(at(late + DAY + 5 * MINUTE)).await.unwrap();
    assert_eq!((folded.buckets, folded.up_to), (24, at(late + DAY)));
    let days = ask(&store, one(1), Metric::Hashrate, T0, late + DAY, 401, late + DAY).await;
    assert_eq!(flat(&days), [(T0, 100), (late, 300)]);
    assert_eq!(house.number("SELECT COUNT(*) FROM rollup_1d").await, 2);
}

async fn a_clock_that_jumped_back_or_forward_loses_nothing(house: Shared) {
    let house = house.lock().await;
    let store = house.store();
    push(&store, steady(1, T0, T0 + HOUR, 100));
    store.samples_flush().await.unwrap();
    store.fold(at(T0 + HOUR + 5 * MINUTE)).await.unwrap();
    // A day ahead for ten minutes, folded there, and back.
    push(&store, steady(1, T0 + 25 * HOUR, T0 + 25 * HOUR + 10 * MINUTE, 500));
    store.samples_flush().await.unwrap();
    store.fold(at(T0 + 26 * HOUR)).await.unwrap();
    push(&store, steady(1, T0 + HOUR, T0 + 2 * HOUR, 200));
    store.samples_flush().await.unwrap();
    store.fold(at(T0 + 2 * HOUR + 5 * MINUTE)).await.unwrap();
    let hours = ask(&store, one(1), Metric::Hashrate, T0, T0 + 2 * HOUR, 2, T0 + 3 * HOUR).await;
    assert_eq!(flat(&hours), [(T0, 100), (T0 + HOUR, 200)]);
    // And a day back: a clock that had been set by hand.
    push(&store, steady(1, T0 - 23 * HOUR, T0 - 22 * HOUR, 50));
    store.samples_flush().await.unwrap();
    store.fold(at(T0 + 27 * HOUR)).await.unwrap();
    let days = ask(&store, one(1), Metric::SharesAccepted, T0 - DAY, T0 + 2 * DAY, 3, T0 + 2 * DAY).await;
    assert_eq!(flat(&days), [(T0 - DAY, 240), (T0, 480), (T0 + DAY, 40)]);
    let total = house.number("SELECT CAST(SUM(samples) AS BIGINT) FROM rollup_5m").await;
    assert_eq!(total, house.number("SELECT COUNT(*) FROM sample").await);
}

async fn late_samples_are_folded_again(house: Shared) {
    let store = house.lock().await.store();
    // The database was away: miner 2's half hour comes after miner 1's has been folded.
    push(&store, steady(1, T0, T0 + HOUR, 100));
    store.samples_flush().await.unwrap();
    store.fold(at(T0 + HOUR + 5 * MINUTE)).await.unwrap();
    push(&store, steady(2, T0, T0 + HOUR, 100));
    store.samples_flush().await.unwrap();
    store.fold(at(T0 + HOUR + 6 * MINUTE)).await.unwrap();
    let data = ask(&store, fleet(), Metric::Hashrate, T0, T0 + HOUR, 1, T0 + 2 * HOUR).await;
    assert_eq!(flat(&data), [(T0, 200)]);
}

async fn prune_never_deletes_what_is_not_folded_and_a_pruned_bucket_is_never_overwritten(house: Shared) {
    let house = house.lock().await;
    let store = house.store();
    let end = T0 + 2 * DAY;
    push(&store, steady(1, T0, end, 100));
    store.samples_flush().await.unwrap();
    assert_eq!(store.prune(at(end + 30 * DAY), Duration::from_hours(24)).await.unwrap(), 0);
    store.fold(at(end + HOUR)).await.unwrap();
    let keep = Duration::from_hours(24);
    let gone = store.prune(at(end), keep).await.unwrap();
    assert_eq!(gone, 2 * 1_440);
    assert_eq!(house.number("SELECT COUNT(*) FROM sample").await, 2 * 1_440);
    assert_eq!(store.prune(at(end), keep).await.unwrap(), 0);
    // A clock set back into the pruned day brings a few rows for a bucket that once had ten.
    push(&store, [sample(1, T0 + HOUR + 1_000, 9_999, 1)]);
    push(&store, [sample(7, T0 + HOUR + 1_000, 5, 1)]);
    store.samples_flush().await.unwrap();
    store.fold(at(end + HOUR)).await.unwrap();
    let kept = ask(&store, one(1), Metric::Hashrate, T0 + HOUR, T0 + HOUR + 5 * MINUTE, 1, end).await;
    assert_eq!(flat(&kept), [(T0 + HOUR, 100)]);
    let other = ask(&store, one(7), Metric::Hashrate, T0 + HOUR, T0 + HOUR + 5 * MINUTE, 1, end).await;
    assert_eq!(flat(&other), [(T0 + HOUR, 5)]);
    let days = ask(&store, one(1), Metric::SharesAccepted, T0, end, 2, end).await;
    assert_eq!(flat(&days), [(T0, 5_760), (T0 + DAY, 5_760)]);
}

async fn a_spike_is_kept_out_of_averages_and_its_energy_counts(house: Shared) {
    let store = house.lock().await.store();
    push(&store, steady(1, T0, T0 + 10 * MINUTE, 100));
    push(&store, [Sample { spike: true, ..sample(1, T0 + 20_000, 1_000_000, 20_000) }]);
    for step in 0..3 {
        let now = T0 + 11 * MINUTE + step * 30 * MINUTE;
        let chart = ask(&store, one(1), Metric::Hashrate, T0, T0 + 10 * MINUTE, 2, now).await;
        let flat = Point { at: at(T0), min: 100.0, avg: 100.0, max: 100.0 };
        assert_eq!(chart.points[0], flat, "step {step}");
        let shares = ask(&store, one(1), Metric::SharesAccepted, T0, T0 + 5 * MINUTE, 1, now).await;
        assert_eq!(shares.points[0].avg, 22.0);
        store.samples_flush().await.unwrap();
        store.fold(at(now)).await.unwrap();
    }
}

async fn absurd_numbers_do_not_stop_the_fold(house: Shared) {
    let store = house.lock().await.store();
    let absurd = (T0..T0 + 2 * DAY).step_by(60_000).map(|t| {
        let mut s = sample(1, t, u64::MAX / 2, u32::MAX);
        s.growth.accepted = Some(u64::MAX / 2);
        s.growth.energy = Some(hmm_domain::units::Energy::new(i64::MAX));
        s
    });
    push(&store, absurd);
    store.samples_flush().await.unwrap();
    store.fold(at(T0 + 3 * DAY)).await.unwrap();
    let days = ask(&store, one(1), Metric::Hashrate, T0, T0 + 2 * DAY, 2, T0 + 3 * DAY).await;
    assert_eq!(days.points.len(), 2);
    let sum = ask(&store, fleet(), Metric::Energy, T0, T0 + 2 * DAY, 2, T0 + 3 * DAY).await;
    assert_eq!(sum.points.len(), 2);
}

async fn the_fleet_adds_up_what_was_there_and_never_mixes_algorithms(house: Shared) {
    let store = house.lock().await.store();
    let now = T0 + DAY + 12 * MINUTE;
    push(&store, steady(1, T0, now, 100));
    // Miner 2 is there for half an hour of every hour, and for half of one bucket.
    let there = |t: i64| t % HOUR < 30 * MINUTE;
    push(&store, steady(2, T0, now, 1_000).filter(|s| there(s.at.millis())));
    push(&store, steady(2, T0 + 30 * MINUTE, T0 + 30 * MINUTE + 150_000, 1_000));
    for s in steady(3, T0, now, 7) {
        store.sample_push(&s, "RandomX");
    }
    store.samples_flush().await.unwrap();
    store.fold(at(now)).await.unwrap();
    let five = ask(&store, fleet(), Metric::Hashrate, T0 + 25 * MINUTE, T0 + 45 * MINUTE, 4, now).await;
    assert_eq!(flat(&five).iter().map(|p| p.1).collect::<Vec<_>>(), [1_100, 600, 100, 100]);
    let hour = ask(&store, fleet(), Metric::Hashrate, T0 + HOUR, T0 + 2 * HOUR, 1, now).await;
    assert_eq!(hour.points, [Point { at: at(T0 + HOUR), min: 100.0, avg: 600.0, max: 1_100.0 }]);
    let day = ask(&store, fleet(), Metric::Hashrate, T0 + HOUR, T0 + DAY, 1, now).await;
    assert_eq!(day.points.last().unwrap().max, 1_100.0);
    let energy = ask(&store, fleet(), Metric::Energy, T0 + HOUR, T0 + 2 * HOUR, 1, now).await;
    assert_eq!(energy.points[0].avg, 180.0 * 20_000.0 * 30.0);
    let other = Scope::Fleet { algorithm: "RandomX".into() };
    let other = ask(&store, other, Metric::Hashrate, T0, now, 30, now).await;
    assert!(other.points.iter().all(|p| p.avg.round() == 7.0), "{other:?}");
    assert_eq!(ask(&store, fleet(), Metric::Temperature, T0, now, 30, now).await.points, []);
}

async fn the_newest_fleet_point_does_not_fall(house: Shared) {
    let store = house.lock().await.store();
    let start = T0 + 40 * MINUTE;
    for step in 0..40 {
        let now = start + step * 15_000;
        // The two take turns, half a minute each.
        push(&store, [sample(1 + step % 2, now - 1_000, 100, 20_000)]);
        if step % 7 == 0 {
            store.samples_flush().await.unwrap();
        }
        for points in [3, 60] {
            let data = ask(&store, fleet(), Metric::Hashrate, start - 15 * MINUTE, now, points, now).await;
            if step > 12 {
                let last = data.points.last().unwrap();
                assert!((150.0..=250.0).contains(&last.avg), "step {step}, {points} points: {last:?}");
            }
        }
    }
}

async fn a_full_buffer_drops_the_oldest_and_counts(house: Shared) {
    let mut house = house.lock().await;
    house.settings.buffer = 10;
    house.again().await.unwrap();
    let store = house.store();
    let kept = steady(1, T0, T0 + 6 * MINUTE, 100).map(|s| store.sample_push(&s, "SHA256")).filter(|ok| *ok).count();
    assert_eq!((kept, store.samples_dropped()), (10, 2));
    assert_eq!(store.samples_flush().await.unwrap(), 10);
    assert_eq!(house.number("SELECT CAST(MIN(at) AS BIGINT) FROM sample").await, T0 + MINUTE + 15_000);
    assert_eq!(store.samples_flush().await.unwrap(), 0);
}

async fn the_last_reply_and_its_mark_survive_a_restart(house: Shared) {
    let mut house = house.lock().await;
    let store = house.store();
    let id = store.miner_add(&miner("a", Identity::None)).await.unwrap();
    let full = Reading {
        hashrate: Some(Hashrate::new(u64::MAX)),
        pool: Some(hmm_domain::reading::PoolInUse { port: Some(1), ..Default::default() }),
        reject_reasons: vec![hmm_domain::reading::RejectReason { message: "stale".into(), count: 3 }],
        ..Reading::default()
    };
    let mut last = Sample { reading: full, mode: Some(hmm_domain::ModeId::new("eco")), ..sample(id.get(), T0, 1, 1) };
    let mark = Mark { at: at(T0), power: Some(Power::new(7)), accepted: Some(9), remainder_uj: 999, ..Mark::default() };
    store.last_push(&sample(id.get(), T0 - 9, 1, 1), Mark::default());
    store.last_push(&last, mark);
    assert_eq!(store.last_samples().await.unwrap(), [(last.clone(), mark)]);
    store.samples_flush().await.unwrap();
    assert_eq!(store.last_samples().await.unwrap(), [(last.clone(), mark)]);
    // The mark is written every time, the reply not so often: a kill may show an older one, and counts nothing twice.
    last.at = at(T0 + 60_000);
    let mark = Mark { at: last.at, ..mark };
    store.last_push(&last, mark);
    store.last_push(&sample(404, T0, 1, 1), mark);
    store.samples_flush().await.unwrap();
    assert_eq!(house.number("SELECT at FROM last_reply ORDER BY miner_id LIMIT 1").await, T0);
    let written = format!("SELECT COUNT(*) FROM last_mark WHERE mark LIKE '%{}%'", T0 + 60_000);
    assert_eq!(house.number(&written).await, 2);
    drop(store);
    house.again().await.unwrap();
    assert_eq!(house.store().last_samples().await.unwrap(), [(last, mark)]);
}

async fn a_removed_miner_takes_its_history_along_only_when_told(house: Shared) {
    let house = house.lock().await;
    let store = house.store();
    let (a, b) = (
        store.miner_add(&miner("a", Identity::None)).await.unwrap(),
        store.miner_add(&miner("b", Identity::None)).await.unwrap(),
    );
    for id in [a, b] {
        push(&store, steady(id.get(), T0, T0 + HOUR, 100));
    }
    store.samples_flush().await.unwrap();
    store.fold(at(T0 + HOUR + 5 * MINUTE)).await.unwrap();
    push(&store, [sample(b.get(), T0 + HOUR + 1, 1, 1)]);
    store.miner_remove(a, false).await.unwrap();
    store.miner_remove(b, true).await.unwrap();
    store.samples_flush().await.unwrap();
    let left = "SELECT COUNT(*) FROM rollup_5m r JOIN sample s ON s.miner_id = r.miner_id WHERE r.miner_id =";
    assert_eq!(house.number(&format!("{left} {a}")).await, 12 * 120);
    assert_eq!(house.number(&format!("{left} {b}")).await, 0);
    // The fleet's past stays what it was.
    let data = ask(&store, fleet(), Metric::Hashrate, T0, T0 + HOUR, 1, T0 + 2 * HOUR).await;
    assert_eq!(flat(&data), [(T0, 200)]);
    assert!(matches!(store.miner_save(&miner("a", Identity::None)).await, Err(StoreError::Corrupt(_))));
}

async fn every_metric_has_its_columns(house: Shared) {
    let house = house.lock().await;
    for metric in Metric::GAUGES {
        let name = metric.name();
        for table in ["rollup_5m", "rollup_1h", "rollup_1d"] {
            house.number(&format!("SELECT COUNT({name}_sum + {name}_n + {name}_min + {name}_max) FROM {table}")).await;
        }
        house.number(&format!("SELECT COUNT({name}) FROM sample")).await;
    }
    for metric in Metric::GROWTHS {
        let name = metric.name();
        for table in ["rollup_5m", "fleet_5m", "fleet_1h", "fleet_1d"] {
            house.number(&format!("SELECT COUNT({name}_sum) FROM {table}")).await;
        }
        house.number(&format!("SELECT COUNT({name}) FROM sample")).await;
    }
}
