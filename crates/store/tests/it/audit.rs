//! D6: the chain shows a changed line, a missing line and a cut tail.

use crate::for_both;
use crate::house::{House, at};
use hmm_domain::audit::{AuditEntry, AuditFilter, AuditHead, AuditVerdict};
use hmm_domain::port::AuditLog;
use hmm_domain::{Actor, AuditId};
use hmm_store::SqlStore;
use serde_json::json;
use std::sync::Arc;
use tokio::sync::Mutex;

for_both!(
    an_entry_comes_back_as_it_was,
    d6_many_at_once_make_one_chain,
    d6_a_changed_line_is_found,
    d6_a_missing_line_is_found,
    d6_a_cut_tail_shows_even_when_the_head_was_put_back_too,
    d6_a_forged_head_is_found,
    d6_a_line_after_the_head_is_found,
    d6_people_append_while_the_chain_is_walked,
    intents_without_an_outcome_are_what_was_under_way,
    the_log_is_filtered_newest_first,
);

type Shared = Arc<Mutex<House>>;

async fn fill(store: &SqlStore, lines: i64) -> AuditHead {
    for n in 0..lines {
        let entry = AuditEntry::new(at(n), &Actor::console(), "miner.save", format!("miner:{}", n % 3))
            .before(json!({"n": n, "f": 0.1}))
            .after(json!({"z": 1, "a": [null, "ü\u{0}"]}));
        store.audit_append(&entry).await.unwrap();
    }
    store.audit_head().await.unwrap()
}

async fn an_entry_comes_back_as_it_was(house: Shared) {
    let store = house.lock().await.store();
    let entry = AuditEntry::new(at(7), &Actor::safety(), "command.send", "miner:3")
        .before(json!(null))
        .after(json!({"b": 1, "a": 2}))
        .outcome(Some(AuditId::new(1)), "confirmed");
    let id = store.audit_append(&entry).await.unwrap();
    let rows = store.audit_list(&AuditFilter { limit: 10, ..Default::default() }).await.unwrap();
    assert_eq!((rows[0].id, &rows[0].entry), (id, &entry));
    assert_eq!(rows[0].hash, store.audit_head().await.unwrap().hash);
}

async fn d6_many_at_once_make_one_chain(house: Shared) {
    let mut house = house.lock().await;
    let store = house.store();
    let entry = AuditEntry::new(at(1), &Actor::system(), "x", "system");
    let ids = futures_util::future::join_all((0..30).map(|_| store.audit_append(&entry))).await;
    let mut ids: Vec<i64> = ids.into_iter().map(|id| id.unwrap().get()).collect();
    ids.sort_unstable();
    assert_eq!(ids, (1..=30).collect::<Vec<_>>());
    let head = store.audit_head().await.unwrap();
    assert_eq!(store.audit_verify().await.unwrap(), AuditVerdict::Whole(head.clone()));
    house.again().await.unwrap();
    let store = house.store();
    assert_eq!(fill(&store, 1).await.count, 31);
    assert!(matches!(store.audit_verify().await.unwrap(), AuditVerdict::Whole(_)));
}

async fn d6_a_changed_line_is_found(house: Shared) {
    let house = house.lock().await;
    let store = house.store();
    fill(&store, 5).await;
    for change in ["entity = 'miner:9'", "after_value = '{}'", "at = 77", "outcome = 'confirmed'", "settles = 1"] {
        let table = "audit";
        house.sql(&format!("CREATE TABLE kept AS SELECT * FROM {table}")).await;
        house.sql(&format!("UPDATE {table} SET {change} WHERE id = 3")).await;
        let verdict = store.audit_verify().await.unwrap();
        assert!(matches!(verdict, AuditVerdict::Broken { at, .. } if at == AuditId::new(3)), "{change}: {verdict:?}");
        house.sql(&format!("DELETE FROM {table}")).await;
        house.sql(&format!("INSERT INTO {table} SELECT * FROM kept")).await;
        house.sql("DROP TABLE kept").await;
        assert!(matches!(store.audit_verify().await.unwrap(), AuditVerdict::Whole(_)));
    }
}

async fn d6_a_missing_line_is_found(house: Shared) {
    let house = house.lock().await;
    let store = house.store();
    fill(&store, 5).await;
    house.sql("DELETE FROM audit WHERE id = 2").await;
    let verdict = store.audit_verify().await.unwrap();
    assert!(matches!(verdict, AuditVerdict::Broken { at, .. } if at == AuditId::new(2)), "{verdict:?}");
}

async fn d6_a_cut_tail_shows_even_when_the_head_was_put_back_too(house: Shared) {
    let house = house.lock().await;
    let store = house.store();
    let early = fill(&store, 3).await;
    house.sql("CREATE TABLE old_head AS SELECT * FROM audit_head").await;
    let late = fill(&store, 2).await;
    house.sql("DELETE FROM audit WHERE id > 3").await;
    let cut = AuditVerdict::TailMissing { expected: late.clone(), found: early.clone() };
    assert_eq!(store.audit_verify().await.unwrap(), cut);
    house.sql("DELETE FROM audit_head").await;
    house.sql("INSERT INTO audit_head SELECT * FROM old_head").await;
    assert_eq!(store.audit_head().await.unwrap(), early);
    assert_eq!(store.audit_verify().await.unwrap(), cut);
}

async fn d6_a_forged_head_is_found(house: Shared) {
    let house = house.lock().await;
    let store = house.store();
    fill(&store, 3).await;
    house.sql("UPDATE audit_head SET count = 2, hash = (SELECT hash FROM audit WHERE id = 2)").await;
    assert!(matches!(store.audit_verify().await.unwrap(), AuditVerdict::Broken { .. }));
}

async fn d6_a_line_after_the_head_is_found(house: Shared) {
    let house = house.lock().await;
    let store = house.store();
    fill(&store, 3).await;
    house.sql("CREATE TABLE kept AS SELECT * FROM audit WHERE id = 3").await;
    house.sql("UPDATE kept SET id = 4").await;
    house.sql("INSERT INTO audit SELECT * FROM kept").await;
    let verdict = store.audit_verify().await.unwrap();
    assert!(matches!(verdict, AuditVerdict::Broken { at, .. } if at == AuditId::new(4)), "{verdict:?}");
}

async fn d6_people_append_while_the_chain_is_walked(house: Shared) {
    let store = house.lock().await.store();
    fill(&store, 5).await;
    let verify = async {
        for _ in 0..10 {
            let verdict = store.audit_verify().await.unwrap();
            assert!(matches!(verdict, AuditVerdict::Whole(_)), "{verdict:?}");
        }
    };
    tokio::join!(verify, fill(&store, 40));
    assert_eq!(store.audit_verify().await.unwrap(), AuditVerdict::Whole(store.audit_head().await.unwrap()));
}

async fn intents_without_an_outcome_are_what_was_under_way(house: Shared) {
    let store = house.lock().await.store();
    let intent = |entity: &str| AuditEntry::new(at(1), &Actor::system(), "command.send", entity);
    let one = store.audit_append(&intent("miner:1")).await.unwrap();
    let two = store.audit_append(&intent("miner:2")).await.unwrap();
    store.audit_append(&AuditEntry::new(at(1), &Actor::system(), "other", "system")).await.unwrap();
    let end = intent("miner:1").outcome(Some(one), "confirmed");
    store.audit_append(&end).await.unwrap();
    let open = store.audit_open("command.send").await.unwrap();
    assert_eq!(open.iter().map(|row| row.id).collect::<Vec<_>>(), [two]);
}

async fn the_log_is_filtered_newest_first(house: Shared) {
    let store = house.lock().await.store();
    fill(&store, 9).await;
    store.audit_append(&AuditEntry::new(at(50), &Actor::safety(), "command.send", "miner:1")).await.unwrap();
    let ask = |filter: AuditFilter| {
        let store = store.clone();
        async move {
            let rows = store.audit_list(&AuditFilter { limit: 50, ..filter }).await.unwrap();
            rows.into_iter().map(|row| row.id.get()).collect::<Vec<_>>()
        }
    };
    let none = AuditFilter::default;
    assert_eq!(ask(AuditFilter { entity: Some("miner:1".into()), ..none() }).await, [10, 8, 5, 2]);
    assert_eq!(ask(AuditFilter { actor: Some("heat protection".into()), ..none() }).await, [10]);
    assert_eq!(ask(AuditFilter { action: Some("command.send".into()), ..none() }).await, [10]);
    assert_eq!(ask(AuditFilter { from: Some(at(3)), to: Some(at(6)), ..none() }).await, [6, 5, 4]);
    assert_eq!(ask(AuditFilter { after_id: Some(AuditId::new(3)), ..none() }).await, [2, 1]);
    let page = store.audit_list(&AuditFilter { limit: 2, ..none() }).await.unwrap();
    assert_eq!(page.len(), 2);
}
