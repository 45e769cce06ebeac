//! The queue under the jobs, on a real database.
//!
//! **Invariant:** whatever apalis does with its rows, a job that was pushed is handed out, and quiet costs nothing.

use hmm_domain::JobId;
use hmm_server::jobs::queue::{Pool, Queue, Run};
use sqlx::SqlitePool;
use sqlx::sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions};
use std::path::Path;
use tokio::sync::mpsc::{UnboundedReceiver, unbounded_channel};

async fn pool(folder: &Path) -> SqlitePool {
    let options = SqliteConnectOptions::new().filename(folder.join("data.db")).create_if_missing(true);
    SqlitePoolOptions::new()
        .max_connections(2)
        .connect_with(options.journal_mode(SqliteJournalMode::Wal))
        .await
        .unwrap()
}

/// A worker that says which jobs it was handed.
fn worker() -> (Run, UnboundedReceiver<JobId>) {
    let (said, heard) = unbounded_channel();
    let run = Run::new(move |id| {
        let said = said.clone();
        Box::pin(async move { said.send(id).unwrap() })
    });
    (run, heard)
}

async fn states(pool: &SqlitePool) -> Vec<(String, i64)> {
    let sql = "SELECT status, COUNT(*) FROM Jobs GROUP BY status ORDER BY status";
    sqlx::query_as(sql).fetch_all(pool).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn jobs_are_handed_out_at_once_those_from_before_the_worker_too() {
    let folder = tempfile::tempdir().unwrap();
    let queue = Queue::open(Pool::Sqlite(pool(folder.path()).await)).await.unwrap();
    queue.push(JobId::new(1)).await.unwrap();
    let (run, mut heard) = worker();
    let script = async {
        assert_eq!(heard.recv().await, Some(JobId::new(1)));
        for id in 2..40 {
            queue.push(JobId::new(id)).await.unwrap();
        }
        let mut got = Vec::new();
        for _ in 2..40 {
            got.push(heard.recv().await.unwrap().get());
        }
        got.sort_unstable();
        assert_eq!(got, (2..40).collect::<Vec<_>>());
    };
    tokio::select! {
        ended = queue.work(run) => panic!("the worker ended: {ended:?}"),
        () = script => {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_start_forgets_what_the_queue_held_and_a_sweep_takes_what_is_done() {
    let folder = tempfile::tempdir().unwrap();
    let pool = pool(folder.path()).await;
    let queue = Queue::open(Pool::Sqlite(pool.clone())).await.unwrap();
    for id in 1..4 {
        queue.push(JobId::new(id)).await.unwrap();
    }
    assert_eq!(states(&pool).await, [("Pending".to_owned(), 3)]);
    queue.clear().await.unwrap();
    assert_eq!(states(&pool).await, []);
    sqlx::query("INSERT INTO Jobs (job, id, job_type, status) VALUES (x'31', 'a', 'hmm', 'Done'), (x'31', 'b', 'hmm', 'Pending')")
        .execute(&pool)
        .await
        .unwrap();
    queue.sweep().await.unwrap();
    assert_eq!(states(&pool).await, [("Pending".to_owned(), 1)]);
    // A second program start runs the same migrations again, and nothing is lost by it.
    Queue::open(Pool::Sqlite(pool.clone())).await.unwrap();
    assert_eq!(states(&pool).await, [("Pending".to_owned(), 1)]);
}

#[tokio::test(flavor = "multi_thread")]
async fn our_settings_of_the_database_are_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let pool = pool(folder.path()).await;
    let pragma = async |name: &'static str| {
        let sql = sqlx::AssertSqlSafe(format!("PRAGMA {name}"));
        sqlx::query_scalar::<_, i64>(sql).fetch_one(&pool).await.unwrap()
    };
    let before = (pragma("synchronous").await, pragma("cache_size").await);
    Queue::open(Pool::Sqlite(pool.clone())).await.unwrap();
    assert_eq!((pragma("synchronous").await, pragma("cache_size").await), before);
    assert_ne!(before.0, 0, "synchronous=OFF loses what was acknowledged");
}
