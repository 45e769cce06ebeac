//! Every noun goes in and comes out as it was; what must be unique is; what was settled stays settled.

use crate::for_both;
use crate::house::{House, at, miner};
use hmm_domain::account::KeptAnswer;
use hmm_domain::command::{Command, CommandRecord, CommandState, Tuning};
use hmm_domain::event::Level;
use hmm_domain::job::JobState;
use hmm_domain::miner::{Identity, PowerState};
use hmm_domain::port::{
    Commands, Events, Idempotency, Jobs, Miners, Settings, Store, StoreError, TuningProfiles, Wishes,
};
use hmm_domain::units::Frequency;
use hmm_domain::wish::{Field, Override, Owner, PoolTarget, Until, Want};
use hmm_domain::{Actor, CommandId, FamilyId, Label, Message, MinerId, ModeId, ProfileId, TuningProfile};
use serde_json::json;
use std::sync::Arc;
use tokio::sync::Mutex;

for_both!(
    a_miner_comes_back_as_it_was_and_its_number_is_never_given_again,
    two_miners_of_one_name_or_one_device_are_refused,
    a_tuning_profile_comes_back_as_it_was_and_its_name_is_its_own,
    a_wish_replaces_the_one_for_the_same_field,
    a_command_keeps_its_course_and_a_settled_one_is_not_opened_again,
    commands_and_events_come_newest_first_page_by_page,
    of_many_claims_of_a_key_one_gets_it,
    a_claim_is_for_one_request_and_a_day,
    a_job_is_added_once_per_due_time_and_started_by_one,
    jobs_that_were_running_go_back_to_the_queue,
    settings_and_secrets_come_back_and_a_secret_is_not_in_clear,
    the_store_says_what_it_is,
);

type Shared = Arc<Mutex<House>>;

async fn a_miner_comes_back_as_it_was_and_its_number_is_never_given_again(house: Shared) {
    let store = house.lock().await.store();
    let mut kept = miner("Kitchen", Identity::from_mac("02:00:00:ab:cd:ef").unwrap());
    kept.id = store.miner_add(&kept).await.unwrap();
    assert_eq!(store.miner_list().await.unwrap(), [kept.clone()]);
    kept.name = Label::new("Küche");
    kept.enabled = false;
    kept.profile.boot_deadline = std::time::Duration::from_millis(1_234_567);
    store.miner_save(&kept).await.unwrap();
    store.guard_save(kept.id, &json!({"trips": 1})).await.unwrap();
    store.guard_save(kept.id, &json!({"trips": [1, 2]})).await.unwrap();
    assert_eq!(store.miner_list().await.unwrap(), [kept.clone()]);
    assert_eq!(store.guard_load().await.unwrap(), [(kept.id, json!({"trips": [1, 2]}))]);
    store.miner_remove(kept.id, false).await.unwrap();
    assert_eq!(store.miner_list().await.unwrap(), []);
    assert_eq!(store.guard_load().await.unwrap(), []);
    assert!(store.miner_add(&kept).await.unwrap() > kept.id);
    assert!(matches!(store.miner_save(&kept).await, Err(StoreError::Corrupt(_))));
}

async fn a_tuning_profile_comes_back_as_it_was_and_its_name_is_its_own(house: Shared) {
    let store = house.lock().await.store();
    let mut night = TuningProfile {
        id: ProfileId::new(0),
        name: Label::new("night"),
        family: FamilyId::new("axeos"),
        model: None,
        tuning: Tuning { frequency: Some(Frequency::mhz(490)), fan_pct: Some(35), ..Tuning::default() },
        made_by: Label::new("ana"),
        made_at: at(1_700_000_000_123),
    };
    night.id = store.profile_add(&night).await.unwrap();
    assert_eq!(store.profile_find(night.id).await.unwrap(), Some(night.clone()));
    let same_name = store.profile_add(&night).await;
    assert!(matches!(same_name, Err(StoreError::Conflict("a tuning profile of this name"))), "{same_name:?}");
    night.model = Some(Label::new("Bitaxe Gamma 601"));
    assert!(store.profile_save(&night).await.unwrap());
    assert_eq!(store.profile_list().await.unwrap(), [night.clone()]);
    assert!(store.profile_remove(night.id).await.unwrap() && !store.profile_save(&night).await.unwrap());
    assert!(!store.profile_remove(night.id).await.unwrap());
}

async fn two_miners_of_one_name_or_one_device_are_refused(house: Shared) {
    let store = house.lock().await.store();
    let mac = Identity::from_mac("02:00:00:ab:cd:ef").unwrap();
    store.miner_add(&miner("a", mac.clone())).await.unwrap();
    assert!(matches!(store.miner_add(&miner("b", mac)).await, Err(StoreError::Conflict("this device"))));
    let same_name = miner("a", Identity::Serial("x".into()));
    assert!(matches!(store.miner_add(&same_name).await, Err(StoreError::Conflict("a miner of this name"))));
    store.miner_add(&miner("c", Identity::None)).await.unwrap();
    store.miner_add(&miner("d", Identity::None)).await.unwrap();
}

async fn a_wish_replaces_the_one_for_the_same_field(house: Shared) {
    let store = house.lock().await.store();
    let id = store.miner_add(&miner("a", Identity::None)).await.unwrap();
    let wish = |want: Want, until| Override {
        miner: id,
        replaced: Some(Want::Mode(ModeId::new("standard"))),
        want,
        until,
        by: Label::new("ann"),
        since: at(5),
        command: CommandId::new(9),
        ended: false,
    };
    let pool = PoolTarget {
        host: Label::new("pool.example"),
        port: 3_333,
        user: Message::new("bc1q.worker"),
        password: None,
        tls: true,
    };
    let power = wish(Want::Power(PowerState::Off), Until::Told);
    let pool = wish(Want::Pool(pool), Until::NextBand);
    let first = wish(Want::Mode(ModeId::new("eco")), Until::At(at(77)));
    let second = Override { ended: true, replaced: None, ..wish(Want::Mode(ModeId::new("turbo")), Until::At(at(99))) };
    for one in [&power, &pool, &first, &second] {
        store.override_put(one).await.unwrap();
    }
    assert_eq!(store.override_list().await.unwrap(), [second, pool.clone(), power.clone()]);
    store.override_remove(id, Field::Mode).await.unwrap();
    assert_eq!(store.override_list().await.unwrap(), [pool, power]);
    store.miner_remove(id, false).await.unwrap();
    assert_eq!(store.override_list().await.unwrap(), []);
}

fn command(miner: i64) -> CommandRecord {
    CommandRecord {
        id: CommandId::new(0),
        miner: MinerId::new(miner),
        command: Command::SetMode { mode: ModeId::new("eco"), clear_overheat: true },
        owner: Owner::Override,
        actor: Actor { address: Some("127.0.0.1".into()), ..Actor::console() },
        state: CommandState::Planned,
        reason: Message::new("asked"),
        reply: None,
        planned_at: at(1),
        sent_at: None,
        settled_at: None,
    }
}

async fn a_command_keeps_its_course_and_a_settled_one_is_not_opened_again(house: Shared) {
    let store = house.lock().await.store();
    let mut record = command(7);
    record.id = store.command_add(&record).await.unwrap();
    assert_eq!(store.command_find(record.id).await.unwrap(), Some(record.clone()));
    store.command_sent(record.id, at(2)).await.unwrap();
    let sent = store.command_unsettled().await.unwrap();
    assert_eq!((sent.len(), sent[0].state, sent[0].sent_at), (1, CommandState::Sent, Some(at(2))));
    let (done, words) = (Message::new("seen"), Message::new("{\"ok\":true}"));
    store.command_settle(record.id, CommandState::Confirmed, &done, Some(&words), at(3)).await.unwrap();
    assert!(store.command_sent(record.id, at(4)).await.is_err());
    let end = store.command_find(record.id).await.unwrap().unwrap();
    assert_eq!((end.state, end.reply, end.settled_at), (CommandState::Confirmed, Some(words), Some(at(3))));
    assert_eq!(store.command_unsettled().await.unwrap(), []);
    assert_eq!(store.command_find(CommandId::new(404)).await.unwrap(), None);
}

async fn commands_and_events_come_newest_first_page_by_page(house: Shared) {
    let store = house.lock().await.store();
    for n in 0..5 {
        store.command_add(&command(n % 2)).await.unwrap();
        let level = if n % 2 == 0 { Level::Info } else { Level::Error };
        let miner = (n == 1).then(|| MinerId::new(1));
        store.event_add(at(n), level, "miner_offline", miner, &Message::new("gone")).await.unwrap();
    }
    let page = store.command_list(None, None, 2).await.unwrap();
    assert_eq!(page.len(), 2);
    let rest = store.command_list(None, Some(page[1].id), 9).await.unwrap();
    assert_eq!((rest.len(), rest[0].id < page[1].id), (3, true));
    assert_eq!(store.command_list(Some(MinerId::new(1)), None, 9).await.unwrap().len(), 2);
    let errors = store.event_list(Some(Level::Warning), None, None, 9).await.unwrap();
    assert_eq!(errors.iter().map(|e| e.at).collect::<Vec<_>>(), [at(3), at(1)]);
    assert_eq!(errors[1].miner, Some(MinerId::new(1)));
    assert_eq!(store.event_list(None, Some(at(3)), None, 9).await.unwrap().len(), 2);
    assert_eq!(store.event_list(None, None, Some(errors[1].id), 9).await.unwrap().len(), 1);
}

async fn of_many_claims_of_a_key_one_gets_it(house: Shared) {
    let store = house.lock().await.store();
    let claims = (0..12).map(|_| store.answer_claim("k", "ann POST /x", at(1)));
    let results = futures_util::future::join_all(claims).await;
    let won = results.iter().filter(|r| matches!(r, Ok(None))).count();
    let busy = results.iter().filter(|r| matches!(r, Ok(Some(Err(()))))).count();
    assert_eq!((won, busy), (1, 11), "{results:?}");
    let answer = KeptAnswer { status: 201, content_type: "application/json".into(), body: vec![0, 255, 7] };
    store.answer_keep("k", &answer).await.unwrap();
    assert_eq!(store.answer_claim("k", "ann POST /x", at(2)).await.unwrap(), Some(Ok(answer)));
    assert_eq!(store.answer_claim("k", "bob POST /x", at(2)).await.unwrap(), Some(Err(())));
}

async fn a_claim_is_for_one_request_and_a_day(house: Shared) {
    let store = house.lock().await.store();
    let day = 24 * 3_600_000;
    assert_eq!(store.answer_claim("k", "f", at(0)).await.unwrap(), None);
    store.answer_release("k").await.unwrap();
    assert_eq!(store.answer_claim("k", "f", at(1)).await.unwrap(), None);
    assert_eq!(store.answer_claim("k", "f", at(day)).await.unwrap(), Some(Err(())));
    assert_eq!(store.answer_claim("k", "g", at(day + 2)).await.unwrap(), None);
}

async fn a_job_is_added_once_per_due_time_and_started_by_one(house: Shared) {
    let store = house.lock().await.store();
    let id = store.job_add("prune", at(10), 3, &json!(null)).await.unwrap().unwrap();
    assert_eq!(store.job_add("prune", at(10), 3, &json!(null)).await.unwrap(), None);
    assert!(store.job_add("prune", at(11), 3, &json!(null)).await.unwrap().is_some());
    let planned = store.job_add("scan", at(12), 1, &json!({"ranges": ["10.0.0.0/24"]})).await.unwrap().unwrap();
    let queued = store.job_find(planned).await.unwrap().unwrap();
    assert_eq!((queued.state, &queued.results["ranges"][0]), (JobState::Queued, &json!("10.0.0.0/24")));
    let starts = futures_util::future::join_all((0..6).map(|n| store.job_start(id, at(n)))).await;
    assert_eq!(starts.into_iter().filter(|r| *r.as_ref().unwrap()).count(), 1);
    store.job_progress(id, 2, 4, &json!([{"miner": 1}])).await.unwrap();
    store.job_finish(id, JobState::Failed, &json!({"n": 2}), Some(&Message::new("no")), at(20)).await.unwrap();
    store.job_progress(id, 9, 9, &json!(null)).await.unwrap();
    let job = store.job_find(id).await.unwrap().unwrap();
    assert_eq!((job.state, job.done, job.total, job.results), (JobState::Failed, 2, 4, json!({"n": 2})));
    assert_eq!((job.error, job.finished_at), (Some(Message::new("no")), Some(at(20))));
    assert_eq!(store.job_list(None, 1).await.unwrap()[0].due, at(12));
    assert_eq!(store.job_prune(at(20)).await.unwrap(), 0);
    assert_eq!(store.job_prune(at(21)).await.unwrap(), 1);
}

async fn jobs_that_were_running_go_back_to_the_queue(house: Shared) {
    let store = house.lock().await.store();
    let one = store.job_add("a", at(1), 0, &json!(null)).await.unwrap().unwrap();
    let two = store.job_add("b", at(1), 0, &json!(null)).await.unwrap().unwrap();
    let three = store.job_add("c", at(1), 0, &json!(null)).await.unwrap().unwrap();
    assert!(store.job_start(one, at(2)).await.unwrap());
    store.job_finish(three, JobState::Cancelled, &json!(null), None, at(2)).await.unwrap();
    let back = store.job_recover().await.unwrap();
    assert_eq!(back.iter().map(|j| j.id).collect::<Vec<_>>(), [one, two]);
    assert!(back.iter().all(|j| j.state == JobState::Queued && j.started_at.is_none()));
    assert!(!store.job_start(three, at(3)).await.unwrap());
}

async fn settings_and_secrets_come_back_and_a_secret_is_not_in_clear(house: Shared) {
    let house = house.lock().await;
    let store = house.store();
    assert_eq!(store.setting_get("zone").await.unwrap(), None);
    store.setting_put("zone", &json!({"tz": "Europe/Berlin"})).await.unwrap();
    store.setting_put("zone", &json!(["Europe/London"])).await.unwrap();
    assert_eq!(store.setting_get("zone").await.unwrap(), Some(json!(["Europe/London"])));
    store.secret_put("mqtt.password", Some("hunter2")).await.unwrap();
    store.secret_put("telegram", Some("other")).await.unwrap();
    assert_eq!(store.secret_get("mqtt.password").await.unwrap().as_deref(), Some("hunter2"));
    let clear = "SELECT COUNT(*) FROM secret WHERE CAST(sealed AS TEXT) LIKE '%hunter2%'";
    assert_eq!(house.number(clear).await, 0);
    house.sql("UPDATE secret SET sealed = (SELECT s.sealed FROM secret s WHERE s.name = 'telegram')").await;
    assert!(matches!(store.secret_get("mqtt.password").await, Err(StoreError::Corrupt(_))));
    store.secret_put("mqtt.password", None).await.unwrap();
    assert_eq!(store.secret_get("mqtt.password").await.unwrap(), None);
}

async fn the_store_says_what_it_is(house: Shared) {
    let store = house.lock().await.store();
    store.ping().await.unwrap();
    let said = store.describe().await.unwrap();
    assert!(["SQLite", "PostgreSQL"].contains(&said.engine) && said.size_bytes > Some(0), "{said:?}");
    assert_eq!(said.schema_version, "m0011_tuning");
}
