//! Random samples, flushed and folded at random moments, against a model that keeps everything in a list.

use crate::for_both;
use crate::house::{House, at, sample};
use hmm_domain::port::Series;
use hmm_domain::series::{Scope, SeriesQuery};
use hmm_domain::{Metric, MinerId, Sample};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use std::collections::BTreeMap;
use std::sync::Arc;
use tokio::sync::Mutex;

for_both!(a_fold_of_random_samples_equals_a_naive_model);

const MINUTE: i64 = 60_000;
const DAY: i64 = 1_440 * MINUTE;
const ROUNDS: i64 = 12;

/// What happens in a round, in order: a poll of one of three miners at some minute, a flush, a fold.
#[derive(Debug, Clone)]
enum Step {
    Poll { miner: i64, minute: i64, hashrate: u64, spike: bool },
    Flush,
    Fold { minute: i64 },
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        12 => (0..3i64, 0..2_000i64, 0..1_000_000_000_000u64, prop::bool::weighted(0.1))
            .prop_map(|(miner, minute, hashrate, spike)| Step::Poll { miner, minute, hashrate, spike }),
        1 => Just(Step::Flush),
        1 => (0..2_400i64).prop_map(|minute| Step::Fold { minute }),
    ]
}

/// Bucket → (sum of shares, hashrates that are no spikes).
type Model = BTreeMap<i64, (i64, Vec<u64>)>;

fn model(samples: &BTreeMap<(i64, i64), Sample>, miner: i64, width: i64) -> Model {
    let mut buckets = Model::new();
    for ((at, _), s) in samples.iter().filter(|((_, id), _)| *id == miner) {
        let bucket = buckets.entry(at.div_euclid(width) * width).or_default();
        bucket.0 += i64::try_from(s.growth.accepted.unwrap()).unwrap();
        if !s.spike {
            bucket.1.push(s.reading.hashrate.unwrap().get());
        }
    }
    buckets
}

async fn a_fold_of_random_samples_equals_a_naive_model(house: Arc<Mutex<House>>) {
    let store = house.lock().await.store();
    let mut runner = TestRunner::deterministic();
    for round in 0..ROUNDS {
        let steps = prop::collection::vec(step(), 1..300).new_tree(&mut runner).unwrap().current();
        // Later rounds are earlier in time: every one of them lowers the watermarks.
        let base = (20_000 - round * 3) * DAY;
        let mut samples: BTreeMap<(i64, i64), Sample> = BTreeMap::new();
        for step in &steps {
            match step {
                Step::Poll { miner, minute, hashrate, spike } => {
                    let key = (base + minute * MINUTE, round * 10 + miner);
                    let polled = Sample { spike: *spike, ..sample(key.1, key.0, *hashrate, 20_000) };
                    // A miner has one sample per instant; what is there stays.
                    if let std::collections::btree_map::Entry::Vacant(free) = samples.entry(key) {
                        store.sample_push(&polled, "SHA256");
                        free.insert(polled);
                    }
                }
                Step::Flush => drop(store.samples_flush().await.unwrap()),
                Step::Fold { minute } => drop(store.fold(at(base + minute * MINUTE)).await.unwrap()),
            }
        }
        for miner in 0..3 {
            check(&store, &samples, round * 10 + miner, base).await;
        }
        store.samples_flush().await.unwrap();
        store.fold(at(base + 3 * DAY)).await.unwrap();
        for miner in 0..3 {
            check(&store, &samples, round * 10 + miner, base).await;
        }
    }
}

async fn check(store: &hmm_store::SqlStore, samples: &BTreeMap<(i64, i64), Sample>, miner: i64, base: i64) {
    for points in [2_000, 600, 300, 100, 60, 25, 12, 3] {
        let ask = |metric| SeriesQuery {
            scope: Scope::Miner(MinerId::new(miner)),
            metric,
            from: at(base),
            to: at(base + 2 * DAY),
            points,
        };
        let hash = store.series_read(&ask(Metric::Hashrate), at(base + 2 * DAY)).await.unwrap();
        let shares = store.series_read(&ask(Metric::SharesAccepted), at(base + 2 * DAY)).await.unwrap();
        let width = i64::try_from(hash.resolution.as_millis()).unwrap();
        let model = model(samples, miner, width);
        let expected: Vec<(i64, i64)> = model.iter().map(|(bucket, (shares, _))| (*bucket, *shares)).collect();
        let told: Vec<(i64, i64)> = shares.points.iter().map(|p| (p.at.millis(), p.avg as i64)).collect();
        assert_eq!(told, expected, "miner {miner}, {points} points");
        let gauges: Vec<_> = model.iter().filter(|(_, (_, values))| !values.is_empty()).collect();
        assert_eq!(hash.points.len(), gauges.len());
        for (point, (bucket, (_, values))) in hash.points.iter().zip(gauges) {
            let mean = values.iter().map(|v| *v as f64).sum::<f64>() / values.len() as f64;
            assert_eq!(point.at.millis(), *bucket);
            assert!((point.avg - mean).abs() <= mean * 1e-9, "{point:?} against {mean}");
            assert_eq!(point.min as u64, *values.iter().min().unwrap());
            assert_eq!(point.max as u64, *values.iter().max().unwrap());
        }
    }
}
