//! Day ledgers: a seeded day through the whole engine as checked-in text. A change of behaviour is a readable diff.

use crate::harness::{MIDNIGHT, TestHouse, mode};
use expect_test::expect_file;
use hmm_domain::event::Level;
use hmm_domain::series::{Scope, SeriesQuery};
use hmm_domain::wish::Until;
use hmm_domain::{Command, Metric, MinerId, Timestamp};
use hmm_sim::{Generation, MinerSpec, Model};
use std::fmt::Write as _;
use std::net::Ipv4Addr;
use std::time::Duration;

const HOUR: Duration = Duration::from_hours(1);

/// Commands and notices in the order of time.
async fn happenings(house: &TestHouse) -> Vec<(Timestamp, String)> {
    let mut lines = Vec::new();
    for record in house.store.command_list(None, None, 1_000).await.unwrap() {
        let settled =
            record.settled_at.map_or("open".to_owned(), |at| format!("{} at {}", word(&record.state), time(at)));
        let command = serde_json::to_value(&record.command).unwrap();
        let detail = command.get("mode").or(command.get("power")).and_then(|value| value.as_str()).unwrap_or("");
        let owner = word(&record.owner);
        let line = format!("  command  {} {detail} [{owner}] {settled}: {}", record.command.kind(), record.reason);
        lines.push((record.sent_at.unwrap_or(record.planned_at), line));
    }
    for notice in house.store.event_list(None, None, None, 1_000).await.unwrap() {
        let mark = if notice.level == Level::Error { "!" } else { " " };
        lines.push((notice.at, format!("{mark} notice   {}", notice.text)));
    }
    lines.sort_by(|a, b| a.0.cmp(&b.0).then_with(|| a.1.cmp(&b.1)));
    lines
}

fn word(value: &impl serde::Serialize) -> String {
    serde_json::to_value(value).unwrap().as_str().unwrap().to_owned()
}

fn time(at: Timestamp) -> String {
    at.to_chrono().format("%H:%M:%S").to_string()
}

async fn hourly(house: &TestHouse, miner: MinerId, metric: Metric, hour: u32) -> Option<(f64, f64, f64)> {
    let from = MIDNIGHT + HOUR * hour;
    let query = SeriesQuery { scope: Scope::Miner(miner), metric, from, to: from + HOUR, points: 1 };
    let data = house.store.series_read(&query, MIDNIGHT + HOUR * 24).await.unwrap();
    data.points.first().map(|point| (point.min, point.avg, point.max))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_day_with_a_wish_an_overheat_trip_and_a_reboot() {
    let spec = MinerSpec::new("blue", Model::Gamma, Generation::V2_14, Ipv4Addr::new(127, 77, 0, 1)).at_ambient(22.0);
    let house = TestHouse::new(vec![spec]).await;
    let blue = house.add("blue").await;
    house.live().await;
    house.minutes(8 * 60).await;
    house.wants(blue, mode("eco"), Until::At(MIDNIGHT + HOUR * 10)).await;
    house.minutes(5 * 60).await;
    house.sim.heat("blue", 48.0).unwrap();
    house.minutes(30).await;
    house.sim.heat("blue", 22.0).unwrap();
    house.minutes(4 * 60 + 30).await;
    house.asks(blue, Command::Restart).await;
    house.minutes(6 * 60).await;

    let mut text = String::new();
    let mut lines = happenings(&house).await.into_iter().peekable();
    let mut covered = 0.0;
    for hour in 0..24 {
        while let Some((at, line)) = lines.next_if(|(at, _)| *at < MIDNIGHT + HOUR * (hour + 1)) {
            writeln!(text, "{} {line}", time(at)).unwrap();
        }
        let show = async |metric: Metric| hourly(&house, blue, metric, hour).await;
        let (_, frequency, _) = show(Metric::Frequency).await.unwrap();
        let (_, hashrate, _) = show(Metric::Hashrate).await.unwrap();
        let (least, _, most) = show(Metric::Temperature).await.unwrap();
        let (_, energy, _) = show(Metric::Energy).await.unwrap();
        let (_, shares, _) = show(Metric::SharesAccepted).await.unwrap();
        covered += energy;
        writeln!(
            text,
            "hour {hour:02}: {:.0} MHz  {:.0} GH/s  {:.1}..{:.1} °C  {:.2} Wh  {shares:.0} shares",
            frequency / 1e3,
            hashrate / 1e9,
            least / 1e2,
            most / 1e2,
            energy / 3.6e6,
        )
        .unwrap();
    }
    let meter = house.sim.snapshot("blue").unwrap().truth.energy_mj;
    writeln!(text, "day: {:.1} Wh counted, {:.1} Wh on the meter", covered / 3.6e6, meter as f64 / 3.6e6).unwrap();
    expect_file!["ledgers/bitaxe-day.txt"].assert_eq(&text);
    let share = covered / meter as f64;
    assert!((0.995..=1.005).contains(&share), "counted energy is {share:.4} of the meter's");
}
