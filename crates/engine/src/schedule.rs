//! When durable jobs are due. The queue that carries them is the server's affair; the table of jobs is the truth.

use crate::bulk::BULK;
use crate::discovery::SCAN;
use crate::error::EngineError;
use crate::house::Engine;
use crate::rest::rest_until;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use hmm_domain::audit::AuditEntry;
use hmm_domain::event::HouseEvent;
use hmm_domain::job::JobState;
use hmm_domain::text::Message;
use hmm_domain::{Actor, JobId, Timestamp};
use serde_json::Value;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

/// A kind of job and when it is due: every `every`, `offset` after the round instant.
#[derive(Debug, Clone, Copy)]
pub struct Schedule {
    pub kind: &'static str,
    pub every: Duration,
    pub offset: Duration,
    /// Only later than this.
    pub after: Option<Timestamp>,
}

impl Schedule {
    fn last_due(&self, now: Timestamp) -> Timestamp {
        (now - self.offset).floor_to(self.every) + self.offset
    }

    /// The last instant at which it was due.
    pub(crate) fn due(&self, now: Timestamp) -> Option<Timestamp> {
        Some(self.last_due(now)).filter(|due| self.after.is_none_or(|after| *due > after))
    }

    pub(crate) fn next(&self, now: Timestamp) -> Timestamp {
        self.last_due(now) + self.every
    }
}

/// How a job went.
#[derive(Debug)]
pub enum Ending {
    Done(Value),
    Failed(String),
    /// A person did not want it any more; this is what had come of it.
    Cancelled(Value),
    /// The program stops: the next start takes the job up again.
    Interrupted,
}

impl From<Result<Value, String>> for Ending {
    fn from(outcome: Result<Value, String>) -> Self {
        outcome.map_or_else(Self::Failed, Self::Done)
    }
}

impl From<Result<Self, String>> for Ending {
    fn from(outcome: Result<Self, String>) -> Self {
        outcome.unwrap_or_else(Self::Failed)
    }
}

type Hook = Arc<dyn Fn(JobId, String) -> BoxFuture<'static, Result<(), String>> + Send + Sync>;

#[derive(Clone)]
pub(crate) struct Due {
    schedules: Vec<Schedule>,
    hook: Hook,
}

/// The table could not be asked: tried again after this.
const RETRY: Duration = Duration::from_secs(30);
/// So many instants are tried for a job that a person asks for.
const INSTANTS: u64 = 32;

impl Engine {
    /// Says which jobs there are and what to call when one is due. Before [`Engine::start`].
    pub fn on_due(
        &self,
        schedules: Vec<Schedule>,
        hook: impl Fn(JobId, String) -> BoxFuture<'static, Result<(), String>> + Send + Sync + 'static,
    ) {
        *self.due.lock() = Some(Due { schedules, hook: Arc::new(hook) });
    }

    pub(crate) async fn schedule_loop(self: Arc<Self>) {
        let Some(Due { schedules, hook }) = self.due.lock().clone() else { return };
        let stop = self.tasks.stopping();
        let mut held = Some(self.clock.awake());
        let mut recovered = false;
        loop {
            let now = self.clock.now();
            let schedules = self.with_own(&schedules, now);
            let outcome = self.due_now(&schedules, &hook, &mut recovered, now).await;
            let next = match outcome {
                Ok(()) => {
                    let next = schedules.iter().map(|s| s.next(now)).min();
                    let next = next.unwrap_or(now + Duration::from_hours(1));
                    self.tasks.beat("schedule", Some(next));
                    next
                }
                Err(why) => {
                    self.tasks.failed("schedule", &why, Some(now + RETRY));
                    now + RETRY
                }
            };
            let awake = tokio::select! {
                biased;
                () = stop.cancelled() => return,
                awake = rest_until(&*self.clock, next, &mut held) => awake,
                () = self.discovery.schedule_changed.notified() => self.clock.awake(),
            };
            held = Some(awake);
        }
    }

    /// The jobs that come round anyway, and those that a person has put on a schedule.
    fn with_own(&self, schedules: &[Schedule], now: Timestamp) -> Vec<Schedule> {
        let own = crate::discovery::schedule(&self.discovery_settings(), now);
        schedules.iter().copied().chain(own).collect()
    }

    async fn due_now(
        &self,
        schedules: &[Schedule],
        hook: &Hook,
        recovered: &mut bool,
        now: Timestamp,
    ) -> Result<(), String> {
        if !*recovered {
            for job in self.store.job_recover().await.map_err(|e| e.to_string())? {
                hook(job.id, job.kind).await?;
            }
            *recovered = true;
        }
        for schedule in schedules {
            // Unique per kind and due: a restart within the same period does nothing, a missed period is made up for once.
            let Some(due) = schedule.due(now) else { continue };
            if let Some(id) =
                self.store.job_add(schedule.kind, due, 0, &Value::Null).await.map_err(|e| e.to_string())?
            {
                self.bus.say(HouseEvent::Job(id));
                hook(id, schedule.kind.to_owned()).await?;
            }
        }
        Ok(())
    }

    /// Every kind of job and when it is due next.
    pub fn next_due(&self) -> Vec<(&'static str, Timestamp)> {
        let now = self.clock.now();
        let schedules = self.due.lock().as_ref().map(|due| due.schedules.clone()).unwrap_or_default();
        self.with_own(&schedules, now).iter().map(|s| (s.kind, s.next(now))).collect()
    }

    /// Makes a job due now, for a person who does not want to wait.
    pub async fn job_now(&self, kind: &str, actor: &Actor) -> Result<JobId, EngineError> {
        let now = self.clock.now();
        let entry = AuditEntry::new(now, actor, "job.start", "system").after(kind);
        self.store.audit_append(&entry).await?;
        let due = self.due.lock().clone();
        let Some(due) = due.filter(|due| due.schedules.iter().any(|schedule| schedule.kind == kind)) else {
            return Err(EngineError::Refused(Message::new("there is no such job")));
        };
        let added = self.store.job_add(kind, now, 0, &Value::Null).await?;
        let id = added.ok_or_else(|| EngineError::Refused(Message::new("this job was started this very moment")))?;
        // The row is there: should the queue not take it now, the next start of the program picks it up.
        (due.hook)(id, kind.to_owned()).await.map_err(|why| EngineError::Refused(Message::new(&why)))?;
        Ok(id)
    }

    /// Makes a job that no schedule knows due now, with what it is to do. Audited by the caller.
    pub(crate) async fn job_ask(&self, kind: &'static str, total: u32, plan: &Value) -> Result<JobId, EngineError> {
        let hook = self.due.lock().as_ref().map(|due| Arc::clone(&due.hook));
        let hook = hook.ok_or_else(|| EngineError::Refused(Message::new("there is nobody to do it")))?;
        let now = self.clock.now();
        let mut id = None;
        // The instant tells jobs of one kind apart; a clock that was set back comes to some of them twice.
        for later in 0..INSTANTS {
            id = self.store.job_add(kind, now + Duration::from_millis(later), total, plan).await?;
            if id.is_some() {
                break;
            }
        }
        let id = id.ok_or_else(|| EngineError::Refused(Message::new("too many of these were asked for just now")))?;
        // As above: should the queue not take it now, it is found in the table.
        hook(id, kind.to_owned()).await.map_err(|why| EngineError::Refused(Message::new(&why)))?;
        Ok(id)
    }

    /// Runs a job that is queued: marks it running, books its result. A second call for the same id does nothing.
    pub async fn job_run<F, R>(
        &self,
        id: JobId,
        kind: &'static str,
        work: impl FnOnce() -> F + Send,
    ) -> Result<(), String>
    where
        F: Future<Output = R> + Send,
        R: Into<Ending>,
    {
        let _awake = self.clock.awake();
        self.job_run_slow(id, kind, work).await
    }

    /// The same for work that waits for the clock itself: a driven one does not wait for it.
    pub(crate) async fn job_run_slow<F, R>(
        &self,
        id: JobId,
        kind: &'static str,
        work: impl FnOnce() -> F + Send,
    ) -> Result<(), String>
    where
        F: Future<Output = R> + Send,
        R: Into<Ending>,
    {
        if !self.store.job_start(id, self.clock.now()).await.map_err(|e| e.to_string())? {
            return Ok(());
        }
        self.bus.say(HouseEvent::Job(id));
        let ending = AssertUnwindSafe(work()).catch_unwind().await.map_or_else(
            |panic| {
                let words = panic
                    .downcast_ref::<&str>()
                    .map(|s| (*s).to_owned())
                    .or_else(|| panic.downcast_ref::<String>().cloned());
                Ending::Failed(format!("panicked: {}", words.unwrap_or_default()))
            },
            Into::into,
        );
        let at = self.clock.now();
        let (state, results, error) = match ending {
            Ending::Done(results) => (JobState::Done, results, None),
            Ending::Cancelled(results) => (JobState::Cancelled, results, None),
            Ending::Interrupted => return Ok(()),
            Ending::Failed(why) => {
                tracing::warn!(job = kind, why, "a job failed");
                (JobState::Failed, Value::Null, Some(Message::new(&why)))
            }
        };
        self.store.job_finish(id, state, &results, error.as_ref(), at).await.map_err(|e| e.to_string())?;
        self.bus.say(HouseEvent::Job(id));
        Ok(())
    }

    /// Cancels a job that has not begun, or a scan or a bulk job at any time: a bulk job begins with no further miner, and
    /// ends with those that it has begun with. Others that run are finished: each is short, and half a roll-up helps
    /// nobody. False when it was not to be cancelled, or is over.
    pub async fn job_cancel(&self, id: JobId, actor: &Actor) -> Result<bool, EngineError> {
        let Some(job) = self.store.job_find(id).await? else { return Ok(false) };
        let running = job.state == JobState::Running;
        let (scan, bulk) = (running && job.kind == SCAN, running && job.kind == BULK);
        if job.state != JobState::Queued && !scan && !bulk {
            return Ok(false);
        }
        let now = self.clock.now();
        self.store.audit_append(&AuditEntry::new(now, actor, "job.cancel", format!("job:{id}"))).await?;
        if !scan && !bulk {
            self.store.job_finish(id, JobState::Cancelled, &Value::Null, None, now).await?;
        }
        // It may have begun meanwhile.
        let ended = self.under_way.end(id) || self.discovery.end(id).await;
        self.bus.say(HouseEvent::Job(id));
        Ok(!(scan || bulk) || ended)
    }
}
