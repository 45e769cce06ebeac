//! The same for many miners: a result for each, whatever happens to some of them or to the program.

use crate::harness::{TestHouse, one};
use hmm_domain::command::Tuning;
use hmm_domain::job::{Job, JobState};
use hmm_domain::miner::PowerState;
use hmm_domain::port::Credentials;
use hmm_domain::reading::PowerSource;
use hmm_domain::units::{Frequency, Millivolts, Power};
use hmm_domain::wish::{Until, Want};
use hmm_domain::{JobId, Label, MinerId, ModeId};
use hmm_engine::bulk::{BulkItem, BulkTask, Outcome};
use hmm_engine::{AddMiner, MinerPatch};
use hmm_sim::{Access, Fault, Generation, MinerSpec, Model, Release, XMRIG_TOKEN, XmRig};
use std::net::Ipv4Addr;

fn street(names: &[&str]) -> Vec<MinerSpec> {
    names.iter().map(|name| one(name, Generation::V2_14)).collect()
}

impl TestHouse {
    async fn bulk(&self, ids: &[MinerId], task: BulkTask) -> JobId {
        self.engine.bulk_start(ids, task, &self.ana).await.unwrap()
    }

    /// Lets time pass until the job has reached a state that `enough` is content with.
    async fn job(&self, id: JobId, enough: impl Fn(&Job) -> bool) -> Job {
        for _ in 0..400 {
            let job = self.store.job_find(id).await.unwrap().unwrap();
            if enough(&job) {
                return job;
            }
            self.seconds(10).await;
        }
        panic!("{:?}", self.store.job_find(id).await.unwrap());
    }

    async fn job_over(&self, id: JobId) -> (JobState, Vec<BulkItem>) {
        let job = self.job(id, |job| job.state.settled()).await;
        (job.state, items(&job))
    }
}

fn items(job: &Job) -> Vec<BulkItem> {
    serde_json::from_value(job.results["items"].clone()).unwrap()
}

fn outcomes(items: &[BulkItem]) -> Vec<(&str, Outcome)> {
    items.iter().map(|item| (item.name.as_str(), item.outcome.unwrap())).collect()
}

fn eco() -> BulkTask {
    BulkTask::Mode { mode: ModeId::new("eco"), until: Until::Told }
}

#[tokio::test(flavor = "multi_thread")]
async fn each_of_many_has_its_own_result_and_two_that_fail_keep_nobody_waiting() {
    let names = ["a", "b", "stubborn", "gone", "e", "f"];
    let house = TestHouse::new(street(&names)).await;
    let mut ids = Vec::new();
    for name in names {
        ids.push(house.add(name).await);
    }
    house.sim.fault("stubborn", Fault::IgnoreWrites).await.unwrap();
    house.sim.fault("gone", Fault::Offline).await.unwrap();
    let job = house.bulk(&ids, eco()).await;
    let (state, items) = house.job_over(job).await;
    assert_eq!(state, JobState::Done);
    for (name, outcome) in outcomes(&items) {
        match name {
            "stubborn" => assert_eq!(outcome, Outcome::Unconfirmed),
            // By how many tries fit into the time that the job waits.
            "gone" => assert!([Outcome::Failed, Outcome::Unconfirmed].contains(&outcome)),
            _ => assert_eq!(outcome, Outcome::Confirmed, "{items:?}"),
        }
    }
    let gone = items[3].reason.as_ref().unwrap().as_str();
    assert!(gone.contains("cannot be reached") || gone.contains("does not answer"), "{gone}");
    let kept = house.store.job_find(job).await.unwrap().unwrap();
    assert_eq!((kept.done, kept.total), (6, 6));
}

#[tokio::test(flavor = "multi_thread")]
async fn what_needs_no_device_is_done_at_once_and_an_unknown_mode_is_said() {
    let house = TestHouse::new(street(&["a", "b"])).await;
    let ids = [house.add("a").await, house.add("b").await];
    let tags = BulkTask::Tags { add: vec![Label::new("attic")], remove: vec![Label::new("none")] };
    let tagged = house.bulk(&ids, tags).await;
    assert_eq!(outcomes(&house.job_over(tagged).await.1), [("a", Outcome::Done), ("b", Outcome::Done)]);
    assert!(ids.iter().all(|id| house.engine.miner(*id).unwrap().miner.tags == [Label::new("attic")]));
    let job = house.bulk(&ids, BulkTask::Mode { mode: ModeId::new("ludicrous"), until: Until::Told }).await;
    let (_, items) = house.job_over(job).await;
    assert_eq!(outcomes(&items), [("a", Outcome::Refused), ("b", Outcome::Refused)]);
    assert!(items[0].reason.as_ref().unwrap().as_str().contains("eco, standard"), "{items:?}");
    let off = house.bulk(&ids[..1], BulkTask::Disable).await;
    house.job_over(off).await;
    assert!(!house.engine.miner(ids[0]).unwrap().miner.enabled);
    let restart = house.bulk(&ids, BulkTask::Restart).await;
    let (_, items) = house.job_over(restart).await;
    assert_eq!(outcomes(&items), [("a", Outcome::Refused), ("b", Outcome::Confirmed)], "disabled is left alone");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_that_stops_in_the_middle_restarts_nobody_twice() {
    let mut house = TestHouse::new(street(&["a", "b", "c", "d", "e", "f"])).await;
    let mut ids = Vec::new();
    for name in ["a", "b", "c", "d", "e", "f"] {
        ids.push(house.add(name).await);
    }
    let job = house.bulk(&ids, BulkTask::Restart).await;
    let sent = |job: &Job| items(job).iter().any(|item| item.command_id.is_some());
    house.job(job, |job| job.state == JobState::Running && sent(job)).await;
    house.restart().await;
    let (state, items) = house.job_over(job).await;
    assert_eq!(state, JobState::Done);
    for (item, name) in items.iter().zip(["a", "b", "c", "d", "e", "f"]) {
        let restarts = house.sim.snapshot(name).unwrap().truth.restarts;
        // Killed between asking and writing it down: said so, and not asked again.
        let told = item.outcome == Some(Outcome::Confirmed) && restarts == 1;
        let unknown = item.outcome == Some(Outcome::Unconfirmed) && item.command_id.is_none() && restarts <= 1;
        assert!(told || unknown, "{item:?} {restarts}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_job_begins_with_nobody_else() {
    let names = ["a", "b", "c", "d", "e", "f"];
    let house = TestHouse::new(street(&names)).await;
    let mut ids = Vec::new();
    for name in names {
        ids.push(house.add(name).await);
    }
    let job = house.bulk(&ids, BulkTask::Restart).await;
    house
        .job(job, |job| job.state == JobState::Running && items(job).iter().any(|item| item.command_id.is_some()))
        .await;
    assert!(house.engine.job_cancel(job, &house.ana).await.unwrap());
    let (state, items) = house.job_over(job).await;
    assert_eq!(state, JobState::Cancelled);
    let cancelled = items.iter().filter(|item| item.outcome == Some(Outcome::Cancelled));
    let restarted: u32 = names.iter().map(|name| house.sim.snapshot(name).unwrap().truth.restarts).sum();
    assert_eq!(cancelled.count() + restarted as usize, names.len(), "{items:?}");
    assert!(restarted < 6);
}

fn profile(mhz: u32, mv: u32) -> BulkTask {
    let tuning =
        Tuning { frequency: Some(Frequency::mhz(mhz)), core_voltage: Some(Millivolts::new(mv)), ..Tuning::default() };
    BulkTask::Profile { name: Label::new("night"), tuning }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_profile_that_costs_hashrate_is_taken_back_and_one_that_does_not_stays() {
    let house = TestHouse::new(street(&["good", "starved"])).await;
    let ids = [house.add("good").await, house.add("starved").await];
    house.minutes(11).await;
    let good = house.bulk(&ids[..1], profile(490, 1_100)).await;
    // So little voltage for this frequency that half the work is wrong.
    let allowed = MinerPatch { may_overclock: Some(true), ..MinerPatch::default() };
    house.engine.miner_change(ids[1], allowed, &house.ana).await.unwrap();
    let starved = house.bulk(&ids[1..], profile(600, 1_000)).await;
    let (_, fine) = house.job_over(good).await;
    let (_, bad) = house.job_over(starved).await;
    assert_eq!(outcomes(&fine), [("good", Outcome::Confirmed)], "{fine:?}");
    assert_eq!(outcomes(&bad), [("starved", Outcome::RolledBack)], "{bad:?}");
    let point = |name: &str| {
        let truth = house.sim.snapshot(name).unwrap().truth;
        (truth.frequency_mhz.round(), truth.core_voltage_mv)
    };
    assert_eq!(point("good"), (490.0, 1_100));
    assert_eq!(point("starved"), (525.0, 1_150), "what was set before");
}

#[tokio::test(flavor = "multi_thread")]
async fn typed_watts_count_as_estimated_while_a_device_without_a_meter_mines() {
    let pc = MinerSpec::new(
        "pc",
        Model::Pc,
        XmRig { release: Release::V6_24, access: Access::Control },
        Ipv4Addr::new(127, 77, 250, 1),
    );
    let mut specs = street(&["metered"]);
    specs.push(pc);
    let house = TestHouse::new(specs).await;
    let at = house.sim.address("pc").unwrap();
    let pc = AddMiner {
        name: Label::new("pc"),
        address: at.ip().to_string(),
        port: Some(at.port()),
        family: None,
        credentials: Credentials { token: Some(XMRIG_TOKEN.to_owned()), ..Credentials::default() },
        tags: vec![],
        verify: true,
    };
    let ids = [house.engine.miner_add(pc, &house.ana).await.unwrap(), house.add("metered").await];
    let power = |id| {
        let reading = house.engine.miner(id).unwrap().latest.as_ref().unwrap().reading.clone();
        (reading.power.map(Power::as_watts), reading.power_source)
    };
    house.minutes(1).await;
    assert_eq!(power(ids[0]), (None, None), "nobody knows");
    for id in ids {
        let patch = MinerPatch { typed_power: Some(Power::from_watts(65.0)), ..MinerPatch::default() };
        house.engine.miner_change(id, patch, &house.ana).await.unwrap();
    }
    house.minutes(2).await;
    assert_eq!(power(ids[0]), (Some(65.0), Some(PowerSource::Estimated)));
    assert_eq!(power(ids[1]).1, Some(PowerSource::Measured), "its own meter comes first");
    house.wants(ids[0], Want::Power(PowerState::Off), Until::Told).await;
    house.minutes(3).await;
    assert_eq!(power(ids[0]), (None, None), "at rest nobody knows either");
}
