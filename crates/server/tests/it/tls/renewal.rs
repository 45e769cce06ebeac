//! A certificate that renews itself, on a clock that a test drives.

use super::client::{DAY, NOW, World, client, shake, shown};
use hmm_domain::Timestamp;
use hmm_domain::port::Clock;
use hmm_engine::Tasks;
use hmm_server::tls::{Tls, keep};
use hmm_sim::ManualClock;
use std::sync::Arc;
use std::time::Duration;

const HOME: [&str; 3] = ["localhost", "pi", "pi.local"];

fn not_after(tls: &Tls) -> Timestamp {
    tls.report().not_after.unwrap()
}

/// The loop, on this clock.
fn kept(tls: &Arc<Tls>, clock: &ManualClock) -> Tasks {
    let shared: Arc<dyn Clock> = Arc::new(clock.clone());
    let tasks = Tasks::new(Arc::clone(&shared));
    tasks.spawn("tls", keep(Arc::clone(tls), shared, tasks.clone()));
    tasks
}

#[tokio::test(flavor = "multi_thread")]
async fn a_certificate_is_renewed_by_itself_a_month_before_its_end() {
    let dir = tempfile::tempdir().unwrap();
    // It has been running for 58 days, 23 hours and 57 minutes.
    let made = NOW;
    let tls = World::home().open(dir.path(), made).unwrap();
    let root = tls.authority().unwrap();
    let before = shown(&tls, &root, made).await;
    assert_eq!(not_after(&tls), made + 89 * DAY);
    let clock = ManualClock::new(made + 59 * DAY - Duration::from_mins(3));
    let tasks = kept(&tls, &clock);
    clock.settle().await;
    clock.advance(Duration::from_mins(2)).await;
    assert_eq!(shown(&tls, &root, clock.now()).await, before, "not before its time");
    clock.advance(Duration::from_mins(2)).await;
    let after = shown(&tls, &root, clock.now()).await;
    assert_ne!(after, before);
    assert!(not_after(&tls) > made + 147 * DAY);
    assert!(tasks.report().iter().any(|report| report.name == "tls" && report.failures == 0));
    tasks.stop().await;
}

#[tokio::test]
async fn on_every_day_of_a_year_and_a_half_there_is_a_valid_certificate_of_at_most_90_days() {
    let dir = tempfile::tempdir().unwrap();
    let tls = World::home().open(dir.path(), NOW).unwrap();
    let root = tls.authority().unwrap();
    let mut seen = Vec::new();
    for day in 0..550 {
        let now = NOW + day * DAY;
        tls.round(now);
        let left = not_after(&tls).since(now);
        assert!((29 * DAY..=89 * DAY).contains(&left), "day {day}: {left:?}");
        let certificate = shown(&tls, &root, now).await;
        if seen.last() != Some(&certificate) {
            assert!(!seen.contains(&certificate));
            seen.push(certificate);
        }
    }
    assert_eq!(seen.len(), 10);
    assert!(tls.troubles().is_empty(), "{:?}", tls.troubles());
}

#[tokio::test(flavor = "multi_thread")]
async fn d8_what_changes_inside_the_constraints_is_signed_and_what_is_outside_is_said() {
    let dir = tempfile::tempdir().unwrap();
    let world = World::new(&HOME, &["127.0.0.1", "::1", "192.168.1.5", "192.168.1.6"]);
    let tls = world.open(dir.path(), NOW).unwrap();
    let root = tls.authority().unwrap();
    let clock = ManualClock::new(NOW);
    let tasks = kept(&tls, &clock);
    clock.settle().await;
    let reached = async |name: &str| shake(&tls, client(&root, NOW), name).await.is_ok();
    world.change(&HOME, &["127.0.0.1", "::1", "192.168.1.6"], &[]);
    clock.advance(Duration::from_mins(1)).await;
    assert!(reached("192.168.1.6").await && !reached("192.168.1.5").await, "an address that is not ours any more");
    let all = ["127.0.0.1", "::1", "192.168.1.5", "10.0.0.7", "172.18.0.1"];
    world.change(&["localhost", "pi", "pi.local", "attic.local"], &all, &["172.18.0.1"]);
    clock.advance(Duration::from_mins(1)).await;
    assert!(reached("192.168.1.5").await && !reached("10.0.0.7").await && !reached("attic.local").await);
    let troubles = tls.troubles();
    let said = &troubles["tls_names"];
    assert!(said.contains("not for attic.local, 10.0.0.7,") && said.contains("hmm tls new-ca"), "{said}");
    assert!(said.contains("open the page as pi.local") && !said.contains("172.18.0.1"), "{said}");
    world.change(&HOME, &["127.0.0.1", "::1", "192.168.1.5"], &[]);
    clock.advance(Duration::from_mins(1)).await;
    assert!(tls.troubles().is_empty());
    // In another order nothing has changed.
    let before = shown(&tls, &root, NOW).await;
    world.change(&["pi", "pi.local", "localhost"], &["192.168.1.5", "127.0.0.1", "::1"], &[]);
    clock.advance(Duration::from_mins(5)).await;
    assert_eq!(shown(&tls, &root, NOW).await, before);
    tasks.stop().await;
}

#[tokio::test]
async fn an_authority_near_its_end_is_said_and_outlived_by_no_certificate() {
    let dir = tempfile::tempdir().unwrap();
    let tls = World::home().open(dir.path(), NOW).unwrap();
    let end = NOW + 3_650 * DAY;
    tls.round(end - 200 * DAY);
    assert!(tls.troubles().is_empty());
    for before in [180_u32, 40, 3, 1] {
        tls.round(end - before * DAY);
        assert!(not_after(&tls) <= end, "{before}");
        let said = &tls.troubles()["tls_authority_ends"];
        assert!(said.contains("ends on 2036-11-17"), "{said}");
    }
    let last = not_after(&tls);
    tls.round(end + DAY);
    assert!(tls.troubles()["tls_authority_ends"].contains("ended on"));
    assert_eq!(not_after(&tls), last, "nothing is signed after the end");
    // Nor does a start then: a clock that is wrong must not cost the devices their trust.
    let again = World::home().open(dir.path(), end + DAY).unwrap();
    assert_eq!(again.authority(), tls.authority());
}

#[tokio::test]
async fn a_machine_that_wakes_without_a_clock_gets_a_certificate_that_is_good_once_it_knows_the_time() {
    let dir = tempfile::tempdir().unwrap();
    let tls = World::home().open(dir.path(), Timestamp::from_millis(5_000)).unwrap();
    let root = tls.authority().unwrap();
    let first = shown(&tls, &root, NOW).await;
    tls.round(Timestamp::from_millis(65_000));
    assert_eq!(shown(&tls, &root, NOW).await, first, "not anew with every look");
    let now = NOW + 1_000 * DAY;
    tls.round(now);
    assert_ne!(shown(&tls, &root, now).await, first);
    // Set back again: what was signed for later is replaced.
    tls.round(NOW);
    shown(&tls, &root, NOW).await;
}
