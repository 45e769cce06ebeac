//! Jobs, as the API shows them.

use chrono::{DateTime, Utc};
use hmm_domain::job::{Job, JobState};
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = JobState)]
pub enum JobStateName {
    Queued,
    Running,
    Done,
    Failed,
    Cancelled,
}

impl From<JobState> for JobStateName {
    fn from(state: JobState) -> Self {
        match state {
            JobState::Queued => Self::Queued,
            JobState::Running => Self::Running,
            JobState::Done => Self::Done,
            JobState::Failed => Self::Failed,
            JobState::Cancelled => Self::Cancelled,
        }
    }
}

#[derive(Debug, Serialize, ToSchema)]
pub struct Progress {
    pub done: u32,
    pub total: u32,
}

#[derive(Debug, Serialize, ToSchema)]
#[schema(as = Job)]
pub struct JobBody {
    pub id: i64,
    pub kind: String,
    pub state: JobStateName,
    pub due_at: DateTime<Utc>,
    pub progress: Progress,
    /// One per device or step, as far as the job has got.
    #[schema(value_type = Vec<Object>)]
    pub results: Vec<serde_json::Value>,
    pub error: Option<String>,
    pub started_at: Option<DateTime<Utc>>,
    pub finished_at: Option<DateTime<Utc>>,
}

/// Taken; how it goes is told by `GET /api/jobs/{id}` and by the live feed.
#[derive(Serialize, ToSchema)]
pub struct JobAccepted {
    pub job_id: i64,
}

impl From<Job> for JobBody {
    fn from(job: Job) -> Self {
        let results = match job.results {
            serde_json::Value::Array(items) => items,
            serde_json::Value::Null => Vec::new(),
            // A bulk job: what it keeps beside its lines is not shown.
            serde_json::Value::Object(mut kept) if kept.get("items").is_some_and(serde_json::Value::is_array) => {
                match kept.remove("items") {
                    Some(serde_json::Value::Array(items)) => items,
                    _ => Vec::new(),
                }
            }
            other => vec![other],
        };
        Self {
            id: job.id.get(),
            kind: job.kind,
            state: job.state.into(),
            due_at: job.due.to_chrono(),
            progress: Progress { done: job.done, total: job.total },
            results,
            error: job.error.map(|error| error.to_string()),
            started_at: job.started_at.map(hmm_domain::Timestamp::to_chrono),
            finished_at: job.finished_at.map(hmm_domain::Timestamp::to_chrono),
        }
    }
}
