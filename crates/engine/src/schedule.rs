//! When durable jobs are due. The queue that carries them is the server's affair; the table of jobs is the truth.

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
}

impl Schedule {
    fn last_due(&self, now: Timestamp) -> Timestamp {
        (now - self.offset).floor_to(self.every) + self.offset
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
            let outcome = self.due_now(&schedules, &hook, &mut recovered, now).await;
            let next = match outcome {
                Ok(()) => {
                    let next = schedules.iter().map(|s| s.last_due(now) + s.every).min();
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
            };
            held = Some(awake);
        }
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
            let due = schedule.last_due(now);
            if let Some(id) = self.store.job_add(schedule.kind, due, 0).await.map_err(|e| e.to_string())? {
                self.bus.say(HouseEvent::Job(id));
                hook(id, schedule.kind.to_owned()).await?;
            }
        }
        Ok(())
    }

    /// Every kind of job and when it is due next.
    pub fn next_due(&self) -> Vec<(&'static str, Timestamp)> {
        let now = self.clock.now();
        let due = self.due.lock();
        due.iter().flat_map(|due| &due.schedules).map(|s| (s.kind, s.last_due(now) + s.every)).collect()
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
        let added = self.store.job_add(kind, now, 0).await?;
        let id = added.ok_or_else(|| EngineError::Refused(Message::new("this job was started this very moment")))?;
        // The row is there: should the queue not take it now, the next start of the program picks it up.
        (due.hook)(id, kind.to_owned()).await.map_err(|why| EngineError::Refused(Message::new(&why)))?;
        Ok(id)
    }

    /// Runs a job that is queued: marks it running, books its result. A second call for the same id does nothing.
    pub async fn job_run<F>(&self, id: JobId, kind: &'static str, work: impl FnOnce() -> F + Send) -> Result<(), String>
    where
        F: Future<Output = Result<serde_json::Value, String>> + Send,
    {
        let _awake = self.clock.awake();
        if !self.store.job_start(id, self.clock.now()).await.map_err(|e| e.to_string())? {
            return Ok(());
        }
        self.bus.say(HouseEvent::Job(id));
        let outcome = AssertUnwindSafe(work()).catch_unwind().await.unwrap_or_else(|panic| {
            let words = panic
                .downcast_ref::<&str>()
                .map(|s| (*s).to_owned())
                .or_else(|| panic.downcast_ref::<String>().cloned());
            Err(format!("panicked: {}", words.unwrap_or_default()))
        });
        let at = self.clock.now();
        let (state, results, error) = match outcome {
            Ok(results) => (JobState::Done, results, None),
            Err(why) => {
                tracing::warn!(job = kind, why, "a job failed");
                (JobState::Failed, serde_json::Value::Null, Some(Message::new(&why)))
            }
        };
        self.store.job_finish(id, state, &results, error.as_ref(), at).await.map_err(|e| e.to_string())?;
        self.bus.say(HouseEvent::Job(id));
        Ok(())
    }

    /// Cancels a job that has not begun. One that runs is finished: each is short, and half a roll-up helps nobody.
    pub async fn job_cancel(&self, id: JobId, actor: &Actor) -> Result<bool, EngineError> {
        let Some(job) = self.store.job_find(id).await? else { return Ok(false) };
        if job.state != JobState::Queued {
            return Ok(false);
        }
        let now = self.clock.now();
        self.store.audit_append(&AuditEntry::new(now, actor, "job.cancel", format!("job:{id}"))).await?;
        self.store.job_finish(id, JobState::Cancelled, &serde_json::Value::Null, None, now).await?;
        self.bus.say(HouseEvent::Job(id));
        Ok(true)
    }
}
