//! The embedded PostgreSQL dies and comes back; the manager dies and PostgreSQL goes with it.

use crate::house::{self, alone, at, clock, open, pause, sample, settings};
use hmm_domain::Actor;
use hmm_domain::audit::{AuditEntry, AuditVerdict};
use hmm_domain::port::{AuditLog, Series, Settings, Store};
use hmm_store::DatabaseKind;
use rustix::process::{Pid, Signal, kill_process, test_kill_process};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, Stdio};

fn pid(number: u32) -> Pid {
    Pid::from_raw(i32::try_from(number).unwrap()).unwrap()
}

async fn until(what: &str, mut done: impl AsyncFnMut() -> bool) {
    for _ in 0..1_500 {
        if done().await {
            return;
        }
        pause(10).await;
    }
    panic!("never: {what}");
}

#[test]
fn a_killed_postgresql_is_started_again_and_no_buffered_sample_is_lost() {
    alone(async {
        let dir = house::folder();
        let opened = open(&settings(dir.path(), DatabaseKind::Postgresql)).await.expect("PostgreSQL");
        let store = opened.store.clone();
        let entry = AuditEntry::new(at(1), &Actor::system(), "x", "system");
        let mut acknowledged = 0;
        for round in 0..3 {
            for n in 0..50 {
                store.sample_push(&sample(1, (round * 50 + n) * 30_000, 100, 20_000), "SHA256");
                acknowledged += u64::from(store.audit_append(&entry).await.is_ok());
            }
            let first = opened.running.postmaster().unwrap();
            kill_process(pid(first), Signal::KILL).unwrap();
            let began = clock().ticks();
            let refused = store.setting_put("k", &serde_json::json!(round)).await;
            assert!(clock().ticks() - began < 8_000, "a request hung: {refused:?}");
            until("another postmaster", async || opened.running.postmaster().is_some_and(|now| now != first)).await;
            until("an answer", async || store.ping().await.is_ok()).await;
            until("a flush", async || store.samples_flush().await.is_ok()).await;
        }
        let head = store.audit_head().await.unwrap();
        assert!(head.count >= acknowledged, "{head:?} after {acknowledged}");
        assert_eq!(store.audit_verify().await.unwrap(), AuditVerdict::Whole(head));
        let rows = sqlx::query_scalar::<_, i64>("SELECT COUNT(*) FROM sample");
        let hmm_store::Pools::Postgres(pool) = &opened.jobs else { panic!("not PostgreSQL") };
        assert_eq!(rows.fetch_one(pool).await.unwrap(), 150);
        let last = opened.running.postmaster().unwrap();
        opened.running.stop().await;
        assert!(test_kill_process(pid(last)).is_err(), "PostgreSQL still runs");
        assert!(!dir.path().join("postgres/postmaster.pid").exists());
    });
}

#[test]
fn the_server_listens_on_its_own_socket_only_and_its_files_are_private() {
    alone(async {
        use std::os::unix::fs::{MetadataExt, PermissionsExt};
        let dir = house::folder();
        let opened = open(&settings(dir.path(), DatabaseKind::Postgresql)).await.expect("PostgreSQL");
        let hmm_store::Pools::Postgres(pool) = &opened.jobs else { panic!("not PostgreSQL") };
        for (name, value) in [("listen_addresses", ""), ("synchronous_commit", "on"), ("fsync", "on"), ("jit", "off")] {
            let said: String =
                sqlx::query_scalar("SELECT current_setting($1)").bind(name).fetch_one(pool).await.unwrap();
            assert_eq!(said, value, "{name}");
        }
        let data = dir.path().join("postgres");
        let meta = std::fs::metadata(&data).unwrap();
        assert_eq!(meta.permissions().mode() & 0o777, 0o700);
        if rustix::process::geteuid().is_root() {
            let owner = house::owner();
            assert_eq!((meta.uid(), meta.gid()), (owner.uid, owner.gid));
            let status =
                std::fs::read_to_string(format!("/proc/{}/status", opened.running.postmaster().unwrap())).unwrap();
            assert!(status.lines().any(|l| l.starts_with("Uid:") && l.contains(&owner.uid.to_string())), "{status}");
        }
        let password = std::fs::metadata(dir.path().join("postgres.password")).unwrap();
        assert_eq!(password.permissions().mode() & 0o777, 0o600);
        opened.running.stop().await;
    });
}

/// The server on a folder, started by somebody else, as its owner.
fn foreign_server(launcher: &[&str], data: &Path) -> Child {
    let postgres = std::fs::read_dir("/usr/lib/postgresql").unwrap().flatten().map(|e| e.path().join("bin/postgres"));
    let postgres = postgres.filter(|p| p.exists()).max().unwrap();
    let mut words: Vec<std::ffi::OsString> = launcher.iter().map(Into::into).collect();
    words.extend([postgres.into(), "-D".into(), data.into(), "-c".into(), "listen_addresses=".into()]);
    words.extend(["-c".into(), format!("unix_socket_directories={}", data.display()).into()]);
    let mut command = Command::new(&words[0]);
    command.args(&words[1..]).stderr(Stdio::null()).current_dir("/");
    if rustix::process::geteuid().is_root() {
        let owner = house::owner();
        command.uid(owner.uid).gid(owner.gid);
    }
    command.spawn().unwrap()
}

#[test]
fn a_postgresql_that_outlived_a_killed_manager_is_stopped_first() {
    alone(async {
        let dir = house::folder();
        let wanted = settings(dir.path(), DatabaseKind::Postgresql);
        let opened = open(&wanted).await.expect("PostgreSQL");
        opened.store.setting_put("k", &serde_json::json!("kept")).await.unwrap();
        opened.running.stop().await;
        let data = dir.path().join("postgres");
        let mut leftover = foreign_server(&[], &data);
        until("the leftover runs", async || data.join(".s.PGSQL.5432").exists()).await;
        // It is our child here, so somebody has to take its exit status; in life that is init.
        let reaped = tokio::task::block_in_place(|| {
            std::thread::scope(|scope| {
                let waiter = scope.spawn(|| leftover.wait().unwrap());
                let opened = tokio::runtime::Handle::current().block_on(open(&wanted)).unwrap();
                (waiter.join().unwrap(), opened)
            })
        });
        assert!(reaped.0.success(), "{:?}", reaped.0);
        assert_eq!(reaped.1.store.setting_get("k").await.unwrap(), Some(serde_json::json!("kept")));
        reaped.1.running.stop().await;
    });
}

#[test]
fn postgresql_goes_down_in_order_with_the_thread_that_started_it() {
    alone(async {
        let dir = house::folder();
        let opened = open(&settings(dir.path(), DatabaseKind::Postgresql)).await.expect("PostgreSQL");
        opened.running.stop().await;
        let data = dir.path().join("postgres");
        let us = std::process::id().to_string();
        let launcher = [env!("CARGO_BIN_EXE_hmm-store-pg-child"), "__pg", &us, "--"];
        // The thread ends when the server answers; a killed manager ends all its threads.
        let mut child = std::thread::scope(|scope| {
            let started = scope.spawn(|| {
                let child = foreign_server(&launcher, &data);
                while !data.join(".s.PGSQL.5432").exists() {
                    std::thread::yield_now();
                }
                child
            });
            started.join().unwrap()
        });
        let status = tokio::task::block_in_place(|| child.wait().unwrap());
        assert!(status.success(), "{status}");
        assert!(!data.join("postmaster.pid").exists());
    });
}

/// After a kill, a container counts anew: the number in PostgreSQL's note is then often a thread of ours.
#[test]
fn a_number_that_is_somebody_elses_by_now_does_not_keep_postgresql_from_starting() {
    alone(async {
        let dir = house::folder();
        let wanted = settings(dir.path(), DatabaseKind::Postgresql);
        let opened = open(&wanted).await.expect("PostgreSQL");
        opened.store.setting_put("k", &serde_json::json!("kept")).await.unwrap();
        let note = dir.path().join("postgres/postmaster.pid");
        let written = std::fs::read_to_string(&note).unwrap();
        opened.running.stop().await;
        // Somebody who lives as long as nobody closes his input, and who is the same user.
        let mut command = Command::new("cat");
        command.stdin(Stdio::piped());
        let owner = house::owner();
        if rustix::process::geteuid().is_root() {
            command.uid(owner.uid).gid(owner.gid);
        }
        let mut stranger = command.spawn().unwrap();
        let (_, rest) = written.split_once('\n').unwrap();
        std::fs::write(&note, format!("{}\n{rest}", stranger.id())).unwrap();
        if rustix::process::geteuid().is_root() {
            std::os::unix::fs::chown(&note, Some(owner.uid), Some(owner.gid)).unwrap();
        }
        let again = open(&wanted).await.expect("PostgreSQL, in spite of the stranger");
        assert_eq!(again.store.setting_get("k").await.unwrap(), Some(serde_json::json!("kept")));
        assert!(stranger.try_wait().unwrap().is_none(), "the stranger was left alone");
        again.running.stop().await;
        drop(stranger.stdin.take());
        tokio::task::block_in_place(|| stranger.wait().unwrap());
    });
}

#[test]
fn a_user_without_a_name_gets_a_database_or_hears_what_is_missing() {
    if !rustix::process::geteuid().is_root() {
        println!("skipped: only root can start PostgreSQL as somebody without a name");
        return;
    }
    alone(async {
        let dir = house::folder();
        let mut wanted = settings(dir.path(), DatabaseKind::Postgresql);
        wanted.owner = Some(hmm_store::Owner { uid: 54_321, gid: 54_321 });
        let library = format!("/usr/lib/{}-linux-gnu/libnss_wrapper.so", std::env::consts::ARCH);
        if Path::new(&library).exists() {
            let opened = open(&wanted).await.expect("PostgreSQL");
            opened.store.ping().await.unwrap();
            opened.running.stop().await;
        } else {
            let said = open(&wanted).await.expect_err("no name, no database").to_string();
            assert!(said.contains("libnss-wrapper"), "{said}");
        }
        let left: Vec<_> = std::fs::read_dir(dir.path()).unwrap().map(|e| e.unwrap().file_name()).collect();
        assert!(!left.iter().any(|name| name.to_string_lossy().starts_with("postgres.new")), "{left:?}");
    });
}

#[test]
fn a_short_path_is_found_for_the_socket_of_a_deep_folder() {
    alone(async {
        let dir = house::folder();
        let deep = dir.path().join("d".repeat(90));
        let opened = open(&settings(&deep, DatabaseKind::Postgresql)).await.expect("PostgreSQL");
        opened.store.ping().await.unwrap();
        opened.running.stop().await;
    });
}
