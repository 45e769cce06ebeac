//! Slow and durable work: a file a job, each a schedule and one call.
//!
//! **Invariant:** the engine says when a job is due and keeps its state; [`queue`] carries its id; what is done is here.
//! Every job may run twice without harm.

mod access_clean;
mod backup;
mod bulk;
mod fold;
mod prune;
pub mod queue;
mod scan;

use futures_util::future::BoxFuture;
use hmm_domain::JobId;
use hmm_domain::job::JobState;
use hmm_domain::port::{Awake, Clock, Store};
use hmm_engine::{Ending, Engine, Schedule};
use parking_lot::Mutex;
use queue::{Queue, Run};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::sync::{Notify, Semaphore, oneshot};

const HOUR: Duration = Duration::from_hours(1);
const DAY: Duration = Duration::from_hours(24);
/// So many run side by side: a long backup does not hold up the roll-ups.
const AT_ONCE: usize = 4;
/// How far back the table is looked through for jobs that the queue has lost.
const LOOK_BACK: u32 = 200;
const RETRY_MIN: Duration = Duration::from_secs(2);
const RETRY_MAX: Duration = Duration::from_mins(1);

/// Writes a backup to the file that it is given; returns what to say of it.
pub type MakeBackup = Arc<dyn Fn(PathBuf) -> BoxFuture<'static, Result<String, String>> + Send + Sync>;

/// What the jobs work with.
pub struct Tools {
    pub clock: Arc<dyn Clock>,
    pub store: Arc<dyn Store>,
    pub engine: Arc<Engine>,
    pub backups: PathBuf,
    pub make_backup: MakeBackup,
    pub raw_retention: Duration,
}

/// Every job that comes round by itself.
fn schedules() -> Vec<Schedule> {
    let schedule = |kind, every, offset| Schedule { kind, every, offset, after: None };
    vec![
        schedule(fold::KIND, fold::EVERY, fold::OFFSET),
        schedule(prune::KIND, prune::EVERY, prune::OFFSET),
        schedule(backup::KIND, backup::EVERY, backup::OFFSET),
        schedule(access_clean::KIND, access_clean::EVERY, access_clean::OFFSET),
    ]
}

/// Where jobs come in when they are due and go out to be done.
pub struct Desk {
    tools: Tools,
    queue: Queue,
    /// Jobs on their way: a driven clock waits for them.
    carried: Mutex<BTreeMap<JobId, Awake>>,
    places: Semaphore,
    /// Jobs that are being done.
    busy: AtomicUsize,
    /// Rung when the queue has lost a job.
    lost: Notify,
}

impl Desk {
    pub fn new(tools: Tools, queue: Queue) -> Arc<Self> {
        let places = Semaphore::new(AT_ONCE);
        Arc::new(Self {
            tools,
            queue,
            carried: Mutex::default(),
            places,
            busy: AtomicUsize::new(0),
            lost: Notify::new(),
        })
    }

    /// Tells the engine which jobs there are. Before the engine starts.
    pub fn register(self: &Arc<Self>) {
        let desk = Arc::clone(self);
        self.tools.engine.on_due(schedules(), move |id, _| {
            let desk = Arc::clone(&desk);
            Box::pin(async move {
                desk.carry(id).await;
                Ok(())
            })
        });
    }

    /// Does jobs until the program stops; survives the database going away.
    pub async fn run(self: Arc<Self>) {
        let stop = self.tools.engine.tasks().stopping();
        let mut wait = RETRY_MIN;
        loop {
            let why = tokio::select! {
                biased;
                () = stop.cancelled() => return,
                ended = self.queue.work(Arc::clone(&self).hand_out()) => {
                    ended.err().map_or_else(|| "the worker ended".to_owned(), |error| error.to_string())
                }
                () = self.lost.notified() => "a job could not be handed over".to_owned(),
            };
            let clock = &self.tools.clock;
            let next = clock.now() + wait;
            self.tools.engine.tasks().failed("jobs", &why, Some(next));
            tokio::select! {
                () = stop.cancelled() => return,
                _ = clock.sleep_until(next) => {}
            }
            wait = match self.refill().await {
                Ok(()) => {
                    self.tools.engine.tasks().beat("jobs", None);
                    RETRY_MIN
                }
                Err(why) => {
                    tracing::debug!(why, "the job queue is not back yet");
                    self.lost.notify_one();
                    (wait * 2).min(RETRY_MAX)
                }
            };
        }
    }

    /// Hands a due job to the queue. Should that fail, it is found again in the table.
    async fn carry(&self, id: JobId) {
        self.carried.lock().insert(id, self.tools.clock.awake());
        if let Err(error) = self.queue.push(id).await {
            tracing::debug!(job.id = %id, %error, "a job waits for the queue");
            self.carried.lock().remove(&id);
            self.lost.notify_one();
        }
    }

    /// Starts the queue afresh from the table. A job whose end could not be booked is done once more.
    async fn refill(&self) -> Result<(), String> {
        self.queue.clear().await.map_err(words)?;
        let store = &self.tools.store;
        let jobs = if self.busy.load(Ordering::Acquire) == 0 {
            store.job_recover().await.map_err(words)?
        } else {
            store.job_list(None, LOOK_BACK).await.map_err(words)?
        };
        for job in jobs.into_iter().filter(|job| job.state == JobState::Queued) {
            self.carry(job.id).await;
        }
        Ok(())
    }

    /// What the queue calls for each job. The work is a task of its own: it outlives a worker that has lost its database.
    fn hand_out(self: Arc<Self>) -> Run {
        Run::new(move |id| {
            let desk = Arc::clone(&self);
            let (done, wait) = oneshot::channel::<()>();
            self.tools.engine.tasks().spawn("job", async move {
                desk.work(id).await;
                drop(done);
            });
            Box::pin(async move {
                let _ = wait.await;
            })
        })
    }

    async fn work(&self, id: JobId) {
        let awake = self.carried.lock().remove(&id);
        let stop = self.tools.engine.tasks().stopping();
        let place = tokio::select! {
            biased;
            () = stop.cancelled() => return,
            place = self.places.acquire() => place,
        };
        self.busy.fetch_add(1, Ordering::AcqRel);
        let performed = self.perform(id, awake).await;
        self.busy.fetch_sub(1, Ordering::AcqRel);
        if let Err(why) = performed {
            tracing::warn!(job.id = %id, why, "a job could not be booked; it is tried again");
            self.lost.notify_one();
        }
        drop(place);
    }

    #[tracing::instrument(name = "job", skip_all, fields(job.id = %id))]
    async fn perform(&self, id: JobId, awake: Option<Awake>) -> Result<(), String> {
        let (tools, engine) = (&self.tools, &self.tools.engine);
        let Some(job) = tools.store.job_find(id).await.map_err(words)? else { return Ok(()) };
        if job.kind == bulk::KIND {
            // It waits for the clock itself.
            drop(awake);
            return bulk::run(tools, id).await;
        }
        match job.kind.as_str() {
            fold::KIND => engine.job_run(id, fold::KIND, || fold::run(tools)).await,
            prune::KIND => engine.job_run(id, prune::KIND, || prune::run(tools, &self.queue)).await,
            backup::KIND => engine.job_run(id, backup::KIND, || backup::run(tools)).await,
            access_clean::KIND => engine.job_run(id, access_clean::KIND, || access_clean::run(tools)).await,
            scan::KIND => scan::run(tools, id).await,
            unknown => {
                let why = format!("this program knows no job {unknown}");
                engine.job_run(id, "job", || async { Ending::Failed(why) }).await
            }
        }
    }
}

/// For a job's error, which is kept as text.
fn words(error: impl std::fmt::Display) -> String {
    error.to_string()
}
