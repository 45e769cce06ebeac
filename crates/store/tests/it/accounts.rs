//! People, sessions, tokens: the last admin stays, a step and a code count once.

use crate::for_both;
use crate::house::{House, at};
use hmm_domain::account::{Role, Scope, Session, Token, User};
use hmm_domain::port::{Accounts, Idempotency, StoreError};
use hmm_domain::{Label, SessionId, TokenId, UserId};
use std::sync::Arc;
use tokio::sync::Mutex;

for_both!(
    a_user_comes_back_as_saved,
    s2_a_change_writes_its_own_column_only,
    s2_a_session_begins_only_with_the_password_that_was_checked,
    s2_no_session_outlives_a_change_of_password,
    s1_the_last_admin_can_be_neither_removed_nor_made_less,
    s1_of_two_admins_that_leave_at_once_one_stays,
    s2_a_totp_step_counts_once_however_many_ask_and_a_change_does_not_free_it,
    s2_a_recovery_code_counts_once,
    sessions_and_tokens_end_with_their_user,
    what_has_expired_is_cleaned,
);

type Shared = Arc<Mutex<House>>;

const HASH: &str = "$argon2id$x";

fn user(name: &str, role: Role) -> User {
    User {
        id: UserId::new(0),
        name: Label::new(name),
        role,
        password_hash: HASH.into(),
        totp_enabled: false,
        totp_last_step: None,
        created_at: at(5),
    }
}

fn session(user: UserId, hash: &str, ends: i64) -> Session {
    Session {
        id: SessionId::new(0),
        user,
        hash: hash.into(),
        created_at: at(1),
        last_seen_at: at(2),
        expires_at: at(ends),
        address: Some("::1".into()),
    }
}

fn token(creator: Option<UserId>, hash: &str, ends: Option<i64>) -> Token {
    Token {
        id: TokenId::new(0),
        name: Label::new("grafana"),
        hash: hash.into(),
        scopes: vec![Scope::Read, Scope::Metrics],
        role: Role::Viewer,
        creator,
        created_at: at(1),
        expires_at: ends.map(at),
        last_used_at: None,
        uses: 0,
    }
}

async fn a_user_comes_back_as_saved(house: Shared) {
    let store = house.lock().await.store();
    let mut ann = user("ann", Role::Admin);
    ann.id = store.user_add(&ann).await.unwrap();
    assert_eq!(store.user_find(ann.id).await.unwrap(), Some(ann.clone()));
    assert!(matches!(
        store.user_add(&user("ann", Role::Viewer)).await,
        Err(StoreError::Conflict("a user of this name"))
    ));
    ann.totp_enabled = true;
    ann.password_hash = "$argon2id$y".into();
    store.user_totp_set(ann.id, true).await.unwrap();
    assert!(store.user_password_set(ann.id, "$argon2id$y", None).await.unwrap());
    assert_eq!(store.user_by_name("ann").await.unwrap(), Some(ann.clone()));
    assert_eq!(store.user_by_name("Ann").await.unwrap(), None);
    assert_eq!(store.user_list().await.unwrap(), [ann]);
}

async fn s2_a_change_writes_its_own_column_only(house: Shared) {
    let store = house.lock().await.store();
    store.user_add(&user("root", Role::Admin)).await.unwrap();
    let ann = store.user_add(&user("ann", Role::Admin)).await.unwrap();
    // Somebody reads ann, and is slow; meanwhile she is demoted and her password reset.
    let read = store.user_find(ann).await.unwrap().unwrap();
    store.user_role_set(ann, Role::Viewer).await.unwrap();
    assert!(store.user_password_set(ann, "reset", None).await.unwrap());
    assert!(!store.user_password_set(ann, "too late", Some(&read.password_hash)).await.unwrap());
    store.user_totp_set(ann, true).await.unwrap();
    let now = store.user_find(ann).await.unwrap().unwrap();
    assert_eq!((now.role, now.password_hash.as_str(), now.totp_enabled), (Role::Viewer, "reset", true));
    assert!(store.user_password_set(ann, "own", Some("reset")).await.unwrap());
    assert_eq!(store.user_find(ann).await.unwrap().unwrap().role, Role::Viewer);
    let nobody = UserId::new(404);
    assert!(!store.user_password_set(nobody, "x", None).await.unwrap());
    assert!(store.user_role_set(nobody, Role::Admin).await.is_err());
    assert!(store.user_totp_set(nobody, true).await.is_err());
}

async fn s2_a_session_begins_only_with_the_password_that_was_checked(house: Shared) {
    let store = house.lock().await.store();
    let ann = store.user_add(&user("ann", Role::Admin)).await.unwrap();
    store.user_password_set(ann, "fresh", None).await.unwrap();
    assert_eq!(store.session_add(&session(ann, "s1", 100), HASH).await.unwrap(), None);
    assert_eq!(store.session_by_hash("s1").await.unwrap(), None);
    assert!(store.session_add(&session(ann, "s1", 100), "fresh").await.unwrap().is_some());
    assert_eq!(store.session_add(&session(UserId::new(404), "s2", 100), "fresh").await.unwrap(), None);
}

async fn s2_no_session_outlives_a_change_of_password(house: Shared) {
    let store = house.lock().await.store();
    let ann = store.user_add(&user("ann", Role::Admin)).await.unwrap();
    for round in 0..20 {
        let (old, fresh, hash) = (format!("p{round}"), format!("p{}", round + 1), format!("s{round}"));
        store.user_password_set(ann, &old, None).await.unwrap();
        let begins = session(ann, &hash, 100);
        let change = async {
            store.user_password_set(ann, &fresh, None).await.unwrap();
            store.sessions_end(Some(ann)).await.unwrap();
        };
        let (begun, ()) = tokio::join!(store.session_add(&begins, &old), change);
        begun.unwrap();
        assert_eq!(store.session_by_hash(&hash).await.unwrap(), None);
    }
}

async fn s1_the_last_admin_can_be_neither_removed_nor_made_less(house: Shared) {
    let store = house.lock().await.store();
    let mut ann = user("ann", Role::Admin);
    ann.id = store.user_add(&ann).await.unwrap();
    let bob = store.user_add(&user("bob", Role::Operator)).await.unwrap();
    let last = |r: Result<(), StoreError>| matches!(r, Err(StoreError::Conflict("the last admin")));
    assert!(last(store.user_remove(ann.id).await));
    assert!(last(store.user_role_set(ann.id, Role::Operator).await));
    assert_eq!(store.user_find(ann.id).await.unwrap().unwrap().role, Role::Admin);
    store.user_remove(bob).await.unwrap();
    store.user_add(&user("eve", Role::Admin)).await.unwrap();
    store.user_role_set(ann.id, Role::Operator).await.unwrap();
    store.user_remove(ann.id).await.unwrap();
    store.user_remove(UserId::new(404)).await.unwrap();
}

async fn s1_of_two_admins_that_leave_at_once_one_stays(house: Shared) {
    let store = house.lock().await.store();
    let mut stayed = store.user_add(&user("first", Role::Admin)).await.unwrap();
    for round in 0..8 {
        let other = store.user_add(&user(&format!("admin {round}"), Role::Admin)).await.unwrap();
        let (x, y) = tokio::join!(store.user_remove(stayed), store.user_remove(other));
        assert_eq!(u8::from(x.is_ok()) + u8::from(y.is_ok()), 1, "{x:?} {y:?}");
        stayed = if x.is_ok() { other } else { stayed };
        assert_eq!(store.user_list().await.unwrap().iter().map(|u| u.id).collect::<Vec<_>>(), [stayed]);
    }
}

async fn s2_a_totp_step_counts_once_however_many_ask_and_a_change_does_not_free_it(house: Shared) {
    let store = house.lock().await.store();
    let before = User { id: store.user_add(&user("ann", Role::Admin)).await.unwrap(), ..user("ann", Role::Admin) };
    let uses = futures_util::future::join_all((0..10).map(|_| store.totp_step_use(before.id, 100))).await;
    assert_eq!(uses.into_iter().filter(|r| *r.as_ref().unwrap()).count(), 1);
    assert!(!store.totp_step_use(before.id, 99).await.unwrap());
    store.user_totp_set(before.id, true).await.unwrap();
    store.user_totp_set(before.id, false).await.unwrap();
    assert!(store.user_password_set(before.id, "$argon2id$y", None).await.unwrap());
    assert!(!store.totp_step_use(before.id, 100).await.unwrap());
    assert!(store.totp_step_use(before.id, 101).await.unwrap());
}

async fn s2_a_recovery_code_counts_once(house: Shared) {
    let store = house.lock().await.store();
    let id = store.user_add(&user("ann", Role::Admin)).await.unwrap();
    store.recovery_put(id, &["old".into()]).await.unwrap();
    store.recovery_put(id, &["a".into(), "b".into()]).await.unwrap();
    assert!(!store.recovery_use(id, "old").await.unwrap());
    let uses = futures_util::future::join_all((0..6).map(|_| store.recovery_use(id, "a"))).await;
    assert_eq!(uses.into_iter().filter(|r| *r.as_ref().unwrap()).count(), 1);
    assert!(store.recovery_use(id, "b").await.unwrap());
    store.recovery_put(id, &[]).await.unwrap();
}

async fn sessions_and_tokens_end_with_their_user(house: Shared) {
    let store = house.lock().await.store();
    store.user_add(&user("root", Role::Admin)).await.unwrap();
    let ann = store.user_add(&user("ann", Role::Admin)).await.unwrap();
    let mut open = session(ann, "s1", 100);
    open.id = store.session_add(&open, HASH).await.unwrap().unwrap();
    assert_eq!(store.session_by_hash("s1").await.unwrap(), Some(open.clone()));
    store.session_seen(open.id, at(50)).await.unwrap();
    assert_eq!(store.session_by_hash("s1").await.unwrap().unwrap().last_seen_at, at(50));
    let mut issued = token(Some(ann), "t1", None);
    issued.id = store.token_add(&issued).await.unwrap();
    store.token_add(&token(None, "t2", None)).await.unwrap();
    assert_eq!(store.token_by_hash("t1").await.unwrap(), Some(issued.clone()));
    store.token_used(issued.id, at(9), 12).await.unwrap();
    let used = store.token_by_hash("t1").await.unwrap().unwrap();
    assert_eq!((used.uses, used.last_used_at), (12, Some(at(9))));
    store.user_remove(ann).await.unwrap();
    assert_eq!(store.session_by_hash("s1").await.unwrap(), None);
    assert_eq!(store.token_list().await.unwrap().len(), 1);
    assert!(!store.token_remove(issued.id).await.unwrap());
}

async fn what_has_expired_is_cleaned(house: Shared) {
    let store = house.lock().await.store();
    let ann = store.user_add(&user("ann", Role::Admin)).await.unwrap();
    let day = 24 * 3_600_000;
    store.session_add(&session(ann, "s1", day), HASH).await.unwrap().unwrap();
    let keep = store.session_add(&session(ann, "s2", 3 * day), HASH).await.unwrap().unwrap();
    store.token_add(&token(Some(ann), "t1", Some(day))).await.unwrap();
    store.token_add(&token(Some(ann), "t2", None)).await.unwrap();
    store.answer_claim("k", "f", at(0)).await.unwrap();
    assert_eq!(store.access_clean(at(2 * day)).await.unwrap(), 3);
    assert_eq!(store.session_by_hash("s2").await.unwrap().unwrap().id, keep);
    store.session_remove(keep).await.unwrap();
    store.session_add(&session(ann, "s3", day), HASH).await.unwrap().unwrap();
    assert_eq!(store.sessions_end(Some(UserId::new(404))).await.unwrap(), 0);
    assert_eq!(store.sessions_end(None).await.unwrap(), 1);
    assert_eq!(store.tokens_end(ann).await.unwrap(), 1);
}
