//! S1 to S3: the first administrator, sessions, second factor, tokens.

use super::desk::{Answer, Desk, HOST, PASSWORD, problem};
use hmm_domain::{Role, Timestamp};
use hmm_server::auth::totp;
use serde_json::{Value, json};
use std::os::unix::fs::PermissionsExt;

async fn set_up(desk: &Desk, code: &str) -> Answer {
    let body = json!({ "code": code, "name": "ada", "password": PASSWORD });
    desk.post("/api/auth/setup").json(&body).send().await
}

async fn login(desk: &Desk, name: &str, password: &str, totp: Option<&str>) -> Answer {
    let body = json!({ "name": name, "password": password, "totp": totp });
    desk.post("/api/auth/login").json(&body).send().await
}

/// The cookie of an answer, as it is sent back.
fn cookie(answer: &Answer) -> String {
    answer.header("set-cookie").split(';').next().unwrap().to_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn s1_the_first_administrator_needs_the_code_and_afterwards_there_is_nothing() {
    let desk = Desk::new().await;
    let file = desk.dir.path().join("setup-code");
    assert_eq!(std::fs::metadata(&file).unwrap().permissions().mode() & 0o777, 0o600);
    assert_eq!(std::fs::read_to_string(&file).unwrap().trim(), desk.setup_code);
    let letters = desk.setup_code.chars().filter(|c| *c != '-').count();
    assert!(letters * 5 >= 60, "{letters} letters of five bits");

    let status = desk.get("/api/auth/setup").send().await;
    assert_eq!((status.status.as_u16(), status.json()), (200, json!({ "needed": true, "restored": false })));
    let weak = json!({ "code": desk.setup_code, "name": "ada", "password": "short" });
    assert_eq!(desk.post("/api/auth/setup").json(&weak).send().await.is(), problem(422, "invalid"));
    for _ in 0..5 {
        assert_eq!(set_up(&desk, "0000-0000-0000-0000").await.is(), problem(403, "setup-code-wrong"));
    }
    let sixth = set_up(&desk, &desk.setup_code).await;
    assert_eq!(sixth.is(), problem(429, "too-many-attempts"), "even the right code waits");
    assert_eq!(sixth.header("retry-after"), "600");
    desk.seconds(599).await;
    assert_eq!(set_up(&desk, &desk.setup_code).await.status, 429);
    desk.seconds(1).await;
    let done = set_up(&desk, &desk.setup_code.to_uppercase().replace('-', " ")).await;
    assert_eq!(done.status, 201, "{}", done.text());
    assert_eq!(done.json()["user"]["role"], "admin");
    assert!(!file.exists());
    assert_eq!(desk.get("/api/users").cookie(&cookie(&done)).send().await.status, 200);

    assert_eq!(desk.get("/api/auth/setup").send().await.is(), problem(404, "not-found"));
    assert_eq!(set_up(&desk, &desk.setup_code).await.is(), problem(404, "not-found"));
    let senseless = desk.post("/api/auth/setup").json(&json!(1)).send().await;
    assert_eq!(senseless.is(), problem(404, "not-found"));
}

#[tokio::test(flavor = "multi_thread")]
async fn s1_two_at_once_cannot_both_be_the_first() {
    let desk = Desk::new().await;
    let one = json!({ "code": desk.setup_code, "name": "ada", "password": PASSWORD });
    let two = json!({ "code": desk.setup_code, "name": "eve", "password": PASSWORD });
    let (one, two) =
        tokio::join!(desk.post("/api/auth/setup").json(&one).send(), desk.post("/api/auth/setup").json(&two).send());
    let mut statuses = [one.status.as_u16(), two.status.as_u16()];
    statuses.sort_unstable();
    assert_eq!(statuses, [201, 404]);
}

#[tokio::test(flavor = "multi_thread")]
async fn s1_the_last_administrator_stays() {
    let desk = Desk::new().await;
    let ada = desk.person("ada", Role::Admin).await;
    let me = desk.get("/api/auth/me").cookie(&ada).send().await.json();
    let path = format!("/api/users/{}", me["id"]);
    assert_eq!(desk.ask("DELETE", &path).cookie(&ada).send().await.is(), problem(409, "last-admin"));
    let demote = desk.ask("PATCH", &path).cookie(&ada).json(&json!({ "role": "viewer" })).send().await;
    assert_eq!(demote.is(), problem(409, "last-admin"));
    desk.person("bob", Role::Admin).await;
    assert_eq!(desk.ask("DELETE", &path).cookie(&ada).send().await.status, 204);
    assert_eq!(desk.get("/api/auth/me").cookie(&ada).send().await.is(), problem(401, "sign-in-required"));
}

#[tokio::test(flavor = "multi_thread")]
async fn s2_the_cookie_is_random_hidden_strict_and_stored_as_a_hash() {
    let desk = Desk::new().await;
    desk.person("ada", Role::Admin).await;
    let first = login(&desk, "ada", PASSWORD, None).await;
    assert_eq!(first.status, 200);
    let set = first.header("set-cookie");
    for part in ["hmm_session=", "; HttpOnly", "; SameSite=Strict", "; Path=/;"] {
        assert!(set.contains(part), "{part} in {set}");
    }
    assert!(!set.contains("Secure"), "there is no TLS here: {set}");
    let value = cookie(&first);
    let secret = value.strip_prefix("hmm_session=").unwrap().to_owned();
    assert_eq!(secret.len(), 43, "256 bits");
    // A session is made anew whatever the browser had before.
    let again = desk.post("/api/auth/login").cookie(&value).json(&json!({ "name": "ada", "password": PASSWORD }));
    assert_ne!(cookie(&again.send().await), value);
    // WAL and all: no file of the database holds it.
    for file in std::fs::read_dir(desk.dir.path()).unwrap() {
        let bytes = std::fs::read(file.unwrap().path()).unwrap_or_default();
        assert!(!bytes.windows(secret.len()).any(|window| window == secret.as_bytes()));
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s2_under_tls_the_cookie_is_bound_to_the_host() {
    let trusting = |config: &mut hmm_server::config::Config| {
        config.security.trusted_proxies = vec!["192.168.1.50/32".parse().unwrap()];
    };
    let desk = Desk::with(vec![], trusting).await;
    desk.person("ada", Role::Admin).await;
    let body = json!({ "name": "ada", "password": PASSWORD });
    let ask = desk.post("/api/auth/login").json(&body).header("x-forwarded-proto", "https");
    let set = ask.clone().send().await;
    let set = set.header("set-cookie").to_owned();
    assert!(set.starts_with("__Host-hmm_session=") && set.contains("; Secure") && set.contains("; Path=/;"), "{set}");
    let value = set.split(';').next().unwrap();
    let me = desk.get("/api/auth/me").header("cookie", value).send().await;
    assert_eq!(me.status, 200);
    // Somebody who is no proxy cannot say so.
    let other = ask.from("192.168.1.77").send().await;
    assert!(other.header("set-cookie").starts_with("hmm_session="), "{}", other.header("set-cookie"));
}

#[tokio::test(flavor = "multi_thread")]
async fn s2_under_tls_only_the_bound_cookie_counts() {
    let desk = Desk::new().await;
    let plain = desk.person("ada", Role::Admin).await;
    let bound = format!("__Host-{plain}");
    for (cookie, secure, known) in [(&plain, false, true), (&plain, true, false), (&bound, true, true)] {
        let headers = http::HeaderMap::from_iter([(http::header::COOKIE, cookie.parse().unwrap())]);
        let found = desk.house.gatekeeper.recognise(&headers, secure).await.unwrap();
        assert_eq!(found.is_some(), known, "{cookie} {secure}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s2_sessions_end_when_idle_and_in_any_case() {
    let short = |config: &mut hmm_server::config::Config| {
        config.security.session_idle = std::time::Duration::from_hours(1);
        config.security.session_max = std::time::Duration::from_secs(10_000);
    };
    let desk = Desk::with(vec![], short).await;
    let idle = desk.person("ida", Role::Viewer).await;
    let busy = desk.person("bea", Role::Viewer).await;
    let me = |cookie: &str| desk.get("/api/auth/me").cookie(cookie).send();
    for _ in 0..5 {
        desk.seconds(1_900).await;
        assert_eq!(me(&busy).await.status, 200);
    }
    assert_eq!(me(&idle).await.status, 401, "idle for longer than an hour");
    desk.seconds(600).await;
    assert_eq!(me(&busy).await.status, 401, "over in any case");
}

#[tokio::test(flavor = "multi_thread")]
async fn s2_guessing_slows_down_then_locks_out_and_nobody_else() {
    let desk = Desk::new().await;
    let signed_in = desk.person("ada", Role::Admin).await;
    desk.person("bob", Role::Viewer).await;
    for name in ["ada", "nobody at all"] {
        for _ in 0..3 {
            assert_eq!(
                login(&desk, name, "wrong password", None).await.is(),
                problem(401, "wrong-credentials"),
                "{name}"
            );
        }
        let fourth = login(&desk, name, PASSWORD, None).await;
        assert_eq!(fourth.is(), problem(429, "too-many-attempts"), "{name}: the right password waits too");
        assert_eq!(fourth.header("retry-after"), "1");
    }
    assert_eq!(login(&desk, "bob", PASSWORD, None).await.status, 200, "others are unaffected");
    assert_eq!(desk.get("/api/auth/me").cookie(&signed_in).send().await.status, 200, "who is in stays in");
    let mut waits = vec![];
    for _ in 0..7 {
        let refused = login(&desk, "ada", "wrong password", None).await;
        let wait: u64 = refused.header("retry-after").parse().unwrap();
        waits.push(wait);
        desk.seconds(wait).await;
        assert_eq!(login(&desk, "ada", "wrong password", None).await.status, 401);
    }
    assert_eq!(waits, [1, 2, 4, 8, 16, 32, 64]);
    assert_eq!(login(&desk, "ada", PASSWORD, None).await.header("retry-after"), "900");
    desk.seconds(900).await;
    assert_eq!(login(&desk, "ada", PASSWORD, None).await.status, 200);
    assert_eq!(login(&desk, "ada", "wrong password", None).await.status, 401, "and counting begins afresh");
}

/// Switches a second factor on; returns its secret and the recovery codes.
async fn enrol(desk: &Desk, cookie: &str) -> (String, Vec<String>) {
    let body = json!({ "password": PASSWORD });
    let begun = desk.post("/api/auth/totp/enrol").cookie(cookie).json(&body).send().await;
    assert_eq!(begun.status, 200, "{}", begun.text());
    let secret = begun.json()["secret"].as_str().unwrap().to_owned();
    assert!(begun.json()["uri"].as_str().unwrap().starts_with("otpauth://totp/"));
    let (qr, size) = (&begun.json()["qr"], begun.json()["qr"].as_array().unwrap().len());
    let corner = |row: usize| qr[row].as_str().unwrap()[..8].to_owned();
    assert_eq!([corner(0), corner(1), corner(6)], ["11111110", "10000010", "11111110"], "the eye of a QR code");
    assert!(size % 4 == 1 && (0..size).all(|row| qr[row].as_str().unwrap().len() == size), "{size}");
    let wrong = desk.post("/api/auth/totp/confirm").cookie(cookie).json(&json!({ "code": "000000" })).send().await;
    assert_eq!(wrong.is(), problem(401, "wrong-credentials"));
    let code = code(desk, &secret);
    let done = desk.post("/api/auth/totp/confirm").cookie(cookie).json(&json!({ "code": code })).send().await;
    assert_eq!(done.status, 200, "{}", done.text());
    let codes = done.json()["recovery_codes"].as_array().unwrap().iter().map(|c| c.as_str().unwrap().into()).collect();
    (secret, codes)
}

fn code(desk: &Desk, secret: &str) -> String {
    totp::code_at(secret, hmm_domain::port::Clock::now(&desk.clock)).unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn s2_a_totp_step_counts_once_and_so_does_each_of_ten_recovery_codes() {
    let desk = Desk::new().await;
    let ada = desk.person("ada", Role::Admin).await;
    let (secret, codes) = enrol(&desk, &ada).await;
    assert_eq!(codes.len(), 10);
    assert_eq!(login(&desk, "ada", PASSWORD, None).await.is(), problem(401, "totp-required"));
    let used = code(&desk, &secret);
    assert_eq!(login(&desk, "ada", PASSWORD, Some(&used)).await.status, 401, "its step was used to confirm");
    desk.seconds(30).await;
    let fresh = code(&desk, &secret);
    assert_eq!(login(&desk, "ada", PASSWORD, Some(&fresh)).await.status, 200);
    assert_eq!(login(&desk, "ada", PASSWORD, Some(&fresh)).await.is(), problem(401, "wrong-credentials"));
    assert_eq!(login(&desk, "ada", PASSWORD, Some(&codes[0].to_uppercase())).await.status, 200);
    assert_eq!(login(&desk, "ada", PASSWORD, Some(&codes[0])).await.status, 401);
    assert_eq!(login(&desk, "ada", PASSWORD, Some(&codes[1])).await.status, 200);
    let off = json!({ "password": PASSWORD, "totp": codes[2] });
    assert_eq!(desk.post("/api/auth/totp/disable").cookie(&ada).json(&off).send().await.status, 204);
    assert_eq!(login(&desk, "ada", PASSWORD, None).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn s2_wrong_codes_and_wrong_passwords_count_together() {
    let desk = Desk::new().await;
    let ada = desk.person("ada", Role::Admin).await;
    let (secret, _) = enrol(&desk, &ada).await;
    desk.seconds(60).await;
    // The code that was wrong at enrolment has been forgiven by the right one.
    assert_eq!(login(&desk, "ada", "wrong password", None).await.status, 401);
    assert_eq!(login(&desk, "ada", PASSWORD, Some("123456")).await.status, 401);
    assert_eq!(login(&desk, "ada", PASSWORD, None).await.is(), problem(401, "totp-required"));
    assert_eq!(login(&desk, "ada", PASSWORD, Some("123456")).await.status, 401);
    let fresh = code(&desk, &secret);
    assert_eq!(login(&desk, "ada", PASSWORD, Some(&fresh)).await.is(), problem(429, "too-many-attempts"));
}

#[tokio::test(flavor = "multi_thread")]
async fn s2_a_change_of_role_or_password_ends_sessions_and_tokens_at_once() {
    let desk = Desk::new().await;
    let ada = desk.person("ada", Role::Admin).await;
    for change in [json!({ "role": "viewer" }), json!({ "password": "another long password" })] {
        desk.person("bob", Role::Admin).await;
        let bob = desk.session("bob").await;
        let made = desk.post("/api/tokens").cookie(&bob).json(&json!({ "name": "t", "scopes": ["read"] })).send().await;
        assert_eq!(made.status, 201, "{}", made.text());
        let token = made.json()["token"].as_str().unwrap().to_owned();
        let id = desk.get("/api/auth/me").cookie(&bob).send().await.json()["id"].as_i64().unwrap();
        assert_eq!(desk.get("/api/miners").token(&token).send().await.status, 200);
        let path = format!("/api/users/{id}");
        assert_eq!(desk.ask("PATCH", &path).cookie(&ada).json(&change).send().await.status, 200);
        assert_eq!(desk.get("/api/miners").cookie(&bob).send().await.status, 401, "{change}");
        assert_eq!(desk.get("/api/miners").token(&token).send().await.status, 401, "{change}");
        assert_eq!(desk.ask("DELETE", &path).cookie(&ada).send().await.status, 204);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn s2_nobody_goes_around_proving_oneself_and_a_bad_password_changes_nothing() {
    let desk = Desk::new().await;
    let ada = desk.person("ada", Role::Admin).await;
    let bob = desk.person("bob", Role::Viewer).await;
    let id = async |cookie: &str| desk.get("/api/auth/me").cookie(cookie).send().await.json()["id"].clone();
    let own = format!("/api/users/{}", id(&ada).await);
    for change in [json!({ "password": "another long password" }), json!({ "totp_enabled": false })] {
        let answer = desk.ask("PATCH", &own).cookie(&ada).json(&change).send().await;
        assert_eq!(answer.is(), problem(403, "forbidden"), "{change}");
        assert!(answer.text().contains("/api/auth/"), "{}", answer.text());
    }
    assert_eq!(login(&desk, "ada", PASSWORD, None).await.status, 200);
    let change = json!({ "role": "admin", "password": "short" });
    let path = format!("/api/users/{}", id(&bob).await);
    assert_eq!(desk.ask("PATCH", &path).cookie(&ada).json(&change).send().await.is(), problem(422, "invalid"));
    let people = desk.get("/api/users").cookie(&ada).send().await.text();
    assert!(people.contains("\"viewer\""), "{people}");
}

#[tokio::test(flavor = "multi_thread")]
async fn s2_one_changes_ones_own_password_with_the_present_one() {
    let desk = Desk::new().await;
    let ada = desk.person("ada", Role::Viewer).await;
    let change = |current: &str, fresh: &str| {
        let body = json!({ "current": current, "password": fresh });
        desk.post("/api/auth/password").cookie(&ada).json(&body).send()
    };
    assert_eq!(change("not the password", "another long password").await.is(), problem(401, "wrong-credentials"));
    assert_eq!(change(PASSWORD, "short").await.is(), problem(422, "invalid"));
    assert_eq!(change(PASSWORD, "another long password").await.status, 204);
    assert_eq!(desk.get("/api/auth/me").cookie(&ada).send().await.status, 401);
    assert_eq!(login(&desk, "ada", PASSWORD, None).await.status, 401);
    assert_eq!(login(&desk, "ada", "another long password", None).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn s2_a_slow_change_of_password_undoes_no_demotion_and_no_reset() {
    let desk = Desk::new().await;
    desk.person("ada", Role::Admin).await;
    desk.person("bob", Role::Admin).await;
    let (store, gatekeeper, tasks) = (&desk.house.store, &desk.house.gatekeeper, desk.house.engine.tasks());
    // What POST /api/auth/password holds while the new password is hashed.
    let read = store.user_by_name("bob").await.unwrap().unwrap();
    store.user_role_set(read.id, Role::Viewer).await.unwrap();
    gatekeeper.password_change_own(tasks, &read, "another long password").await.unwrap();
    assert_eq!(store.user_find(read.id).await.unwrap().unwrap().role, Role::Viewer);

    let read = store.user_find(read.id).await.unwrap().unwrap();
    hmm_server::auth::console::password_reset(&**store, &desk.clock, "bob", Some("reset at the console"))
        .await
        .unwrap();
    let late = gatekeeper.password_change_own(tasks, &read, "a password too late").await;
    assert!(matches!(late, Err(hmm_server::auth::AuthError::Wrong)), "{late:?}");
    assert_eq!(login(&desk, "bob", "reset at the console", None).await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_a_token_is_never_more_than_its_maker_is_now() {
    let desk = Desk::new().await;
    desk.person("ada", Role::Admin).await;
    let bob = desk.person("bob", Role::Admin).await;
    let body = json!({ "name": "t", "scopes": ["read", "admin"] });
    let made = desk.post("/api/tokens").cookie(&bob).json(&body).send().await;
    let token = made.json()["token"].as_str().unwrap().to_owned();
    assert_eq!(desk.get("/api/users").token(&token).send().await.status, 200);
    // Behind the gatekeeper's back, as if the token had been made while its maker was demoted.
    let bob = desk.house.store.user_by_name("bob").await.unwrap().unwrap().id;
    desk.house.store.user_role_set(bob, Role::Viewer).await.unwrap();
    desk.house.gatekeeper.access_changed();
    assert_eq!(desk.get("/api/users").token(&token).send().await.is(), problem(403, "forbidden"));
    assert_eq!(desk.get("/api/miners").token(&token).send().await.status, 200);
    desk.house.store.user_remove(bob).await.unwrap();
    desk.house.gatekeeper.access_changed();
    assert_eq!(desk.get("/api/miners").token(&token).send().await.status, 401);
}

/// The lines of one action, oldest first: what it was done to, and how it ended.
async fn lines(desk: &Desk, action: &str) -> Vec<(String, Option<String>)> {
    let log = desk.get(&format!("/api/audit?action={action}")).token(&desk.admin).send().await.json();
    let mut rows = log["items"].as_array().unwrap().clone();
    rows.reverse();
    let text = |value: &Value| value.as_str().map(str::to_owned);
    let settled = rows.windows(2).filter(|two| two[1]["settles"] == two[0]["id"]).count();
    assert_eq!(settled * 2, rows.len(), "an intent, and its outcome: {log}");
    rows.iter().map(|row| (text(&row["entity"]).unwrap(), text(&row["outcome"]))).collect()
}

fn line(entity: &str, outcome: Option<&str>) -> (String, Option<String>) {
    (entity.to_owned(), outcome.map(str::to_owned))
}

#[tokio::test(flavor = "multi_thread")]
async fn d6_a_change_of_accounts_is_written_down_before_and_after() {
    let desk = Desk::new().await;
    let done = set_up(&desk, &desk.setup_code).await;
    let ada = cookie(&done);
    let me = format!("user:{}", done.json()["user"]["id"]);
    assert_eq!(lines(&desk, "user.add").await, [line("user", None), line(&me, Some("done"))], "the first one too");

    let body = json!({ "name": "ada", "password": PASSWORD, "role": "viewer" });
    assert_eq!(desk.post("/api/users").cookie(&ada).json(&body).send().await.status, 409);
    let failed = lines(&desk, "user.add").await;
    assert_eq!(failed[2..], [line("user", None), line("user", Some("failed: a user of this name is there already"))]);

    let made = desk.post("/api/tokens").cookie(&ada).json(&json!({ "name": "t", "scopes": ["read"] })).send().await;
    let token = format!("token:{}", made.json()["id"]);
    assert_eq!(lines(&desk, "token.create").await.last(), Some(&line(&token, Some("done"))));
    let path = format!("/api/tokens/{}", made.json()["id"]);
    assert_eq!(desk.ask("DELETE", &path).cookie(&ada).send().await.status, 204);
    assert_eq!(desk.ask("DELETE", &path).cookie(&ada).send().await.status, 404);
    assert_eq!(lines(&desk, "token.remove").await, [line(&token, None), line(&token, Some("done"))]);

    let (_, codes) = enrol(&desk, &ada).await;
    let off = json!({ "password": PASSWORD, "totp": codes[0] });
    assert_eq!(desk.post("/api/auth/totp/disable").cookie(&ada).json(&off).send().await.status, 204);
    let ada = desk.session("ada").await;
    let body = json!({ "current": PASSWORD, "password": "another long password" });
    assert_eq!(desk.post("/api/auth/password").cookie(&ada).json(&body).send().await.status, 204);
    for action in ["user.totp_begin", "user.totp_on", "user.totp_off", "user.password"] {
        assert_eq!(lines(&desk, action).await, [line(&me, None), line(&me, Some("done"))], "{action}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn signing_out_ends_the_session_and_clears_the_cookie() {
    let desk = Desk::new().await;
    let ada = desk.person("ada", Role::Viewer).await;
    let other = desk.session("ada").await;
    let out = desk.post("/api/auth/logout").cookie(&ada).send().await;
    assert_eq!(out.status, 204);
    let unset: Vec<_> = out.headers.get_all("set-cookie").iter().map(|value| value.to_str().unwrap()).collect();
    assert!(unset.iter().all(|value| value.contains("Max-Age=0")), "{unset:?}");
    let names: Vec<_> = unset.iter().map(|value| value.split('=').next().unwrap()).collect();
    assert_eq!(names, ["__Host-hmm_session", "hmm_session"], "whichever the browser has");
    assert_eq!(desk.get("/api/auth/me").cookie(&ada).send().await.status, 401);
    assert_eq!(desk.get("/api/auth/me").cookie(&other).send().await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_a_token_is_shown_once_counted_and_never_above_its_maker() {
    let desk = Desk::new().await;
    let ada = desk.person("ada", Role::Admin).await;
    let make = |body: Value| desk.post("/api/tokens").cookie(&ada).json(&body).send();
    let above = make(json!({ "name": "t", "scopes": ["admin"], "role": "operator" })).await;
    assert_eq!((above.status.as_u16(), above.json()["errors"][0]["pointer"].as_str()), (422, Some("/scopes")));
    assert_eq!(make(json!({ "name": "t", "scopes": [] })).await.is(), problem(422, "invalid"));
    let late = make(json!({ "name": "t", "scopes": ["read"], "expires_at": "2020-01-01T00:00:00Z" })).await;
    assert_eq!(late.json()["errors"][0]["pointer"], "/expires_at");

    let soon = Timestamp::from_millis(super::desk::MIDNIGHT.millis() + 3_600_000).to_chrono().to_rfc3339();
    let answer = make(json!({ "name": "grafana", "scopes": ["read"], "expires_at": soon })).await;
    assert_eq!(answer.status, 201, "{}", answer.text());
    let token = answer.json()["token"].as_str().unwrap().to_owned();
    for _ in 0..3 {
        assert_eq!(desk.get("/api/miners").token(&token).send().await.status, 200);
    }
    let list = desk.get("/api/tokens").cookie(&ada).send().await;
    assert!(!list.text().contains(&token));
    let listed = list.json()["items"].as_array().unwrap().iter().find(|t| t["name"] == "grafana").unwrap().clone();
    assert_eq!((&listed["uses"], listed["last_used_at"].is_string()), (&json!(3), true));
    assert_eq!(desk.post("/api/miners/all-off").token(&token).send().await.is(), problem(403, "forbidden"));
    desk.seconds(3_600).await;
    assert_eq!(desk.get("/api/miners").token(&token).send().await.is(), problem(401, "sign-in-required"));
}

#[tokio::test(flavor = "multi_thread")]
async fn s3_a_metrics_token_reads_metrics_and_nothing_else() {
    let desk = Desk::new().await;
    let ada = desk.person("ada", Role::Admin).await;
    let made = desk.post("/api/tokens").cookie(&ada).json(&json!({ "name": "m", "scopes": ["metrics"] })).send().await;
    let token = made.json()["token"].as_str().unwrap().to_owned();
    let scraped = desk.get("/metrics").token(&token).send().await;
    assert_eq!(scraped.status, 200);
    assert!(scraped.text().contains("hmm_uptime_seconds"), "{}", scraped.text());
    for path in ["/api/miners", "/api/system", "/api/openapi.json", "/api/auth/me"] {
        assert_eq!(desk.get(path).token(&token).send().await.is(), problem(403, "forbidden"), "{path}");
    }
    assert_eq!(desk.get("/metrics").cookie(&ada).send().await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_password_reset_at_the_console_ends_what_was_open() {
    let desk = Desk::new().await;
    let ada = desk.person("ada", Role::Admin).await;
    let fresh = hmm_server::auth::console::password_reset(&*desk.house.store, &desk.clock, "ada", None).await.unwrap();
    desk.house.gatekeeper.access_changed();
    assert_eq!(desk.get("/api/auth/me").cookie(&ada).send().await.status, 401);
    assert_eq!(login(&desk, "ada", &fresh, None).await.status, 200);
    let log = desk.get("/api/audit?action=user.reset_password").token(&desk.admin).send().await.json();
    assert_eq!(log["items"][0]["actor"]["kind"], "console");
    let reset = lines(&desk, "user.reset_password").await;
    assert_eq!((reset.len(), reset[1].1.as_deref()), (2, Some("done")));
    let tokens = lines(&desk, "token.create").await;
    assert_eq!(tokens[..2], [line("token", None), line("token:1", Some("done"))], "at the console too");
    assert!(!HOST.is_empty());
}
